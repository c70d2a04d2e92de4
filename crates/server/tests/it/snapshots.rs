//! Files of a server that is at work: each is one instant of it, and one that is not whole is
//! refused.

use engine::string::StringRef;
use engine::{Limits, Rec};
use persist::rdb::{Arrival, Loader, Reason, load};
use persist::storage::{Disk, Storage as _, replace};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const ACCOUNTS: u64 = 500;
const EACH: i64 = 1000;
/// Keys between the accounts: a walk takes a while.
const OTHERS: usize = 30_000;

/// A server in a directory of its own.
pub(crate) struct Server {
    child: Child,
    dir: PathBuf,
}

impl Server {
    pub(crate) fn start(name: &str, args: &[&str]) -> Self {
        let dir = std::env::temp_dir().join(format!("scrubjay-rdb-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a directory for the test");
        Self::start_in(dir, args)
    }

    fn start_in(dir: PathBuf, args: &[&str]) -> Self {
        Self { child: Self::spawn(&dir, args), dir }
    }

    fn spawn(dir: &Path, args: &[&str]) -> Child {
        let log = fs::File::create(dir.join("log")).expect("a log");
        Command::new(env!("CARGO_BIN_EXE_scrubjay"))
            .args(["--port", "0", "--unixsocket", "socket", "--save", ""])
            .args(["--enable-debug-command", "yes"])
            .args(args)
            .current_dir(dir)
            .stdin(Stdio::null())
            .stdout(log)
            .spawn()
            .expect("the binary runs")
    }

    /// Ends it as a crash does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Starts it again where it was.
    pub(crate) fn restart(&mut self, args: &[&str]) {
        self.child = Self::spawn(&self.dir, args);
    }

    /// Waits for it to end by itself; its log.
    pub(crate) fn ended(&mut self) -> String {
        self.child.wait().expect("it ends");
        self.log()
    }

    /// Its directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn client(&self) -> Client {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Ok(stream) = UnixStream::connect(self.dir.join("socket")) {
                let mut client = Client(BufReader::new(stream));
                if !client.call(&["PING"]).starts_with("-LOADING") {
                    return client;
                }
            }
            assert!(Instant::now() < deadline, "{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A connection.
pub(crate) struct Client(BufReader<UnixStream>);

impl Client {
    /// Sends one request; its reply, as it came.
    pub(crate) fn call(&mut self, words: &[&str]) -> String {
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.send(request.as_bytes());
        self.reply()
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).expect("the server takes it");
    }

    /// The next reply, as it comes.
    pub(crate) fn reply(&mut self) -> String {
        let mut text = String::new();
        self.0.read_line(&mut text).expect("the server answers");
        let count = text.get(1..).and_then(|rest| rest.trim().parse::<i64>().ok()).unwrap_or(0);
        if text.starts_with('*') {
            (0..count).for_each(|_| text += &self.reply());
        } else if text.starts_with('$') && count >= 0 {
            let mut bytes = vec![0; count as usize + 2];
            self.0.read_exact(&mut bytes).expect("the whole of it");
            text += &String::from_utf8_lossy(&bytes);
        }
        text
    }
}

/// Moves amounts between accounts until told to stop.
fn transfer(mut client: Client, seed: u64, done: &AtomicBool) {
    let mut state = seed;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    while !done.load(Ordering::Relaxed) {
        let (from, to) = (draw(ACCOUNTS), draw(ACCOUNTS));
        let amount = draw(50).to_string();
        let (from, to) = (format!("account:{from}"), format!("account:{to}"));
        client.call(&["MULTI"]);
        client.call(&["DECRBY", &from, &amount]);
        // Other ways to change an entry, in the midst of it.
        client.call(&["RENAME", &from, &format!("{from}:away")]);
        client.call(&["RENAME", &format!("{from}:away"), &from]);
        client.call(&["DEL", &format!("other:{}", draw(OTHERS as u64))]);
        client.call(&["SET", &format!("new:{}:{}", seed, draw(100_000)), "x"]);
        client.call(&["INCRBY", &to, &amount]);
        let reply = client.call(&["EXEC"]);
        assert!(reply.starts_with("*6"), "{reply}");
    }
}

#[derive(Default)]
struct Accounts(BTreeMap<Vec<u8>, i64>);

impl Loader for Accounts {
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason> {
        if let Arrival::Entry(entry) = arrival
            && entry.rec.key().starts_with(b"account:")
        {
            let before = self.0.insert(entry.rec.key().to_vec(), amount(&entry.rec));
            assert!(before.is_none(), "an entry is in the file twice");
        }
        Ok(())
    }
}

fn amount(rec: &Rec) -> i64 {
    let text = StringRef::of_rec(rec).expect("accounts are strings");
    text.as_int().expect("and numbers")
}

fn accounts_in(path: &Path) -> Accounts {
    let bytes = fs::read(path).expect("the file is there");
    let disk = Disk::new();
    replace(&disk, Path::new("t"), Path::new("f"), &bytes).expect("memory is a disk");
    let mut source = disk.open(Path::new("f")).expect("it was written");
    let mut accounts = Accounts::default();
    load(&mut *source, &Limits::DEFAULT, &mut accounts).expect("the file is whole");
    accounts
}

fn snapshots_have_one_total(workers: &str) {
    let server = Server::start(&format!("transfers-{workers}"), &["--io-threads", workers]);
    let mut client = server.client();
    client.call(&["DEBUG", "POPULATE", &OTHERS.to_string(), "other", "100"]);
    for account in 0..ACCOUNTS {
        client.call(&["SET", &format!("account:{account}"), &EACH.to_string()]);
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 1..=4 {
            let (client, done) = (server.client(), &done);
            scope.spawn(move || transfer(client, seed, done));
        }
        let mut totals = Vec::new();
        for _ in 0..4 {
            assert!(client.call(&["BGSAVE"]).starts_with("+Background"));
            while client.call(&["INFO", "persistence"]).contains("bgsave_in_progress:1") {
                std::thread::sleep(Duration::from_millis(2));
            }
            let accounts = accounts_in(&server.dir.join("dump.rdb")).0;
            totals.push((accounts.len() as u64, accounts.values().sum::<i64>()));
        }
        done.store(true, Ordering::Relaxed);
        assert_eq!(totals, vec![(ACCOUNTS, ACCOUNTS as i64 * EACH); 4]);
    });
}

