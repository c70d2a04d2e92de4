//! Options that say when a key or field is to expire: EX, PX, EXAT, PXAT, KEEPTTL, PERSIST.
//!
//! The grammar is checked before the numbers, as Redis does: `SET k v EX x y` is a syntax error.

use crate::args::Args;
use crate::error::CommandError;
use crate::text::int::parse_i64;
use engine::Expiry;

/// How the number of a time option is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TimeKind {
    /// Seconds from now.
    Ex,
    /// Milliseconds from now.
    Px,
    /// Unix time in seconds.
    ExAt,
    /// Unix time in milliseconds.
    PxAt,
}

impl TimeKind {
    fn of(word: &[u8]) -> Option<Self> {
        let known = [
            (&b"EX"[..], Self::Ex),
            (b"PX", Self::Px),
            (b"EXAT", Self::ExAt),
            (b"PXAT", Self::PxAt),
        ];
        let (_, kind) = known.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
        Some(kind)
    }

    /// The instant that `text` means, in Unix milliseconds.
    ///
    /// # Errors
    /// No integer; not positive, or beyond the last instant there is.
    pub(crate) fn instant(
        self,
        text: &[u8],
        now: i64,
        command: &'static str,
    ) -> Result<i64, CommandError> {
        let number = parse_i64(text).ok_or(CommandError::NotInteger)?;
        match self.resolve(number, now) {
            Some(at) if number > 0 => Ok(at),
            _ => Err(CommandError::InvalidExpire(command)),
        }
    }

    /// The same for a field of a hash: 0 is an instant that has come.
    ///
    /// # Errors
    /// No integer; negative, or beyond 64 bits.
    pub(crate) fn field_instant(
        self,
        text: &[u8],
        now: i64,
        command: &'static str,
    ) -> Result<i64, CommandError> {
        let number = parse_i64(text).ok_or(CommandError::NotInteger)?;
        let instant = self.resolve(number, now).filter(|_| number >= 0);
        instant.ok_or(CommandError::InvalidExpire(command))
    }

    fn resolve(self, number: i64, now: i64) -> Option<i64> {
        match self {
            Self::Px => number.checked_add(now),
            Self::PxAt => Some(number),
            Self::Ex => number.checked_mul(1000).and_then(|ms| ms.checked_add(now)),
            Self::ExAt => number.checked_mul(1000),
        }
    }
}

/// What EXPIRE and HEXPIRE ask of the expiry that is there: NX, XX, GT, LT.
#[derive(Clone, Copy, Default)]
pub(crate) struct Condition {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}

impl Condition {
    /// Reads the words of a call.
    ///
    /// # Errors
    /// An unknown word; words that exclude each other.
    pub(crate) fn parse(words: Args<'_>) -> Result<Self, CommandError> {
        let mut condition = Self::default();
        for word in words.iter() {
            match word.to_ascii_uppercase().as_slice() {
                b"NX" => condition.nx = true,
                b"XX" => condition.xx = true,
                b"GT" => condition.gt = true,
                b"LT" => condition.lt = true,
                _ => {
                    let shown = crate::text::shown::shown(&word[..word.len().min(128)]);
                    return Err(CommandError::owned(format!("ERR Unsupported option {shown}")));
                }
            }
        }
        let Self { nx, xx, gt, lt } = condition;
        if nx && (xx || gt || lt) {
            return Err(CommandError::text(
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if gt && lt {
            return Err(CommandError::text(
                "ERR GT and LT options at the same time are not compatible",
            ));
        }
        Ok(condition)
    }

    /// Whether `at` may replace `old`; none counts as one that never expires.
    pub(crate) fn is_met_by(self, old: Option<i64>, at: i64) -> bool {
        let Self { nx, xx, gt, lt } = self;
        !(nx && old.is_some()
            || xx && old.is_none()
            || gt && old.is_none_or(|old| at <= old)
            || lt && old.is_some_and(|old| at >= old))
    }
}

/// What a call says about the expiry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum TimeToLive<'a> {
    /// Nothing.
    #[default]
    Unsaid,
    /// KEEPTTL.
    Keep,
    /// PERSIST.
    Persist,
    /// A time, its number not read yet.
    At(TimeKind, &'a [u8]),
}

/// The word that a command takes besides those with a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AlsoTakes {
    /// KEEPTTL: commands that write.
    Keep,
    /// PERSIST: commands that read.
    Persist,
}

impl<'a> TimeToLive<'a> {
    /// Reads the option at index `at`; how many arguments it is, 0 when it is none of these.
    ///
    /// # Errors
    /// It contradicts one before it, or its time is missing.
    pub(crate) fn accept(
        &mut self,
        args: Args<'a>,
        at: usize,
        also: AlsoTakes,
    ) -> Result<usize, CommandError> {
        let word = args.at(at);
        let (said, count) = match TimeKind::of(word) {
            Some(kind) => (Self::At(kind, args.get(at + 1).ok_or(CommandError::Syntax)?), 2),
            None if also == AlsoTakes::Keep && args.is(at, "KEEPTTL") => (Self::Keep, 1),
            None if also == AlsoTakes::Persist && args.is(at, "PERSIST") => (Self::Persist, 1),
            None => return Ok(0),
        };
        // The same word twice is let through, the last one counts: as Redis has it.
        let fits = match (*self, said) {
            (Self::Unsaid, _) => true,
            (Self::At(before, _), Self::At(now, _)) => before == now,
            (before, now) => before == now,
        };
        if !fits {
            return Err(CommandError::Syntax);
        }
        *self = said;
        Ok(count)
    }

    /// The instant it gives a field of a hash, if it is a time.
    ///
    /// # Errors
    /// A time that is no number or out of range, worded for `command`.
    pub(crate) fn field_instant(
        self,
        now: i64,
        command: &'static str,
    ) -> Result<Option<i64>, CommandError> {
        match self {
            Self::At(kind, text) => kind.field_instant(text, now, command).map(Some),
            Self::Unsaid | Self::Keep | Self::Persist => Ok(None),
        }
    }

    /// What it means for a write at `now`: nothing said removes the expiry.
    ///
    /// # Errors
    /// A time that is no number or out of range, worded for `command`.
    pub(crate) fn expiry(self, now: i64, command: &'static str) -> Result<Expiry, CommandError> {
        Ok(match self {
            Self::Unsaid | Self::Persist => Expiry::Never,
            Self::Keep => Expiry::Keep,
            Self::At(kind, text) => Expiry::At(kind.instant(text, now, command)?),
        })
    }
}
