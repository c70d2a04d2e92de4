//! The files of one append-only log: which is written, how a new base takes the place of the old,
//! what a failed write leaves.
//!
//! ```text
//! prepare   the next increment is made (while the log is just being turned on, under a temporary
//!           name that it has until there is a base)
//! switch    the increment before is synced, the manifest names the next: what was changed from the
//!           cut on goes to it. Only the last increment of a log is ever cut by a crash
//! settle    the snapshot of the cut is the new base; what is before it is history, and removed
//! abandon   there is no snapshot: the old base and all increments stay
//! ```
//! At each step what the manifest names is a whole log. A write that failed in part is cut off
//! again before anything else is written; what was not taken is the caller's to write again.

use super::manifest::{Manifest, Part, Unreadable};
use super::room::{self, SUM_BYTES};
use crate::storage::{Sink, Storage, read_all, replace};
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a log lies and how its names are written.
#[derive(Clone, Debug)]
pub struct Place {
    /// `appenddirname`.
    pub dir: PathBuf,
    /// `appendfilename`.
    pub name: Vec<u8>,
    /// Splits a line of the manifest into words.
    pub split: fn(&[u8]) -> Option<Vec<Vec<u8>>>,
    /// Writes a name so that it is one word.
    pub quote: fn(&[u8]) -> Vec<u8>,
}

/// A step that failed: in Redis's words, with the reason at the end.
#[derive(Debug)]
pub struct Failure {
    /// What was tried.
    pub text: String,
    /// How it failed.
    pub error: io::Error,
}

impl Failure {
    fn new(text: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let text = text.into();
        move |error| Self { text, error }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.error.to_string();
        let end = reason.find(" (os error").unwrap_or(reason.len());
        write!(f, "{}: {}", self.text, &reason[..end])
    }
}

impl std::error::Error for Failure {}

/// Why a log cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The manifest says nothing that can be used.
    Manifest(Unreadable),
    /// The storage failed.
    Storage(Failure),
}

/// A write that failed.
#[derive(Debug)]
pub struct WriteError {
    /// How.
    pub error: io::Error,
    /// Bytes that are in the file all the same, and could not be cut off: not to be written again.
    pub taken: usize,
    /// Some bytes were taken at first.
    pub was_short: bool,
    /// Why they could not be cut off.
    pub cut: Option<io::Error>,
}

impl WriteError {
    fn none_taken(error: io::Error) -> Self {
        Self { error, taken: 0, was_short: false, cut: None }
    }
}

/// A log.
pub struct Log {
    storage: Arc<dyn Storage>,
    place: Place,
    manifest: Manifest,
    /// The increment that is written.
    current: Option<Writer>,
    /// The one that will be, and the manifest with it.
    next: Option<(Writer, Manifest)>,
    /// The next one has a temporary name.
    is_starting: bool,
}

struct Writer {
    sink: Box<dyn Sink>,
    name: Vec<u8>,
    /// Bytes of whole writes.
    len: u64,
    /// The file is filled with room up to this length; 0 without room.
    filled: u64,
    /// There was no space for room.
    is_cramped: bool,
    /// A batch that is written over it.
    batch: Vec<u8>,
}

/// Room that is filled at once.
const ROOM_BYTES: u64 = 256 << 10;
/// Longer batches are appended: what their bytes take hides what the file's length does.
const BATCH_MOST: usize = 256 << 10;

impl Writer {
    fn new(sink: Box<dyn Sink>, name: Vec<u8>, len: u64) -> Self {
        Self { sink, name, len, filled: 0, is_cramped: false, batch: Vec::new() }
    }

    /// Appends behind all else.
    fn append(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.end_room().map_err(WriteError::none_taken)?;
        let mut taken = 0;
        while taken < bytes.len() {
            match self.sink.write(&bytes[taken..]) {
                Ok(count) => taken += count,
                Err(error) => {
                    let was_short = taken > 0;
                    let cut = if was_short { self.sink.truncate(self.len) } else { Ok(()) };
                    if cut.is_ok() {
                        taken = 0;
                    }
                    self.len += taken as u64;
                    return Err(WriteError { error, taken, was_short, cut: cut.err() });
                }
            }
        }
        self.len += taken as u64;
        Ok(())
    }

