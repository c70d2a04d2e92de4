//! Bits of strings. Cases: `tests/cases/bitmap.t`, `tests/cases/bitmap_newer.t`,
//! `tests/cases/bitfield.t`.
//!
//! Single bits are here; [`count`] counts and finds them, [`combine`] makes one string out of
//! several, [`field`] takes them as integers. What is done to bytes is in [`bits`]: a string is a
//! row of bits, bit 0 the highest of the first byte.

use crate::args::Args;
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use engine::{Create, Event};

mod bits;
mod combine;
mod count;
mod field;

use combine::bitop;
use count::{bitcount, bitpos};
use field::{bitfield, bitfield_ro};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "bitcount",
        run: bitcount,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::BITMAP,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Bitmap,
        since: "2.6.0",
        summary: "Counts the set bits of a string.",
        complexity: "O(N), N the bytes looked at",
        args: &[Arg::key("key"), Arg::block("range", COUNT_RANGE).optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "bitfield",
        run: bitfield,
        arity: -2,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::BITMAP,
        keys: &[KeySpec::at(
            1,
            KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE).and(KeyFlags::VARIABLE),
        )
        .notes("This command allows both access and modification of the key")],
        group: Group::Bitmap,
        since: "3.2.0",
        summary: "Reads and changes integers of any width inside a string.",
        complexity: "O(1) for each operation",
        args: &[
            Arg::key("key"),
            Arg::one_of(
                "operation",
                &[
                    Arg::block("get-block", &[Arg::string("encoding"), Arg::integer("offset")])
                        .token("GET"),
                    Arg::block(
                        "write",
                        &[
                            Arg::one_of(
                                "overflow-block",
                                &[
                                    Arg::flag("wrap", "WRAP"),
                                    Arg::flag("sat", "SAT"),
                                    Arg::flag("fail", "FAIL"),
                                ],
                            )
                            .token("OVERFLOW")
                            .optional(),
                            Arg::one_of(
                                "write-operation",
                                &[
                                    Arg::block(
                                        "set-block",
                                        &[
                                            Arg::string("encoding"),
                                            Arg::integer("offset"),
                                            Arg::integer("value"),
                                        ],
                                    )
                                    .token("SET"),
                                    Arg::block(
                                        "incrby-block",
                                        &[
                                            Arg::string("encoding"),
                                            Arg::integer("offset"),
                                            Arg::integer("increment"),
                                        ],
                                    )
                                    .token("INCRBY"),
                                ],
                            ),
                        ],
                    ),
                ],
            )
            .optional()
            .multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "bitfield_ro",
        run: bitfield_ro,
        arity: -2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::BITMAP,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Bitmap,
        since: "6.0.0",
        summary: "Reads integers of any width inside a string.",
        complexity: "O(1) for each operation",
        args: &[
            Arg::key("key"),
            Arg::block("get-block", &[Arg::string("encoding"), Arg::integer("offset")])
                .token("GET")
                .optional()
                .multiple_token(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "bitop",
        run: bitop,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::BITMAP,
        keys: &[
            KeySpec::at(2, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::range(3, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::Bitmap,
        since: "2.6.0",
        summary: "Combines strings bit by bit and stores the result.",
        complexity: "O(N), N the bytes of the longest string",
        args: &[
            Arg::one_of(
                "operation",
                &[
                    Arg::flag("and", "AND"),
                    Arg::flag("or", "OR"),
                    Arg::flag("xor", "XOR"),
                    Arg::flag("not", "NOT"),
                    Arg::flag("diff", "DIFF"),
                    Arg::flag("diff1", "DIFF1"),
                    Arg::flag("andor", "ANDOR"),
                    Arg::flag("one", "ONE"),
                ],
            ),
            Arg::key("destkey"),
            Arg::key("key").spec(1).multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "bitpos",
        run: bitpos,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::BITMAP,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Bitmap,
        since: "2.8.7",
        summary: "Finds the first set or clear bit.",
        complexity: "O(N), N the bytes looked at",
        args: &[Arg::key("key"), Arg::integer("bit"), Arg::block("range", RANGE).optional()],
        ..Command::DEFAULT
    },
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

const UNIT: Arg = Arg::one_of("unit", &[Arg::flag("byte", "BYTE"), Arg::flag("bit", "BIT")])
    .since("7.0.0")
    .optional();

const COUNT_RANGE: &[Arg] = &[Arg::integer("start"), Arg::integer("end"), UNIT];

const END_UNIT_BLOCK: &[Arg] = &[Arg::integer("end"), UNIT];

const RANGE: &[Arg] =
    &[Arg::integer("start"), Arg::block("end-unit-block", END_UNIT_BLOCK).optional()];

const BAD_OFFSET: CommandError =
    CommandError::text("ERR bit offset is not an integer or out of range");
const BAD_BIT: CommandError = CommandError::text("ERR bit is not an integer or out of range");

/// Returns the bit that an argument names: inside of the longest string there may be.
fn offset_of(cx: &Cx<'_>, text: &[u8]) -> Result<u64, CommandError> {
    check_offset(parse_i64(text), cx.server.config.size(Id::PROTO_MAX_BULK_LEN))
}

/// Returns an offset that is inside of a string of `len_max` bytes.
fn check_offset(offset: Option<i64>, len_max: u64) -> Result<u64, CommandError> {
    let offset = offset.and_then(|offset| u64::try_from(offset).ok());
    offset.filter(|offset| offset >> 3 < len_max).ok_or(BAD_OFFSET)
}

/// The byte of a bit, and the bit's mask in it.
fn place(offset: u64) -> (usize, u8) {
    ((offset >> 3) as usize, 0x80 >> (offset & 7))
}

/// `GETBIT key offset` -> the bit; 0 beyond the end.
fn getbit(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (at, mask) = place(offset_of(cx, args.at(2))?);
    let byte = match cx.keys.string(args.at(1))? {
        Some(value) => value.with(|bytes| bytes.get(at).copied()),
        None => None,
    };
    cx.reply.flag(byte.unwrap_or(0) & mask != 0);
    Ok(Outcome::Replied)
}

/// `SETBIT key offset value` -> what the bit was.
fn setbit(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (at, mask) = place(offset_of(cx, args.at(2))?);
    let on = match parse_i64(args.at(3)) {
        Some(bit @ 0..=1) => bit == 1,
        _ => return Err(BAD_BIT),
    };
    let was = cx.keys.edit_string(args.at(1), Create::IfAbsent, Event::SETBIT, |blob| {
        let old = blob.as_slice().get(at).copied();
        let was = old.unwrap_or(0);
        let byte = if on { was | mask } else { was & !mask };
        // A bit beyond the end lengthens the string even if it is 0.
        let changes = old != Some(byte);
        if changes {
            blob.set_range(at, &[byte]);
        }
        (was & mask != 0, u64::from(changes))
    })?;
    cx.reply.flag(was.unwrap_or(false));
    Ok(Outcome::Replied)
}
