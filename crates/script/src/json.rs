//! `cjson`: JSON texts from values and back, with the options, limits and texts of lua-cjson 2.1.
//!
//! A table is an array if all its keys are whole numbers from 1; one with few elements for its
//! length is refused or becomes an object. An empty table is `{}`. `null` is `cjson.null`.

mod decode;

use crate::fault::{Checked, Fault, Given, kind, settle};
use crate::number::push_general;
use crate::reply::number_of;
use mlua::{Lua, MultiValue, Table, Value};
use std::cell::Cell;

/// Nesting that is walked at most, whatever a script sets: the stack is not for scripts to fill.
const DEPTH_CAP: i64 = 1000;

/// What scripts may set. Back to the defaults with every run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Options {
    sparse_convert: bool,
    sparse_ratio: i64,
    sparse_safe: i64,
    encode_depth: i64,
    decode_depth: i64,
    digits: i64,
    keep_buffer: bool,
    /// 0 refused, 1 as they are, 2 as null.
    encode_invalid: i64,
    decode_invalid: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sparse_convert: false,
            sparse_ratio: 2,
            sparse_safe: 10,
            encode_depth: 1000,
            decode_depth: 1000,
            digits: 14,
            keep_buffer: true,
            encode_invalid: 0,
            decode_invalid: true,
        }
    }
}

/// `cjson.encode(value)`.
pub(crate) fn encode(options: &Cell<Options>, lua: &Lua, args: &MultiValue) -> Checked {
    let run = || {
        if args.len() != 1 {
            return Err(Fault::argument(1, "encode", "expected 1 argument"));
        }
        let mut encoder = Encoder { options: options.get(), out: Vec::new() };
        encoder.value(&args[0], 0)?;
        Ok(Value::String(lua.create_string(&encoder.out)?))
    };
    settle(lua, run())
}

/// `cjson.decode(text)`.
pub(crate) fn decode(options: &Cell<Options>, lua: &Lua, args: &MultiValue) -> Checked {
    let run = || {
        if args.len() != 1 {
            return Err(Fault::argument(1, "decode", "expected 1 argument"));
        }
        let text = Given { function: "decode", values: args }.bytes(0)?;
        let options = options.get();
        let depth = options.decode_depth.min(DEPTH_CAP);
        decode::decode(lua, &text, depth, options.decode_invalid)
    };
    settle(lua, run())
}

struct Encoder {
    options: Options,
    out: Vec<u8>,
}

