//! Random sequences of calls.
//!
//! A sequence has a focus, one or two groups of commands, since a bug between two list commands is
//! not found among two hundred others; and few keys, so that calls meet. Some calls are built by
//! hand: those whose words depend on each other, and those whose answer is random unless they are
//! asked for everything.

use super::grammar::Row;
use super::words::{self, Words, any_word, range_word};
use crate::rng::Rng;

/// One call on one of the connections.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) conn: usize,
    pub(super) args: Vec<Vec<u8>>,
}

/// A sequence and how it is sent.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) proto: u8,
    /// At most this many requests are sent before replies are read.
    pub(super) pipeline: usize,
    pub(super) steps: Vec<Step>,
}

impl Step {
    /// A step from words.
    pub(super) fn new<T: AsRef<[u8]>>(conn: usize, args: &[T]) -> Self {
        Self { conn, args: args.iter().map(|arg| arg.as_ref().to_vec()).collect() }
    }

    /// The command in upper case, with its subcommand where it has one.
    pub(super) fn name(&self) -> String {
        let word = |at: usize| {
            let arg = self.args.get(at).map(|arg| String::from_utf8_lossy(arg).to_uppercase());
            arg.unwrap_or_default()
        };
        let name = word(0);
        if name == "OBJECT" || name.starts_with('X') && word(1).chars().all(char::is_alphabetic) {
            format!("{name} {}", word(1))
        } else {
            name
        }
    }
}

/// The sequence that follows from `rng`; with `numbers` they are drawn from all there are.
pub(super) fn script(rows: &[Row], numbers: bool, rng: &mut Rng) -> Script {
    let mut maker = Maker::new(rows, numbers, rng);
    let len = 10 + rng.below(110);
    let mut steps = Vec::new();
    while steps.len() < len {
        steps.push(maker.step(rng));
    }
    // Transactions come to an end.
    for conn in 0..2 {
        if maker.left[conn].is_some() {
            steps.push(Step::new(conn, &["EXEC"]));
        }
    }
    let pipeline = *rng.pick(&[1, 4, 200]);
    Script { proto: *rng.pick(&[2, 3]), pipeline, steps }
}

struct Maker<'a> {
    rows: &'a [Row],
    /// Rows of the focus.
    focus: Vec<&'a Row>,
    words: Words,
    two: bool,
    /// Entries added to streams.
    ids: usize,
    /// How many calls each connection still queues before EXEC.
    left: [Option<usize>; 2],
}

impl<'a> Maker<'a> {
    fn new(rows: &'a [Row], numbers: bool, rng: &mut Rng) -> Self {
        let groups = [&rng.pick(rows).group, &rng.pick(rows).group];
        let few = rng.percent(40);
        let mut focus: Vec<&Row> =
            rows.iter().filter(|row| groups.contains(&&row.group) && !is_drastic(row)).collect();
        if focus.is_empty() {
            focus = rows.iter().filter(|row| !is_drastic(row)).collect();
        }
        if few {
            focus = (0..8).map(|_| *rng.pick(&focus)).collect();
        }
        Self {
            rows,
            focus,
            words: Words::new(numbers, rng),
            two: rng.percent(30),
            ids: 0,
            left: [None; 2],
        }
    }

    fn step(&mut self, rng: &mut Rng) -> Step {
        let conn = usize::from(self.two && rng.percent(25));
        if self.left[conn] == Some(0) {
            self.left[conn] = None;
            return Step::new(conn, &["EXEC"]);
        }
        self.left[conn] = self.left[conn].map(|left| left - 1);
        let mut args = match rng.below(100) {
            0..3 if self.left[conn].is_none() => {
                self.left[conn] = Some(1 + rng.below(6));
                return Step::new(conn, &["MULTI"]);
            }
            0..6 => self.many(rng),
            6..18 => self.by_hand(rng),
            _ => self.by_row(rng),
        };
        if args[0].eq_ignore_ascii_case(b"XADD") {
            self.ids += 1;
            let next = format!("{}-*", self.ids / 3);
            args.iter_mut().filter(|arg| **arg == b"*").for_each(|arg| *arg = next.clone().into());
        }
        let is_random = args[0].eq_ignore_ascii_case(b"SPOP") || args[0].ends_with(b"SCAN");
        if rng.percent(6) && !is_random && !self.words.lex {
            mutate(&mut args, rng);
        }
        tame(&mut args);
        Step { conn, args }
    }

