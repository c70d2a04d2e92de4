//! `cargo xtask full`: a server whose disk is full, and gets room again.
//!
//! The data lies in a small file system in memory that only exists for the test; where the system
//! does not let us make one, nothing is run and that is said. A file fills it, and is removed
//! again. What is asked is Redis's answer to each: commands that write are refused with its MISCONF
//! errors while the log or a save fails, reads go on; when there is room, so do writes; with
//! `appendfsync always` the server ends. After each the server is started again, and has what it
//! acknowledged. `--bin` may name redis-server: then the same is asked of it.

use crate::run::Tally;
use crate::server::free_port;
use crate::transcript::Reply;
use crate::wire::Client;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Bytes of the file system.
const DISK: &str = "size=16m";
/// Bytes of one value.
const VALUE_BYTES: usize = 20_000;
/// The longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(30);

const LOG_FAILS: &str = "MISCONF Errors writing to the AOF file: No space left on device";
const SAVE_FAILS: &str = "MISCONF Redis is configured to save RDB snapshots";

/// `full [--bin PATH]`
///
/// # Errors
/// A text: the server could not be started or asked.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["bin"], &[])?;
    let bin = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let Some(disk) = Disk::mount()? else {
        println!("full: no small file system may be mounted here: not run");
        return Ok(Tally { skipped: 3, ..Tally::default() });
    };
    let mut total = Tally::default();
    let cases: [(&str, Case); 3] =
        [("everysec", everysec), ("always", always), ("saves and rewrites", saves)];
    for (name, case) in cases {
        disk.clear()?;
        let found = case(&bin, &disk);
        match &found {
            Ok(()) => println!("full / {name}: ok"),
            Err(why) => println!("full / {name}: FAILED: {why}"),
        }
        total.add(&Tally::one(found.is_ok()));
    }
    Ok(total)
}

type Case = fn(&Path, &Disk) -> Result<(), String>;

/// The log cannot be written, and can again.
fn everysec(bin: &Path, disk: &Disk) -> Result<(), String> {
    let log = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""];
    let mut server = Running::start(bin, disk, &log)?;
    let mut client = server.client()?;
    let mut written = 0;
    for round in 0..3 {
        disk.fill()?;
        let error = write_until_refused(&mut client, &mut written)?;
        expect(&error, LOG_FAILS)?;
        expect(&text(&mut client, &["GET", "k:0"])?.len().to_string(), &VALUE_BYTES.to_string())?;
        expect(&text(&mut client, &["PING"])?, LOG_FAILS)?;
        scripts(&mut client, LOG_FAILS)?;
        expect(&text(&mut client, &["INFO", "persistence"])?, "aof_last_write_status:err")?;
        disk.make_room();
        let begun = Instant::now();
        while !text(&mut client, &["SET", "probe", "1"])?.starts_with("OK") {
            patience(begun, "writes are refused still")?;
        }
        expect(&text(&mut client, &["INFO", "persistence"])?, "aof_last_write_status:ok")?;
        // The next round has to have room for a while.
        for index in 0..written {
            text(&mut client, &["SET", &format!("k:{index}"), "short"])?;
        }
        text(&mut client, &["BGREWRITEAOF"])?;
        settled(&mut client, "aof_rewrite_in_progress:1")?;
        text(&mut client, &["SET", "round", &round.to_string()])?;
        text(&mut client, &["SET", "k:0", &"v".repeat(VALUE_BYTES)])?;
    }
    expect(&server.log()?, "AOF write error looks solved")?;
    sleep(Duration::from_millis(1500));
    let digest = text(&mut client, &["DEBUG", "DIGEST"])?;
    server.kill();
    let server = Running::start(bin, disk, &log)?;
    expect(&text(&mut server.client()?, &["DEBUG", "DIGEST"])?, &digest)
}

