//! Replies as the wire carries them, and as the case files show them.
//!
//! `Reply::decode` reads one RESP2 or RESP3 reply from the front of a buffer; `Reply::render`
//! writes it in the notation of redis-cli, which is what the expectations in `tests/cases/` are
//! written in. A map of one pair whose value is a list, for example:
//! ```text
//! 1# "tags" => 1) "a"
//!    2) (integer) 7
//! ```
//! Invariant: every line of an aggregate but its first is indented by the width of its marker, so
//! the notation can be parsed back (`expect.rs`). Source of the wire format: the RESP3
//! specification.

use std::fmt::Write as _;

/// One reply, RESP2 or RESP3.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    Status(Vec<u8>),
    Error(Vec<u8>),
    Integer(i64),
    Bulk(Vec<u8>),
    Nil,
    Bool(bool),
    Double(Vec<u8>),
    BigNumber(Vec<u8>),
    Verbatim(Vec<u8>),
    Array(Vec<Reply>),
    Set(Vec<Reply>),
    Push(Vec<Reply>),
    Map(Vec<(Reply, Reply)>),
    /// The server closed the connection.
    Closed,
}

impl Reply {
    /// Returns the first reply in `buf` and the bytes it took; `None` while it is incomplete.
    ///
    /// # Errors
    /// A text that names the byte which no reply starts with.
    pub(crate) fn decode(buf: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let mut reader = Reader { buf, at: 0 };
        match reader.reply() {
            Ok(reply) => Ok(Some((reply, reader.at))),
            Err(Stop::Incomplete) => Ok(None),
            Err(Stop::Invalid(text)) => Err(text),
        }
    }

    /// Returns the reply as RESP2 would carry it: maps flat, sets and pushes as arrays, doubles as
    /// bulk strings, booleans as integers.
    pub(crate) fn downgraded(self) -> Self {
        match self {
            Self::Bool(b) => Self::Integer(i64::from(b)),
            Self::Double(text) | Self::BigNumber(text) | Self::Verbatim(text) => Self::Bulk(text),
            Self::Array(items) | Self::Set(items) | Self::Push(items) => {
                Self::Array(items.into_iter().map(Self::downgraded).collect())
            }
            Self::Map(pairs) => Self::Array(
                pairs.into_iter().flat_map(|(k, v)| [k.downgraded(), v.downgraded()]).collect(),
            ),
            other => other,
        }
    }

    /// Returns the parts of an aggregate, each in redis-cli's notation on one line.
    pub(crate) fn flat(self) -> Vec<String> {
        match self {
            Self::Array(items) => items.iter().map(|item| item.render().join(" ")).collect(),
            other => vec![other.render().join(" ")],
        }
    }

    /// Returns the reply in redis-cli's notation, one string a line.
    pub(crate) fn render(&self) -> Vec<String> {
        match self {
            Self::Status(text) => vec![escape(text, false)],
            Self::Error(text) => vec![format!("(error) {}", escape(text, false))],
            Self::Integer(n) => vec![format!("(integer) {n}")],
            Self::Bulk(text) => vec![quote(text)],
            Self::Nil => vec!["(nil)".to_owned()],
            Self::Bool(b) => vec![format!("({b})")],
            Self::Double(text) => vec![format!("(double) {}", escape(text, false))],
            Self::BigNumber(text) => vec![format!("(big) {}", escape(text, false))],
            Self::Verbatim(text) => vec![format!("(verbatim) {}", quote(text))],
            Self::Array(items) => render_items(items, ')', "(empty array)"),
            Self::Set(items) => render_items(items, '~', "(empty set)"),
            Self::Push(items) => render_items(items, '>', "(empty push)"),
            Self::Map(pairs) => render_pairs(pairs),
            Self::Closed => vec!["(closed)".to_owned()],
        }
    }
}

enum Stop {
    Incomplete,
    Invalid(String),
}

