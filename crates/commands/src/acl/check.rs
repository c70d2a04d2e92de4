//! Whether a user may make a call: its command, the keys and channels it names, its databases.
//!
//! Keys are those that [`keys_of`] finds, which is what dispatch locks and what handlers use. A
//! call whose keys cannot be told is not allowed to a user with key patterns, so that nothing
//! depends on how a handler reads its arguments. Behaviour and texts: redis-server 7.0.15;
//! databases: Valkey 9.1.

use super::log::Denied;
use super::rule::KeyPattern;
use super::selector::Selector;
use super::user::Rules;
use crate::args::Args;
use crate::error::CommandError;
use crate::keys_of::{KeyUses, KeysError, has_keys, keys_of};
use crate::session::Session;
use crate::shared::Shared;
use crate::spec::{Category, Flags, KeyFlags};
use crate::table::Entry;
use crate::text::glob;
use crate::text::int::parse_i64;

/// What is not allowed. The order is that in which of several reasons one is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// The command.
    Command,
    /// A database.
    Database,
    /// A key.
    Key,
    /// The user and password of AUTH: only ever in the log.
    Auth,
    /// The user that a certificate names: only ever in the log.
    Certificate,
    /// A channel.
    Channel,
}

/// A call that is not allowed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Denial {
    /// What of it.
    pub reason: Reason,
    /// The argument at fault; 0 is the command.
    pub at: usize,
}

/// Where a call is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// As it comes from a client.
    Toplevel,
    /// As it is queued by MULTI.
    Queue,
    /// As EXEC runs it.
    Exec,
    /// As a script makes it.
    Script,
}

/// One call to be checked.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Its command.
    pub entry: &'a Entry,
    /// Its arguments.
    pub args: Args<'a>,
    /// The database it would run in.
    pub db: usize,
}

/// Whether the client may make a call now; the reply to give if not. What is denied is counted and
/// logged. One comparison for clients that may do everything. For scripts, EXEC and blocked calls,
/// whose clients passed the door before.
///
/// # Errors
/// The reply.
pub fn check(
    shared: &Shared,
    session: &mut Session,
    call: Call<'_>,
    place: Place,
    now: i64,
) -> Result<(), CommandError> {
    if session.badge.passes(&shared.acl) || session.replays {
        return Ok(());
    }
    let known = session.authenticated || shared.acl.is_open();
    let Err(denial) = may(session.badge.refresh(&shared.acl, known), call) else { return Ok(()) };
    shared.acl.note(shared, session, &Denied::of_call(denial, call, place), now);
    Err(reply(denial, call.entry, place))
}

/// What a denied call is answered.
fn reply(denial: Denial, entry: &Entry, place: Place) -> CommandError {
    let text = match (place, denial.reason) {
        (_, Reason::Database) => "NOPERM No permissions to access database".to_owned(),
        (Place::Script, reason) => {
            let reason = match reason {
                Reason::Command => "can't run this command or subcommand",
                Reason::Key => {
                    "can't access at least one of the keys mentioned in the command arguments"
                }
                _ => "can't publish to the channel mentioned in the command",
            };
            format!("ERR The user executing the script {reason}")
        }
        (Place::Exec, reason) => {
            let reason = match reason {
                Reason::Command => "no permission to execute the command or subcommand",
                Reason::Key => "no permission to touch the specified keys",
                _ => "no permission to access one of the channels used as arguments",
            };
            format!(
                "NOPERM ACLs rules changed between the moment the transaction was accumulated and \
                 the EXEC call. This command is no longer allowed for the following reason: {reason}"
            )
        }
        (_, Reason::Command) => {
            let name = &entry.full_name;
            format!("NOPERM this user has no permissions to run the '{name}' command")
        }
        (_, Reason::Key) => "NOPERM this user has no permissions to access one of the keys used \
                             as arguments"
            .to_owned(),
        _ => "NOPERM this user has no permissions to access one of the channels used as arguments"
            .to_owned(),
    };
    CommandError::owned(text)
}

/// Whether rules allow a call: one selector has to allow all of it.
///
/// # Errors
/// The most telling of the selectors' denials.
pub fn may(rules: &Rules, call: Call<'_>) -> Result<(), Denial> {
    let mut worst = Denial { reason: Reason::Command, at: 0 };
    let mut keys = None;
    for selector in rules.all() {
        match allows(selector, call, &mut keys) {
            Ok(()) => return Ok(()),
            Err(denial) => worst = worst.max(denial),
        }
    }
    Err(worst)
}

/// Whether rules allow a call, and beside it any key to be read: SORT looks up keys that it makes
/// from elements.
pub fn may_reading_any_key(rules: &Rules, call: Call<'_>) -> bool {
    let mut keys = None;
    let reads_all = |selector: &Selector| {
        let all = |pattern: &KeyPattern| pattern.read && *pattern.glob == *b"*";
        selector.all_keys || selector.keys.iter().any(all)
    };
    rules.all().any(|one| reads_all(one) && allows(one, call, &mut keys).is_ok())
}

