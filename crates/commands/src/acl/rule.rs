//! One rule of an ACL user, between its text and its meaning.
//!
//! ```text
//! on off nopass resetpass >password <password #hash !hash reset
//! ~glob %R~glob %W~glob %RW~glob allkeys resetkeys     &glob allchannels resetchannels
//! +get -get +config|get +select|0 +@read -@all         db=0,1 alldbs resetdbs
//! (rules of a selector) clearselectors
//! ```
//!
//! [`Rule::parse`] reads one, [`Rule::push_text`] writes the text that reads back as the same
//! rule; passwords are hashed while they are read, so that no clear text is kept. Grammar and error
//! texts: redis-server 7.0.15; database rules: Valkey 9.1.

use crate::spec::Category;
use crate::table::{CommandId, CommandTable, Entry};
use sha2::{Digest, Sha256};
use std::fmt;

/// Hexadecimal SHA-256 of a password.
pub type Hash = [u8; 64];

/// What a rule text is read with.
#[derive(Clone, Copy)]
pub struct Grammar<'t> {
    /// The commands there are.
    pub table: &'t CommandTable,
    /// New users and selectors begin with all channels (`acl-pubsub-default`).
    pub all_channels: bool,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rule {
    /// May authenticate, or not.
    Enabled(bool),
    /// Its RESTORE payloads are looked at in depth, or not.
    Sanitize(bool),
    /// Every password is right.
    NoPass,
    /// No password is right.
    ResetPass,
    /// One more password.
    AddPassword(Hash),
    /// One password less.
    RemovePassword(Hash),
    /// As a new user.
    Reset,
    /// One more selector.
    Selector(Vec<Rule>),
    /// No selector.
    ClearSelectors,
    /// Any key, or none.
    AllKeys(bool),
    /// Keys that match.
    Keys(KeyPattern),
    /// Any channel, or none.
    AllChannels(bool),
    /// Channels that match.
    Channels(Box<[u8]>),
    /// Any database, or none.
    AllDatabases(bool),
    /// These databases and no others.
    Databases(Vec<u32>),
    /// Any command, or none.
    AllCommands(bool),
    /// A command with its subcommands, or a subcommand: may be run, or not.
    Command(CommandId, bool),
    /// A command that is not allowed, with this first argument.
    FirstArg(CommandId, Box<[u8]>),
    /// The commands of one category.
    Category(Category, bool),
}

/// Keys that match a glob, for reading or writing or both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyPattern {
    /// The glob.
    pub glob: Box<[u8]>,
    /// Their values may be read.
    pub read: bool,
    /// They may be changed.
    pub write: bool,
}

/// Why a rule is refused. `Display` gives Redis's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RuleError {
    /// No such command, subcommand or category.
    Unknown,
    /// Not a rule.
    Syntax,
    /// Keys after all keys.
    KeysAfterAll,
    /// Channels after all channels.
    ChannelsAfterAll,
    /// The user does not have the password that is to go.
    NoSuchPassword,
    /// Not a SHA-256 in lower-case hexadecimal digits.
    BadHash,
    /// A first argument of a subcommand.
    FirstArgOfSubcommand,
    /// A number that no database has.
    BadDatabase,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "Unknown command or category name in ACL",
            Self::Syntax => "Syntax error",
            Self::KeysAfterAll => {
                "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and \
                 does not have any effect. Try 'resetkeys' to start with an empty list of patterns"
            }
            Self::ChannelsAfterAll => {
                "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and \
                 does not have any effect. Try 'resetchannels' to start with an empty list of \
                 channels"
            }
            Self::NoSuchPassword => {
                "The password you are trying to remove from the user does not exist"
            }
            Self::BadHash => {
                "The password hash must be exactly 64 characters and contain only lowercase \
                 hexadecimal characters"
            }
            Self::FirstArgOfSubcommand => "Allowing first-arg of a subcommand is not supported",
            Self::BadDatabase => "The provided database ID is out of range",
        })
    }
}

/// The hash that stands for a password.
pub fn hash_password(password: &[u8]) -> Hash {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(password);
    let mut hash = [0; 64];
    for (two, byte) in hash.chunks_exact_mut(2).zip(digest.iter()) {
        two[0] = HEX[usize::from(byte >> 4)];
        two[1] = HEX[usize::from(byte & 15)];
    }
    hash
}

/// Blanks and zeros may stand neither in names nor in patterns: files could not hold them.
pub fn has_blank(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, 0 | b' ' | 9..=13))
}

