//! Which arguments of a call are keys, found by the row's key specs.
//!
//! Dispatch locks what this finds, `COMMAND GETKEYS` prints it and access control checks it: one
//! function, so that the three cannot disagree. What a handler then touches must be among it, and
//! so the commands whose keys no spec can express are parsed here exactly as their handlers parse
//! them (SORT STORE, XREAD STREAMS, GEORADIUS STORE, MIGRATE KEYS).
//!
//! The result is at most [`RUNS_MAX`] evenly spaced runs of arguments; nothing is allocated:
//!
//! ```text
//! ZUNIONSTORE dst 2 a b WEIGHTS 1 2      runs: 1..=1 step 1, 3..=4 step 1
//! MSET k1 v1 k2 v2                       runs: 1..=4 step 2
//! ```
//!
//! Invariant: every index is below the number of arguments, whatever counts the client sent.

use crate::args::Args;
use crate::spec::{Begin, Command, Find, KeyFlags, KeySpec};

/// Most runs of keys that a command has: its specs, or for special commands key and destination.
const RUNS_MAX: usize = 4;

/// One key of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUse {
    /// Index of the argument.
    pub index: usize,
    /// What is done to the key.
    pub flags: KeyFlags,
}

/// These arguments do not say where the keys are; the handler refuses them too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeysError;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    first: u32,
    last: u32,
    step: u32,
    flags: KeyFlags,
}

/// The keys of one call; none by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUses {
    runs: [Run; RUNS_MAX],
    len: usize,
    more: bool,
}

impl KeyUses {
    const EMPTY: Self = {
        let none = Run { first: 1, last: 0, step: 1, flags: KeyFlags::NONE };
        Self { runs: [none; RUNS_MAX], len: 0, more: false }
    };

    /// The keys in the order of the specs.
    pub fn iter(&self) -> impl Iterator<Item = KeyUse> + Clone + use<> {
        KeyUsesIter { uses: *self, run: 0, next: self.runs[0].first }
    }

