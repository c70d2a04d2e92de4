//! Arguments of one call: byte slices into the request, and an owned copy for calls that wait.

use resp::Span;

/// The arguments of a call, the command's name first. Copies are free.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a> {
    bytes: &'a [u8],
    spans: &'a [Span],
}

impl<'a> Args<'a> {
    /// Arguments that lie in `bytes` at `spans`.
    pub fn new(bytes: &'a [u8], spans: &'a [Span]) -> Self {
        Self { bytes, spans }
    }

    /// How many, the name included.
    pub fn len(self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.spans.is_empty()
    }

    /// Argument `index`. Panics past the end: the row's arity says what is there.
    #[inline]
    pub fn at(self, index: usize) -> &'a [u8] {
        let span = self.spans[index];
        let start = span.start as usize;
        &self.bytes[start..start + span.len as usize]
    }

    /// Argument `index`, if there is one.
    #[inline]
    pub fn get(self, index: usize) -> Option<&'a [u8]> {
        (index < self.spans.len()).then(|| self.at(index))
    }

    /// The arguments from `start` on.
    #[must_use]
    pub fn from(self, start: usize) -> Self {
        Self { bytes: self.bytes, spans: &self.spans[start.min(self.spans.len())..] }
    }

    /// The first `count` arguments.
    #[must_use]
    pub fn first(self, count: usize) -> Self {
        Self { bytes: self.bytes, spans: &self.spans[..count] }
    }

    /// All of them in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'a [u8]> + ExactSizeIterator {
        (0..self.spans.len()).map(move |index| self.at(index))
    }

    /// Whether argument `index` is `word`, in any case.
    pub fn is(self, index: usize, word: &str) -> bool {
        self.get(index).is_some_and(|arg| arg.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Bytes of all arguments together.
    pub fn total_bytes(self) -> usize {
        self.spans.iter().map(|span| span.len as usize).sum()
    }

    /// Bytes of a request of these as an array of bulk strings, however it was sent.
    pub fn request_bytes(self) -> usize {
        let body: usize = self.iter().map(|arg| head(arg.len()) + arg.len() + 2).sum();
        head(self.len()) + body
    }

    /// The request as it was sent, if that is an array of bulk strings with nothing wrong in it:
    /// of line ends the parser looks at the first byte alone.
    pub fn request(self) -> Option<&'a [u8]> {
        let (first, last) = (self.spans.first()?, self.spans.last()?);
        let (start, end) = (first.start as usize, last.start as usize + last.len as usize);
        let count = head(self.len());
        let is_whole = start == count + head(first.len as usize) && end + 2 == self.bytes.len();
        let is_framed = |span: &Span| {
            let (before, from) = self.bytes.split_at(span.start as usize);
            before.ends_with(b"\n") && from[span.len as usize..].starts_with(b"\r\n")
        };
        let is_right =
            is_whole && self.bytes[..count].ends_with(b"\n") && self.spans.iter().all(is_framed);
        is_right.then_some(self.bytes)
    }

    /// Bytes of the request they lie in: no fewer than theirs.
    #[inline]
    pub fn extent(self) -> usize {
        self.bytes.len()
    }

    /// A copy that outlives the request. One allocation for the bytes, one for the spans.
    pub fn to_owned_args(self) -> OwnedArgs {
        self.iter().collect()
    }
}

/// Bytes of the line that tells how many arguments, or bytes of one, there are: a letter, the
/// digits and the line's end.
#[inline]
fn head(count: usize) -> usize {
    resp::number::digits(count as u64) + 3
}

/// Arguments with their own bytes: queued by MULTI, kept by blocked calls.
#[derive(Clone, Debug, Default)]
pub struct OwnedArgs {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

impl OwnedArgs {
    /// The same, borrowed.
    pub fn args(&self) -> Args<'_> {
        Args::new(&self.bytes, &self.spans)
    }

    /// Appends one argument.
    pub fn push(&mut self, arg: &[u8]) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(arg);
        self.spans.push(Span { start, len: arg.len() as u32 });
    }

    /// Bytes of all arguments together. O(1).
    pub fn total_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Heap bytes.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.spans.capacity() * size_of::<Span>()
    }
}

impl<'a> FromIterator<&'a [u8]> for OwnedArgs {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(args: I) -> Self {
        let mut owned = Self::default();
        args.into_iter().for_each(|arg| owned.push(arg));
        owned
    }
}

#[cfg(test)]
mod tests;