impl Rule {
    /// Reads one rule. Takes time linear in its length, or in the table's for names of commands.
    ///
    /// # Errors
    /// [`RuleError`], as far as the text alone tells.
    pub fn parse(text: &[u8], grammar: Grammar<'_>) -> Result<Self, RuleError> {
        if let Some(inner) = text.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")")) {
            // Quotes that do not close leave no words, which is no rule at all.
            let words = resp::split_args(inner).unwrap_or_default();
            let rules = words.iter().map(|word| Self::parse_in_selector(word, grammar));
            return Ok(Self::Selector(rules.collect::<Result<_, _>>()?));
        }
        if let Some(rule) = Self::parse_of_user(text)? {
            return Ok(rule);
        }
        Self::parse_in_selector(text, grammar)
    }

    /// Rules on the user itself.
    fn parse_of_user(text: &[u8]) -> Result<Option<Self>, RuleError> {
        let words: [(&[u8], Self); 8] = [
            (b"on", Self::Enabled(true)),
            (b"off", Self::Enabled(false)),
            (b"skip-sanitize-payload", Self::Sanitize(false)),
            (b"sanitize-payload", Self::Sanitize(true)),
            (b"nopass", Self::NoPass),
            (b"resetpass", Self::ResetPass),
            (b"clearselectors", Self::ClearSelectors),
            (b"reset", Self::Reset),
        ];
        if let Some((_, rule)) = words.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word))
        {
            return Ok(Some(rule));
        }
        let Some((first, rest)) = text.split_first() else { return Ok(None) };
        Ok(Some(match first {
            b'>' => Self::AddPassword(hash_password(rest)),
            b'<' => Self::RemovePassword(hash_password(rest)),
            b'#' => Self::AddPassword(parse_hash(rest)?),
            b'!' => Self::RemovePassword(parse_hash(rest)?),
            _ => return Ok(None),
        }))
    }

    /// Rules that a selector may have too.
    fn parse_in_selector(text: &[u8], grammar: Grammar<'_>) -> Result<Self, RuleError> {
        let words: [(&[u8], Self); 12] = [
            (b"allkeys", Self::AllKeys(true)),
            (b"~*", Self::AllKeys(true)),
            (b"resetkeys", Self::AllKeys(false)),
            (b"allchannels", Self::AllChannels(true)),
            (b"&*", Self::AllChannels(true)),
            (b"resetchannels", Self::AllChannels(false)),
            (b"alldbs", Self::AllDatabases(true)),
            (b"resetdbs", Self::AllDatabases(false)),
            (b"allcommands", Self::AllCommands(true)),
            (b"+@all", Self::AllCommands(true)),
            (b"nocommands", Self::AllCommands(false)),
            (b"-@all", Self::AllCommands(false)),
        ];
        if let Some((_, rule)) = words.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word))
        {
            return Ok(rule);
        }
        match text {
            [b'~', glob @ ..] => Ok(Self::Keys(KeyPattern::new(glob, true, true)?)),
            [b'%', rest @ ..] => Ok(Self::Keys(KeyPattern::parse(rest)?)),
            [b'&', glob @ ..] if !has_blank(glob) => Ok(Self::Channels(glob.into())),
            [sign @ (b'+' | b'-'), b'@', name @ ..] => {
                let category = find_category(name).ok_or(RuleError::Unknown)?;
                Ok(Self::Category(category, *sign == b'+'))
            }
            [b'+', name @ ..] => parse_allowed(name, grammar.table),
            [b'-', name @ ..] => {
                let entry = find_command(grammar.table, name).ok_or(RuleError::Unknown)?;
                Ok(Self::Command(entry.id, false))
            }
            [b'd' | b'D', b'b' | b'B', b'=', list @ ..] => parse_databases(list),
            _ => Err(RuleError::Syntax),
        }
    }

    /// Appends the text that reads back as this rule.
    pub fn push_text(&self, out: &mut Vec<u8>, table: &CommandTable) {
        let either = |on: bool, yes: &'static str, no: &'static str| if on { yes } else { no };
        let word = match self {
            Self::Enabled(on) => either(*on, "on", "off"),
            Self::Sanitize(on) => either(*on, "sanitize-payload", "skip-sanitize-payload"),
            Self::NoPass => "nopass",
            Self::ResetPass => "resetpass",
            Self::Reset => "reset",
            Self::ClearSelectors => "clearselectors",
            Self::AllKeys(on) => either(*on, "~*", "resetkeys"),
            Self::AllChannels(on) => either(*on, "&*", "resetchannels"),
            Self::AllDatabases(on) => either(*on, "alldbs", "resetdbs"),
            Self::AllCommands(on) => either(*on, "+@all", "-@all"),
            Self::AddPassword(_) => "#",
            Self::RemovePassword(_) => "!",
            Self::Keys(pattern) => pattern.prefix(),
            Self::Channels(_) => "&",
            Self::Databases(_) => "db=",
            Self::Category(_, on) => either(*on, "+@", "-@"),
            Self::Command(_, on) => either(*on, "+", "-"),
            Self::FirstArg(..) => "+",
            Self::Selector(_) => "(",
        };
        out.extend_from_slice(word.as_bytes());
        match self {
            Self::AddPassword(hash) | Self::RemovePassword(hash) => out.extend_from_slice(hash),
            Self::Keys(KeyPattern { glob, .. }) | Self::Channels(glob) => {
                out.extend_from_slice(glob);
            }
            Self::Databases(list) => push_list(out, list),
            Self::Category(category, _) => {
                category.words().for_each(|word| out.extend_from_slice(word.as_bytes()));
            }
            Self::Command(id, _) => out.extend_from_slice(table.entry(*id).full_name.as_bytes()),
            Self::FirstArg(id, arg) => {
                out.extend_from_slice(table.entry(*id).full_name.as_bytes());
                out.push(b'|');
                out.extend_from_slice(arg);
            }
            Self::Selector(rules) => {
                for (index, rule) in rules.iter().enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    rule.push_text(out, table);
                }
                out.push(b')');
            }
            _ => {}
        }
    }
}

