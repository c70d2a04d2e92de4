//! The row of a command: everything that is known about it before it runs.
//!
//! A family file opens with `pub(crate) const COMMANDS: &[Command]`; dispatch, `COMMAND`, ACL
//! categories, locking and cluster routing are derived from the rows. Field names are those that
//! `COMMAND INFO` and `COMMAND DOCS` print.

use crate::{Args, CommandResult, Cx};

/// The function behind a command.
pub type Handler = fn(&mut Cx<'_>, Args<'_>) -> CommandResult;

/// One command or subcommand.
#[derive(Clone, Copy)]
pub struct Command {
    /// Lower-case name; of a subcommand the part after the container (`list`, not `client|list`).
    pub name: &'static str,
    /// What runs it. A container (a command with subcommands) never runs itself.
    pub run: Handler,
    /// Number of arguments, the name (and the container's name) included; negative: at least.
    pub arity: i16,
    /// Behaviour flags, and those of ours that `COMMAND` does not print.
    pub flags: Flags,
    /// ACL categories beyond those that follow from flags and group.
    pub acl: Category,
    /// Where the keys are.
    pub keys: &'static [KeySpec],
    /// The documentation group.
    pub group: Group,
    /// First version of the server line that had it.
    pub since: &'static str,
    /// One sentence, ours.
    pub summary: &'static str,
    /// Cost, as `O(...)`.
    pub complexity: &'static str,
    /// Arguments after the name, as `COMMAND DOCS` lists them.
    pub args: &'static [Arg],
    /// Hints for cluster clients.
    pub tips: &'static [&'static str],
    /// Version that deprecated it, and what to use now.
    pub deprecated: Option<(&'static str, &'static str)>,
    /// Subcommands; empty for most.
    pub subcommands: &'static [Command],
}

impl Command {
    /// The row that others start from: `..Command::DEFAULT`.
    pub const DEFAULT: Self = Self {
        name: "",
        run: container,
        arity: 1,
        flags: Flags::NONE,
        acl: Category::NONE,
        keys: &[],
        group: Group::Generic,
        since: "1.0.0",
        summary: "",
        complexity: "O(1)",
        args: &[],
        tips: &[],
        deprecated: None,
        subcommands: &[],
    };

    /// All ACL categories: the row's own and those that follow from its flags.
    pub fn categories(&self) -> Category {
        let mut all = self.acl;
        let follow = [
            (Flags::WRITE, Category::WRITE),
            (Flags::ADMIN, Category::ADMIN.and(Category::DANGEROUS)),
            (Flags::PUBSUB, Category::PUBSUB),
            (Flags::FAST, Category::FAST),
            (Flags::BLOCKING, Category::BLOCKING),
        ];
        for (flag, category) in follow {
            if self.flags.has(flag) {
                all = all.and(category);
            }
        }
        if self.flags.has(Flags::READONLY) && !self.acl.has(Category::SCRIPTING) {
            all = all.and(Category::READ);
        }
        if !self.flags.has(Flags::FAST) {
            all = all.and(Category::SLOW);
        }
        all
    }

    /// Whether `count` arguments, the name included, are as many as it takes.
    #[inline]
    pub fn takes(&self, count: usize) -> bool {
        let want = usize::from(self.arity.unsigned_abs());
        if self.arity < 0 { count >= want } else { count == want }
    }
}

fn container(_: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    unreachable!("dispatch resolves a container to its subcommand")
}

