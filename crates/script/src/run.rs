//! One run of a script or function: its locks, its rules, its end and its reply.
//!
//! Locks are argued in `engine/src/late.rs`. A script runs on its declared keys if its text shows
//! that it keeps to them (`proof.rs`), or if it only read them in earlier runs, else behind the
//! gate; with one worker always on its declared keys. Before it does what cannot be done again it
//! is
//! behind the gate or known to keep to its keys. So it is never refused a key half-way: if a key
//! cannot be had, nothing was done yet, and the run is begun again behind the gate.

use crate::link::Stop;
use crate::machine::Machine;
use crate::reply;
use crate::source::{Flags, Habit, Way};
use commands::scripting::{Kind, Rules};
use commands::{Args, CommandError, CommandResult, Cx, Origin, Outcome};
use mlua::{Function, IntoLuaMulti, MultiValue, Table, Value};
use resp::Proto;

/// What is to be run.
pub(crate) struct Run<'a> {
    pub(crate) function: &'a Function,
    /// How it is named in errors: a digest, or a function's name.
    pub(crate) name: &'a [u8],
    pub(crate) kind: Kind,
    pub(crate) flags: Flags,
    pub(crate) habit: &'a Habit,
    /// Called by a command that only reads.
    pub(crate) read_only: bool,
    /// The client's call: command, script, number of keys, keys, arguments.
    pub(crate) call: Args<'a>,
    pub(crate) keys: usize,
}

impl Machine {
    /// Runs it and writes its reply.
    ///
    /// # Errors
    /// It may not run, or ended with an error.
    pub(crate) fn run(&self, cx: &mut Cx<'_>, run: &Run<'_>) -> CommandResult {
        let mut rules = admit(cx, run)?;
        let (proto, db, session_db) = (cx.reply.proto(), cx.keys.db(), cx.session.db);
        let (origin, entry) = (cx.origin.clone(), cx.entry);
        let solo = cx.server.store.layout().workers == 1;
        let mut way = if solo { Way::Declared } else { run.habit.way() };
        let ended = loop {
            if origin == Origin::Client {
                rules.is_open = way == Way::Open;
                lock(cx, run, way);
                if is_held(cx, run.call) {
                    cx.keys.let_go();
                    return Ok(Outcome::Postponed);
                }
            }
            cx.origin = Origin::Script;
            cx.reply.set_proto(Proto::Resp2);
            cx.server.running.begin(cx.local.index, run.kind, cx.now());
            self.link.begin(rules, run.name, run.kind == Kind::Function);
            let ended = self.call(cx, run);
            cx.server.running.end(cx.local.index, &cx.server.switches);
            cx.origin = origin.clone();
            cx.entry = entry;
            cx.keys.select(db);
            cx.session.db = session_db;
            cx.reply.set_proto(proto);
            let done = self.link.rules.get();
            run.habit.ran(done.strayed, done.acted);
            if self.link.stop.get() != Some(Stop::Again) {
                break ended;
            }
            way = Way::Gated;
            cx.keys.let_go();
        };
        self.answer(cx, run, ended)
    }

    fn call(&self, cx: &mut Cx<'_>, run: &Run<'_>) -> mlua::Result<(bool, Value)> {
        let (args, body, keys) = (run.call.from(3), run.function, run.keys as f64);
        // A few arguments need no list, and what is UTF-8 no handle. The function is lent, never
        // cloned: a clone leaves it a counter that only a pointer to its end names, which the leak
        // checker takes for lost.
        let text = |at: usize| {
            let arg = args.get(at).filter(|_| args.len() <= 3);
            arg.and_then(|arg| std::str::from_utf8(arg).ok())
        };
        match (args.len(), text(0), text(1), text(2)) {
            (0, ..) => self.start(cx, run, (body, keys)),
            (1, Some(a), ..) => self.start(cx, run, (body, keys, a)),
            (2, Some(a), Some(b), _) => self.start(cx, run, (body, keys, a, b)),
            (3, Some(a), Some(b), Some(c)) => self.start(cx, run, (body, keys, a, b, c)),
            (count, ..) => {
                let mut values = MultiValue::with_capacity(count);
                for arg in args.iter() {
                    values.push_back(Value::String(self.lua.create_string(arg)?));
                }
                self.start(cx, run, (body, keys, values))
            }
        }
    }

