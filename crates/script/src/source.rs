//! The source of a script: its first line's flags, and what is known of its keys.

use crate::sha1::{hex, sha1};
use commands::spec;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// What the first line of a script allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Flags {
    /// There is such a line: the rules of old do not hold.
    pub(crate) is_declared: bool,
    pub(crate) no_writes: bool,
    pub(crate) allow_oom: bool,
    pub(crate) allow_stale: bool,
    pub(crate) no_cluster: bool,
    pub(crate) allow_cross_slot: bool,
}

impl Flags {
    /// The flags with their names, as FUNCTION LIST shows them.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        let all = [
            (self.no_writes, "no-writes"),
            (self.allow_oom, "allow-oom"),
            (self.allow_stale, "allow-stale"),
            (self.no_cluster, "no-cluster"),
            (self.allow_cross_slot, "allow-cross-slot-keys"),
        ];
        all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word)
    }

    /// The flags of a call of what declares these, by a command of those.
    pub(crate) fn of_call(self, command: spec::Flags) -> spec::Flags {
        let told = spec::Flags::STALE
            .and(spec::Flags::DENYOOM)
            .and(spec::Flags::WRITE)
            .and(spec::Flags::MAY_REPLICATE);
        let follows = [
            (!self.no_writes, spec::Flags::WRITE),
            (!self.no_writes && !self.allow_oom, spec::Flags::DENYOOM),
            (self.allow_stale, spec::Flags::STALE),
        ];
        let follows = follows.into_iter().filter(|(on, _)| *on);
        follows.fold(command.without(told), |flags, (_, flag)| flags.and(flag))
    }

    /// Sets a flag by its name; whether there is one.
    pub(crate) fn set(&mut self, word: &[u8]) -> bool {
        let flag = match word {
            b"no-writes" => &mut self.no_writes,
            b"allow-oom" => &mut self.allow_oom,
            b"allow-stale" => &mut self.allow_stale,
            b"no-cluster" => &mut self.no_cluster,
            b"allow-cross-slot-keys" => &mut self.allow_cross_slot,
            _ => return false,
        };
        *flag = true;
        true
    }
}

/// How the locks of a run are taken (`engine/src/late.rs`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// On its declared keys, to which it keeps.
    Declared,
    /// On its declared keys, until it is about to change anything.
    Open,
    /// Behind the gate.
    Gated,
}

/// What is known of the keys a script touches. Shared by all workers.
#[derive(Debug, Default)]
pub(crate) struct Habit(AtomicU8);

impl Habit {
    const PROVEN: u8 = 1;
    const READS: u8 = 2;
    const GATED: u8 = 3;

    /// Its text shows that it keeps to its keys (`proof.rs`).
    pub(crate) fn prove(&self) {
        self.0.store(Self::PROVEN, Ordering::Relaxed);
    }

    /// What is known at the beginning of a run.
    #[inline]
    pub(crate) fn way(&self) -> Way {
        match self.0.load(Ordering::Relaxed) {
            Self::PROVEN => Way::Declared,
            Self::READS => Way::Open,
            _ => Way::Gated,
        }
    }

    /// A run came to its end: whether it touched a key that it does not declare, and whether it
    /// changed anything. One that only read keys that it declares may do so again beside others.
    #[inline]
    pub(crate) fn ran(&self, strayed: bool, acted: bool) {
        let known = self.0.load(Ordering::Relaxed);
        if strayed || acted && known != Self::PROVEN {
            self.0.store(Self::GATED, Ordering::Relaxed);
        } else if known == 0 {
            // One that acts elsewhere at this moment wins.
            let _ = self.0.compare_exchange(0, Self::READS, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

/// A script in the cache.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) body: Box<[u8]>,
    /// Its digest as clients know it.
    pub(crate) name: [u8; 40],
    pub(crate) flags: Flags,
    pub(crate) habit: Habit,
    /// Bytes of the first line, which is not Lua.
    pub(crate) skip: usize,
    age: Age,
}

/// Whether a script may leave the cache, when it was used, and whether it has left.
#[derive(Debug, Default)]
struct Age {
    may_go: AtomicBool,
    is_gone: AtomicBool,
    /// In ticks of the cycle counter.
    used: AtomicU64,
}

impl Source {
    /// Reads the first line.
    ///
    /// # Errors
    /// It begins with `#!` and is not understood; in words for the client.
    pub(crate) fn new(body: &[u8]) -> Result<Self, Vec<u8>> {
        let (flags, skip) = first_line(body)?;
        let name = hex(&sha1(body));
        let (habit, age) = (Habit::default(), Age::default());
        Ok(Self { body: body.into(), name, flags, habit, skip, age })
    }

    /// Says whether it may leave the cache.
    pub(crate) fn may_go(&self, may: bool) {
        self.age.may_go.store(may, Ordering::Relaxed);
    }

    /// Notes that it is used at this moment, if that matters.
    #[inline]
    pub(crate) fn used(&self) {
        if self.age.may_go.load(Ordering::Relaxed) {
            self.age.used.store(::engine::ticks(), Ordering::Relaxed);
        }
    }

    /// When it was used last, in ticks.
    pub(crate) fn last_used(&self) -> u64 {
        self.age.used.load(Ordering::Relaxed)
    }

    /// It leaves the cache.
    pub(crate) fn drop_it(&self) {
        self.age.is_gone.store(true, Ordering::Relaxed);
    }

    /// Whether it has left the cache: what was compiled of it is not to be run.
    #[inline]
    pub(crate) fn is_gone(&self) -> bool {
        self.age.is_gone.load(Ordering::Relaxed)
    }

    /// What is compiled: everything behind the first line, its end included.
    pub(crate) fn code(&self) -> &[u8] {
        &self.body[self.skip..]
    }
}

/// `#!lua flags=no-writes,allow-stale`: the flags, and the length of that line.
pub(crate) fn first_line(body: &[u8]) -> Result<(Flags, usize), Vec<u8>> {
    let mut flags = Flags::default();
    if !body.starts_with(b"#!") {
        return Ok((flags, 0));
    }
    let end = body.iter().position(|byte| *byte == b'\n');
    let end = end.ok_or_else(|| b"ERR Invalid script shebang".to_vec())?;
    let parts = resp::split_args(&body[..end]).unwrap_or_default();
    let error = |text: &str, about: &[u8]| [b"ERR ", text.as_bytes(), about].concat();
    let engine = parts.first().ok_or_else(|| error("Invalid engine in script shebang", b""))?;
    if engine != b"#!lua" {
        return Err(error("Unexpected engine in script shebang: ", engine));
    }
    flags.is_declared = true;
    for part in &parts[1..] {
        let Some(words) = part.strip_prefix(b"flags=") else {
            return Err(error("Unknown lua shebang option: ", part));
        };
        if words.is_empty() {
            continue;
        }
        for word in words.split(|byte| *byte == b',') {
            if !flags.set(word) {
                return Err(error("Unexpected flag in script shebang: ", word));
            }
        }
    }
    Ok((flags, end))
}
