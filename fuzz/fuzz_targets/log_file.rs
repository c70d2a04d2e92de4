//! Append-only files from any bytes: reading ends, with an error or at the end of the file, at a
//! place in it, and again so once what is wrong was cut off.
//!
//! The first byte says whether the input is the whole file, or batches with sums that are right,
//! each as long as its first byte says, and what comes behind them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use persist::aof::log::{Failure, Log, Place};
use persist::aof::read::{Broken, Reader};
use persist::aof::room;
use persist::storage::{Disk, Storage};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A log with these batches; the bytes of its increment.
fn batches(mut input: &[u8]) -> Vec<u8> {
    let disk = Disk::new();
    let place = Place {
        dir: PathBuf::from("dir"),
        name: b"a".to_vec(),
        split: |line| Some(line.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect()),
        quote: <[u8]>::to_vec,
    };
    let mut log = Log::open(Arc::new(disk.clone()), place).expect("there is none yet");
    let base = |path: &Path| {
        let made = disk.create(path).map(|_| ());
        made.map_err(|error| Failure { text: "base".to_owned(), error })
    };
    let begun = log.begin(".aof", base).expect("a fine disk");
    while let [len, rest @ ..] = input {
        let (batch, behind) = rest.split_at(rest.len().min(usize::from(*len)));
        log.write_batch(batch).expect("a fine disk");
        input = behind;
    }
    disk.bytes(&log.path(&begun.increment)).expect("it was written")
}

/// Where reading ends, whether that is the end of the file, and whether there were sums.
fn read(disk: &Disk, path: &Path) -> (u64, bool, bool) {
    let mut source = disk.open(path).expect("it is there");
    let len = source.len();
    let mut reader = Reader::new(&mut *source, 0);
    let is_end = loop {
        match reader.read() {
            Ok(Some(request)) => assert!(request.iter().len() > 0),
            Ok(None) => break true,
            Err(Broken::Storage(error)) => panic!("{error}"),
            Err(_) => break false,
        }
    };
    assert!(reader.offset() <= len);
    assert!(!is_end || reader.end() <= len);
    (if is_end { reader.end() } else { reader.offset() }, is_end, reader.has_sums())
}

fuzz_target!(|input: &[u8]| {
    let [mode, rest @ ..] = input else { return };
    let bytes = if mode % 2 == 0 { rest.to_vec() } else { batches(rest) };
    let (disk, path) = (Disk::new(), Path::new("log"));
    disk.create(path).and_then(|mut sink| sink.write_all(&bytes)).expect("a fine disk");
    let (end, _, has_sums) = read(&disk, path);
    if has_sums {
        room::cut(&disk, path, end).expect("a fine disk");
    } else {
        disk.truncate(path, end).expect("a fine disk");
    }
    assert!(read(&disk, path).1, "what is whole is read");
});
