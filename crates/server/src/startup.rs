//! The order of things at the start and at the end, and the lines they leave in the log.
//!
//! [`parse_command_line`] (configuration) -> [`Settings::begin`] (background, supervisor, first
//! lines, limits) -> the sockets are opened -> [`Settings::initialized`] (pid file, logo) ->
//! [`Settings::ready`] -> ... -> [`Settings::farewell`]. Order, texts, streams and exit codes are
//! those of redis-server 7.0.15; tools and its test suite look for these lines.

use crate::cli::{self, CommandLine, Personality, Run};
use crate::conf_file::{self, DiskConfigFile, DiskHost, reason};
use crate::daemon::{self, OomScore, Supervisor};
use crate::log::{Log, Role};
use crate::net::listen::Kind;
use crate::system;
use commands::acl::{self, Acl};
use commands::config::{Config, Id, LoadError, REDIS_VERSION, Rename, SCRUBJAY_VERSION, Value};
use commands::table::CommandTable;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display};
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// The commit this was built from, where the build says so.
pub(crate) const COMMIT: &str = match option_env!("SCRUBJAY_COMMIT") {
    Some(commit) => commit,
    None => "00000000",
};
/// The allocator's name in `--version` and `INFO`.
pub(crate) const ALLOCATOR: &str = "jemalloc-5.3.0";

/// The process ends with this.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ExitMessage {
    /// For standard output.
    pub(crate) stdout: String,
    /// For standard error.
    pub(crate) stderr: String,
    /// The exit code.
    pub(crate) code: u8,
}

impl ExitMessage {
    /// What there was to say is in the log already.
    pub(crate) fn logged(code: u8) -> ExitMessage {
        ExitMessage { code, ..ExitMessage::default() }
    }

    /// Writes the texts; the result is for `main`.
    pub(crate) fn leave(self) -> ExitCode {
        let _ = io::stdout().write_all(self.stdout.as_bytes());
        let _ = io::stderr().write_all(self.stderr.as_bytes());
        ExitCode::from(self.code)
    }
}

/// Everything the command line and the configuration say.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The values of all directives.
    pub(crate) config: Arc<Config>,
    /// The log, which follows the configuration.
    pub(crate) log: Log,
    /// Under which name the server runs.
    pub(crate) personality: Personality,
    /// The absolute path of the configuration file.
    pub(crate) config_path: Option<PathBuf>,
    /// The absolute path of the program.
    pub(crate) executable: PathBuf,
    renames: Vec<Rename>,
    users: Vec<Vec<Vec<u8>>>,
    args: Vec<OsString>,
    start_dir: PathBuf,
    stdin: Option<Vec<u8>>,
    bare: bool,
}

/// Reads the command line and every configuration it names.
///
/// # Errors
/// What to print and the exit code, for `--version` as for a mistake.
pub(crate) fn parse_command_line(args: Vec<OsString>) -> Result<Settings, ExitMessage> {
    let bytes: Vec<Vec<u8>> = args.iter().map(|arg| arg.as_bytes().to_vec()).collect();
    let program = bytes.first().map_or(&b"scrubjay"[..], Vec::as_slice);
    let personality = Personality::of(program);
    match cli::read(&bytes) {
        CommandLine::Run(run) => load(run, personality, args),
        other => Err(answer(&other, personality)),
    }
}

