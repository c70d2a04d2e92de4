//! A disk in memory that keeps only what it must: for tests of crashes and failures.
//!
//! ```text
//! names      what is given now, and the changes of names since their directory was synced
//! file       bytes now; bytes as of the last sync, and the writes since
//! crash()    a new disk: of each file the synced bytes and any of the later writes, some of them
//!            torn, at the front or by sectors; of the later names a beginning
//! ```
//! Everything is drawn from a seed, so that a failure can be run again.

use super::{Found, Sink, Source, Storage, directory_of};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// How an operation fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No space is left.
    Full,
    /// The device fails.
    Broken,
}

impl Fault {
    fn error(self) -> io::Error {
        // ENOSPC, EIO
        io::Error::from_raw_os_error(match self {
            Self::Full => 28,
            Self::Broken => 5,
        })
    }
}

/// A disk in memory; clones are the same disk.
#[derive(Clone, Default, Debug)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Default, Debug)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    dirs: BTreeSet<PathBuf>,
    /// Names that a crash leaves.
    synced_names: BTreeMap<PathBuf, usize>,
    /// Changes of names since, in order.
    renames: Vec<Naming>,
    /// Operations that change something, so far.
    operations: u64,
    /// The first operation that fails, how, and how many do.
    fault: Option<(u64, Fault, u64)>,
    /// Bytes that fit.
    capacity: Option<u64>,
}

#[derive(Clone, Debug)]
enum Naming {
    Given(PathBuf, usize),
    Taken(PathBuf),
    Moved { from: PathBuf, to: PathBuf, file: usize },
}

#[derive(Clone, Default, Debug)]
struct Content {
    now: Vec<u8>,
    synced: Vec<u8>,
    since: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Content {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.now, usize::MAX);
        self.since.push(change);
    }
}

impl Change {
    /// Some sectors of a write, each of them whole.
    fn apply_sectors(&self, bytes: &mut Vec<u8>, mut is_kept: impl FnMut() -> bool) {
        let Self::Write(at, written) = self else { return self.apply(bytes, usize::MAX) };
        let (mut begin, end) = (*at, at + written.len());
        while begin < end {
            let next = (begin / SECTOR + 1) * SECTOR;
            if is_kept() {
                let sector = written[begin - at..next.min(end) - at].to_vec();
                Self::Write(begin, sector).apply(bytes, usize::MAX);
            }
            begin = next;
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Write(_, written) => written.len(),
            Self::Cut(_) => 0,
        }
    }

    /// Makes it on `bytes`; of a write only the first `most` bytes.
    fn apply(&self, bytes: &mut Vec<u8>, most: usize) {
        match self {
            Self::Cut(len) => bytes.resize(*len, 0),
            Self::Write(at, written) => {
                let written = &written[..written.len().min(most)];
                if bytes.len() < at + written.len() {
                    bytes.resize(at + written.len(), 0);
                }
                bytes[*at..at + written.len()].copy_from_slice(written);
            }
        }
    }
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many operations that change something were asked for so far.
    pub fn operations(&self) -> u64 {
        self.lock().operations
    }

    /// Lets `count` operations fail from operation `first` on (as `operations` counts them).
    pub fn fail(&self, first: u64, fault: Fault, count: u64) {
        self.lock().fault = Some((first, fault, count));
    }

    /// Lets only so many bytes fit; `None` for any number.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.lock().capacity = bytes;
    }

    /// The disk as it may be found after the power went, drawn by `seed`. This one stays as it is.
    #[must_use]
    pub fn crash(&self, seed: u64) -> Self {
        let state = self.lock();
        let mut draw = Draw(seed);
        let kept = draw.below(state.renames.len() + 1);
        let mut names = state.synced_names.clone();
        for naming in &state.renames[..kept] {
            naming.apply(&mut names);
        }
        let files = state.files.iter().map(|file| file.torn(&mut draw)).collect();
        let after = State {
            files,
            synced_names: names.clone(),
            names,
            dirs: state.dirs.clone(),
            ..State::default()
        };
        Self(Arc::new(Mutex::new(after)))
    }

    /// The bytes of a file now.
    pub fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.lock();
        let file = state.names.get(path)?;
        Some(state.files[*file].now.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Given(path, file) => names.insert(path.clone(), *file),
            Self::Taken(path) => names.remove(path),
            Self::Moved { from, to, file } => {
                names.remove(from);
                names.insert(to.clone(), *file)
            }
        };
    }

    /// The directory that has to be synced.
    fn directory(&self) -> &Path {
        match self {
            Self::Given(path, _) | Self::Taken(path) | Self::Moved { to: path, .. } => {
                directory_of(path)
            }
        }
    }
}

