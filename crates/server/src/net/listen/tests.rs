use super::*;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;

fn listener(name: &str, mode: &str) -> (std::path::PathBuf, Listener) {
    let name = format!("scrubjay-listen-{}-{name}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let config = Config::new(1);
    config.set(Id::UNIXSOCKET, &[path.as_os_str().as_bytes()]).expect("a path");
    config.set(Id::UNIXSOCKETPERM, &[mode.as_bytes()]).expect("a mode");
    let open = unix(&config).expect("it opens").expect("one is configured");
    (path, open)
}

#[test]
fn who_cannot_be_served_is_turned_away() {
    let (path, listener) = listener("away", "700");
    // Twice: the spare descriptor is there again.
    for _ in 0..2 {
        let mut client = UnixStream::connect(&path).expect("somebody listens");
        listener.turn_away();
        assert_eq!(client.read(&mut [0; 8]).expect("an end"), 0);
    }
    // With nobody waiting it does not wait either.
    listener.turn_away();
    let _ = std::fs::remove_file(path);
}

#[test]
fn a_unix_socket_has_its_permissions_before_it_listens() {
    let (path, _listener) = listener("mode", "700");
    let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // What `unix` does, step by step: between the file's birth and its mode nobody gets in.
    let early = path.with_extension("early");
    let _ = std::fs::remove_file(&early);
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let fd = net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).expect("one");
    let address = net::SocketAddrUnix::new(early.as_os_str().as_bytes()).expect("a path");
    net::bind(&fd, &address).expect("a file");
    assert!(UnixStream::connect(&early).is_err(), "bound, but not listening");
    for path in [path, early] {
        let _ = std::fs::remove_file(path);
    }
}
