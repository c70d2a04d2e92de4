//! Zipmaps: the packed hashes of Redis 2.4.
//!
//! ```text
//! [fields u8, 254: unknown] pair ... [FF]
//! pair     length, field, length, free u8, value, `free` unused bytes
//! length   0 to 253, or FE and u32 (little endian), which is at least 254
//! ```

use super::Corrupt;
use super::read::{Reader, Text};

const END: u8 = 0xff;
const BIG: u8 = 0xfe;
const BROKEN: Corrupt = Corrupt("Zipmap integrity check failed.");

/// The pairs of a zipmap, checked as they are read.
pub(crate) struct Pairs<'a> {
    rest: Reader<'a>,
    count: u8,
    seen: usize,
}

impl<'a> Pairs<'a> {
    /// Opens a zipmap.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Corrupt> {
        match bytes {
            [count, pairs @ .., END] => {
                Ok(Self { rest: Reader::new(pairs), count: *count, seen: 0 })
            }
            _ => Err(BROKEN),
        }
    }

    /// The next field and value; none at the end, where the count is checked.
    pub(crate) fn next(&mut self) -> Result<Option<(Text<'a>, Text<'a>)>, Corrupt> {
        if self.rest.is_at_end() {
            let agrees = self.count >= BIG || usize::from(self.count) == self.seen;
            return if agrees { Ok(None) } else { Err(BROKEN) };
        }
        self.seen += 1;
        self.pair().map(Some).map_err(|_| BROKEN)
    }

    fn pair(&mut self) -> Result<(Text<'a>, Text<'a>), Corrupt> {
        let len = self.length()?;
        let field = self.rest.take(len)?;
        let len = self.length()?;
        let free = self.rest.byte()?;
        let value = self.rest.take(len)?;
        self.rest.take(usize::from(free))?;
        Ok((Text::Bytes(field), Text::Bytes(value)))
    }

    fn length(&mut self) -> Result<usize, Corrupt> {
        match self.rest.byte()? {
            END => Err(BROKEN),
            BIG => {
                let len = u32::from_le_bytes(self.rest.array()?);
                if len < u32::from(BIG) { Err(BROKEN) } else { Ok(len as usize) }
            }
            len => Ok(usize::from(len)),
        }
    }
}