/// The answers that need no server.
fn answer(asked: &CommandLine, personality: Personality) -> ExitMessage {
    let out = |stdout: String, fine: bool| ExitMessage {
        stdout,
        code: u8::from(!fine),
        ..ExitMessage::default()
    };
    let fail = |stderr: String| ExitMessage { stderr, code: 1, ..ExitMessage::default() };
    match asked {
        CommandLine::Version => out(version(personality), true),
        CommandLine::Help => fail(cli::usage(personality)),
        CommandLine::CheckSystem => {
            let (report, fine) = system::check();
            out(report, fine)
        }
        CommandLine::TestMemory(None) => fail(format!(
            "Please specify the amount of memory to test in megabytes.\n\
             Example: ./{} --test-memory 4096\n\n",
            personality.program()
        )),
        CommandLine::TestMemory(Some(megabytes)) => match system::test_memory(*megabytes) {
            Ok(true) => out("Your memory passed this test.\n".to_owned(), true),
            Ok(false) => fail("*** MEMORY ERROR DETECTED: replace your memory ***\n".to_owned()),
            Err(reason) => fail(format!("{reason}\n")),
        },
        CommandLine::Sentinel | CommandLine::Run(_) => {
            fail(format!("{} has no Sentinel mode.\n", personality.product()))
        }
    }
}

/// The line of `--version`.
fn version(personality: Personality) -> String {
    let product = personality.product();
    let own = match personality {
        Personality::Scrubjay => format!("{SCRUBJAY_VERSION} redis={REDIS_VERSION}"),
        _ => REDIS_VERSION.to_owned(),
    };
    // Distinguishes builds, as far as versions and commits do.
    let mut build: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in format!("{own} {COMMIT}").bytes() {
        build = (build ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{product} server v={own} sha={COMMIT}:0 malloc={ALLOCATOR} bits=64 build={build:x}\n")
}

fn load(run: Run, personality: Personality, args: Vec<OsString>) -> Result<Settings, ExitMessage> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let config = Arc::new(Config::new(cores));
    let log = Log::new(config.clone());
    let start_dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let config_path = run.file.as_deref().map(conf_file::absolute);
    let executable = args.first().map_or_else(PathBuf::new, |name| {
        std::env::current_exe().unwrap_or_else(|_| conf_file::absolute(name.as_bytes()))
    });

    let mut text = Vec::new();
    if let Some(path) = &config_path {
        let read = conf_file::read(path.as_os_str().as_bytes());
        text = read.map_err(|(path, reason)| {
            log.warning(LoadError::Unreadable { path, reason });
            ExitMessage::logged(1)
        })?;
    }
    let mut stdin = None;
    if run.stdin {
        log.warning("Reading config from stdin");
        let mut input = Vec::new();
        let _ = io::stdin().read_to_end(&mut input);
        text.extend_from_slice(&input);
        stdin = Some(input);
    }
    // As Redis numbers the lines: those of the options follow a line end.
    text.push(b'\n');
    text.extend_from_slice(&run.options);

    let loaded = config.load(&text, &mut DiskHost).map_err(|error| match error {
        LoadError::Unreadable { .. } => {
            log.warning(error);
            ExitMessage::logged(1)
        }
        error => config_error(personality, error),
    })?;
    check_loaded(&config).map_err(|reason| config_error(personality, reason))?;
    let here = std::env::current_dir().unwrap_or_else(|_| start_dir.clone());
    config.store(Id::DIR, Value::text(&here.into_os_string().into_vec()));
    let (renames, users, bare) = (loaded.renames, loaded.users, run.bare);
    Ok(Settings {
        config,
        log,
        personality,
        config_path,
        executable,
        renames,
        users,
        args,
        start_dir,
        stdin,
        bare,
    })
}

/// What must hold beyond single lines.
fn check_loaded(config: &Config) -> Result<(), String> {
    let path = config.text(Id::LOGFILE);
    if !path.is_empty() {
        let path = PathBuf::from(OsStr::from_bytes(&path));
        let opened = OpenOptions::new().append(true).create(true).open(path);
        opened.map_err(|error| format!("Can't open the log file: {}", reason(&error)))?;
    }
    Ok(())
}

fn config_error(personality: Personality, error: impl Display) -> ExitMessage {
    let name = match personality {
        Personality::Scrubjay => format!("Scrubjay {SCRUBJAY_VERSION}"),
        other => format!("{} {REDIS_VERSION}", other.product()),
    };
    let stderr = format!("\n*** FATAL CONFIG FILE ERROR ({name}) ***\n{error}\n");
    ExitMessage { stderr, code: 1, ..ExitMessage::default() }
}

/// The process-wide state that a started server keeps.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    supervisor: Supervisor,
    oom_score: Arc<OomScore>,
    log: Log,
}