    fn by_row(&self, rng: &mut Rng) -> Vec<Vec<u8>> {
        let row = match rng.below(100) {
            0..75 => *rng.pick(&self.focus),
            _ => rng.pick(self.rows),
        };
        let is_rare = is_drastic(row) && !rng.percent(8) || row.blocks && !rng.percent(25);
        let row = if is_rare { *rng.pick(&self.focus) } else { row };
        // Members have an order only among equal scores.
        if row.name[0].contains("lex") && !self.words.lex {
            return vec![b"PING".to_vec()];
        }
        row.call(rng, &self.words)
    }

    /// A call that makes a collection outgrow its small forms.
    fn many(&self, rng: &mut Rng) -> Vec<Vec<u8>> {
        let (name, group) = *rng.pick(&[
            ("RPUSH", "list"),
            ("SADD", "set"),
            ("HSET", "hash"),
            ("ZADD", "sorted-set"),
            ("PFADD", "hyperloglog"),
        ]);
        let mut args = vec![name.as_bytes().to_vec(), self.words.key(group, rng)];
        let count = *rng.pick(&[20, 60, 127, 128, 129, 200, 511, 512, 513, 700]);
        let from = rng.below(300);
        let numbers = rng.percent(50);
        for at in from..from + count {
            let member = if numbers { at.to_string() } else { format!("m{at}") };
            match name {
                "HSET" => args.extend([member.into_bytes(), at.to_string().into_bytes()]),
                "ZADD" if self.words.lex => args.extend([b"0".to_vec(), member.into_bytes()]),
                "ZADD" => args.extend([(at / 3).to_string().into_bytes(), member.into_bytes()]),
                _ => args.push(member.into_bytes()),
            }
        }
        args
    }

    /// Calls whose words depend on each other, or whose answer depends on chance.
    fn by_hand(&self, rng: &mut Rng) -> Vec<Vec<u8>> {
        let text = |words: &[&str]| words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let mut args: Vec<Vec<u8>> = match rng.below(14) {
            0 => text(&["KEYS", "*"]),
            1 => text(&["RANDOMKEY"]),
            2 => vec![b"SPOP".to_vec(), self.words.key("set", rng), b"100000".to_vec()],
            3 => text(&["SCAN", "0", "COUNT", "100000"]),
            4 => self.scan("HSCAN", "hash", rng),
            5 => self.scan("SSCAN", "set", rng),
            6 => self.scan("ZSCAN", "sorted-set", rng),
            7..12 => return self.zrange(rng),
            _ => {
                let from = self.words.key("generic", rng);
                let kind = *rng.pick(&["TYPE", "TTL", "OBJECT", "EXPIRETIME"]);
                if kind == "OBJECT" {
                    vec![b"OBJECT".to_vec(), b"ENCODING".to_vec(), from]
                } else {
                    vec![kind.as_bytes().to_vec(), from]
                }
            }
        };
        if args[0].ends_with(b"SCAN") && rng.percent(30) {
            args.extend([b"MATCH".to_vec(), self.words.word(&self.rows[0], "pattern", false, rng)]);
        }
        args
    }

    fn scan(&self, name: &str, group: &str, rng: &mut Rng) -> Vec<Vec<u8>> {
        let words = [b"0", &b"COUNT"[..], b"100000"].map(<[u8]>::to_vec);
        let mut args = vec![name.as_bytes().to_vec(), self.words.key(group, rng)];
        args.extend(words);
        args
    }

    fn zrange(&self, rng: &mut Rng) -> Vec<Vec<u8>> {
        let stores = rng.percent(30);
        let mut args = vec![if stores { b"ZRANGESTORE".to_vec() } else { b"ZRANGE".to_vec() }];
        if stores {
            args.push(self.words.key("sorted-set", rng));
        }
        args.push(self.words.key("sorted-set", rng));
        let by = *rng.pick(&["", "BYSCORE", if self.words.lex { "BYLEX" } else { "" }]);
        args.extend([range_word(by, rng), range_word(by, rng)]);
        let mut options: Vec<Vec<u8>> = vec![by.as_bytes().to_vec()];
        options.retain(|word| !word.is_empty());
        if rng.percent(40) {
            options.push(b"REV".to_vec());
            if rng.percent(60) {
                let len = args.len();
                args.swap(len - 1, len - 2);
            }
        }
        if rng.percent(if by.is_empty() { 3 } else { 40 }) {
            options.extend([b"LIMIT".to_vec(), range_word("", rng), range_word("", rng)]);
        }
        if rng.percent(if stores { 2 } else { 40 }) {
            options.push(b"WITHSCORES".to_vec());
        }
        args.extend(options);
        args
    }
}

