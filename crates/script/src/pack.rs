//! `cmsgpack`: `MessagePack` from values and back, as lua-cmsgpack does it.
//!
//! Nothing is allocated by a length that the input names: each element takes at least a byte of it.

use crate::fault::{Checked, Fault, Given, settle};
use crate::reply::number_of;
use mlua::{Lua, MultiValue, Table, Value};

/// Tables inside of tables that are packed; deeper ones become nil.
const PACK_DEPTH: usize = 16;
/// And that are unpacked.
const UNPACK_DEPTH: usize = 500;
/// Values that one call gives back.
const RESULTS_MAX: usize = 7000;

/// `cmsgpack.pack(value, ...)`.
pub(crate) fn pack(lua: &Lua, args: &MultiValue) -> Checked {
    let run = || {
        if args.is_empty() {
            return Err(Fault::argument(0, "pack", "MessagePack pack needs input."));
        }
        let mut out = Vec::new();
        for value in args {
            push(&mut out, value, 0)?;
        }
        Ok(Value::String(lua.create_string(out)?))
    };
    settle(lua, run())
}

fn push(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), Fault> {
    match value {
        Value::String(text) => push_text(out, &text.as_bytes()),
        Value::Boolean(on) => out.push(if *on { 0xc3 } else { 0xc2 }),
        Value::Integer(_) | Value::Number(_) => {
            push_number(out, number_of(value).unwrap_or_default());
        }
        Value::Table(table) if depth < PACK_DEPTH => return push_table(out, table, depth),
        _ => out.push(0xc0),
    }
    Ok(())
}

fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    match text.len() {
        len @ 0..=31 => out.push(0xa0 | len as u8),
        len @ 32..=255 => out.extend_from_slice(&[0xd9, len as u8]),
        len => push_len(out, len, 0xda),
    }
    out.extend_from_slice(text);
}

/// A length in two or four bytes, behind `code` or the code after it.
fn push_len(out: &mut Vec<u8>, len: usize, code: u8) {
    if let Ok(short) = u16::try_from(len) {
        out.push(code);
        out.extend_from_slice(&short.to_be_bytes());
    } else {
        out.push(code + 1);
        out.extend_from_slice(&(len as u32).to_be_bytes());
    }
}

fn push_number(out: &mut Vec<u8>, number: f64) {
    let is_whole = number % 1.0 == 0.0 && number.abs() < 9_223_372_036_854_775_808.0;
    if !is_whole {
        if f64::from(number as f32) == number {
            out.push(0xca);
            out.extend_from_slice(&(number as f32).to_be_bytes());
        } else {
            out.push(0xcb);
            out.extend_from_slice(&number.to_be_bytes());
        }
        return;
    }
    let whole = number as i64;
    let bytes = whole.to_be_bytes();
    let (code, len) = match whole {
        -32..=127 => return out.push(whole as u8),
        128..=0xff => (0xcc, 1),
        0x100..=0xffff => (0xcd, 2),
        0x1_0000..=0xffff_ffff => (0xce, 4),
        0x1_0000_0000.. => (0xcf, 8),
        -128..=-33 => (0xd0, 1),
        -32768..=-129 => (0xd1, 2),
        -2_147_483_648..=-32769 => (0xd2, 4),
        _ => (0xd3, 8),
    };
    out.push(code);
    out.extend_from_slice(&bytes[8 - len..]);
}

fn push_table(out: &mut Vec<u8>, table: &Table, depth: usize) -> Result<(), Fault> {
    let (mut count, mut max, mut is_array) = (0_usize, 0.0_f64, true);
    for pair in table.pairs::<Value, Value>() {
        let key = number_of(&pair?.0)
            .filter(|key| *key > 0.0 && key % 1.0 == 0.0 && *key <= f64::from(i32::MAX));
        is_array &= key.is_some();
        max = max.max(key.unwrap_or(0.0));
        count += 1;
    }
    if is_array && max == count as f64 {
        match count {
            0..=15 => out.push(0x90 | count as u8),
            _ => push_len(out, count, 0xdc),
        }
        for index in 1..=count {
            push(out, &table.raw_get::<Value>(index as f64)?, depth + 1)?;
        }
        return Ok(());
    }
    match count {
        0..=15 => out.push(0x80 | count as u8),
        _ => push_len(out, count, 0xde),
    }
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair?;
        push(out, &key, depth + 1)?;
        push(out, &value, depth + 1)?;
    }
    Ok(())
}

/// A list of results and how many they are, as the prelude takes it.
pub(crate) type Several = mlua::Result<(bool, Value, usize)>;

/// `cmsgpack.unpack(text)`: every value in it.
pub(crate) fn unpack(lua: &Lua, args: &MultiValue) -> Several {
    several(lua, "unpack", args, |_| Ok((0, 0)))
}

/// `cmsgpack.unpack_one(text [, offset])`: the next offset, or -1 at the end, and one value.
pub(crate) fn unpack_one(lua: &Lua, args: &MultiValue) -> Several {
    several(lua, "unpack_one", args, |given| Ok((1, given.whole_or(1, 0)?)))
}

/// `cmsgpack.unpack_limit(text, limit [, offset])`: the next offset, and that many values.
pub(crate) fn unpack_limit(lua: &Lua, args: &MultiValue) -> Several {
    several(lua, "unpack_limit", args, |given| {
        let limit = crate::reply::whole(given.number(1)?);
        Ok((limit, given.whole_or(2, 0)?))
    })
}

