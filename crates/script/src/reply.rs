//! Replies as Lua values, and Lua values as replies.
//!
//! A command's reply is read where it was written, at the end of the output, and taken back.
//! The tables that stand for what Lua has no type for are those of Redis: `{ok=}`, `{err=}`,
//! `{double=}`, `{map=}`, `{set=}`, `{big_number=}`, `{verbatim_string={format=,string=}}`.

use commands::shared::Stats;
use commands::{CommandError, Output, Reply};
use mlua::{Lua, LuaString, Table, Value};
use resp::number::parse_len;
use std::borrow::Cow;

/// Tables inside of tables in a reply.
const DEPTH_MAX: usize = 500;

/// What a command answered.
pub(crate) enum Answer {
    /// A value.
    Value(Value),
    /// A status, without its sign.
    Status(Value),
    /// An error, without its sign.
    Error(Value),
}

/// The bytes written since `mark`, with values that were added by reference in their places.
fn written(out: &Output, mark: usize) -> Cow<'_, [u8]> {
    let first = out.pins.partition_point(|(offset, _)| *offset < mark);
    if first == out.pins.len() {
        return Cow::Borrowed(&out.bytes[mark..]);
    }
    let (mut all, mut from) = (Vec::new(), mark);
    for (offset, blob) in &out.pins[first..] {
        all.extend_from_slice(&out.bytes[from..*offset]);
        all.extend_from_slice(blob.as_slice());
        from = *offset;
    }
    all.extend_from_slice(&out.bytes[from..]);
    Cow::Owned(all)
}

/// The reply written since `mark` as a Lua value.
///
/// # Errors
/// The interpreter is out of memory.
pub(crate) fn answer(lua: &Lua, out: &Output, mark: usize) -> mlua::Result<Answer> {
    let bytes = written(out, mark);
    let mut reader = Reader { bytes: &bytes, at: 0 };
    match bytes.first() {
        Some(b'+') => Ok(Answer::Status(text(lua, &reader.line()[1..])?)),
        Some(b'-') => Ok(Answer::Error(text(lua, &with_code(&reader.line()[1..]))?)),
        Some(_) => Ok(Answer::Value(reader.value(lua)?)),
        None => Ok(Answer::Value(Value::Boolean(false))),
    }
}

/// An error's text with a code word in front.
pub(crate) fn with_code(text: &[u8]) -> Cow<'_, [u8]> {
    if text.contains(&b' ') { Cow::Borrowed(text) } else { Cow::Owned([b"ERR ", text].concat()) }
}

fn text(lua: &Lua, bytes: &[u8]) -> mlua::Result<Value> {
    Ok(Value::String(lua.create_string(bytes)?))
}

