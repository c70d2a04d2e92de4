//! The functions behind `redis.*`, `math.random` and `loadstring`.
//!
//! A callback never raises an error itself, since what Rust raises is no Lua string: it answers
//! whether it succeeded and the value or the reason, and the prelude raises.

use crate::link::{Link, Stop};
use crate::number::push_general;
use crate::reply::{Answer, answer, number_of, with_code};
use crate::sha1::{hex, sha1};
use commands::config::REDIS_VERSION;
use commands::scripting::{self, Refusal, Rules};
use commands::shared::LogLevel;
use commands::{Args, Cx};
use mlua::chunk::ChunkMode;
use mlua::{Function, Lua, MultiValue, Table, Value};
use std::rc::Rc;

/// How `invoke` answered, beside the value: nil stands for a plain value.
const COUNTED_ERROR: Value = Value::Number(1.0);
const STATUS: Value = Value::Number(2.0);
const ERROR: Value = Value::Number(3.0);
const STOPPED: Value = Value::Number(4.0);

/// The flag of `redis.set_repl` that stands for the append-only file.
const REPL_AOF: i64 = 1;

/// The outcome of a checked function.
pub(crate) use crate::fault::Checked;

/// The table `rt` of the prelude, but for the libraries.
pub(crate) fn runtime(lua: &Lua, link: &Rc<Link>) -> mlua::Result<Table> {
    let rt = lua.create_table()?;
    let own = Rc::clone(link);
    rt.set("invoke", lua.create_function(move |lua, args| invoke_any(&own, lua, args))?)?;
    let own = Rc::clone(link);
    let two = lua.create_function(move |lua, (a, b)| invoke(&own, lua, [&a, &b].into_iter()))?;
    rt.set("invoke_two", two)?;
    let own = Rc::clone(link);
    let three =
        lua.create_function(move |lua, (a, b, c)| invoke(&own, lua, [&a, &b, &c].into_iter()))?;
    rt.set("invoke_three", three)?;
    rt.set("number_text", lua.create_function(|lua, number: f64| number_text(lua, number))?)?;
    rt.set("error_text", lua.create_function(error_text)?)?;
    rt.set("error_words", lua.create_function(error_words)?)?;
    rt.set("error_reply", lua.create_function(error_reply)?)?;
    rt.set("loadstring", lua.create_function(loadstring)?)?;
    let own = Rc::clone(link);
    rt.set("random", lua.create_function(move |lua, args| random(&own, lua, &args))?)?;
    let own = Rc::clone(link);
    rt.set("randomseed", lua.create_function(move |lua, args| seed(&own, lua, &args))?)?;
    let own = Rc::clone(link);
    rt.set("stopped", lua.create_function(move |_, ()| Ok(own.stop.get().is_some()))?)?;
    rt.set("redis", constants(lua)?)?;
    rt.set("checked", checked(lua, link)?)?;
    Ok(rt)
}

fn constants(lua: &Lua) -> mlua::Result<Table> {
    let redis = lua.create_table()?;
    let numbers = [
        ("LOG_DEBUG", 0),
        ("LOG_VERBOSE", 1),
        ("LOG_NOTICE", 2),
        ("LOG_WARNING", 3),
        ("REPL_NONE", 0),
        ("REPL_AOF", 1),
        ("REPL_SLAVE", 2),
        ("REPL_REPLICA", 2),
        ("REPL_ALL", 3),
    ];
    for (name, number) in numbers {
        redis.set(name, f64::from(number))?;
    }
    redis.set("REDIS_VERSION", REDIS_VERSION)?;
    let parts = REDIS_VERSION.split('.').filter_map(|part| part.parse::<u32>().ok());
    let number = parts.fold(0, |sum, part| sum << 8 | part);
    redis.set("REDIS_VERSION_NUM", f64::from(number))?;
    Ok(redis)
}

fn checked(lua: &Lua, link: &Rc<Link>) -> mlua::Result<Table> {
    type Body = fn(&Link, &Lua, &MultiValue) -> Checked;
    let all: [(&str, Body); 6] = [
        ("sha1hex", sha1hex),
        ("log", log),
        ("setresp", setresp),
        ("set_repl", set_repl),
        ("acl_check_cmd", acl_check_cmd),
        ("register_function", crate::library::register),
    ];
    let table = lua.create_table()?;
    for (name, body) in all {
        let own = Rc::clone(link);
        let run = lua.create_function(move |lua, args: MultiValue| body(&own, lua, &args))?;
        table.set(name, run)?;
    }
    Ok(table)
}

