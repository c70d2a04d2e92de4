//! What runs: one place a worker, read by SCRIPT KILL, FUNCTION STATS and the BUSY reply.
//!
//! ```text
//! state   0 nothing runs, else RUNNING with FUNCTION, WROTE, BUSY, KILLED
//! ```
//! Its own worker sets all bits but KILLED. KILLED and WROTE exclude each other: whoever comes
//! second sees the first, so a script that has written is never killed.

use crate::args::Args;
use crate::error::CommandError;
use crate::switches::Switches;
use crate::table::Entry;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

const RUNNING: u32 = 1;
const FUNCTION: u32 = 2;
const WROTE: u32 = 4;
const BUSY: u32 = 8;
const KILLED: u32 = 16;
/// The server ends: so does every script.
const ABANDONED: u32 = 32;

/// A script that runs for less is over before anybody can mean to stop it.
const YOUNG_MS: i64 = 20;

const UNKILLABLE: &str = "UNKILLABLE Sorry the script already executed write commands against the \
    dataset. You can either wait the script termination or kill the server in a hard way using \
    the SHUTDOWN NOSAVE command.";

/// What runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A script.
    Script,
    /// A function of a library.
    Function,
}

impl Kind {
    /// What others are told while it is over its time.
    fn busy(self) -> &'static str {
        match self {
            Self::Script => {
                "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN \
                 NOSAVE."
            }
            Self::Function => {
                "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN \
                 NOSAVE."
            }
        }
    }
}

/// What runs on each worker.
#[derive(Debug)]
pub struct Running {
    /// How many are over their time.
    busy: AtomicU32,
    /// `DEBUG SET-DISABLE-DENY-SCRIPTS`: scripts may call CLIENT LIST, DEBUG PROTOCOL and DEBUG
    /// SLEEP, which tests need. Of all that scripts may not call it is what locks and changes
    /// nothing.
    asks: AtomicBool,
    slots: Box<[Slot]>,
}

#[derive(Default, Debug)]
struct Slot {
    state: AtomicU32,
    began_ms: AtomicI64,
    /// Set when it is over its time: its name and the call.
    told: Mutex<Option<Told>>,
}

/// A script over its time, as FUNCTION STATS tells of it.
#[derive(Clone, Default, Debug)]
pub struct Told {
    /// Digest, or name of the function.
    pub name: Vec<u8>,
    /// The call's arguments.
    pub command: Vec<Vec<u8>>,
    /// When it began, Unix milliseconds.
    pub began_ms: i64,
}

impl Running {
    /// Nothing runs on any of the workers.
    pub fn new(workers: usize) -> Self {
        let slots = (0..workers).map(|_| Slot::default()).collect();
        Self { busy: AtomicU32::new(0), asks: AtomicBool::new(false), slots }
    }

    /// Whether scripts may call CLIENT LIST, DEBUG PROTOCOL and DEBUG SLEEP from now on.
    pub fn let_ask(&self, may: bool) {
        self.asks.store(may, Ordering::Relaxed);
    }

    /// Whether this is one of them and scripts may call it.
    #[cold]
    pub(crate) fn may_ask(&self, entry: &Entry, args: Args<'_>) -> bool {
        self.asks.load(Ordering::Relaxed)
            && match &*entry.full_name {
                "debug" => args.is(1, "protocol") || args.is(1, "sleep"),
                name => name == "client|list",
            }
    }

    /// A script begins on a worker.
    #[inline]
    pub fn begin(&self, worker: usize, kind: Kind, now: i64) {
        let slot = &self.slots[worker];
        slot.began_ms.store(now, Ordering::Relaxed);
        let function = if kind == Kind::Function { FUNCTION } else { 0 };
        slot.state.store(RUNNING | function, Ordering::Release);
    }

