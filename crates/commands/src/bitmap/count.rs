//! BITCOUNT and BITPOS: parts of strings, in bytes or in bits.

use super::bits;
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use std::ops::Range;

/// What the ends of a range count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Byte,
    Bit,
}

impl Unit {
    fn parse(args: Args<'_>, at: usize) -> Result<Self, CommandError> {
        match () {
            () if args.get(at).is_none() || args.is(at, "BYTE") => Ok(Self::Byte),
            () if args.is(at, "BIT") => Ok(Self::Bit),
            () => Err(CommandError::Syntax),
        }
    }

    /// How many bits one is.
    fn bits(self) -> usize {
        match self {
            Self::Byte => 8,
            Self::Bit => 1,
        }
    }
}

/// The bits from `start` to `end`, both included and negative ones counted from the end, of a
/// string of `len` bytes.
fn range(start: i64, end: i64, unit: Unit, len: usize) -> Range<usize> {
    let total = (len * 8 / unit.bits()) as i64;
    let from_end = |at: i64| if at < 0 { at.saturating_add(total).max(0) } else { at };
    let (start, end) = (from_end(start), from_end(end).min(total - 1));
    if start > end {
        return 0..0;
    }
    start as usize * unit.bits()..(end as usize + 1) * unit.bits()
}

/// `BITCOUNT key [start end [BYTE|BIT]]` -> number of bits that are 1.
pub(super) fn bitcount(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(value) = cx.keys.string(args.at(1))? else {
        cx.reply.int(0);
        return Ok(Outcome::Replied);
    };
    let count = match args.len() {
        2 => value.with(bits::count),
        4 | 5 => {
            let (start, end) = (int(args.at(2))?, int(args.at(3))?);
            if start < 0 && end < 0 && start > end {
                0 // whatever the unit says, as in Redis 7.0
            } else {
                let unit = Unit::parse(args, 4)?;
                value.with(|bytes| bits::count_range(bytes, range(start, end, unit, bytes.len())))
            }
        }
        _ => return Err(CommandError::Syntax),
    };
    cx.reply.int(count as i64);
    Ok(Outcome::Replied)
}

/// `BITPOS key bit [start [end [BYTE|BIT]]]` -> the first such bit, -1 if there is none.
pub(super) fn bitpos(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let wanted = match int(args.at(2))? {
        bit @ 0..=1 => bit == 1,
        _ => return Err(CommandError::text("ERR The bit argument must be 1 or 0.")),
    };
    let Some(value) = cx.keys.string(args.at(1))? else {
        cx.reply.int(if wanted { -1 } else { 0 });
        return Ok(Outcome::Replied);
    };
    if args.len() > 6 {
        return Err(CommandError::Syntax);
    }
    let start = args.get(3).map_or(Ok(0), int)?;
    let unit = Unit::parse(args, 5)?;
    let end = args.get(4).map(int).transpose()?;
    let found = value.with(|bytes| {
        let range = range(start, end.unwrap_or(-1), unit, bytes.len());
        if range.is_empty() {
            return None;
        }
        // Behind a string that was searched to its end come zeros.
        let behind = (!wanted && end.is_none()).then_some(range.end);
        bits::find(bytes, range, wanted).or(behind)
    });
    cx.reply.int(found.map_or(-1, |bit| bit as i64));
    Ok(Outcome::Replied)
}
