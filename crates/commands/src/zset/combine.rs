//! ZUNION, ZINTER, ZDIFF and what stores or counts their result. Plain sets take part with a
//! score of 1 for each member.

use super::range::reply_members;
use crate::args::Args;
use crate::collection::{int, int_from};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::double::parse_double;
use engine::set::SetRef;
use engine::value::{Limits, type_of};
use engine::zset::{self, ZsetMut, ZsetRef};
use engine::{Event, Rec, Type};

/// How sets are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Inter,
    Union,
    Diff,
}

/// What becomes of the result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Reply,
    Store,
    Count,
}

/// `ZUNION numkeys key [key ...] [WEIGHTS ...] [AGGREGATE ...] [WITHSCORES]` -> array.
pub(super) fn zunion(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply(cx, args, Operation::Union)
}

/// `ZINTER numkeys key [key ...] [WEIGHTS ...] [AGGREGATE ...] [WITHSCORES]` -> array.
pub(super) fn zinter(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply(cx, args, Operation::Inter)
}

/// `ZDIFF numkeys key [key ...] [WITHSCORES]` -> array.
pub(super) fn zdiff(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply(cx, args, Operation::Diff)
}

/// `ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS ...] [AGGREGATE ...]` -> number of
/// members stored.
pub(super) fn zunionstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    store(cx, args, Operation::Union, Event::ZUNIONSTORE)
}

/// `ZINTERSTORE destination numkeys key [key ...] [WEIGHTS ...] [AGGREGATE ...]` -> number of
/// members stored.
pub(super) fn zinterstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    store(cx, args, Operation::Inter, Event::ZINTERSTORE)
}

/// `ZDIFFSTORE destination numkeys key [key ...]` -> number of members stored.
pub(super) fn zdiffstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    store(cx, args, Operation::Diff, Event::ZDIFFSTORE)
}

/// `ZINTERCARD numkeys key [key ...] [LIMIT limit]` -> number of members, at most the limit.
pub(super) fn zintercard(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let result = evaluate(cx, args.from(1), Operation::Inter, Purpose::Count, b"")?;
    cx.reply.count(result.count);
    Ok(Outcome::Replied)
}

fn reply(cx: &mut Cx<'_>, args: Args<'_>, operation: Operation) -> CommandResult {
    let result = evaluate(cx, args.from(1), operation, Purpose::Reply, b"")?;
    reply_members(&mut cx.reply, result.scored, ZsetRef::new(&result.rec).iter_all());
    Ok(Outcome::Replied)
}

fn store(cx: &mut Cx<'_>, args: Args<'_>, operation: Operation, event: Event) -> CommandResult {
    let destination = args.at(1);
    let result = evaluate(cx, args.from(2), operation, Purpose::Store, destination)?;
    if result.count == 0 {
        cx.keys.delete(destination, Event::DEL);
    } else {
        cx.keys.put(result.rec, event);
    }
    cx.reply.count(result.count);
    Ok(Outcome::Replied)
}

/// How the scores of one member become one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

impl Aggregate {
    fn parse(word: &[u8]) -> Result<Self, CommandError> {
        match word {
            _ if word.eq_ignore_ascii_case(b"SUM") => Ok(Self::Sum),
            _ if word.eq_ignore_ascii_case(b"MIN") => Ok(Self::Min),
            _ if word.eq_ignore_ascii_case(b"MAX") => Ok(Self::Max),
            _ => Err(CommandError::Syntax),
        }
    }

    /// Both infinities together are 0, as there is no better answer.
    fn join(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Sum => number_or_zero(a + b),
            Self::Min => {
                if b < a {
                    b
                } else {
                    a
                }
            }
            Self::Max => {
                if b > a {
                    b
                } else {
                    a
                }
            }
        }
    }
}

fn number_or_zero(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}

/// What follows the keys.
struct Options {
    /// A weight for each key, or none at all.
    weights: Vec<f64>,
    aggregate: Aggregate,
    scored: bool,
    limit: usize,
}

impl Options {
    fn parse(
        args: Args<'_>,
        keys: usize,
        operation: Operation,
        purpose: Purpose,
    ) -> Result<Self, CommandError> {
        let weighs = operation != Operation::Diff && purpose != Purpose::Count;
        let mut options =
            Self { weights: Vec::new(), aggregate: Aggregate::Sum, scored: false, limit: 0 };
        let mut at = 0;
        while at < args.len() {
            let left = args.len() - at;
            if weighs && left > keys && args.is(at, "WEIGHTS") {
                let parse = |text| {
                    let bad = CommandError::text("ERR weight value is not a float");
                    parse_double(text).ok_or(bad)
                };
                let weights = args.from(at + 1).first(keys);
                options.weights = weights.iter().map(parse).collect::<Result<_, _>>()?;
                at += 1 + keys;
            } else if weighs && left >= 2 && args.is(at, "AGGREGATE") {
                options.aggregate = Aggregate::parse(args.at(at + 1))?;
                at += 2;
            } else if purpose == Purpose::Reply && args.is(at, "WITHSCORES") {
                options.scored = true;
                at += 1;
            } else if purpose == Purpose::Count && left >= 2 && args.is(at, "LIMIT") {
                options.limit = int_from(args.at(at + 1), 0, "ERR LIMIT can't be negative")?;
                at += 2;
            } else {
                return Err(CommandError::Syntax);
            }
        }
        Ok(options)
    }
}

