//! ZADD and ZINCRBY.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::double::parse_double;
use engine::zset::{Added, ZsetMut};
use engine::{Create, Event};

/// What ZADD's options say.
#[derive(Clone, Copy, Default)]
struct Rules {
    /// Only new members.
    nx: bool,
    /// Only members that are there.
    xx: bool,
    /// Only if the score rises.
    gt: bool,
    /// Only if the score falls.
    lt: bool,
    /// Count changed members too.
    ch: bool,
    /// Add to the score, reply the new one.
    incr: bool,
}

impl Rules {
    /// Parses the options; the index of the first score.
    fn parse(args: Args<'_>) -> (Self, usize) {
        let mut rules = Self::default();
        let mut at = 2;
        while let Some(word) = args.get(at) {
            // A score begins with none of these letters, but `inf` does with the last.
            let flag = match word.first().map(u8::to_ascii_uppercase) {
                Some(b'N') if args.is(at, "NX") => &mut rules.nx,
                Some(b'X') if args.is(at, "XX") => &mut rules.xx,
                Some(b'G') if args.is(at, "GT") => &mut rules.gt,
                Some(b'L') if args.is(at, "LT") => &mut rules.lt,
                Some(b'C') if args.is(at, "CH") => &mut rules.ch,
                Some(b'I') if args.is(at, "INCR") => &mut rules.incr,
                _ => break,
            };
            *flag = true;
            at += 1;
        }
        (rules, at)
    }

    fn check(self, pairs: usize) -> Result<(), CommandError> {
        if self.nx && self.xx {
            return Err(CommandError::text(
                "ERR XX and NX options at the same time are not compatible",
            ));
        }
        if (self.gt && (self.nx || self.lt)) || (self.lt && self.nx) {
            return Err(CommandError::text(
                "ERR GT, LT, and/or NX options at the same time are not compatible",
            ));
        }
        if self.incr && pairs > 1 {
            return Err(CommandError::text(
                "ERR INCR option supports a single increment-element pair",
            ));
        }
        Ok(())
    }

    /// Whether a member with this score, or without one, may get the score `next`.
    fn allow(self, old: Option<f64>, next: f64) -> bool {
        match old {
            None => !self.xx,
            Some(old) => {
                let refused = self.nx || (self.gt && next <= old) || (self.lt && next >= old);
                !refused
            }
        }
    }

    fn is_plain(self) -> bool {
        !(self.nx || self.xx || self.gt || self.lt)
    }
}

/// `ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]` -> number of new (with
/// CH of changed) members; with INCR the new score or null.
pub(super) fn zadd(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (rules, first) = Rules::parse(args);
    let count = args.len() - first;
    if count == 0 || !count.is_multiple_of(2) {
        return Err(CommandError::Syntax);
    }
    rules.check(count / 2)?;
    // All scores are good before anything is changed. One needs no memory.
    let score = score_of(args.at(first))?;
    let more = (first + 2..args.len()).step_by(2).map(|at| score_of(args.at(at)));
    let more = more.collect::<Result<Vec<f64>, _>>()?;
    let create = if rules.xx { Create::No } else { Create::IfAbsent };
    if rules.incr {
        return increment(cx, args.at(1), args.at(first + 1), score, rules);
    }
    let totals = cx.keys.update_zset(args.at(1), create, Event::ZADD, |zset| {
        let mut totals = Totals::default();
        let mut at = first + 1;
        for score in std::iter::once(score).chain(more) {
            totals.add(zset, rules, args.at(at), score);
            at += 2;
        }
        (totals, totals.new + totals.changed)
    })?;
    let totals = totals.unwrap_or_default();
    cx.reply.int((totals.new + if rules.ch { totals.changed } else { 0 }) as i64);
    Ok(Outcome::Replied)
}

/// `ZINCRBY key increment member` -> the new score.
pub(super) fn zincrby(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    // Redis reads it as ZADD with INCR, where no number is left behind an option.
    if ["NX", "XX", "GT", "LT", "CH", "INCR"].iter().any(|option| args.is(2, option)) {
        return Err(CommandError::Syntax);
    }
    let by = score_of(args.at(2))?;
    increment(cx, args.at(1), args.at(3), by, Rules::default())
}

#[derive(Clone, Copy, Default)]
struct Totals {
    new: u64,
    changed: u64,
}

impl Totals {
    #[inline]
    fn add(&mut self, zset: &mut ZsetMut<'_>, rules: Rules, member: &[u8], score: f64) {
        if !rules.is_plain() && !rules.allow(zset.score(member), score) {
            return;
        }
        match zset.add(member, score) {
            Added::New => self.new += 1,
            Added::Had(old) => self.changed += u64::from(differ(old, score)),
        }
    }
}

fn increment(cx: &mut Cx<'_>, key: &[u8], member: &[u8], by: f64, rules: Rules) -> CommandResult {
    let create = if rules.xx { Create::No } else { Create::IfAbsent };
    let result = cx.keys.update_zset(key, create, Event::ZINCR, |zset| {
        let old = zset.score(member);
        let next = old.map_or(by, |old| old + by);
        if rules.nx && old.is_some() {
            return (Ok(None), 0);
        }
        if next.is_nan() {
            let error = CommandError::text("ERR resulting score is not a number (NaN)");
            return (Err(error), 0);
        }
        if !rules.allow(old, next) {
            return (Ok(None), 0);
        }
        let changes = match zset.add(member, next) {
            Added::New => 1,
            Added::Had(old) => u64::from(differ(old, next)),
        };
        (Ok(Some(next)), changes)
    })?;
    match result.unwrap_or(Ok(None))? {
        Some(score) => cx.reply.double(score),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// Returns the score that an argument is. Short integers, most scores, are read as such.
#[inline]
fn score_of(arg: &[u8]) -> Result<f64, CommandError> {
    if arg.len() <= 15
        && let Some(int) = crate::text::int::parse_i64(arg)
    {
        return Ok(int as f64);
    }
    parse_double(arg).ok_or(CommandError::NotFloat)
}

/// Whether a score was changed; both zeros are one score.
#[expect(clippy::float_cmp, reason = "a score is the same or it is not; nothing was computed")]
fn differ(old: f64, new: f64) -> bool {
    old != new
}
