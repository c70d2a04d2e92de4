//! Files written by a snapshot are read back, whole or refused.

use super::{Gathering, Shot};
use crate::rdb::{
    Arrival, Entry, Header, LoadError, Loaded, Loader, Reason, SaveOptions, Strings, Style, Usage,
    load,
};
use crate::snapshot::{Format, Plan, SnapshotError, Written};
use crate::storage::{Disk, Fault, Storage, directory_of, replace};
use engine::{AtCut, Blob, CutDatabase, Expiry, Keeper as _, Limits, Rec, hash, list, string};
use std::path::Path;

fn plan(version: u16) -> Plan {
    let style = Style { strings: Strings::Later, usage: Usage::None, version };
    let aux = vec![("redis-ver", "7.4.0".to_owned()), ("ctime", "1700000000".to_owned())];
    Plan {
        format: Format::Rdb { aof_base: false },
        style,
        options: SaveOptions { compress: true, checksum: true, sync_often: true },
        header: Header { version, aux, libraries: vec![b"#!lua name=x\n"[..].into()] },
        slow: false,
    }
}

fn timed_hash(key: &[u8]) -> Rec {
    let mut rec = hash::empty(key);
    let mut hash = hash::HashMut::new(&mut rec, &Limits::DEFAULT, 0);
    hash.put(b"field", b"value", Expiry::At(4_000_000_000_000));
    hash.put(b"other", b"value", Expiry::Never);
    rec
}

fn records() -> Vec<(usize, Rec)> {
    let long = "a long string that compresses well, well, well, well, well, well, well ".repeat(9);
    let mut many = list::empty(b"list");
    for number in 0..5000 {
        list::ListMut::new(&mut many, &Limits::DEFAULT).push_back(format!("e{number}").as_bytes());
    }
    let mut timed = string::record(b"timed", b"x");
    timed.set_expire(Some(4_000_000_000_000));
    let blob = Rec::with_payload(b"blob", raw_blob(&vec![b'z'; 100_000]), 0, None);
    vec![
        (0, string::record(b"number", b"12345")),
        (0, string::record(b"a key that is longer than twenty bytes bytes", long.as_bytes())),
        (0, timed),
        (1, many),
        (0, blob),
    ]
}

fn raw_blob(bytes: &[u8]) -> engine::Payload<engine::Object> {
    engine::Payload::Blob(Blob::new(bytes))
}

/// Writes the records: every second one as if a writer had changed it first.
fn save(disk: &Disk, plan: Plan, records: &[(usize, Rec)]) -> Result<Written, SnapshotError> {
    let databases = vec![CutDatabase { keys: 3, expires: 1 }, CutDatabase { keys: 1, expires: 0 }];
    let shot = Shot::new(plan);
    shot.begin(AtCut { databases, dirty: 7 });
    let mut own = Gathering::default();
    for (index, (db, rec)) in records.iter().enumerate() {
        if index % 2 == 0 {
            shot.gather(&mut own, *db, rec);
        } else {
            shot.keep(*db, rec);
        }
    }
    shot.hand_over(&mut own);
    shot.close();
    shot.save(disk, Path::new("dump.rdb"), &mut |_| ())
}

/// What is read, as text.
#[derive(Default)]
struct Seen(Vec<String>);

impl Loader for Seen {
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason> {
        let text = match arrival {
            Arrival::Entry(Entry { db, rec, .. }) => {
                let key = String::from_utf8_lossy(rec.key()).into_owned();
                let dump = crate::dump::dump(&rec, Strings::Plain);
                format!("{db} {key} {:?} {}", rec.expire_ms(), crate::crc64::update(0, &dump))
            }
            other => format!("{other:?}"),
        };
        self.0.push(text);
        Ok(())
    }
}

fn read(disk: &Disk) -> Result<(Loaded, Vec<String>), LoadError> {
    let mut seen = Seen::default();
    let mut source = disk.open(Path::new("dump.rdb")).expect("it is there");
    let loaded = load(&mut *source, &Limits::DEFAULT, &mut seen)?;
    seen.0.sort();
    Ok((loaded, seen.0))
}

fn expected(records: &[(usize, Rec)]) -> Vec<String> {
    let line = |(db, rec): &(usize, Rec)| {
        let dump = crate::dump::dump(rec, Strings::Plain);
        let key = String::from_utf8_lossy(rec.key()).into_owned();
        format!("{db} {key} {:?} {}", rec.expire_ms(), crate::crc64::update(0, &dump))
    };
    records.iter().map(line).collect()
}

