use super::*;

fn split(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    Some(line.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect())
}

fn read(text: &str) -> Result<Manifest, Unreadable> {
    Manifest::parse(text.as_bytes(), split)
}

fn show(manifest: &Manifest) -> String {
    String::from_utf8(manifest.text(<[u8]>::to_vec)).expect("text")
}

#[test]
fn a_life() {
    let mut manifest = Manifest::default();
    assert_eq!(manifest.new_base(b"a.aof", ".rdb"), b"a.aof.1.base.rdb");
    assert_eq!(manifest.new_increment(b"a.aof"), b"a.aof.1.incr.aof");
    manifest.new_increment(b"a.aof");
    manifest.new_increment(b"a.aof");
    manifest.new_base(b"a.aof", ".aof");
    manifest.retire_increments(1);
    let text = "file a.aof.2.base.aof seq 2 type b\n\
                file a.aof.1.incr.aof seq 1 type h\n\
                file a.aof.2.incr.aof seq 2 type h\n\
                file a.aof.1.base.rdb seq 1 type h\n\
                file a.aof.3.incr.aof seq 3 type i\n";
    assert_eq!(show(&manifest), text);
    assert_eq!(show(&read(text).expect("read")), text);
    assert_eq!(read(text).expect("read").new_increment(b"a.aof"), b"a.aof.4.incr.aof");
}

#[test]
fn what_is_wrong_is_named() {
    let one = "file a seq 1 type i\n";
    for (text, reason) in [
        ("", "Found an empty AOF manifest"),
        ("\n", BAD_FORMAT),
        ("file a seq 1\n", BAD_FORMAT),
        ("file a seq 1 type\n", BAD_FORMAT),
        ("file a seq 0 type b\n", BAD_FORMAT),
        ("file a seq 1 type x\n", "Unknown AOF file type"),
        ("file a/b seq 1 type b\n", "File can't be a path, just a filename"),
        ("file a seq 1 type b\nfile c seq 1 type b\n", "Found duplicate base file information"),
        ("file a seq 2 type i\nfile c seq 2 type i\n", "Found a non-monotonic sequence number"),
        ("file a seq 1 type i", "The AOF manifest file contains too long line"),
    ] {
        assert_eq!(read(text).expect_err(text).reason, reason, "{text}");
    }
    assert!(read(&format!("#comment\n{one}")).is_ok());
    assert!(read("file a seq 1 type i mood good\n").is_ok());
}