impl Content {
    fn torn(&self, draw: &mut Draw) -> Self {
        let mut bytes = self.synced.clone();
        // Any of them, not only the first ones: the cache writes back in its own order.
        let mode = draw.below(3);
        let first = draw.below(self.since.len() + 1);
        for (index, change) in self.since.iter().enumerate() {
            let kept = match mode {
                0 => index < first,
                1 => true,
                _ => draw.below(2) == 0,
            };
            if kept {
                match draw.below(4) {
                    0 => change.apply(&mut bytes, draw.below(change.len() + 1)),
                    1 => change.apply_sectors(&mut bytes, || draw.below(2) == 0),
                    _ => change.apply(&mut bytes, usize::MAX),
                }
            }
        }
        Self { now: bytes.clone(), synced: bytes, since: Vec::new() }
    }
}

impl State {
    fn begin(&mut self) -> io::Result<()> {
        self.operations += 1;
        let Some((first, fault, count)) = self.fault else { return Ok(()) };
        let failing = first..first.saturating_add(count);
        if failing.contains(&self.operations) { Err(fault.error()) } else { Ok(()) }
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.renames.push(naming);
    }

    fn used(&self) -> u64 {
        self.names.values().map(|file| self.files[*file].now.len() as u64).sum()
    }

    fn make(&mut self, path: &Path) -> usize {
        self.files.push(Content::default());
        let file = self.files.len() - 1;
        self.name(Naming::Given(path.to_owned(), file));
        file
    }

    /// How many of `len` bytes more fit.
    fn room(&self, len: usize) -> io::Result<usize> {
        let Some(capacity) = self.capacity else { return Ok(len) };
        let room = capacity.saturating_sub(self.used()).min(len as u64) as usize;
        if room == 0 && len > 0 { Err(Fault::Full.error()) } else { Ok(room) }
    }
}

impl Storage for Disk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        let mut state = self.lock();
        state.begin()?;
        let file = match state.find(path) {
            Ok(file) => {
                state.files[file].change(Change::Cut(0));
                file
            }
            Err(_) => state.make(path),
        };
        Ok(Box::new(Writing { disk: self.clone(), file }))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        let mut state = self.lock();
        state.begin()?;
        let file = state.find(path).unwrap_or_else(|_| state.make(path));
        Ok(Box::new(Writing { disk: self.clone(), file }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Source>> {
        let state = self.lock();
        let bytes = state.files[state.find(path)?].now.clone();
        Ok(Box::new(Reading { bytes, at: 0 }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin()?;
        let file = state.find(from)?;
        state.name(Naming::Moved { from: from.to_owned(), to: to.to_owned(), file });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin()?;
        state.find(path)?;
        state.name(Naming::Taken(path.to_owned()));
        Ok(())
    }

    fn truncate(&self, path: &Path, len: u64) -> io::Result<()> {
        let mut state = self.lock();
        state.begin()?;
        let file = state.find(path)?;
        state.files[file].change(Change::Cut(len as usize));
        Ok(())
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin()?;
        state.dirs.insert(dir.to_owned());
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Found>> {
        let state = self.lock();
        let within = |path: &Path| directory_of(path) == dir;
        let found: Vec<Found> = state
            .names
            .iter()
            .filter(|(path, _)| within(path))
            .map(|(path, file)| Found {
                path: path.clone(),
                len: state.files[*file].now.len() as u64,
            })
            .collect();
        let known = !found.is_empty() || state.dirs.contains(dir) || dir == Path::new(".");
        if known { Ok(found) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin()?;
        let (synced, left): (Vec<Naming>, Vec<Naming>) =
            std::mem::take(&mut state.renames).into_iter().partition(|one| one.directory() == dir);
        for naming in synced {
            naming.apply(&mut state.synced_names);
        }
        state.renames = left;
        Ok(())
    }
}

struct Writing {
    disk: Disk,
    file: usize,
}

impl Sink for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.lock();
        state.begin()?;
        let taken = state.room(bytes.len())?;
        let end = state.files[self.file].now.len();
        state.files[self.file].change(Change::Write(end, bytes[..taken].to_vec()));
        Ok(taken)
    }

    fn overwrite(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin()?;
        let more = (at as usize + bytes.len()).saturating_sub(state.files[self.file].now.len());
        let taken = bytes.len() - more + state.room(more)?;
        state.files[self.file].change(Change::Write(at as usize, bytes[..taken].to_vec()));
        if taken < bytes.len() { Err(Fault::Full.error()) } else { Ok(()) }
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin()?;
        state.files[self.file].change(Change::Cut(len as usize));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin()?;
        let file = &mut state.files[self.file];
        file.synced.clone_from(&file.now);
        file.since.clear();
        Ok(())
    }
}

struct Reading {
    bytes: Vec<u8>,
    at: usize,
}

impl Source for Reading {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.at..];
        let read = rest.len().min(buf.len());
        buf[..read].copy_from_slice(&rest[..read]);
        self.at += read;
        Ok(read)
    }

    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }
}

/// `SplitMix64`.
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((u128::from(z ^ (z >> 31)) * bound as u128) >> 64) as usize
    }
}
