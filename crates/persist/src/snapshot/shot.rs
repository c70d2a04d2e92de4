//! A snapshot under way: entries come in as they are encoded, the saver takes them out.
//!
//! ```text
//! worker's slice -> Gathering --+
//! writer's first change -> one -+-> queue of pieces -> saver: compress, checksum, write, sync
//! of a few Gatherings           |
//! ```
//! Encoding under a stripe's lock is copying: what takes long (compression, the checksum) is left
//! to the saver, and long strings go by reference. Memory is bounded by pace: a walker begins no
//! slice while [`PENDING_WALK`] bytes wait, and a worker that finds [`PENDING_MOST`] waiting lets
//! the saver catch up between two batches, holding no lock. What writers change first is never
//! refused: in the worst case, a disk slower than all writers, it adds up as the pages did that a
//! forked child shares.

use super::{Format, Plan, SnapshotError, Written};
use crate::rdb::{Aside, Encoder, FileWriter, Strings};
use crate::storage::Storage;
use engine::{AtCut, CutDatabase, Keeper, Keys, Rec};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

/// Bytes of a piece.
const PIECE_BYTES: usize = 64 * 1024;
/// Bytes that wait for the saver when walkers stop.
const PENDING_WALK: usize = 4 * 1024 * 1024;
/// Bytes that wait for the saver when workers let it catch up.
const PENDING_MOST: usize = 64 * 1024 * 1024;
/// Buffers of pieces that were written, kept for the next ones.
const SPARE_MOST: usize = PENDING_WALK / PIECE_BYTES;
/// How many writers can encode at the same time.
const WRITERS: usize = 8;

/// A snapshot under way.
pub struct Shot {
    plan: Plan,
    at_cut: OnceLock<AtCut>,
    writers: [Mutex<Gathering>; WRITERS],
    queue: Mutex<Queue>,
    arrived: Condvar,
    pending: AtomicUsize,
    over: AtomicBool,
    broken: AtomicBool,
    version: AtomicU16,
    entries: AtomicU64,
    saved: AtomicU64,
    copied: AtomicU64,
}

#[derive(Default)]
struct Queue {
    pieces: VecDeque<Piece>,
    /// Buffers to be filled again. A walker that allocated each anew would wait for locks of the
    /// allocator that the saver holds, who gives way to everybody.
    spare: Vec<Vec<u8>>,
    closed: bool,
}

/// Encoded entries of one database.
struct Piece {
    db: usize,
    entries: u64,
    bytes: Vec<u8>,
    asides: Vec<Aside>,
}

/// Where entries are encoded until they make a piece.
pub struct Gathering {
    encoder: Encoder,
    db: usize,
    entries: u64,
}

impl Default for Gathering {
    fn default() -> Self {
        Self { encoder: Encoder::new(Strings::Later), db: 0, entries: 0 }
    }
}