macro_rules! bits {
    ($(#[$doc:meta])* $name:ident: $int:ty {
        $($(#[$row_doc:meta])* $bit:ident = $at:expr, $text:expr;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name(pub $int);

        impl $name {
            /// No bit.
            pub const NONE: Self = Self(0);
            $($(#[$row_doc])* pub const $bit: Self = Self(1 << $at);)*
            /// Every bit with the word it prints as; an empty word is never printed.
            pub const WORDS: &'static [(Self, &'static str)] = &[$((Self::$bit, $text)),*];

            /// Both sets together.
            #[must_use]
            pub const fn and(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// This set without what is in the other.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// Whether any bit of `other` is here.
            pub const fn has(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// The printed words, in table order.
            pub fn words(self) -> impl Iterator<Item = &'static str> {
                Self::WORDS
                    .iter()
                    .filter(move |(bit, word)| self.has(*bit) && !word.is_empty())
                    .map(|(_, word)| *word)
            }
        }
    };
}

bits! {
    /// Command flags. The words are those of `COMMAND INFO`.
    Flags: u64 {
        /// May change the data set.
        WRITE = 0, "write";
        /// Only reads keys.
        READONLY = 1, "readonly";
        /// Refused when memory is over its limit.
        DENYOOM = 2, "denyoom";
        /// Administrative.
        ADMIN = 4, "admin";
        /// Publish and subscribe.
        PUBSUB = 5, "pubsub";
        /// Not from scripts.
        NOSCRIPT = 6, "noscript";
        /// May block the client.
        BLOCKING = 8, "blocking";
        /// Allowed while loading.
        LOADING = 9, "loading";
        /// Allowed on a replica with stale data.
        STALE = 10, "stale";
        /// Not fed to MONITOR.
        SKIP_MONITOR = 11, "skip_monitor";
        /// Not in the slow log.
        SKIP_SLOWLOG = 12, "skip_commandlog";
        /// Served after ASKING.
        ASKING = 13, "asking";
        /// Constant or logarithmic time.
        FAST = 14, "fast";
        /// Allowed before authentication.
        NO_AUTH = 15, "no_auth";
        /// May replicate though not a write: held by a pause of writes.
        MAY_REPLICATE = 16, "";
        /// Key arguments may be absent.
        NO_MANDATORY_KEYS = 20, "no_mandatory_keys";
        /// Not while data is loaded in the background.
        NO_ASYNC_LOADING = 21, "no_async_loading";
        /// Not inside MULTI.
        NO_MULTI = 18, "no_multi";
        /// Keys are not all given by simple specs.
        MOVABLEKEYS = 19, "movablekeys";
        /// Allowed while a script runs too long.
        ALLOW_BUSY = 17, "allow_busy";
        /// Ours: runs with every stripe locked (FLUSHALL, SWAPDB).
        LOCK_ALL = 41, "";
        /// Ours: visits stripes one at a time (SCAN, KEYS, DBSIZE); inside EXEC it needs all.
        SWEEPS = 42, "";
        /// Ours: executes at once inside MULTI instead of being queued.
        IN_MULTI = 43, "";
        /// Ours: changes the connection only; allowed in RESP2 subscriber mode.
        IN_SUBSCRIBER = 44, "";
        /// Ours: not for clients; `COMMAND DOCS` calls it a `syscmd`.
        INTERNAL = 45, "";
        /// Ours: a call that waits ends when its key is gone.
        ENDS_WITH_KEY = 46, "";
        /// Ours: runs a script, which locks its keys itself.
        SCRIPT = 47, "";
        /// Ours: runs the queue of the open transaction.
        RUNS_QUEUE = 48, "";
    }
}

bits! {
    /// ACL categories, printed with a leading `@`.
    Category: u64 {
        /// Key space.
        KEYSPACE = 0, "keyspace";
        /// Reads.
        READ = 1, "read";
        /// Writes.
        WRITE = 2, "write";
        /// Sets.
        SET = 3, "set";
        /// Sorted sets.
        SORTEDSET = 4, "sortedset";
        /// Lists.
        LIST = 5, "list";
        /// Hashes.
        HASH = 6, "hash";
        /// Strings.
        STRING = 7, "string";
        /// Bitmaps.
        BITMAP = 8, "bitmap";
        /// `HyperLogLog`s.
        HYPERLOGLOG = 9, "hyperloglog";
        /// Geospatial.
        GEO = 10, "geo";
        /// Streams.
        STREAM = 11, "stream";
        /// Publish and subscribe.
        PUBSUB = 12, "pubsub";
        /// Administration.
        ADMIN = 13, "admin";
        /// Fast.
        FAST = 14, "fast";
        /// Slow.
        SLOW = 15, "slow";
        /// Blocking.
        BLOCKING = 16, "blocking";
        /// Dangerous.
        DANGEROUS = 17, "dangerous";
        /// Connection.
        CONNECTION = 18, "connection";
        /// Transactions.
        TRANSACTION = 19, "transaction";
        /// Scripts and functions.
        SCRIPTING = 20, "scripting";
    }
}

bits! {
    /// What a key spec says of its keys.
    KeyFlags: u16 {
        /// Read only.
        RO = 0, "RO";
        /// Read and written.
        RW = 1, "RW";
        /// Overwritten.
        OW = 2, "OW";
        /// Removed.
        RM = 3, "RM";
        /// The value is returned or used.
        ACCESS = 4, "access";
        /// The value is changed.
        UPDATE = 5, "update";
        /// Content may be added.
        INSERT = 6, "insert";
        /// Content may be deleted.
        DELETE = 7, "delete";
        /// Not really a key.
        NOT_KEY = 8, "not_key";
        /// Other keys may exist.
        INCOMPLETE = 9, "incomplete";
        /// Flags depend on the arguments.
        VARIABLE = 10, "variable_flags";
    }
}

/// One rule that finds keys among the arguments.
#[derive(Clone, Copy, Debug)]
pub struct KeySpec {
    /// What is done to the keys.
    pub flags: KeyFlags,
    /// Where to start.
    pub begin: Begin,
    /// What to take from there.
    pub find: Find,
    /// Remark printed by `COMMAND INFO`, or empty.
    pub notes: &'static str,
}

/// Where the search for keys begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// At an argument index.
    Index(u16),
    /// After a keyword, searched from an index (negative: backwards from the end).
    Keyword(&'static str, i16),
    /// Not expressible.
    Unknown,
}

/// Which arguments from there are keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Find {
    /// Up to `last` relative to the beginning (negative: from the end), every `step`; `limit` 2
    /// halves the rest.
    Range {
        /// The last one, relative to the beginning, or negative from the end.
        last: i16,
        /// Distance from key to key.
        step: u16,
        /// Above 1: only that fraction of the arguments.
        limit: u16,
    },
    /// A count at `count_at`, the first key at `first`, every `step`.
    KeyNum {
        /// Where the count is, relative to the beginning.
        count_at: u16,
        /// Where the first key is.
        first: u16,
        /// Distance from key to key.
        step: u16,
    },
    /// Not expressible.
    Unknown,
}

impl KeySpec {
    /// The single key at `index`.
    pub const fn at(index: u16, flags: KeyFlags) -> Self {
        Self::range(index, 0, 1, flags)
    }

    /// Keys from `index` to `last` relative to it.
    pub const fn range(index: u16, last: i16, step: u16, flags: KeyFlags) -> Self {
        let find = Find::Range { last, step, limit: 0 };
        Self { flags, begin: Begin::Index(index), find, notes: "" }
    }

    /// A count at `index` and that many keys behind it.
    pub const fn counted(index: u16, flags: KeyFlags) -> Self {
        let find = Find::KeyNum { count_at: 0, first: 1, step: 1 };
        Self { flags, begin: Begin::Index(index), find, notes: "" }
    }

    /// The same with a remark.
    #[must_use]
    pub const fn notes(mut self, notes: &'static str) -> Self {
        self.notes = notes;
        self
    }
}

/// Documentation group, as `COMMAND DOCS` prints it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// Commands on keys of any type.
    Generic,
    /// Strings.
    String,
    /// Lists.
    List,
    /// Sets.
    Set,
    /// Sorted sets.
    SortedSet,
    /// Hashes.
    Hash,
    /// Bitmaps.
    Bitmap,
    /// `HyperLogLog`.
    HyperLogLog,
    /// Geospatial.
    Geo,
    /// Streams.
    Stream,
    /// Publish and subscribe.
    PubSub,
    /// Transactions.
    Transactions,
    /// Scripts and functions.
    Scripting,
    /// The connection itself.
    Connection,
    /// The server itself.
    Server,
    /// Cluster.
    Cluster,
}

impl Group {
    /// The word `COMMAND DOCS` prints.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::SortedSet => "sorted-set",
            Self::Hash => "hash",
            Self::Bitmap => "bitmap",
            Self::HyperLogLog => "hyperloglog",
            Self::Geo => "geo",
            Self::Stream => "stream",
            Self::PubSub => "pubsub",
            Self::Transactions => "transactions",
            Self::Scripting => "scripting",
            Self::Connection => "connection",
            Self::Server => "server",
            Self::Cluster => "cluster",
        }
    }
}

