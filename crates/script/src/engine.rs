//! The commands EVAL and SCRIPT, and what all workers share: the sources by digest.
//!
//! A worker compiles a script when it first runs it and keeps it in its [`Machine`]. SCRIPT FLUSH
//! begins a new generation: each worker then takes a new interpreter before its next script.

use crate::cache::{Cache, Came};
use crate::library::Libraries;
use crate::machine::{Deprecated, Machine};
use crate::proof::keeps_to_its_keys;
use crate::run::Run;
use crate::sha1::{Digest, parse_hex, sha1};
use crate::source::{Source, first_line};
use commands::config::Id;
use commands::scripting::{Figures, Kind, Policy, Request, Scripts};
use commands::spec::{self, Command};
use commands::{Args, CommandError, CommandResult, Cx, Outcome};
use resp::number::parse_len;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Runs of a worker between two publications of its interpreter's size.
const PUBLISH_EVERY: u32 = 64;
/// Size of an interpreter from which on its garbage is collected after each run.
const COLLECT_BYTES: usize = 64 << 20;

const NO_SCRIPT: CommandError = CommandError::text("NOSCRIPT No matching script. Please use EVAL.");

static ENGINES: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The interpreter of this thread. Not in the worker's state: that is made on another thread,
    /// and an interpreter stays where it is. One a thread, since a thread works for one server.
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

struct Own {
    engine: u64,
    generation: u64,
    machine: Machine,
    runs: u32,
}

/// The scripts of a server.
#[derive(Debug)]
pub struct Engine {
    id: u64,
    generation: AtomicU64,
    scripts: Mutex<Cache>,
    libraries: Mutex<Arc<Libraries>>,
    /// Goes up with each change of the libraries.
    edition: AtomicU64,
    /// Bytes of each worker's interpreter.
    vm_bytes: Box<[AtomicU64]>,
}