/// Commands that end what a sequence has built up.
fn is_drastic(row: &Row) -> bool {
    const ALL: [&str; 5] = ["flushdb", "flushall", "swapdb", "select", "reset"];
    ALL.contains(&row.name[0].as_str())
}

/// Makes a call wrong, or another.
fn mutate(args: &mut Vec<Vec<u8>>, rng: &mut Rng) {
    let at = 1 + rng.below(args.len());
    match rng.below(4) {
        0 if at < args.len() => drop(args.remove(at)),
        1 if at < args.len() => args.insert(at, args[at].clone()),
        2 if at < args.len() => args[at] = any_word(rng),
        _ => args.insert(at, any_word(rng)),
    }
}

/// Takes out of a call what would wait or answer without end, or is newer than the reference.
fn tame(args: &mut [Vec<u8>]) {
    let name = String::from_utf8_lossy(&args[0]).to_uppercase();
    let timeout = match name.as_str() {
        "BLPOP" | "BRPOP" | "BZPOPMIN" | "BZPOPMAX" | "BRPOPLPUSH" | "BLMOVE" => args.len() - 1,
        "BLMPOP" | "BZMPOP" => 1,
        _ => 0,
    };
    if timeout > 0 && timeout < args.len() && !words::is_short(&args[timeout]) {
        args[timeout] = b"0.01".to_vec();
    }
    let has = |args: &[Vec<u8>], word: &[u8]| args.iter().any(|arg| arg.eq_ignore_ascii_case(word));
    if ["PSETEX", "PEXPIRE", "HPEXPIRE"].contains(&name.as_str()) || has(args, b"PX") {
        // What lives for some milliseconds may be gone on one server and not on the other.
        let is_soon = |arg: &[u8]| {
            let number = std::str::from_utf8(arg).ok().and_then(|text| text.parse::<u64>().ok());
            number.is_some_and(|number| (1..5000).contains(&number))
        };
        args.iter_mut().skip(2).filter(|arg| is_soon(arg)).for_each(|arg| *arg = b"70000".to_vec());
    }
    if name.starts_with("SORT") && has(args, b"BY") {
        // Without a weight of their own, elements have an order only as numbers.
        let alpha = args.iter_mut().filter(|arg| arg.eq_ignore_ascii_case(b"ALPHA"));
        alpha.for_each(|arg| *arg = b"ASC".to_vec());
    }
    if name == "XREAD" || name == "XREADGROUP" {
        let at = args.iter().position(|arg| arg.eq_ignore_ascii_case(b"BLOCK"));
        if let Some(arg) = at.and_then(|at| args.get_mut(at + 1)) {
            *arg = b"5".to_vec();
        }
    }
    if name == "XREAD" {
        // The last entry, since 7.4.
        args.iter_mut().filter(|arg| **arg == b"+").for_each(|arg| *arg = b"0-1".to_vec());
    }
    if name == "XADD" {
        // An id that the server makes up follows its clock.
        args.iter_mut().filter(|arg| **arg == b"*").for_each(|arg| *arg = b"7-*".to_vec());
    }
    if name == "LPOS" {
        // Undefined before 7.2, which refuses it.
        let lowest = i64::MIN.to_string().into_bytes();
        args.iter_mut().skip(3).filter(|arg| **arg == lowest).for_each(|arg| arg.truncate(5));
    }
    if name.ends_with("RANK") && args.len() == 4 {
        args[0] = b"ECHO".to_vec(); // WITHSCORE came with 7.2
    }
    if name.ends_with("RANDMEMBER") || name == "HRANDFIELD" {
        let is_low = |arg: &[u8]| {
            let number = std::str::from_utf8(arg).ok().and_then(|text| text.parse::<i64>().ok());
            number.is_some_and(|number| number < -50 && number != i64::MIN)
        };
        for arg in args.iter_mut().filter(|arg| is_low(arg)) {
            *arg = b"-7".to_vec();
        }
    }
}
