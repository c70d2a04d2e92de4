//! Files as this crate sees them: it names what it needs of a disk and opens nothing itself.
//!
//! ```text
//! Storage   names: create, append, open, rename, remove, list, truncate, sync_dir
//! Sink      one file to write: write, sync
//! Source    one file to read
//! ```
//! What a crash leaves: bytes that were synced before it, under names whose directory was synced
//! after they were given. All else may be there, in part, or not. [`Disk`] is such a disk in
//! memory, for tests; the server has the one on files.

mod disk;

use std::io;
use std::path::{Path, PathBuf};

pub use disk::{Disk, Fault};

/// A place for files.
pub trait Storage: Send + Sync {
    /// A new file, or an emptied one, to write.
    ///
    /// # Errors
    /// Those of the system.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>>;

    /// A file to write behind its end; made if there is none.
    ///
    /// # Errors
    /// Those of the system.
    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>>;

    /// A file to read from its beginning.
    ///
    /// # Errors
    /// Those of the system; `NotFound` when there is none.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Source>>;

    /// Gives a file another name, in the place of what had it.
    ///
    /// # Errors
    /// Those of the system.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// Those of the system.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Cuts a file to a length.
    ///
    /// # Errors
    /// Those of the system.
    fn truncate(&self, path: &Path, len: u64) -> io::Result<()>;

    /// Makes a directory; one that is there is fine.
    ///
    /// # Errors
    /// Those of the system.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// The plain files in a directory, in no order.
    ///
    /// # Errors
    /// Those of the system; `NotFound` when there is no such directory.
    fn list(&self, dir: &Path) -> io::Result<Vec<Found>>;

    /// Makes the names in a directory last.
    ///
    /// # Errors
    /// Those of the system.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
}

/// A file in a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its path, the directory's included.
    pub path: PathBuf,
    /// Its length in bytes.
    pub len: u64,
}

/// A file that is written.
pub trait Sink: Send {
    /// Appends; how many of the bytes were taken, at least one.
    ///
    /// # Errors
    /// Those of the system; nothing was taken then.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Appends all of the bytes.
    ///
    /// # Errors
    /// As `write`; some may have been taken.
    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let taken = self.write(bytes)?;
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    /// Writes at an offset, over bytes that were written before, or behind them. After that,
    /// `write` is of use only once the file was cut.
    ///
    /// # Errors
    /// Those of the system; some may have been taken.
    fn overwrite(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to a length; writing goes on at its end.
    ///
    /// # Errors
    /// Those of the system.
    fn truncate(&mut self, len: u64) -> io::Result<()>;

    /// Makes what was written last, and the file's length. After an error nothing is known of
    /// what was written since the last success.
    ///
    /// # Errors
    /// Those of the system.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that is read.
pub trait Source: Send {
    /// Fills the beginning of `buf`; how many bytes, 0 at the end of the file only.
    ///
    /// # Errors
    /// Those of the system.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize>;

    /// The file's length in bytes, as of its opening.
    fn len(&self) -> u64;

    /// Whether the file was empty when it was opened.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// All bytes of a file.
///
/// # Errors
/// Those of the storage.
pub fn read_all(storage: &dyn Storage, path: &Path) -> io::Result<Vec<u8>> {
    let mut source = storage.open(path)?;
    let (mut bytes, mut buf) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match source.read(&mut buf)? {
            0 => return Ok(bytes),
            read => bytes.extend_from_slice(&buf[..read]),
        }
    }
}

/// Puts a small file in the place of another such that a crash leaves one of the two, whole: it is
/// written under `temp` beside it, synced, renamed, and the directory synced.
///
/// # Errors
/// Those of the storage; the old file is then still there unless only the last step failed.
pub fn replace(storage: &dyn Storage, temp: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = (|| {
        let mut sink = storage.create(temp)?;
        sink.write_all(bytes)?;
        sink.sync()
    })();
    if let Err(error) = written.and_then(|()| storage.rename(temp, path)) {
        // What is left of it would only lie there.
        let _ = storage.remove(temp);
        return Err(error);
    }
    storage.sync_dir(directory_of(path))
}

/// The directory that a path is in.
pub fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests;