impl Process {
    /// Goes to the directory of the directives, which becomes the whole path.
    ///
    /// # Errors
    /// As `Apply::renew`; the same of the next one.
    pub(crate) fn renew_directory(config: &Config) -> Result<(), String> {
        let dir = conf_file::change_dir(&config.text(Id::DIR))?;
        config.store(Id::DIR, Value::text(&dir));
        Ok(())
    }

    /// Gives `oom-score-adj` and its values their effect.
    pub(crate) fn renew_oom_score(&self, config: &Config) -> Result<(), String> {
        self.oom_score.apply(config, &self.log)
    }
}

/// Where the server listens, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `address:port`
    Tcp(String),
    /// A path.
    Unix(String),
}

impl Settings {
    /// Goes to the background if asked, finds the supervisor, writes the first lines and fits the
    /// limit of open files. `Ok(None)`: another process goes on in the background, this one ends.
    ///
    /// # Errors
    /// The server cannot start.
    pub(crate) fn begin(&self) -> Result<Option<Process>, ExitMessage> {
        let (config, log) = (&*self.config, &self.log);
        let supervisor = Supervisor::find(config, log);
        let in_background = daemon::enter_background();
        if config.flag(Id::DAEMONIZE) && supervisor == Supervisor::None && !in_background {
            let stdin = self.stdin.as_deref();
            let started = daemon::start_in_background(&self.args, &self.start_dir, stdin);
            return started.map(|()| None).map_err(|error| {
                log.warning(format_args!("Can't go to the background: {}", reason(&error)));
                ExitMessage::logged(1)
            });
        }
        self.log_first_lines();
        log.set_role(if config.replica_of().is_some() { Role::Replica } else { Role::Master });
        daemon::adjust_open_files(config, log).map_err(|reason| {
            log.warning(reason);
            ExitMessage::logged(1)
        })?;
        log.notice("monotonic clock: POSIX clock_gettime");
        let process = Process { supervisor, oom_score: Arc::default(), log: log.clone() };
        Ok(Some(process))
    }

    fn log_first_lines(&self) {
        let product = self.personality.product();
        let log = &self.log;
        log.warning(format_args!("oO0OoO0OoO0Oo {product} is starting oO0OoO0OoO0Oo"));
        let version = match self.personality {
            Personality::Scrubjay => SCRUBJAY_VERSION,
            _ => REDIS_VERSION,
        };
        log.warning(format_args!(
            "{product} version={version}, bits=64, commit={COMMIT}, modified=0, pid={}, just started",
            std::process::id()
        ));
        if self.bare {
            let name = self.args.first().map(|name| name.to_string_lossy()).unwrap_or_default();
            log.warning(format_args!(
                "Warning: no config file specified, using the default config. In order to specify \
                 a config file use {name} /path/to/redis.conf"
            ));
        } else {
            log.warning("Configuration loaded");
        }
    }

    /// For an address of `bind` that could not be listened on; `reason` is `bind: Address already
    /// in use` or the like. Whether that is the end is for [`Settings::cannot_listen`].
    pub(crate) fn listen_failed(&self, address: &str, port: u16, reason: impl Display) {
        self.log.warning(format_args!(
            "Warning: Could not create server TCP listening socket {address}:{port}: {reason}"
        ));
    }

    /// The end, because a port cannot be listened on.
    pub(crate) fn cannot_listen(&self, port: u16, kind: Kind) -> ExitMessage {
        let kind = if kind == Kind::Tls { "TLS" } else { "TCP" };
        self.log.warning(format_args!("Failed listening on port {port} ({kind}), aborting."));
        ExitMessage::logged(1)
    }

