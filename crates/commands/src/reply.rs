//! What a handler writes its reply with, and the output a connection collects it in.

use crate::CommandError;
use engine::Blob;
use resp::{Proto, encode};

/// From this size on a value is sent from where it lies instead of being copied.
pub const PIN_BYTES: usize = 16 * 1024;

/// Elements of a long reply by which its length is estimated, and most bytes of the estimate.
const SAMPLED: usize = 512;
const FORESEEN_MAX: usize = 1 << 28;

/// Bytes to be sent to one client: text, and values pinned between it.
#[derive(Default, Debug)]
pub struct Output {
    /// Encoded replies.
    pub bytes: Vec<u8>,
    /// Values by reference: each stands before `bytes[offset..]`, offsets ascending.
    pub pins: Vec<(usize, Blob)>,
}

impl Output {
    /// Bytes that wait to be sent, pinned values included.
    pub fn len(&self) -> usize {
        self.bytes.len() + self.pins.iter().map(|(_, blob)| blob.len()).sum::<usize>()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.pins.is_empty()
    }

    /// Forgets what was written since the output had `mark` bytes.
    pub fn truncate(&mut self, mark: usize) {
        self.bytes.truncate(mark);
        self.pins.retain(|(offset, _)| *offset < mark);
    }

    /// Appends another output.
    pub fn append(&mut self, other: Self) {
        let base = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.pins.extend(other.pins.into_iter().map(|(offset, blob)| (base + offset, blob)));
    }
}

/// What is out of the ordinary in a reply. Most have nothing, which is one comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traits(u8);

impl Traits {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// An error was written.
    pub const FAILED: Self = Self(1);
    /// Values are sent by reference.
    pub const PINS: Self = Self(2);

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of `other` is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Writes one reply in the client's protocol.
pub struct Reply<'a> {
    out: &'a mut Output,
    proto: Proto,
    /// What is out of the ordinary: looked at by dispatch.
    pub traits: Traits,
}

impl<'a> Reply<'a> {
    /// Replies into `out`.
    pub fn new(out: &'a mut Output, proto: Proto) -> Self {
        Self { out, proto, traits: Traits::NONE }
    }

    /// The client's protocol.
    pub fn proto(&self) -> Proto {
        self.proto
    }

    /// Whether the client speaks RESP3.
    pub fn is_resp3(&self) -> bool {
        self.proto == Proto::Resp3
    }

    /// Goes on in another protocol (HELLO).
    pub fn set_proto(&mut self, proto: Proto) {
        self.proto = proto;
    }

    /// The same output, borrowed for a call inside this one (EXEC).
    pub fn output(&mut self) -> &mut Output {
        self.out
    }

    /// `OK`.
    #[inline]
    pub fn ok(&mut self) {
        self.out.bytes.extend_from_slice(b"+OK\r\n");
    }

    /// A simple string; must have no CR or LF.
    pub fn simple(&mut self, text: &str) {
        encode::simple(&mut self.out.bytes, text.as_bytes());
    }

    /// An error. CR and LF that came in with a client's bytes become spaces.
    pub fn error(&mut self, error: &CommandError) {
        self.traits = self.traits.and(Traits::FAILED);
        encode::error(&mut self.out.bytes, &error.to_bytes());
    }

    /// An integer.
    #[inline]
    pub fn int(&mut self, value: i64) {
        encode::int(&mut self.out.bytes, value);
    }

    /// A count.
    #[inline]
    pub fn count(&mut self, value: usize) {
        encode::int(&mut self.out.bytes, value as i64);
    }

    /// 1 or 0.
    #[inline]
    pub fn flag(&mut self, value: bool) {
        encode::int(&mut self.out.bytes, i64::from(value));
    }

    /// A bulk string.
    #[inline]
    pub fn bulk(&mut self, bytes: &[u8]) {
        encode::bulk(&mut self.out.bytes, bytes);
    }

    /// A bulk string of a stored value: by reference when it is large.
    pub fn blob(&mut self, blob: &Blob) {
        if blob.len() < PIN_BYTES {
            return self.bulk(blob.as_slice());
        }
        encode::bulk_header(&mut self.out.bytes, blob.len());
        self.traits = self.traits.and(Traits::PINS);
        self.out.pins.push((self.out.bytes.len(), blob.clone()));
        self.out.bytes.extend_from_slice(b"\r\n");
    }

    /// An integer as a bulk string.
    #[inline]
    pub fn bulk_int(&mut self, value: i64) {
        encode::bulk_int(&mut self.out.bytes, value);
    }

    /// No value: `$-1` or `_`.
    #[inline]
    pub fn null(&mut self) {
        encode::null(&mut self.out.bytes, self.proto);
    }

