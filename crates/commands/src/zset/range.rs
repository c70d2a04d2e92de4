//! Spans of a sorted set: read, stored, counted, removed. Every kind of range becomes a span of
//! ranks first.

use crate::args::Args;
use crate::collection::{int, span};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use crate::text::double::parse_double_saturating;
use engine::zset::{self, Bound, ZsetMut, ZsetRef};
use engine::{Create, Event, Type};
use std::ops::Range;

/// What the ends of a range are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Rank,
    Score,
    Lex,
}

/// The ends of a range.
#[derive(Clone, Copy)]
enum Ends<'a> {
    Rank(i64, i64),
    Score(Bound<f64>, Bound<f64>),
    Lex(Bound<&'a [u8]>, Bound<&'a [u8]>),
}

impl<'a> Ends<'a> {
    fn parse(by: By, min: &'a [u8], max: &'a [u8]) -> Result<Self, CommandError> {
        Ok(match by {
            By::Rank => Self::Rank(int(min)?, int(max)?),
            By::Score => Self::Score(score_bound(min)?, score_bound(max)?),
            By::Lex => Self::Lex(lex_bound(min)?, lex_bound(max)?),
        })
    }

    /// The ranks, from the lowest score, of what lies between.
    fn ranks(self, zset: ZsetRef<'_>, reverse: bool) -> Range<usize> {
        match self {
            Self::Rank(start, stop) => {
                let len = zset.len();
                let ranks = span(start, stop, len);
                if reverse { len - ranks.end..len - ranks.start } else { ranks }
            }
            Self::Score(min, max) => zset.ranks_by_score(min, max),
            Self::Lex(min, max) => zset.ranks_by_lex(min, max),
        }
    }
}

/// Parses `1.5`, `(1.5`, `-inf`.
fn score_bound(text: &[u8]) -> Result<Bound<f64>, CommandError> {
    let (bound, number): (fn(f64) -> Bound<f64>, _) = match text {
        [b'(', rest @ ..] => (Bound::Exclusive, rest),
        _ => (Bound::Inclusive, text),
    };
    // Nothing at all reads as 0 and blanks may come first, as C's `strtod` has it.
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let skipped = number.iter().take_while(|byte| is_blank(byte)).count();
    let number = if skipped < number.len() { &number[skipped..] } else { number };
    let number = if number.is_empty() { Some(0.0) } else { parse_double_saturating(number) };
    number.map(bound).ok_or(CommandError::text("ERR min or max is not a float"))
}

/// Parses `-`, `+`, `[member`, `(member`.
fn lex_bound(text: &[u8]) -> Result<Bound<&[u8]>, CommandError> {
    match text {
        b"-" => Ok(Bound::Lowest),
        b"+" => Ok(Bound::Highest),
        [b'[', member @ ..] => Ok(Bound::Inclusive(member)),
        [b'(', member @ ..] => Ok(Bound::Exclusive(member)),
        _ => Err(CommandError::text("ERR min or max not valid string range item")),
    }
}

/// A parsed range command.
struct Query<'a> {
    ends: Ends<'a>,
    reverse: bool,
    scored: bool,
    offset: i64,
    limit: i64,
}

/// What a command's name has decided already.
#[derive(Clone, Copy)]
struct Form {
    /// Index of the key that is read.
    key: usize,
    by: Option<By>,
    reverse: Option<bool>,
    store: bool,
}

impl Form {
    const ANY: Self = Self { key: 1, by: None, reverse: None, store: false };

    const fn fixed(by: By, reverse: bool) -> Self {
        Self { key: 1, by: Some(by), reverse: Some(reverse), store: false }
    }
}

impl<'a> Query<'a> {
    fn parse(args: Args<'a>, form: Form) -> Result<Self, CommandError> {
        let (mut by, mut reverse, mut scored) = (form.by, form.reverse, false);
        let (mut offset, mut limit) = (0, -1);
        let mut at = form.key + 3;
        while at < args.len() {
            if !form.store && args.is(at, "WITHSCORES") {
                scored = true;
            } else if args.is(at, "LIMIT") && args.len() - at > 2 {
                (offset, limit) = (int(args.at(at + 1))?, int(args.at(at + 2))?);
                at += 2;
            } else if reverse.is_none() && args.is(at, "REV") {
                reverse = Some(true);
            } else if by.is_none() && args.is(at, "BYLEX") {
                by = Some(By::Lex);
            } else if by.is_none() && args.is(at, "BYSCORE") {
                by = Some(By::Score);
            } else {
                return Err(CommandError::Syntax);
            }
            at += 1;
        }
        let (by, reverse) = (by.unwrap_or(By::Rank), reverse.unwrap_or(false));
        if limit != -1 && by == By::Rank {
            return Err(CommandError::text(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE \
                 or BYLEX",
            ));
        }
        if scored && by == By::Lex {
            return Err(CommandError::text(
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
            ));
        }
        let (mut min, mut max) = (args.at(form.key + 1), args.at(form.key + 2));
        if reverse && by != By::Rank {
            (min, max) = (max, min);
        }
        Ok(Self { ends: Ends::parse(by, min, max)?, reverse, scored, offset, limit })
    }

    /// The ranks, from the lowest score, of what is wanted.
    fn ranks(&self, zset: ZsetRef<'_>) -> Range<usize> {
        let ranks = self.ends.ranks(zset, self.reverse);
        if matches!(self.ends, Ends::Rank(..)) {
            return ranks;
        }
        let Ok(skip) = usize::try_from(self.offset) else { return 0..0 };
        let skip = skip.min(ranks.len());
        let left = ranks.len() - skip;
        let take = usize::try_from(self.limit).map_or(left, |limit| limit.min(left));
        if self.reverse {
            let end = ranks.end - skip;
            end - take..end
        } else {
            let start = ranks.start + skip;
            start..start + take
        }
    }
}