impl Encoder {
    fn value(&mut self, value: &Value, depth: i64) -> Result<(), Fault> {
        match value {
            Value::String(text) => self.text(&text.as_bytes()),
            Value::Integer(_) | Value::Number(_) => {
                return self.number(number_of(value).unwrap_or_default());
            }
            Value::Boolean(true) => self.out.extend_from_slice(b"true"),
            Value::Boolean(false) => self.out.extend_from_slice(b"false"),
            Value::Table(table) => return self.table(table, depth + 1),
            Value::Nil => self.out.extend_from_slice(b"null"),
            value if *value == Value::NULL => self.out.extend_from_slice(b"null"),
            other => return Err(refused(kind(other), "type not supported")),
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for byte in text {
            let short = match byte {
                b'"' => b'"',
                b'\\' => b'\\',
                b'/' => b'/',
                8 => b'b',
                9 => b't',
                10 => b'n',
                12 => b'f',
                13 => b'r',
                0..32 | 127 => {
                    self.out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                    continue;
                }
                _ => {
                    self.out.push(*byte);
                    continue;
                }
            };
            self.out.extend_from_slice(&[b'\\', short]);
        }
        self.out.push(b'"');
    }

    fn number(&mut self, number: f64) -> Result<(), Fault> {
        if !number.is_finite() {
            match self.options.encode_invalid {
                0 => return Err(refused("number", "must not be NaN or Inf")),
                1 if number.is_nan() => self.out.extend_from_slice(b"nan"),
                1 => push_general(&mut self.out, number, 14),
                _ => self.out.extend_from_slice(b"null"),
            }
            return Ok(());
        }
        let digits = self.options.digits as usize;
        if number.abs() >= 10_f64.powi(digits as i32) || number % 1.0 != 0.0 {
            push_general(&mut self.out, number, digits);
        } else {
            push_general(&mut self.out, number, 17);
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, depth: i64) -> Result<(), Fault> {
        if depth > self.options.encode_depth.min(DEPTH_CAP) {
            return Err(Fault::text(format!("Cannot serialise, excessive nesting ({depth})")));
        }
        match self.array_length(table)? {
            Some(len) if len > 0 => self.array(table, len, depth),
            _ => self.object(table, depth),
        }
    }

    /// The length of an array; none if it is to be an object.
    fn array_length(&self, table: &Table) -> Result<Option<i64>, Fault> {
        let (mut max, mut items) = (0_i64, 0_i64);
        for pair in table.pairs::<Value, Value>() {
            let (key, _) = pair?;
            match number_of(&key) {
                Some(number) if number >= 1.0 && number % 1.0 == 0.0 => {
                    max = max.max(number as i64);
                    items += 1;
                }
                _ => return Ok(None),
            }
        }
        let Options { sparse_ratio, sparse_safe, .. } = self.options;
        if sparse_ratio > 0 && max > items.saturating_mul(sparse_ratio) && max > sparse_safe {
            if !self.options.sparse_convert {
                return Err(refused("table", "excessively sparse array"));
            }
            return Ok(None);
        }
        Ok(Some(max))
    }

    fn array(&mut self, table: &Table, len: i64, depth: i64) -> Result<(), Fault> {
        self.out.push(b'[');
        for index in 1..=len {
            if index > 1 {
                self.out.push(b',');
            }
            let value: Value = table.raw_get(index as f64)?;
            self.value(&value, depth)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn object(&mut self, table: &Table, depth: i64) -> Result<(), Fault> {
        self.out.push(b'{');
        let mut first = true;
        for pair in table.pairs::<Value, Value>() {
            let (key, value) = pair?;
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            match &key {
                Value::String(text) => self.text(&text.as_bytes()),
                Value::Integer(_) | Value::Number(_) => {
                    self.out.push(b'"');
                    self.number(number_of(&key).unwrap_or_default())?;
                    self.out.push(b'"');
                }
                other => {
                    return Err(refused(kind(other), "table key must be a number or string"));
                }
            }
            self.out.push(b':');
            self.value(&value, depth)?;
        }
        self.out.push(b'}');
        Ok(())
    }
}

fn refused(kind: &str, why: &str) -> Fault {
    Fault::text(format!("Cannot serialise {kind}: {why}"))
}

/// The functions that set an option and tell what is in force, by name.
pub(crate) const SETTERS: &[(&str, fn(&mut Options, &Given<'_>) -> Result<Value, Fault>)] = &[
    ("encode_max_depth", |options, given| whole(&mut options.encode_depth, given, 1, MAX)),
    ("decode_max_depth", |options, given| whole(&mut options.decode_depth, given, 1, MAX)),
    ("encode_number_precision", |options, given| whole(&mut options.digits, given, 1, 14)),
    ("encode_keep_buffer", |options, given| switch(&mut options.keep_buffer, given, 0)),
    ("decode_invalid_numbers", |options, given| switch(&mut options.decode_invalid, given, 0)),
    ("encode_invalid_numbers", |options, given| {
        match given.values.front() {
            None | Some(Value::Nil) => {}
            Some(Value::String(text)) if *text.as_bytes() == b"null"[..] => {
                options.encode_invalid = 2;
            }
            Some(_) => {
                let mut on = false;
                switch(&mut on, given, 0)?;
                options.encode_invalid = i64::from(on);
            }
        }
        Ok(Value::Boolean(options.encode_invalid != 0))
    }),
];

const MAX: i64 = i32::MAX as i64;

/// `cjson.encode_sparse_array([convert [, ratio [, safe]]])` -> the three that are in force.
pub(crate) fn sparse_array(
    options: &Cell<Options>,
    lua: &Lua,
    args: &MultiValue,
) -> mlua::Result<(bool, Value, usize)> {
    let given = Given { function: "encode_sparse_array", values: args };
    let run = || {
        if args.len() > 3 {
            return Err(Fault::argument(4, given.function, "found too many arguments"));
        }
        let mut now = options.get();
        switch(&mut now.sparse_convert, &given, 0)?;
        whole_at(&mut now.sparse_ratio, &given, 1, (0, MAX))?;
        whole_at(&mut now.sparse_safe, &given, 2, (0, MAX))?;
        options.set(now);
        let list = lua.create_table()?;
        list.raw_push(now.sparse_convert)?;
        list.raw_push(now.sparse_ratio as f64)?;
        list.raw_push(now.sparse_safe as f64)?;
        Ok(Value::Table(list))
    };
    settle(lua, run()).map(|(ok, value)| (ok, value, 3))
}

fn whole(setting: &mut i64, given: &Given<'_>, min: i64, max: i64) -> Result<Value, Fault> {
    if given.values.len() > 1 {
        return Err(Fault::argument(2, given.function, "found too many arguments"));
    }
    whole_at(setting, given, 0, (min, max))
}

fn whole_at(
    setting: &mut i64,
    given: &Given<'_>,
    at: usize,
    (min, max): (i64, i64),
) -> Result<Value, Fault> {
    let value = given.whole_or(at, *setting)?;
    if !(min..=max).contains(&value) {
        let what = format!("expected integer between {min} and {max}");
        return Err(Fault::argument(1, given.function, &what));
    }
    *setting = value;
    Ok(Value::Number(value as f64))
}

fn switch(setting: &mut bool, given: &Given<'_>, at: usize) -> Result<Value, Fault> {
    match given.values.get(at) {
        None | Some(Value::Nil) => {}
        Some(Value::Boolean(on)) => *setting = *on,
        Some(Value::String(word)) if *word.as_bytes() == b"on"[..] => *setting = true,
        Some(Value::String(word)) if *word.as_bytes() == b"off"[..] => *setting = false,
        Some(_) => {
            let word = String::from_utf8_lossy(&given.bytes(at)?).into_owned();
            let what = format!("invalid option '{word}'");
            return Err(Fault::argument(at + 1, given.function, &what));
        }
    }
    Ok(Value::Boolean(*setting))
}
