//! Snapshots without a second process: all entries as they were at the cut, while they change.
//!
//! ```text
//! cut     everything locked: each table is to be walked ([`Keys::cut`])
//! walk    stripe by stripe, each by one worker, a slice at a time ([`Store::walk`])
//! change  a writer shows the entry that it is about to change first (`Database::change`)
//! flush   a table that is emptied goes on as an orphan until it is walked
//! ```
//! A walk goes in hash order, which growth, splits and merges do not disturb; what was shown out of
//! turn, or came after the cut, carries a mark in its bucket that moves with it. So an entry is
//! shown exactly once. Nothing is remembered by key, and without a snapshot there are no marks.
//! A snapshot that is given up is walked to its end all the same, to take the marks away.

use crate::database::Database;
use crate::garbage::Garbage;
use crate::keys::Keys;
use crate::store::{Store, Stripe};
use crate::value::Rec;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Takes the entries that writers are about to change.
pub trait Keeper: Send + Sync {
    /// Keeps a copy of an entry; `db` is its database at the cut. The entry's stripe is locked.
    fn keep(&self, db: usize, rec: &Rec);
}

/// How far a snapshot's walk has come; shared by the workers.
#[derive(Debug)]
pub struct Walk {
    stripes: usize,
    next: AtomicUsize,
    walked: AtomicUsize,
}

/// What a worker found in its slice of a walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walked {
    /// The slice is over.
    More,
    /// Other workers have the rest.
    Rest,
    /// It has come to the end of a stripe: [`Walk::finish_stripe`] is to follow.
    Stripe,
}

/// What a database held at the cut.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct CutDatabase {
    /// Keys.
    pub keys: usize,
    /// Keys with an expiry.
    pub expires: usize,
}

/// What the data set was at the cut.
#[derive(Clone, Default, Debug)]
pub struct AtCut {
    /// The databases by number.
    pub databases: Vec<CutDatabase>,
    /// Changes made so far, of all stripes.
    pub dirty: u64,
}

impl Keys<'_> {
    /// Begins a snapshot of everything as it is now. Needs everything locked, and no other
    /// snapshot: [`Walk::finish_stripe`] said so of the last one.
    pub fn cut(&mut self, keeper: &Arc<dyn Keeper>) -> AtCut {
        for index in 0..self.store.stripe_count() {
            let dbs = &mut self.held.stripe(index).dbs;
            dbs.iter_mut().enumerate().for_each(|(number, db)| db.cut(number, keeper));
        }
        self.at_cut()
    }

    /// What a cut would find. Needs everything locked.
    pub fn at_cut(&mut self) -> AtCut {
        let mut at_cut = AtCut::default();
        at_cut.databases.resize(self.databases(), CutDatabase::default());
        for index in 0..self.store.stripe_count() {
            at_cut.add(self.held.stripe(index));
        }
        at_cut
    }

    /// Shows every entry of every database, in place of a snapshot. Needs everything locked; none
    /// is under way.
    pub fn show_all(&mut self, show: &mut dyn FnMut(usize, &Rec)) {
        for number in 0..self.databases() {
            for index in 0..self.store.stripe_count() {
                self.held.stripe(index).dbs[number].for_each(|rec| show(number, rec));
            }
        }
    }
}

impl AtCut {
    fn add(&mut self, stripe: &Stripe) {
        self.dirty += stripe.counters.dirty;
        for (sum, db) in self.databases.iter_mut().zip(&stripe.dbs) {
            sum.keys += db.len();
            sum.expires += db.expires;
        }
    }
}

impl Walk {
    /// The walk over a store that was just cut.
    pub fn new(store: &Store) -> Self {
        let stripes = store.stripe_count();
        Self { stripes, next: AtomicUsize::new(0), walked: AtomicUsize::new(0) }
    }

    /// Counts a stripe as done, when what it showed was handed on; true once, for the last one:
    /// the snapshot is whole.
    pub fn finish_stripe(&self) -> bool {
        self.walked.fetch_add(1, Ordering::AcqRel) + 1 == self.stripes
    }

    /// The stripe that a worker goes on with: its own, or the next that nobody has.
    fn claim(&self, mine: &mut Option<usize>) -> Option<usize> {
        if mine.is_none() && self.next.load(Ordering::Relaxed) < self.stripes {
            *mine = Some(self.next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < self.stripes);
        }
        *mine
    }
}

impl Store {
    /// Goes on with a snapshot's walk until `done` says that the slice is over; asked after each
    /// bucket. `mine` is the worker's own stripe, kept between slices. `show` gets each entry with
    /// its database at the cut, under its stripe's lock. Emptied tables that were walked to their
    /// end are appended to `garbage`.
    pub fn walk(
        &self,
        walk: &Walk,
        mine: &mut Option<usize>,
        show: &mut dyn FnMut(usize, &Rec),
        mut done: impl FnMut() -> bool,
        garbage: &mut Vec<Garbage>,
    ) -> Walked {
        let Some(index) = walk.claim(mine) else { return Walked::Rest };
        let mut stripe = self.lock_one(index);
        while stripe.walk_on(show, garbage) {
            if done() {
                return Walked::More;
            }
        }
        *mine = None;
        Walked::Stripe
    }
}

impl Stripe {
    /// Walks one bucket; whether there are more.
    fn walk_on(&mut self, show: &mut dyn FnMut(usize, &Rec), garbage: &mut Vec<Garbage>) -> bool {
        if let Some(orphan) = self.orphans.last_mut() {
            if !orphan.walk_on(show) {
                garbage.extend(self.orphans.pop().map(|db| Garbage::Database(Box::new(db))));
            }
            return true;
        }
        let Some(db) = self.dbs.iter_mut().find(|db| db.is_unsaved()) else { return false };
        db.walk_on(show);
        true
    }

    /// What becomes of a table that was taken out whole: freed elsewhere, but first walked.
    pub(crate) fn dispose(&mut self, db: Database) -> Option<Garbage> {
        if db.is_unsaved() {
            self.orphans.push(db);
            return None;
        }
        (!db.is_empty()).then(|| Garbage::Database(Box::new(db)))
    }
}

#[cfg(test)]
mod tests;