impl Engine {
    /// No scripts yet, for this many workers.
    pub fn new(workers: usize) -> Self {
        Self {
            id: ENGINES.fetch_add(1, Ordering::Relaxed),
            generation: AtomicU64::new(0),
            scripts: Mutex::default(),
            libraries: Mutex::default(),
            edition: AtomicU64::new(0),
            vm_bytes: (0..workers).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn scripts(&self) -> MutexGuard<'_, Cache> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The libraries in force.
    pub(crate) fn libraries(&self) -> Arc<Libraries> {
        Arc::clone(&self.libraries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number that is another one after each change of the libraries.
    pub(crate) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Changes the libraries for all workers, or leaves them as they are. Everything is locked from
    /// here to the end of the call: so snapshots and the append-only file have the changes in their
    /// order.
    ///
    /// # Errors
    /// What `change` said.
    pub(crate) fn change(
        &self,
        cx: &mut Cx<'_>,
        change: impl FnOnce(&mut Libraries) -> Result<(), Vec<u8>>,
    ) -> Result<(), CommandError> {
        cx.keys.hold_all();
        let mut libraries = self.libraries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = Libraries::clone(&libraries);
        change(&mut next).map_err(|text| error(&text))?;
        let sources = next.by_name.values().map(|library| Arc::clone(&library.source));
        cx.server.saving.set_libraries(sources.collect());
        *libraries = Arc::new(next);
        self.edition.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// Runs `act` with the interpreter of this worker.
    pub(crate) fn with_machine(
        &self,
        cx: &mut Cx<'_>,
        act: impl FnOnce(&Self, &mut Cx<'_>, &mut Machine) -> CommandResult,
    ) -> CommandResult {
        OWN.with(|own| {
            let Ok(mut own) = own.try_borrow_mut() else {
                return Err(CommandError::text("BUSY Redis is busy running a script."));
            };
            let generation = self.generation.load(Ordering::Acquire);
            let is_fit = |own: &Own| own.engine == self.id && own.generation == generation;
            if !own.as_ref().is_some_and(is_fit) {
                *own = None;
                let config = &cx.server.config;
                let offers = config.flag(Id::LUA_ENABLE_DEPRECATED_API)
                    || config.flag(Id::LUA_ENABLE_INSECURE_API);
                let deprecated = if offers { Deprecated::Offered } else { Deprecated::Hidden };
                let seed = cx.local.rng.draw();
                let machine = Machine::new(seed, deprecated).map_err(|error| {
                    CommandError::owned(format!("ERR No interpreter for scripts: {error}"))
                })?;
                *own = Some(Own { engine: self.id, generation, machine, runs: 0 });
            }
            let own = own.as_mut().expect("it was just made");
            let result = act(self, cx, &mut own.machine);
            // What a large script leaves is not to count against the next one.
            let half = cx.server.config.int(Id::SCRIPT_MEMORY_MAX) / 2;
            if own.machine.lua.used_memory() > COLLECT_BYTES.min(half as usize) {
                let _ = own.machine.lua.gc_collect();
            }
            own.runs = own.runs.wrapping_add(1);
            if own.runs % PUBLISH_EVERY == 1 {
                let bytes = own.machine.lua.used_memory() as u64;
                self.vm_bytes[cx.local.index].store(bytes, Ordering::Relaxed);
            }
            result
        })
    }

    /// The place of a digest's script in this worker's interpreter, compiled if it was not yet.
    fn known(&self, machine: &mut Machine, digest: &Digest) -> Result<Option<usize>, CommandError> {
        if let Some(place) = machine.scripts.place(digest) {
            return Ok(Some(place));
        }
        let Some(source) = self.scripts().get(digest).cloned() else { return Ok(None) };
        let function = machine.compile(&source).map_err(|text| error(&text))?;
        Ok(Some(machine.scripts.keep(*digest, function, source)))
    }

    /// The place of the script that a digest names, in either case.
    #[inline]
    fn named(&self, machine: &mut Machine, name: &[u8]) -> Result<usize, CommandError> {
        if let Some(place) = machine.scripts.recent(name) {
            return Ok(place);
        }
        let known = match parse_hex(name) {
            Some(digest) => self.known(machine, &digest)?,
            None => None,
        };
        let place = known.ok_or(NO_SCRIPT)?;
        machine.scripts.remember(name, place);
        Ok(place)
    }

    /// Puts a source into the cache and this worker's interpreter, if it is not there; its digest
    /// and place.
    fn load(
        &self,
        cx: &Cx<'_>,
        machine: &mut Machine,
        body: &[u8],
        came: Came,
    ) -> Result<(Digest, usize), CommandError> {
        let digest = sha1(body);
        if let Some(place) = self.known(machine, &digest)? {
            if came == Came::ByLoad {
                self.scripts().keep(&digest);
            }
            return Ok((digest, place));
        }
        let source = Source::new(body).map_err(|text| error(&text))?;
        let function = machine.compile(&source).map_err(|text| error(&text))?;
        if keeps_to_its_keys(source.code(), &cx.server.table) {
            source.habit.prove();
        }
        let (source, has_dropped) = self.scripts().add(digest, source, came);
        if has_dropped {
            cx.server.stats.evicted_scripts.fetch_add(1, Ordering::Relaxed);
        }
        Ok((digest, machine.scripts.keep(digest, function, source)))
    }

    fn eval(&self, cx: &mut Cx<'_>, args: Args<'_>, how: How) -> CommandResult {
        if how.by_digest && args.at(1).len() != 40 {
            return Err(NO_SCRIPT);
        }
        let keys = key_count(args)?;
        self.with_machine(cx, |engine, cx, machine| {
            let place = if how.by_digest {
                engine.named(machine, args.at(1))?
            } else {
                engine.load(cx, machine, args.at(1), Came::ByEval)?.1
            };
            let (function, source) = machine.scripts.at(place);
            source.used();
            machine.run(
                cx,
                &Run {
                    function,
                    name: &source.name,
                    kind: Kind::Script,
                    flags: source.flags,
                    habit: &source.habit,
                    read_only: how.read_only,
                    call: args,
                    keys,
                },
            )
        })
    }

    /// `SCRIPT LOAD script` -> its digest.
    fn script_load(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        self.with_machine(cx, |engine, cx, machine| {
            let (digest, _) = engine.load(cx, machine, args.at(2), Came::ByLoad)?;
            cx.reply.bulk(&crate::sha1::hex(&digest));
            Ok(Outcome::Replied)
        })
    }

    /// `SCRIPT EXISTS digest [digest ...]` -> array of 1 and 0.
    fn script_exists(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let digests = args.from(2);
        cx.reply.array(digests.len());
        let scripts = self.scripts();
        for digest in digests.iter() {
            let digest = parse_hex(digest);
            cx.reply.flag(digest.is_some_and(|digest| scripts.get(&digest).is_some()));
        }
        Ok(Outcome::Replied)
    }

    /// `SCRIPT FLUSH [ASYNC|SYNC]` -> `OK`.
    fn script_flush(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let known = args.is(2, "sync") || args.is(2, "async");
        if args.len() > 3 || (args.len() == 3 && !known) {
            return Err(CommandError::text("ERR SCRIPT FLUSH only support SYNC|ASYNC option"));
        }
        *self.scripts() = Cache::default();
        self.generation.fetch_add(1, Ordering::AcqRel);
        cx.reply.ok();
        Ok(Outcome::Replied)
    }

    /// `SCRIPT SHOW digest` -> the source.
    fn script_show(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let source = parse_hex(args.at(2)).and_then(|digest| self.scripts().get(&digest).cloned());
        let Some(source) = source else {
            return Err(NO_SCRIPT);
        };
        cx.reply.bulk(&source.body);
        Ok(Outcome::Replied)
    }
}

/// How EVAL was called.
#[derive(Clone, Copy)]
struct How {
    by_digest: bool,
    read_only: bool,
}

impl Scripts for Engine {
    fn run(&self, cx: &mut Cx<'_>, args: Args<'_>, request: Request) -> CommandResult {
        let how = |by_digest, read_only| How { by_digest, read_only };
        match request {
            Request::Eval => self.eval(cx, args, how(false, false)),
            Request::EvalRo => self.eval(cx, args, how(false, true)),
            Request::Evalsha => self.eval(cx, args, how(true, false)),
            Request::EvalshaRo => self.eval(cx, args, how(true, true)),
            Request::ScriptLoad => self.script_load(cx, args),
            Request::ScriptExists => self.script_exists(cx, args),
            Request::ScriptFlush => self.script_flush(cx, args),
            Request::ScriptShow => self.script_show(cx, args),
            Request::ScriptKill => {
                let now = cx.server.host.now_ms();
                cx.server.running.kill(Kind::Script, now)?;
                cx.reply.ok();
                Ok(Outcome::Replied)
            }
            Request::ScriptDebug => script_debug(cx, args),
            Request::ScriptHelp => {
                cx.reply.lines(SCRIPT_HELP);
                Ok(Outcome::Replied)
            }
            Request::Fcall => self.fcall(cx, args, false),
            Request::FcallRo => self.fcall(cx, args, true),
            _ => self.function(cx, args, request),
        }
    }

    fn load_libraries(
        &self,
        cx: &mut Cx<'_>,
        sources: &[Vec<u8>],
        policy: Policy,
    ) -> Result<(), CommandError> {
        self.restore(cx, sources, policy)
    }

    fn flags(&self, command: &Command, args: Args<'_>) -> spec::Flags {
        let Some(name) = args.get(1) else { return command.flags };
        let declared = match command.name {
            "fcall" | "fcall_ro" => self.libraries().flags_of(name),
            "eval" | "eval_ro" => first_line(name).ok().map(|(flags, _)| flags),
            _ => parse_hex(name).and_then(|digest| Some(self.scripts().get(&digest)?.flags)),
        };
        match declared {
            Some(declared) if declared.is_declared => declared.of_call(command.flags),
            _ => command.flags,
        }
    }

    fn figures(&self) -> Figures {
        let (libraries, scripts) = (self.libraries(), self.scripts());
        let bytes = |source: &Arc<Source>| (source.body.len() + size_of::<Source>() + 48) as u64;
        Figures {
            vm_bytes: self.vm_bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum(),
            script_bytes: scripts.sources().map(bytes).sum(),
            scripts: scripts.sources().len() as u64,
            function_bytes: libraries.by_name.values().map(|one| one.source.len() as u64).sum(),
            libraries: libraries.by_name.len() as u64,
            functions: libraries.function_count() as u64,
        }
    }
}

/// How many of the arguments are keys.
fn key_count(args: Args<'_>) -> Result<usize, CommandError> {
    key_range(args, parse_len(args.at(2)).ok_or(CommandError::NotInteger)?)
}

/// The same for a number that was read.
pub(crate) fn key_range(args: Args<'_>, count: i64) -> Result<usize, CommandError> {
    if count > args.len() as i64 - 3 {
        let text = "ERR Number of keys can't be greater than number of args";
        return Err(CommandError::text(text));
    }
    usize::try_from(count).map_err(|_| CommandError::text("ERR Number of keys can't be negative"))
}

/// `SCRIPT DEBUG YES|SYNC|NO`: there is no debugger, so only NO can be had.
fn script_debug(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.is(2, "no") {
        cx.reply.ok();
        return Ok(Outcome::Replied);
    }
    if args.is(2, "yes") || args.is(2, "sync") {
        return Err(CommandError::text("ERR This server has no debugger for scripts"));
    }
    Err(CommandError::text("ERR Use SCRIPT DEBUG YES/SYNC/NO"))
}

/// An error with bytes of the client in it.
pub(crate) fn error(text: &[u8]) -> CommandError {
    crate::reply::error_of(text)
}

const SCRIPT_HELP: &[&str] = &[
    "SCRIPT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "DEBUG (YES|SYNC|NO)",
    "    Set the debug mode for subsequent scripts executed.",
    "EXISTS <sha1> [<sha1> ...]",
    "    Return information about the existence of the scripts in the script cache.",
    "FLUSH [ASYNC|SYNC]",
    "    Flush the Lua scripts cache. Very dangerous on replicas.",
    "    When called without the optional mode argument, the behavior is determined by the",
    "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
    "    * ASYNC: Asynchronously flush the scripts cache.",
    "    * SYNC: Synchronously flush the scripts cache.",
    "KILL",
    "    Kill the currently executing Lua script.",
    "LOAD <script>",
    "    Load a script into the scripts cache without executing it.",
    "HELP",
    "    Print this help.",
];
