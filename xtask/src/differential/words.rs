//! Arguments by the names that the rows give them: few keys, few members, and the values at which
//! readers and writers of numbers, ranges and lengths go wrong.
//!
//! Times are either over already or so far off that no sequence sees them pass; no number makes a
//! server allocate more than some hundred kilobytes.

use super::grammar::Row;
use crate::rng::Rng;

/// The words of one sequence.
#[derive(Debug)]
pub(super) struct Words {
    /// How many keys of each kind there are: one to four.
    pub(super) spread: usize,
    /// Whether long values may be drawn.
    pub(super) long: bool,
    /// Whether all scores are zero: only then the order by members is specified.
    pub(super) lex: bool,
    /// Whether numbers are drawn from all there are, not from those where faults are likely.
    pub(super) numbers: bool,
}

/// Commands whose arguments or replies are numbers of every size: `--focus numbers`.
pub(super) const NUMBER_COMMANDS: Pool = &[
    "incrby",
    "decrby",
    "incrbyfloat",
    "hincrby",
    "hincrbyfloat",
    "zadd",
    "zincrby",
    "zscore",
    "zmscore",
    "zrangestore",
    "zunionstore",
    "zinterstore",
    "zunion",
    "zinter",
    "zpopmin",
    "zpopmax",
    "zrank",
    "zcount",
    "geoadd",
    "geopos",
    "geodist",
    "geohash",
    "get",
    "set",
    "hset",
    "hget",
    "object",
    "sort",
];

type Pool = &'static [&'static str];

const SECONDS: Pool = &[
    "100",
    "1000",
    "100000",
    "0",
    "1.5",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "9999999",
];
const MILLISECONDS: Pool = &[
    "100000",
    "1000000",
    "123456789",
    "0",
    "abc",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775",
];
const UNIX_SECONDS: Pool =
    &["9999999999", "4000000000", "1", "0", "-1", "1000000000", "9223372036854775807"];
const UNIX_MILLISECONDS: Pool =
    &["9999999999999", "4000000000123", "1", "0", "-1", "1000000000000", "9223372036854775807"];
const INDEXES: Pool = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-2",
    "-3",
    "5",
    "-5",
    "100",
    "-100",
    "10",
    "30",
    "-30",
    "9223372036854775807",
    "-9223372036854775808",
];
const COUNTS: Pool =
    &["0", "1", "2", "3", "-1", "-2", "-3", "5", "10", "100", "-5", "1000", "9223372036854775807"];
const OFFSETS: Pool = &[
    "0",
    "1",
    "2",
    "7",
    "8",
    "9",
    "15",
    "63",
    "64",
    "100",
    "1000",
    "20000",
    "-1",
    "4294967296",
    "9223372036854775807",
    "600000000000",
];
const INTEGERS: Pool = &[
    "1",
    "-1",
    "2",
    "10",
    "0",
    "-0",
    "+1",
    "01",
    " 1",
    "1 ",
    "1.5",
    "1e3",
    "abc",
    "",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "-9223372036854775807",
    "100",
    "-100",
    "255",
    "256",
    "65536",
    "4294967296",
];
const DOUBLES: Pool = &[
    "1",
    "-1",
    "0",
    "-0",
    "1.5",
    "-2.25",
    "0.1",
    "0.2",
    "3",
    "1e3",
    "1e-3",
    "1e300",
    "-1e300",
    "5e-324",
    "inf",
    "-inf",
    "+inf",
    "nan",
    "abc",
    "",
    " 1",
    "1 ",
    "0x10",
    "1e400",
    "9007199254740993",
    "123456789012345678",
    "3.0",
    "1e17",
    "1e21",
    "0.30000000000000004",
    "1.7976931348623157e308",
];
const SCORES: Pool = &[
    "1",
    "2",
    "3",
    "-1",
    "0",
    "1.5",
    "2.5",
    "10",
    "0.1",
    "inf",
    "-inf",
    "1e10",
    "-2.5",
    "3.14",
    "-0",
    "1e-7",
    "123456789.123",
];
const SCORE_RANGES: Pool = &[
    "-inf", "+inf", "inf", "0", "1", "(1", "2", "(2", "3", "(3", "10", "(-1", "-1", "(inf",
    "(-inf", "1.5", "abc", "(", "(abc", "nan", "",
];
const LEX_RANGES: Pool =
    &["-", "+", "[a", "(a", "[b", "(b", "[c", "(c", "[", "(", "[e", "a", "", "[zz", "--", "[1"];
