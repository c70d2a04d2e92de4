//! Values of directives: parsing, bounds, printing. Texts of the complaints are Redis's.

use super::directive::{Directive, Flags, Kind, Number, Unit};
use super::special::{self, Special};
use super::table::Id;
use crate::text::int::parse_i64;
use crate::text::memory::parse_memory;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

/// Why a value is refused: the text after `- ` in the reply of `CONFIG SET`.
pub type Complaint = Cow<'static, str>;

/// The value of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, choice or flag.
    Number(i64),
    /// A text, or a list as its normal text.
    Text(Arc<[u8]>),
}

impl Value {
    /// A text value.
    pub fn text(text: &[u8]) -> Value {
        Value::Text(Arc::from(text))
    }
}

pub(super) fn is_number(id: Id) -> bool {
    match id.row().kind {
        Kind::Bool { .. } | Kind::Number(_) | Kind::Choice { .. } => true,
        Kind::Text { .. } => false,
        Kind::Special(special) => special == Special::KeyspaceEvents,
    }
}

pub(super) fn default_of(id: Id) -> Value {
    match &id.row().kind {
        Kind::Bool { default } => Value::Number(i64::from(*default)),
        Kind::Number(number) => Value::Number(number.default),
        Kind::Choice { default, .. } => Value::Number(*default),
        Kind::Text { default, .. } => Value::text(default.as_bytes()),
        Kind::Special(special) => special.default_value(),
    }
}

/// Parses the arguments of a directive. `old` is its value now: `client-output-buffer-limit` keeps
/// the classes that are not named.
pub(super) fn parse(id: Id, args: &[&[u8]], old: &Value) -> Result<Value, Complaint> {
    let row = id.row();
    match &row.kind {
        Kind::Special(special) => special.parse(args, old),
        Kind::Choice { names, .. } => parse_choice(row, names, args),
        kind => {
            let &[arg] = args else { return Err("wrong number of arguments".into()) };
            let value = parse_single(id, kind, arg)?;
            if let (Some(check), Value::Text(text)) = (row.check, &value) {
                check(text)?;
            }
            Ok(value)
        }
    }
}

fn parse_single(id: Id, kind: &Kind, arg: &[u8]) -> Result<Value, Complaint> {
    match kind {
        Kind::Bool { .. } if arg.eq_ignore_ascii_case(b"yes") => Ok(Value::Number(1)),
        Kind::Bool { .. } if arg.eq_ignore_ascii_case(b"no") => Ok(Value::Number(0)),
        Kind::Bool { .. } => Err("argument must be 'yes' or 'no'".into()),
        Kind::Number(number) => {
            let value = number.parse(arg)?;
            // Any rate is accepted, as a hint, and brought into range.
            Ok(Value::Number(if id == Id::HZ { value.clamp(1, 500) } else { value }))
        }
        _ => Ok(Value::text(arg)),
    }
}

impl Number {
    fn parse(&self, arg: &[u8]) -> Result<i64, Complaint> {
        let value = self.unit.parse(arg)?;
        self.check_bounds(value)?;
        Ok(value)
    }

    fn check_bounds(&self, value: i64) -> Result<(), Complaint> {
        let wide = if self.unsigned { i128::from(value as u64) } else { i128::from(value) };
        if self.unit == Unit::MemoryOrPercent && value < 0 && value < self.min {
            let most = -self.min;
            return Err(format!("percentage argument must be less or equal to {most}").into());
        }
        let (min, max) = (i128::from(self.min), i128::from(self.max));
        if (min..=max).contains(&wide) {
            return Ok(());
        }
        let bounds = match self.unit {
            Unit::Octal => format!("{min:o} and {max:o}"),
            _ => format!("{min} and {max}"),
        };
        Err(format!("argument must be between {bounds} inclusive").into())
    }
}

impl Unit {
    fn parse(self, arg: &[u8]) -> Result<i64, Complaint> {
        let parsed = match self {
            Unit::Plain => parse_i64(arg),
            Unit::Memory => parse_memory(arg).map(|bytes| bytes as i64),
            Unit::MemoryOrPercent => {
                parse_memory(arg).map(|bytes| bytes as i64).or_else(|| parse_percent(arg))
            }
            Unit::Octal => parse_octal(arg),
        };
        parsed.ok_or_else(|| {
            match self {
                Unit::Plain => "argument couldn't be parsed into an integer",
                Unit::Memory => "argument must be a memory value",
                Unit::MemoryOrPercent => "argument must be a memory or percent value",
                Unit::Octal => "argument couldn't be parsed as an octal number",
            }
            .into()
        })
    }
}

/// `n%` is kept as -n.
fn parse_percent(arg: &[u8]) -> Option<i64> {
    let percent = parse_i64(arg.strip_suffix(b"%")?)?;
    if percent < 0 { None } else { Some(-percent) }
}

fn parse_octal(arg: &[u8]) -> Option<i64> {
    i64::from_str_radix(std::str::from_utf8(arg).ok()?, 8).ok()
}

fn parse_choice(
    row: &Directive,
    names: &[(&str, i64)],
    args: &[&[u8]],
) -> Result<Value, Complaint> {
    let several = row.flags.has(Flags::MULTI_ARG);
    let value_of = |arg: &&[u8]| {
        let named = names.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(arg));
        named.map(|(_, value)| *value)
    };
    let values: Option<Vec<i64>> = args.iter().map(value_of).collect();
    match values {
        Some(values) if values.len() == 1 || (several && !values.is_empty()) => {
            let combined = values.iter().fold(0, |all, value| all | value);
            special::check_choice(row, combined)?;
            Ok(Value::Number(combined))
        }
        _ => {
            let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            let list = names.join(", ");
            Err(format!("argument(s) must be one of the following: {list}").into())
        }
    }
}

/// The value as `CONFIG GET` prints it.
pub(super) fn print(id: Id, value: &Value) -> Vec<u8> {
    let row = id.row();
    match (&row.kind, value) {
        (_, Value::Text(text)) => text.to_vec(),
        (Kind::Bool { .. }, Value::Number(flag)) => {
            if *flag == 0 {
                b"no".to_vec()
            } else {
                b"yes".to_vec()
            }
        }
        (Kind::Choice { names, .. }, Value::Number(choice)) => {
            print_choice(names, *choice).into_bytes()
        }
        (Kind::Special(_), Value::Number(bits)) => special::print_events(*bits).into_bytes(),
        (Kind::Number(number), Value::Number(value)) => print_number(number, *value).into_bytes(),
        (Kind::Text { .. }, Value::Number(number)) => number.to_string().into_bytes(),
    }
}

fn print_number(number: &Number, value: i64) -> String {
    match number.unit {
        Unit::Plain => value.to_string(),
        Unit::MemoryOrPercent if value < 0 => format!("{}%", -value),
        Unit::Memory | Unit::MemoryOrPercent if number.unsigned => (value as u64).to_string(),
        Unit::Memory | Unit::MemoryOrPercent => value.to_string(),
        Unit::Octal => format!("{value:o}"),
    }
}

pub(super) fn print_choice(names: &[(&str, i64)], value: i64) -> String {
    if let Some((name, _)) = names.iter().find(|(_, named)| *named == value) {
        return (*name).to_owned();
    }
    let mut printed = String::new();
    for (name, bit) in names {
        if *bit != 0 && value & bit == *bit {
            let gap = if printed.is_empty() { "" } else { " " };
            write!(printed, "{gap}{name}").expect("writing to a string cannot fail");
        }
    }
    printed
}
