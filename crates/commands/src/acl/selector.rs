//! A selector: one complete set of permissions. A user has one of its own and any number more; a
//! call is allowed if one of them allows all of it.
//!
//! Commands are bits by [`CommandId`], the last bit standing for commands still to come. How they
//! are described follows redis-server 7.0.15: the categories that fit best, then single commands.

use super::rule::{KeyPattern, Rule, RuleError};
use crate::spec::Category;
use crate::table::{CommandId, CommandTable, Entry};
use std::collections::BTreeMap;

/// Bits for commands; the table is far smaller, as a test holds.
const COMMANDS_MAX: usize = 1024;
const WORDS: usize = COMMANDS_MAX / 64;

/// One set of permissions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selector {
    /// What may be run.
    pub commands: CommandSet,
    /// First arguments with which a command may be run that is not in the set.
    pub first_args: BTreeMap<u16, Vec<Box<[u8]>>>,
    /// Any key.
    pub all_keys: bool,
    /// Else these.
    pub keys: Vec<KeyPattern>,
    /// Any channel.
    pub all_channels: bool,
    /// Else these.
    pub channels: Vec<Box<[u8]>>,
    /// Only these databases, if not any.
    pub databases: Option<Vec<u32>>,
}

/// A set of commands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandSet {
    bits: [u64; WORDS],
    /// Everything, by one rule and without exception since.
    pub all: bool,
}

impl CommandSet {
    const NONE: Self = Self { bits: [0; WORDS], all: false };
    const ALL: Self = Self { bits: [u64::MAX; WORDS], all: true };

    /// Whether a command is in it.
    #[inline]
    pub fn has(&self, id: CommandId) -> bool {
        self.bits[usize::from(id.0) / 64] >> (id.0 % 64) & 1 != 0
    }

    /// Whether it has what does not exist yet.
    fn has_future(&self) -> bool {
        self.has(CommandId(COMMANDS_MAX as u16 - 1))
    }

    fn set(&mut self, id: CommandId, allow: bool) {
        let (word, bit) = (usize::from(id.0) / 64, 1 << (id.0 % 64));
        if allow {
            self.bits[word] |= bit;
        } else {
            self.bits[word] &= !bit;
            self.all = false;
        }
    }

    /// Puts a command with its subcommands in or out.
    fn set_whole(&mut self, id: CommandId, allow: bool, table: &CommandTable) {
        self.set(id, allow);
        for entry in subcommands(table, id) {
            self.set(entry.id, allow);
        }
    }

    fn set_category(&mut self, category: Category, allow: bool, table: &CommandTable) {
        for entry in members(table, category) {
            self.set_whole(entry.id, allow, table);
        }
    }
}

/// The subcommands of a container: they follow it in the table.
fn subcommands(table: &CommandTable, id: CommandId) -> impl Iterator<Item = &Entry> {
    let behind = usize::from(id.0) + 1;
    table.iter().skip(behind).take_while(move |entry| entry.parent == Some(id))
}

/// The commands and subcommands of a category.
pub fn members(table: &CommandTable, category: Category) -> impl Iterator<Item = &Entry> {
    table.iter().filter(move |entry| entry.command.categories().has(category))
}

impl Selector {
    /// One that allows nothing, but perhaps all channels.
    pub fn new(all_channels: bool) -> Self {
        Self {
            commands: CommandSet::NONE,
            first_args: BTreeMap::new(),
            all_keys: false,
            keys: Vec::new(),
            all_channels,
            channels: Vec::new(),
            databases: None,
        }
    }

    /// Whether it allows everything.
    pub fn is_unrestricted(&self) -> bool {
        self.commands.all && self.all_keys && self.all_channels && self.databases.is_none()
    }

    /// Applies a rule on permissions.
    ///
    /// # Errors
    /// A pattern after everything, or a rule that is not for selectors.
    pub fn apply(&mut self, rule: &Rule, table: &CommandTable) -> Result<(), RuleError> {
        match rule {
            Rule::AllKeys(on) => {
                self.all_keys = *on;
                self.keys.clear();
            }
            Rule::Keys(pattern) => {
                if self.all_keys {
                    return Err(RuleError::KeysAfterAll);
                }
                match self.keys.iter_mut().find(|known| known.glob == pattern.glob) {
                    Some(known) => {
                        known.read |= pattern.read;
                        known.write |= pattern.write;
                    }
                    None => self.keys.push(pattern.clone()),
                }
            }
            Rule::AllChannels(on) => {
                self.all_channels = *on;
                self.channels.clear();
            }
            Rule::Channels(glob) => {
                if self.all_channels {
                    return Err(RuleError::ChannelsAfterAll);
                }
                if !self.channels.contains(glob) {
                    self.channels.push(glob.clone());
                }
            }
            Rule::AllDatabases(on) => self.databases = (!on).then(Vec::new),
            Rule::Databases(list) => self.databases = Some(list.clone()),
            _ => return self.apply_command(rule, table),
        }
        Ok(())
    }