const PATTERNS: Pool =
    &["*", "?", "a*", "*1", "[a-c]", "[^a]", "s?", "h*", "k", "\\a", "[", "", "**", "?*", "l[0-1]"];
const LONGITUDES: Pool = &[
    "13.361389",
    "15.087269",
    "2.349014",
    "0",
    "-180",
    "180",
    "181",
    "-0.1276",
    "13.583333",
    "1e-9",
];
const LATITUDES: Pool = &[
    "38.115556",
    "37.502669",
    "48.864716",
    "0",
    "-85.05112878",
    "86",
    "51.5072",
    "37.316667",
    "-1",
];
const DISTANCES: Pool = &["100", "200", "0", "-1", "1e3", "5000", "400.5", "20000", "abc", "0.001"];
const IDS: Pool = &[
    "1-1",
    "1-2",
    "2-1",
    "3",
    "5-5",
    "10-0",
    "0-0",
    "0",
    "0-1",
    "100-7",
    "1-",
    "-1",
    "1-1-1",
    "abc",
    "18446744073709551615-18446744073709551615",
    "18446744073709551615",
    "2-*",
    "7-18446744073709551615",
];
const ID_RANGES: Pool =
    &["-", "+", "(1-1", "(2", "1", "2-1", "5", "(-", "0", "100", "(10-0", "(0-0"];
const GROUP_NAMES: Pool = &["g", "g", "g", "g2", "a", ""];
const CONSUMERS: Pool = &["c", "c", "d", "Alice", ""];
const SORT_PATTERNS: Pool =
    &["#", "nosort", "s*", "s0", "h*->a", "h0->*", "*", "*->", "t*", "l*->1", "k*->a*"];
const BIT_FIELDS: Pool = &[
    "u8", "i8", "u1", "i1", "i64", "u63", "u64", "i65", "u0", "i5", "u16", "i32", "8", "U8", "u",
    "",
];
const TIMEOUTS: Pool = &["0.01", "0.01", "0.001", "-1", "abc", "nan"];
const MEMBERS: Pool =
    &["a", "b", "c", "d", "e", "aa", "1", "2", "3", "-3", "10", "007", "", "A", "ab\r\nc", "3.0"];

/// Timeouts that a blocking call may have: none waits long.
pub(super) fn is_short(timeout: &[u8]) -> bool {
    TIMEOUTS.iter().any(|t| t.as_bytes() == timeout)
}

impl Words {
    /// The words of a new sequence.
    pub(super) fn new(numbers: bool, rng: &mut Rng) -> Self {
        let (spread, long, lex) = (1 + rng.below(4), rng.percent(50), rng.percent(30));
        Self { spread, long, lex: lex && !numbers, numbers: numbers || rng.percent(10) }
    }

