//! `struct`: values in the memory layouts of C, as `lua_struct` 0.2 packs and unpacks them.
//!
//! ```text
//! > < endianness   ![n] alignment   x padding   b B h H l L T i[n] I[n] integers   f d floats
//! c[n] n characters (c0: all of the string, or as many as the number read before)   s up to a zero
//! ```
//! Every size is checked against what there is, so a format cannot ask for more than it is given.

use crate::fault::{Checked, Fault, Given, settle};
use crate::pack::Several;
use crate::reply::whole;
use mlua::{Lua, MultiValue, Value};

/// Most bytes of an integer.
const INTEGER_MAX: usize = 32;
/// What `!` alone aligns to.
const ALIGN: usize = 8;
/// Values that one call gives back.
const RESULTS_MAX: usize = 7000;

/// A format, option by option.
struct Format {
    text: Vec<u8>,
    at: usize,
    is_big: bool,
    align: usize,
    function: &'static str,
}

impl Format {
    fn new(given: &Given<'_>) -> Result<Self, Fault> {
        let mut text = given.bytes(0)?;
        if let Some(end) = text.iter().position(|byte| *byte == 0) {
            text.truncate(end);
        }
        Ok(Self { text, at: 0, is_big: false, align: 1, function: given.function })
    }

    /// The next option with its size.
    fn next(&mut self) -> Result<Option<(u8, usize)>, Fault> {
        let Some(option) = self.text.get(self.at).copied() else { return Ok(None) };
        self.at += 1;
        let size = match option {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'f' => 4,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'c' => self.number(1)?,
            b'i' | b'I' => {
                let size = self.number(4)?;
                if size > INTEGER_MAX {
                    return Err(Fault::text(format!(
                        "integral size {size} is larger than limit of {INTEGER_MAX}"
                    )));
                }
                size
            }
            _ => 0,
        };
        Ok(Some((option, size)))
    }

    fn number(&mut self, default: usize) -> Result<usize, Fault> {
        let mut number = None;
        while let Some(digit) = self.text.get(self.at).filter(|byte| byte.is_ascii_digit()) {
            let next = number.unwrap_or(0) * 10 + usize::from(digit - b'0');
            if next > i32::MAX as usize {
                return Err(Fault::text("integral size overflow"));
            }
            number = Some(next);
            self.at += 1;
        }
        Ok(number.unwrap_or(default))
    }

    /// Bytes before an element of a size at a place.
    fn padding(&self, at: usize, option: u8, size: usize) -> usize {
        if size == 0 || option == b'c' {
            return 0;
        }
        let mask = size.min(self.align) - 1;
        (mask + 1 - (at & mask)) & mask
    }

    fn control(&mut self, option: u8) -> Result<(), Fault> {
        match option {
            b' ' => {}
            b'>' => self.is_big = true,
            b'<' => self.is_big = false,
            b'!' => {
                let align = self.number(ALIGN)?;
                if !align.is_power_of_two() {
                    return Err(Fault::text(format!("alignment {align} is not a power of 2")));
                }
                self.align = align;
            }
            other => {
                let what = format!("invalid format option '{}'", other as char);
                return Err(Fault::argument(1, self.function, &what));
            }
        }
        Ok(())
    }

    fn ordered(&self, bytes: &mut [u8]) {
        if self.is_big {
            bytes.reverse();
        }
    }
}

/// `struct.pack(format, value, ...)`.
pub(crate) fn pack(lua: &Lua, args: &MultiValue) -> Checked {
    let given = Given { function: "pack", values: args };
    let run = || {
        let mut format = Format::new(&given)?;
        let mut out = Vec::new();
        let mut next = 1;
        while let Some((option, size)) = format.next()? {
            out.resize(out.len() + format.padding(out.len(), option, size), 0);
            match option {
                b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                    let number = given.number(next)?;
                    let value = if number < 0.0 { whole(number) as u64 } else { number as u64 };
                    let mut bytes = [0; INTEGER_MAX];
                    bytes[..8].copy_from_slice(&value.to_le_bytes());
                    format.ordered(&mut bytes[..size]);
                    out.extend_from_slice(&bytes[..size]);
                }
                b'x' => out.push(0),
                b'f' => {
                    let mut bytes = (given.number(next)? as f32).to_le_bytes();
                    format.ordered(&mut bytes);
                    out.extend_from_slice(&bytes);
                }
                b'd' => {
                    let mut bytes = given.number(next)?.to_le_bytes();
                    format.ordered(&mut bytes);
                    out.extend_from_slice(&bytes);
                }
                b'c' | b's' => {
                    let text = given.bytes(next)?;
                    let size = if size == 0 { text.len() } else { size };
                    if text.len() < size {
                        return Err(Fault::argument(next + 2, "pack", "string too short"));
                    }
                    out.extend_from_slice(&text[..size]);
                    out.extend((option == b's').then_some(0));
                }
                other => {
                    format.control(other)?;
                    continue;
                }
            }
            next += usize::from(option != b'x');
        }
        Ok(Value::String(lua.create_string(out)?))
    };
    settle(lua, run())
}

