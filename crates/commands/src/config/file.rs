//! redis.conf: a text of directives, one a line, into a [`Config`].
//!
//! A line is blank, a comment (`#` first) or arguments quoted as in a shell, the first one the
//! directive. Later lines override earlier ones, except that `save` lines add up. What is not a
//! directive of the table but belongs into such a file (`user`, `rename-command`) is handed back in
//! [`Loaded`]. Rules and error texts: redis-server 7.0.15.

use super::directive::Flags;
use super::special::{Special, words};
use super::table::Id;
use super::value::{Complaint, Value};
use super::{Config, Kind};
use std::fmt;

/// `include` lines may nest this deep; Redis has no limit and dies of a file that includes itself.
const NESTING_MAX: usize = 16;

/// Directives of old versions, read over without a word, as Redis and Valkey do.
const DROPPED: [&[u8]; 4] = [
    b"list-max-ziplist-entries",
    b"list-max-ziplist-value",
    b"lua-replicate-commands",
    b"events-per-io-thread",
];

/// What reading a configuration needs of the outside.
pub trait LoadHost {
    /// The text of every file that an `include` argument names: one file, or those that match a
    /// glob pattern, which may be none.
    ///
    /// # Errors
    /// The path that cannot be read and the reason.
    fn read_included(&mut self, pattern: &[u8]) -> Result<Vec<u8>, (Vec<u8>, String)>;

    /// Changes the working directory, as `dir` asks, and returns its absolute path.
    ///
    /// # Errors
    /// The reason in the operating system's words.
    fn change_dir(&mut self, path: &[u8]) -> Result<Vec<u8>, String>;

    /// Whether a command of this name exists, for `rename-command`.
    fn command_exists(&self, name: &[u8]) -> bool;
}

/// A `rename-command` line. An empty `to` removes the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name it has.
    pub from: Vec<u8>,
    /// The name it shall have.
    pub to: Vec<u8>,
}

/// What a configuration says beside directives.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The arguments of each `user` line after `user`.
    pub users: Vec<Vec<Vec<u8>>>,
    /// The `rename-command` lines.
    pub renames: Vec<Rename>,
    /// Whether any `save` line was read: the first one replaces the default.
    save_seen: bool,
}

/// Why a configuration is refused.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// A line is wrong. `Display` gives the lines that follow the `FATAL CONFIG FILE ERROR` title.
    Line {
        /// Number of the line, from 1, in the text it is part of.
        number: usize,
        /// The line without blanks at its ends.
        line: Vec<u8>,
        /// What is wrong.
        reason: Complaint,
    },
    /// The directives contradict each other.
    Whole(Complaint),
    /// A file cannot be read: Redis writes this one to its log.
    Unreadable {
        /// The file.
        path: Vec<u8>,
        /// The reason in the operating system's words.
        reason: String,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Line { number, line, reason } => {
                let line = String::from_utf8_lossy(line);
                writeln!(f, "Reading the configuration file, at line {number}")?;
                writeln!(f, ">>> '{line}'")?;
                f.write_str(reason)
            }
            LoadError::Whole(reason) => f.write_str(reason),
            LoadError::Unreadable { path, reason } => {
                let path = String::from_utf8_lossy(path);
                write!(f, "Fatal error, can't open config file '{path}': {reason}")
            }
        }
    }
}

impl Config {
    /// Reads a whole configuration: file, standard input and command line put together.
    ///
    /// # Errors
    /// The first line that is wrong. The lines before it have been taken.
    pub fn load(&self, text: &[u8], host: &mut dyn LoadHost) -> Result<Loaded, LoadError> {
        let mut loaded = Loaded::default();
        self.load_text(text, host, &mut loaded, 0)?;
        if self.flag(Id::CLUSTER_ENABLED) && !self.text(Id::REPLICAOF).is_empty() {
            let reason = "replicaof directive not allowed in cluster mode";
            return Err(LoadError::Whole(reason.into()));
        }
        Ok(loaded)
    }

    fn load_text(
        &self,
        text: &[u8],
        host: &mut dyn LoadHost,
        loaded: &mut Loaded,
        depth: usize,
    ) -> Result<(), LoadError> {
        for line in lines(text) {
            let fail = |reason: Complaint| LoadError::Line {
                number: line.number,
                line: line.text.to_vec(),
                reason,
            };
            let args = line.args().map_err(|reason| fail(reason.into()))?;
            let Some((name, rest)) = args.split_first() else { continue };
            let rest: Vec<&[u8]> = rest.iter().map(Vec::as_slice).collect();
            if let Some(id) = Id::find(name) {
                self.load_directive(id, &rest, host, loaded).map_err(fail)?;
            } else if let (b"include", &[pattern]) = (name.as_slice(), rest.as_slice()) {
                if depth == NESTING_MAX {
                    return Err(fail("include lines are nested too deep".into()));
                }
                let text = host
                    .read_included(pattern)
                    .map_err(|(path, reason)| LoadError::Unreadable { path, reason })?;
                self.load_text(&text, host, loaded, depth + 1)?;
            } else {
                load_other(name, &rest, host, loaded).map_err(fail)?;
            }
        }
        Ok(())
    }

