//! Members at positions. Cases: `tests/cases/geo.t`, `tests/cases/geo_search.t`,
//! `tests/cases/geo_newer.t`.
//!
//! A position is kept as the score of a sorted set: [`cell`] says how, [`shape`] what lies inside
//! of what, [`search`] finds members. Single members are here.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use crate::spec::{Arg, Begin, Category, Command, Find, Flags, Group, KeyFlags, KeySpec};
use crate::text::double::parse_double;
use crate::text::long_double::LongDouble;
use cell::Position;
use engine::zset::{Added, ZsetRef};
use engine::{Create, Event, Type};

mod cell;
mod search;
mod shape;

use search::{
    georadius, georadius_ro, georadiusbymember, georadiusbymember_ro, geosearch, geosearchstore,
};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "geoadd",
        run: geoadd,
        arity: -5,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Geo,
        since: "3.2.0",
        summary: "Adds members at positions.",
        complexity: "O(log(N)) for each member given, N the members",
        args: &[
            Arg::key("key"),
            Arg::one_of("condition", &[Arg::flag("nx", "NX"), Arg::flag("xx", "XX")])
                .since("6.2.0")
                .optional(),
            Arg::flag("change", "CH").since("6.2.0").optional(),
            Arg::block(
                "data",
                &[Arg::double("longitude"), Arg::double("latitude"), Arg::string("member")],
            )
            .multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "geodist",
        run: geodist,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Geo,
        since: "3.2.0",
        summary: "Returns the distance between two members.",
        args: &[
            Arg::key("key"),
            Arg::string("member1"),
            Arg::string("member2"),
            Arg::one_of(
                "unit",
                &[
                    Arg::flag("m", "M"),
                    Arg::flag("km", "KM"),
                    Arg::flag("ft", "FT"),
                    Arg::flag("mi", "MI"),
                ],
            )
            .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "geohash",
        run: geohash,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Geo,
        since: "3.2.0",
        summary: "Returns the positions of members as geohash strings.",
        complexity: "O(N), N the members asked for",
        args: &[Arg::key("key"), Arg::string("member").optional().multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "geopos",
        run: geopos,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Geo,
        since: "3.2.0",
        summary: "Returns the longitude and latitude of members.",
        complexity: "O(N), N the members asked for",
        args: &[Arg::key("key"), Arg::string("member").optional().multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "georadius",
        run: georadius,
        arity: -6,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
        acl: Category::GEO,
        keys: &[
            KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS)),
            KeySpec {
                flags: KeyFlags::OW.and(KeyFlags::UPDATE).and(KeyFlags::VARIABLE),
                begin: Begin::Keyword("STORE", 6),
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
            KeySpec {
                flags: KeyFlags::OW.and(KeyFlags::UPDATE).and(KeyFlags::VARIABLE),
                begin: Begin::Keyword("STOREDIST", 6),
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
        ],
        group: Group::Geo,
        since: "3.2.0",
        summary: "Returns or stores the members within a distance of a point.",
        complexity: "O(N+log(M)), N the members in the box around the circle, M the members",
        args: &[
            Arg::key("key"),
            Arg::double("longitude"),
            Arg::double("latitude"),
            Arg::double("radius"),
            Arg::one_of(
                "unit",
                &[
                    Arg::flag("m", "M"),
                    Arg::flag("km", "KM"),
                    Arg::flag("ft", "FT"),
                    Arg::flag("mi", "MI"),
                ],
            ),
            Arg::flag("withcoord", "WITHCOORD").optional(),
            Arg::flag("withdist", "WITHDIST").optional(),
            Arg::flag("withhash", "WITHHASH").optional(),
            Arg::block(
                "count-block",
                &[
                    Arg::integer("count").token("COUNT"),
                    Arg::flag("any", "ANY").since("6.2.0").optional(),
                ],
            )
            .optional(),
            Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
            Arg::one_of("store", STORE).optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "georadius_ro",
        run: georadius_ro,
        arity: -6,
        flags: Flags::READONLY,
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Geo,
        since: "3.2.10",
        summary: "Returns the members within a distance of a point.",
        complexity: "O(N+log(M)), N the members in the box around the circle, M the members",
        args: &[
            Arg::key("key"),
            Arg::double("longitude"),
            Arg::double("latitude"),
            Arg::double("radius"),
            Arg::one_of(
                "unit",
                &[
                    Arg::flag("m", "M"),
                    Arg::flag("km", "KM"),
                    Arg::flag("ft", "FT"),
                    Arg::flag("mi", "MI"),
                ],
            ),
            Arg::flag("withcoord", "WITHCOORD").optional(),
            Arg::flag("withdist", "WITHDIST").optional(),
            Arg::flag("withhash", "WITHHASH").optional(),
            Arg::block(
                "count-block",
                &[
                    Arg::integer("count").token("COUNT"),
                    Arg::flag("any", "ANY").since("6.2.0").optional(),
                ],
            )
            .optional(),
            Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "georadiusbymember",
        run: georadiusbymember,
        arity: -5,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
        acl: Category::GEO,
        keys: &[
            KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS)),
            KeySpec {
                flags: KeyFlags::OW.and(KeyFlags::UPDATE).and(KeyFlags::VARIABLE),
                begin: Begin::Keyword("STORE", 5),
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
            KeySpec {
                flags: KeyFlags::OW.and(KeyFlags::UPDATE).and(KeyFlags::VARIABLE),
                begin: Begin::Keyword("STOREDIST", 5),
                find: Find::Range { last: 0, step: 1, limit: 0 },
                notes: "",
            },
        ],
        group: Group::Geo,
        since: "3.2.0",
        summary: "Returns or stores the members within a distance of another.",
        complexity: "O(N+log(M)), N the members in the box around the circle, M the members",
        args: &[
            Arg::key("key"),
            Arg::string("member"),
            Arg::double("radius"),
            Arg::one_of(
                "unit",
                &[
                    Arg::flag("m", "M"),
                    Arg::flag("km", "KM"),
                    Arg::flag("ft", "FT"),
                    Arg::flag("mi", "MI"),
                ],
            ),
            Arg::flag("withcoord", "WITHCOORD").optional(),
            Arg::flag("withdist", "WITHDIST").optional(),
            Arg::flag("withhash", "WITHHASH").optional(),
            Arg::block(
                "count-block",
                &[Arg::integer("count").token("COUNT"), Arg::flag("any", "ANY").optional()],
            )
            .optional(),
            Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
            Arg::one_of("store", STORE).optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "georadiusbymember_ro",
        run: georadiusbymember_ro,
        arity: -5,
        flags: Flags::READONLY,
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Geo,
        since: "3.2.10",
        summary: "Returns the members within a distance of another.",
        complexity: "O(N+log(M)), N the members in the box around the circle, M the members",
        args: &[
            Arg::key("key"),
            Arg::string("member"),
            Arg::double("radius"),
            Arg::one_of(
                "unit",
                &[
                    Arg::flag("m", "M"),
                    Arg::flag("km", "KM"),
                    Arg::flag("ft", "FT"),
                    Arg::flag("mi", "MI"),
                ],
            ),
            Arg::flag("withcoord", "WITHCOORD").optional(),
            Arg::flag("withdist", "WITHDIST").optional(),
            Arg::flag("withhash", "WITHHASH").optional(),
            Arg::block(
                "count-block",
                &[Arg::integer("count").token("COUNT"), Arg::flag("any", "ANY").optional()],
            )
            .optional(),
            Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "geosearch",
        run: geosearch,
        arity: -7,
        flags: Flags::READONLY,
        acl: Category::GEO,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Geo,
        since: "6.2.0",
        summary: "Returns the members inside a shape.",
        complexity: "O(N+log(M)), N the members in the box around the shape, M the members",
        args: &[
            Arg::key("key"),
            Arg::one_of("from", FROM).optional(),
            Arg::one_of("by", BY),
            Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
            Arg::block(
                "count-block",
                &[Arg::integer("count").token("COUNT"), Arg::flag("any", "ANY").optional()],
            )
            .optional(),
            Arg::flag("withcoord", "WITHCOORD").optional(),
            Arg::flag("withdist", "WITHDIST").optional(),
            Arg::flag("withhash", "WITHHASH").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "geosearchstore",
        run: geosearchstore,
        arity: -8,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::GEO,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::at(2, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::Geo,
        since: "6.2.0",
        summary: "Stores the members inside a shape.",
        complexity: "O(N+log(M)), N the members in the box around the shape, M the members",
        args: &[
            Arg::key("destination"),
            Arg::key("source").spec(1),
            Arg::one_of("from", FROM).optional(),
            Arg::one_of("by", BY),
            Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
            Arg::block(
                "count-block",
                &[Arg::integer("count").token("COUNT"), Arg::flag("any", "ANY").optional()],
            )
            .optional(),
            Arg::flag("storedist", "STOREDIST").optional(),
        ],
        ..Command::DEFAULT
    },
];

const STORE: &[Arg] = &[
    Arg::key("storekey").spec(1).token("STORE").display("key"),
    Arg::key("storedistkey").spec(2).token("STOREDIST").display("key"),
];

const FROM: &[Arg] = &[
    Arg::string("member").token("FROMMEMBER"),
    Arg::block("fromlonlat", &[Arg::double("longitude"), Arg::double("latitude")])
        .token("FROMLONLAT"),
];

const CIRCLE: &[Arg] = &[
    Arg::double("radius").token("BYRADIUS"),
    Arg::one_of(
        "unit",
        &[Arg::flag("m", "M"), Arg::flag("km", "KM"), Arg::flag("ft", "FT"), Arg::flag("mi", "MI")],
    ),
];

const BOX: &[Arg] = &[
    Arg::double("width").token("BYBOX"),
    Arg::double("height"),
    Arg::one_of(
        "unit",
        &[Arg::flag("m", "M"), Arg::flag("km", "KM"), Arg::flag("ft", "FT"), Arg::flag("mi", "MI")],
    ),
];

const POLYGON: &[Arg] = &[
    Arg::integer("num-vertices").token("BYPOLYGON"),
    Arg::block("vertices", &[Arg::double("longitude"), Arg::double("latitude")]).multiple(),
];

const BY: &[Arg] = &[
    Arg::block("circle", CIRCLE),
    Arg::block("box", BOX),
    Arg::block("polygon", POLYGON).since("9.0.0"),
];

/// Returns the position that two arguments are, longitude first.
fn position(args: Args<'_>, at: usize) -> Result<Position, CommandError> {
    let degrees = |text| parse_double(text).ok_or(CommandError::NotFloat);
    let position = Position { lon: degrees(args.at(at))?, lat: degrees(args.at(at + 1))? };
    if position.is_valid() {
        return Ok(position);
    }
    let Position { lon, lat } = position;
    Err(CommandError::owned(format!("ERR invalid longitude,latitude pair {lon:.6},{lat:.6}")))
}

/// Returns the metres of a unit.
fn unit_of(word: &[u8]) -> Result<f64, CommandError> {
    let units = [("m", 1.0), ("km", 1000.0), ("ft", 0.3048), ("mi", 1609.34)];
    let unit = units.iter().find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()));
    let unknown = CommandError::text("ERR unsupported unit provided. please use M, KM, FT, MI");
    unit.map(|(_, metres)| *metres).ok_or(unknown)
}

/// Replies a distance: a bulk string with four digits after the point, as an integer of
/// ten-thousandths has them. One that does not fit is the least there is.
fn push_metres(reply: &mut Reply<'_>, distance: f64) {
    let value = cell::i64_of((distance * 10_000.0).round_ties_even());
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    let text = format!("{sign}{}.{:04}", value / 10_000, value % 10_000);
    reply.bulk(text.as_bytes());
}

/// Replies a longitude and a latitude.
fn reply_position(reply: &mut Reply<'_>, position: Position) {
    let mut text = Vec::with_capacity(24);
    reply.array(2);
    for degrees in [position.lon, position.lat] {
        text.clear();
        LongDouble::from_f64(degrees).unwrap_or(LongDouble::ZERO).push_human(&mut text);
        reply.number_text(&text);
    }
}

/// `GEOADD key [NX|XX] [CH] longitude latitude member [longitude latitude member ...]` -> number
/// of new (with CH of changed) members.
fn geoadd(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (mut nx, mut xx, mut ch) = (false, false, false);
    let mut first = 2;
    loop {
        let flag = match () {
            () if args.is(first, "NX") => &mut nx,
            () if args.is(first, "XX") => &mut xx,
            () if args.is(first, "CH") => &mut ch,
            () => break,
        };
        *flag = true;
        first += 1;
    }
    let rest = args.len() - first;
    if !rest.is_multiple_of(3) || (nx && xx) {
        return Err(CommandError::Syntax);
    }
    // All positions are good before anything is changed.
    let members = || (first..args.len()).step_by(3);
    let scores = members().map(|at| position(args, at).map(|found| found.score() as f64));
    let scores = scores.collect::<Result<Vec<_>, _>>()?;
    if scores.is_empty() {
        return Err(CommandError::Syntax);
    }
    let create = if xx { Create::No } else { Create::IfAbsent };
    let totals = cx.keys.update_zset(args.at(1), create, Event::ZADD, |zset| {
        let (mut new, mut moved) = (0, 0);
        for (at, score) in members().zip(scores) {
            let member = args.at(at + 2);
            if (nx || xx) && zset.score(member).is_some() == nx {
                continue;
            }
            match zset.add(member, score) {
                Added::New => new += 1,
                Added::Had(old) => moved += u64::from(old.to_bits() != score.to_bits()),
            }
        }
        ((new, moved), new + moved)
    })?;
    let (new, moved) = totals.unwrap_or_default();
    cx.reply.int((new + if ch { moved } else { 0 }) as i64);
    Ok(Outcome::Replied)
}

/// `GEODIST key member1 member2 [unit]` -> the distance; null when a member is missing.
fn geodist(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let unit = match args.len() {
        4 => 1.0,
        5 => unit_of(args.at(4))?,
        _ => return Err(CommandError::Syntax),
    };
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Zset)? else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    let zset = ZsetRef::new(&entry);
    let place = |member| zset.score(member).map(Position::of_score);
    match (place(args.at(2)), place(args.at(3))) {
        (Some(a), Some(b)) => push_metres(&mut cx.reply, shape::distance(a, b) / unit),
        _ => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `GEOHASH key [member ...]` -> array of geohashes, null for a missing member.
fn geohash(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    each_position(cx, args, |reply, found| match found {
        Some(position) => reply.bulk(&position.letters()),
        None => reply.null(),
    })
}

/// `GEOPOS key [member ...]` -> array of longitudes and latitudes, null for a missing member.
fn geopos(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    each_position(cx, args, |reply, found| match found {
        Some(position) => reply_position(reply, position),
        None => reply.null_array(),
    })
}

fn each_position(
    cx: &mut Cx<'_>,
    args: Args<'_>,
    mut write: impl FnMut(&mut Reply<'_>, Option<Position>),
) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
    let zset = entry.as_deref().map(ZsetRef::new);
    cx.reply.array(args.len() - 2);
    for member in args.from(2).iter() {
        let score = zset.and_then(|zset| zset.score(member));
        write(&mut cx.reply, score.map(Position::of_score));
    }
    Ok(Outcome::Replied)
}
