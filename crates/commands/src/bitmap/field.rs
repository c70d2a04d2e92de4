//! BITFIELD and `BITFIELD_RO`: integers of any width inside of a string.
//!
//! The operations are read twice, once to refuse the call as a whole or to find out how long the
//! string gets, once to run them; so nothing is allocated for them.

use super::bits::Span;
use super::check_offset;
use crate::args::Args;
use crate::collection::int;
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use crate::text::int::parse_i64;
use engine::{Blob, Create, Event};

/// The type and the place of an integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Field {
    signed: bool,
    span: Span,
}

/// What becomes of a result that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Overflow {
    /// Its low bits.
    Wrap,
    /// The nearest number that fits.
    Saturate,
    /// Nothing is written.
    Fail,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Action {
    Get,
    Set(i64),
    IncrBy(i64),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Step {
    field: Field,
    action: Action,
    overflow: Overflow,
}

impl Field {
    /// The integer, sign extended.
    fn read(self, bytes: &[u8]) -> i64 {
        self.extend(self.span.read(bytes))
    }

    /// The low bits of `value` as this type has them.
    fn extend(self, value: u64) -> i64 {
        let unused = 64 - self.span.bits;
        let top = value << unused;
        if self.signed { (top as i64) >> unused } else { (top >> unused) as i64 }
    }

    fn limits(self) -> (i128, i128) {
        let bits = self.span.bits;
        if self.signed { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) }
    }

    /// The number that is kept of `value`; none if it fails.
    fn fit(self, value: i128, overflow: Overflow) -> Option<i64> {
        let (min, max) = self.limits();
        if (min..=max).contains(&value) {
            return Some(value as i64);
        }
        match overflow {
            Overflow::Wrap => Some(self.extend(value as u64)),
            Overflow::Saturate => Some(value.clamp(min, max) as i64),
            Overflow::Fail => None,
        }
    }
}

impl Step {
    /// Runs the step on a string that is long enough and writes its reply; whether it changed
    /// anything.
    fn run(self, blob: &mut Blob, reply: &mut Reply<'_>) -> bool {
        let old = self.field.read(blob.as_slice());
        let Some(new) = self.outcome(old) else {
            reply.null();
            return false;
        };
        let is_sum = matches!(self.action, Action::IncrBy(_));
        reply.int(if is_sum { new } else { old });
        if new != old {
            self.field.span.write(blob.as_mut_slice(), new as u64);
        }
        new != old
    }

    /// The number that is there after the step; none if it fails.
    fn outcome(self, old: i64) -> Option<i64> {
        let wanted = match self.action {
            Action::Get => return Some(old),
            // A negative number is one beyond the limit of an unsigned type.
            Action::Set(value) if !self.field.signed => i128::from(value as u64),
            Action::Set(value) if self.saturates_upwards(value) => i128::MAX,
            Action::Set(value) => i128::from(value),
            Action::IncrBy(by) => i128::from(old) + i128::from(by),
        };
        self.field.fit(wanted, self.overflow)
    }

    /// Whether a number to be set is so low that its distance to the highest that fits is more than
    /// 63 bits hold. Redis and Valkey take it for one that is too high, and so must we.
    fn saturates_upwards(self, value: i64) -> bool {
        let (min, max) = self.field.limits();
        let too_low = i128::from(value) < min && self.field.signed;
        let far = max - i128::from(value) > i128::from(i64::MAX);
        too_low && far && self.overflow == Overflow::Saturate
    }
}

/// The steps that a call's arguments are.
#[derive(Clone)]
struct Steps<'a> {
    args: Args<'a>,
    at: usize,
    overflow: Overflow,
    /// Longest string there may be.
    len_max: u64,
}

impl<'a> Steps<'a> {
    fn new(cx: &Cx<'_>, args: Args<'a>) -> Self {
        let len_max = cx.server.config.size(Id::PROTO_MAX_BULK_LEN);
        Self { args, at: 2, overflow: Overflow::Wrap, len_max }
    }