    /// How many keys.
    pub fn len(&self) -> usize {
        let count = |run: &Run| (run.last - run.first) / run.step + 1;
        self.runs[..self.len].iter().map(|run| count(run) as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the call will use keys that its arguments do not name (SORT BY and GET with a
    /// pattern): everything has to be locked for it.
    pub fn has_more(&self) -> bool {
        self.more
    }

    fn one(index: usize, flags: KeyFlags) -> Self {
        let mut uses = Self::EMPTY;
        uses.push(index, index, 1, flags);
        uses
    }

    fn push(&mut self, first: usize, last: usize, step: usize, flags: KeyFlags) {
        assert!(first <= last && step > 0, "a run holds at least one key");
        let (first, last, step) = (first as u32, last as u32, step as u32);
        self.runs[self.len] = Run { first, last, step, flags };
        self.len += 1;
    }
}

/// The keys of a call, run by run.
#[derive(Clone)]
struct KeyUsesIter {
    uses: KeyUses,
    run: usize,
    next: u32,
}

impl Iterator for KeyUsesIter {
    type Item = KeyUse;

    #[inline]
    fn next(&mut self) -> Option<KeyUse> {
        while self.run < self.uses.len {
            let Run { last, step, flags, .. } = self.uses.runs[self.run];
            if self.next <= last {
                let index = self.next as usize;
                self.next += step;
                return Some(KeyUse { index, flags });
            }
            self.run += 1;
            self.next = self.uses.runs.get(self.run).map_or(0, |run| run.first);
        }
        None
    }

    /// At least what is left of the current run, mostly all.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left =
            |run: &Run| ((run.last + run.step).saturating_sub(self.next) / run.step) as usize;
        (self.uses.runs[..self.uses.len].get(self.run).map_or(0, left), None)
    }
}

impl Default for KeyUses {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// Whether a command can have keys at all; names of shard channels do not count.
pub fn has_keys(command: &Command) -> bool {
    command.keys.iter().any(is_key)
}

/// The keys among `args`, the command's name (and its container's) first. Takes constant time for
/// all but the special commands, which are scanned once; never allocates, never panics on input.
///
/// # Errors
/// A count is negative, zero, no number or more than there are arguments, or a keyword is missing.
pub fn keys_of(command: &Command, args: Args<'_>) -> Result<KeyUses, KeysError> {
    let mut uses = KeyUses::EMPTY;
    let mut varies = false;
    for spec in command.keys.iter().filter(|spec| is_key(spec)) {
        let Begin::Index(begin) = spec.begin else { return special(command.name, args) };
        if begin as usize == args.len() && !uses.is_empty() {
            continue; // sources that may be left out: PFMERGE destination
        }
        let (first, last, step) = locate(begin as usize, spec.find, args)?;
        uses.push(first, last, step, spec.flags);
        varies |= spec.flags.has(KeyFlags::VARIABLE);
    }
    if varies {
        uses.runs[0].flags = varying_flags(command.name, args);
    }
    Ok(uses)
}

/// First key, last key and step as they were told before key specs: the index ranges of step 1
/// that follow each other, or a single range of any step.
pub fn legacy_range(command: &Command) -> (i64, i64, i64) {
    let range = |spec: &KeySpec| match (spec.begin, spec.find) {
        (Begin::Index(first), Find::Range { last, step, .. }) => {
            let (first, last) = (i64::from(first), i64::from(last));
            Some((first, if last < 0 { last } else { first + last }, i64::from(step)))
        }
        _ => None,
    };
    if let [spec] = command.keys {
        return range(spec).unwrap_or_default();
    }
    let mut whole: Option<(i64, i64, i64)> = None;
    for (first, last, step) in command.keys.iter().filter_map(range) {
        if step != 1 || whole.is_some_and(|(_, end, _)| end != first - 1) {
            continue;
        }
        whole = Some(whole.map_or((first, last, 1), |(start, _, _)| (start, last, 1)));
    }
    whole.unwrap_or_default()
}

fn is_key(spec: &KeySpec) -> bool {
    !spec.flags.has(KeyFlags::NOT_KEY)
}

/// First and last argument and step of a spec that begins at an index.
fn locate(begin: usize, find: Find, args: Args<'_>) -> Result<(usize, usize, usize), KeysError> {
    let count = args.len() as i64;
    let (first, last, step) = match find {
        Find::Range { last, step, limit } => {
            let first = begin as i64;
            let last = match (last, limit) {
                (0.., _) => first + i64::from(last),
                (_, 0 | 1) => count + i64::from(last),
                _ => first + (count - first) / i64::from(limit) + i64::from(last),
            };
            (first, last, i64::from(step))
        }
        Find::KeyNum { count_at, first, step } => {
            let (first, step) = (begin as i64 + i64::from(first), i64::from(step));
            let keys = args.get(begin + count_at as usize).and_then(resp::number::parse_len);
            let keys = keys.filter(|keys| (1..=count).contains(keys)).ok_or(KeysError)?;
            (first, first + (keys - 1) * step, step)
        }
        Find::Unknown => return Err(KeysError),
    };
    if first < 1 || last < first || last >= count || step < 1 {
        return Err(KeysError);
    }
    Ok((first as usize, last as usize, step as usize))
}

const READ: KeyFlags = KeyFlags::RO.and(KeyFlags::ACCESS);
const CHANGE: KeyFlags = KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE);
const OVERWRITE: KeyFlags = KeyFlags::OW.and(KeyFlags::UPDATE);
const MOVE: KeyFlags = KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE);

/// Commands with a spec that begins at a keyword or is not expressible. A test holds the list
/// complete.
fn special(name: &str, args: Args<'_>) -> Result<KeyUses, KeysError> {
    match name {
        "sort" => Ok(sort(args)),
        "sort_ro" => {
            let mut uses = KeyUses::one(1, READ);
            uses.more = sort(args).more;
            Ok(uses)
        }
        "georadius" => Ok(georadius(args, 6)),
        "georadiusbymember" => Ok(georadius(args, 5)),
        "xread" => streams(args, 1),
        "xreadgroup" => streams(args, 1),
        "migrate" => migrate(args),
        _ => Err(KeysError),
    }
}

/// `SORT key ... [STORE destination]`: the last STORE counts. Options are stepped over with their
/// values, so that a value that reads `STORE` is none.
fn sort(args: Args<'_>) -> KeyUses {
    let mut uses = KeyUses::one(1, READ);
    let mut index = 2;
    let mut destination = None;
    while index < args.len() {
        if args.is(index, "store") {
            index += 1;
            destination = Some(index).filter(|index| *index < args.len()).or(destination);
        } else if args.is(index, "limit") {
            index += 2;
        } else if args.is(index, "by") || args.is(index, "get") {
            index += 1;
            uses.more |= args.get(index).is_some_and(crate::generic::makes_keys);
        }
        index += 1;
    }
    if let Some(index) = destination {
        uses.push(index, index, 1, OVERWRITE);
    }
    uses
}

/// `GEORADIUS key ... [STORE destination] [STOREDIST destination]`: the last one counts.
fn georadius(args: Args<'_>, options: usize) -> KeyUses {
    let mut uses = KeyUses::one(1, READ);
    let mut index = options;
    let mut destination = None;
    while index < args.len() {
        if args.is(index, "store") || args.is(index, "storedist") {
            index += 1;
            destination = Some(index).filter(|index| *index < args.len()).or(destination);
        } else if args.is(index, "count") {
            index += 1;
        }
        index += 1;
    }
    if let Some(index) = destination {
        uses.push(index, index, 1, OVERWRITE);
    }
    uses
}

/// `XREAD [COUNT n] [BLOCK ms] STREAMS key ... id ...` and XREADGROUP: the keys are the first half
/// of what follows STREAMS.
fn streams(args: Args<'_>, options: usize) -> Result<KeyUses, KeysError> {
    let mut index = options;
    while index < args.len() && !args.is(index, "streams") {
        index += match () {
            () if args.is(index, "group") => 3,
            () if args.is(index, "block") || args.is(index, "count") => 2,
            () if args.is(index, "claim") => 2,
            () if args.is(index, "noack") => 1,
            () => return Err(KeysError),
        };
    }
    let first = index + 1;
    let half = args.len().saturating_sub(first) / 2;
    if half == 0 {
        return Err(KeysError);
    }
    let mut uses = KeyUses::EMPTY;
    uses.push(first, first + half - 1, 1, READ);
    Ok(uses)
}

/// `MIGRATE host port key db timeout ...`, or with an empty key `... KEYS key ...`.
fn migrate(args: Args<'_>) -> Result<KeyUses, KeysError> {
    let key = args.get(3).ok_or(KeysError)?;
    let mut index = 6;
    while index < args.len() {
        if args.is(index, "keys") {
            let first = index + 1;
            if !key.is_empty() || first >= args.len() {
                return Err(KeysError);
            }
            let mut uses = KeyUses::EMPTY;
            uses.push(first, args.len() - 1, 1, MOVE);
            return Ok(uses);
        }
        index += match () {
            () if args.is(index, "auth") => 2,
            () if args.is(index, "auth2") => 3,
            () => 1,
        };
    }
    Ok(KeyUses::one(3, MOVE))
}

/// What a command does to its key where the arguments decide: SET reads with GET only, BITFIELD
/// writes with SET and INCRBY only.
fn varying_flags(name: &str, args: Args<'_>) -> KeyFlags {
    let reads_old = || (3..args.len()).any(|index| args.is(index, "get"));
    match name {
        "set" if !reads_old() => OVERWRITE,
        "bitfield" if bitfield_only_reads(args) => READ,
        _ => CHANGE,
    }
}

fn bitfield_only_reads(args: Args<'_>) -> bool {
    let mut index = 2;
    while index < args.len() {
        index += match () {
            () if args.is(index, "get") && index + 2 < args.len() => 3,
            () if args.is(index, "overflow") && index + 1 < args.len() => 2,
            () => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests;
