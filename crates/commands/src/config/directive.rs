//! What a directive is: one row of [`super::table::DIRECTIVES`] with its kind, default and flags.
//!
//! A row is built by a `const` chain, `row("port", int(0, 65_535, 6379)).live()`, so the table
//! reads like a page of documentation. Behaviour source: `CONFIG GET`, `CONFIG SET` and the
//! start-up errors of redis-server 7.0.15, Redis 8.2.3 and Valkey 9.1.2.

use super::special::Special;
use crate::Cx;

/// One directive: its names, kind, default and flags.
#[derive(Debug)]
pub struct Directive {
    /// The primary name: the one `CONFIG REWRITE` writes.
    pub name: &'static str,
    /// A second name that means the same.
    pub alias: Option<&'static str>,
    /// Type, range and default.
    pub kind: Kind,
    /// What may be done with it.
    pub flags: Flags,
    /// Which reference servers know it.
    pub origin: Origin,
    /// A check of a text value beyond its kind.
    pub check: Option<Check>,
    /// What the process makes anew when the value has changed, before that is final.
    pub renews: &'static [Renewal],
    /// What else is done then, when it is.
    pub effect: Option<Effect>,
}

/// Looks at a text value; the error is the complaint of `CONFIG SET`.
pub type Check = fn(&[u8]) -> Result<(), &'static str>;

/// Follows a change by `CONFIG SET`, once for each of its directives.
pub type Effect = fn(&mut Cx<'_>);

/// What the process makes anew when a directive has changed, and may fail to: in this order, each
/// once for all directives that ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Renewal {
    /// The working directory.
    Directory,
    /// How many files may be open.
    OpenFiles,
    /// What the system's killer goes by.
    OomScore,
    /// What TLS begins with, if it is wanted.
    Tls,
    /// The same, if there is none: nobody could be served on the port.
    FirstTls,
    /// What is listened on.
    Listeners,
}

/// The type of a directive's value.
#[derive(Debug)]
pub enum Kind {
    /// `yes` or `no`; stored as 1 or 0.
    Bool {
        /// Value at start.
        default: bool,
    },
    /// A number within bounds, both inclusive.
    Number(Number),
    /// One of several names; with [`Flags::MULTI_ARG`] a set of them, combined bitwise.
    Choice {
        /// The names and the values they stand for. The first name of a value is the one printed.
        names: &'static [(&'static str, i64)],
        /// Value at start.
        default: i64,
    },
    /// A byte string.
    Text {
        /// Value at start.
        default: &'static str,
        /// An empty text means "not set": `CONFIG REWRITE` then writes no line.
        empty_is_unset: bool,
    },
    /// A list with its own grammar, stored as its normal text.
    Special(Special),
}

/// Bounds, default and notation of a number.
#[derive(Debug)]
pub struct Number {
    /// Smallest value; an unsigned number has 0 or more here.
    pub min: i64,
    /// Largest value. Unsigned numbers use the bits of a `u64`.
    pub max: u64,
    /// Value at start.
    pub default: i64,
    /// How it is written.
    pub unit: Unit,
    /// Compared as `u64`: a negative argument is then out of range at the top.
    pub unsigned: bool,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Plain decimal.
    Plain,
    /// Decimal with an optional b, k, kb, m, mb, g, gb.
    Memory,
    /// As `Memory`, or `n%`, which is stored as -n.
    MemoryOrPercent,
    /// Octal, for file modes.
    Octal,
}

/// Which of the reference servers know the directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// All of them, from redis-server 7.0 on.
    Common,
    /// Redis 7.0 only: later servers dropped it.
    Redis7,
    /// Redis from 7.0 to 8.2, not Valkey 9.
    Redis,
    /// Redis 8 only.
    Redis8,
    /// Redis 8 and Valkey 9, not 7.0.
    Newer,
    /// Valkey 9 only.
    Valkey,
    /// None: it is of this server alone.
    Own,
}

