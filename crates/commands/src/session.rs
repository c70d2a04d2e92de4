//! The state of one connection that commands see, and the card that other workers see of it.

use crate::acl::Badge;
use crate::args::OwnedArgs;
use crate::pubsub::Kind;
use crate::table::CommandId;
use crate::tracking::{Mode, Tracked};
use engine::Waiter;
use hashbrown::HashSet;
use resp::Proto;
use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether replies are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReplyMode {
    /// Yes.
    #[default]
    On,
    /// No, until further notice.
    Off,
    /// Not the next one.
    SkipNext,
}

/// A queued transaction.
#[derive(Default, Debug)]
pub struct Transaction {
    /// Calls in order.
    pub queue: Vec<(CommandId, OwnedArgs)>,
    /// Queueing failed: EXEC discards.
    pub broken: bool,
    /// Heap bytes of the queue.
    pub memory: usize,
}

/// The keys a transaction watches.
#[derive(Debug, Default)]
pub struct Watch {
    /// Database and key of each.
    pub keys: Vec<(usize, Box<[u8]>)>,
    /// Bytes of the keys and of the entries that they take in the stripes.
    pub memory: usize,
    /// Raised by whoever changes one.
    pub broken: Arc<AtomicBool>,
}

/// A call that waits for its keys.
#[derive(Debug)]
pub struct Blocked {
    /// Entry in the keys' queues.
    pub waiter: Arc<Waiter>,
    /// The call itself.
    pub call: Arc<BlockedCall>,
    /// When to give up.
    pub deadline: Option<i64>,
}

/// What is needed to run a blocked call on another worker.
#[derive(Debug)]
pub struct BlockedCall {
    /// The command.
    pub command: CommandId,
    /// Its arguments.
    pub args: OwnedArgs,
    /// The keys it waits for.
    pub keys: Vec<Box<[u8]>>,
    /// The last change of its client.
    pub ticket: u64,
    /// The database it was called in.
    pub db: usize,
    /// The client's protocol.
    pub proto: Proto,
    /// The client's card.
    pub card: Arc<Card>,
    /// Whose it is.
    pub badge: Badge,
}

/// Names a client is subscribed to; one null pointer for the many that are subscribed to nothing.
#[derive(Default, Debug)]
pub struct Subscriptions(Option<Box<Names>>);

type NameSet = HashSet<Box<[u8]>>;

#[derive(Default, Debug)]
struct Names {
    sets: [NameSet; 3],
    /// Bytes of all names, and of the entries that they take in the registries.
    memory: usize,
}

/// Bytes that a subscription takes beside its name: here, in its worker's registry and in that of
/// the server.
const SUBSCRIPTION_BYTES: usize = 96;

impl Subscriptions {
    /// Whether there is any of any kind.
    #[inline]
    pub fn any(&self) -> bool {
        self.0.is_some()
    }

    /// How many of one kind.
    pub fn len(&self, kind: Kind) -> usize {
        self.0.as_ref().map_or(0, |names| names.sets[kind as usize].len())
    }

    /// Channels and patterns together: what subscribe replies count.
    pub fn count(&self) -> usize {
        self.len(Kind::Channel) + self.len(Kind::Pattern)
    }

    /// The names of one kind.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &[u8]> {
        self.0.iter().flat_map(move |names| &names.sets[kind as usize]).map(|name| &**name)
    }

    /// Adds a name; whether it is new.
    pub fn insert(&mut self, kind: Kind, name: &[u8]) -> bool {
        let names = self.0.get_or_insert_default();
        let is_new = names.sets[kind as usize].insert(name.into());
        names.memory += if is_new { SUBSCRIPTION_BYTES + name.len() } else { 0 };
        is_new
    }

    /// Takes a name out; whether it was there.
    pub fn remove(&mut self, kind: Kind, name: &[u8]) -> bool {
        let Some(names) = &mut self.0 else { return false };
        let removed = names.sets[kind as usize].remove(name);
        names.memory -= if removed { SUBSCRIPTION_BYTES + name.len() } else { 0 };
        if names.sets.iter().all(NameSet::is_empty) {
            self.0 = None;
        }
        removed
    }
}