    /// The end, because the unix socket cannot be opened.
    pub(crate) fn cannot_open_unix_socket(&self, reason: impl Display) -> ExitMessage {
        self.log.warning(format_args!("Failed opening Unix socket: {reason}"));
        ExitMessage::logged(1)
    }

    /// The end, because there is no socket at all.
    pub(crate) fn listens_nowhere(&self) -> ExitMessage {
        self.log.warning("Configured to not listen anywhere, exiting.");
        ExitMessage::logged(1)
    }

    /// Gives the commands the names that `rename-command` lines ask for.
    pub(crate) fn rename_commands(&self, table: &mut CommandTable) {
        for Rename { from, to } in &self.renames {
            // Both are names of commands or valid in their place: the reader has checked.
            table.rename(&String::from_utf8_lossy(from), &String::from_utf8_lossy(to));
        }
    }

    /// The users that `requirepass`, `user` lines and the ACL file make.
    ///
    /// # Errors
    /// Without its users a server would be open to everybody, so it does not start.
    pub(crate) fn load_users(&self, table: &CommandTable) -> Result<Acl, ExitMessage> {
        let (config, log) = (&*self.config, &self.log);
        let fail = |text: String| {
            log.warning(text);
            ExitMessage::logged(1)
        };
        let path = config.text(Id::ACLFILE);
        if !path.is_empty() && !self.users.is_empty() {
            return Err(fail(
                "Users are defined in the configuration and an ACL file is named as well. Define \
                 them in one of both: it would be left open which ones count."
                    .to_owned(),
            ));
        }
        let (acl, grammar) = (Acl::new(table), acl::grammar(table, config));
        acl.set_default_password(&config.text(Id::REQUIREPASS), grammar);
        for disabled in acl.define(&self.users, grammar).map_err(|text| {
            log.warning(text);
            fail("Critical error while loading ACLs. Exiting.".to_owned())
        })? {
            log.notice(format_args!(
                "The user '{disabled}' is disabled (there is no 'on' modifier in the user \
                 description). Make sure this is not a configuration error."
            ));
        }
        if !path.is_empty() {
            let name = String::from_utf8_lossy(&path);
            let abort = |text: String| {
                fail(format!("Aborting Redis startup because of ACL errors: {text}"))
            };
            let text = fs::read(OsStr::from_bytes(&path)).map_err(|error| {
                let reason = reason(&error);
                abort(format!("Error loading ACLs, opening file '{name}': {reason}"))
            })?;
            acl.load(&text, &name, config, table).map_err(abort)?;
        }
        Ok(acl)
    }

    /// The sockets are open: pid file, logo, warnings about the system.
    pub(crate) fn initialized(&self, process: &Process) {
        let (config, log) = (&*self.config, &self.log);
        if config.flag(Id::DAEMONIZE) || !config.text(Id::PIDFILE).is_empty() {
            daemon::write_pid_file(config, log);
        }
        self.show_logo();
        self.check_backlog();
        log.warning("Server initialized");
        if system::huge_pages_forced() == Some(true) {
            log.warning(
                "WARNING Transparent Huge Pages (THP) are always on in your kernel, which may \
                 cost memory. 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled' as root \
                 turns them off.",
            );
        }
        for id in Id::all() {
            if let Some(notice) = config.inert_notice(id) {
                log.warning(notice);
            }
        }
        let small = 1..1024 * 1024;
        if small.contains(&config.size(Id::MAXMEMORY)) {
            log.warning(format_args!(
                "WARNING: You specified a maxmemory value that is less than 1MB (current value is \
                 {} bytes). Are you sure this is what you really want?",
                config.size(Id::MAXMEMORY)
            ));
        }
        // The reason of a failure is in the log; the server runs all the same.
        let _ = process.oom_score.apply(config, log);
    }

