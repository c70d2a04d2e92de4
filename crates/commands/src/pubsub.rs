//! Publish and subscribe: who listens where, and how a message gets to them.
//!
//! Each worker keeps the subscribers whose connections it owns ([`LocalSubscribers`]); one
//! registry for all counts, a channel, how many each worker has. PUBLISH looks the channel up
//! once, hands one shared body to each worker that has a listener, and knows the number of
//! receivers at once. The messages of one publisher stay in order: mailboxes are queues.

use crate::text::glob;
use hashbrown::HashMap;
use resp::{Proto, encode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a client subscribed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A channel by name.
    Channel,
    /// All channels that match.
    Pattern,
    /// A shard channel.
    Shard,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Channel, Self::Pattern, Self::Shard];
}

type Counts = HashMap<Box<[u8]>, Vec<u32>>;

/// How many subscribers each worker has, by name.
#[derive(Debug)]
pub struct PubSub {
    workers: usize,
    channels: Mutex<Counts>,
    patterns: Mutex<Counts>,
    shards: Mutex<Counts>,
    /// Subscriptions of all kinds: publishing to nobody costs one load.
    total: AtomicUsize,
}

/// A message on its way.
#[derive(Debug)]
pub struct Publication {
    /// The channel.
    pub channel: Box<[u8]>,
    /// The body.
    pub body: Box<[u8]>,
    /// A shard channel's.
    pub shard: bool,
}

impl PubSub {
    /// Nobody listens yet.
    pub fn new(workers: usize) -> Self {
        Self {
            workers,
            channels: Mutex::default(),
            patterns: Mutex::default(),
            shards: Mutex::default(),
            total: AtomicUsize::new(0),
        }
    }

    fn counts(&self, kind: Kind) -> MutexGuard<'_, Counts> {
        let lock = match kind {
            Kind::Channel => &self.channels,
            Kind::Pattern => &self.patterns,
            Kind::Shard => &self.shards,
        };
        lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more subscriber on a worker.
    pub fn add(&self, kind: Kind, name: &[u8], worker: usize) {
        let mut counts = self.counts(kind);
        let workers = self.workers;
        counts.entry_ref(name).or_insert_with(|| vec![0; workers])[worker] += 1;
        self.total.fetch_add(1, Ordering::Relaxed);
    }

    /// One less.
    pub fn remove(&self, kind: Kind, name: &[u8], worker: usize) {
        let mut counts = self.counts(kind);
        if let Some(row) = counts.get_mut(name) {
            row[worker] = row[worker].saturating_sub(1);
            if row.iter().all(|count| *count == 0) {
                counts.remove(name);
            }
            self.total.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many clients a message to `channel` reaches, and on which workers they are.
    pub fn receivers(&self, channel: &[u8], shard: bool) -> (usize, Vec<bool>) {
        let mut workers = vec![false; self.workers];
        if self.total.load(Ordering::Relaxed) == 0 {
            return (0, workers);
        }
        let mut sum = 0;
        let mut add = |row: &Vec<u32>| {
            for (worker, count) in row.iter().enumerate() {
                sum += *count as usize;
                workers[worker] |= *count > 0;
            }
        };
        if shard {
            self.counts(Kind::Shard).get(channel).map(&mut add);
        } else {
            self.counts(Kind::Channel).get(channel).map(&mut add);
            for (pattern, row) in &*self.counts(Kind::Pattern) {
                if glob::matches(pattern, channel) {
                    add(row);
                }
            }
        }
        (sum, workers)
    }

    /// Names with at least one subscriber; those that match `pattern` if one is given.
    pub fn names(&self, kind: Kind, pattern: Option<&[u8]>) -> Vec<Box<[u8]>> {
        let counts = self.counts(kind);
        let names = counts.keys().filter(|name| pattern.is_none_or(|p| glob::matches(p, name)));
        names.cloned().collect()
    }

    /// Subscribers of one name.
    pub fn count(&self, kind: Kind, name: &[u8]) -> usize {
        self.counts(kind).get(name).map_or(0, |row| row.iter().map(|n| *n as usize).sum())
    }

    /// Number of names with a subscriber.
    pub fn len(&self, kind: Kind) -> usize {
        self.counts(kind).len()
    }
}

/// The subscribers whose connections one worker owns.
#[derive(Default, Debug)]
pub struct LocalSubscribers {
    channels: HashMap<Box<[u8]>, Vec<(u64, Proto)>>,
    patterns: HashMap<Box<[u8]>, Vec<(u64, Proto)>>,
    shards: HashMap<Box<[u8]>, Vec<(u64, Proto)>>,
}

impl LocalSubscribers {
    fn names(&mut self, kind: Kind) -> &mut HashMap<Box<[u8]>, Vec<(u64, Proto)>> {
        match kind {
            Kind::Channel => &mut self.channels,
            Kind::Pattern => &mut self.patterns,
            Kind::Shard => &mut self.shards,
        }
    }

    /// Adds a client to a name.
    pub fn add(&mut self, kind: Kind, name: &[u8], client: u64, proto: Proto) {
        self.names(kind).entry_ref(name).or_default().push((client, proto));
    }

    /// Takes a client away from a name.
    pub fn remove(&mut self, kind: Kind, name: &[u8], client: u64) {
        let names = self.names(kind);
        if let Some(clients) = names.get_mut(name) {
            clients.retain(|(id, _)| *id != client);
            if clients.is_empty() {
                names.remove(name);
            }
        }
    }

    /// Encodes a message for each of its receivers here. One body a protocol and name, shared.
    pub fn deliver(&self, message: &Publication, mut send: impl FnMut(u64, &Arc<[u8]>)) {
        let (channel, body) = (&*message.channel, &*message.body);
        let direct = if message.shard { &self.shards } else { &self.channels };
        if let Some(clients) = direct.get(channel) {
            let word: &[u8] = if message.shard { b"smessage" } else { b"message" };
            fan_out(clients, &[word, channel, body], &mut send);
        }
        if message.shard {
            return;
        }
        for (pattern, clients) in &self.patterns {
            if glob::matches(pattern, channel) {
                fan_out(clients, &[b"pmessage", pattern, channel, body], &mut send);
            }
        }
    }
}

fn fan_out(clients: &[(u64, Proto)], parts: &[&[u8]], send: &mut impl FnMut(u64, &Arc<[u8]>)) {
    let mut encoded: [Option<Arc<[u8]>>; 2] = [None, None];
    for (client, proto) in clients {
        let bytes = encoded[usize::from(*proto == Proto::Resp3)].get_or_insert_with(|| {
            let mut out = Vec::new();
            encode::push_header(&mut out, *proto, parts.len());
            for part in parts {
                encode::bulk(&mut out, part);
            }
            out.into()
        });
        send(*client, bytes);
    }
}