/// Reads a reply of ours. It is whole and well-formed: the server wrote it.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Up to the end of the line, which is stepped over.
    fn line(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let len = rest.iter().position(|byte| *byte == b'\r').unwrap_or(rest.len());
        self.at += len + 2;
        &rest[..len]
    }

    fn blob(&mut self, len: i64) -> &'a [u8] {
        let begin = self.at.min(self.bytes.len());
        let end = (begin + len.max(0) as usize).min(self.bytes.len());
        self.at = end + 2;
        &self.bytes[begin..end]
    }

    fn value(&mut self, lua: &Lua) -> mlua::Result<Value> {
        let line = self.line();
        let Some((kind, rest)) = line.split_first() else { return Ok(Value::Nil) };
        let count = || parse_len(rest).unwrap_or(0);
        Ok(match kind {
            b':' => Value::Number(count() as f64),
            b'$' | b'*' if rest == b"-1" => Value::Boolean(false),
            b'$' => text(lua, self.blob(count()))?,
            b'*' | b'>' => self.array(lua, count())?,
            b'+' => field(lua, "ok", text(lua, rest)?)?,
            b'-' => field(lua, "err", text(lua, &with_code(rest))?)?,
            b'%' => self.map(lua, count())?,
            b'~' => self.set(lua, count())?,
            b'_' => Value::Nil,
            b'#' => Value::Boolean(rest == b"t"),
            b',' => field(lua, "double", Value::Number(double(rest)))?,
            b'(' => field(lua, "big_number", text(lua, rest)?)?,
            b'=' => self.verbatim(lua, count())?,
            b'|' => {
                for _ in 0..count() * 2 {
                    self.value(lua)?;
                }
                self.value(lua)?
            }
            _ => Value::Nil,
        })
    }

    fn array(&mut self, lua: &Lua, count: i64) -> mlua::Result<Value> {
        let table = lua.create_table_with_capacity(count.clamp(0, 1 << 20) as usize, 0)?;
        for index in 1..=count {
            let value = self.value(lua)?;
            table.raw_set(index as f64, value)?;
        }
        Ok(Value::Table(table))
    }

    fn map(&mut self, lua: &Lua, pairs: i64) -> mlua::Result<Value> {
        let table = lua.create_table()?;
        for _ in 0..pairs {
            let key = self.value(lua)?;
            let value = self.value(lua)?;
            if key != Value::Nil {
                table.raw_set(key, value)?;
            }
        }
        field(lua, "map", Value::Table(table))
    }

    fn set(&mut self, lua: &Lua, count: i64) -> mlua::Result<Value> {
        let table = lua.create_table()?;
        for _ in 0..count {
            let member = self.value(lua)?;
            if member != Value::Nil {
                table.raw_set(member, true)?;
            }
        }
        field(lua, "set", Value::Table(table))
    }

    fn verbatim(&mut self, lua: &Lua, len: i64) -> mlua::Result<Value> {
        let blob = self.blob(len);
        let (format, string) = blob.split_at(blob.len().min(3));
        let inner = lua.create_table()?;
        inner.raw_set("format", text(lua, format)?)?;
        inner.raw_set("string", text(lua, string.strip_prefix(b":").unwrap_or(string))?)?;
        field(lua, "verbatim_string", Value::Table(inner))
    }
}