    fn load_directive(
        &self,
        id: Id,
        args: &[&[u8]],
        host: &mut dyn LoadHost,
        loaded: &mut Loaded,
    ) -> Result<(), Complaint> {
        let several = id.row().flags.has(Flags::MULTI_ARG);
        if !several && args.len() != 1 {
            return Err("wrong number of arguments".into());
        }
        // `--save "60 1"` is the same as `save 60 1`.
        let split = match args {
            &[arg] if several && !arg.is_empty() => {
                Some(resp::split_args(arg).ok_or("Unbalanced quotes in configuration line")?)
            }
            _ => None,
        };
        let split: Option<Vec<&[u8]>> =
            split.as_ref().map(|words| words.iter().map(Vec::as_slice).collect());
        let args = split.as_deref().unwrap_or(args);
        match id.row().kind {
            Kind::Special(Special::Dir) => {
                let path = host.change_dir(args[0])?;
                self.store(id, Value::text(&path));
                Ok(())
            }
            Kind::Special(Special::Save) => self.load_save(args, loaded),
            _ => self.set(id, args),
        }
    }

    /// The first `save` line replaces the default, later ones add to it, an empty one clears.
    fn load_save(&self, args: &[&[u8]], loaded: &mut Loaded) -> Result<(), Complaint> {
        let Value::Text(added) = self.parse(Id::SAVE, args)? else { return Ok(()) };
        let before = self.text(Id::SAVE);
        let keep = loaded.save_seen && !added.is_empty();
        loaded.save_seen = true;
        let kept = if keep { words(&before).collect() } else { Vec::new() };
        let all: Vec<&[u8]> = kept.into_iter().chain(words(&added)).collect();
        self.store(Id::SAVE, Value::text(&all.join(&b' ')));
        Ok(())
    }
}

/// Lines that are not directives of the table.
fn load_other(
    name: &[u8],
    args: &[&[u8]],
    host: &dyn LoadHost,
    loaded: &mut Loaded,
) -> Result<(), Complaint> {
    match (name, args) {
        (b"rename-command", &[from, to]) => {
            if !host.command_exists(from) {
                return Err("No such command in rename-command".into());
            }
            let renamed = |rename: &Rename| rename.to.eq_ignore_ascii_case(to);
            if !to.is_empty() && (host.command_exists(to) || loaded.renames.iter().any(renamed)) {
                return Err("Target command name already exists".into());
            }
            loaded.renames.push(Rename { from: from.to_vec(), to: to.to_vec() });
            Ok(())
        }
        (b"user", [name, ..]) => {
            crate::acl::check_declaration(args)?;
            if loaded.users.iter().any(|user| user[0] == *name) {
                let name = String::from_utf8_lossy(name);
                return Err(format!(
                    "Error in user declaration '{name}': Duplicate user found. A user can only be \
                     defined once in config files"
                )
                .into());
            }
            loaded.users.push(args.iter().map(|arg| arg.to_vec()).collect());
            Ok(())
        }
        (b"loadmodule", [path, ..]) => {
            let path = String::from_utf8_lossy(path);
            Err(format!("Modules are not supported: can't load '{path}'").into())
        }
        (b"sentinel", [_, ..]) => Err("sentinel directive while not in sentinel mode".into()),
        (name, [_]) if DROPPED.contains(&name) => Ok(()),
        (dotted, []) if dotted.contains(&b'.') => {
            Err("Module config specified without value".into())
        }
        (dotted, _) if dotted.contains(&b'.') => {
            let name = String::from_utf8_lossy(dotted);
            Err(format!("Modules are not supported: no module has a directive '{name}'").into())
        }
        _ => Err("Bad directive or wrong number of arguments".into()),
    }
}

/// A line of a configuration that is not blank and no comment.
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    /// Without blanks at its ends.
    pub(super) text: &'a [u8],
}

impl Line<'_> {
    /// The arguments; the directive's name, in lower case, is the first.
    pub(super) fn args(&self) -> Result<Vec<Vec<u8>>, &'static str> {
        let mut args =
            resp::split_args(self.text).ok_or("Unbalanced quotes in configuration line")?;
        if let Some(name) = args.first_mut() {
            name.make_ascii_lowercase();
        }
        Ok(args)
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let numbered = text.split(|&byte| byte == b'\n').enumerate();
    numbered
        .map(|(index, line)| Line { number: index + 1, text: trim(line) })
        .filter(|line| !line.text.is_empty() && line.text[0] != b'#')
}

/// Without blanks, tabs and line ends at both ends.
pub(super) fn trim(line: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let start = line.iter().take_while(|byte| blank(byte)).count();
    let end = line.iter().rev().take_while(|byte| blank(byte)).count();
    if start == line.len() { &[] } else { &line[start..line.len() - end] }
}