    fn read(&mut self) -> Result<Option<Step>, CommandError> {
        while self.args.is(self.at, "OVERFLOW") && self.args.len() > self.at + 1 {
            self.overflow = match self.at + 1 {
                at if self.args.is(at, "WRAP") => Overflow::Wrap,
                at if self.args.is(at, "SAT") => Overflow::Saturate,
                at if self.args.is(at, "FAIL") => Overflow::Fail,
                _ => return Err(CommandError::text("ERR Invalid OVERFLOW type specified")),
            };
            self.at += 2;
        }
        let (args, at) = (self.args, self.at);
        if at >= args.len() {
            return Ok(None);
        }
        let following = args.len() - at - 1;
        let is_get = args.is(at, "GET") && following >= 2;
        let is_set = args.is(at, "SET") && following >= 3;
        let is_incr = args.is(at, "INCRBY") && following >= 3;
        if !(is_get || is_set || is_incr) {
            return Err(CommandError::Syntax);
        }
        let field = self.field(args.at(at + 1), args.at(at + 2))?;
        let action = match () {
            () if is_get => Action::Get,
            () if is_set => Action::Set(int(args.at(at + 3))?),
            () => Action::IncrBy(int(args.at(at + 3))?),
        };
        self.at += if is_get { 3 } else { 4 };
        Ok(Some(Step { field, action, overflow: self.overflow }))
    }

    /// Reads `i8`, `u63` and an offset: bits, or with `#` as many fields of this width.
    fn field(&self, kind: &[u8], offset: &[u8]) -> Result<Field, CommandError> {
        const BAD_TYPE: CommandError = CommandError::text(
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not \
             supported but i64 is.",
        );
        let (signed, width) = match kind {
            [b'i', width @ ..] => (true, width),
            [b'u', width @ ..] => (false, width),
            _ => return Err(BAD_TYPE),
        };
        // Redis reads it as a C string.
        let width = width.split(|byte| *byte == 0).next().unwrap_or_default();
        let bits_max = if signed { 64 } else { 63 };
        let bits = parse_i64(width).filter(|bits| (1..=bits_max).contains(bits)).ok_or(BAD_TYPE)?;
        let offset = match offset {
            [b'#', index @ ..] => parse_i64(index).and_then(|index| index.checked_mul(bits)),
            offset => parse_i64(offset),
        };
        let offset = check_offset(offset, self.len_max)?;
        Ok(Field { signed, span: Span { offset, bits: bits as u32 } })
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<Step, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// What all steps of a call ask for.
struct Plan {
    steps: usize,
    /// Bytes that the string has to have; none if nothing is written.
    len: Option<usize>,
}

impl Plan {
    fn of(steps: Steps<'_>) -> Result<Self, CommandError> {
        let mut plan = Self { steps: 0, len: None };
        for step in steps {
            let Step { field, action, .. } = step?;
            plan.steps += 1;
            if action != Action::Get {
                plan.len = plan.len.max(Some(field.span.bytes().end));
            }
        }
        Ok(plan)
    }
}

/// `BITFIELD key [GET type offset | [OVERFLOW WRAP|SAT|FAIL] SET type offset value | INCRBY type
/// offset increment] ...` -> an integer for each step, null for one that failed.
pub(super) fn bitfield(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let steps = Steps::new(cx, args);
    let plan = Plan::of(steps.clone())?;
    let Some(len) = plan.len else { return read(cx, args, steps, plan.steps) };
    let reply = &mut cx.reply;
    cx.keys.edit_string(args.at(1), Create::IfAbsent, Event::SETBIT, |blob| {
        // A string that only got longer has changed too.
        let grown = blob.len() < len;
        if grown {
            blob.set_range(len - 1, &[0]);
        }
        reply.array(plan.steps);
        let mut changes = 0;
        for step in steps.flatten() {
            changes += u64::from(step.run(blob, reply));
        }
        ((), changes.max(u64::from(grown)))
    })?;
    Ok(Outcome::Replied)
}

/// `BITFIELD_RO key [GET type offset] ...` -> an integer for each.
pub(super) fn bitfield_ro(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let steps = Steps::new(cx, args);
    let plan = Plan::of(steps.clone())?;
    if plan.len.is_some() {
        return Err(CommandError::text("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    read(cx, args, steps, plan.steps)
}

fn read(cx: &mut Cx<'_>, args: Args<'_>, steps: Steps<'_>, count: usize) -> CommandResult {
    let value = cx.keys.string(args.at(1))?;
    let reply = &mut cx.reply;
    reply.array(count);
    let run = |bytes: &[u8]| steps.flatten().for_each(|step| reply.int(step.field.read(bytes)));
    match value {
        Some(value) => value.with(run),
        None => run(b""),
    }
    Ok(Outcome::Replied)
}

#[cfg(test)]
mod tests;