/// `struct.unpack(format, data [, position])`: the values, and the next position.
pub(crate) fn unpack(lua: &Lua, args: &MultiValue) -> Several {
    let mut count = 0;
    let mut run = || {
        let results = unpack_values(lua, args)?;
        count = results.len();
        let list = lua.create_table_with_capacity(count, 0)?;
        for value in results {
            list.raw_push(value)?;
        }
        Ok(Value::Table(list))
    };
    let (ok, value) = settle(lua, run())?;
    Ok((ok, value, count))
}

fn unpack_values(lua: &Lua, args: &MultiValue) -> Result<Vec<Value>, Fault> {
    let given = Given { function: "unpack", values: args };
    let mut format = Format::new(&given)?;
    let data = given.bytes(1)?;
    let position = given.whole_or(2, 1)?;
    let mut at = usize::try_from(position - 1)
        .map_err(|_| Fault::argument(3, "unpack", "offset must be 1 or greater"))?;
    let mut results: Vec<Value> = Vec::new();
    let short = || Fault::argument(2, "unpack", "data string too short");
    while let Some((option, size)) = format.next()? {
        at = at.saturating_add(format.padding(at, option, size));
        let mut bytes = data.get(at..at.saturating_add(size)).ok_or_else(short)?;
        if results.len() == RESULTS_MAX {
            return Err(Fault::text("too many results"));
        }
        match option {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let is_signed = option.is_ascii_lowercase();
                results.push(Value::Number(integer(&format, bytes, is_signed)));
            }
            b'x' => {}
            b'f' => {
                let mut four: [u8; 4] = bytes.try_into().expect("the size of f");
                format.ordered(&mut four);
                results.push(Value::Number(f64::from(f32::from_le_bytes(four))));
            }
            b'd' => {
                let mut eight: [u8; 8] = bytes.try_into().expect("the size of d");
                format.ordered(&mut eight);
                results.push(Value::Number(f64::from_le_bytes(eight)));
            }
            b'c' => {
                if size == 0 {
                    let Some(Value::Number(len)) = results.pop() else {
                        return Err(Fault::text("format 'c0' needs a previous size"));
                    };
                    let end = at.saturating_add(len as usize);
                    bytes = data.get(at..end).filter(|_| len >= 0.0).ok_or_else(short)?;
                }
                results.push(Value::String(lua.create_string(bytes)?));
                at += bytes.len();
                continue;
            }
            b's' => {
                let rest = &data[at..];
                let Some(end) = rest.iter().position(|byte| *byte == 0) else {
                    return Err(Fault::text("unfinished string in data"));
                };
                results.push(Value::String(lua.create_string(&rest[..end])?));
                at += end + 1;
            }
            other => format.control(other)?,
        }
        at += size;
    }
    results.push(Value::Number((at + 1) as f64));
    Ok(results)
}

fn integer(format: &Format, bytes: &[u8], is_signed: bool) -> f64 {
    let push = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    let value =
        if format.is_big { bytes.iter().fold(0, push) } else { bytes.iter().rev().fold(0, push) };
    if !is_signed {
        return value as f64;
    }
    let spare = 64 - 8 * bytes.len().min(8) as u32;
    if spare == 64 { 0.0 } else { (((value << spare) as i64) >> spare) as f64 }
}

/// `struct.size(format)`.
pub(crate) fn size(lua: &Lua, args: &MultiValue) -> Checked {
    let given = Given { function: "size", values: args };
    let run = || {
        let mut format = Format::new(&given)?;
        let mut at = 0_usize;
        while let Some((option, size)) = format.next()? {
            at = at.saturating_add(format.padding(at, option, size));
            if option == b's' {
                return Err(Fault::argument(1, "size", "option 's' has no fixed size"));
            }
            if option == b'c' && size == 0 {
                return Err(Fault::argument(1, "size", "option 'c0' has no fixed size"));
            }
            if !option.is_ascii_alphanumeric() {
                format.control(option)?;
            }
            at = at.saturating_add(size);
        }
        Ok(Value::Number(at as f64))
    };
    settle(lua, run())
}