    /// No array: `*-1` or `_`.
    pub fn null_array(&mut self) {
        encode::null_array(&mut self.out.bytes, self.proto);
    }

    /// An array of `len` replies that follow.
    #[inline]
    pub fn array(&mut self, len: usize) {
        encode::array_header(&mut self.out.bytes, len);
    }

    /// A map of `pairs` keys and values that follow; a flat array in RESP2.
    pub fn map(&mut self, pairs: usize) {
        encode::map_header(&mut self.out.bytes, self.proto, pairs);
    }

    /// A set of `len` replies that follow; an array in RESP2.
    pub fn set(&mut self, len: usize) {
        encode::set_header(&mut self.out.bytes, self.proto, len);
    }

    /// An out-of-band message of `len` replies that follow; an array in RESP2.
    pub fn push(&mut self, len: usize) {
        encode::push_header(&mut self.out.bytes, self.proto, len);
    }

    /// A floating-point number; a bulk string in RESP2.
    pub fn double(&mut self, value: f64) {
        encode::double(&mut self.out.bytes, self.proto, value);
    }

    /// A floating-point number that is text already; a bulk string in RESP2.
    pub fn number_text(&mut self, text: &[u8]) {
        if !self.is_resp3() {
            return self.bulk(text);
        }
        self.out.bytes.push(b',');
        self.out.bytes.extend_from_slice(text);
        self.out.bytes.extend_from_slice(b"\r\n");
    }

    /// A truth value; 1 or 0 in RESP2.
    pub fn bool(&mut self, value: bool) {
        encode::bool(&mut self.out.bytes, self.proto, value);
    }

    /// Text with a format (`txt`, `mkd`); a bulk string in RESP2.
    pub fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        encode::verbatim(&mut self.out.bytes, self.proto, format, text);
    }

    /// Where the next reply begins: for [`Self::open_array`] and to take back what follows.
    pub fn mark(&self) -> usize {
        self.out.bytes.len()
    }

    /// Puts an array header before what was written since `mark`. Moves those bytes once.
    pub fn array_at(&mut self, mark: usize, len: usize) {
        self.header_at(mark, |out, _| encode::array_header(out, len));
    }

    /// Puts a set header before what was written since `mark`. Moves those bytes once.
    pub fn set_at(&mut self, mark: usize, len: usize) {
        self.header_at(mark, |out, proto| encode::set_header(out, proto, len));
    }

    /// Puts a map header before what was written since `mark`. Moves those bytes once.
    pub fn map_at(&mut self, mark: usize, pairs: usize) {
        self.header_at(mark, |out, proto| encode::map_header(out, proto, pairs));
    }

    /// Puts a scan's frame before the array that was written since `mark`: an array of two, the
    /// next cursor first. Moves those bytes once.
    pub fn cursor_at(&mut self, mark: usize, cursor: u64) {
        self.header_at(mark, |out, _| {
            encode::array_header(out, 2);
            encode::bulk(out, cursor.to_string().as_bytes());
        });
    }

    fn header_at(&mut self, mark: usize, write: impl FnOnce(&mut Vec<u8>, Proto)) {
        let mut header = Vec::with_capacity(16);
        write(&mut header, self.proto);
        for (offset, _) in self.out.pins.iter_mut().filter(|(offset, _)| *offset >= mark) {
            *offset += header.len();
        }
        self.out.bytes.splice(mark..mark, header);
    }

    /// Writes each of `items`, of which there are about `all`. A long reply gets its room at once,
    /// by the length of its first elements: it is not moved again and again as it grows.
    #[inline]
    pub fn each<T>(
        &mut self,
        all: usize,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        let mark = self.mark();
        let mut items = items.into_iter();
        for item in items.by_ref().take(SAMPLED) {
            write(self, item);
        }
        if all > SAMPLED {
            self.foresee(mark, SAMPLED, all);
        }
        for item in items {
            write(self, item);
        }
    }

    /// Makes room for the rest of `all` elements, of which `done` were written since `mark`.
    #[cold]
    fn foresee(&mut self, mark: usize, done: usize, all: usize) {
        let each = (self.out.bytes.len() - mark).div_ceil(done.max(1));
        let rest = all.saturating_sub(done).saturating_mul(each + each / 32);
        let _ = self.out.bytes.try_reserve(rest.min(FORESEEN_MAX));
    }

    /// Takes back what was written since `mark`.
    pub fn truncate(&mut self, mark: usize) {
        self.out.truncate(mark);
    }

    /// A list of lines, as `HELP` subcommands answer.
    pub fn lines(&mut self, lines: &[&str]) {
        self.array(lines.len());
        for line in lines {
            self.simple(line);
        }
    }
}