/// The server ends rather than answer what is not on disk.
fn always(bin: &Path, disk: &Disk) -> Result<(), String> {
    let log = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
    let mut server = Running::start(bin, disk, &log)?;
    let mut client = server.client()?;
    let mut written = 0;
    disk.fill()?;
    let ended = write_until_refused(&mut client, &mut written);
    if let Ok(error) = ended {
        return Err(format!("it should have ended, and said {error}"));
    }
    let begun = Instant::now();
    while server.child.try_wait().map_err(|error| error.to_string())?.is_none() {
        patience(begun, "it does not end")?;
    }
    expect(&server.log()?, "when the AOF fsync policy is 'always'")?;
    disk.make_room();
    let server = Running::start(bin, disk, &log)?;
    let mut client = server.client()?;
    for index in 0..written {
        let len = text(&mut client, &["STRLEN", &format!("k:{index}")])?;
        if len != VALUE_BYTES.to_string() {
            return Err(format!("k:{index} was acknowledged, and has {len} bytes"));
        }
    }
    Ok(())
}

/// Saves and rewrites fail, and go well again.
fn saves(bin: &Path, disk: &Disk) -> Result<(), String> {
    let log = ["--appendonly", "yes", "--save", "3600 100000"];
    let mut server = Running::start(bin, disk, &log)?;
    let mut client = server.client()?;
    let value = "v".repeat(VALUE_BYTES);
    text(&mut client, &["CONFIG", "SET", "rdbcompression", "no"])?;
    for index in 0..100 {
        text(&mut client, &["SET", &format!("k:{index}"), &value])?;
    }
    disk.fill()?;
    // A rewrite first: without its file a save has no more room.
    text(&mut client, &["BGREWRITEAOF"])?;
    settled(&mut client, "aof_rewrite_in_progress:1")?;
    expect(&text(&mut client, &["INFO", "persistence"])?, "aof_last_bgrewrite_status:err")?;
    text(&mut client, &["BGSAVE"])?;
    settled(&mut client, "rdb_bgsave_in_progress:1")?;
    expect(&text(&mut client, &["INFO", "persistence"])?, "rdb_last_bgsave_status:err")?;
    expect(&text(&mut client, &["SET", "a", "1"])?, SAVE_FAILS)?;
    expect(&text(&mut client, &["PING"])?, SAVE_FAILS)?;
    scripts(&mut client, SAVE_FAILS)?;
    expect(&text(&mut client, &["STRLEN", "k:0"])?, &VALUE_BYTES.to_string())?;
    text(&mut client, &["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"])?;
    disk.make_room();
    let begun = Instant::now();
    while text(&mut client, &["SET", "a", "1"])? != "OK" {
        patience(begun, "writes are refused still")?;
    }
    text(&mut client, &["CONFIG", "SET", "stop-writes-on-bgsave-error", "yes"])?;
    expect(&text(&mut client, &["SET", "a", "1"])?, SAVE_FAILS)?;
    text(&mut client, &["BGSAVE"])?;
    settled(&mut client, "rdb_bgsave_in_progress:1")?;
    expect(&text(&mut client, &["SET", "a", "2"])?, "OK")?;
    text(&mut client, &["BGREWRITEAOF"])?;
    settled(&mut client, "aof_rewrite_in_progress:1")?;
    expect(&text(&mut client, &["INFO", "persistence"])?, "aof_last_bgrewrite_status:ok")?;
    let temporary = fs::read_dir(&disk.path).map_err(|error| error.to_string())?;
    let left = temporary.filter_map(|one| Some(one.ok()?.file_name().display().to_string()));
    let left: Vec<String> = left.filter(|name| name.starts_with("temp-")).collect();
    if !left.is_empty() {
        return Err(format!("temporary files are left: {left:?}"));
    }
    sleep(Duration::from_millis(1500));
    let digest = text(&mut client, &["DEBUG", "DIGEST"])?;
    server.kill();
    let server = Running::start(bin, disk, &log)?;
    expect(&text(&mut server.client()?, &["DEBUG", "DIGEST"])?, &digest)
}

/// Scripts that write are refused as well: one that says that it may, before it runs. Others run.
fn scripts(client: &mut Client, refusal: &str) -> Result<(), String> {
    let write = "return redis.call('SET', KEYS[1], '1')";
    let flagged = format!("#!lua\n{write}");
    let caught = "local e = redis.pcall('SET', KEYS[1], '1') return e.err";
    for script in [write, &flagged, caught] {
        expect(&text(client, &["EVAL", script, "1", "script"])?, refusal)?;
    }
    let read = "#!lua flags=no-writes\nreturn redis.call('STRLEN', KEYS[1])";
    expect(&text(client, &["EVAL", read, "1", "k:0"])?, &VALUE_BYTES.to_string())?;
    expect(&text(client, &["EVAL", "return redis.call('EXISTS', KEYS[1])", "1", "script"])?, "0")
}

