//! Why a library function failed, and how its arguments are read.

use crate::reply::number_of;
use mlua::{Lua, MultiValue, Value};

/// Why.
pub(crate) enum Fault {
    /// In words for the script.
    Text(String),
    /// The interpreter could not go on.
    Lua(mlua::Error),
}

impl From<mlua::Error> for Fault {
    fn from(error: mlua::Error) -> Self {
        Self::Lua(error)
    }
}

impl Fault {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// What is wrong with the argument at a place, the first being 1.
    pub(crate) fn argument(at: usize, function: &str, what: &str) -> Self {
        Self::Text(format!("bad argument #{at} to '{function}' ({what})"))
    }
}

/// What a library function gives back to the prelude.
pub(crate) type Checked = mlua::Result<(bool, Value)>;

/// A result in the form the prelude takes.
pub(crate) fn settle(lua: &Lua, result: Result<Value, Fault>) -> Checked {
    match result {
        Ok(value) => Ok((true, value)),
        Err(Fault::Text(text)) => Ok((false, Value::String(lua.create_string(text)?))),
        Err(Fault::Lua(error)) => Err(error),
    }
}

/// The arguments of a library function, by its name.
pub(crate) struct Given<'a> {
    pub(crate) function: &'static str,
    pub(crate) values: &'a MultiValue,
}

impl Given<'_> {
    fn missing(&self, at: usize, wanted: &str) -> Fault {
        let got = self.values.get(at).map_or("no value", |value| kind(value));
        Fault::argument(at + 1, self.function, &format!("{wanted} expected, got {got}"))
    }

    /// A text, or a number as text.
    pub(crate) fn bytes(&self, at: usize) -> Result<Vec<u8>, Fault> {
        match self.values.get(at) {
            Some(Value::String(text)) => Ok(text.as_bytes().to_vec()),
            Some(value) if number_of(value).is_some() => {
                let mut text = Vec::new();
                let number = number_of(value).unwrap_or_default();
                crate::number::push_general(&mut text, number, 14);
                Ok(text)
            }
            _ => Err(self.missing(at, "string")),
        }
    }

    /// A number, or a text that is one.
    pub(crate) fn number(&self, at: usize) -> Result<f64, Fault> {
        let value = self.values.get(at);
        if let Some(number) = value.and_then(number_of) {
            return Ok(number);
        }
        if let Some(Value::String(text)) = value {
            let number = text.to_str().ok().and_then(|text| text.trim().parse().ok());
            return number.ok_or_else(|| self.missing(at, "number"));
        }
        Err(self.missing(at, "number"))
    }

    /// A whole number, or `default` where there is none.
    pub(crate) fn whole_or(&self, at: usize, default: i64) -> Result<i64, Fault> {
        match self.values.get(at) {
            None | Some(Value::Nil) => Ok(default),
            Some(_) => self.number(at).map(crate::reply::whole),
        }
    }
}

/// The name of a value's type, as Lua has it.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "nil",
        Value::Boolean(_) => "boolean",
        Value::Integer(_) | Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Table(_) => "table",
        Value::Function(_) => "function",
        Value::Thread(_) => "thread",
        _ => "userdata",
    }
}
