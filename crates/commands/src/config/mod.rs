//! The configuration: a table of directives, their values, and what `CONFIG` and redis.conf do
//! with them.
//!
//! [`Config`] is shared by all threads. A number, flag or choice is one `AtomicI64` in an array
//! indexed by [`Id`], so reading it costs one relaxed load; a text is behind a lock and handed out
//! as an `Arc`. Lists (`save`, `bind` ...) are kept as their normal text, which is what `CONFIG
//! GET` prints; output limits and keyspace events, which are read at speed, as numbers too.
//!
//! Invariant: every stored value has passed the checks of its row. Nothing here does I/O: files and
//! sockets are reached through [`Apply`], [`ConfigFile`] and [`LoadHost`], which the server
//! implements. Behaviour source: redis-server 7.0.15, asked and read, and Valkey 9.1.2 and Redis
//! 8.2.3 for what is newer.

mod change;
mod checks;
pub mod choices;
mod directive;
mod effects;
mod file;
mod rewrite;
mod special;
mod table;
mod value;

pub use change::{Apply, NothingToApply, Permit, SetError};
pub use directive::{Check, Directive, Effect, Flags, Kind, Number, Origin, Renewal, Unit};
pub use file::{LoadError, LoadHost, Loaded, Rename};
pub use rewrite::{ConfigFile, SIGNATURE, Scope};
pub use special::{OutputClass, OutputLimit, SavePoint, Special, events};
pub use table::{DIRECTIVES, Id};
pub use value::{Complaint, Value};

use std::array;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The level of Redis whose commands and replies are offered: what `INFO` gives as `redis_version`.
pub const REDIS_VERSION: &str = "7.4.2";
/// The version of this server.
pub const SCRUBJAY_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The values of all directives. Cheap to read from any thread.
#[derive(Debug)]
pub struct Config {
    numbers: Box<[AtomicI64; Id::COUNT]>,
    texts: Box<[RwLock<Arc<[u8]>>; Id::COUNT]>,
    output_limits: [special::LimitCell; OutputClass::COUNT],
    noticed: Box<[AtomicBool; Id::COUNT]>,
    cores: i64,
    /// Held while a change is made, so that two of them cannot mix.
    changing: Mutex<()>,
}

impl Config {
    /// The defaults; `cores` is what `io-threads` is when nothing sets it.
    pub fn new(cores: usize) -> Config {
        let empty: Arc<[u8]> = Arc::from(&b""[..]);
        let config = Config {
            numbers: Box::new(array::from_fn(|_| AtomicI64::new(0))),
            texts: Box::new(array::from_fn(|_| RwLock::new(empty.clone()))),
            output_limits: array::from_fn(|_| special::LimitCell::default()),
            noticed: Box::new(array::from_fn(|_| AtomicBool::new(false))),
            cores: cores.clamp(1, 256) as i64,
            changing: Mutex::new(()),
        };
        for id in Id::all() {
            config.store(id, config.default_value(id));
        }
        config
    }

    /// A number, choice or 0/1 flag. One relaxed load.
    #[inline]
    pub fn int(&self, id: Id) -> i64 {
        self.numbers[usize::from(id.0)].load(Relaxed)
    }

    /// A number that cannot be negative.
    #[inline]
    pub fn size(&self, id: Id) -> u64 {
        self.int(id) as u64
    }

    /// Whether a `yes`/`no` directive is `yes`.
    #[inline]
    pub fn flag(&self, id: Id) -> bool {
        self.int(id) != 0
    }

    /// The thresholds of the compact encodings. A few relaxed loads, once a batch.
    pub fn limits(&self) -> engine::Limits {
        engine::Limits {
            hash_max_listpack_entries: self.size(Id::HASH_MAX_LISTPACK_ENTRIES) as usize,
            hash_max_listpack_value: self.size(Id::HASH_MAX_LISTPACK_VALUE) as usize,
            list_max_listpack_size: self.int(Id::LIST_MAX_LISTPACK_SIZE),
            // Lists are reported as Redis 7.0 does, always as quicklist.
            list_listpack: false,
            set_max_intset_entries: self.size(Id::SET_MAX_INTSET_ENTRIES) as usize,
            set_max_listpack_entries: self.size(Id::SET_MAX_LISTPACK_ENTRIES) as usize,
            set_max_listpack_value: self.size(Id::SET_MAX_LISTPACK_VALUE) as usize,
            zset_max_listpack_entries: self.size(Id::ZSET_MAX_LISTPACK_ENTRIES) as usize,
            zset_max_listpack_value: self.size(Id::ZSET_MAX_LISTPACK_VALUE) as usize,
            stream_node_max_bytes: self.size(Id::STREAM_NODE_MAX_BYTES) as usize,
            stream_node_max_entries: self.size(Id::STREAM_NODE_MAX_ENTRIES) as usize,
        }
    }

    /// What all connections together may take: `maxmemory-clients`, which may be a part of
    /// `maxmemory`. 0 is no limit.
    #[inline]
    pub fn clients_limit(&self) -> u64 {
        match self.int(Id::MAXMEMORY_CLIENTS) {
            bytes @ 0.. => bytes as u64,
            percent => (self.size(Id::MAXMEMORY) / 100).saturating_mul(percent.unsigned_abs()),
        }
    }

