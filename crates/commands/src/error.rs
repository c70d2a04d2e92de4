//! What a call may fail with. `Display` is the wire text, without the leading `-`.

use std::borrow::Cow;
use std::fmt;

/// Why a call failed. Encoded in one place, by dispatch.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CommandError {
    /// The key holds another type.
    WrongType,
    /// The arguments do not fit the command's grammar.
    Syntax,
    /// Not an integer, or outside of 64 bits.
    NotInteger,
    /// Not a floating-point number.
    NotFloat,
    /// The result would leave the range of integers.
    Overflow,
    /// An offset or index is out of range.
    IndexOutOfRange,
    /// A key that has to exist does not.
    NoSuchKey,
    /// A number that has to be positive is not.
    NotPositive,
    /// An expiry that is not positive or overflows; names the command, lower case.
    InvalidExpire(&'static str),
    /// A value would pass `proto-max-bulk-len`.
    TooLong,
    /// A SCAN cursor that is no number.
    InvalidCursor,
    /// Wrong number of arguments; names the command (`client|list` for a subcommand).
    Arity(Cow<'static, str>),
    /// Any other: the whole text, its code word included.
    Text(Cow<'static, str>),
}

impl CommandError {
    /// An error with a fixed text, its code word included (`ERR ...`).
    pub const fn text(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// An error with a composed text, its code word included.
    pub fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// The wire text. `Display` is the same but for bytes of clients that are not UTF-8: see
    /// [`shown`](crate::text::shown).
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::text::shown::to_bytes(self.to_string())
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Self::Syntax => "ERR syntax error",
            Self::NotInteger => "ERR value is not an integer or out of range",
            Self::NotFloat => "ERR value is not a valid float",
            Self::Overflow => "ERR increment or decrement would overflow",
            Self::IndexOutOfRange => "ERR index out of range",
            Self::NoSuchKey => "ERR no such key",
            Self::NotPositive => "ERR value is out of range, must be positive",
            Self::TooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
            Self::InvalidCursor => "ERR invalid cursor",
            Self::InvalidExpire(name) => {
                return write!(f, "ERR invalid expire time in '{name}' command");
            }
            Self::Arity(name) => {
                return write!(f, "ERR wrong number of arguments for '{name}' command");
            }
            Self::Text(text) => text,
        })
    }
}

impl From<engine::WrongType> for CommandError {
    fn from(_: engine::WrongType) -> Self {
        Self::WrongType
    }
}

/// How a call ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The reply is written (or the command has none).
    Replied,
    /// Nothing to serve yet: wait for one of the call's keys, at most until then.
    Block {
        /// When to give up; none waits for ever.
        deadline: Option<i64>,
    },
    /// Not run: a pause began meanwhile. The request is offered again later.
    Postponed,
    /// Replied, and the connection ends once that is sent.
    Close,
}

/// What every handler returns.
pub type CommandResult = Result<Outcome, CommandError>;
