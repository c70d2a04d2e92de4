//! The commands by name: one lookup a call, built once from the families' rows.

mod beginnings;
mod names;

use crate::spec::{Begin, Command, Find, Flags};
pub use beginnings::Beginnings;
use names::Names;

/// Number of a command or subcommand in its table; counters are indexed by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct CommandId(pub u16);

/// Which stripes a call needs, as far as its row alone tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyPlan {
    /// None.
    None,
    /// That of the argument at this index.
    One(usize),
    /// Those that its key specs find.
    Several,
    /// All.
    All,
}

/// A command in the table.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub id: CommandId,
    /// Its row.
    pub command: &'static Command,
    /// The container it belongs to.
    pub parent: Option<CommandId>,
    /// `get`, `client|list`.
    pub full_name: Box<str>,
    /// What is locked for it.
    pub plan: KeyPlan,
    /// Subcommands by name.
    subcommands: Names,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All commands of a server.
#[derive(Debug)]
pub struct CommandTable {
    entries: Vec<Entry>,
    names: Names,
    scripts: Beginnings,
    run_scripts: Beginnings,
}

impl CommandTable {
    /// Builds the table from families of rows.
    pub fn new<'a>(families: impl IntoIterator<Item = &'a [Command]>) -> Self
    where
        'a: 'static,
    {
        let mut table = Self {
            entries: Vec::new(),
            names: Names::default(),
            scripts: Beginnings::default(),
            run_scripts: Beginnings::default(),
        };
        for command in families.into_iter().flatten() {
            let id = table.add(command, None);
            assert!(
                table.names.insert(command.name.as_bytes(), id),
                "two rows for {}",
                command.name
            );
            table.note_scripts(command, command.name);
        }
        table
    }

    fn note_scripts(&mut self, command: &Command, name: &str) {
        if command.flags.has(Flags::SCRIPT) {
            self.scripts.add(name.as_bytes());
        }
        if command.flags.has(Flags::SCRIPT.and(Flags::RUNS_QUEUE)) {
            self.run_scripts.add(name.as_bytes());
        }
    }

    /// The names of commands whose arguments are a script, the number of its keys, its keys.
    #[inline]
    pub fn scripts(&self) -> &Beginnings {
        &self.scripts
    }

    /// The names of these and of EXEC, which may run them.
    #[inline]
    pub fn run_scripts(&self) -> &Beginnings {
        &self.run_scripts
    }

    fn add(&mut self, command: &'static Command, parent: Option<CommandId>) -> CommandId {
        let id = CommandId(self.entries.len() as u16);
        let full_name = match parent {
            None => command.name.into(),
            Some(parent) => format!("{}|{}", self.entry(parent).command.name, command.name).into(),
        };
        let plan = plan_of(command);
        let subcommands = Names::default();
        self.entries.push(Entry { id, command, parent, full_name, plan, subcommands });
        for row in command.subcommands {
            let sub = self.add(row, Some(id));
            let names = &mut self.entries[id.0 as usize].subcommands;
            assert!(names.insert(row.name.as_bytes(), sub), "two rows for {}", row.name);
        }
        id
    }

    /// The entry of a number.
    #[inline]
    pub fn entry(&self, id: CommandId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    /// Number of entries, subcommands included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, subcommands behind their container.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The commands that clients can name, without subcommands.
    pub fn commands(&self) -> impl Iterator<Item = &Entry> {
        self.names.ids().map(|id| self.entry(id))
    }

    /// A command by name in any case.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<&Entry> {
        self.names.find(name).map(|id| self.entry(id))
    }

    /// A subcommand of a container, by name in any case.
    pub fn find_sub(&self, container: &Entry, name: &[u8]) -> Option<&Entry> {
        container.subcommands.find(name).map(|id| self.entry(id))
    }

    /// `get`, or `client|list`.
    pub fn find_full(&self, name: &[u8]) -> Option<&Entry> {
        let mut parts = name.splitn(2, |byte| *byte == b'|');
        let command = self.find(parts.next()?)?;
        match parts.next() {
            None => Some(command),
            Some(sub) => self.find_sub(command, sub),
        }
    }

    /// Gives a command another name, or none (`rename-command`); whether it existed.
    pub fn rename(&mut self, old: &str, new: &str) -> bool {
        let Some(id) = self.names.remove(old.as_bytes()) else { return false };
        if !new.is_empty() {
            self.names.insert(new.as_bytes(), id);
            self.note_scripts(self.entry(id).command, new);
        }
        true
    }
}

fn plan_of(command: &Command) -> KeyPlan {
    if command.flags.has(Flags::LOCK_ALL) {
        return KeyPlan::All;
    }
    if command.flags.has(Flags::SCRIPT) {
        return KeyPlan::None;
    }
    match command.keys {
        [] => KeyPlan::None,
        [spec] => match (spec.begin, spec.find) {
            (Begin::Index(index), Find::Range { last: 0, .. }) => KeyPlan::One(index as usize),
            _ => KeyPlan::Several,
        },
        _ => KeyPlan::Several,
    }
}