/// `ZRANGE key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]` -> array of
/// members, or of members with their scores (pairs in RESP3).
pub(super) fn zrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_range(cx, args, Form::ANY)
}

/// `ZREVRANGE key start stop [WITHSCORES]` -> as ZRANGE.
pub(super) fn zrevrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_range(cx, args, Form::fixed(By::Rank, true))
}

/// `ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]` -> as ZRANGE.
pub(super) fn zrangebyscore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_range(cx, args, Form::fixed(By::Score, false))
}

/// `ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]` -> as ZRANGE.
pub(super) fn zrevrangebyscore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_range(cx, args, Form::fixed(By::Score, true))
}

/// `ZRANGEBYLEX key min max [LIMIT offset count]` -> array of members.
pub(super) fn zrangebylex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_range(cx, args, Form::fixed(By::Lex, false))
}

/// `ZREVRANGEBYLEX key max min [LIMIT offset count]` -> array of members.
pub(super) fn zrevrangebylex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_range(cx, args, Form::fixed(By::Lex, true))
}

fn reply_range(cx: &mut Cx<'_>, args: Args<'_>, form: Form) -> CommandResult {
    let query = Query::parse(args, form)?;
    let Some(entry) = cx.keys.read_as(args.at(form.key), Type::Zset)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let zset = ZsetRef::new(&entry);
    let ranks = query.ranks(zset);
    if query.reverse {
        reply_members(&mut cx.reply, query.scored, zset.iter(ranks).rev());
    } else {
        reply_members(&mut cx.reply, query.scored, zset.iter(ranks));
    }
    Ok(Outcome::Replied)
}

/// Replies members, with their scores if `scored`.
pub(super) fn reply_members<'m>(
    reply: &mut Reply<'_>,
    scored: bool,
    members: impl ExactSizeIterator<Item = (&'m [u8], f64)>,
) {
    let nested = scored && reply.is_resp3();
    let size = members.len();
    reply.array(if scored && !nested { size * 2 } else { size });
    reply.each(size, members, |reply, (member, score)| {
        if nested {
            reply.array(2);
        }
        reply.bulk(member);
        if scored {
            reply.double(score);
        }
    });
}

/// `ZRANGESTORE destination source min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]` -> number
/// of members stored.
pub(super) fn zrangestore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let query = Query::parse(args, Form { key: 2, store: true, ..Form::ANY })?;
    let (destination, limits) = (args.at(1), cx.keys.limits());
    let mut rec = zset::empty(destination);
    let mut stored = ZsetMut::new(&mut rec, &limits);
    if matches!(query.ends, Ends::Rank(..)) {
        // As many as are known beforehand: a large result keeps the signs of zeros.
        stored = stored.with_signed_zeros();
    }
    if let Some(entry) = cx.keys.read_as(args.at(2), Type::Zset)? {
        let zset = ZsetRef::new(&entry);
        let members = zset.iter(query.ranks(zset));
        let mut add = |(member, score)| {
            stored.add(member, score);
        };
        // The order decides which of them find a small set, where zeros lose their signs.
        if query.reverse {
            members.rev().for_each(&mut add);
        } else {
            members.for_each(&mut add);
        }
    }
    let count = stored.len();
    ZsetMut::new(&mut rec, &limits).drop_signs();
    if count == 0 {
        cx.keys.delete(destination, Event::DEL);
    } else {
        cx.keys.put(rec, Event::ZRANGESTORE);
    }
    cx.reply.count(count);
    Ok(Outcome::Replied)
}

/// `ZCOUNT key min max` -> number of members.
pub(super) fn zcount(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    count_range(cx, args, By::Score)
}

/// `ZLEXCOUNT key min max` -> number of members.
pub(super) fn zlexcount(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    count_range(cx, args, By::Lex)
}

fn count_range(cx: &mut Cx<'_>, args: Args<'_>, by: By) -> CommandResult {
    let ends = Ends::parse(by, args.at(2), args.at(3))?;
    let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
    cx.reply.count(entry.map_or(0, |entry| ends.ranks(ZsetRef::new(&entry), false).len()));
    Ok(Outcome::Replied)
}

/// `ZREMRANGEBYRANK key start stop` -> number of removed members.
pub(super) fn zremrangebyrank(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    remove_range(cx, args, By::Rank, Event::ZREMBYRANK)
}

/// `ZREMRANGEBYSCORE key min max` -> number of removed members.
pub(super) fn zremrangebyscore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    remove_range(cx, args, By::Score, Event::ZREMBYSCORE)
}

/// `ZREMRANGEBYLEX key min max` -> number of removed members.
pub(super) fn zremrangebylex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    remove_range(cx, args, By::Lex, Event::ZREMBYLEX)
}

fn remove_range(cx: &mut Cx<'_>, args: Args<'_>, by: By, event: Event) -> CommandResult {
    let ends = Ends::parse(by, args.at(2), args.at(3))?;
    let removed = cx.keys.update_zset(args.at(1), Create::No, event, |zset| {
        let ranks = ends.ranks(zset.read(), false);
        let removed = zset.remove_ranks(ranks);
        (removed, removed as u64)
    })?;
    cx.reply.count(removed.unwrap_or(0));
    Ok(Outcome::Replied)
}