    fn check_backlog(&self) {
        let backlog = self.config.int(Id::TCP_BACKLOG);
        let text = fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap_or_default();
        let Ok(most) = text.trim().parse::<i64>() else { return };
        if most > 0 && most < backlog {
            self.log.warning(format_args!(
                "WARNING: The TCP backlog setting of {backlog} cannot be enforced because \
                 /proc/sys/net/core/somaxconn is set to the lower value of {most}."
            ));
        }
    }

    /// The logo on a terminal, or where `always-show-logo` wants it; else one line. The Tcl suite
    /// of Redis waits for the pid in the logo.
    fn show_logo(&self) {
        let config = &*self.config;
        let mode = if config.flag(Id::CLUSTER_ENABLED) { "cluster" } else { "standalone" };
        let port = match config.int(Id::PORT) {
            0 => config.int(Id::TLS_PORT),
            port => port,
        };
        let on_terminal = config.text(Id::LOGFILE).is_empty() && io::stdout().is_terminal();
        if on_terminal || config.flag(Id::ALWAYS_SHOW_LOGO) {
            self.log.raw(&logo(self.personality, mode, port));
        } else {
            self.log.notice(format_args!("Running mode={mode}, port={port}."));
        }
    }

    /// Clients are served from now on.
    pub(crate) fn ready(&self, process: &Process, endpoints: &[Endpoint]) {
        let tcp: Vec<&str> = endpoints
            .iter()
            .filter_map(|endpoint| match endpoint {
                Endpoint::Tcp(address) => Some(address.as_str()),
                Endpoint::Unix(_) => None,
            })
            .collect();
        if !tcp.is_empty() {
            self.log.notice(format_args!("Listening on {}", tcp.join(", ")));
            self.log.notice("Ready to accept connections");
        }
        for endpoint in endpoints {
            if let Endpoint::Unix(path) = endpoint {
                self.log.notice(format_args!(
                    "The server is now ready to accept connections at {path}"
                ));
            }
        }
        process.supervisor.tell("STATUS=Ready to accept connections\nREADY=1\n");
    }

    /// The last words: removes the pid file and the unix socket.
    pub(crate) fn farewell(&self, process: &Process) {
        let (config, log) = (&*self.config, &self.log);
        process.supervisor.tell("STOPPING=1\n");
        if config.flag(Id::DAEMONIZE) || !config.text(Id::PIDFILE).is_empty() {
            daemon::remove_pid_file(config, log);
        }
        let socket = config.text(Id::UNIXSOCKET);
        if !socket.is_empty() {
            log.notice("Removing the unix socket file.");
            let _ = fs::remove_file(OsStr::from_bytes(&socket));
        }
        let product = self.personality.product();
        log.warning(format_args!("{product} is now ready to exit, bye bye..."));
    }

    /// The configuration file, for `CONFIG REWRITE`.
    pub(crate) fn config_file(&self) -> DiskConfigFile {
        DiskConfigFile { path: self.config_path.clone(), log: self.log.clone() }
    }
}

/// A jay, and what the Tcl suite and people look for: mode, port and pid.
fn logo(personality: Personality, mode: &str, port: i64) -> String {
    let product = personality.product();
    let (version, pid) = (SCRUBJAY_VERSION, std::process::id());
    let head = Line(product, version);
    format!(
        "\n\
        \x20           ___\n\
        \x20         .'o  '-._\n\
        \x20        <_        '-.          {head}\n\
        \x20          \\   \\'-._   '.        Running in {mode} mode\n\
        \x20           \\   \\   '-.  \\       Port: {port}\n\
        \x20            '.  '-.   \\  \\      PID: {pid}\n\
        \x20              '-._ '-._\\  \\____\n\
        \x20                / /'--..__'-.__/\n\
        \x20               ^  ^\n\n"
    )
}

struct Line<'a>(&'a str, &'a str);

impl Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({COMMIT}/0) 64 bit, speaks Redis {REDIS_VERSION}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests;
