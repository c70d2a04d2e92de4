//! A life of a log on a disk that crashes at every step, and one that fills up.

use super::*;
use crate::aof::read::{Broken, Reader};
use crate::storage::{Disk, Fault};

fn place() -> Place {
    Place {
        dir: PathBuf::from("appendonlydir"),
        name: b"a.aof".to_vec(),
        split: |line| Some(line.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect()),
        quote: <[u8]>::to_vec,
    }
}

fn record(number: u32) -> Vec<u8> {
    let text = number.to_string();
    format!("*1\r\n${}\r\n{text}\r\n", text.len()).into_bytes()
}

fn records(until: u32) -> Vec<u8> {
    (1..=until).flat_map(record).collect()
}

fn open(disk: &Disk) -> Log {
    Log::open(Arc::new(disk.clone()), place()).expect("a manifest that can be read")
}

fn base(disk: &Disk, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = (|| {
        let mut sink = disk.create(path)?;
        sink.write_all(bytes)?;
        sink.sync()
    })();
    written.map_err(Failure::new("base"))
}

/// How a file of a log ends.
#[derive(PartialEq, Eq, Debug)]
enum End {
    Whole,
    /// In the midst of a request, or in what is none: a disk may lose what lies between two
    /// writes that were not synced.
    Cut,
}

/// The numbers in a log, and how its last file ends.
fn load(disk: &Disk) -> (Vec<u32>, End) {
    let log = open(disk);
    let (mut numbers, mut end) = (Vec::new(), End::Whole);
    for part in log.manifest().loaded() {
        assert_eq!(end, End::Whole, "only the last file may be cut");
        let mut source = disk.open(&log.path(&part.name)).expect("a file that the manifest names");
        let mut reader = Reader::new(&mut *source, 0);
        loop {
            match reader.read() {
                Ok(Some(request)) => {
                    let text = String::from_utf8_lossy(request.name()).into_owned();
                    match text.parse() {
                        Ok(number) => numbers.push(number),
                        Err(_) => {
                            end = End::Cut;
                            break;
                        }
                    }
                }
                Ok(None) => break,
                Err(Broken::Short | Broken::Format) => {
                    end = End::Cut;
                    break;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    (numbers, end)
}

/// Writes, syncs and rewrites; `durable` is what was synced so far. Ends at the first fault.
fn live(disk: &Disk, durable: &mut u32) -> Result<(), Failure> {
    let failed = |error| Failure { text: "write".to_owned(), error };
    let mut log = open(disk);
    log.begin(".aof", |path| base(disk, path, b""))?;
    let mut number = 0;
    for round in 0..3 {
        for step in 0..4 {
            number += 1;
            log.write(&record(number)).map_err(|error| failed(error.error))?;
            if step % 2 == 1 {
                log.sync().map_err(failed)?;
                *durable = number;
            }
        }
        log.prepare()?;
        number += 1;
        log.write(&record(number)).map_err(|error| failed(error.error))?;
        let cut = number;
        log.switch()?;
        *durable = number;
        number += 1;
        log.write(&record(number)).map_err(|error| failed(error.error))?;
        let temp = Path::new("temp.aof");
        base(disk, temp, &records(cut))?;
        if round == 1 {
            log.abandon();
            continue;
        }
        log.settle(temp, ".aof")?;
        log.forget_history()?;
    }
    Ok(())
}

#[test]
fn every_crash_leaves_a_log_with_all_that_was_synced() {
    let all = Disk::new();
    live(&all, &mut 0).expect("a fine disk");
    let operations = all.operations();
    assert!(operations > 50, "{operations}");
    for stop in 1..=operations {
        for seed in 0..12 {
            let disk = Disk::new();
            disk.fail(stop, Fault::Broken, u64::MAX);
            let mut durable = 0;
            let _ = live(&disk, &mut durable);
            let after = disk.crash(seed * 1000 + stop);
            let (numbers, end) = load(&after);
            let whole: Vec<u32> = (1..=numbers.len() as u32).collect();
            assert_eq!(numbers, whole, "stop {stop} seed {seed}");
            assert!(
                numbers.len() as u32 >= durable,
                "stop {stop} seed {seed}: {numbers:?} {end:?}"
            );
        }
    }
}

#[test]
fn a_full_disk_leaves_whole_writes_and_takes_more_when_there_is_room() {
    let disk = Disk::new();
    let mut log = open(&disk);
    log.begin(".aof", |path| base(&disk, path, b"")).expect("room");
    log.write(&record(1)).expect("room");
    let used: usize = 200;
    disk.set_capacity(Some(used as u64));
    let mut number = 1;
    let failed = loop {
        let next = record(number + 1);
        match log.write(&next) {
            Ok(()) => number += 1,
            Err(error) => break error,
        }
        assert!(number < 100, "it must fill up");
    };
    assert_eq!(failed.taken, 0, "what was taken is cut off again");
    assert!(failed.cut.is_none());
    assert_eq!(load(&disk), ((1..=number).collect(), End::Whole));
    disk.set_capacity(None);
    log.write(&record(number + 1)).expect("room again");
    assert_eq!(load(&disk), ((1..=number + 1).collect(), End::Whole));
}

#[test]
fn a_log_that_is_turned_on_has_no_increment_before_its_base() {
    let disk = Disk::new();
    let mut log = open(&disk);
    log.prepare().expect("room");
    log.switch().expect("synced");
    log.write(&record(3)).expect("room");
    log.sync().expect("synced");
    assert!(open(&disk).manifest().is_empty(), "there is no log yet");
    base(&disk, Path::new("temp.aof"), &records(2)).expect("room");
    let settled = log.settle(Path::new("temp.aof"), ".aof").expect("room");
    assert_eq!(settled.base, b"a.aof.1.base.aof");
    assert_eq!(load(&disk), (vec![1, 2, 3], End::Whole));
    log.write(&record(4)).expect("room");
    assert_eq!(load(&disk), (vec![1, 2, 3, 4], End::Whole));
}

#[test]
fn a_single_file_is_taken_over_at_any_step() {
    let operations = {
        let disk = Disk::new();
        base(&disk, Path::new("a.aof"), &records(3)).expect("room");
        open(&disk).adopt_single_file().expect("room");
        disk.operations()
    };
    for stop in 1..=operations + 1 {
        let disk = Disk::new();
        base(&disk, Path::new("a.aof"), &records(3)).expect("room");
        disk.sync_dir(Path::new(".")).expect("synced");
        disk.fail(stop, Fault::Full, 1);
        let _ = open(&disk).adopt_single_file();
        let again = disk.crash(stop);
        let mut log = open(&again);
        log.adopt_single_file().expect("room");
        assert_eq!(load(&again), (vec![1, 2, 3], End::Whole), "stop {stop}");
    }
}