    /// An argument that the rows call `name`.
    pub(super) fn word(&self, row: &Row, name: &str, is_number: bool, rng: &mut Rng) -> Vec<u8> {
        let is_score = row.group == "sorted-set" && ["score", "increment"].contains(&name);
        if self.lex && is_score {
            return b"0".to_vec();
        }
        if is_number && !name.contains("seconds") && rng.percent(4) {
            return any(INTEGERS, rng);
        }
        if self.numbers && rng.percent(80) {
            match name {
                "longitude" => return within(180.0, rng),
                "latitude" => return within(85.0, rng),
                "increment" | "decrement" | "integer" if !is_score && !is_float(row) => {
                    return any_integer(rng);
                }
                "increment" | "score" | "weight" => return any_double(rng),
                "min" | "max" if is_number => return any_double(rng),
                "value" if row.group != "bitmap" => return any_double(rng),
                _ => {}
            }
        }
        match name {
            "key" | "newkey" | "destination" | "source" | "key1" | "key2" | "destkey" => {
                self.key(&row.group, rng)
            }
            "storekey" | "storedistkey" | "sourcekey" => self.key(&row.group, rng),
            "longitude" => any(LONGITUDES, rng),
            "latitude" => any(LATITUDES, rng),
            "radius" | "width" | "height" => any(DISTANCES, rng),
            "group" => any(GROUP_NAMES, rng),
            "consumer" => any(CONSUMERS, rng),
            // Times pass on both servers, but not the same.
            "min-idle-time" | "ms" => any(&["0", "0", "3600000", "-1", "abc"], rng),
            "id" if row.name[0].starts_with("xread") && rng.percent(50) => any(&[">", "$"], rng),
            "id" | "last-id" | "lastid" | "max-deleted-id" => any(IDS, rng),
            "start" | "end" if row.group == "stream" && rng.percent(70) => any(ID_RANGES, rng),
            "start" | "end" if row.group == "stream" => any(IDS, rng),
            "threshold" => any(&["0", "1", "2", "5", "10-0", "100", "-1", "abc"], rng),
            "seconds" => any(SECONDS, rng),
            "milliseconds" => any(MILLISECONDS, rng),
            "unix-time-seconds" => any(UNIX_SECONDS, rng),
            "unix-time-milliseconds" => any(UNIX_MILLISECONDS, rng),
            "start" | "stop" | "end" | "index" if row.group == "bitmap" => any(INDEXES, rng),
            "start" | "stop" | "end" | "rank" => any(INDEXES, rng),
            "index" | "index1" | "index2" | "db" | "destination-db" => self.index(row, rng),
            "count" | "limit" | "num-matches" | "len" | "min-match-len" => any(COUNTS, rng),
            "offset" if row.group == "sorted-set" => any(COUNTS, rng),
            "offset" if row.name[0].starts_with("bitfield") && rng.percent(40) => {
                any(&["#0", "#1", "#2", "#9", "#", "#-1"], rng)
            }
            "offset" => any(OFFSETS, rng),
            "encoding" => any(BIT_FIELDS, rng),
            "bit" => any(&["0", "1", "1", "2"], rng),
            "by-pattern" | "get-pattern" => any(SORT_PATTERNS, rng),
            "increment" if row.name[0].ends_with("float") => any(DOUBLES, rng),
            "increment" if row.group == "sorted-set" => any(SCORES, rng),
            "increment" | "decrement" | "integer" => any(INTEGERS, rng),
            "score" if rng.percent(92) => any(SCORES, rng),
            "score" | "weight" | "float" | "lowerbound" | "upperbound" => any(DOUBLES, rng),
            "min" | "max" if is_number => any(SCORE_RANGES, rng),
            "min" | "max" => any(LEX_RANGES, rng),
            "timeout" => any(TIMEOUTS, rng),
            "pattern" => any(PATTERNS, rng),
            "value" if is_number => any(&["0", "1", "0", "1", "2", "-1"], rng),
            "field" | "member" | "element" | "pivot" | "member1" | "member2" => self.member(rng),
            _ if is_number => any(INTEGERS, rng),
            _ => self.value(rng),
        }
    }

    fn index(&self, row: &Row, rng: &mut Rng) -> Vec<u8> {
        match row.group.as_str() {
            "list" => any(INDEXES, rng),
            _ if rng.percent(self.spread) => any(INTEGERS, rng),
            _ => any(&["0", "0", "1"], rng),
        }
    }

    /// A key, mostly of the kind that the group works on.
    pub(super) fn key(&self, group: &str, rng: &mut Rng) -> Vec<u8> {
        const KINDS: &[u8] = b"shltzpgxk";
        let own = match group {
            "string" | "bitmap" => b's',
            "hash" => b'h',
            "list" => b'l',
            "set" => b't',
            "sorted-set" => *rng.pick(if self.lex { b"zzzz" } else { b"zzzt" }),
            "hyperloglog" => b'p',
            "geo" => b'g',
            "stream" => b'x',
            _ if self.lex => *rng.pick(b"zs"),
            _ => *rng.pick(KINDS),
        };
        let kind = if self.lex || rng.percent(92) { own } else { *rng.pick(KINDS) };
        format!("{}{}", char::from(kind), rng.below(self.spread)).into_bytes()
    }

    /// A member of a collection, or a field.
    pub(super) fn member(&self, rng: &mut Rng) -> Vec<u8> {
        match rng.below(100) {
            0..85 => any(MEMBERS, rng),
            85..93 => format!("m{}", rng.below(200)).into_bytes(),
            _ => self.value(rng),
        }
    }