#[test]
fn one_worker_cuts_at_one_instant() {
    snapshots_have_one_total("1");
}

#[test]
fn two_workers_cut_at_one_instant() {
    snapshots_have_one_total("2");
}

#[test]
fn four_workers_cut_at_one_instant() {
    snapshots_have_one_total("4");
}

#[test]
fn a_file_that_is_cut_short_ends_the_start() {
    let mut server = Server::start("short", &[]);
    let mut client = server.client();
    client.call(&["DEBUG", "POPULATE", "1000"]);
    assert_eq!(client.call(&["SAVE"]), "+OK\r\n");
    server.child.kill().expect("it runs");
    server.child.wait().expect("it ends");
    let path = server.dir.join("dump.rdb");
    let bytes = fs::read(&path).expect("the file is there");
    let kept = server.dir.with_extension("kept");
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept).expect("a directory for the test");
    fs::write(kept.join("dump.rdb"), &bytes[..bytes.len() - 20]).expect("it is written");
    let mut second = Server::start_in(kept, &[]);
    let status = second.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(1));
    let log = second.log();
    let offset = format!("RDB reading offset {}: Unexpected EOF", bytes.len() - 20);
    assert!(log.contains("Short read or OOM loading DB."), "{log}");
    assert!(log.contains(&offset), "{log}");
}

#[test]
fn a_killed_server_has_its_last_file() {
    let mut server = Server::start("killed", &[]);
    let mut client = server.client();
    client.call(&["DEBUG", "POPULATE", "5000", "key", "50"]);
    assert_eq!(client.call(&["SAVE"]), "+OK\r\n");
    client.call(&["SET", "late", "x"]);
    server.child.kill().expect("it runs");
    server.child.wait().expect("it ends");
    let dir = server.dir.clone();
    let again = Server::start_in(dir, &["--io-threads", "2"]);
    let mut client = again.client();
    assert_eq!(client.call(&["DBSIZE"]), ":5000\r\n");
    assert_eq!(client.call(&["EXISTS", "late"]), ":0\r\n");
}
