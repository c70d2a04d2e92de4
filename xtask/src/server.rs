//! Starts a server of the Redis family on a free port, waits until it answers, and ends it.

use crate::transcript::Reply;
use crate::wire::Client;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running server; dropping it ends it.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) log: PathBuf,
    child: Child,
    dir: PathBuf,
}

/// How to start one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// `io-threads`.
    pub(crate) workers: Option<u32>,
    /// CPU to pin it to (through `taskset`).
    pub(crate) cpu: Option<u32>,
    pub(crate) args: Vec<String>,
}

impl Server {
    /// Starts `bin` with `options`; `name` names its folder and log.
    ///
    /// # Errors
    /// A text with the end of its log.
    pub(crate) fn start(bin: &Path, name: &str, options: &Options) -> Result<Self, String> {
        let port = free_port()?;
        let dir = crate::env::scratch(name).map_err(|e| format!("scratch folder: {e}"))?;
        let text = |n: u16| n.to_string();
        let mut args: Vec<String> =
            ["--port", &text(port), "--bind", "127.0.0.1", "--save", ""].map(str::to_owned).into();
        args.extend(["--dir".to_owned(), dir.display().to_string()]);
        if let Some(workers) = options.workers {
            args.extend(["--io-threads".to_owned(), workers.to_string()]);
        }
        args.extend(options.args.iter().cloned());
        let mut command = pinned(bin, options.cpu);
        command.args(&args);
        Self::spawn(command, port, dir)
    }

    /// Starts a whole command line with `{port}` and `{dir}` in it, as the benches' peers give it.
    ///
    /// # Errors
    /// A text with the end of its log.
    pub(crate) fn start_line(line: &str, name: &str, cpu: Option<u32>) -> Result<Self, String> {
        let port = free_port()?;
        let dir = crate::env::scratch(name).map_err(|e| format!("scratch folder: {e}"))?;
        let line =
            line.replace("{port}", &port.to_string()).replace("{dir}", &dir.display().to_string());
        let words = crate::transcript::split_args(&line)?;
        let mut words = words.iter().map(|w| String::from_utf8_lossy(w).into_owned());
        let bin = words.next().ok_or("an empty command line")?;
        let mut command = pinned(Path::new(&bin), cpu);
        command.args(words);
        Self::spawn(command, port, dir)
    }

    fn spawn(mut command: Command, port: u16, dir: PathBuf) -> Result<Self, String> {
        let log = dir.join("server.log");
        let file = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let errors = file.try_clone().map_err(|e| e.to_string())?;
        command.current_dir(&dir).stdin(Stdio::null()).stdout(file).stderr(errors);
        let child = command.spawn().map_err(|e| format!("{command:?}: {e}"))?;
        let mut server = Self { port, log, child, dir };
        server.wait_ready()?;
        Ok(server)
    }

    fn wait_ready(&mut self) -> Result<(), String> {
        // It may have a large file to load.
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let mut client = Client::connect(self.port);
            // It may be loading a file; another error, as that a password is wanted, is an answer.
            let fine = |reply: Reply| !reply.render().concat().contains("LOADING");
            let answered = client.as_mut().is_ok_and(|c| c.call(&["PING"]).is_ok_and(fine));
            if answered && self.is_alive() {
                return Ok(());
            }
            let exited = self.child.try_wait().ok().flatten();
            if exited.is_some() || Instant::now() > end {
                let state = exited.map_or("no answer".to_owned(), |s| s.to_string());
                return Err(format!("server did not start ({state})\n{}", self.log_tail()));
            }
            sleep(Duration::from_millis(30));
        }
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it with SIGKILL, and leaves its folder.
    ///
    /// # Errors
    /// A text if that fails.
    pub(crate) fn kill(&mut self) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait()).map_err(|e| format!("kill: {e}"))?;
        Ok(())
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The last lines of its log.
    pub(crate) fn log_tail(&self) -> String {
        crate::run::tail(&self.log, 30)
    }

    /// Resident bytes.
    pub(crate) fn rss_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let kib = status.unwrap_or_default().lines().find_map(|line| {
            line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<u64>().ok()
        });
        kib.unwrap_or(0) * 1024
    }

    /// User and system CPU time so far, in seconds, of all its threads.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        // Nanoseconds from schedstat where it is there, else clock ticks of 10 ms.
        let mut nanos = 0_u64;
        for task in fs::read_dir(format!("/proc/{}/task", self.pid())).into_iter().flatten() {
            let Ok(task) = task else { continue };
            let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            nanos += text.split(' ').next().and_then(|s| s.parse::<u64>().ok()).unwrap_or(0);
        }
        if nanos > 0 {
            return nanos as f64 / 1e9;
        }
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let ticks = |i: usize| fields.get(i).and_then(|s| s.parse::<f64>().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_alive() {
            let _ = Command::new("kill").arg(self.pid().to_string()).status();
        }
        let end = Instant::now() + Duration::from_secs(10);
        while self.is_alive() && Instant::now() < end {
            sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn pinned(bin: &Path, cpu: Option<u32>) -> Command {
    let Some(cpu) = cpu else { return Command::new(bin) };
    let mut command = Command::new("taskset");
    command.args(["-c", &cpu.to_string()]).arg(bin);
    command
}

/// A port that nothing listens on now and that no other call of this process got: from
/// `SCRUBJAY_PORT_BASE` up if set, else from a hundred ports that follow from the process id. They
/// lie below the range that the kernel gives to outgoing connections: one of those would else take
/// a free port before its server does.
pub(crate) fn free_port() -> Result<u16, String> {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let base = std::env::var("SCRUBJAY_PORT_BASE").ok().and_then(|s| s.parse::<u16>().ok());
    let base = base.unwrap_or(10_000 + (std::process::id() % 100) as u16 * 100);
    for _ in 0..100 {
        let port = base + GIVEN.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no free port".to_owned())
}