/// One argument in `COMMAND DOCS`.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: ArgKind,
    /// The word that introduces it, or empty.
    pub token: &'static str,
    /// Shown instead of the name where they differ, or empty (the name is shown).
    pub display: &'static str,
    /// Version it came with, or empty.
    pub since: &'static str,
    /// Index of the key spec it belongs to.
    pub key_spec: Option<u8>,
    /// May be left out.
    pub optional: bool,
    /// May be repeated.
    pub multiple: bool,
    /// The token is repeated with it.
    pub multiple_token: bool,
    /// Parts of a block, choices of a one-of.
    pub args: &'static [Arg],
}

/// Type of an argument in `COMMAND DOCS`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// Any bytes.
    String,
    /// A signed integer.
    Integer,
    /// A floating-point number.
    Double,
    /// A key.
    Key,
    /// A glob.
    Pattern,
    /// Unix time.
    UnixTime,
    /// Only its token.
    PureToken,
    /// One of the parts.
    OneOf,
    /// All of the parts.
    Block,
}

impl ArgKind {
    /// The word `COMMAND DOCS` prints.
    pub const fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Double => "double",
            Self::Key => "key",
            Self::Pattern => "pattern",
            Self::UnixTime => "unix-time",
            Self::PureToken => "pure-token",
            Self::OneOf => "oneof",
            Self::Block => "block",
        }
    }
}