    /// Writes over room; false if there is none and none can be had.
    fn write_over(&mut self, requests: &[u8]) -> Result<bool, WriteError> {
        let taken = (SUM_BYTES + requests.len()) as u64;
        if !self.has_room(taken + 1) {
            return Ok(false);
        }
        self.batch.clear();
        room::push_batch(&mut self.batch, self.len, requests);
        if let Err(error) = self.sink.overwrite(self.len, &self.batch) {
            let cut = self.sink.truncate(self.len).err();
            self.filled = 0;
            return Err(WriteError { error, taken: 0, was_short: false, cut });
        }
        self.len += taken;
        Ok(true)
    }

    /// Whether there is room for so many bytes, which is filled if need be.
    fn has_room(&mut self, bytes: u64) -> bool {
        if self.len + bytes <= self.filled {
            return true;
        }
        if self.is_cramped {
            return false;
        }
        if self.filled == 0 {
            // What a crash leaves of the first room is judged by this.
            let begun = self.append(room::BEGIN).is_ok() && self.sink.sync().is_ok();
            if !begun {
                return false;
            }
        }
        let from = self.filled.max(self.len);
        let room = room::fill(from, self.len + bytes + ROOM_BYTES - from);
        self.is_cramped = self.sink.overwrite(from, &room).is_err();
        // Room in part is room as well: it is cut off with what was there.
        self.filled = from + room.len() as u64;
        !self.is_cramped
    }

    /// Cuts room off, and says that what follows has no sums: that has to last before it comes.
    fn end_room(&mut self) -> io::Result<()> {
        if self.filled == 0 {
            return Ok(());
        }
        self.sink.overwrite(self.len, room::END)?;
        self.sink.truncate(self.len + room::END.len() as u64)?;
        self.len += room::END.len() as u64;
        self.filled = 0;
        self.sink.sync()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Room that stays is in nobody's way.
        let _ = self.end_room();
    }
}