fn push_list(out: &mut Vec<u8>, list: &[u32]) {
    for (index, number) in list.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes());
    }
}

impl KeyPattern {
    fn new(glob: &[u8], read: bool, write: bool) -> Result<Self, RuleError> {
        if has_blank(glob) {
            return Err(RuleError::Syntax);
        }
        Ok(Self { glob: glob.into(), read, write })
    }

    /// `RW~glob`: what follows the percent sign. Without a tilde the glob is empty, as Redis reads
    /// it.
    fn parse(text: &[u8]) -> Result<Self, RuleError> {
        let (mut read, mut write) = (false, false);
        let mut glob: &[u8] = b"";
        for (index, byte) in text.iter().enumerate() {
            match byte {
                b'r' | b'R' if !read => read = true,
                b'w' | b'W' if !write => write = true,
                b'~' => {
                    glob = &text[index + 1..];
                    break;
                }
                _ => return Err(RuleError::Syntax),
            }
        }
        if !read && !write {
            return Err(RuleError::Syntax);
        }
        Self::new(glob, read, write)
    }

    /// What stands before its glob.
    pub fn prefix(&self) -> &'static str {
        match (self.read, self.write) {
            (true, false) => "%R~",
            (false, true) => "%W~",
            _ => "~",
        }
    }
}

fn parse_hash(text: &[u8]) -> Result<Hash, RuleError> {
    let hash: Hash = text.try_into().map_err(|_| RuleError::BadHash)?;
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if hash.iter().all(is_hex) { Ok(hash) } else { Err(RuleError::BadHash) }
}

/// A command or subcommand by its name in the rows, whatever it was renamed to.
pub fn find_command<'t>(table: &'t CommandTable, name: &[u8]) -> Option<&'t Entry> {
    table.iter().find(|entry| entry.full_name.as_bytes().eq_ignore_ascii_case(name))
}

/// A category by name in any case.
pub fn find_category(name: &[u8]) -> Option<Category> {
    let named = |(_, word): &&(Category, &str)| word.as_bytes().eq_ignore_ascii_case(name);
    Category::WORDS.iter().find(named).map(|(category, _)| *category)
}

/// What follows a plus sign: `get`, `config|get`, or `select|0`, the last part being an argument.
fn parse_allowed(name: &[u8], table: &CommandTable) -> Result<Rule, RuleError> {
    let find = |name: &[u8]| find_command(table, name).ok_or(RuleError::Unknown);
    let Some(bar) = name.iter().rposition(|byte| *byte == b'|') else {
        return Ok(Rule::Command(find(name)?.id, true));
    };
    let (container, part) = (find(&name[..bar])?, &name[bar + 1..]);
    if container.parent.is_some() {
        return Err(RuleError::FirstArgOfSubcommand);
    }
    if part.is_empty() {
        return Err(RuleError::Syntax);
    }
    if container.command.subcommands.is_empty() {
        if has_blank(part) {
            return Err(RuleError::Syntax);
        }
        return Ok(Rule::FirstArg(container.id, part.into()));
    }
    Ok(Rule::Command(find(name)?.id, true))
}

/// `0,1`: at least one number; doubles count once.
fn parse_databases(list: &[u8]) -> Result<Rule, RuleError> {
    let mut numbers = Vec::new();
    for part in list.split(|byte| *byte == b',') {
        let number = crate::text::int::parse_i64(part).ok_or(RuleError::Syntax)?;
        let number = i32::try_from(number).ok().and_then(|number| u32::try_from(number).ok());
        let number = number.ok_or(RuleError::BadDatabase)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Ok(Rule::Databases(numbers))
}
