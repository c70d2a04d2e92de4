//! Files as the persistence sees them: [`Storage`] on the file system.
//!
//! Paths are as given: relative ones belong to the working directory, which `dir` sets. [`Timed`]
//! is the same with a look at the clock, for the metrics.

use commands::measure::Durations;
use persist::storage::{Found, Sink, Source, Storage};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// The file system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Files;

impl Storage for Files {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(Written(File::create(path)?)))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        // Not to append: such a file takes nothing elsewhere than at its end.
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Box::new(Written(file)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Source>> {
        let file = File::open(path)?;
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Box::new(ReadFrom { file, len: meta.len() }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn truncate(&self, path: &Path, len: u64) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.set_len(len)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        match fs::create_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
            other => other,
        }
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            // One that goes away meanwhile is not there.
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_file() {
                found.push(Found { path: dir.join(entry.file_name()), len: meta.len() });
            }
        }
        Ok(found)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }
}

/// How long files took to come to the disk.
#[derive(Debug, Default)]
pub(crate) struct SyncTimes {
    /// Snapshots, the base of the append-only file among them.
    pub(crate) snapshot: Durations,
    /// What changes are appended to, and its manifest.
    pub(crate) log: Durations,
}

impl SyncTimes {
    fn of(&self, path: &Path) -> &Durations {
        let is_snapshot = path.extension().is_some_and(|extension| extension == "rdb");
        if is_snapshot { &self.snapshot } else { &self.log }
    }
}

/// The file system, and how long it takes to sync what is written.
#[derive(Clone, Debug)]
pub(crate) struct Timed(pub(crate) Arc<SyncTimes>);

impl Timed {
    fn sink(&self, path: &Path, sink: Box<dyn Sink>) -> Box<dyn Sink> {
        let path = path.to_owned();
        Box::new(TimedSink { sink, path, times: Arc::clone(&self.0) })
    }
}

impl Storage for Timed {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(self.sink(path, Files.create(path)?))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(self.sink(path, Files.append(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Source>> {
        Files.open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Files.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Files.remove(path)
    }

    fn truncate(&self, path: &Path, len: u64) -> io::Result<()> {
        Files.truncate(path, len)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        Files.create_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Found>> {
        Files.list(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        Files.sync_dir(dir)
    }
}

struct TimedSink {
    sink: Box<dyn Sink>,
    path: PathBuf,
    times: Arc<SyncTimes>,
}

impl Sink for TimedSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn overwrite(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.sink.overwrite(at, bytes)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.sink.truncate(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        let result = self.sink.sync();
        self.times.of(&self.path).count(begun.elapsed());
        result
    }
}

struct Written(File);

impl Sink for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Ok(0) if !bytes.is_empty() => return Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn overwrite(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, at)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)?;
        self.0.seek(SeekFrom::Start(len)).map(|_| ())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

struct ReadFrom {
    file: File,
    len: u64,
}

impl Source for ReadFrom {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn len(&self) -> u64 {
        self.len
    }
}
