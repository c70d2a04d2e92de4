use super::*;

fn scratch(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("scrubjay-conf-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

#[test]
fn patterns_read_all_files_in_order() {
    let dir = scratch("glob");
    fs::create_dir(dir.join("conf.d")).unwrap();
    for (name, text) in [("b.conf", "2\n"), ("a.conf", "1\n"), (".c.conf", "3\n"), ("d.txt", "4")] {
        fs::write(dir.join("conf.d").join(name), text).unwrap();
    }
    let path = |tail: &str| [dir.as_os_str().as_bytes(), b"/", tail.as_bytes()].concat();
    assert_eq!(read(&path("conf.d/*.conf")), Ok(b"1\n2\n".to_vec()));
    assert_eq!(read(&path("conf*/[b-z].*")), Ok(b"2\n4".to_vec()));
    assert_eq!(read(&path("none.d/*.conf")), Ok(Vec::new()), "no file is no error");
    let missing = path("none.conf");
    assert_eq!(read(&missing), Err((missing.clone(), "No such file or directory".to_owned())));
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_file_is_replaced_whole_and_keeps_its_mode() {
    let dir = scratch("replace");
    let path = dir.join("redis.conf");
    replace_file(&path, b"one").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    replace_file(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "nothing is left behind");
    assert!(replace_file(&dir.join("no/such/dir"), b"x").is_err());
    fs::remove_dir_all(dir).unwrap();
}