    fn apply_command(&mut self, rule: &Rule, table: &CommandTable) -> Result<(), RuleError> {
        match rule {
            Rule::AllCommands(on) => {
                self.commands = if *on { CommandSet::ALL } else { CommandSet::NONE };
                self.first_args.clear();
            }
            Rule::Command(id, allow) => {
                self.commands.set_whole(*id, *allow, table);
                self.first_args.remove(&id.0);
            }
            Rule::Category(category, allow) => {
                self.commands.set_category(*category, *allow, table);
                for entry in members(table, *category) {
                    self.first_args.remove(&entry.id.0);
                }
            }
            Rule::FirstArg(id, arg) => {
                let known = self.first_args.entry(id.0).or_default();
                if !known.iter().any(|one| one.eq_ignore_ascii_case(arg)) {
                    known.push(arg.clone());
                }
            }
            _ => return Err(RuleError::Syntax),
        }
        Ok(())
    }

    /// The text of its rules, from which an empty selector becomes the same.
    pub fn describe(&self, table: &CommandTable) -> Vec<u8> {
        let mut text = Vec::new();
        if self.all_keys {
            text.extend_from_slice(b"~* ");
        }
        for pattern in &self.keys {
            text.extend_from_slice(pattern.prefix().as_bytes());
            text.extend_from_slice(&pattern.glob);
            text.push(b' ');
        }
        text.extend_from_slice(if self.all_channels { b"&* " } else { b"resetchannels " });
        for glob in &self.channels {
            text.push(b'&');
            text.extend_from_slice(glob);
            text.push(b' ');
        }
        if self.databases.is_some() {
            text.extend_from_slice(&self.describe_databases(table));
            text.push(b' ');
        }
        text.extend_from_slice(&self.describe_commands(table));
        text
    }

    /// `~a %R~b`, `~*`, or nothing.
    pub fn describe_keys(&self) -> Vec<u8> {
        if self.all_keys {
            return b"~*".to_vec();
        }
        let one = |pattern: &KeyPattern| [pattern.prefix().as_bytes(), &pattern.glob].concat();
        self.keys.iter().map(one).collect::<Vec<_>>().join(&b' ')
    }

    /// `&a &b`, `&*`, or nothing.
    pub fn describe_channels(&self) -> Vec<u8> {
        if self.all_channels {
            return b"&*".to_vec();
        }
        let one = |glob: &[u8]| [b"&", glob].concat();
        self.channels.iter().map(|glob| one(glob)).collect::<Vec<_>>().join(&b' ')
    }

    /// `db=0,1`, `alldbs` or `resetdbs`.
    pub fn describe_databases(&self, table: &CommandTable) -> Vec<u8> {
        let rule = match &self.databases {
            None => Rule::AllDatabases(true),
            Some(list) if list.is_empty() => Rule::AllDatabases(false),
            Some(list) => Rule::Databases(list.clone()),
        };
        let mut text = Vec::new();
        rule.push_text(&mut text, table);
        text
    }

    /// The rules on commands: everything or nothing, then the categories that come nearest, then
    /// single commands.
    pub fn describe_commands(&self, table: &CommandTable) -> Vec<u8> {
        let adds = !self.commands.has_future();
        let mut told = if adds { CommandSet::NONE } else { CommandSet::ALL };
        let mut rules = vec![Rule::AllCommands(!adds)];
        let mut left = self.commands.clone();
        let mut used = Category::NONE;
        while let Some(category) = best_category(&left, used, adds, table) {
            told.set_category(category, adds, table);
            left.set_category(category, !adds, table);
            used = used.and(category);
            rules.push(Rule::Category(category, adds));
        }
        for entry in table.iter() {
            let allowed = self.commands.has(entry.id);
            if allowed != told.has(entry.id) {
                told.set_whole(entry.id, allowed, table);
                rules.push(Rule::Command(entry.id, allowed));
            }
            let args = self.first_args.get(&entry.id.0).filter(|_| !allowed);
            for arg in args.into_iter().flatten() {
                rules.push(Rule::FirstArg(entry.id, arg.clone()));
            }
        }
        debug_assert_eq!(told.bits, self.commands.bits, "the text says what the bits say");
        let mut text = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            if index > 0 {
                text.push(b' ');
            }
            rule.push_text(&mut text, table);
        }
        text
    }
}

/// The category with the fewest exceptions, if most of it is wanted; of equals the larger.
fn best_category(
    left: &CommandSet,
    used: Category,
    adds: bool,
    table: &CommandTable,
) -> Option<Category> {
    let mut best: Option<(usize, usize, Category)> = None;
    for (category, _) in Category::WORDS {
        if used.has(*category) {
            continue;
        }
        let (mut same, mut differ) = (0, 0);
        for entry in members(table, *category) {
            if left.has(entry.id) == adds {
                same += 1;
            } else {
                differ += 1;
            }
        }
        let better = |(least, most, _)| differ < least || (differ == least && same > most);
        if same > differ && best.is_none_or(better) {
            best = Some((differ, same, *category));
        }
    }
    best.map(|(.., category)| category)
}
