//! The 128-bit id of an entry: milliseconds and a sequence number, compared in that order.

/// An entry's id, `ms-seq`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Id {
    /// Unix time in milliseconds, or whatever the client chose.
    pub ms: u64,
    /// Counts within a millisecond.
    pub seq: u64,
}

impl Id {
    /// The lowest id, which no entry has.
    pub const MIN: Self = Self { ms: 0, seq: 0 };
    /// The highest id.
    pub const MAX: Self = Self { ms: u64::MAX, seq: u64::MAX };

    /// The id `ms-seq`.
    #[inline]
    pub const fn new(ms: u64, seq: u64) -> Self {
        Self { ms, seq }
    }

    /// The next higher id; none after the highest.
    #[inline]
    pub fn next(self) -> Option<Self> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(Self { seq, ..self }),
            None => self.ms.checked_add(1).map(|ms| Self { ms, seq: 0 }),
        }
    }

    /// The next lower id; none before the lowest.
    #[inline]
    pub fn previous(self) -> Option<Self> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(Self { seq, ..self }),
            None => self.ms.checked_sub(1).map(|ms| Self { ms, seq: u64::MAX }),
        }
    }

    /// Whether it is the lowest id.
    #[inline]
    pub fn is_zero(self) -> bool {
        self == Self::MIN
    }

    /// The bytes in which ids sort as they compare.
    pub(super) fn to_be_bytes(self) -> [u8; 16] {
        ((self.ms as u128) << 64 | self.seq as u128).to_be_bytes()
    }
}
