//! Bits of strings: GETBIT and SETBIT. Bit 0 is the highest of the first byte.

use crate::args::Args;
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use engine::Event;
use engine::string::StringRef;

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "getbit",
        run: getbit,
        arity: 3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::BITMAP,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Bitmap,
        since: "2.2.0",
        summary: "Returns one bit of a string.",
        args: &[Arg::key("key"), Arg::integer("offset")],
        ..Command::DEFAULT
    },
    Command {
        name: "setbit",
        run: setbit,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::BITMAP,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::Bitmap,
        since: "2.2.0",
        summary: "Sets or clears one bit of a string, growing it if needed.",
        args: &[Arg::key("key"), Arg::integer("offset"), Arg::integer("value")],
        ..Command::DEFAULT
    },
];

const BAD_OFFSET: CommandError =
    CommandError::text("ERR bit offset is not an integer or out of range");
const BAD_BIT: CommandError = CommandError::text("ERR bit is not an integer or out of range");

/// Where a bit is: the byte, and the bit's mask in it.
#[derive(Clone, Copy)]
struct Place {
    byte: usize,
    mask: u8,
}

impl Place {
    fn parse(cx: &Cx<'_>, text: &[u8]) -> Result<Self, CommandError> {
        let offset = parse_i64(text).and_then(|offset| u64::try_from(offset).ok());
        let max = cx.server.config.size(Id::PROTO_MAX_BULK_LEN);
        let offset = offset.filter(|offset| offset >> 3 < max).ok_or(BAD_OFFSET)?;
        Ok(Self { byte: (offset >> 3) as usize, mask: 0x80 >> (offset & 7) })
    }
}

/// `GETBIT key offset` -> the bit; 0 beyond the end.
fn getbit(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let place = Place::parse(cx, args.at(2))?;
    let byte = match cx.keys.string(args.at(1))? {
        Some(value) => value.with(|bytes| bytes.get(place.byte).copied()),
        None => None,
    };
    cx.reply.flag(byte.unwrap_or(0) & place.mask != 0);
    Ok(Outcome::Replied)
}

/// `SETBIT key offset value` -> what the bit was.
fn setbit(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let place = Place::parse(cx, args.at(2))?;
    let on = match parse_i64(args.at(3)) {
        Some(bit @ 0..=1) => bit == 1,
        _ => return Err(BAD_BIT),
    };
    let old = match cx.keys.peek(key) {
        Some(entry) => StringRef::of(entry)?.with(|bytes| bytes.get(place.byte).copied()),
        None => None,
    };
    let was = old.unwrap_or(0);
    let byte = if on { was | place.mask } else { was & !place.mask };
    // A bit beyond the end lengthens the string even if it is 0.
    if old != Some(byte) {
        cx.keys.set_range(key, place.byte, &[byte], Event::SETBIT)?;
    }
    cx.reply.flag(was & place.mask != 0);
    Ok(Outcome::Replied)
}
