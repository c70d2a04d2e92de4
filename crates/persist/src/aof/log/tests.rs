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
    /// In the midst of a request.
    Short,
    /// In what is no request: a disk may lose what lies between two writes that were not synced,
    /// and what has no sum.
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
                Err(Broken::Short) => {
                    end = End::Short;
                    break;
                }
                Err(Broken::Format) => {
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

/// A record of some sectors.
fn long(number: u32) -> Vec<u8> {
    let text = format!("{number:0>1500}");
    format!("*1\r\n${}\r\n{text}\r\n", text.len()).into_bytes()
}

/// Goes on behind what is there: batches of one request and of several, each synced; once room is
/// given back in between, once there is another increment. `durable` is what was synced so far.
fn live_in_batches(disk: &Disk, durable: &mut u32) -> Result<(), Failure> {
    let failed = |error| Failure { text: "write".to_owned(), error };
    let mut log = open(disk);
    log.begin(".aof", |path| base(disk, path, b""))?;
    for round in 1..=7 {
        let mut batch = Vec::new();
        let mut number = *durable;
        for _ in 0..round % 4 {
            number += 1;
            batch.extend(if number.is_multiple_of(3) { record(number) } else { long(number) });
        }
        log.write_batch(&batch).map_err(|error| failed(error.error))?;
        log.sync().map_err(failed)?;
        *durable = number;
        match round {
            2 => log.end_room().map_err(failed)?,
            5 => {
                log.prepare()?;
                log.switch()?;
                log.abandon();
            }
            _ => {}
        }
    }
    Ok(())
}

/// Has a log that was crashed go on, as the server does once it has read it.
fn mend(disk: &Disk) {
    let log = open(disk);
    for part in log.manifest().loaded() {
        let path = log.path(&part.name);
        let mut source = disk.open(&path).expect("a file that the manifest names");
        let mut reader = Reader::new(&mut *source, 0);
        let end = loop {
            match reader.read() {
                Ok(Some(_)) => {}
                Ok(None) => break reader.end(),
                Err(_) => break reader.offset(),
            }
        };
        if reader.has_sums() {
            room::cut(disk, &path, end).expect("a fine disk");
        } else {
            disk.truncate(&path, end).expect("a fine disk");
        }
    }
}

#[test]
fn batches_are_there_whole_or_not_at_all() {
    let all = Disk::new();
    live_in_batches(&all, &mut 0).expect("a fine disk");
    let operations = all.operations();
    assert!(operations > 25, "{operations}");
    for stop in 1..=operations {
        for seed in 0..24 {
            let disk = Disk::new();
            disk.fail(stop, Fault::Broken, u64::MAX);
            let mut durable = 0;
            let _ = live_in_batches(&disk, &mut durable);
            let after = disk.crash(seed * 1000 + stop);
            let (numbers, end) = load(&after);
            let whole: Vec<u32> = (1..=numbers.len() as u32).collect();
            assert_eq!(numbers, whole, "stop {stop} seed {seed}");
            assert!(numbers.len() as u32 >= durable, "stop {stop} seed {seed}: {end:?}");
            assert_ne!(end, End::Cut, "stop {stop} seed {seed}");
            // And again from there.
            mend(&after);
            let mut durable = numbers.len() as u32;
            assert_eq!(load(&after), (numbers, End::Whole), "stop {stop} seed {seed}");
            live_in_batches(&after, &mut durable).expect("a fine disk");
            let whole: Vec<u32> = (1..=durable).collect();
            assert_eq!(load(&after), (whole, End::Whole), "stop {stop} seed {seed}");
        }
    }
}

#[test]
fn what_is_wrong_before_a_sum_is_no_end() {
    let disk = Disk::new();
    live_in_batches(&disk, &mut 0).expect("a fine disk");
    let log = open(&disk);
    let path = log.path(&log.manifest().loaded().last().expect("an increment").name);
    let bytes = disk.bytes(&path).expect("it is there");
    let last = bytes.len() - room::END.len();
    for at in (0..last).step_by(97) {
        let mut wrong = bytes.clone();
        wrong[at] ^= 0x40;
        let mut sink = disk.create(&path).expect("a fine disk");
        sink.write_all(&wrong).expect("a fine disk");
        // What ends a batch is behind each.
        assert_eq!(load(&disk).1, End::Cut, "{at}");
    }
}

#[test]
fn a_disk_without_space_for_room_takes_batches_all_the_same() {
    let disk = Disk::new();
    disk.set_capacity(Some(100_000));
    let mut durable = 0;
    live_in_batches(&disk, &mut durable).expect("space for requests");
    assert_eq!(load(&disk), ((1..=durable).collect(), End::Whole));
    let used: usize = disk.list(Path::new("appendonlydir")).expect("it is there").len();
    assert!(used > 2);
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
