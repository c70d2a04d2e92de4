//! Files from any bytes: reading ends with an error at a place in the file, or with entries that a
//! data set holds, saves, and has again after loading what it saved.
//!
//! The first byte says whether the input is the whole file or what follows the first bytes of a
//! good one, and whether the checksum counts.
#![no_main]

use engine::{Access, Effects, Incoming, Keys, Layout, Limits, Moment, Store};
use libfuzzer_sys::fuzz_target;
use persist::rdb::{Arrival, Header, Loader, Reason, SaveOptions, Strings, Style, Usage, load};
use persist::snapshot::{Format, Plan, save_all};
use persist::storage::{Disk, Storage, replace};
use std::collections::BTreeMap;
use std::path::Path;

const DATABASES: usize = 16;

struct Into<'s> {
    store: &'s Store,
    seen: BTreeMap<(usize, Vec<u8>), Vec<u8>>,
    checks: bool,
}

impl Loader for Into<'_> {
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason> {
        let Arrival::Entry(entry) = arrival else { return Ok(()) };
        let key = entry.rec.key().to_vec();
        let mut value = persist::dump::dump(&entry.rec, Strings::Plain);
        value.extend(format!("{:?}", entry.rec.expire_ms()).into_bytes());
        let spot = self.store.spot(&key);
        let one = Incoming { db: entry.db, spot, rec: entry.rec };
        if self.store.load(vec![one]).is_err() {
            return Err(Reason::Duplicate { db: entry.db, key: key.into() });
        }
        self.seen.insert((entry.db, key), value);
        Ok(())
    }

    fn has_database(&self, db: usize) -> bool {
        db < DATABASES
    }

    fn checks(&self) -> bool {
        self.checks
    }
}

fn read<'s>(disk: &Disk, name: &str, store: &'s Store, checks: bool) -> Option<Into<'s>> {
    let mut source = disk.open(Path::new(name)).expect("it was written");
    let mut into = Into { store, seen: BTreeMap::new(), checks };
    let len = source.len();
    match load(&mut *source, &Limits::DEFAULT, &mut into) {
        Ok(loaded) => {
            assert!(loaded.bytes <= len);
            Some(into)
        }
        Err(error) => {
            assert!(error.offset <= len, "{error:?}");
            None
        }
    }
}

fn store() -> Store {
    Store::new(Layout { databases: DATABASES, workers: 1, start_ms: 0 })
}

fuzz_target!(|input: &[u8]| {
    let Some((&first, rest)) = input.split_first() else { return };
    let begin: &[u8] = match first & 3 {
        0 => b"",
        1 => b"REDIS0011",
        2 => b"VALKEY080",
        _ => b"REDIS0004",
    };
    let disk = Disk::new();
    let bytes = [begin, rest].concat();
    replace(&disk, Path::new("t"), Path::new("in"), &bytes).expect("memory is a disk");
    let first_store = store();
    let Some(before) = read(&disk, "in", &first_store, first & 4 != 0) else { return };
    let style = Style { strings: Strings::Later, usage: Usage::None, version: 11 };
    let plan = Plan {
        format: Format::Rdb { aof_base: false },
        style,
        options: SaveOptions { compress: first & 8 != 0, checksum: true, sync_often: false },
        header: Header { version: 11, ..Header::default() },
        slow: false,
    };
    let moment =
        Moment { now: 0, wall: 0, access: Access::Untouched, limits: Limits::DEFAULT };
    let mut effects = Effects::default();
    let mut keys = Keys::new(&first_store, 0, &moment, &mut effects);
    keys.lock_all();
    save_all(&mut keys, &plan, &disk, Path::new("out"), &mut || ()).expect("memory is a disk");
    drop(keys);
    let second_store = store();
    let after = read(&disk, "out", &second_store, true).expect("what we write is read");
    assert_eq!(after.seen, before.seen);
});
