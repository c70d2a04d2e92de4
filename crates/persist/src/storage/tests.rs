use super::{Disk, Fault, Storage, read_all, replace};
use std::path::Path;

fn path(name: &str) -> &Path {
    Path::new(name)
}

#[test]
fn what_was_synced_under_a_synced_name_survives() {
    let disk = Disk::new();
    let mut sink = disk.create(path("a")).expect("it is made");
    sink.write_all(b"first").expect("there is room");
    sink.sync().expect("it is synced");
    disk.sync_dir(path(".")).expect("its name too");
    sink.write_all(b" second").expect("there is room");
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let after = disk.crash(seed);
        let bytes = read_all(&after, path("a")).expect("the file is there");
        assert!(bytes.starts_with(b"first"));
        assert!(b"first second".starts_with(&bytes[..]));
        seen.insert(bytes.len());
    }
    assert!(seen.contains(&5) && seen.contains(&12) && seen.len() > 2, "{seen:?}");
}

#[test]
fn names_last_only_when_their_directory_is_synced() {
    let disk = Disk::new();
    replace(&disk, path("t"), path("a"), b"old").expect("it is written");
    let mut sink = disk.create(path("b")).expect("it is made");
    sink.write_all(b"new").expect("there is room");
    sink.sync().expect("it is synced");
    disk.rename(path("b"), path("a")).expect("it is renamed");
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..200 {
        seen.insert(disk.crash(seed).bytes(path("a")).expect("one of the two"));
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn it_is_full_and_it_breaks() {
    let disk = Disk::new();
    disk.set_capacity(Some(4));
    let mut sink = disk.create(path("a")).expect("it is made");
    assert_eq!(sink.write(b"123456").expect("some fit"), 4);
    let error = sink.write(b"56").expect_err("none fit");
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    disk.set_capacity(None);
    disk.fail(disk.operations() + 1, Fault::Broken, 1);
    assert_eq!(sink.sync().expect_err("it fails").raw_os_error(), Some(5));
    sink.sync().expect("only once");
}