impl Log {
    /// Reads the manifest, if there is one.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(storage: Arc<dyn Storage>, place: Place) -> Result<Self, OpenError> {
        let path = place.dir.join(os(&manifest_name(&place)));
        let manifest = match read_all(&*storage, &path) {
            Ok(text) => Manifest::parse(&text, place.split).map_err(OpenError::Manifest)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Manifest::default(),
            Err(error) => {
                let text = format!(
                    "Fatal error: can't open the AOF manifest file {} for reading",
                    path.display()
                );
                return Err(OpenError::Storage(Failure { text, error }));
            }
        };
        Ok(Self { storage, place, manifest, current: None, next: None, is_starting: false })
    }

    /// Which files there are.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The path of a file of the log.
    pub fn path(&self, name: &[u8]) -> PathBuf {
        self.place.dir.join(os(name))
    }

    /// Its length, if it is there.
    pub fn len_of(&self, name: &[u8]) -> Option<u64> {
        self.storage.open(&self.path(name)).ok().map(|source| source.len())
    }

    /// Takes over the single file of a server before Redis 7, which lies beside the directory;
    /// whether there was one.
    ///
    /// # Errors
    /// The storage failed. It is tried again at the next start.
    pub fn adopt_single_file(&mut self) -> Result<bool, Failure> {
        let single = PathBuf::from(os(&self.place.name));
        if self.storage.open(&single).is_err() {
            return Ok(false);
        }
        let is_unfinished = self.manifest.increments.is_empty()
            && self.manifest.base.as_ref().is_some_and(|base| base.name == self.place.name)
            && self.len_of(&self.place.name).is_none();
        if !self.manifest.is_empty() && !is_unfinished {
            return Ok(false);
        }
        self.make_dir()?;
        self.manifest.adopt_base(&self.place.name);
        self.persist(&self.manifest)?;
        let moved = self.storage.rename(&single, &self.path(&self.place.name));
        moved.map_err(Failure::new(format!(
            "Error trying to move the old AOF file {} into dir {}",
            shown(&self.place.name),
            self.place.dir.display()
        )))?;
        Ok(true)
    }

    /// Makes the directory.
    ///
    /// # Errors
    /// The storage failed.
    pub fn make_dir(&self) -> Result<(), Failure> {
        let dir = &self.place.dir;
        let text = format!("Can't open or create append-only dir {}", dir.display());
        self.storage.create_dir(dir).map_err(Failure::new(text))
    }

    /// Opens the last increment to be written, or makes the first; `write_base` makes a base at a
    /// path where there is nothing yet. The name of the increment, and of the base if one was made.
    ///
    /// # Errors
    /// The storage failed.
    pub fn begin(
        &mut self,
        suffix: &str,
        write_base: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<Begun, Failure> {
        self.make_dir()?;
        let mut made_base = None;
        let mut manifest = self.manifest.clone();
        if manifest.is_empty() {
            let name = manifest.new_base(&self.place.name, suffix);
            write_base(&self.path(&name))?;
            made_base = Some(name);
        }
        let is_new = manifest.increments.is_empty();
        if is_new {
            manifest.new_increment(&self.place.name);
        }
        let name = manifest.increments.last().map_or_else(Vec::new, |part| part.name.clone());
        let text = format!("Can't open the append-only file {}", shown(&name));
        let sink = self.storage.append(&self.path(&name)).map_err(Failure::new(text))?;
        if is_new || made_base.is_some() {
            self.persist(&manifest)?;
        }
        self.manifest = manifest;
        let len = self.len_of(&name).unwrap_or(0);
        self.current = Some(Writer::new(sink, name.clone(), len));
        Ok(Begun { increment: name, is_new, base: made_base })
    }

    /// Whether an increment is being written.
    pub fn is_open(&self) -> bool {
        self.current.is_some()
    }

    /// Bytes of the increment that is being written.
    pub fn len(&self) -> u64 {
        self.current.as_ref().map_or(0, |writer| writer.len)
    }

    /// Whether there is none in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends to the increment.
    ///
    /// # Errors
    /// The storage failed; see [`WriteError`] for what is to be written again.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.current.as_mut().map_or(Ok(()), |writer| writer.append(bytes))
    }

    /// The same for whole requests that are synced at once, which takes less time then: they are
    /// written over room (`room.rs`), if there is space for that on the disk.
    ///
    /// # Errors
    /// As [`Log::write`].
    pub fn write_batch(&mut self, requests: &[u8]) -> Result<(), WriteError> {
        let Some(writer) = &mut self.current else { return Ok(()) };
        if requests.len() > BATCH_MOST || !writer.write_over(requests)? {
            return writer.append(requests);
        }
        Ok(())
    }

    /// Whether the next batch is written over room that is there.
    pub fn has_room(&self) -> bool {
        self.current.as_ref().is_some_and(|writer| writer.filled > 0)
    }

    /// Gives room back that is not written over any more.
    ///
    /// # Errors
    /// The storage failed; it stays.
    pub fn end_room(&mut self) -> io::Result<()> {
        self.current.as_mut().map_or(Ok(()), Writer::end_room)
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// The storage failed.
    pub fn sync(&mut self) -> io::Result<()> {
        self.current.as_mut().map_or(Ok(()), |writer| writer.sink.sync())
    }

    /// The increment that is written, opened once more: to be synced while it is written.
    ///
    /// # Errors
    /// The storage failed.
    pub fn open_again(&self) -> io::Result<Option<Box<dyn Sink>>> {
        let Some(writer) = &self.current else { return Ok(None) };
        self.storage.append(&self.path(&writer.name)).map(Some)
    }

    /// Makes the increment to which [`Log::switch`] goes; its name.
    ///
    /// # Errors
    /// The storage failed; everything is as before.
    pub fn prepare(&mut self) -> Result<Vec<u8>, Failure> {
        self.make_dir()?;
        self.is_starting = self.current.is_none();
        let mut manifest = self.manifest.clone();
        let name = if self.is_starting {
            temp_increment(&self.place)
        } else {
            manifest.new_increment(&self.place.name)
        };
        let text = format!("Can't open the append-only file {}", shown(&name));
        let sink = self.storage.create(&self.path(&name)).map_err(Failure::new(text))?;
        self.next = Some((Writer::new(sink, name.clone(), 0), manifest));
        Ok(name)
    }

    /// Goes on in the increment that was prepared. The one before is synced.
    ///
    /// # Errors
    /// The storage failed. The old increment goes on, and no snapshot of this cut may be settled.
    pub fn switch(&mut self) -> Result<(), Failure> {
        let Some((next, manifest)) = self.next.take() else { return Ok(()) };
        self.sync().map_err(Failure::new("Fail to fsync the AOF file"))?;
        if !self.is_starting {
            self.persist(&manifest)?;
            self.manifest = manifest;
        }
        self.current = Some(next);
        Ok(())
    }

    /// Makes a whole snapshot, of the instant of the last switch, the base; what is before it
    /// becomes history.
    ///
    /// # Errors
    /// The storage failed; the old base and the increments stay.
    pub fn settle(&mut self, temp: &Path, suffix: &str) -> Result<Settled, Failure> {
        let mut manifest = self.manifest.clone();
        let base = manifest.new_base(&self.place.name, suffix);
        let base_path = self.path(&base);
        let text = format!(
            "Error trying to rename the temporary AOF base file {} into {}",
            temp.display(),
            base_path.display()
        );
        self.storage.rename(temp, &base_path).map_err(Failure::new(text))?;
        let mut renamed = None;
        if self.is_starting && self.current.is_some() {
            let temp = temp_increment(&self.place);
            let name = manifest.new_increment(&self.place.name);
            let (from, to) = (self.path(&temp), self.path(&name));
            let text = format!(
                "Error trying to rename the temporary AOF incr file {} into {}",
                from.display(),
                to.display()
            );
            if let Err(error) = self.storage.rename(&from, &to) {
                let _ = self.storage.remove(&base_path);
                return Err(Failure { text, error });
            }
            renamed = Some((temp, name));
        }
        manifest.retire_increments(usize::from(self.current.is_some()));
        if let (Some((_, name)), Some(current)) = (&renamed, &mut self.current) {
            current.name.clone_from(name);
        }
        if let Err(failure) = self.persist(&manifest) {
            let _ = self.storage.remove(&base_path);
            if let Some((_, name)) = renamed {
                let _ = self.storage.remove(&self.path(&name));
            }
            return Err(failure);
        }
        self.manifest = manifest;
        self.is_starting = false;
        Ok(Settled { base, increment: renamed })
    }

    /// Gives up what was prepared; while the log is being turned on its increment goes too, and
    /// its name is told.
    pub fn abandon(&mut self) -> Option<Vec<u8>> {
        self.next = None;
        if !self.is_starting {
            return None;
        }
        self.current = None;
        let name = temp_increment(&self.place);
        let _ = self.storage.remove(&self.path(&name));
        Some(name)
    }

    /// Removes the file of a snapshot that comes to nothing, if there is one.
    pub fn discard(&self, temp: &Path) {
        let _ = self.storage.remove(temp);
    }

    /// Removes the history; the names of what went.
    ///
    /// # Errors
    /// The manifest could not be written; it names files then that may be gone.
    pub fn forget_history(&mut self) -> Result<Vec<Part>, Failure> {
        let gone = std::mem::take(&mut self.manifest.history);
        for part in &gone {
            // One that is not there, or stays, is in nobody's way.
            let _ = self.storage.remove(&self.path(&part.name));
        }
        if !gone.is_empty() {
            self.persist(&self.manifest)?;
        }
        Ok(gone)
    }

    /// Ends writing.
    pub fn close(&mut self) {
        self.current = None;
        self.next = None;
    }

    fn persist(&self, manifest: &Manifest) -> Result<(), Failure> {
        let name = manifest_name(&self.place);
        let temp = [b"temp-", &name[..]].concat();
        let text = manifest.text(self.place.quote);
        let failed = format!("Can't write the AOF manifest file {}", shown(&name));
        replace(&*self.storage, &self.path(&temp), &self.path(&name), &text)
            .map_err(Failure::new(failed))
    }
}

/// What the log began with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// The increment that is written.
    pub increment: Vec<u8>,
    /// It was made now.
    pub is_new: bool,
    /// The base that was made now.
    pub base: Option<Vec<u8>>,
}

/// What became of a rewrite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settled {
    /// The new base.
    pub base: Vec<u8>,
    /// The temporary name of the increment and its new one, if it had one.
    pub increment: Option<(Vec<u8>, Vec<u8>)>,
}

fn manifest_name(place: &Place) -> Vec<u8> {
    [&place.name[..], b".manifest"].concat()
}

fn temp_increment(place: &Place) -> Vec<u8> {
    [b"temp-", &place.name[..], b".incr"].concat()
}

fn os(name: &[u8]) -> &OsStr {
    OsStr::from_bytes(name)
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

#[cfg(test)]
mod tests;
