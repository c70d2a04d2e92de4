//! Directives whose value is a list with a grammar of its own: `save`, `bind`,
//! `client-output-buffer-limit`, `notify-keyspace-events` and the like.
//!
//! Their normal form is the text that `CONFIG GET` prints; parsing takes one argument a word.

use super::choices::{ON_SIGNAL_NOSAVE, ON_SIGNAL_SAVE};
use super::directive::Directive;
use super::value::{Complaint, Value};
use crate::text::memory::parse_memory;
use crate::text::quote::needs_quotes;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Which grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// Addresses.
    Bind,
    /// `class hard soft seconds`, any number of times.
    OutputLimits,
    /// A directory; the server changes to it.
    Dir,
    /// Three scores.
    OomScores,
    /// Percentiles from 0 to 100.
    Percentiles,
    /// Letters of event classes; stored as the bits of [`events`].
    KeyspaceEvents,
    /// `seconds changes` pairs.
    Save,
    /// `host port`, or `no one`.
    ReplicaOf,
}

/// The event classes of `notify-keyspace-events` as bits.
pub mod events {
    /// `K`: publish on `__keyspace@<db>__:<key>`.
    pub const KEYSPACE: i64 = 1;
    /// `E`: publish on `__keyevent@<db>__:<event>`.
    pub const KEYEVENT: i64 = 1 << 1;
    /// `g`: commands of no type.
    pub const GENERIC: i64 = 1 << 2;
    /// `$`: strings.
    pub const STRING: i64 = 1 << 3;
    /// `l`: lists.
    pub const LIST: i64 = 1 << 4;
    /// `s`: sets.
    pub const SET: i64 = 1 << 5;
    /// `h`: hashes.
    pub const HASH: i64 = 1 << 6;
    /// `z`: sorted sets.
    pub const ZSET: i64 = 1 << 7;
    /// `x`: expired keys.
    pub const EXPIRED: i64 = 1 << 8;
    /// `e`: evicted keys.
    pub const EVICTED: i64 = 1 << 9;
    /// `t`: streams.
    pub const STREAM: i64 = 1 << 10;
    /// `m`: misses; not part of `A`.
    pub const KEY_MISS: i64 = 1 << 11;
    /// `d`: modules.
    pub const MODULE: i64 = 1 << 13;
    /// `n`: new keys; not part of `A`.
    pub const NEW: i64 = 1 << 14;
    /// `o`: values put in the place of others; not part of `A`, as long as clients know it so.
    pub const OVERWRITTEN: i64 = 1 << 15;
    /// `c`: values of another type than before; not part of `A`.
    pub const TYPE_CHANGED: i64 = 1 << 16;
    /// `A`: everything a client of old versions expects.
    pub const ALL: i64 =
        GENERIC | STRING | LIST | SET | HASH | ZSET | EXPIRED | EVICTED | STREAM | MODULE;
}

/// In the order in which they are printed.
const EVENT_LETTERS: [(u8, i64); 16] = [
    (b'g', events::GENERIC),
    (b'$', events::STRING),
    (b'l', events::LIST),
    (b's', events::SET),
    (b'h', events::HASH),
    (b'z', events::ZSET),
    (b'x', events::EXPIRED),
    (b'e', events::EVICTED),
    (b't', events::STREAM),
    (b'd', events::MODULE),
    (b'o', events::OVERWRITTEN),
    (b'c', events::TYPE_CHANGED),
    (b'K', events::KEYSPACE),
    (b'E', events::KEYEVENT),
    (b'm', events::KEY_MISS),
    (b'n', events::NEW),
];

/// A point of `save`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavePoint {
    /// After so many seconds ...
    pub seconds: i64,
    /// ... if at least so many changes were made.
    pub changes: i64,
}

/// The classes of `client-output-buffer-limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputClass {
    /// Ordinary clients, `MONITOR` included.
    Normal,
    /// Replicas.
    Replica,
    /// Clients with a subscription.
    PubSub,
}

impl OutputClass {
    pub(super) const COUNT: usize = 3;
    /// As `CONFIG GET` names them.
    const NAMES: [&str; OutputClass::COUNT] = ["normal", "slave", "pubsub"];

    fn find(name: &[u8]) -> Option<OutputClass> {
        match name.to_ascii_lowercase().as_slice() {
            b"normal" => Some(OutputClass::Normal),
            b"slave" | b"replica" => Some(OutputClass::Replica),
            b"pubsub" => Some(OutputClass::PubSub),
            _ => None,
        }
    }
}