    fn start(
        &self,
        cx: &mut Cx<'_>,
        run: &Run<'_>,
        values: impl IntoLuaMulti,
    ) -> mlua::Result<(bool, Value)> {
        let (link, mut call) = (&self.link, run.call);
        self.limited(cx, |cx| {
            link.context.lend(cx, || link.call.lend(&mut call, || self.runner.call(values)))
        })
    }

    fn answer(
        &self,
        cx: &mut Cx<'_>,
        run: &Run<'_>,
        ended: mlua::Result<(bool, Value)>,
    ) -> CommandResult {
        if self.link.stop.get() == Some(Stop::Killed) {
            let mut text = b"ERR Script killed by user with SCRIPT KILL...".to_vec();
            if let Ok((false, Value::Table(error))) = &ended {
                let _ = locate(&mut text, run, error);
            }
            return Err(reply::error_of(&text));
        }
        let mark = cx.reply.mark();
        let written = ended.and_then(|(ok, value)| match value {
            Value::Table(error) if !ok => fail(cx, run, &error),
            value if ok => {
                let is_resp3 = self.link.is_resp3.get();
                reply::write(&mut cx.reply, &cx.server.stats, &value, is_resp3).map(|()| None)
            }
            _ => Err(mlua::Error::runtime("error in error handling")),
        });
        match written {
            Ok(None) => Ok(Outcome::Replied),
            Ok(Some(error)) => Err(error),
            Err(error) => {
                cx.reply.truncate(mark);
                let name = String::from_utf8_lossy(run.name);
                let reason = error.to_string();
                let reason = reason.lines().next().unwrap_or_default();
                Err(CommandError::owned(format!("ERR Error running script {name}, {reason}")))
            }
        }
    }
}

/// What the script may do.
///
/// # Errors
/// It may not run at all.
fn admit(cx: &Cx<'_>, run: &Run<'_>) -> Result<Rules, CommandError> {
    let mut rules = Rules::of(cx.server, cx.local.index);
    let flags = run.flags;
    if flags.is_declared {
        if run.read_only && !flags.no_writes {
            let text = "ERR Can not execute a script with write flag using *_ro command.";
            return Err(CommandError::text(text));
        }
        if rules.is_over_memory && !flags.allow_oom && !flags.no_writes {
            let text = if cx.origin == Origin::Client {
                "OOM command not allowed when used memory > 'maxmemory'."
            } else {
                "OOM allow-oom flag is not set on the script, can not run it when used memory > \
                 'maxmemory'"
            };
            return Err(CommandError::text(text));
        }
    }
    rules.read_only = run.read_only || flags.no_writes;
    rules.allow_oom = flags.allow_oom;
    Ok(rules)
}

fn lock(cx: &mut Cx<'_>, run: &Run<'_>, way: Way) {
    let keys = run.call.from(3).first(run.keys);
    if way == Way::Gated {
        cx.keys.lock_gated(keys.iter());
    } else if keys.len() == 1 {
        cx.keys.lock_key(keys.at(0));
    } else {
        cx.keys.lock_keys(keys.iter());
    }
}

/// Whether a pause began since the call was let in.
fn is_held(cx: &Cx<'_>, call: Args<'_>) -> bool {
    let (pause, switches, now) = (&cx.server.pause, &cx.server.switches, cx.now());
    switches.get() != 0
        && pause.end(switches, now).is_some()
        && pause.holds(cx.server, now, cx.entry, call, cx.session)
}

/// The error that ended a script, with where; or none, if it was counted already and is written.
fn fail(cx: &mut Cx<'_>, run: &Run<'_>, error: &Table) -> mlua::Result<Option<CommandError>> {
    let mut text = match error.raw_get("err")? {
        Value::String(text) => text.as_bytes().to_vec(),
        _ => b"(null)".to_vec(),
    };
    locate(&mut text, run, error)?;
    let text = reply::error_of(&text);
    if error.raw_get("counted")? {
        cx.reply.error(&text);
        return Ok(None);
    }
    Ok(Some(text))
}

/// Appends which script it was and where in it.
fn locate(text: &mut Vec<u8>, run: &Run<'_>, error: &Table) -> mlua::Result<()> {
    if let (Value::String(source), Some(line)) =
        (error.raw_get("source")?, reply::number_of(&error.raw_get("line")?))
    {
        text.extend_from_slice(b" script: ");
        text.extend_from_slice(run.name);
        text.extend_from_slice(b", on @");
        text.extend_from_slice(&source.as_bytes());
        text.extend_from_slice(format!(":{line}.").as_bytes());
    }
    Ok(())
}