/// A small set of properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// Set at start only.
    pub const IMMUTABLE: Flags = Flags(1);
    /// Left out of `CONFIG GET` patterns: only its exact name finds it.
    pub const HIDDEN: Flags = Flags(2);
    /// `CONFIG SET` needs `enable-protected-configs`.
    pub const PROTECTED: Flags = Flags(4);
    /// Takes several arguments.
    pub const MULTI_ARG: Flags = Flags(8);
    /// Accepted, without effect in this version. The log says so when it is changed.
    pub const INERT_YET: Flags = Flags(16);
    /// Its value is redacted in logs.
    pub const SENSITIVE: Flags = Flags(32);
    /// Refused while data is being loaded.
    pub const DENY_LOADING: Flags = Flags(64);
    /// Applied again even if the value is the old one: a file behind it may have changed.
    pub const VOLATILE: Flags = Flags(128);

    /// Whether all flags of `other` are set.
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Starts a row. A row is [`Flags::INERT_YET`] until [`Directive::live`] says it has an effect.
pub(super) const fn row(name: &'static str, kind: Kind) -> Directive {
    let flags = Flags::INERT_YET;
    let (alias, origin, check) = (None, Origin::Common, None);
    Directive { name, alias, kind, flags, origin, check, renews: &[], effect: None }
}

impl Directive {
    const fn with(self, flag: Flags) -> Directive {
        Directive { flags: Flags(self.flags.0 | flag.0), ..self }
    }

    /// It has an effect in this version.
    pub(super) const fn live(self) -> Directive {
        Directive { flags: Flags(self.flags.0 & !Flags::INERT_YET.0), ..self }
    }

    pub(super) const fn immutable(self) -> Directive {
        self.with(Flags::IMMUTABLE)
    }

    pub(super) const fn hidden(self) -> Directive {
        self.with(Flags::HIDDEN)
    }

    pub(super) const fn protected(self) -> Directive {
        self.with(Flags::PROTECTED)
    }

    pub(super) const fn multi_arg(self) -> Directive {
        self.with(Flags::MULTI_ARG)
    }

    pub(super) const fn sensitive(self) -> Directive {
        self.with(Flags::SENSITIVE)
    }

    pub(super) const fn deny_loading(self) -> Directive {
        self.with(Flags::DENY_LOADING)
    }

    pub(super) const fn volatile(self) -> Directive {
        self.with(Flags::VOLATILE)
    }

    pub(super) const fn alias(self, alias: &'static str) -> Directive {
        Directive { alias: Some(alias), ..self }
    }

    pub(super) const fn origin(self, origin: Origin) -> Directive {
        Directive { origin, ..self }
    }

    pub(super) const fn check(self, check: Check) -> Directive {
        Directive { check: Some(check), ..self }
    }

    pub(super) const fn renews(self, renews: &'static [Renewal]) -> Directive {
        Directive { renews, ..self }
    }

    pub(super) const fn then(self, effect: Effect) -> Directive {
        Directive { effect: Some(effect), ..self }
    }
}

pub(super) const INT: i64 = i32::MAX as i64;
pub(super) const LONG: i64 = i64::MAX;

pub(super) const fn yes_no(default: bool) -> Kind {
    Kind::Bool { default }
}

/// A signed decimal number.
pub(super) const fn int(min: i64, max: i64, default: i64) -> Kind {
    Kind::Number(Number { min, max: max as u64, default, unit: Unit::Plain, unsigned: false })
}

/// An unsigned decimal number.
pub(super) const fn uint(min: i64, max: i64, default: i64) -> Kind {
    Kind::Number(Number { min, max: max as u64, default, unit: Unit::Plain, unsigned: true })
}

/// Bytes, compared as signed, up to `max`.
pub(super) const fn memory(min: i64, max: u64, default: i64) -> Kind {
    Kind::Number(Number { min, max, default, unit: Unit::Memory, unsigned: false })
}

/// Bytes, compared as unsigned up to `max`.
pub(super) const fn umemory(min: i64, max: u64, default: i64) -> Kind {
    Kind::Number(Number { min, max, default, unit: Unit::Memory, unsigned: true })
}

/// Bytes or `n%`.
pub(super) const fn memory_or_percent(default: i64) -> Kind {
    let (max, unit) = (LONG as u64, Unit::MemoryOrPercent);
    Kind::Number(Number { min: -100, max, default, unit, unsigned: false })
}

pub(super) const fn octal(max: u64, default: i64) -> Kind {
    Kind::Number(Number { min: 0, max, default, unit: Unit::Octal, unsigned: true })
}

pub(super) const fn choice(names: &'static [(&'static str, i64)], default: i64) -> Kind {
    Kind::Choice { names, default }
}

/// A text that may be empty.
pub(super) const fn text(default: &'static str) -> Kind {
    Kind::Text { default, empty_is_unset: false }
}

/// A text that is not set when it is empty, as at start.
pub(super) const fn unset() -> Kind {
    Kind::Text { default: "", empty_is_unset: true }
}

pub(super) const fn special(special: Special) -> Kind {
    Kind::Special(special)
}
