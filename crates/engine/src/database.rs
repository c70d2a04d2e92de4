//! One database's share of a stripe, and the one door to its entries for whoever changes them.
//!
//! ```text
//! hash    0 ..... unsaved_from ..................... 2^64
//!         walked: free   still as at the cut, unless it is marked (`Table::keep`)
//! ```
//! While a snapshot is under way, an entry from `unsaved_from` on is shown to it before the first
//! change, and marked; an entry that comes is marked at once. So each entry of the cut is saved
//! once, as it was: by the walk, or here. Without a snapshot nothing lies beyond `unsaved_from`,
//! and asking costs one comparison. The table is private to this file: nobody forgets to ask.
//!
//! What goes because its time has come is not shown: whoever loads the file is later still.

use crate::hasher;
use crate::snapshot::Keeper;
use crate::value::Rec;
use raw::{IntoIter, Mover, Slot, Swept, Table, Verdict};
use std::sync::Arc;

/// Nothing is to be saved first.
const NOTHING: u64 = u64::MAX;

/// One database's share of a stripe.
pub struct Database {
    table: Table<Rec>,
    /// Entries whose hash is not below this belong to a snapshot under way.
    unsaved_from: u64,
    /// Who saves them.
    cut: Option<Box<Cut>>,
    /// Keys with an expiry.
    pub(crate) expires: usize,
    /// Where the expiry sweep goes on.
    pub(crate) sweep_at: usize,
    /// Sum and count of sampled remaining times, for `INFO`'s `avg_ttl`.
    pub(crate) ttl_sample: (i64, i64),
}

struct Cut {
    keeper: Arc<dyn Keeper>,
    /// The database's number at the cut.
    db: usize,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            table: Table::new(),
            unsaved_from: NOTHING,
            cut: None,
            expires: 0,
            sweep_at: 0,
            ttl_sample: (0, 0),
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("keys", &self.table.len()).finish_non_exhaustive()
    }
}

impl Database {
    /// The entries, to read.
    #[inline(always)]
    pub(crate) fn table(&self) -> &Table<Rec> {
        &self.table
    }

    /// The entries, for a change of the one in `slot`, whose key has this hash.
    #[inline(always)]
    pub(crate) fn change(&mut self, hash: u64, slot: Slot) -> &mut Table<Rec> {
        if hash >= self.unsaved_from {
            self.save_first(slot);
        }
        &mut self.table
    }

    /// Adds an entry whose key is absent, which the sweep has to look at at `tick`.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u64, rec: Rec, tick: u32) -> Slot {
        self.expires += usize::from(rec.expire_ms().is_some());
        let slot = self.table.insert_at(hash, rec, tick, hasher::hash);
        if hash >= self.unsaved_from {
            self.mark(slot);
        }
        slot
    }

    /// Takes an entry out.
    #[inline]
    pub(crate) fn take(&mut self, hash: u64, slot: Slot) -> Rec {
        let rec = self.change(hash, slot).take(slot, hash, hasher::hash);
        self.expires -= usize::from(rec.expire_ms().is_some());
        rec
    }

    /// Takes out what has expired, as [`Table::sweep`] does from where the last sweep stopped.
    pub(crate) fn sweep(
        &mut self,
        tick: u32,
        budget: usize,
        judge: &mut dyn FnMut(&Rec, &mut (i64, i64)) -> Verdict,
        removed: &mut dyn FnMut(Rec),
    ) -> Swept {
        let sample = &mut self.ttl_sample;
        let expires = &mut self.expires;
        self.table.sweep(
            tick,
            &mut self.sweep_at,
            budget,
            hasher::hash,
            &mut |rec| judge(rec, sample),
            &mut |rec| {
                *expires -= usize::from(rec.expire_ms().is_some());
                removed(rec);
            },
        )
    }

    /// Lets the entries at a position lie elsewhere, as [`Table::relocate`] does: they stay what
    /// they are, so no snapshot has to see them first.
    pub(crate) fn relocate(
        &mut self,
        position: u64,
        mover: &mut dyn Mover,
        each: &mut dyn FnMut(&mut Rec, &mut dyn Mover),
    ) -> u64 {
        self.table.relocate(position, mover, &mut |entry, mover| each(entry, mover))
    }

    /// The same for what the entry of one key owns, if it is there.
    pub(crate) fn relocate_one(&mut self, hash: u64, key: &[u8], each: &mut dyn FnMut(&mut Rec)) {
        if let Some(mut entry) = self.table.get_mut(hash, key) {
            each(&mut entry);
        }
    }

    #[cold]
    #[inline(never)]
    fn save_first(&mut self, slot: Slot) {
        if let Some(cut) = &self.cut
            && self.table.keep(slot)
        {
            cut.keeper.keep(cut.db, &self.table.at(slot));
        }
    }

    #[cold]
    #[inline(never)]
    fn mark(&mut self, slot: Slot) {
        if self.cut.is_some() {
            self.table.keep(slot);
        }
    }

    /// Begins a snapshot of what is here now; the database has this number.
    pub(crate) fn cut(&mut self, db: usize, keeper: &Arc<dyn Keeper>) {
        assert!(self.cut.is_none(), "one snapshot at a time");
        if !self.table.is_empty() {
            self.unsaved_from = 0;
            self.cut = Some(Box::new(Cut { keeper: Arc::clone(keeper), db }));
        }
    }

    /// Whether a snapshot is to walk here still.
    pub(crate) fn is_unsaved(&self) -> bool {
        self.cut.is_some()
    }

    /// Shows the snapshot the next bucket's worth of entries; whether there are more.
    pub(crate) fn walk_on(&mut self, show: &mut dyn FnMut(usize, &Rec)) -> bool {
        let Some(cut) = &self.cut else { return false };
        let db = cut.db;
        let from = self.unsaved_from >> 16;
        let next = self.table.walk(from, hasher::hash, &mut |rec| show(db, rec));
        if next == 0 {
            (self.unsaved_from, self.cut) = (NOTHING, None);
            return false;
        }
        self.unsaved_from = next << 16;
        true
    }

    /// Visits every record that is there, expired ones included.
    pub fn for_each(&self, mut visit: impl FnMut(&Rec)) {
        self.table.iter().for_each(|entry| visit(&entry));
    }

    /// Its records, to be taken out one by one. No snapshot may still be to walk here.
    pub(crate) fn into_records(self) -> IntoIter<Rec> {
        debug_assert!(!self.is_unsaved(), "a snapshot sees it first");
        self.table.into_iter()
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}