struct Reader<'a> {
    buf: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn line(&mut self) -> Result<&[u8], Stop> {
        let rest = &self.buf[self.at..];
        let end = rest.windows(2).position(|w| w == b"\r\n").ok_or(Stop::Incomplete)?;
        self.at += end + 2;
        Ok(&rest[..end])
    }

    fn number(&mut self) -> Result<i64, Stop> {
        let line = self.line()?;
        let text = String::from_utf8_lossy(line).into_owned();
        text.parse().map_err(|_| Stop::Invalid(format!("not a number: {text:?}")))
    }

    fn body(&mut self, len: i64) -> Result<Vec<u8>, Stop> {
        let len = usize::try_from(len).map_err(|_| Stop::Invalid(format!("length {len}")))?;
        let end = self.at + len;
        if self.buf.len() < end + 2 {
            return Err(Stop::Incomplete);
        }
        let body = self.buf[self.at..end].to_vec();
        self.at = end + 2;
        Ok(body)
    }

    fn items(&mut self, count: i64) -> Result<Vec<Reply>, Stop> {
        (0..count).map(|_| self.reply()).collect()
    }

    fn reply(&mut self) -> Result<Reply, Stop> {
        let kind = *self.buf.get(self.at).ok_or(Stop::Incomplete)?;
        self.at += 1;
        Ok(match kind {
            b'+' => Reply::Status(self.line()?.to_vec()),
            b'-' => Reply::Error(self.line()?.to_vec()),
            b':' => Reply::Integer(self.number()?),
            b',' => Reply::Double(self.line()?.to_vec()),
            b'(' => Reply::BigNumber(self.line()?.to_vec()),
            b'_' => self.line().map(|_| Reply::Nil)?,
            b'#' => Reply::Bool(self.line()? == b"t"),
            b'$' => match self.number()? {
                -1 => Reply::Nil,
                len => Reply::Bulk(self.body(len)?),
            },
            b'!' => self.number().and_then(|len| self.body(len)).map(Reply::Error)?,
            b'=' => {
                let body = self.number().and_then(|len| self.body(len))?;
                Reply::Verbatim(body.get(4..).unwrap_or_default().to_vec())
            }
            b'*' => match self.number()? {
                -1 => Reply::Nil,
                count => Reply::Array(self.items(count)?),
            },
            b'~' => self.number().and_then(|count| self.items(count)).map(Reply::Set)?,
            b'>' => self.number().and_then(|count| self.items(count)).map(Reply::Push)?,
            b'%' => {
                let count = self.number()?;
                let pairs = (0..count).map(|_| Ok((self.reply()?, self.reply()?)));
                Reply::Map(pairs.collect::<Result<_, Stop>>()?)
            }
            other => return Err(Stop::Invalid(format!("no reply starts with {other:#04x}"))),
        })
    }
}

fn render_items(items: &[Reply], mark: char, empty: &str) -> Vec<String> {
    if items.is_empty() {
        return vec![empty.to_owned()];
    }
    let digits = items.len().to_string().len();
    let mut lines = Vec::new();
    for (i, item) in items.iter().enumerate() {
        push_item(&mut lines, &format!("{:>digits$}{mark} ", i + 1), item.render());
    }
    lines
}

fn render_pairs(pairs: &[(Reply, Reply)]) -> Vec<String> {
    if pairs.is_empty() {
        return vec!["(empty hash)".to_owned()];
    }
    let digits = pairs.len().to_string().len();
    let mut lines = Vec::new();
    for (i, (key, value)) in pairs.iter().enumerate() {
        let mut block = value.render();
        block[0] = format!("{} => {}", key.render().join(" "), block[0]);
        push_item(&mut lines, &format!("{:>digits$}# ", i + 1), block);
    }
    lines
}

fn push_item(lines: &mut Vec<String>, marker: &str, block: Vec<String>) {
    for (i, line) in block.into_iter().enumerate() {
        if i == 0 {
            lines.push(format!("{marker}{line}"));
        } else {
            lines.push(format!("{:width$}{line}", "", width = marker.len()));
        }
    }
}

/// Returns `bytes` between double quotes, with redis-cli's escapes.
fn quote(bytes: &[u8]) -> String {
    format!("\"{}\"", escape(bytes, true))
}

fn escape(bytes: &[u8], quoted: bool) -> String {
    let mut text = String::new();
    for (i, &byte) in bytes.iter().enumerate() {
        match byte {
            // A blank at the end of a line would not be seen.
            b' ' if !quoted && i + 1 == bytes.len() => text.push_str("\\x20"),
            b'\\' | b'"' if quoted => {
                text.push('\\');
                text.push(char::from(byte));
            }
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            0x20..=0x7e => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text
}
