//! `ACL LOG`: the latest calls that were not allowed, newest first.
//!
//! Like entries within a minute are one entry that counts. What is kept of a call is the name of
//! its command, or the key or channel at fault; of a failed AUTH the name of the user, never what
//! was given as a password.

use super::check::{Call, Denial, Place, Reason};

/// Entries that a new one is compared with.
const COMPARED: usize = 10;
/// Like entries further apart than this are two.
const SAME_WITHIN_MS: i64 = 60_000;
/// Bytes of a key, channel or name that are kept: clients choose their length.
const KEPT_BYTES: usize = 1024;

/// Something that was not allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub place: Place,
    /// The command, key or channel.
    pub object: Box<[u8]>,
    /// The user that AUTH named; else the client's own.
    pub user: Option<Box<[u8]>>,
}

impl Denied {
    /// A call.
    pub fn of_call(denial: Denial, call: Call<'_>, place: Place) -> Self {
        let name = call.entry.full_name.as_bytes();
        let object = if denial.at > 0 { call.args.at(denial.at) } else { name };
        Self { reason: denial.reason, place, object: cut(object), user: None }
    }

    /// A certificate that names a user who is not there.
    pub fn of_certificate(name: &[u8]) -> Self {
        let place = Place::Toplevel;
        let user = Some(cut(name));
        Self { reason: Reason::Certificate, place, object: cut(b""), user }
    }

    /// A failed AUTH or HELLO.
    pub fn of_login(command: &[u8], user: &[u8], place: Place) -> Self {
        Self { reason: Reason::Auth, place, object: cut(command), user: Some(cut(user)) }
    }
}

fn cut(bytes: &[u8]) -> Box<[u8]> {
    bytes[..bytes.len().min(KEPT_BYTES)].into()
}

/// One entry.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// Its number, never used again.
    pub id: u64,
    /// What.
    pub what: Denied,
    /// Whose.
    pub user: Box<[u8]>,
    /// How often.
    pub count: u64,
    /// When first, Unix milliseconds.
    pub created_ms: i64,
    /// When last.
    pub updated_ms: i64,
    /// The connection, as `CLIENT INFO` shows it.
    pub client: Box<[u8]>,
}

/// The entries.
#[derive(Default, Debug)]
pub struct Log {
    entries: std::collections::VecDeque<LogEntry>,
    next_id: u64,
}

impl Log {
    /// Adds an entry, or counts it with a like one; at most `max` are kept.
    pub fn add(&mut self, what: Denied, user: Box<[u8]>, client: Box<[u8]>, now: i64, max: usize) {
        let is_like = |entry: &LogEntry| {
            entry.what == what
                && entry.user == user
                && (now - entry.updated_ms).abs() <= SAME_WITHIN_MS
        };
        let like = self.entries.iter().take(COMPARED).position(is_like);
        let entry = if let Some(mut entry) = like.and_then(|at| self.entries.remove(at)) {
            entry.count += 1;
            entry.updated_ms = now;
            entry.client = client;
            entry
        } else {
            let id = self.next_id;
            self.next_id += 1;
            LogEntry { id, what, user, count: 1, created_ms: now, updated_ms: now, client }
        };
        self.entries.push_front(entry);
        self.entries.truncate(max);
    }

    /// Forgets all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// The latest `count`, newest first.
    pub fn latest(&self, count: usize) -> Vec<LogEntry> {
        self.entries.iter().take(count).cloned().collect()
    }
}
