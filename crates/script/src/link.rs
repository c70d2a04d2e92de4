//! How the callbacks of an interpreter reach the call that runs, and when they end it.
//!
//! Callbacks live as long as their interpreter; the context of a call is lent to them for one run.
//! Between two instructions of a script [`Link::tick`] is called: every so often it reads the clock
//! and whether the script was killed, and from the time limit on it lets the worker answer others.

use commands::config::Id;
use commands::scripting::{Rules, Told};
use commands::shared::LogLevel;
use commands::{Args, Cx};
use mlua::{Lua, VmState};
use raw::{Family, Loan};
use resp::Span;
use std::cell::{Cell, RefCell};

/// Ticks between two looks at the clock.
const STRIDE: u32 = 4096;

/// Bytes of arguments from which on a buffer is not kept.
const KEEP_BYTES: usize = 64 * 1024;

/// Contexts of calls, as they are lent.
pub(crate) struct Contexts;

impl Family for Contexts {
    type Of<'a> = Cx<'a>;
}

/// Arguments of calls, as they are lent.
pub(crate) struct Calls;

impl Family for Calls {
    type Of<'a> = Args<'a>;
}

/// Why a script is to end at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    /// SCRIPT KILL.
    Killed,
    /// It is begun again, with other locks.
    Again,
    /// It took longer than it may.
    Late,
}

/// What callbacks share.
pub(crate) struct Link {
    pub(crate) context: Loan<Contexts>,
    /// The client's call.
    pub(crate) call: Loan<Calls>,
    /// What the script may do and has done.
    pub(crate) rules: Cell<Rules>,
    /// Protocol of the replies that it sees.
    pub(crate) is_resp3: Cell<bool>,
    pub(crate) stop: Cell<Option<Stop>>,
    /// Arguments of the call that is made.
    pub(crate) scratch: RefCell<Scratch>,
    /// State of `math.random`: 48 bits.
    pub(crate) random: Cell<u64>,
    /// A library is being loaded: what it registers.
    pub(crate) loading: RefCell<Option<crate::library::Draft>>,
    /// Options of `cjson`.
    pub(crate) json: Cell<crate::json::Options>,
    /// Bytes that the interpreter may hold.
    pub(crate) memory_max: Cell<usize>,
    left: Cell<u32>,
    /// The limit of memory is on.
    is_limited: Cell<bool>,
    began_ms: Cell<i64>,
    /// Time after which it ends, or 0.
    limit_ms: Cell<i64>,
    name: RefCell<Vec<u8>>,
    is_function: Cell<bool>,
}

/// Reused buffers for arguments.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) bytes: Vec<u8>,
    pub(crate) spans: Vec<Span>,
}

impl Scratch {
    pub(crate) fn clear(&mut self) {
        if self.bytes.capacity() > KEEP_BYTES {
            self.bytes = Vec::new();
        }
        self.bytes.clear();
        self.spans.clear();
    }

    /// Appends an argument that `write` writes.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        self.spans.push(Span { start: start as u32, len: (self.bytes.len() - start) as u32 });
    }
}

impl Default for Link {
    fn default() -> Self {
        Self {
            context: Loan::new(),
            call: Loan::new(),
            rules: Cell::default(),
            is_resp3: Cell::default(),
            stop: Cell::default(),
            scratch: RefCell::default(),
            random: Cell::new(0x1234_ABCD_330E),
            loading: RefCell::default(),
            json: Cell::default(),
            limit_ms: Cell::default(),
            memory_max: Cell::default(),
            left: Cell::new(STRIDE),
            is_limited: Cell::default(),
            began_ms: Cell::default(),
            name: RefCell::default(),
            is_function: Cell::default(),
        }
    }
}

impl Link {
    /// A run begins.
    pub(crate) fn begin(&self, rules: Rules, name: &[u8], is_function: bool) {
        self.rules.set(rules);
        self.is_resp3.set(false);
        self.json.set(crate::json::Options::default());
        self.stop.set(None);
        self.left.set(STRIDE);
        self.began_ms.set(0);
        self.limit_ms.set(0);
        self.is_function.set(is_function);
        let mut kept = self.name.borrow_mut();
        kept.clear();
        kept.extend_from_slice(name);
    }

    /// The run that begins ends after this time.
    pub(crate) fn limit(&self, ms: i64) {
        self.limit_ms.set(ms);
    }

    /// Has the next tick set the limit of memory. While it is on every text that is handed in has
    /// to be tried first, so it begins when the arguments are in.
    pub(crate) fn limit_memory(&self, bytes: usize) {
        self.memory_max.set(bytes);
        self.is_limited.set(false);
        self.left.set(1);
    }

    /// The script ends here, whatever it catches.
    pub(crate) fn end_with(&self, stop: Stop) -> mlua::Error {
        self.stop.set(Some(stop));
        self.left.set(1);
        mlua::Error::runtime("Script killed by user with SCRIPT KILL...")
    }

    /// Called by the interpreter at each loop and call.
    #[inline]
    pub(crate) fn tick(&self, lua: &Lua) -> mlua::Result<VmState> {
        let left = self.left.get() - 1;
        self.left.set(left);
        if left == 0 { self.look(lua) } else { Ok(VmState::Continue) }
    }

    fn look(&self, lua: &Lua) -> mlua::Result<VmState> {
        if !self.is_limited.replace(true) {
            lua.set_memory_limit(self.memory_max.get())?;
            self.left.set(STRIDE);
            return Ok(VmState::Continue);
        }
        if let Some(stop) = self.stop.get() {
            let error = self.end_with(stop);
            // Not always at the same place: what catches it does not always catch it.
            let odd = self.random.get().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 60;
            self.left.set(2 + odd as u32);
            return Err(error);
        }
        self.left.set(STRIDE);
        match self.context.with(|cx| self.watch(cx)).flatten() {
            Some(stop) => Err(self.end_with(stop)),
            None => Ok(VmState::Continue),
        }
    }

    /// Looks at the clock; whether the script is to end.
    fn watch(&self, cx: &mut Cx<'_>) -> Option<Stop> {
        let (server, worker) = (cx.server, cx.local.index);
        let now = server.host.now_ms();
        if self.began_ms.get() == 0 {
            self.began_ms.set(now);
        }
        let elapsed = now - self.began_ms.get();
        if self.limit_ms.get() > 0 {
            return (elapsed > self.limit_ms.get()).then_some(Stop::Late);
        }
        let limit = server.config.int(Id::BUSY_REPLY_THRESHOLD);
        if limit > 0 && elapsed >= limit && !server.running.is_over_time(worker) {
            self.exceed(cx, elapsed);
        }
        if server.running.is_over_time(worker) {
            server.host.serve_while_busy(cx);
        }
        server.running.is_killed(worker).then_some(Stop::Killed)
    }

    #[cold]
    fn exceed(&self, cx: &mut Cx<'_>, elapsed: i64) {
        let name = self.name.borrow().clone();
        let kill = if self.is_function.get() { "FUNCTION KILL" } else { "SCRIPT KILL" };
        let text = format!(
            "Slow script detected: still in execution after {elapsed} milliseconds. You can try \
             killing the script using the {kill} command. Script name is: {}.",
            String::from_utf8_lossy(&name)
        );
        cx.server.host.log(LogLevel::Warning, &text);
        let command = self.call.with(|args| args.iter().map(<[u8]>::to_vec).collect());
        let command = command.unwrap_or_default();
        let told = Told { name, command, began_ms: self.began_ms.get() };
        cx.server.running.exceeds(cx.local.index, told, &cx.server.switches);
    }
}
