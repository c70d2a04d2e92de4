//! Client-side caching: who has read which key, and telling them when it changes.
//!
//! ```text
//! shards[hash of key]: key -> readers, by client          written under the stripe of the key
//! listeners: prefix -> clients in broadcast mode; client -> who redirects to it; all trackers
//! ```
//! A read by a tracking client is remembered under the locks of the read, and a change is looked up
//! after it, so no change is missed; at worst one is told that was read already. A key is told
//! once: to be told again it has to be read again. What is told goes to the client's worker as
//! mail, behind the replies that are on their way there; to the caller itself behind its own reply.
//!
//! Without tracking clients one bit of the server's switches is clear, and none of this runs.
//! Behaviour: redis-server 7.0.15. Beyond it: a client whose redirection dies is told at once, and
//! one to whom a tracking client redirected is told to drop everything when that one dies.

mod commands;
mod tell;

pub(crate) use commands::{client_caching, client_getredir, client_tracking, client_trackinginfo};

use crate::cx::Cx;
use crate::keys_of::keys_of;
use crate::session::{Card, Session};
use crate::shared::{Message, Shared};
use crate::spec::{Category, Flags, KeyFlags};
use crate::switches::Switches;
use crate::table::Entry;
use crate::{Args, config::Id};
use engine::{Class, Event, KeyEvent};
use hashbrown::{HashMap, hash_map};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tell::{Payload, send};

/// How a client tracks: bits on its card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mode(pub u32);

impl Mode {
    /// It does.
    pub const ON: u32 = 1;
    /// It is told of all keys with its prefixes.
    pub const BCAST: u32 = 2;
    /// Reads are remembered only after CLIENT CACHING YES.
    pub const OPTIN: u32 = 4;
    /// Reads are not remembered after CLIENT CACHING NO.
    pub const OPTOUT: u32 = 8;
    /// It is not told of its own changes.
    pub const NOLOOP: u32 = 16;
    /// Whom it redirects to is gone.
    pub const BROKEN: u32 = 32;
    /// CLIENT CACHING was called just now.
    pub const CACHING: u32 = 64;

    /// Whether any of `bits` is set.
    pub fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// Readers of a key, by client number.
type Readers = Vec<(u64, Arc<Card>)>;
type Shard = HashMap<Box<[u8]>, Readers>;

/// Shards of the table of keys: a read locks one of them.
const SHARDS: usize = 256;
/// Keys that are dropped at once when there are too many.
const DROP_MAX: usize = 10_000;

/// What is known of tracking clients.
#[derive(Debug)]
pub struct Tracking {
    shards: Box<[Mutex<Shard>]>,
    keys: AtomicUsize,
    items: AtomicUsize,
    /// Prefixes: changes look at no lock while there is none.
    prefixes: AtomicUsize,
    listeners: RwLock<Listeners>,
}

#[derive(Default, Debug)]
struct Listeners {
    all: BTreeMap<u64, Arc<Card>>,
    prefixes: BTreeMap<Box<[u8]>, BTreeMap<u64, Arc<Card>>>,
    /// Who redirects to a client.
    redirects: HashMap<u64, BTreeSet<u64>>,
}

impl Default for Tracking {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            keys: AtomicUsize::new(0),
            items: AtomicUsize::new(0),
            prefixes: AtomicUsize::new(0),
            listeners: RwLock::default(),
        }
    }
}

/// Figures for INFO.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) clients: usize,
    pub(crate) keys: usize,
    pub(crate) items: usize,
    pub(crate) prefixes: usize,
}