    /// A value: text, number, empty, bytes, or long.
    pub(super) fn value(&self, rng: &mut Rng) -> Vec<u8> {
        match rng.below(100) {
            0..30 => any(MEMBERS, rng),
            30..55 => any(INTEGERS, rng),
            55..70 => any(DOUBLES, rng),
            70..80 => (0..rng.below(12)).map(|_| rng.next() as u8).collect(),
            80..90 => (rng.next() as i64 >> rng.below(64)).to_string().into_bytes(),
            _ if self.long => {
                let len = *rng.pick(&[43, 44, 45, 63, 64, 65, 66, 255, 300, 2000, 9000]);
                let from = rng.next();
                (0..len).map(|at: u64| b'a' + ((from >> (at % 8)) % 26) as u8).collect()
            }
            _ => any(MEMBERS, rng),
        }
    }
}

/// Whether a command adds a number with a fraction.
fn is_float(row: &Row) -> bool {
    row.name[0].ends_with("float")
}

/// A number of up to 64 bits, each width as likely.
fn any_integer(rng: &mut Rng) -> Vec<u8> {
    (rng.next() as i64 >> rng.below(64)).to_string().into_bytes()
}

/// A coordinate with 0 to 17 digits.
fn within(limit: f64, rng: &mut Rng) -> Vec<u8> {
    let share = (rng.next() >> 11) as f64 / (1_u64 << 53) as f64;
    format!("{:.*}", rng.below(18), (share * 2.0 - 1.0) * limit).into_bytes()
}

/// A double in one of the ways that texts come: any bits, few digits, near a power of ten or of
/// two, whole, or with an exponent.
fn any_double(rng: &mut Rng) -> Vec<u8> {
    let bits = f64::from_bits(rng.next());
    let few = (rng.next() as i64 >> 34) as f64 / 10_f64.powi(rng.below(12) as i32);
    let ten = 10_f64.powi(rng.below(44) as i32 - 22);
    let two = 2_f64.powi(rng.below(140) as i32 - 70);
    let near = |value: f64, rng: &mut Rng| {
        f64::from_bits(value.to_bits().wrapping_add(rng.next() % 5).wrapping_sub(2))
    };
    match rng.below(9) {
        0 if bits.is_finite() => format!("{bits:e}"),
        0 | 1 => any_integer(rng).escape_ascii().to_string(),
        2 => format!("{few}"),
        3 => format!("{:.*}", rng.below(20), few),
        4 => format!("{}", near(ten, rng)),
        5 => format!("{:e}", near(two, rng)),
        6 => format!("{}", near(two, rng)),
        7 => format!("{few:e}"),
        _ => format!("{}.{}", rng.next() % 1000, rng.next()),
    }
    .into_bytes()
}

/// Words for a range of ranks, scores or members.
pub(super) fn range_word(by: &str, rng: &mut Rng) -> Vec<u8> {
    any(
        if by == "BYSCORE" {
            SCORE_RANGES
        } else if by == "BYLEX" {
            LEX_RANGES
        } else {
            INDEXES
        },
        rng,
    )
}

/// A word that may be anything.
pub(super) fn any_word(rng: &mut Rng) -> Vec<u8> {
    let pool =
        *rng.pick(&[INTEGERS, DOUBLES, MEMBERS, PATTERNS, SCORE_RANGES, LEX_RANGES, OPTIONS]);
    any(pool, rng)
}

const OPTIONS: Pool = &[
    "NX",
    "XX",
    "GT",
    "LT",
    "CH",
    "INCR",
    "GET",
    "EX",
    "PX",
    "KEEPTTL",
    "WITHSCORES",
    "LIMIT",
    "COUNT",
    "MATCH",
    "BYSCORE",
    "BYLEX",
    "REV",
    "LEFT",
    "RIGHT",
    "BEFORE",
    "AFTER",
    "WEIGHTS",
    "AGGREGATE",
    "SUM",
    "MIN",
    "MAX",
    "WITHVALUES",
    "REPLACE",
    "PERSIST",
    "DB",
    "ABSTTL",
    "RANK",
    "MAXLEN",
    "IDX",
    "LEN",
];

fn any(pool: &[&str], rng: &mut Rng) -> Vec<u8> {
    rng.pick(pool).as_bytes().to_vec()
}