/// One input.
struct Source<'a> {
    members: Members<'a>,
    weight: f64,
}

enum Members<'a> {
    Absent,
    Set(SetRef<'a>),
    Zset(ZsetRef<'a>),
}

impl<'a> Source<'a> {
    fn new(rec: Option<&'a Rec>, weight: f64) -> Self {
        let members = match rec {
            None => Members::Absent,
            Some(rec) if type_of(rec) == Type::Set => Members::Set(SetRef::new(rec)),
            Some(rec) => Members::Zset(ZsetRef::new(rec)),
        };
        Self { members, weight }
    }

    fn len(&self) -> usize {
        match self.members {
            Members::Absent => 0,
            Members::Set(set) => set.len(),
            Members::Zset(zset) => zset.len(),
        }
    }

    fn weighed(&self, score: f64) -> f64 {
        number_or_zero(self.weight * score)
    }

    /// The weighed score of a member, which may be not a number: as Redis has it, an infinite score
    /// weighed with 0 is 0 only where it comes first.
    fn score(&self, member: &[u8]) -> Option<f64> {
        let score = match self.members {
            Members::Absent => None,
            Members::Set(set) => set.contains(member).then_some(1.0),
            Members::Zset(zset) => zset.score(member),
        };
        score.map(|score| self.weight * score)
    }

    /// Passes the members with their weighed scores to `emit` until it returns false.
    fn each(&self, mut emit: impl FnMut(&[u8], f64) -> bool) {
        let _ = match self.members {
            Members::Absent => true,
            Members::Set(set) => set.iter().all(|member| emit(&member, self.weighed(1.0))),
            Members::Zset(zset) => {
                zset.iter_all().all(|(member, score)| emit(member, self.weighed(score)))
            }
        };
    }
}

struct Combined {
    /// The result, without members when it was only counted.
    rec: Rec,
    count: usize,
    scored: bool,
}

/// Reads `numkeys key [key ...]` and the options behind, and puts the inputs together.
fn evaluate(
    cx: &mut Cx<'_>,
    args: Args<'_>,
    operation: Operation,
    purpose: Purpose,
    destination: &[u8],
) -> Result<Combined, CommandError> {
    let keys = int(args.at(0))?;
    if keys < 1 {
        return Err(CommandError::owned(format!(
            "ERR at least 1 input key is needed for '{}' command",
            cx.name()
        )));
    }
    let keys = keys as usize;
    if keys > args.len() - 1 {
        return Err(CommandError::Syntax);
    }
    let limits = cx.keys.limits();
    let found = cx.keys.read_all((1..=keys).map(|at| args.at(at)));
    let fits = |rec: &Rec| matches!(type_of(rec), Type::Zset | Type::Set);
    if !found.iter().flatten().all(|entry| fits(entry)) {
        return Err(CommandError::WrongType);
    }
    let options = Options::parse(args.from(1 + keys), keys, operation, purpose)?;
    let weight = |at: usize| options.weights.get(at).copied().unwrap_or(1.0);
    let sources = found.iter().enumerate();
    let mut sources: Vec<Source<'_>> =
        sources.map(|(at, entry)| Source::new(entry.as_deref(), weight(at))).collect();
    if operation != Operation::Diff {
        sources.sort_by_key(Source::len);
    }
    let mut rec = zset::empty(destination);
    let count = combine(&sources, operation, purpose, &options, &mut rec, &limits);
    if purpose == Purpose::Store {
        ZsetMut::new(&mut rec, &limits).drop_signs();
    }
    Ok(Combined { rec, count, scored: options.scored })
}

fn combine(
    sources: &[Source<'_>],
    operation: Operation,
    purpose: Purpose,
    options: &Options,
    rec: &mut Rec,
    limits: &Limits,
) -> usize {
    let (first, others) = (&sources[0], &sources[1..]);
    // Whether a zero keeps its sign depends on the size of the whole result.
    let mut result = ZsetMut::new(rec, limits).with_signed_zeros();
    match operation {
        Operation::Union => sources.iter().for_each(|source| {
            source.each(|member, score| {
                let old = result.score(member);
                result.add(member, old.map_or(score, |old| options.aggregate.join(old, score)));
                true
            });
        }),
        Operation::Diff => first.each(|member, score| {
            if others.iter().all(|source| source.score(member).is_none()) {
                result.add(member, score);
            }
            true
        }),
        Operation::Inter => {
            let mut count = 0;
            first.each(|member, score| {
                let joined = others.iter().try_fold(score, |sum, source| {
                    Some(options.aggregate.join(sum, source.score(member)?))
                });
                if let Some(score) = joined {
                    count += 1;
                    if purpose != Purpose::Count {
                        result.add(member, score);
                    }
                }
                purpose != Purpose::Count || count != options.limit || count == 0
            });
            return count;
        }
    }
    result.len()
}