impl Tracking {
    pub(crate) fn figures(&self) -> Figures {
        Figures {
            clients: self.read().all.len(),
            keys: self.keys.load(Relaxed),
            items: self.items.load(Relaxed),
            prefixes: self.prefixes.load(Relaxed),
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Listeners> {
        self.listeners.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Listeners> {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn shard(&self, key: &[u8]) -> MutexGuard<'_, Shard> {
        lock(&self.shards[engine::hash(key) as usize % SHARDS])
    }

    /// Notes that a client has read a key.
    fn add(&self, key: &[u8], card: &Arc<Card>) {
        let mut shard = self.shard(key);
        let readers = match shard.entry_ref(key) {
            hash_map::EntryRef::Occupied(entry) => entry.into_mut(),
            hash_map::EntryRef::Vacant(entry) => {
                self.keys.fetch_add(1, Relaxed);
                entry.insert(Vec::new())
            }
        };
        if let Err(place) = readers.binary_search_by_key(&card.id, |(id, _)| *id) {
            readers.insert(place, (card.id, Arc::clone(card)));
            self.items.fetch_add(1, Relaxed);
        }
    }

    /// Takes out who has read a key.
    fn take(&self, key: &[u8]) -> Readers {
        let readers = self.shard(key).remove(key);
        if let Some(readers) = &readers {
            self.keys.fetch_sub(1, Relaxed);
            self.items.fetch_sub(readers.len(), Relaxed);
        }
        readers.unwrap_or_default()
    }

    /// Forgets all keys.
    fn clear(&self) {
        for shard in &self.shards {
            let old = std::mem::take(&mut *lock(shard));
            self.keys.fetch_sub(old.len(), Relaxed);
            self.items.fetch_sub(old.values().map(Vec::len).sum(), Relaxed);
        }
    }

    /// Any key of the shards from `from` on.
    fn any_key(&self, from: usize) -> Option<Box<[u8]>> {
        (0..SHARDS)
            .find_map(|step| lock(&self.shards[(from + step) % SHARDS]).keys().next().cloned())
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a session keeps of its tracking.
#[derive(Default, Debug)]
pub struct Tracked {
    /// None begins with another, unless that is empty.
    prefixes: BTreeSet<Box<[u8]>>,
    /// Heap bytes, those of the listeners' side included.
    pub(crate) memory: usize,
}

/// What a prefix takes beside its bytes, which are kept twice: two entries and a map of listeners.
const PREFIX_BYTES: usize = 256;

/// Remembers the keys of a call that reads, under its locks, if its client tracks.
pub(crate) fn remember(cx: &mut Cx<'_>, entry: &Entry, args: Args<'_>) {
    let card = &cx.session.card;
    let mode = card.tracking();
    let flags = entry.command.flags;
    let skips = mode.has(Mode::OPTIN) && !mode.has(Mode::CACHING)
        || mode.has(Mode::OPTOUT) && mode.has(Mode::CACHING);
    // A script reads what it names as soon as one of its calls reads anything.
    let is_script = entry.command.acl.has(Category::SCRIPTING);
    let read = std::mem::take(&mut cx.local.stale.read_inside);
    let reads = if is_script { read } else { flags.has(Flags::READONLY) };
    if !mode.has(Mode::ON) || mode.has(Mode::BCAST) || skips || !reads || flags.has(Flags::PUBSUB) {
        return;
    }
    let found = keys_of(entry.command, args).unwrap_or_default();
    for found in found.iter().filter(|found| !found.flags.has(KeyFlags::NOT_KEY)) {
        cx.server.tracking.add(args.at(found.index), card);
    }
}

/// Ends the effect of CLIENT CACHING: it is for one call, or one transaction.
pub(crate) fn forget_caching(session: &Session, entry: &Entry) {
    let is_client = entry.full_name.starts_with("client|");
    if session.multi.is_none() && !is_client && session.card.tracking().has(Mode::CACHING) {
        session.card.change_tracking(0, Mode::CACHING);
    }
}

/// Takes out the readers of what changed since the last look, so that what the same transaction
/// reads after a change is not told of that change.
pub(crate) fn withdraw(cx: &mut Cx<'_>) {
    let stale = &mut cx.local.stale;
    let events = &cx.keys.effects().events;
    withdraw_from(cx.server, stale, events);
}

fn withdraw_from(shared: &Shared, stale: &mut Stale, events: &[KeyEvent]) {
    for event in events.get(stale.seen..).unwrap_or_default() {
        if changes_value(event) && event.event != Event::FLUSH {
            let readers = shared.tracking.take(&event.key);
            if !readers.is_empty() {
                stale.keys.push((event.key.clone(), readers));
            }
        }
    }
    stale.seen = events.len();
}

/// After a call of a script, for its client.
#[cold]
pub(crate) fn inner_call(cx: &mut Cx<'_>, entry: &Entry) {
    withdraw(cx);
    cx.local.stale.read_inside |= entry.command.flags.has(Flags::READONLY);
}

/// Keys that changed and whose readers are to be told.
#[derive(Default, Debug)]
pub struct Stale {
    /// Events of the call that were looked at.
    seen: usize,
    keys: Vec<(Box<[u8]>, Readers)>,
    /// A call of the script that runs has read.
    read_inside: bool,
}

fn changes_value(event: &KeyEvent) -> bool {
    event.event.class as u32 & Class::CHANGE != 0
}

/// Tells of what one call changed. Holds no stripe.
#[cold]
pub(crate) fn changed(cx: &mut Cx<'_>, events: &[KeyEvent]) {
    let taken = cx.server.host.taken();
    tell_of(cx, events);
    cx.local.told_bytes += cx.server.host.taken() - taken;
}

fn tell_of(cx: &mut Cx<'_>, events: &[KeyEvent]) {
    let mut stale = std::mem::take(&mut cx.local.stale);
    withdraw_from(cx.server, &mut stale, events);
    let own = Arc::clone(&cx.session.card);
    let (shared, mut told) = (cx.server, Vec::new());
    let mut tell = |card: &Arc<Card>, bytes: Arc<[u8]>| {
        if card.id == own.id {
            told.push((own.id, bytes));
        } else {
            post(shared, card, bytes);
        }
    };
    for (key, readers) in stale.keys {
        tell_readers(shared, &key, readers, Some(own.id), &mut tell);
    }
    let changes = Changes::of(events);
    if changes.everything {
        tell_all(shared, &mut tell);
    }
    for (card, keys) in listening(shared, &changes, Some(own.id)) {
        if card.id == own.id {
            broadcast(shared, cx.session, &keys, &mut tell);
        } else {
            shared.host.post(card.worker, Message::Changed { client: card.id, keys });
        }
    }
    cx.local.outbox.extend(told);
}

/// Tells of what the sweep for expired keys removed.
pub fn swept(shared: &Shared, events: &[KeyEvent]) {
    if !shared.switches.has(Switches::TRACKED) {
        return;
    }
    let mut tell = |card: &Arc<Card>, bytes| post(shared, card, bytes);
    let changes = Changes::of(events);
    for key in changes.keys.keys() {
        tell_readers(shared, key, shared.tracking.take(key), None, &mut tell);
    }
    for (card, keys) in listening(shared, &changes, None) {
        shared.host.post(card.worker, Message::Changed { client: card.id, keys });
    }
}

/// Tells a client in broadcast mode of the keys that its user may read. On its worker.
pub fn broadcast(
    shared: &Shared,
    session: &mut Session,
    keys: &[Box<[u8]>],
    tell: &mut dyn FnMut(&Arc<Card>, Arc<[u8]>),
) {
    let card = Arc::clone(&session.card);
    if !card.tracking().has(Mode::BCAST) {
        return;
    }
    let seen: Vec<&[u8]> = if session.badge.passes(&shared.acl) {
        keys.iter().map(|key| &**key).collect()
    } else {
        let rules = session.badge.refresh(&shared.acl, true);
        let may_read = |key: &&[u8]| {
            std::iter::once(&rules.root).chain(&rules.selectors).any(|selector| {
                let fits = |pattern: &crate::acl::rule::KeyPattern| {
                    pattern.read && crate::text::glob::matches(&pattern.glob, key)
                };
                selector.all_keys || selector.keys.iter().any(fits)
            })
        };
        keys.iter().map(|key| &**key).filter(may_read).collect()
    };
    if !seen.is_empty() {
        send(shared, &card, Payload::Keys(&seen), tell);
    }
}

/// Hands bytes to a client through its worker's mail.
pub fn post(shared: &Shared, card: &Arc<Card>, bytes: Arc<[u8]>) {
    shared.host.post(card.worker, Message::Tell { client: card.id, bytes });
}

/// The keys that changed, each once, and whether the caller changed it last: not who let it expire.
struct Changes<'e> {
    keys: BTreeMap<&'e [u8], bool>,
    everything: bool,
}

impl<'e> Changes<'e> {
    fn of(events: &'e [KeyEvent]) -> Self {
        let mut changes = Self { keys: BTreeMap::new(), everything: false };
        for event in events.iter().filter(|event| changes_value(event)) {
            if event.event == Event::FLUSH {
                changes.everything = true;
            } else {
                let by_itself = matches!(event.event.class, Class::Expired | Class::Evicted);
                changes.keys.insert(&event.key, !by_itself);
            }
        }
        changes
    }
}

/// Tells the readers of a changed key.
fn tell_readers(
    shared: &Shared,
    key: &[u8],
    readers: Readers,
    caller: Option<u64>,
    tell: &mut dyn FnMut(&Arc<Card>, Arc<[u8]>),
) {
    for (id, card) in readers {
        let mode = card.tracking();
        let is_own = mode.has(Mode::NOLOOP) && caller == Some(id);
        if mode.has(Mode::ON) && !mode.has(Mode::BCAST) && !is_own {
            send(shared, &card, Payload::Keys(&[key]), tell);
        }
    }
}

/// Tells everybody to drop everything.
fn tell_all(shared: &Shared, tell: &mut dyn FnMut(&Arc<Card>, Arc<[u8]>)) {
    shared.tracking.clear();
    let all: Vec<_> = shared.tracking.read().all.values().cloned().collect();
    for card in all {
        send(shared, &card, Payload::All, tell);
    }
}

/// The clients in broadcast mode that changes concern, with a prefix' keys each.
fn listening(
    shared: &Shared,
    changes: &Changes<'_>,
    caller: Option<u64>,
) -> Vec<(Arc<Card>, Arc<[Box<[u8]>]>)> {
    let mut all = Vec::new();
    if shared.tracking.prefixes.load(Relaxed) == 0 {
        return all;
    }
    let listeners = shared.tracking.read();
    for (prefix, clients) in &listeners.prefixes {
        let fitting = changes.keys.iter().filter(|(key, _)| key.starts_with(prefix));
        let keys: Arc<[Box<[u8]>]> = fitting.clone().map(|(key, _)| Box::from(*key)).collect();
        let others: Arc<[Box<[u8]>]> =
            fitting.filter(|(_, by_caller)| !**by_caller).map(|(key, _)| Box::from(*key)).collect();
        for card in clients.values() {
            let is_own = card.tracking().has(Mode::NOLOOP) && caller == Some(card.id);
            let keys = if is_own { &others } else { &keys };
            if !keys.is_empty() {
                all.push((Arc::clone(card), Arc::clone(keys)));
            }
        }
    }
    all
}

/// Drops keys while there are more than `tracking-table-max-keys`, and tells their readers. `seed`
/// is where it begins.
pub fn keep_limit(shared: &Shared, seed: u64, tell: &mut dyn FnMut(&Arc<Card>, Arc<[u8]>)) {
    let limit = shared.config.size(Id::TRACKING_TABLE_MAX_KEYS) as usize;
    if limit == 0 {
        return;
    }
    let mut at = seed as usize;
    for _ in 0..DROP_MAX {
        if shared.tracking.keys.load(Relaxed) <= limit {
            return;
        }
        let Some(key) = shared.tracking.any_key(at) else { return };
        at = at.wrapping_add(1);
        tell_readers(shared, &key, shared.tracking.take(&key), None, tell);
    }
}

/// Ends a client's tracking.
pub(crate) fn stop(shared: &Shared, session: &mut Session) {
    let card = &session.card;
    let tracked = session.tracking.take();
    if !card.tracking().has(Mode::ON) {
        return;
    }
    let target = card.redirect();
    card.set_tracking(Mode(0), 0);
    let mut listeners = shared.tracking.write();
    listeners.all.remove(&card.id);
    for prefix in tracked.iter().flat_map(|tracked| &tracked.prefixes) {
        if let Some(clients) = listeners.prefixes.get_mut(prefix) {
            clients.remove(&card.id);
            if clients.is_empty() {
                listeners.prefixes.remove(prefix);
            }
        }
    }
    shared.tracking.prefixes.store(listeners.prefixes.len(), Relaxed);
    listeners.unlink(card.id, target);
    if listeners.all.is_empty() {
        shared.switches.clear(Switches::TRACKED);
        shared.tracking.clear();
    }
}

/// A connection ends: who caches on its behalf is told to drop everything, and who redirected to it
/// that nothing will come any more.
pub(crate) fn leave(shared: &Shared, session: &mut Session) {
    if !shared.switches.has(Switches::TRACKED) {
        return;
    }
    let card = Arc::clone(&session.card);
    if card.tracking().has(Mode::ON) && card.redirect() != 0 {
        send(shared, &card, Payload::All, &mut |card, bytes| post(shared, card, bytes));
    }
    stop(shared, session);
    let trackers = shared.tracking.write().redirects.remove(&card.id).unwrap_or_default();
    for id in trackers {
        if let Some(tracker) = shared.clients.get(id) {
            tell::break_redirect(&tracker, &mut |card, bytes| post(shared, card, bytes));
        }
    }
}

impl Listeners {
    fn unlink(&mut self, tracker: u64, target: u64) {
        if let Some(trackers) = self.redirects.get_mut(&target) {
            trackers.remove(&tracker);
            if trackers.is_empty() {
                self.redirects.remove(&target);
            }
        }
    }
}