/// Writes values until one is refused; the error.
fn write_until_refused(client: &mut Client, written: &mut usize) -> Result<String, String> {
    let value = "v".repeat(VALUE_BYTES);
    let begun = Instant::now();
    loop {
        let answer = text(client, &["SET", &format!("k:{written}"), &value])?;
        if answer != "OK" {
            return Ok(answer);
        }
        *written += 1;
        patience(begun, "no write is refused")?;
        sleep(Duration::from_millis(2));
    }
}

fn settled(client: &mut Client, field: &str) -> Result<(), String> {
    let begun = Instant::now();
    while text(client, &["INFO", "persistence"])?.contains(field) {
        patience(begun, field)?;
    }
    Ok(())
}

fn patience(begun: Instant, what: &str) -> Result<(), String> {
    sleep(Duration::from_millis(10));
    if begun.elapsed() > PATIENCE { Err(what.to_owned()) } else { Ok(()) }
}

fn expect(said: &str, wanted: &str) -> Result<(), String> {
    if said.contains(wanted) {
        return Ok(());
    }
    let begin: String = said.chars().take(300).collect();
    Err(format!("wanted {wanted:?}, got {begin:?}"))
}

/// The text of an answer, or of an error.
fn text(client: &mut Client, words: &[&str]) -> Result<String, String> {
    match client.call(words)? {
        Reply::Status(text) | Reply::Error(text) | Reply::Bulk(text) => {
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
        Reply::Integer(number) => Ok(number.to_string()),
        Reply::Closed => Err("the connection was closed".to_owned()),
        other => Ok(other.render().join(" ")),
    }
}

/// A small file system, mounted while this lives.
struct Disk {
    path: PathBuf,
}

impl Disk {
    /// `None` if that is not allowed.
    fn mount() -> Result<Option<Self>, String> {
        let path = crate::env::scratch("full").map_err(|error| error.to_string())?;
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(&path);
        let mounted = command.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        Ok(mounted.then_some(Self { path }))
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }

    /// Takes all room but a little.
    fn fill(&self) -> Result<(), String> {
        let mut file = File::create(self.filler()).map_err(|error| error.to_string())?;
        let block = vec![0_u8; 64 << 10];
        let mut blocks = 0_u64;
        while file.write_all(&block).is_ok() {
            blocks += 1;
        }
        let len = blocks.saturating_sub(2) * block.len() as u64;
        file.set_len(len).map_err(|error| error.to_string())
    }

    fn make_room(&self) {
        // There is none, if nothing was filled.
        let _ = fs::remove_file(self.filler());
    }

    fn clear(&self) -> Result<(), String> {
        let listed = fs::read_dir(&self.path).map_err(|error| error.to_string())?;
        for one in listed.filter_map(Result::ok) {
            let path = one.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.path).status();
        let _ = fs::remove_dir(&self.path);
    }
}

/// A server on the small disk; its log lies elsewhere.
struct Running {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Running {
    fn start(bin: &Path, disk: &Disk, args: &[&str]) -> Result<Self, String> {
        let port = free_port()?;
        let log = disk.path.with_extension("log");
        let out = File::create(&log).map_err(|error| error.to_string())?;
        let mut command = Command::new(bin);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--dir"]).arg(&disk.path);
        command.args(["--enable-debug-command", "yes", "--auto-aof-rewrite-percentage", "0"]);
        command.args(args).stdin(Stdio::null()).stdout(out).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let mut running = Self { child, port, log };
        let begun = Instant::now();
        while !running.is_ready() {
            if running.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Err(format!("it does not start: {}", running.log()?));
            }
            patience(begun, "it does not answer")?;
        }
        Ok(running)
    }

    fn is_ready(&self) -> bool {
        let client = Client::connect(self.port);
        client.is_ok_and(|mut client| text(&mut client, &["PING"]).is_ok_and(|got| got == "PONG"))
    }

    fn client(&self) -> Result<Client, String> {
        Client::connect(self.port)
    }

    fn log(&self) -> Result<String, String> {
        fs::read_to_string(&self.log).map_err(|error| error.to_string())
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_file(&self.log);
    }
}