#[test]
fn what_was_saved_is_read() {
    let (disk, records) = (Disk::new(), records());
    let written = save(&disk, plan(11), &records).expect("there is room");
    assert_eq!(written.entries, 5);
    let bytes = disk.bytes(Path::new("dump.rdb")).expect("it is there");
    assert!(bytes.starts_with(b"REDIS0011"));
    assert!(bytes.len() < 40_000, "strings are compressed: {}", bytes.len());
    let (loaded, seen) = read(&disk).expect("it is whole");
    assert_eq!((loaded.version, loaded.bytes), (11, bytes.len() as u64));
    let seen: Vec<String> = seen.into_iter().filter(|line| line.starts_with(['0', '1'])).collect();
    let mut expected = expected(&records);
    expected.sort();
    assert_eq!(seen, expected);
}

#[test]
fn the_version_rises_when_an_entry_needs_it() {
    for (wanted, magic, version) in
        [(11, &b"VALKEY080"[..], 80), (12, b"REDIS0012", 12), (10, b"VALKEY080", 80)]
    {
        let disk = Disk::new();
        let mut records = records();
        records.push((0, timed_hash(b"hash")));
        save(&disk, plan(wanted), &records).expect("there is room");
        assert!(disk.bytes(Path::new("dump.rdb")).expect("it is there").starts_with(magic));
        let (loaded, seen) = read(&disk).expect("the checksum was corrected");
        assert_eq!(loaded.version, version);
        assert!(seen.iter().any(|line| line.starts_with("0 hash ")));
    }
}

#[test]
fn a_file_cut_anywhere_is_refused_there() {
    let disk = Disk::new();
    let mut records = records();
    records.pop();
    save(&disk, plan(11), &records).expect("there is room");
    let bytes = disk.bytes(Path::new("dump.rdb")).expect("it is there");
    for len in (0..bytes.len()).filter(|len| len % 37 == 0 || len + 20 > bytes.len()) {
        let cut = Disk::new();
        let path = Path::new("dump.rdb");
        replace(&cut, Path::new("t"), path, &bytes[..len]).expect("there is room");
        let error = read(&cut).expect_err("it is short");
        assert!(matches!(error.reason, Reason::Short), "{len}: {:?}", error.reason);
        assert_eq!(error.offset, len as u64);
    }
    let mut wrong = bytes.clone();
    let middle = wrong.len() - 1200;
    wrong[middle] ^= 1;
    let disk = Disk::new();
    replace(&disk, Path::new("t"), Path::new("dump.rdb"), &wrong).expect("there is room");
    let error = read(&disk).expect_err("it is wrong");
    assert!(matches!(error.reason, Reason::Checksum { .. } | Reason::Corrupt(_)), "{error:?}");
}

#[test]
fn a_failing_disk_leaves_nothing_and_is_told() {
    let records = records();
    let operations = {
        let disk = Disk::new();
        save(&disk, plan(11), &records).expect("there is room");
        disk.operations()
    };
    for fault in [Fault::Full, Fault::Broken] {
        for first in 1..=operations {
            let disk = Disk::new();
            disk.fail(first, fault, 1);
            let error = save(&disk, plan(11), &records).expect_err("it fails");
            assert!(matches!(error, SnapshotError::Storage { .. }), "{error}");
            let path = Path::new("dump.rdb");
            assert!(disk.list(directory_of(path)).expect("it is listed").is_empty());
        }
    }
}

#[test]
fn a_time_before_the_epoch_is_the_epoch() {
    let seconds = [&[0xfd][..], &i32::MIN.to_le_bytes()].concat();
    let milliseconds = [&[0xfc][..], &i64::MIN.to_le_bytes()].concat();
    for time in [seconds, milliseconds] {
        let bytes = [b"REDIS0004", &time[..], b"\x00\x01k\x01v\xff"].concat();
        let disk = Disk::new();
        replace(&disk, Path::new("t"), Path::new("dump.rdb"), &bytes).expect("there is room");
        let (_, seen) = read(&disk).expect("it is whole");
        assert!(seen.iter().any(|line| line.starts_with("0 k Some(0) ")), "{seen:?}");
    }
}
