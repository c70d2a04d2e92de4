//! ZUNION, ZINTER, ZDIFF and what stores or counts their result. Plain sets take part with a
//! score of 1 for each member.

use super::range::reply_members;
use crate::args::Args;
use crate::collection::{int, int_from};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::double::parse_double;
use engine::set::{MemberRef, SetRef};
use engine::value::type_of;
use engine::zset::{self, ZsetRef};
use engine::{Event, Rec, Type, hash};
use hashbrown::HashTable;
use std::cmp::Ordering::Equal;

/// How sets are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Inter,
    Union,
    Diff,
}

/// What becomes of the result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose<'a> {
    Reply,
    /// Under this key.
    Store(&'a [u8]),
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
    evaluate(cx, args.from(1), Operation::Inter, Purpose::Count)?;
    Ok(Outcome::Replied)
}

fn reply(cx: &mut Cx<'_>, args: Args<'_>, operation: Operation) -> CommandResult {
    evaluate(cx, args.from(1), operation, Purpose::Reply)?;
    Ok(Outcome::Replied)
}

fn store(cx: &mut Cx<'_>, args: Args<'_>, operation: Operation, event: Event) -> CommandResult {
    let destination = args.at(1);
    let rec = evaluate(cx, args.from(2), operation, Purpose::Store(destination))?;
    let count = rec.as_ref().map_or(0, |rec| ZsetRef::new(rec).len());
    match rec {
        Some(rec) if count > 0 => cx.keys.put(rec, event),
        _ => {
            cx.keys.delete(destination, Event::DEL);
        }
    }
    cx.reply.count(count);
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
        purpose: Purpose<'_>,
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

#[derive(Clone, Copy)]
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

    /// The members with their weighed scores.
    fn iter(&self) -> impl Iterator<Item = Scored<'a>> + use<'_, 'a> {
        let (set, zset) = match self.members {
            Members::Absent => (None, None),
            Members::Set(set) => (Some(set.iter()), None),
            Members::Zset(zset) => (None, Some(zset.iter_all())),
        };
        let of_set = set.into_iter().flatten().map(|member| (self.weighed(1.0), member));
        let of_zset = zset.into_iter().flatten();
        let of_zset =
            of_zset.map(|(member, score)| (self.weighed(score), MemberRef::Bytes(member)));
        of_set.chain(of_zset)
    }
}

/// A member of the result with its score.
type Scored<'a> = (f64, MemberRef<'a>);

/// Reads `numkeys key [key ...]` and the options behind, and puts the inputs together. Replies the
/// result or how many members it has, or returns what is to be stored.
fn evaluate(
    cx: &mut Cx<'_>,
    args: Args<'_>,
    operation: Operation,
    purpose: Purpose<'_>,
) -> Result<Option<Rec>, CommandError> {
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
    if purpose == Purpose::Count {
        cx.reply.count(count(&sources, options.limit));
        return Ok(None);
    }
    let mut members = match operation {
        Operation::Inter => inter(&sources, options.aggregate),
        Operation::Union => union(&sources, options.aggregate),
        Operation::Diff => diff(&sources),
    };
    // Mostly in order, which this sort makes use of.
    members.sort_by(|(a, x), (b, y)| a.partial_cmp(b).unwrap_or(Equal).then_with(|| x.cmp(y)));
    if let Purpose::Store(destination) = purpose {
        return Ok(Some(zset::of_sorted(destination, &members, &limits)));
    }
    let members = members.iter().map(|(score, member)| (&**member, *score));
    reply_members(&mut cx.reply, options.scored, members);
    Ok(None)
}

/// How many members are in all sources, at most `limit` if that is not 0.
fn count(sources: &[Source<'_>], limit: usize) -> usize {
    let common = sources[0]
        .iter()
        .filter(|(_, member)| sources[1..].iter().all(|source| source.score(member).is_some()));
    if limit == 0 { common.count() } else { common.take(limit).count() }
}

/// The members that all sources have.
fn inter<'a>(sources: &[Source<'a>], aggregate: Aggregate) -> Vec<Scored<'a>> {
    let (first, others) = (&sources[0], &sources[1..]);
    let joined = |score, member: &[u8]| {
        others
            .iter()
            .try_fold(score, |sum, source| Some(aggregate.join(sum, source.score(member)?)))
    };
    first.iter().filter_map(|(score, member)| Some((joined(score, &member)?, member))).collect()
}

/// The members of the first source that no other has.
fn diff<'a>(sources: &[Source<'a>]) -> Vec<Scored<'a>> {
    let (first, others) = (&sources[0], &sources[1..]);
    let is_lone = |member: &[u8]| others.iter().all(|source| source.score(member).is_none());
    first.iter().filter(|(_, member)| is_lone(member)).collect()
}

/// The members of all sources.
fn union<'a>(sources: &[Source<'a>], aggregate: Aggregate) -> Vec<Scored<'a>> {
    let largest = sources.last().map_or(0, Source::len);
    let mut members: Vec<Scored<'a>> = Vec::with_capacity(largest);
    let mut places: HashTable<usize> = HashTable::with_capacity(largest);
    for source in sources {
        for (score, member) in source.iter() {
            let bits = hash(&member);
            if let Some(place) = places.find(bits, |place| *members[*place].1 == *member) {
                let (sum, _) = &mut members[*place];
                *sum = aggregate.join(*sum, score);
                continue;
            }
            places.insert_unique(bits, members.len(), |place| hash(&members[*place].1));
            members.push((score, member));
        }
    }
    members
}
