//! Active defragmentation: a pass over everything, in which the allocator says of each piece of
//! memory whether it lies well, and those that do not are moved.
//!
//! ```text
//! stripe 0: db 0: bucket, bucket, ..  db 1: ..   then what was set aside   stripe 1: ..
//! ```
//!
//! A stripe is held for a few buckets at a time, and a collection of more than `fields` elements is
//! set aside and walked in pieces of that many. Nothing but the table has the address of a record,
//! and nobody borrows one while the stripe is free, so a move is seen by nobody: no event, no
//! change, and a snapshot goes on. Positions are those of scans, so they stay good while tables
//! grow; what is missed or met twice is of no consequence.
//!
//! What stays where it is: streams, the trees of sorted sets, directories of tables.

use crate::hasher;
use crate::store::{Store, Stripe};
use crate::value::{self, Object, Rec};
use raw::{Mover, ViewMut};

/// Buckets of eight entries a lock hold: some 50 microseconds if all of them move.
const BUCKETS: usize = 16;

/// Where a pass is.
#[derive(Default, Debug)]
pub struct Course {
    stripe: usize,
    db: usize,
    position: u64,
    /// Large collections of this stripe that are still to be walked.
    aside: Vec<Aside>,
    /// Keys of which something was moved.
    pub keys_moved: u64,
    /// Keys of which nothing was moved.
    pub keys_stayed: u64,
}

#[derive(Debug)]
struct Aside {
    db: usize,
    key: Box<[u8]>,
    position: u64,
    moved: bool,
}

impl Store {
    /// Goes on with a pass until `done` says that the slice is over; asked between lock holds, of
    /// some 100 keys or a few thousand elements. Collections of more than `fields` elements are
    /// walked in pieces. True when the pass is over. A stripe that is held by another is left out.
    pub fn defragment(
        &self,
        course: &mut Course,
        mover: &mut dyn Mover,
        fields: usize,
        mut done: impl FnMut() -> bool,
    ) -> bool {
        while course.stripe < self.stripe_count() {
            let more = match self.try_lock_one(course.stripe) {
                Some(mut stripe) => course.step(&mut stripe, mover, fields),
                None => false,
            };
            if !more {
                (course.stripe, course.db, course.position) = (course.stripe + 1, 0, 0);
                course.aside.clear();
            }
            if done() {
                break;
            }
        }
        course.stripe >= self.stripe_count()
    }
}

impl Course {
    /// One lock hold's worth; whether there is more in this stripe.
    fn step(&mut self, stripe: &mut Stripe, mover: &mut dyn Mover, fields: usize) -> bool {
        if let Some(aside) = self.aside.last_mut() {
            if !aside.step(stripe, mover, fields) {
                self.count(self.aside.last().is_some_and(|aside| aside.moved));
                self.aside.pop();
            }
            return true;
        }
        for _ in 0..BUCKETS {
            let Some(db) = stripe.dbs.get_mut(self.db) else { return false };
            let (number, mut aside) = (self.db, Vec::new());
            let (mut moved_keys, mut stayed_keys) = (0, 0);
            self.position = db.relocate(self.position, mover, &mut |rec, mover| {
                let before = mover.moved();
                rec.relocate(mover);
                if value::element_count(rec) > fields && is_large(rec) {
                    let moved = mover.moved() > before;
                    aside.push(Aside { db: number, key: rec.key().into(), position: 0, moved });
                    return;
                }
                relocate_all(rec, mover);
                if mover.moved() > before {
                    moved_keys += 1;
                } else {
                    stayed_keys += 1;
                }
            });
            self.keys_moved += moved_keys;
            self.keys_stayed += stayed_keys;
            self.aside.append(&mut aside);
            if self.position == 0 {
                self.db += 1;
            }
            if !self.aside.is_empty() {
                break;
            }
        }
        true
    }

    fn count(&mut self, moved: bool) {
        self.keys_moved += u64::from(moved);
        self.keys_stayed += u64::from(!moved);
    }
}

impl Aside {
    /// Walks on by about `fields` elements; whether there are more.
    fn step(&mut self, stripe: &mut Stripe, mover: &mut dyn Mover, fields: usize) -> bool {
        let Some(db) = stripe.dbs.get_mut(self.db) else { return false };
        let before = mover.moved();
        let (position, mut next) = (&mut self.position, 0);
        db.relocate_one(hasher::hash(&self.key), &self.key, &mut |rec| {
            let ViewMut::Boxed(object) = rec.view_mut() else { return };
            // A position is a bucket of eight or a group of chunks.
            for _ in 0..(fields / 8).max(1) {
                next = object.relocate(*position, mover);
                *position = next;
                if next == 0 {
                    break;
                }
            }
        });
        self.moved |= mover.moved() > before;
        next != 0
    }
}

/// Whether a record has more than one piece of memory beside its own.
fn is_large(rec: &Rec) -> bool {
    value::weight(rec) > 1
}

/// Lets all parts of a collection lie elsewhere.
fn relocate_all(rec: &mut Rec, mover: &mut dyn Mover) {
    let ViewMut::Boxed(object) = rec.view_mut() else { return };
    let mut position = 0;
    loop {
        position = object.relocate(position, mover);
        if position == 0 {
            return;
        }
    }
}

impl Object {
    /// Lets the parts at a position lie elsewhere; the position that follows, 0 at the end.
    fn relocate(&mut self, position: u64, mover: &mut dyn Mover) -> u64 {
        match self {
            Self::List(list) => list.relocate(position, mover),
            Self::Hash(table) => {
                table.relocate(position, mover, &mut |pair, mover| pair.relocate(mover))
            }
            Self::Set(table) => {
                table.relocate(position, mover, &mut |member, mover| member.relocate(mover))
            }
            Self::Zset(ranked) => ranked.relocate(position, mover),
            Self::Stream(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests;