fn double(text: &[u8]) -> f64 {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

fn field(lua: &Lua, name: &str, value: Value) -> mlua::Result<Value> {
    let table = lua.create_table()?;
    table.raw_set(name, value)?;
    Ok(Value::Table(table))
}

/// Appends what a script returned as the reply to its client. `is_resp3` is the protocol that the
/// script chose. Errors among it are counted, but for those that a call has counted already.
///
/// # Errors
/// The interpreter is out of memory.
pub(crate) fn write(
    reply: &mut Reply<'_>,
    stats: &Stats,
    value: &Value,
    is_resp3: bool,
) -> mlua::Result<()> {
    Writer { reply, stats, is_resp3 }.write(value, 0)
}

struct Writer<'r, 'o> {
    reply: &'r mut Reply<'o>,
    stats: &'r Stats,
    is_resp3: bool,
}

impl Writer<'_, '_> {
    fn write(&mut self, value: &Value, depth: usize) -> mlua::Result<()> {
        match value {
            Value::String(text) => self.reply.bulk(&text.as_bytes()),
            Value::Boolean(on) if self.is_resp3 => self.reply.bool(*on),
            Value::Boolean(true) => self.reply.int(1),
            Value::Integer(number) => self.reply.int(*number),
            Value::Number(number) => self.reply.int(whole(*number)),
            Value::Table(table) => return self.table(table, depth),
            _ => self.reply.null(),
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, depth: usize) -> mlua::Result<()> {
        if depth == DEPTH_MAX {
            self.reply.error(&CommandError::text("ERR reached lua stack limit"));
            return Ok(());
        }
        // Most are lists: one look tells that there is no field with a name.
        if let Some(first) = list_only(table)? {
            return self.list(table, first, depth);
        }
        if let Value::String(text) = table.raw_get("err")? {
            let error = error_of(&text.as_bytes());
            if !table.raw_get::<bool>("ignore_error_stats_update")? {
                self.stats.count_error(&error.to_string());
            }
            self.reply.error(&error);
            return Ok(());
        }
        if let Value::String(text) = table.raw_get("ok")? {
            let text: Vec<u8> = text.as_bytes().iter().map(|byte| plain(*byte)).collect();
            resp::encode::simple(&mut self.reply.output().bytes, &text);
            return Ok(());
        }
        if let Some(number) = number_of(&table.raw_get("double")?) {
            self.reply.double(number);
            return Ok(());
        }
        if let Value::String(text) = table.raw_get("big_number")? {
            let text: Vec<u8> = text.as_bytes().iter().map(|byte| plain(*byte)).collect();
            let proto = self.reply.proto();
            resp::encode::big_number(&mut self.reply.output().bytes, proto, &text);
            return Ok(());
        }
        if let Value::Table(inner) = table.raw_get("verbatim_string")?
            && let (Value::String(format), Value::String(text)) =
                (inner.raw_get("format")?, inner.raw_get("string")?)
        {
            self.verbatim(&format, &text);
            return Ok(());
        }
        if let Value::Table(inner) = table.raw_get("map")? {
            return self.pairs(&inner, depth, true);
        }
        if let Value::Table(inner) = table.raw_get("set")? {
            return self.pairs(&inner, depth, false);
        }
        let first = table.raw_get(1)?;
        self.list(table, first, depth)
    }

    fn verbatim(&mut self, format: &LuaString, text: &LuaString) {
        let mut three = [b' '; 3];
        for (to, from) in three.iter_mut().zip(format.as_bytes().iter()) {
            *to = plain(*from);
        }
        self.reply.verbatim(three, &text.as_bytes());
    }

    fn list(&mut self, table: &Table, first: Value, depth: usize) -> mlua::Result<()> {
        let (mark, len) = (self.reply.mark(), table.raw_len());
        self.reply.array(len);
        let begin = self.reply.mark();
        let (mut count, mut value) = (0, first);
        while value != Value::Nil {
            self.write(&value, depth + 1)?;
            count += 1;
            value = table.raw_get(count + 1)?;
        }
        if count != len {
            // It has holes: a list ends at the first.
            self.reply.output().bytes.drain(mark..begin);
            self.reply.array_at(mark, count);
        }
        Ok(())
    }

    fn pairs(&mut self, table: &Table, depth: usize, with_values: bool) -> mlua::Result<()> {
        let mark = self.reply.mark();
        let mut count = 0;
        table.for_each(|key: Value, value: Value| {
            self.write(&key, depth + 1)?;
            if with_values {
                self.write(&value, depth + 1)?;
            }
            count += 1;
            Ok(())
        })?;
        if with_values {
            self.reply.map_at(mark, count);
        } else {
            self.reply.set_at(mark, count);
        }
        Ok(())
    }
}

/// The first element, if the table has elements and no field with a name that means something.
fn list_only(table: &Table) -> mlua::Result<Option<Value>> {
    let first: Value = table.raw_get(1)?;
    if first == Value::Nil {
        return Ok(None);
    }
    for name in ["err", "ok", "double", "big_number", "verbatim_string", "map", "set"] {
        if table.raw_get::<Value>(name)? != Value::Nil {
            return Ok(None);
        }
    }
    Ok(Some(first))
}

/// A number, whichever of the two forms it comes in.
pub(crate) fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

/// A number as the integer that C makes of it: what does not fit is the smallest.
pub(crate) fn whole(number: f64) -> i64 {
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    if fits { number as i64 } else { i64::MIN }
}

fn plain(byte: u8) -> u8 {
    if byte == b'\r' || byte == b'\n' { b' ' } else { byte }
}

/// An error with the bytes of a script; ends at the first zero as texts of C do.
pub(crate) fn error_of(text: &[u8]) -> CommandError {
    let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    CommandError::owned(commands::text::shown::shown(&text[..end]))
}