impl Keeper for Shot {
    fn keep(&self, db: usize, rec: &Rec) {
        if self.is_over() {
            return;
        }
        let free = self.writers.iter().find_map(|writer| match writer.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut writer = free.unwrap_or_else(|| lock(&self.writers[0]));
        let bytes = self.gather(&mut writer, db, rec);
        self.copied.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Shot {
    /// A snapshot that is about to be cut; [`Shot::begin`] is to follow, under the same locks.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            at_cut: OnceLock::new(),
            writers: std::array::from_fn(|_| Mutex::default()),
            queue: Mutex::default(),
            arrived: Condvar::new(),
            pending: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            version: AtomicU16::new(0),
            entries: AtomicU64::new(0),
            saved: AtomicU64::new(0),
            copied: AtomicU64::new(0),
        }
    }

    /// Says what was cut.
    pub fn begin(&self, at_cut: AtCut) {
        // A second time there is none: the first stands.
        let _ = self.at_cut.set(at_cut);
    }

    /// Encodes an entry, to so many bytes. Its stripe is locked.
    pub fn gather(&self, into: &mut Gathering, db: usize, rec: &Rec) -> usize {
        if into.db != db {
            self.hand_over(into);
            into.db = db;
        }
        let before = into.encoder.len();
        match self.plan.format {
            Format::Rdb { .. } => {
                let version = into.encoder.entry(rec, &self.plan.style);
                if version > self.plan.header.version {
                    self.version.fetch_max(version, Ordering::Relaxed);
                }
            }
            Format::Commands { entry, .. } => entry(rec, into.encoder.out()),
        }
        into.entries += 1;
        let bytes = into.encoder.len() - before;
        if into.encoder.len() >= PIECE_BYTES || self.plan.slow {
            self.hand_over(into);
        }
        bytes
    }

    /// Hands what was encoded to the saver.
    pub fn hand_over(&self, from: &mut Gathering) {
        if from.entries == 0 {
            return;
        }
        let (bytes, asides) = from.encoder.take_pieces();
        let entries = std::mem::take(&mut from.entries);
        if self.is_over() {
            return;
        }
        self.entries.fetch_add(entries, Ordering::Relaxed);
        self.pending.fetch_add(bytes.len(), Ordering::Relaxed);
        let mut queue = lock(&self.queue);
        queue.pieces.push_back(Piece { db: from.db, entries, bytes, asides });
        let spare = queue.spare.pop();
        drop(queue);
        *from.encoder.out() = spare.unwrap_or_default();
        self.arrived.notify_one();
    }

    /// Everything was walked, and every walker has handed over what it had: the saver may end.
    pub fn close(&self) {
        for writer in &self.writers {
            self.hand_over(&mut lock(writer));
        }
        lock(&self.queue).closed = true;
        self.arrived.notify_one();
    }

    /// Gives the snapshot up. It is to be walked to its end all the same.
    pub fn cancel(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.arrived.notify_one();
    }

    /// Lets the snapshot fail, as a disk would. It is to be walked to its end all the same.
    pub fn fail(&self) {
        self.broken.store(true, Ordering::Relaxed);
        self.cancel();
    }

    /// Whether it was given up: entries are no longer encoded, only marked as walked.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Whether a walker may begin a slice.
    pub fn has_room(&self) -> bool {
        let most = if self.plan.slow { 1 } else { PENDING_WALK };
        self.is_over() || self.pending.load(Ordering::Relaxed) < most
    }

    /// Whether workers are to let the saver catch up between two batches.
    pub fn is_behind(&self) -> bool {
        self.pending.load(Ordering::Relaxed) > PENDING_MOST
    }

    /// Entries saved so far, and entries to save.
    pub fn progress(&self) -> (u64, u64) {
        let total: usize = self.databases().iter().map(|db| db.keys).sum();
        (self.saved.load(Ordering::Relaxed), total as u64)
    }

    /// Bytes that writers copied because they were about to change them.
    pub fn copied_bytes(&self) -> u64 {
        self.copied.load(Ordering::Relaxed)
    }

    fn databases(&self) -> &[CutDatabase] {
        self.at_cut.get().map_or(&[], |at_cut| &at_cut.databases)
    }

    /// Saves to a file until everything was walked: the saver's whole work. `turn` is run after
    /// each piece, with the number of its entries.
    ///
    /// # Errors
    /// [`SnapshotError`]; the file is removed then, but not before everything was walked.
    pub fn save(
        &self,
        storage: &dyn Storage,
        path: &Path,
        turn: &mut dyn FnMut(u64),
    ) -> Result<Written, SnapshotError> {
        let result = self.write(storage, path, turn);
        if result.is_err() {
            self.cancel();
            // The walk goes on without us; only then may another snapshot begin.
            while self.next().is_some() {}
            let _ = storage.remove(path);
        }
        result
    }

    fn write(
        &self,
        storage: &dyn Storage,
        path: &Path,
        turn: &mut dyn FnMut(u64),
    ) -> Result<Written, SnapshotError> {
        let mut file = FileWriter::create(storage, path, self.plan.options)?;
        let select = match self.plan.format {
            Format::Rdb { .. } => {
                file.begin(&self.plan.header, self.databases());
                None
            }
            Format::Commands { select, stamp_s, .. } => {
                file.begin_requests(&self.plan.header, stamp_s);
                Some(select)
            }
        };
        while let Some(piece) = self.next() {
            if self.is_over() {
                break;
            }
            if !file.is_at(piece.db) {
                file.select(piece.db, select);
            }
            file.entries(&piece.bytes, &piece.asides, self.version.load(Ordering::Relaxed))?;
            self.saved.fetch_add(piece.entries, Ordering::Relaxed);
            self.give_back(piece.bytes);
            turn(piece.entries);
        }
        if self.broken.load(Ordering::Relaxed) {
            let error = std::io::Error::other("it was asked to fail");
            return Err(SnapshotError::Storage { step: "end", error });
        }
        if self.is_over() {
            return Err(SnapshotError::Cancelled);
        }
        file.entries(&[], &[], self.version.load(Ordering::Relaxed))?;
        let bytes = file.finish()?;
        let dirty_at_cut = self.at_cut.get().map_or(0, |at_cut| at_cut.dirty);
        let entries = self.entries.load(Ordering::Relaxed);
        Ok(Written { bytes, entries, dirty_at_cut })
    }

    /// Keeps a buffer to be filled again, unless it is of no usual size.
    fn give_back(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        if bytes.capacity() <= 2 * PIECE_BYTES {
            let mut queue = lock(&self.queue);
            if queue.spare.len() < SPARE_MOST {
                queue.spare.push(bytes);
            }
        }
    }

    /// The next piece; none when all were taken and there will be no more.
    fn next(&self) -> Option<Piece> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(piece) = queue.pieces.pop_front() {
                self.pending.fetch_sub(piece.bytes.len(), Ordering::Relaxed);
                return Some(piece);
            }
            if queue.closed {
                return None;
            }
            queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Saves everything at once, in the calling thread. Everything is locked. `turn` is run after each
/// entry of a plan that is slow. O(n).
///
/// # Errors
/// [`SnapshotError`]; the file is removed then.
pub fn save_all(
    keys: &mut Keys<'_>,
    plan: &Plan,
    storage: &dyn Storage,
    path: &Path,
    turn: &mut dyn FnMut(),
) -> Result<Written, SnapshotError> {
    let at_cut = keys.at_cut();
    let mut file = FileWriter::create(storage, path, plan.options)?;
    file.begin(&plan.header, &at_cut.databases);
    let mut own = Gathering::default();
    let (mut entries, mut version, mut failed) = (0, 0, None);
    keys.show_all(&mut |db, rec| {
        if failed.is_some() {
            return;
        }
        if own.encoder.len() >= PIECE_BYTES || own.db != db {
            failed = own.pour(&mut file, version).err();
            own.db = db;
        }
        version = version.max(own.encoder.entry(rec, &plan.style));
        own.entries += 1;
        entries += 1;
        if plan.slow {
            turn();
        }
    });
    let version = if version > plan.header.version { version } else { 0 };
    let result = match failed {
        Some(error) => Err(error),
        None => own.pour(&mut file, version).and_then(|()| file.finish()),
    };
    match result {
        Ok(bytes) => Ok(Written { bytes, entries, dirty_at_cut: at_cut.dirty }),
        Err(error) => {
            let _ = storage.remove(path);
            Err(error)
        }
    }
}

impl Gathering {
    /// Writes what was encoded to a file.
    fn pour(&mut self, file: &mut FileWriter, version: u16) -> Result<(), SnapshotError> {
        let (bytes, asides) = self.encoder.take_pieces();
        if self.entries > 0 && !file.is_at(self.db) {
            file.select(self.db, None);
        }
        self.entries = 0;
        file.entries(&bytes, &asides, version)
    }
}

impl std::fmt::Debug for Shot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shot").field("plan", &self.plan).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
