//! Conditions of SET, MSETEX and DELEX: NX, XX, IFEQ, IFNE, IFDEQ, IFDNE.

use crate::args::Args;
use crate::error::CommandError;
use crate::text::xxh3;
use engine::string::StringRef;

/// What has to be true of the value that is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Condition<'a> {
    /// Nothing.
    #[default]
    Always,
    /// NX: no value.
    Absent,
    /// XX: a value of any type.
    Present,
    /// IFEQ: a string that equals this one.
    Equal(&'a [u8]),
    /// IFNE: not such a string; an absent key qualifies.
    Differs(&'a [u8]),
    /// IFDEQ: a string with this digest.
    DigestIs(&'a [u8]),
    /// IFDNE: not such a string; an absent key qualifies.
    DigestDiffers(&'a [u8]),
}

/// Digits of a digest.
const DIGEST_LEN: usize = 16;

impl<'a> Condition<'a> {
    /// Reads NX or XX at index `at`; 1 if it is there, else 0.
    ///
    /// # Errors
    /// Another condition came before.
    pub(super) fn accept_existence(
        &mut self,
        args: Args<'a>,
        at: usize,
    ) -> Result<usize, CommandError> {
        if args.is(at, "NX") {
            return self.set(Self::Absent, 1);
        }
        if args.is(at, "XX") {
            return self.set(Self::Present, 1);
        }
        Ok(0)
    }

    /// Reads a comparison at index `at`; how many arguments it is, 0 when it is none.
    ///
    /// # Errors
    /// Another condition came before, or what to compare with is missing.
    pub(super) fn accept_comparison(
        &mut self,
        args: Args<'a>,
        at: usize,
    ) -> Result<usize, CommandError> {
        let words = [
            ("IFEQ", Self::Equal as fn(&'a [u8]) -> Self),
            ("IFNE", Self::Differs),
            ("IFDEQ", Self::DigestIs),
            ("IFDNE", Self::DigestDiffers),
        ];
        let Some((_, make)) = words.into_iter().find(|(word, _)| args.is(at, word)) else {
            return Ok(0);
        };
        self.set(make(args.get(at + 1).ok_or(CommandError::Syntax)?), 2)
    }

    fn set(&mut self, said: Self, count: usize) -> Result<usize, CommandError> {
        // NX twice is let through, as Redis has it.
        if *self != Self::Always && *self != said {
            return Err(CommandError::Syntax);
        }
        *self = said;
        Ok(count)
    }

    /// Checks what the grammar cannot.
    ///
    /// # Errors
    /// A digest of another length.
    pub(super) fn check(self) -> Result<(), CommandError> {
        match self {
            Self::DigestIs(digest) | Self::DigestDiffers(digest) if digest.len() != DIGEST_LEN => {
                Err(CommandError::text("ERR must be exactly 16 hexadecimal characters"))
            }
            _ => Ok(()),
        }
    }

    /// Whether it takes the value, and not only whether there is one.
    pub(super) fn compares(self) -> bool {
        !matches!(self, Self::Always | Self::Absent | Self::Present)
    }

    /// Whether it is true of a key that exists or not; for conditions that do not compare.
    pub(super) fn is_met_by_presence(self, present: bool) -> bool {
        match self {
            Self::Absent => !present,
            Self::Present => present,
            _ => true,
        }
    }

    /// Whether it is true of a value.
    pub(super) fn is_met_by(self, value: Option<StringRef<'_>>) -> bool {
        let Some(value) = value else {
            return matches!(
                self,
                Self::Always | Self::Absent | Self::Differs(_) | Self::DigestDiffers(_)
            );
        };
        match self {
            Self::Always | Self::Present => true,
            Self::Absent => false,
            Self::Equal(text) => value.with(|bytes| bytes == text),
            Self::Differs(text) => value.with(|bytes| bytes != text),
            Self::DigestIs(digest) => has_digest(value, digest),
            Self::DigestDiffers(digest) => !has_digest(value, digest),
        }
    }
}

fn has_digest(value: StringRef<'_>, digest: &[u8]) -> bool {
    value.with(xxh3::digest).eq_ignore_ascii_case(digest)
}