/// One connection as its own worker and its commands see it.
#[derive(Debug)]
pub struct Session {
    /// What others see.
    pub card: Arc<Card>,
    /// Protocol of its replies.
    pub proto: Proto,
    /// The current database.
    pub db: usize,
    /// Whether it gave a password, or needed none when it connected.
    pub authenticated: bool,
    /// Who it is, and what that permits.
    pub badge: Badge,
    /// Its queued transaction.
    pub multi: Option<Transaction>,
    /// Its watched keys.
    pub watch: Option<Watch>,
    /// Its subscriptions.
    pub subs: Subscriptions,
    /// Its blocked call.
    pub blocked: Option<Blocked>,
    /// The arguments under which the call that is about to wait runs again, if not its own.
    pub waits_as: Option<OwnedArgs>,
    /// Its next request waits for the end of a pause.
    pub postponed: bool,
    /// Whether it gets replies.
    pub reply_mode: ReplyMode,
    /// What it keeps of its tracking.
    pub tracking: Option<Box<Tracked>>,
    /// Gets a line for each call of anybody.
    pub monitors: bool,
    /// Its reads do not touch the eviction clock.
    pub no_touch: bool,
    /// Its calls come from a log.
    pub replays: bool,
    /// The last of its changes in the journals' order.
    pub last_ticket: u64,
    /// What it called last.
    pub last_command: Option<CommandId>,
    /// How many commands it ran.
    pub calls: u64,
    shown: Face,
    shown_ms: i64,
}

impl Session {
    /// A new connection, which has given no password yet.
    pub fn connect(card: Arc<Card>, acl: &crate::acl::Acl) -> Self {
        Self::new(card, acl.is_open(), acl.badge())
    }

    /// Whose calls come from a log: everything is allowed.
    pub fn replaying(card: Arc<Card>, acl: &crate::acl::Acl) -> Self {
        Self { replays: true, ..Self::new(card, true, acl.badge()) }
    }

    fn new(card: Arc<Card>, authenticated: bool, badge: Badge) -> Self {
        Self {
            card,
            proto: Proto::Resp2,
            db: 0,
            authenticated,
            badge,
            multi: None,
            watch: None,
            subs: Subscriptions::default(),
            blocked: None,
            postponed: false,
            waits_as: None,
            reply_mode: ReplyMode::On,
            tracking: None,
            monitors: false,
            no_touch: false,
            shown: Face { db: 0, command: None, proto: Proto::Resp2, is_plain: false },
            shown_ms: 0,
            replays: false,
            last_ticket: 0,
            last_command: None,
            calls: 0,
        }
    }

    /// A stand-in under which a blocked call is served by another client.
    pub fn guest(call: &BlockedCall) -> Self {
        let mut guest = Self::new(Arc::clone(&call.card), true, call.badge.clone());
        guest.proto = call.proto;
        guest.db = call.db;
        guest
    }

    /// A stand-in for work that no client asks for.
    pub(crate) fn nobody(acl: &crate::acl::Acl) -> Self {
        let none = Box::<str>::default;
        let at = CardAddress { addr: none(), laddr: none(), fd: -1, unix: false };
        Self::new(Arc::new(Card::new(0, 0, at, 0)), true, acl.badge())
    }

    /// The client's number.
    pub fn id(&self) -> u64 {
        self.card.id
    }

    /// Heap bytes of its transaction, watches, subscriptions, prefixes and waiting call. O(1).
    pub fn memory(&self) -> usize {
        self.multi.as_ref().map_or(0, |multi| multi.memory)
            + self.watch.as_ref().map_or(0, |watch| watch.memory)
            + self.subs.0.as_ref().map_or(0, |names| names.memory)
            + self.tracking.as_ref().map_or(0, |tracked| tracked.memory)
            + self.blocked.as_ref().map_or(0, |blocked| blocked.call.args.memory())
    }

    /// Whether the reply to a blocked call is sent, now that it is there.
    pub fn hears_late_reply(&mut self) -> bool {
        match self.reply_mode {
            ReplyMode::On => true,
            ReplyMode::Off => false,
            ReplyMode::SkipNext => {
                self.reply_mode = ReplyMode::On;
                false
            }
        }
    }

    /// RESP2 subscribers may only subscribe, unsubscribe, ping, quit and reset.
    pub fn is_restricted(&self) -> bool {
        self.proto == Proto::Resp2 && self.subs.any()
    }

    /// Has the next [`Session::publish_changes`] publish: what it cannot see has changed.
    pub(crate) fn show_soon(&mut self) {
        self.shown.is_plain = false;
    }

    /// Publishes if the card shows something else, or counts that are a quarter of a second old;
    /// whether it did. The card's cache lines are left alone otherwise.
    #[inline]
    pub fn publish_changes(&mut self, now: i64) -> bool {
        let face = self.face();
        let stale = !face.is_plain || face != self.shown || now - self.shown_ms >= 250;
        if stale {
            self.publish(now);
        }
        stale
    }

    fn face(&self) -> Face {
        Face {
            db: self.db as u32,
            command: self.last_command,
            proto: self.proto,
            is_plain: self.multi.is_none()
                && self.watch.is_none()
                && self.blocked.is_none()
                && !self.postponed
                && !self.subs.any()
                && !self.no_touch
                && !self.monitors,
        }
    }