impl Arg {
    /// An argument of a kind.
    pub const fn new(name: &'static str, kind: ArgKind) -> Self {
        Self {
            name,
            kind,
            token: "",
            display: "",
            since: "",
            key_spec: None,
            optional: false,
            multiple: false,
            multiple_token: false,
            args: &[],
        }
    }

    /// A key of the first key spec.
    pub const fn key(name: &'static str) -> Self {
        Self::new(name, ArgKind::Key).spec(0)
    }

    /// Any bytes.
    pub const fn string(name: &'static str) -> Self {
        Self::new(name, ArgKind::String)
    }

    /// An integer.
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, ArgKind::Integer)
    }

    /// A floating-point number.
    pub const fn double(name: &'static str) -> Self {
        Self::new(name, ArgKind::Double)
    }

    /// A glob.
    pub const fn pattern(name: &'static str) -> Self {
        Self::new(name, ArgKind::Pattern)
    }

    /// A Unix time.
    pub const fn unix_time(name: &'static str) -> Self {
        Self::new(name, ArgKind::UnixTime)
    }

    /// A word that is there or not.
    pub const fn flag(name: &'static str, token: &'static str) -> Self {
        Self::new(name, ArgKind::PureToken).token(token)
    }

    /// One of several.
    pub const fn one_of(name: &'static str, args: &'static [Arg]) -> Self {
        let mut arg = Self::new(name, ArgKind::OneOf);
        arg.args = args;
        arg
    }

    /// Several in a row.
    pub const fn block(name: &'static str, args: &'static [Arg]) -> Self {
        let mut arg = Self::new(name, ArgKind::Block);
        arg.args = args;
        arg
    }

    /// Introduced by a word.
    #[must_use]
    pub const fn token(mut self, token: &'static str) -> Self {
        self.token = token;
        self
    }

    /// Shown under another name.
    #[must_use]
    pub const fn display(mut self, text: &'static str) -> Self {
        self.display = text;
        self
    }

    /// Came with a version.
    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = version;
        self
    }

    /// Belongs to a key spec.
    #[must_use]
    pub const fn spec(mut self, index: u8) -> Self {
        self.key_spec = Some(index);
        self
    }

    /// May be left out.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// May be repeated.
    #[must_use]
    pub const fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }

    /// May be repeated together with its token.
    #[must_use]
    pub const fn multiple_token(mut self) -> Self {
        self.multiple = true;
        self.multiple_token = true;
        self
    }
}