    /// It has ended.
    #[inline]
    pub fn end(&self, worker: usize, switches: &Switches) {
        let slot = &self.slots[worker];
        if slot.state.swap(0, Ordering::AcqRel) & BUSY != 0 {
            if self.busy.fetch_sub(1, Ordering::Relaxed) == 1 {
                switches.clear(Switches::BUSY);
                if self.is_busy() {
                    switches.set(Switches::BUSY); // another one, at this moment
                }
            }
            *slot.told.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// It is about to write; false if it was killed before.
    #[inline]
    pub fn writes(&self, worker: usize) -> bool {
        let state = &self.slots[worker].state;
        let wrote = state.try_update(Ordering::AcqRel, Ordering::Acquire, |now| {
            (now & KILLED == 0).then_some(now | WROTE)
        });
        wrote.is_ok()
    }

    /// Ends whatever runs, since the server ends.
    pub fn abandon(&self) {
        for slot in &self.slots {
            slot.state.fetch_or(ABANDONED, Ordering::AcqRel);
        }
    }

    /// Whether it was killed.
    #[inline]
    pub fn is_killed(&self, worker: usize) -> bool {
        self.slots[worker].state.load(Ordering::Relaxed) & (KILLED | ABANDONED) != 0
    }

    /// Whether it is known to be over its time.
    pub fn is_over_time(&self, worker: usize) -> bool {
        self.slots[worker].state.load(Ordering::Relaxed) & BUSY != 0
    }

    /// It is over its time from now on.
    pub fn exceeds(&self, worker: usize, told: Told, switches: &Switches) {
        let slot = &self.slots[worker];
        *slot.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        if slot.state.fetch_or(BUSY, Ordering::AcqRel) & BUSY == 0 {
            self.busy.fetch_add(1, Ordering::Relaxed);
            switches.set(Switches::BUSY);
        }
    }

    /// Whether any script is over its time.
    #[inline]
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) != 0
    }

    /// What those are told who have to wait for a script over its time.
    pub fn busy_error(&self) -> Option<CommandError> {
        if !self.is_busy() {
            return None;
        }
        let states = self.slots.iter().map(|slot| slot.state.load(Ordering::Relaxed));
        let mut busy = states.filter(|state| state & BUSY != 0);
        busy.next().map(|state| CommandError::text(kind_of(state).busy()))
    }

    /// The first script that is over its time.
    pub fn told(&self) -> Option<Told> {
        let told = |slot: &Slot| slot.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.slots.iter().find_map(told)
    }

    /// Ends scripts or functions: those over their time, or if there is none whatever runs for
    /// more than an instant.
    ///
    /// # Errors
    /// None runs, or the one that does has written, or is of the other kind.
    pub fn kill(&self, kind: Kind, now: i64) -> Result<(), CommandError> {
        let any_busy = self.is_busy();
        let mut answer = Err(CommandError::text("NOTBUSY No scripts in execution right now."));
        for slot in &self.slots {
            let state = slot.state.load(Ordering::Acquire);
            let age = now - slot.began_ms.load(Ordering::Relaxed);
            let meant = if any_busy { state & BUSY != 0 } else { age >= YOUNG_MS };
            if state & RUNNING == 0 || !meant || answer.is_ok() && kind_of(state) != kind {
                continue;
            }
            let killed = slot.kill(kind);
            if answer.is_err() || killed.is_ok() {
                answer = killed;
            }
        }
        answer
    }
}

fn kind_of(state: u32) -> Kind {
    if state & FUNCTION == 0 { Kind::Script } else { Kind::Function }
}

impl Slot {
    fn kill(&self, kind: Kind) -> Result<(), CommandError> {
        let killed = self.state.try_update(Ordering::AcqRel, Ordering::Acquire, |now| {
            let may = now & RUNNING != 0 && now & WROTE == 0 && kind_of(now) == kind;
            may.then_some(now | KILLED)
        });
        match killed {
            Ok(_) => Ok(()),
            Err(0) => Err(CommandError::text("NOTBUSY No scripts in execution right now.")),
            Err(now) if now & WROTE != 0 => Err(CommandError::text(UNKILLABLE)),
            Err(now) => Err(CommandError::text(kind_of(now).busy())),
        }
    }
}
