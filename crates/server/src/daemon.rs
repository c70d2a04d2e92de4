//! What makes the process a service: the background, the pid file, the supervisor, limits.
//!
//! `fork` is unsafe in Rust, so `daemonize yes` starts the program once more with the same
//! arguments in a session of its own, marked by an environment variable, and the first process
//! ends. The second one reads the configuration again, from the same directory.

use crate::conf_file::reason;
use crate::log::Log;
use commands::config::{Config, Id, Value, choices};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write as _};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set in the environment of the process that runs in the background.
const MARKER: &str = "SCRUBJAY_DAEMONIZED";
/// Where the pid goes when `daemonize yes` names no file.
const DEFAULT_PID_FILE: &str = "/var/run/redis.pid";
/// Files that the server needs beside one a client.
const RESERVED_FILES: u64 = 32;

/// Whether this process is the second one already; then it leaves the terminal's session.
pub(crate) fn enter_background() -> bool {
    if env::var_os(MARKER).is_none() {
        return false;
    }
    // Fails when it leads a session already, which is what is wanted.
    let _ = rustix::process::setsid();
    true
}

/// Starts this program again in the background, in the directory `dir`; `stdin` is what it was
/// given there.
pub(crate) fn start_in_background(
    args: &[OsString],
    dir: &Path,
    stdin: Option<&[u8]>,
) -> io::Result<()> {
    let program = env::current_exe()?;
    let name = args.first().cloned().unwrap_or_else(|| program.clone().into_os_string());
    let mut child = Command::new(program)
        .arg0(name)
        .args(args.iter().skip(1))
        .env(MARKER, "1")
        .current_dir(dir)
        .stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    match (child.stdin.take(), stdin) {
        (Some(mut pipe), Some(text)) => pipe.write_all(text),
        _ => Ok(()),
    }
}

/// Where the pid file is, if there is to be one.
pub(crate) fn pid_file(config: &Config) -> Option<PathBuf> {
    let path = config.text(Id::PIDFILE);
    if !path.is_empty() {
        return Some(PathBuf::from(OsStr::from_bytes(&path)));
    }
    config.flag(Id::DAEMONIZE).then(|| PathBuf::from(DEFAULT_PID_FILE))
}

/// Writes the pid file, as well as can be.
pub(crate) fn write_pid_file(config: &Config, log: &Log) {
    let Some(path) = pid_file(config) else { return };
    if let Err(error) = fs::write(&path, format!("{}\n", std::process::id())) {
        let (path, reason) = (path.display(), reason(&error));
        log.warning(format_args!("Failed to write PID file '{path}': {reason}"));
    }
}

/// Removes the pid file.
pub(crate) fn remove_pid_file(config: &Config, log: &Log) {
    if let Some(path) = pid_file(config) {
        log.notice("Removing the pid file.");
        let _ = fs::remove_file(path);
    }
}

/// Which supervisor started the process, if `supervised` asks for one and it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Supervisor {
    /// None.
    None,
    /// systemd: told through `NOTIFY_SOCKET`.
    Systemd,
    /// upstart: the process stopped itself once.
    Upstart,
}

impl Supervisor {
    /// Finds the supervisor and tells it that the server is loading.
    pub(crate) fn find(config: &Config, log: &Log) -> Supervisor {
        let wanted = match config.int(Id::SUPERVISED) {
            choices::SUPERVISED_AUTO if env::var_os("UPSTART_JOB").is_some() => {
                log.verbose("Upstart supervision detected.");
                choices::SUPERVISED_UPSTART
            }
            choices::SUPERVISED_AUTO if env::var_os("NOTIFY_SOCKET").is_some() => {
                log.verbose("Systemd supervision detected.");
                choices::SUPERVISED_SYSTEMD
            }
            choices::SUPERVISED_AUTO => choices::SUPERVISED_NO,
            wanted => wanted,
        };
        match wanted {
            choices::SUPERVISED_UPSTART => Supervisor::upstart(log),
            choices::SUPERVISED_SYSTEMD => Supervisor::systemd(log),
            _ => Supervisor::None,
        }
    }

    fn upstart(log: &Log) -> Supervisor {
        if env::var_os("UPSTART_JOB").is_none() {
            log.warning("upstart supervision requested, but UPSTART_JOB not found!");
            return Supervisor::None;
        }
        log.notice("supervised by upstart, will stop to signal readiness.");
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
        Supervisor::Upstart
    }

    fn systemd(log: &Log) -> Supervisor {
        if let Err(error) = notify("STATUS=Scrubjay is loading...\n") {
            let reason = reason(&error);
            log.warning(format_args!(
                "systemd supervision requested or auto-detected, but {reason}"
            ));
            return Supervisor::None;
        }
        log.notice(
            "Supervised by systemd. Please make sure you set appropriate values for \
             TimeoutStartSec and TimeoutStopSec in your service unit.",
        );
        Supervisor::Systemd
    }

    /// Tells the supervisor a line of `sd_notify`'s protocol.
    pub(crate) fn tell(self, message: &str) {
        if self == Supervisor::Systemd {
            let _ = notify(message);
        }
    }
}