    /// Publishes what `CLIENT LIST` shows of this session. Relaxed stores.
    pub fn publish(&mut self, now: i64) {
        self.shown = self.face();
        self.shown_ms = now;
        let card = &self.card;
        card.last_ms.store(now, Ordering::Relaxed);
        card.db.store(self.db as u32, Ordering::Relaxed);
        if let Some(command) = self.last_command {
            card.command.store(command.0, Ordering::Relaxed);
        }
        card.commands.store(self.calls, Ordering::Relaxed);
        card.channels.store(self.subs.len(Kind::Channel) as u32, Ordering::Relaxed);
        card.patterns.store(self.subs.len(Kind::Pattern) as u32, Ordering::Relaxed);
        card.shards.store(self.subs.len(Kind::Shard) as u32, Ordering::Relaxed);
        let queued = self.multi.as_ref().map_or(-1, |multi| multi.queue.len() as i64);
        card.multi.store(queued, Ordering::Relaxed);
        let watched = self.watch.as_ref().map_or(0, |watch| watch.keys.len() as u32);
        card.watched.store(watched, Ordering::Relaxed);
        let memory = self.multi.as_ref().map_or(0, |multi| multi.memory as u64);
        card.multi_memory.store(memory, Ordering::Relaxed);
        card.resp.store(if self.proto == Proto::Resp3 { 3 } else { 2 }, Ordering::Relaxed);
        let mut flags = 0;
        let broken = self.watch.as_ref().is_some_and(|w| w.broken.load(Ordering::Relaxed));
        for (bit, on) in [
            (Card::MULTI, self.multi.is_some()),
            (Card::BLOCKED, self.blocked.is_some()),
            (Card::POSTPONED, self.postponed),
            (Card::SUBSCRIBED, self.subs.any()),
            (Card::BROKEN, broken),
            (Card::NO_TOUCH, self.no_touch),
            (Card::MONITORS, self.monitors),
        ] {
            flags |= if on { bit } else { 0 };
        }
        card.set_flags(flags);
    }
}

/// What of a session's card was shown last, as far as it changes often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Face {
    db: u32,
    command: Option<CommandId>,
    proto: Proto,
    /// No transaction, watch, subscription, wait or flag.
    is_plain: bool,
}

/// What is known of a connection outside of its worker. Single writer, relaxed.
#[derive(Debug)]
pub struct Card {
    /// The client's number, never reused.
    pub id: u64,
    /// The worker that owns it.
    pub worker: usize,
    /// Peer address, `ip:port` or `path:0`.
    pub addr: Box<str>,
    /// Local address.
    pub laddr: Box<str>,
    /// File descriptor.
    pub fd: i32,
    /// When it connected, Unix milliseconds.
    pub since_ms: i64,
    /// Last command.
    pub last_ms: AtomicI64,
    /// Current database.
    pub db: AtomicU32,
    /// Subscribed channels.
    pub channels: AtomicU32,
    /// Subscribed patterns.
    pub patterns: AtomicU32,
    /// Subscribed shard channels.
    pub shards: AtomicU32,
    /// Queued calls; -1 outside of MULTI.
    pub multi: AtomicI64,
    /// Watched keys.
    pub watched: AtomicU32,
    /// Bytes of the queue.
    pub multi_memory: AtomicU64,
    /// Protocol, 2 or 3.
    pub resp: AtomicU8,
    /// Last command's number.
    pub command: AtomicU16,
    /// Unparsed input bytes.
    pub query_bytes: AtomicU64,
    /// Room left in the input buffer.
    pub query_free: AtomicU64,
    /// Bytes of the arguments of the unfinished request.
    pub argv_bytes: AtomicU64,
    /// Output bytes that wait.
    pub output_bytes: AtomicU64,
    /// All memory of the connection.
    pub memory: AtomicU64,
    /// Bytes received.
    pub net_in: AtomicU64,
    /// Bytes sent.
    pub net_out: AtomicU64,
    /// Commands run.
    pub commands: AtomicU64,
    flags: AtomicU32,
    tracking: AtomicU32,
    redirect: AtomicU64,
    /// `CLIENT NO-EVICT`.
    pub no_evict: AtomicBool,
    /// Its end was asked for.
    pub doomed: AtomicBool,
    /// Texts that change seldom.
    texts: Mutex<CardTexts>,
}

/// Texts of a connection.
#[derive(Clone, Debug)]
pub struct CardTexts {
    /// `CLIENT SETNAME`.
    pub name: Box<[u8]>,
    /// `CLIENT SETINFO LIB-NAME`.
    pub lib_name: Box<[u8]>,
    /// `CLIENT SETINFO LIB-VER`.
    pub lib_ver: Box<[u8]>,
    /// The user it runs as.
    pub user: Box<[u8]>,
}