/// How much a client may leave unread. 0 is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputLimit {
    /// More bytes than this: cut off at once.
    pub hard_bytes: u64,
    /// More bytes than this for `soft_seconds` on end: cut off.
    pub soft_bytes: u64,
    /// See `soft_bytes`.
    pub soft_seconds: u64,
}

/// An [`OutputLimit`] for readers that take no lock.
#[derive(Debug, Default)]
pub(super) struct LimitCell([AtomicU64; 3]);

impl LimitCell {
    #[inline]
    pub(super) fn load(&self) -> OutputLimit {
        let [hard_bytes, soft_bytes, soft_seconds] =
            [&self.0[0], &self.0[1], &self.0[2]].map(|cell| cell.load(Relaxed));
        OutputLimit { hard_bytes, soft_bytes, soft_seconds }
    }

    fn store(&self, limit: OutputLimit) {
        self.0[0].store(limit.hard_bytes, Relaxed);
        self.0[1].store(limit.soft_bytes, Relaxed);
        self.0[2].store(limit.soft_seconds, Relaxed);
    }
}

pub(super) fn load_limits(text: &[u8], cells: &[LimitCell; OutputClass::COUNT]) {
    for (cell, limit) in cells.iter().zip(read_limits(text)) {
        cell.store(limit);
    }
}

impl Special {
    pub(super) fn default_value(self) -> Value {
        let text: &[u8] = match self {
            Special::Bind => b"* -::*",
            Special::OutputLimits => {
                b"normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
            }
            Special::OomScores => b"0 200 800",
            Special::Percentiles => b"50 99 99.9",
            Special::KeyspaceEvents => return Value::Number(0),
            Special::Save => b"3600 1 300 100 60 10000",
            Special::Dir | Special::ReplicaOf => b"",
        };
        Value::text(text)
    }

    pub(super) fn parse(self, args: &[&[u8]], old: &Value) -> Result<Value, Complaint> {
        // One empty argument is an empty list.
        let list = if args == [b""] { &[] } else { args };
        match self {
            Special::Bind if list.len() > 16 => Err("Too many bind addresses specified.".into()),
            Special::Bind if !list.iter().all(|address| is_word(address)) => {
                Err("Failed to bind to specified addresses.".into())
            }
            Special::Bind => Ok(joined(list)),
            Special::OutputLimits => parse_limits(args, old),
            Special::Dir => one(args).map(Value::text),
            Special::OomScores => parse_oom_scores(args),
            Special::Percentiles => parse_percentiles(list),
            Special::KeyspaceEvents => parse_events(one(args)?),
            Special::Save => parse_save(list),
            Special::ReplicaOf => parse_replica_of(args),
        }
    }
}

fn one<'a>(args: &[&'a [u8]]) -> Result<&'a [u8], Complaint> {
    match args {
        &[arg] => Ok(arg),
        _ => Err("wrong number of arguments".into()),
    }
}

/// Whether this can stand in a list without quotes, as an address can.
fn is_word(text: &[u8]) -> bool {
    !text.is_empty() && !needs_quotes(text)
}

fn joined(words: &[&[u8]]) -> Value {
    Value::text(&words.join(&b' '))
}

/// The words of a list's normal text.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

/// The numbers of a list's normal text.
pub(super) fn numbers<T: FromStr>(text: &[u8]) -> impl Iterator<Item = T> {
    words(text).filter_map(number)
}

fn number<T: FromStr>(word: &[u8]) -> Option<T> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

fn read_limits(text: &[u8]) -> [OutputLimit; OutputClass::COUNT] {
    let mut limits = [OutputLimit::default(); OutputClass::COUNT];
    let list: Vec<&[u8]> = words(text).collect();
    for group in list.chunks_exact(4) {
        let Some(class) = OutputClass::find(group[0]) else { continue };
        let [hard_bytes, soft_bytes, soft_seconds] =
            [group[1], group[2], group[3]].map(|word| number(word).unwrap_or(0));
        limits[class as usize] = OutputLimit { hard_bytes, soft_bytes, soft_seconds };
    }
    limits
}

fn parse_limits(args: &[&[u8]], old: &Value) -> Result<Value, Complaint> {
    if !args.len().is_multiple_of(4) {
        return Err("Wrong number of arguments in buffer limit configuration.".into());
    }
    let Value::Text(old) = old else { return Err("no limits to start from".into()) };
    let mut limits = read_limits(old);
    for group in args.chunks_exact(4) {
        let class = OutputClass::find(group[0])
            .ok_or("Invalid client class specified in buffer limit configuration.")?;
        let sizes = parse_memory(group[1]).zip(parse_memory(group[2]));
        let ((hard_bytes, soft_bytes), seconds) = sizes
            .zip(number::<u32>(group[3]))
            .ok_or("Error in hard, soft or soft_seconds setting in buffer limit configuration.")?;
        let limit = OutputLimit { hard_bytes, soft_bytes, soft_seconds: u64::from(seconds) };
        limits[class as usize] = limit;
    }
    let printed = OutputClass::NAMES.iter().zip(limits).map(|(name, limit)| {
        format!("{name} {} {} {}", limit.hard_bytes, limit.soft_bytes, limit.soft_seconds)
    });
    Ok(Value::text(printed.collect::<Vec<_>>().join(" ").as_bytes()))
}