/// Sends a datagram to `NOTIFY_SOCKET`: a path, or an abstract name after `@`.
fn notify(message: &str) -> io::Result<()> {
    let name = env::var_os("NOTIFY_SOCKET")
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "NOTIFY_SOCKET not found!"))?;
    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(Path::new(&name))?,
    };
    UnixDatagram::unbound()?.send_to_addr(message.as_bytes(), &address).map(drop)
}

/// Raises the limit of open files so that `maxclients` fit, or lowers `maxclients` to what fits.
///
/// # Errors
/// The text to end with, when not even a handful of clients would fit.
pub(crate) fn adjust_open_files(config: &Config, log: &Log) -> Result<(), String> {
    let clients = config.size(Id::MAXCLIENTS);
    let needed = clients + RESERVED_FILES;
    let before = getrlimit(Resource::Nofile);
    // No limit at all is `None`.
    let Some(current) = before.current.filter(|&current| current < needed) else { return Ok(()) };
    let (best, error) = raise_open_files(needed, current, before.maximum);
    if best >= needed {
        log.notice(format_args!(
            "Increased maximum number of open files to {needed} (it was originally set to {current})."
        ));
        return Ok(());
    }
    if best <= RESERVED_FILES {
        let least = needed;
        return Err(format!(
            "Your current 'ulimit -n' of {current} is not enough for the server to start. \
             Please increase your open file limit to at least {least}. Exiting."
        ));
    }
    let fitting = best - RESERVED_FILES;
    config.store(Id::MAXCLIENTS, Value::Number(fitting as i64));
    log.warning(format_args!(
        "You requested maxclients of {clients} requiring at least {needed} max file descriptors."
    ));
    log.warning(format_args!(
        "Server can't set maximum open files to {needed} because of OS error: {error}."
    ));
    log.warning(format_args!(
        "Current maximum open files is {best}. maxclients has been reduced to {fitting} to \
         compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'."
    ));
    Ok(())
}

/// Sets the limit to `needed`, or to the most that is allowed; the limit now and the last error.
fn raise_open_files(needed: u64, current: u64, maximum: Option<u64>) -> (u64, String) {
    let most = maximum.map_or(needed, |maximum| maximum.max(needed));
    let full = Rlimit { current: Some(needed), maximum: Some(most) };
    let Err(error) = setrlimit(Resource::Nofile, full) else { return (needed, String::new()) };
    let error = reason(&error.into());
    let within = Rlimit { current: maximum.map(|maximum| maximum.min(needed)), maximum };
    match (setrlimit(Resource::Nofile, within), within.current) {
        (Ok(()), Some(best)) => (best, error),
        _ => (current, error),
    }
}

/// Gives `maxclients` its effect after `CONFIG SET`.
///
/// # Errors
/// The reason as `CONFIG SET` prints it.
pub(crate) fn apply_max_clients(config: &Config, log: &Log) -> Result<(), String> {
    let asked = config.int(Id::MAXCLIENTS);
    let adjusted = adjust_open_files(config, log);
    let fitting = config.int(Id::MAXCLIENTS);
    if adjusted.is_ok() && fitting == asked {
        return Ok(());
    }
    Err(format!(
        "The operating system is not able to handle the specified number of clients, try with \
         {fitting}"
    ))
}

/// The score this process had before `oom-score-adj` was switched on: `relative` adds to it.
#[derive(Debug, Default)]
pub(crate) struct OomScore {
    base: std::sync::atomic::AtomicI64,
    touched: std::sync::atomic::AtomicBool,
}

const OOM_SCORE_FILE: &str = "/proc/self/oom_score_adj";

impl OomScore {
    /// Gives `oom-score-adj` and its values their effect.
    ///
    /// # Errors
    /// The reason as `CONFIG SET` prints it.
    pub(crate) fn apply(&self, config: &Config, log: &Log) -> Result<(), String> {
        use std::sync::atomic::Ordering::Relaxed;
        let is_on = config.int(Id::OOM_SCORE_ADJ) != choices::OOM_SCORE_NO;
        if is_on && !self.touched.load(Relaxed) {
            // Somebody else may have changed it since the start.
            let text = fs::read_to_string(OOM_SCORE_FILE).unwrap_or_default();
            self.base.store(text.trim().parse().unwrap_or(0), Relaxed);
        }
        let base = self.base.load(Relaxed);
        let replica = usize::from(config.replica_of().is_some());
        let own = config.oom_scores()[replica];
        let score = match config.int(Id::OOM_SCORE_ADJ) {
            choices::OOM_SCORE_RELATIVE => base + own,
            choices::OOM_SCORE_ABSOLUTE => own,
            // Back to what it was, if it was ever changed.
            _ if self.touched.swap(false, Relaxed) => base,
            _ => return Ok(()),
        };
        let score = score.clamp(-1000, 1000);
        if let Err(error) = fs::write(OOM_SCORE_FILE, score.to_string()) {
            let reason = reason(&error);
            log.warning(format_args!("Unable to write oom_score_adj: {reason}"));
            return Err("Failed to set current oom_score_adj. Check server logs.".to_owned());
        }
        if is_on {
            self.touched.store(true, Relaxed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