fn several(
    lua: &Lua,
    function: &'static str,
    values: &MultiValue,
    range: impl Fn(&Given<'_>) -> Result<(i64, i64), Fault>,
) -> Several {
    let mut count = 0;
    let mut run = || {
        let given = Given { function, values };
        let text = given.bytes(0)?;
        let (limit, offset) = range(&given)?;
        let results = unpack_values(lua, &text, limit, offset)?;
        count = results.len();
        let list = lua.create_table_with_capacity(count, 0)?;
        for (index, value) in results.into_iter().enumerate() {
            list.raw_set((index + 1) as f64, value)?;
        }
        Ok(Value::Table(list))
    };
    let (ok, value) = settle(lua, run())?;
    Ok((ok, value, count))
}

fn unpack_values(lua: &Lua, text: &[u8], limit: i64, offset: i64) -> Result<Vec<Value>, Fault> {
    let len = text.len();
    if offset < 0 || limit < 0 {
        return Err(Fault::text(format!(
            "Invalid request to unpack with offset of {offset} and limit of {len}."
        )));
    }
    if offset as usize > len {
        return Err(Fault::text(format!("Start offset {offset} greater than input length {len}.")));
    }
    let is_all = limit == 0 && offset == 0;
    let limit = if is_all { usize::MAX } else { limit as usize };
    let mut cursor = Cursor { lua, rest: &text[offset as usize..] };
    let mut results = Vec::new();
    if !is_all {
        results.push(Value::Nil);
    }
    while !cursor.rest.is_empty() && results.len() - usize::from(!is_all) < limit {
        if results.len() == RESULTS_MAX {
            return Err(Fault::text(
                "too many return values at once; use unpack_one or unpack_limit instead.",
            ));
        }
        results.push(cursor.value(0)?);
    }
    if !is_all {
        let left = cursor.rest.len();
        results[0] = Value::Number(if left == 0 { -1.0 } else { (len - left) as f64 });
    }
    Ok(results)
}

struct Cursor<'a> {
    lua: &'a Lua,
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| Fault::text("Missing bytes in input."))?;
        self.rest = rest;
        Ok(taken)
    }

    /// A number of `len` bytes, the highest first.
    fn number(&mut self, len: usize) -> Result<u64, Fault> {
        Ok(self.take(len)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn text(&mut self, len: u64) -> Result<Value, Fault> {
        let bytes = self.take(usize::try_from(len).unwrap_or(usize::MAX))?;
        Ok(Value::String(self.lua.create_string(bytes)?))
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        let code = self.take(1)?[0];
        let unsigned = |number: u64| Value::Number(number as f64);
        let signed = |number: i64| Value::Number(number as f64);
        Ok(match code {
            0..=0x7f => unsigned(u64::from(code)),
            0xe0..=0xff => signed(i64::from(code.cast_signed())),
            0xa0..=0xbf => self.text(u64::from(code & 0x1f))?,
            0x90..=0x9f => self.array(u64::from(code & 15), depth)?,
            0x80..=0x8f => self.map(u64::from(code & 15), depth)?,
            0xc0 => Value::Nil,
            0xc2 => Value::Boolean(false),
            0xc3 => Value::Boolean(true),
            0xca => Value::Number(f64::from(f32::from_bits(self.number(4)? as u32))),
            0xcb => Value::Number(f64::from_bits(self.number(8)?)),
            0xcc..=0xcf => unsigned(self.number(1 << (code - 0xcc))?),
            0xd0 => signed(i64::from(self.number(1)? as i8)),
            0xd1 => signed(i64::from(self.number(2)? as i16)),
            0xd2 => signed(i64::from(self.number(4)? as i32)),
            0xd3 => signed(self.number(8)? as i64),
            0xd9..=0xdb => {
                let len = self.number(1 << (code - 0xd9))?;
                self.text(len)?
            }
            0xdc | 0xdd => {
                let len = self.number(2 << (code - 0xdc))?;
                self.array(len, depth)?
            }
            0xde | 0xdf => {
                let len = self.number(2 << (code - 0xde))?;
                self.map(len, depth)?
            }
            0xc1 | 0xc4..=0xc9 | 0xd4..=0xd8 => {
                return Err(Fault::text("Bad data format in input."));
            }
        })
    }

    fn deeper(depth: usize) -> Result<usize, Fault> {
        if depth == UNPACK_DEPTH {
            return Err(Fault::text("Bad data format in input."));
        }
        Ok(depth + 1)
    }

    fn array(&mut self, len: u64, depth: usize) -> Result<Value, Fault> {
        let depth = Self::deeper(depth)?;
        let table = self.lua.create_table()?;
        for index in 1..=len {
            let value = self.value(depth)?;
            table.raw_set(index as f64, value)?;
        }
        Ok(Value::Table(table))
    }

    fn map(&mut self, len: u64, depth: usize) -> Result<Value, Fault> {
        let depth = Self::deeper(depth)?;
        let table = self.lua.create_table()?;
        for _ in 0..len {
            let key = self.value(depth)?;
            let value = self.value(depth)?;
            match number_of(&key) {
                _ if key == Value::Nil => return Err(Fault::text("table index is nil")),
                Some(number) if number.is_nan() => {
                    return Err(Fault::text("table index is NaN"));
                }
                _ => table.raw_set(key, value)?,
            }
        }
        Ok(Value::Table(table))
    }
}