fn parse_oom_scores(args: &[&[u8]]) -> Result<Value, Complaint> {
    if args.len() != 3 {
        return Err("wrong number of arguments".into());
    }
    let in_range = |arg: &&[u8]| number(arg).is_some_and(|n: i64| (-2000..=2000).contains(&n));
    if !args.iter().all(in_range) {
        let error = "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
        return Err(error.into());
    }
    let scores: Vec<String> =
        args.iter().filter_map(|arg| number::<i64>(arg)).map(|n| n.to_string()).collect();
    Ok(Value::text(scores.join(" ").as_bytes()))
}

fn parse_percentiles(args: &[&[u8]]) -> Result<Value, Complaint> {
    let mut printed = Vec::with_capacity(args.len());
    for arg in args {
        let percentile: f64 =
            number(arg).ok_or("Invalid latency-tracking-info-percentiles parameters")?;
        if !(0.0..=100.0).contains(&percentile) {
            let error = "latency-tracking-info-percentiles parameters should sit between \
                         [0.0,100.0]";
            return Err(error.into());
        }
        let fixed = format!("{percentile:.6}");
        printed.push(fixed.trim_end_matches('0').trim_end_matches('.').to_owned());
    }
    Ok(Value::text(printed.join(" ").as_bytes()))
}

fn parse_events(letters: &[u8]) -> Result<Value, Complaint> {
    let mut bits = 0;
    for letter in letters {
        let known = EVENT_LETTERS.iter().find(|(known, _)| known == letter);
        bits |= match (letter, known) {
            (b'A', _) => events::ALL,
            (_, Some((_, bit))) => *bit,
            _ => {
                let error = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
                return Err(error.into());
            }
        };
    }
    Ok(Value::Number(bits))
}

pub(super) fn print_events(bits: i64) -> String {
    let all = bits & events::ALL == events::ALL;
    let mut printed = String::from(if all { "A" } else { "" });
    for (letter, bit) in EVENT_LETTERS {
        let named_by_all = all && bit & events::ALL != 0;
        if bits & bit != 0 && !named_by_all {
            printed.push(char::from(letter));
        }
    }
    printed
}

pub(super) fn save_points(text: &[u8]) -> Vec<SavePoint> {
    let list: Vec<i64> = numbers(text).collect();
    let point = |pair: &[i64]| SavePoint { seconds: pair[0], changes: pair[1] };
    list.chunks_exact(2).map(point).collect()
}

fn parse_save(args: &[&[u8]]) -> Result<Value, Complaint> {
    let fits = |(index, arg): (usize, &&[u8])| {
        // Seconds are 1 or more, changes 0 or more.
        number::<i64>(arg).is_some_and(|n| n >= i64::from(index.is_multiple_of(2)))
    };
    if !args.len().is_multiple_of(2) || !args.iter().enumerate().all(fits) {
        return Err("Invalid save parameters".into());
    }
    let points: Vec<String> =
        args.iter().filter_map(|arg| number::<i64>(arg)).map(|n| n.to_string()).collect();
    Ok(Value::text(points.join(" ").as_bytes()))
}

fn parse_replica_of(args: &[&[u8]]) -> Result<Value, Complaint> {
    let &[host, port] = args else { return Err("wrong number of arguments".into()) };
    if host.eq_ignore_ascii_case(b"no") && port.eq_ignore_ascii_case(b"one") {
        return Ok(Value::text(b""));
    }
    if !is_word(host) {
        return Err("Invalid master host".into());
    }
    let port: u16 = number(port).ok_or("Invalid master port")?;
    let port = port.to_string();
    Ok(joined(&[host, port.as_bytes()]))
}

/// Rules across the names of a choice that takes several.
pub(super) fn check_choice(row: &Directive, value: i64) -> Result<(), Complaint> {
    let both = ON_SIGNAL_SAVE | ON_SIGNAL_NOSAVE;
    if row.name.starts_with("shutdown-on-") && value & both == both {
        return Err("shutdown options SAVE and NOSAVE can't be used simultaneously".into());
    }
    Ok(())
}
