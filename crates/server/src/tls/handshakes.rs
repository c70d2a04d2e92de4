//! Handshakes, on threads of their own: up to [`HELPERS_MAX`], as many as there are workers.
//!
//! ```text
//! accept (a worker) -> Newcomer -> helper: reads, signs, writes, never waits for one client
//!                                     `-> Secured -> the worker that was chosen at accept
//! ```
//! A newcomer counts as a connection from the start (`maxclients`), and has `tls-handshake-timeout`
//! seconds in all, so silence and slowness cost a slot for that long and nothing else. What it
//! sends behind its last message of the handshake goes to its worker with it. Helper 0 also looks
//! at the files once a second.

use crate::host::System;
use crate::net::accept::Arrival;
use crate::net::inbox::Inbox;
use crate::net::mailbox::Mail;
use crate::net::sync::Bell;
use crate::tls::context::Context;
use crate::tls::stream::{RECORD_MAX, ROOM_MIN, Received, Sending, Stream};
use commands::config::Id;
use commands::shared::Shared;
use rustix::event::epoll::{self, EventData, EventFlags};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Threads, at most.
pub(crate) const HELPERS_MAX: usize = 4;
/// Between two looks at the files.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Messages of a handshake are up to 64 KiB long.
const ROOM: usize = ROOM_MIN + 6 * RECORD_MAX;
/// Events taken from the kernel at once.
const EVENTS: usize = 64;
const BELL: u64 = u64::MAX;

/// A connection that was accepted.
#[derive(Debug)]
pub(crate) struct Newcomer {
    /// Itself.
    pub(crate) arrival: Arrival,
    /// Who will serve it.
    pub(crate) worker: usize,
}

/// A connection that has shaken hands.
#[derive(Debug)]
pub(crate) struct Secured {
    /// Itself.
    pub(crate) arrival: Arrival,
    /// Its keys.
    pub(crate) stream: Box<Stream>,
    /// What it has sent already.
    pub(crate) early: Vec<u8>,
    /// Whom its certificate stands for.
    pub(crate) user: Option<Box<[u8]>>,
}

/// The threads.
pub(crate) struct Helpers {
    inboxes: Vec<Arc<Inbox<Newcomer>>>,
    next: AtomicUsize,
}

impl Helpers {
    /// Starts them.
    ///
    /// # Errors
    /// No thread or descriptor is left.
    pub(super) fn start(system: &Arc<System>, shared: &Arc<Shared>) -> std::io::Result<Self> {
        let mut inboxes = Vec::new();
        for index in 0..shared.workers.len().min(HELPERS_MAX) {
            let inbox = Arc::new(Inbox::new(Bell::new()?));
            let helper = Helper {
                index,
                system: Arc::clone(system),
                shared: Arc::clone(shared),
                epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
                inbox: Arc::clone(&inbox),
                slots: Vec::new(),
                free: Vec::new(),
                deadlines: BinaryHeap::new(),
                next_look: Instant::now(),
                room: vec![0; ROOM],
            };
            let bell = EventData::new_u64(BELL);
            epoll::add(&helper.epoll, inbox.bell().fd(), bell, EventFlags::IN)?;
            let thread = std::thread::Builder::new().name(format!("tls-{index}"));
            thread.spawn(move || helper.run())?;
            inboxes.push(inbox);
        }
        Ok(Self { inboxes, next: AtomicUsize::new(0) })
    }

    /// Has one of them shake hands.
    pub(super) fn take(&self, who: Newcomer) {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.inboxes.len();
        self.inboxes[at].post(who);
    }
}

/// A connection that was counted is gone before a worker had it.
pub(super) fn forget(system: &System, shared: &Shared, worker: usize) {
    system.count_connection(-1);
    shared.workers[worker].clients.fetch_sub(1, Ordering::Relaxed);
}

/// One thread's state.
struct Helper {
    index: usize,
    system: Arc<System>,
    shared: Arc<Shared>,
    epoll: OwnedFd,
    inbox: Arc<Inbox<Newcomer>>,
    slots: Vec<Option<Box<Guest>>>,
    free: Vec<usize>,
    /// When each has to be done, and in which slot it was; the earliest on top.
    deadlines: BinaryHeap<Reverse<(Instant, usize)>>,
    next_look: Instant,
    room: Vec<u8>,
}

/// One that shakes hands.
struct Guest {
    who: Newcomer,
    context: Arc<Context>,
    stream: Box<Stream>,
    early: Vec<u8>,
    deadline: Instant,
}

/// What came of a step.
enum Step {
    Waits,
    Done,
    Failed(String),
}

impl Helper {
    fn run(mut self) {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        loop {
            self.look();
            events.clear();
            self.wait(&mut events);
            for newcomer in self.inbox.take() {
                self.admit(newcomer);
            }
            for event in &events {
                match event.data.u64() {
                    BELL => self.inbox.bell().hush(),
                    slot => self.step(slot as usize),
                }
            }
            self.end_late();
            self.system.publish_helper_usage(self.index);
        }
    }

