//! Models of what the threads of the server do to each other. Shuttle runs the real code of `raw`'s
//! lock, the store's gate, the waiters' claim word and the commands, and decides at each step of
//! those who goes on; a model is run under thousands of such schedules, each from a seed that a
//! failure prints.
//!
//! A [`Player`] is a worker with one client: it dispatches requests as the server's worker does,
//! and takes its mail as the server's worker does.

mod bell;
mod toy;

pub use bell::Bell;

use commands::offline::{Offline, Seat};
use commands::session::Session;
use commands::shared::{Message, Shared};
use commands::{Flow, Output, OwnedArgs, blocking, session_end};
use engine::journal::Journal;
use engine::{Effects, Keys, Moment, Waiter};
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, MaxSteps, Runner};
use std::sync::Arc;

/// When every model begins.
pub const NOW_MS: i64 = 1_700_000_000_000;

/// Runs a model under `schedules` random schedules and as many that prefer few preemptions, which
/// find other faults. A schedule that does not come to an end (a deadlock of the spinning locks)
/// fails.
pub fn check(schedules: usize, model: impl Fn() + Send + Sync + 'static) {
    engine::fix_seed(7);
    let config = || {
        let mut config = Config::new();
        config.stack_size = 1 << 20;
        config.max_steps = MaxSteps::FailAfter(200_000);
        config
    };
    let model = Arc::new(model);
    let again = Arc::clone(&model);
    Runner::new(RandomScheduler::new(schedules), config()).run(move || model());
    Runner::new(PctScheduler::new(3, schedules), config()).run(move || again());
}

/// The data set and its outside, shared by the players.
#[derive(Clone)]
pub struct Stage {
    pub shared: Arc<Shared>,
    pub offline: Arc<Offline>,
}

impl Stage {
    /// An empty data set with this many workers: two at least, else locks are mere flags.
    pub fn new(workers: usize) -> Self {
        Self::with(workers.max(2))
    }

    /// An empty data set with this many workers. One works on a single thread.
    pub fn with(workers: usize) -> Self {
        let offline = Offline::new(NOW_MS);
        let mut shared = offline.shared(workers);
        shared.scripts = Box::new(toy::Toy);
        Self { shared: Arc::new(shared), offline }
    }

    /// The worker of this index with a client.
    pub fn player(&self, worker: usize) -> Player {
        Player {
            stage: self.clone(),
            session: self.offline.connect(&self.shared, worker),
            seat: Seat::new(worker),
            received: Vec::new(),
        }
    }
}

/// A worker and its client.
pub struct Player {
    stage: Stage,
    session: Session,
    seat: Seat,
    /// What the client got.
    received: Vec<u8>,
}

impl Player {
    /// Runs a request, given as words; false if the client is blocked now.
    pub fn call(&mut self, request: &str) -> bool {
        assert!(self.session.blocked.is_none(), "a blocked client's requests wait");
        let args: OwnedArgs = request.split(' ').map(str::as_bytes).collect();
        let moment = self.moment();
        let mut out = Output::default();
        let shared = &self.stage.shared;
        let flow = self.seat.run(shared, moment, &mut self.session, args.args(), &mut out);
        self.received.extend_from_slice(&out.bytes);
        flow != Flow::Blocked
    }

    /// Has its journal written from now on.
    pub fn write_journal(&mut self) {
        self.seat.effects.record |= Effects::JOURNAL;
    }

    /// Its journal.
    pub fn journal(&mut self) -> &mut Journal {
        &mut self.seat.effects.journal
    }

    /// Parts the log while a key is locked, which is to be the only one there is; `tell` hears of
    /// the ticket before it is let go.
    pub fn cut(&mut self, key: &[u8], tell: impl FnOnce(u64)) {
        let moment = self.moment();
        let mut keys = Keys::new(&self.stage.shared.store, 0, &moment, &mut self.seat.effects);
        keys.lock_keys([key]);
        tell(keys.part_log());
        keys.let_go();
    }

    fn moment(&self) -> Moment {
        self.stage.offline.moment(&self.stage.shared)
    }

    /// Whether the client waits.
    pub fn is_blocked(&self) -> bool {
        self.session.blocked.is_some()
    }

    /// Takes the mail: a served call's reply goes to the client, if that is what it waits for.
    pub fn take_mail(&mut self) {
        Self::take_mail_of(std::iter::once(self));
    }

    /// Takes the mail of a worker with several clients.
    pub fn take_mail_of<'a>(players: impl Iterator<Item = &'a mut Player>) {
        let mut players: Vec<_> = players.collect();
        let Some(first) = players.first() else { return };
        for message in first.stage.offline.take_mail(first.seat.worker) {
            let Message::Served { client, output, waiter } = message else { continue };
            let player = players.iter_mut().find(|player| player.session.id() == client);
            player.expect("a client of this worker").served(&output, &waiter);
        }
    }

    fn served(&mut self, output: &Output, waiter: &Arc<Waiter>) {
        let blocked = self.session.blocked.take().expect("served once, and while it waits");
        assert!(Arc::ptr_eq(&blocked.waiter, waiter), "the call that waits");
        self.received.extend_from_slice(&output.bytes);
        let moment = self.moment();
        blocking::forget(&self.stage.shared, &blocked, moment, &mut self.seat.effects);
    }

    /// Its time is over: ends the wait with a null, unless somebody serves it right now. Whether it
    /// ended; if not, its reply is on the way, or it is to be asked again.
    pub fn time_out(&mut self) -> bool {
        let Some(blocked) = self.session.blocked.take() else { return true };
        let moment = self.moment();
        if blocking::end(&self.stage.shared, &blocked, moment, &mut self.seat.effects) {
            self.received.extend_from_slice(b"*-1\r\n");
            return true;
        }
        self.session.blocked = Some(blocked);
        false
    }

    /// Waits until the blocked call is answered.
    pub fn wait(&mut self) {
        while self.is_blocked() {
            self.take_mail();
            shuttle::thread::yield_now();
        }
    }

    /// The connection is lost.
    pub fn leave(mut self) -> Vec<u8> {
        let moment = self.moment();
        let (shared, effects) = (&self.stage.shared, &mut self.seat.effects);
        session_end::leave(shared, &mut self.seat.local, effects, moment, &mut self.session);
        self.received
    }

    /// What the client got since the last call.
    pub fn received(&mut self) -> String {
        String::from_utf8(std::mem::take(&mut self.received)).expect("models speak ASCII")
    }
}