fn string(lua: &Lua, bytes: impl AsRef<[u8]>) -> mlua::Result<Value> {
    Ok(Value::String(lua.create_string(bytes)?))
}

pub(crate) fn no(lua: &Lua, text: &str) -> Checked {
    Ok((false, string(lua, text)?))
}

/// How many arguments `redis.call` got, the first four, and the others: a few are taken from the
/// stack without a list of them.
type Given = (usize, Value, Value, Value, Value, MultiValue);

/// Puts the arguments of a call into the scratch; false if one is neither text nor number.
fn gather<'a>(link: &Link, mut args: impl Iterator<Item = &'a Value>) -> bool {
    let mut scratch = link.scratch.borrow_mut();
    scratch.clear();
    args.all(|arg| {
        match arg {
            Value::String(text) => scratch.push(|out| out.extend_from_slice(&text.as_bytes())),
            Value::Integer(number) => scratch.push(|out| resp::number::push_int(out, *number)),
            Value::Number(number) => scratch.push(|out| push_general(out, *number, 17)),
            _ => return false,
        }
        true
    })
}

fn invoke_any(link: &Link, lua: &Lua, args: Given) -> mlua::Result<(Value, Value)> {
    let (count, a, b, c, d, rest) = args;
    invoke(link, lua, [&a, &b, &c, &d].into_iter().chain(&rest).take(count))
}

/// `redis.call` and `redis.pcall`: runs a command; its reply, and what kind it is of.
fn invoke<'a>(
    link: &Link,
    lua: &Lua,
    args: impl Iterator<Item = &'a Value>,
) -> mlua::Result<(Value, Value)> {
    if link.stop.get().is_some() {
        return Ok((Value::Nil, STOPPED));
    }
    if link.loading.borrow().is_some() {
        // A library that is loaded finds no redis.call: this is for those that got at one.
        let text = "ERR redis.call/pcall can only be called inside a script invocation";
        return Ok((string(lua, text)?, ERROR));
    }
    if !gather(link, args) {
        let text = "ERR Lua redis lib command arguments must be strings or integers";
        return Ok((string(lua, text)?, ERROR));
    }
    if link.scratch.borrow().spans.is_empty() {
        let text = "ERR Please specify at least one argument for this redis lib call";
        return Ok((string(lua, text)?, ERROR));
    }
    let answered = link.context.with(|cx| run(link, lua, cx));
    answered.unwrap_or_else(|| {
        let text = "ERR redis.call/pcall can only be called inside a script invocation";
        Ok((string(lua, text)?, ERROR))
    })
}

fn run(link: &Link, lua: &Lua, cx: &mut Cx<'_>) -> mlua::Result<(Value, Value)> {
    let scratch = link.scratch.borrow();
    let mut rules = link.rules.get();
    let mark = cx.reply.mark();
    let called = scripting::call(cx, Args::new(&scratch.bytes, &scratch.spans), &mut rules);
    link.rules.set(rules);
    match called {
        Ok(()) => {
            // Nothing has to be tried without the limit; what the script wants next is tried again.
            lua.set_memory_limit(0)?;
            let answer = answer(lua, cx.reply.output(), mark);
            lua.set_memory_limit(link.memory_max.get())?;
            cx.reply.truncate(mark);
            Ok(match answer? {
                Answer::Value(value) => (value, Value::Nil),
                Answer::Status(text) => (text, STATUS),
                Answer::Error(text) => (text, COUNTED_ERROR),
            })
        }
        Err(Refusal::Error(error)) => Ok((string(lua, error.to_bytes())?, COUNTED_ERROR)),
        Err(refusal) => {
            let stop = if refusal == Refusal::Again { Stop::Again } else { Stop::Killed };
            link.end_with(stop);
            Ok((Value::Nil, STOPPED))
        }
    }
}

fn number_text(lua: &Lua, number: f64) -> mlua::Result<Value> {
    let mut text = Vec::new();
    push_general(&mut text, number, 14);
    string(lua, text)
}