/// Where a connection is, for its card.
#[derive(Clone, Debug)]
pub struct CardAddress {
    /// Peer.
    pub addr: Box<str>,
    /// Local.
    pub laddr: Box<str>,
    /// File descriptor.
    pub fd: i32,
    /// Came through a unix socket.
    pub unix: bool,
}

impl Card {
    /// In MULTI.
    pub const MULTI: u32 = 1;
    /// Waits in a blocking call.
    pub const BLOCKED: u32 = 2;
    /// Has subscriptions.
    pub const SUBSCRIBED: u32 = 4;
    /// A watched key changed.
    pub const BROKEN: u32 = 8;
    /// `CLIENT NO-TOUCH`.
    pub const NO_TOUCH: u32 = 16;
    /// Came through a unix socket.
    pub const UNIX: u32 = 32;
    /// Held by `CLIENT PAUSE`.
    pub const POSTPONED: u32 = 64;

    /// Gets MONITOR's lines.
    pub const MONITORS: u32 = 128;

    /// A card for a new connection.
    pub fn new(id: u64, worker: usize, at: CardAddress, now: i64) -> Self {
        let texts = CardTexts {
            name: Box::default(),
            lib_name: Box::default(),
            lib_ver: Box::default(),
            user: b"default"[..].into(),
        };
        Self {
            id,
            worker,
            addr: at.addr,
            laddr: at.laddr,
            fd: at.fd,
            since_ms: now,
            last_ms: AtomicI64::new(now),
            db: AtomicU32::new(0),
            channels: AtomicU32::new(0),
            patterns: AtomicU32::new(0),
            shards: AtomicU32::new(0),
            multi: AtomicI64::new(-1),
            watched: AtomicU32::new(0),
            multi_memory: AtomicU64::new(0),
            resp: AtomicU8::new(2),
            command: AtomicU16::new(u16::MAX),
            query_bytes: AtomicU64::new(0),
            query_free: AtomicU64::new(0),
            argv_bytes: AtomicU64::new(0),
            output_bytes: AtomicU64::new(0),
            memory: AtomicU64::new(0),
            net_in: AtomicU64::new(0),
            net_out: AtomicU64::new(0),
            commands: AtomicU64::new(0),
            flags: AtomicU32::new(if at.unix { Self::UNIX } else { 0 }),
            tracking: AtomicU32::new(0),
            redirect: AtomicU64::new(0),
            no_evict: AtomicBool::new(false),
            doomed: AtomicBool::new(false),
            texts: Mutex::new(texts),
        }
    }

    /// Its texts, locked. Never held while anything else is locked.
    pub fn texts(&self) -> MutexGuard<'_, CardTexts> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all of `bits` are set.
    pub fn has(&self, bits: u32) -> bool {
        self.flags.load(Ordering::Relaxed) & bits == bits
    }

    /// How it tracks.
    #[inline]
    pub fn tracking(&self) -> Mode {
        Mode(self.tracking.load(Ordering::Acquire))
    }

    /// Who is told instead of it; 0 if nobody.
    pub fn redirect(&self) -> u64 {
        self.redirect.load(Ordering::Acquire)
    }

    /// What CLIENT LIST shows of that: -1 without tracking.
    pub fn redirect_shown(&self) -> i64 {
        if self.tracking().has(Mode::ON) { self.redirect() as i64 } else { -1 }
    }

    /// Tracks from now on like this.
    pub(crate) fn set_tracking(&self, mode: Mode, redirect: u64) {
        self.redirect.store(redirect, Ordering::Release);
        self.tracking.store(mode.0, Ordering::Release);
    }

    /// Sets and clears bits of how it tracks.
    pub(crate) fn change_tracking(&self, set: u32, clear: u32) {
        self.tracking.fetch_or(set, Ordering::AcqRel);
        self.tracking.fetch_and(!clear, Ordering::AcqRel);
    }

    /// The protocol it speaks.
    pub fn proto(&self) -> Proto {
        if self.resp.load(Ordering::Acquire) == 3 { Proto::Resp3 } else { Proto::Resp2 }
    }

    /// Shows at once what decides how it is told: others look at it before the batch ends.
    pub(crate) fn show_reach(&self, proto: Proto, subscribes: bool) {
        self.resp.store(if proto == Proto::Resp3 { 3 } else { 2 }, Ordering::Release);
        if subscribes {
            self.flags.fetch_or(Self::SUBSCRIBED, Ordering::AcqRel);
        } else {
            self.flags.fetch_and(!Self::SUBSCRIBED, Ordering::AcqRel);
        }
    }

    fn set_flags(&self, flags: u32) {
        let unix = self.flags.load(Ordering::Relaxed) & Self::UNIX;
        self.flags.store(flags | unix, Ordering::Relaxed);
    }
}
