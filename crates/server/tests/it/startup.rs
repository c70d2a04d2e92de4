//! Command line, streams, exit codes and log of a process that does not come to serve anybody:
//! `port 0` ends it right before it would.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_scrubjay");
const NOWHERE: &str = "# Configured to not listen anywhere, exiting.";

fn run(args: &[&str]) -> Output {
    Command::new(BINARY).args(args).stdin(Stdio::null()).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("texts are UTF-8")
}

fn scratch(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("scrubjay-it-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory for the test");
    dir
}

/// Waits for a line to appear in a file.
fn wait_for(path: &Path, line: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found = fs::read_to_string(path).unwrap_or_default();
        if found.contains(line) {
            return found;
        }
        assert!(Instant::now() < deadline, "{line} is missing in: {found}");
        std::thread::yield_now();
    }
}

#[test]
fn the_first_lines_are_those_of_redis() {
    let output = run(&["--port", "0"]);
    assert_eq!(output.status.code(), Some(1));
    let log = text(&output.stdout);
    let lines: Vec<&str> = log.lines().map(|line| &line[line.find('#').unwrap_or(0)..]).collect();
    assert_eq!(lines[0], "# oO0OoO0OoO0Oo Scrubjay is starting oO0OoO0OoO0Oo");
    assert!(lines[1].starts_with("# Scrubjay version=") && lines[1].ends_with(", just started"));
    assert_eq!(lines[2], "# Configuration loaded");
    assert_eq!(lines.last(), Some(&NOWHERE));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_bad_file_ends_with_its_line() {
    let dir = scratch("bad");
    let path = dir.join("redis.conf");
    fs::write(&path, "# mine\nport 0\n\nmaxmemory lots\n").unwrap();
    let output = run(&[path.to_str().unwrap()]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    let error = text(&output.stderr);
    assert!(error.starts_with("\n*** FATAL CONFIG FILE ERROR (Scrubjay "), "{error}");
    let tail = ") ***\nReading the configuration file, at line 4\n>>> 'maxmemory lots'\n\
                argument must be a memory value\n";
    assert!(error.ends_with(tail), "{error}");

    let output = run(&[dir.join("none.conf").to_str().unwrap()]);
    let log = text(&output.stdout);
    let line = format!(
        "# Fatal error, can't open config file '{}/none.conf': No such file or directory\n",
        dir.display()
    );
    assert!(log.ends_with(&line), "{log}");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), String::new()));
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn options_override_the_file_and_includes_work() {
    let dir = scratch("include");
    fs::write(dir.join("redis.conf"), "port 1\ninclude conf.d/*.conf\nlogfile ''\n").unwrap();
    fs::create_dir(dir.join("conf.d")).unwrap();
    fs::write(dir.join("conf.d/a.conf"), format!("logfile {}/a.log\n", dir.display())).unwrap();
    let mut child = Command::new(BINARY)
        .args(["redis.conf", "--port", "0", "-"])
        .current_dir(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = format!("logfile {}/stdin.log\nloglevel verbose\n", dir.display());
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log = fs::read_to_string(dir.join("stdin.log")).unwrap();
    assert!(log.trim_end().ends_with(NOWHERE), "{log}");
    assert!(!dir.join("a.log").exists(), "a later line overrides");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn questions_are_answered_without_a_server() {
    let version = run(&["-v"]);
    assert_eq!(version.status.code(), Some(0));
    assert!(text(&version.stdout).starts_with("Scrubjay server v="));
    let usage = run(&["--help"]);
    assert_eq!((usage.status.code(), text(&usage.stdout)), (Some(1), String::new()));
    assert!(text(&usage.stderr).starts_with("Usage: ./scrubjay "));
    assert_eq!(run(&["--test-memory", "1"]).status.code(), Some(0));
}

#[test]
fn a_link_named_redis_server_is_one() {
    let dir = scratch("link");
    let link = dir.join("redis-server");
    std::os::unix::fs::symlink(BINARY, &link).unwrap();
    let ask = |arg: &str| Command::new(&link).arg(arg).output().unwrap();
    assert!(text(&ask("--version").stdout).starts_with("Redis server v=7."));
    assert!(text(&ask("--bogus").stderr).contains("FATAL CONFIG FILE ERROR (Redis 7."));
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn it_goes_to_the_background() {
    let dir = scratch("daemon");
    let log = dir.join("log");
    let mut child = Command::new(BINARY)
        .args(["-", "--daemonize", "yes", "--port", "0"])
        .current_dir(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // What came from standard input must reach the second process.
    child.stdin.take().unwrap().write_all(b"logfile log\n").unwrap();
    let first = child.id();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let written = wait_for(&log, NOWHERE);
    let pid = written.split(':').next().unwrap();
    assert_ne!(pid, first.to_string(), "{written}");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn systemd_is_told() {
    let dir = scratch("systemd");
    let path = dir.join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let output = Command::new(BINARY)
        .args(["--supervised", "systemd", "--daemonize", "yes", "--port", "0"])
        .env("NOTIFY_SOCKET", &path)
        .output()
        .unwrap();
    let mut message = [0; 256];
    let size = socket.recv(&mut message).unwrap();
    assert_eq!(&message[..size], b"STATUS=Scrubjay is loading...\n");
    let log = text(&output.stdout);
    assert!(log.contains("* Supervised by systemd. "), "{log}");
    assert!(log.contains(NOWHERE), "it stays in the foreground: {log}");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn the_unit_and_the_configuration_of_ops_start_and_end_a_service() {
    let dir = scratch("unit");
    let ops = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ops");
    let unit = fs::read_to_string(ops.join("scrubjay.service")).unwrap();
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some("/usr/bin/scrubjay"));
    assert_eq!(words.next(), Some("/etc/scrubjay/scrubjay.conf"));
    let path = dir.join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut child = Command::new(BINARY)
        .arg(ops.join("scrubjay.conf"))
        .args(words)
        .args(["--port", "0", "--unixsocket", "socket", "--dir"])
        .arg(&dir)
        .env("NOTIFY_SOCKET", &path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let told = || {
        let mut message = [0; 256];
        let size = socket.recv(&mut message).unwrap();
        text(&message[..size])
    };
    assert_eq!(told(), "STATUS=Scrubjay is loading...\n");
    assert_eq!(told(), "STATUS=Ready to accept connections\nREADY=1\n");
    let mut client = UnixStream::connect(dir.join("socket")).unwrap();
    client.write_all(b"PING\r\n").unwrap();
    let mut reply = [0; 7];
    client.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"+PONG\r\n");
    // As ExecStop does it.
    let pid = child.id().to_string();
    assert!(Command::new("/bin/kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    assert_eq!(told(), "STOPPING=1\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    fs::remove_dir_all(dir).unwrap();
}
