//! The context a handler runs in: its keys, its reply, its client, its server, its instant.

use crate::CommandError;
use crate::args::Args;
use crate::error::{CommandResult, Outcome};
use crate::measure::Thresholds;
use crate::pubsub::LocalSubscribers;
use crate::reply::Reply;
use crate::session::Session;
use crate::shared::{Shared, WorkerStats};
use crate::table::Entry;
use crate::tracking::Stale;
use engine::{Effects, Keys};
use std::sync::Arc;

/// What one call sees.
pub struct Cx<'a> {
    /// The keys it may touch: those that its row's key specs name.
    pub keys: Keys<'a>,
    /// Its reply.
    pub reply: Reply<'a>,
    /// Its client.
    pub session: &'a mut Session,
    /// The server.
    pub server: &'a Shared,
    /// What its worker keeps.
    pub local: &'a mut Local,
    /// The command that runs.
    pub entry: &'a Entry,
    /// Where the call comes from.
    pub origin: Origin,
}

/// Where a call comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A client.
    Client,
    /// A client's transaction: nothing may wait.
    Exec,
    /// A script: nothing may wait, and a transaction around it makes no difference.
    Script,
    /// A blocked call, served because this key is ready.
    Ready(Box<[u8]>),
}

/// State of one worker that commands use.
pub struct Local {
    /// Which worker.
    pub index: usize,
    /// It serves clients from inside of a script over its time.
    pub is_serving: bool,
    /// Subscribers whose connections this worker owns.
    pub subscribers: LocalSubscribers,
    /// Bytes for clients of this worker other than the caller.
    pub outbox: Vec<(u64, Arc<[u8]>)>,
    /// Keys that eviction has seen.
    pub eviction: engine::Pool,
    /// Random numbers, seeded by the server.
    pub rng: Rng,
    /// Clock ticks in a microsecond, as calibrated by the server.
    pub ticks_per_us: u64,
    /// Keys that the call that runs has changed.
    pub stale: Stale,
    /// Clients of this worker that monitor.
    pub monitors: Vec<u64>,
    /// From where on a call is looked at more closely.
    pub thresholds: Thresholds,
    /// A stripe that stays locked for the next call of the batch.
    pub kept: Option<engine::KeptStripe>,
    /// Until when one may be kept, by the cycle counter; 0 never.
    pub keep_until: u64,
    /// A call has changed what memory is limited to: the worker looks at it after its batch.
    pub limit_changed: bool,
    /// Memory that this worker has taken, ever, to tell tracking clients of changes.
    pub told_bytes: i64,
    /// Makes payloads of values.
    pub dumper: persist::dump::Dumper,
}

impl Local {
    /// The state of worker `index`, with its random numbers from `seed`.
    pub fn new(index: usize, seed: u64, ticks_per_us: u64) -> Self {
        Self {
            index,
            is_serving: false,
            subscribers: LocalSubscribers::default(),
            outbox: Vec::new(),
            eviction: engine::Pool::default(),
            rng: Rng(seed),
            ticks_per_us: ticks_per_us.max(1),
            stale: Stale::default(),
            monitors: Vec::new(),
            thresholds: Thresholds::default(),
            kept: None,
            keep_until: 0,
            limit_changed: false,
            told_bytes: 0,
            dumper: persist::dump::Dumper::default(),
        }
    }

    /// Reads the thresholds that are in force at an instant.
    pub fn read_thresholds(&mut self, shared: &Shared, now: i64) {
        let counts_keys = shared.notes.hotkeys.counts(now);
        self.thresholds = Thresholds::of(&shared.config, self.ticks_per_us, counts_keys);
    }

    /// Hands a line to the monitors of this worker.
    pub fn show(&mut self, line: &Arc<[u8]>) {
        let lines = self.monitors.iter().map(|client| (*client, Arc::clone(line)));
        self.outbox.extend(lines);
    }
}

/// What dispatch borrows from the worker for one batch.
pub struct Turn<'a> {
    /// The server.
    pub shared: &'a Shared,
    /// The worker's commands' state.
    pub local: &'a mut Local,
    /// Reused effects.
    pub effects: &'a mut Effects,
    /// The worker's counters.
    pub stats: &'a WorkerStats,
    /// The instant and thresholds of the batch.
    pub moment: engine::Moment,
    /// The cycle counter at the end of the last call: where the next one begins.
    pub ticks: u64,
}

/// `SplitMix64`: small, fast, repeatable. Not for secrets.
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    /// The next 64 bits.
    #[inline]
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(bound)) >> 64) as u64
    }
}

impl<'a> Cx<'a> {
    /// The instant of the call, Unix milliseconds.
    #[inline]
    pub fn now(&self) -> i64 {
        self.keys.now()
    }

    /// The time on the wall, Unix milliseconds: differs from `now` while a log is replayed.
    #[inline]
    pub fn wall(&self) -> i64 {
        self.keys.wall()
    }

    /// Whether this call is read from a log: it is as it was written, and not checked again.
    #[inline]
    pub fn replays(&self) -> bool {
        self.session.replays
    }

    /// Whether this call may wait: not inside a transaction.
    pub fn may_block(&self) -> bool {
        !matches!(self.origin, Origin::Exec | Origin::Script)
    }

    /// Ends a blocking call that found nothing: waits, or where waiting is not allowed replies
    /// with no array.
    pub fn block(&mut self, deadline: Option<i64>) -> CommandResult {
        if self.may_block() {
            return Ok(Outcome::Block { deadline });
        }
        self.reply.null_array();
        Ok(Outcome::Replied)
    }

    /// The keys that a blocking call may look at now: all of its own, or when it is being served
    /// the one that is ready.
    pub fn candidates<'k>(&self, keys: Args<'k>) -> Vec<&'k [u8]> {
        match &self.origin {
            Origin::Ready(ready) => keys.iter().filter(|key| **key == **ready).take(1).collect(),
            Origin::Client | Origin::Exec | Origin::Script => keys.iter().collect(),
        }
    }

    /// The command's name for error texts: `get`, `client|list`.
    pub fn name(&self) -> &'a str {
        &self.entry.full_name
    }

    /// The error for a wrong number of arguments, where the row's arity cannot tell.
    pub fn arity_error(&self) -> CommandError {
        CommandError::Arity(self.entry.full_name.to_string().into())
    }
}