    /// Whether eviction goes by frequency, so that reads leave a frequency.
    #[inline]
    pub fn uses_lfu(&self) -> bool {
        let policy = self.int(Id::MAXMEMORY_POLICY);
        policy == choices::ALLKEYS_LFU || policy == choices::VOLATILE_LFU
    }

    /// Whether eviction goes by frequency or by last use; none when it goes by neither.
    pub(crate) fn eviction_clock(&self) -> Option<bool> {
        let policy = self.int(Id::MAXMEMORY_POLICY);
        let by_use = policy == choices::ALLKEYS_LRU || policy == choices::VOLATILE_LRU;
        self.uses_lfu().then_some(true).or(by_use.then_some(false))
    }

    /// A text, or a list as its normal text. Empty when it is not set.
    pub fn text(&self, id: Id) -> Arc<[u8]> {
        self.texts[usize::from(id.0)].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The limits of the replies a client of this class may leave unread.
    #[inline]
    pub fn output_limit(&self, class: OutputClass) -> OutputLimit {
        self.output_limits[class as usize].load()
    }

    /// The points of `save`, in order.
    pub fn save_points(&self) -> Vec<SavePoint> {
        special::save_points(&self.text(Id::SAVE))
    }

    /// The addresses of `bind`; a leading `-` (may be absent from the machine) is still there.
    pub fn bind_addresses(&self) -> Vec<String> {
        special::words(&self.text(Id::BIND))
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect()
    }

    /// `latency-tracking-info-percentiles`.
    pub fn percentiles(&self) -> Vec<f64> {
        special::numbers(&self.text(Id::LATENCY_TRACKING_INFO_PERCENTILES)).collect()
    }

    /// `oom-score-adj-values`: of a master, of a replica, of a background child.
    pub fn oom_scores(&self) -> [i64; 3] {
        let text = self.text(Id::OOM_SCORE_ADJ_VALUES);
        let mut scores = special::numbers(&text);
        array::from_fn(|_| scores.next().unwrap_or(0))
    }

    /// Host and port of `replicaof`.
    pub fn replica_of(&self) -> Option<(String, u16)> {
        let text = self.text(Id::REPLICAOF);
        let mut words = special::words(&text).map(String::from_utf8_lossy);
        let host = words.next()?.into_owned();
        Some((host, words.next()?.parse().ok()?))
    }

    /// The value as `CONFIG GET` prints it.
    pub fn print(&self, id: Id) -> Vec<u8> {
        value::print(id, &self.value(id))
    }

    /// The value, for keeping and putting back.
    pub fn value(&self, id: Id) -> Value {
        if value::is_number(id) { Value::Number(self.int(id)) } else { Value::Text(self.text(id)) }
    }

    /// The value that holds when nothing sets it.
    pub fn default_value(&self, id: Id) -> Value {
        if id == Id::IO_THREADS { Value::Number(self.cores) } else { value::default_of(id) }
    }

    /// Whether the value is the default.
    pub fn is_default(&self, id: Id) -> bool {
        self.value(id) == self.default_value(id)
    }

    /// Parses `args` as the value of `id` and stores it. Applies nothing.
    pub fn set(&self, id: Id, args: &[&[u8]]) -> Result<(), Complaint> {
        let parsed = self.parse(id, args)?;
        self.store(id, parsed);
        Ok(())
    }

    /// What `args` would mean as the value of `id`.
    pub fn parse(&self, id: Id, args: &[&[u8]]) -> Result<Value, Complaint> {
        let parsed = value::parse(id, args, &self.value(id))?;
        // 0 asks for what the machine has, which is the default.
        let asks_default = id == Id::IO_THREADS && parsed == Value::Number(0);
        Ok(if asks_default { self.default_value(id) } else { parsed })
    }

    /// Puts a value in place without checking it again: one that [`Config::parse`] made, or one
    /// that the server found (the working directory, the number of clients the OS allows).
    pub fn store(&self, id: Id, value: Value) {
        match value {
            Value::Number(number) => self.numbers[usize::from(id.0)].store(number, Relaxed),
            Value::Text(text) => {
                if id == Id::CLIENT_OUTPUT_BUFFER_LIMIT {
                    special::load_limits(&text, &self.output_limits);
                }
                let mut slot =
                    self.texts[usize::from(id.0)].write().unwrap_or_else(PoisonError::into_inner);
                *slot = text;
            }
        }
    }

    /// The line for the log when a directive without effect has been changed; `None` when there is
    /// nothing to say, or it has been said.
    pub fn inert_notice(&self, id: Id) -> Option<String> {
        let row = id.row();
        // `save` promises something even at its default, so any point at all is worth a line.
        let promises = match id {
            Id::SAVE => !self.text(id).is_empty(),
            _ => !self.is_default(id),
        };
        if !row.flags.has(Flags::INERT_YET) || !promises {
            return None;
        }
        if self.noticed[usize::from(id.0)].swap(true, Relaxed) {
            return None;
        }
        let what = match id {
            Id::SAVE | Id::APPENDONLY => ": nothing is written to disk",
            _ => "",
        };
        Some(format!("The directive '{}' has no effect in this version{what}.", row.name))
    }
}

#[cfg(test)]
mod tests;