/// The keys of a call, found once for all selectors.
type FoundKeys = Option<Result<KeyUses, KeysError>>;

fn allows(selector: &Selector, call: Call<'_>, found: &mut FoundKeys) -> Result<(), Denial> {
    let deny = |reason, at| Err(Denial { reason, at });
    if !allows_command(selector, call) {
        return deny(Reason::Command, 0);
    }
    if let Some(at) = denied_database(selector, call) {
        return deny(Reason::Database, at);
    }
    let command = call.entry.command;
    if !selector.all_keys && has_keys(command) {
        match found.get_or_insert_with(|| keys_of(command, call.args)) {
            Ok(keys) => {
                let denied = |flags, at| !allows_key(&selector.keys, call.args.at(at), flags);
                if let Some(key) = keys.iter().find(|key| denied(key.flags, key.index)) {
                    return deny(Reason::Key, key.index);
                }
            }
            Err(KeysError) if command.flags.has(Flags::NO_MANDATORY_KEYS) => {}
            Err(KeysError) => return deny(Reason::Key, 0),
        }
    }
    if !selector.all_channels
        && let Some(at) = denied_channel(selector, call)
    {
        return deny(Reason::Channel, at);
    }
    Ok(())
}

fn allows_command(selector: &Selector, call: Call<'_>) -> bool {
    let id = call.entry.id;
    if selector.commands.has(id) || call.entry.command.flags.has(Flags::NO_AUTH) {
        return true;
    }
    let at = if call.entry.parent.is_some() { 2 } else { 1 };
    let Some(arg) = call.args.get(at) else { return false };
    let known = selector.first_args.get(&id.0).into_iter().flatten();
    known.into_iter().any(|one| one.eq_ignore_ascii_case(arg))
}

fn allows_key(patterns: &[KeyPattern], key: &[u8], flags: KeyFlags) -> bool {
    const CHANGES: KeyFlags = KeyFlags::INSERT.and(KeyFlags::DELETE).and(KeyFlags::UPDATE);
    let (reads, writes) = (flags.has(KeyFlags::ACCESS), flags.has(CHANGES));
    patterns.iter().any(|pattern| {
        (pattern.read || !reads) && (pattern.write || !writes) && glob::matches(&pattern.glob, key)
    })
}

/// The argument that names a channel which is not allowed.
fn denied_channel(selector: &Selector, call: Call<'_>) -> Option<usize> {
    if !call.entry.command.flags.has(Flags::PUBSUB) || call.entry.parent.is_some() {
        return None;
    }
    let (channels, is_pattern) = match call.entry.command.name {
        "publish" | "spublish" => (1..2, false),
        "subscribe" | "ssubscribe" => (1..call.args.len(), false),
        "psubscribe" => (1..call.args.len(), true),
        _ => return None,
    };
    channels.into_iter().find(|at| !allows_channel(selector, call.args.at(*at), is_pattern))
}

/// Whether a channel is allowed; a pattern only if it is allowed as it stands.
pub(super) fn allows_channel(selector: &Selector, name: &[u8], is_pattern: bool) -> bool {
    let fits = |glob: &[u8]| if is_pattern { *glob == *name } else { glob::matches(glob, name) };
    selector.all_channels || selector.channels.iter().any(|glob| fits(glob))
}

/// The argument that names a database which is not allowed; 0 for the one that the call runs in.
fn denied_database(selector: &Selector, call: Call<'_>) -> Option<usize> {
    let allowed = selector.databases.as_ref()?;
    let has = |db: i64| allowed.iter().any(|one| i64::from(*one) == db);
    let command = call.entry.command;
    let number = |at: usize| call.args.get(at).and_then(parse_i64);
    // What is no number is refused by the handler.
    let denied = |at: &usize| number(*at).is_some_and(|db| !has(db));
    match command.name {
        "flushall" => return Some(0),
        "select" => return [1].into_iter().find(denied),
        "swapdb" => return [1, 2].into_iter().find(denied),
        _ => {}
    }
    let uses_current = has_keys(command)
        || command.flags.has(Flags::NO_MANDATORY_KEYS.and(Flags::MOVABLEKEYS))
        || command.categories().has(Category::KEYSPACE);
    if uses_current && !has(call.db as i64) {
        return Some(0);
    }
    match command.name {
        "move" => [2].into_iter().find(denied),
        // Every word that may be the option, whatever stands before it.
        "copy" => (4..call.args.len()).find(|at| call.args.is(at - 1, "db") && denied(at)),
        _ => None,
    }
}