    fn wait(&self, events: &mut Vec<epoll::Event>) {
        let now = Instant::now();
        let mut until = self.next_look;
        if let Some(Reverse((deadline, _))) = self.deadlines.peek() {
            until = until.min(*deadline);
        }
        let may_wait = self.inbox.park();
        let left = if may_wait { until.saturating_duration_since(now) } else { Duration::ZERO };
        let wait = rustix::event::Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let room = rustix::buffer::spare_capacity(events);
        let _ = epoll::wait(&self.epoll, room, Some(&wait));
        self.inbox.unpark();
    }

    /// Looks at the files when it is time.
    fn look(&mut self) {
        let now = Instant::now();
        if now < self.next_look {
            return;
        }
        let rarer = self.shared.config.int(Id::TLS_AUTO_RELOAD_INTERVAL) as u64;
        self.next_look = now + LOOK_EVERY.max(Duration::from_secs(rarer));
        if self.index == 0 {
            self.system.tls().look_at_files(&self.shared.config, self.system.log());
        }
    }

    fn admit(&mut self, who: Newcomer) {
        let Some(context) = self.system.tls().context() else {
            return forget(&self.system, &self.shared, who.worker);
        };
        let Ok(stream) = Stream::new(Arc::clone(&context.server)) else {
            return forget(&self.system, &self.shared, who.worker);
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        if epoll::add(&self.epoll, &who.arrival.fd, EventData::new_u64(slot as u64), flags).is_err()
        {
            self.free.push(slot);
            return forget(&self.system, &self.shared, who.worker);
        }
        let patience = self.shared.config.int(Id::TLS_HANDSHAKE_TIMEOUT) as u64;
        let deadline = Instant::now() + Duration::from_secs(patience);
        self.deadlines.push(Reverse((deadline, slot)));
        let (stream, early) = (Box::new(stream), Vec::new());
        self.slots[slot] = Some(Box::new(Guest { who, context, stream, early, deadline }));
        self.step(slot);
    }

    /// Goes on with one as far as its socket allows.
    fn step(&mut self, slot: usize) {
        let Some(mut guest) = self.slots[slot].take() else { return };
        match guest.step(&mut self.room) {
            Step::Waits => self.slots[slot] = Some(guest),
            Step::Done => {
                self.leave(slot, &guest);
                self.hand_over(guest);
            }
            Step::Failed(why) => {
                self.leave(slot, &guest);
                self.drop_guest(&guest, &why);
            }
        }
    }

    /// Its slot is free.
    fn leave(&mut self, slot: usize, guest: &Guest) {
        let _ = epoll::delete(&self.epoll, &guest.who.arrival.fd);
        self.free.push(slot);
    }

    fn drop_guest(&self, guest: &Guest, why: &str) {
        let address = &guest.who.arrival.address;
        self.system.log().verbose(format_args!(
            "Error accepting a client connection: {why} (addr={} laddr={})",
            address.addr, address.laddr
        ));
        forget(&self.system, &self.shared, guest.who.worker);
    }

    /// Gives one to its worker, or tells it why not.
    fn hand_over(&self, mut guest: Box<Guest>) {
        if let Some(refusal) = guest.who.arrival.refusal {
            if guest.stream.seal(refusal.as_bytes()) {
                guest.stream.farewell(&guest.who.arrival.fd);
            }
            return self.drop_guest(&guest, "protected mode");
        }
        let Guest { who, context, stream, early, .. } = *guest;
        let user = stream.peer_certificate().and_then(|one| context.user_of(one));
        let secured = Secured { arrival: who.arrival, stream, early, user };
        self.system.mailbox(who.worker).post(Mail::Secured(Box::new(secured)));
    }

    fn end_late(&mut self) {
        let now = Instant::now();
        while let Some(&Reverse((deadline, slot))) = self.deadlines.peek() {
            // Most are done long before, and others may have their slots.
            let is_late = |guest: &Guest| guest.deadline == deadline;
            let waits = self.slots[slot].as_deref().is_some_and(is_late);
            if deadline > now && waits {
                return;
            }
            self.deadlines.pop();
            if waits && let Some(guest) = self.slots[slot].take() {
                self.leave(slot, &guest);
                self.drop_guest(&guest, "the handshake takes too long");
            }
        }
    }
}

impl Guest {
    fn step(&mut self, room: &mut [u8]) -> Step {
        let fd = &self.who.arrival.fd;
        loop {
            if self.stream.flush(fd) == Sending::Broken {
                return Step::Failed("the connection is broken".to_owned());
            }
            if !self.stream.is_handshaking() {
                return Step::Done;
            }
            match self.stream.receive(fd, room) {
                // There is none before the client's last message: one read's at most.
                Received::Plain { count, .. } => self.early.extend_from_slice(&room[..count]),
                Received::Nothing => return Step::Waits,
                Received::Interrupted => {}
                Received::Over => {
                    // The alert that says why.
                    let _ = self.stream.flush(fd);
                    let fault = self.stream.fault().map(ToString::to_string);
                    return Step::Failed(fault.unwrap_or("it went away".to_owned()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