/// What an error of ours says, without the trace that comes with it.
fn error_text(lua: &Lua, error: Value) -> mlua::Result<Value> {
    let text = match &error {
        Value::Error(error) => match &**error {
            mlua::Error::CallbackError { cause, .. } => cause.to_string(),
            other => other.to_string(),
        },
        _ => "execution failure".to_owned(),
    };
    string(lua, text.lines().next().unwrap_or_default())
}

/// The runtime's words for an error in those of Lua 5.1.
fn error_words(lua: &Lua, text: mlua::LuaString) -> mlua::Result<Value> {
    let bytes = text.as_bytes();
    match std::str::from_utf8(&bytes) {
        Ok(words) => string(lua, crate::words::translate(words)),
        Err(_) => string(lua, &bytes),
    }
}

/// What `redis.error_reply` puts under `err`: a code word, and no line ends around the text.
fn error_reply(lua: &Lua, text: mlua::LuaString) -> mlua::Result<Value> {
    let text = text.as_bytes();
    let text = text.strip_prefix(b"-").unwrap_or(&text);
    let is_end = |byte: &u8| *byte == b'\r' || *byte == b'\n';
    let space = text.iter().position(|byte| *byte == b' ');
    let (code, rest) = match space {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (&b"ERR"[..], text),
    };
    let begin = rest.iter().position(|byte| !is_end(byte)).unwrap_or(rest.len());
    let end = rest.iter().rposition(|byte| !is_end(byte)).map_or(begin, |at| at + 1);
    string(lua, with_code(&[code, b" ", &rest[begin..end]].concat()))
}

/// `loadstring(text [, name])`: only text, never the bytes of a compiled function.
fn loadstring(
    lua: &Lua,
    (text, name): (mlua::LuaString, Option<mlua::LuaString>),
) -> mlua::Result<(Value, Value)> {
    let name = if let Some(name) = name {
        name.to_string_lossy()
    } else {
        let shown = text.to_string_lossy();
        let first = shown.lines().next().unwrap_or_default();
        format!("=[string \"{}\"]", first.chars().take(60).collect::<String>())
    };
    match compile(lua, &text.as_bytes(), &name, None) {
        Ok(function) => Ok((Value::Function(function), Value::Nil)),
        Err(reason) => Ok((Value::Nil, string(lua, reason)?)),
    }
}

/// Compiles text into a function, with globals of its own if there are.
///
/// # Errors
/// In words for the client.
pub(crate) fn compile(
    lua: &Lua,
    code: &[u8],
    name: &str,
    globals: Option<&Table>,
) -> Result<Function, Vec<u8>> {
    let escaped;
    let code = if code.contains(&0) {
        // A zero in a text of 5.1 is a character; the compiler takes it for the end.
        escaped = code.split(|byte| *byte == 0).collect::<Vec<_>>().join(&b"\\000"[..]);
        &escaped
    } else {
        code
    };
    let mut chunk = lua.load(code).set_name(name).set_mode(ChunkMode::Text);
    if let Some(globals) = globals {
        chunk = chunk.set_environment(globals.clone());
    }
    chunk.into_function().map_err(|error| match error {
        mlua::Error::SyntaxError { message, .. } => message.into_bytes(),
        other => other.to_string().into_bytes(),
    })
}

fn sha1hex(_: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    match (args.len(), args.front()) {
        (1, Some(Value::String(text))) => Ok((true, string(lua, hex(&sha1(&text.as_bytes())))?)),
        (1, Some(Value::Number(_) | Value::Integer(_))) => {
            let number = args.front().and_then(number_of).unwrap_or_default();
            let mut text = Vec::new();
            push_general(&mut text, number, 14);
            Ok((true, string(lua, hex(&sha1(&text)))?))
        }
        (1, _) => Ok((true, string(lua, hex(&sha1(b"")))?)),
        _ => no(lua, "ERR wrong number of arguments"),
    }
}

fn log(link: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    if args.len() < 2 {
        return no(lua, "ERR redis.log() requires two arguments or more.");
    }
    let Some(level) = number_of(&args[0]) else {
        return no(lua, "ERR First argument must be a number (log level).");
    };
    let level = match level as i64 {
        0 => LogLevel::Debug,
        1 => LogLevel::Verbose,
        2 => LogLevel::Notice,
        3 => LogLevel::Warning,
        _ => return no(lua, "ERR Invalid debug level."),
    };
    let mut text = String::new();
    for arg in args.iter().skip(1) {
        let part = match arg {
            Value::String(part) => part.to_string_lossy(),
            Value::Number(_) | Value::Integer(_) => {
                let mut part = Vec::new();
                push_general(&mut part, number_of(arg).unwrap_or_default(), 14);
                String::from_utf8_lossy(&part).into_owned()
            }
            _ => continue,
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&part);
    }
    link.context.with(|cx| cx.server.host.log(level, &text));
    Ok((true, Value::Nil))
}

fn setresp(link: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    if args.len() != 1 {
        return no(lua, "ERR redis.setresp() requires one argument.");
    }
    let wanted = number_of(&args[0]).unwrap_or_default();
    if wanted as i64 != 2 && wanted as i64 != 3 {
        return no(lua, "ERR RESP version must be 2 or 3.");
    }
    let is_resp3 = wanted as i64 == 3;
    link.is_resp3.set(is_resp3);
    let proto = if is_resp3 { resp::Proto::Resp3 } else { resp::Proto::Resp2 };
    link.context.with(|cx| cx.reply.set_proto(proto));
    Ok((true, Value::Nil))
}

/// Which of the append-only file and replicas get the script's writes from here on. There are no
/// replicas yet.
fn set_repl(link: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    if link.context.with(|_| ()).is_none() {
        return no(lua, "ERR redis.set_repl can only be called inside a script invocation");
    }
    if args.len() != 1 {
        return no(lua, "ERR redis.set_repl() requires two arguments.");
    }
    let flags = number_of(&args[0]).unwrap_or_default() as i64;
    if flags & !3 != 0 {
        let text = "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or \
                    REPL_NONE.";
        return no(lua, text);
    }
    let is_unlogged = flags & REPL_AOF == 0;
    link.rules.set(Rules { is_unlogged, ..link.rules.get() });
    Ok((true, Value::Nil))
}

/// Whether the client may call a command.
fn acl_check_cmd(link: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    if args.is_empty() {
        return no(lua, "ERR Please specify at least one argument for this redis lib call");
    }
    if !gather(link, args.iter()) {
        return no(lua, "ERR Lua redis lib command arguments must be strings or integers");
    }
    let scratch = link.scratch.borrow();
    let args = Args::new(&scratch.bytes, &scratch.spans);
    match link.context.with(|cx| scripting::may_call(cx, args)).flatten() {
        Some(may) => Ok((true, Value::Boolean(may))),
        None => no(lua, "ERR Invalid command passed to redis.acl_check_cmd()"),
    }
}

/// `math.random`: the 48-bit congruence of Redis, so that a seed gives the numbers it gives there.
fn random(link: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    let next = link.random.get().wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB) & 0xFFFF_FFFF_FFFF;
    link.random.set(next);
    let share = (next >> 17) as f64 / f64::from(0x7FFF_FFFF_u32);
    let share = if share >= 1.0 { 0.0 } else { share };
    let whole = |at: usize| numeric(lua, args.get(at)).map(f64::trunc);
    let (low, high) = match args.len() {
        0 => return Ok((true, Value::Number(share))),
        1 => (Some(1.0), whole(0)),
        2 => (whole(0), whole(1)),
        _ => return no(lua, "wrong number of arguments"),
    };
    let (Some(low), Some(high)) = (low, high) else {
        return no(lua, "bad argument #1 to 'random' (number expected)");
    };
    if low > high {
        let at = args.len();
        return no(lua, &format!("bad argument #{at} to 'random' (interval is empty)"));
    }
    Ok((true, Value::Number((share * (high - low + 1.0)).floor() + low)))
}

/// A number, or a text that is one, as functions of 5.1 take it.
fn numeric(lua: &Lua, value: Option<&Value>) -> Option<f64> {
    value.and_then(|value| lua.coerce_number(value.clone()).ok()?)
}

fn seed(link: &Link, lua: &Lua, args: &MultiValue) -> Checked {
    let Some(seed) = numeric(lua, args.front()) else {
        return no(lua, "bad argument #1 to 'randomseed' (number expected)");
    };
    let seed = crate::reply::whole(seed) as u32;
    link.random.set(u64::from(seed) << 16 | 0x330E);
    Ok((true, Value::Nil))
}
