//! The server's binary: configuration, sockets, threads, and their end.
#![forbid(unsafe_code)]

mod startup;

mod aof;
mod exchange;
mod files;
mod host;
mod loading;
mod metrics;
mod net;
mod reaper;
mod snapshots;
mod tls;

mod cli;
mod conf_file;
mod daemon;
mod log;
mod system;
mod tools;

use crate::host::{HostOf, Parts, System};
use crate::loading::Outcome;
use crate::net::listen::{self, Kind, Listener};
use crate::net::worker::Worker;
use crate::startup::{Endpoint, ExitMessage, Process, Settings};
use crate::tls::Tls;
use commands::config::Id;
use commands::pubsub::PubSub;
use commands::saving::{self, LOADING, Saving};
use commands::shared::{Clients, Host as _, Shared, Stats, WorkerStats};
use commands::table::CommandTable;
use engine::{Layout, Store};
use signal_hook::consts::{SIGABRT, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::ffi::OsStrExt as _;
use std::process::ExitCode;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: alloc::Jemalloc = alloc::Jemalloc;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let words: Vec<Vec<u8>> = args.iter().map(|arg| arg.as_bytes().to_vec()).collect();
    if let Some(asked) = tools::asked(&words) {
        return ExitCode::from(asked.run());
    }
    match startup::parse_command_line(args).and_then(|settings| serve(&settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => exit.leave(),
    }
}

/// Starts, serves until the end is asked for, and ends.
fn serve(settings: &Settings) -> Result<(), ExitMessage> {
    let Some(process) = settings.begin()? else { return Ok(()) };
    let tls = Tls::default();
    if tls.configure(&settings.config, &settings.log).is_err() {
        settings.log.warning("Failed to configure TLS. Check logs for more info.");
        return Err(ExitMessage::logged(1));
    }
    let listeners = open_sockets(settings)?;
    settings.initialized(&process);
    let endpoints: Vec<Endpoint> = listeners.iter().map(|one| one.endpoint.clone()).collect();
    let saving = Arc::new(Saving::new(host::now_ms()));
    // With nothing to load nobody is refused, not even for an instant.
    saving.switch(LOADING, loading::has_data(&settings.config));
    let system = start_system(settings, process.clone(), Arc::clone(&saving), tls)?;
    let shared = build_shared(settings, &system, saving)?;
    system.listens(&listeners);
    system.tls().start(&system, &shared);
    let threads = start_workers(settings, &system, &shared, listeners)?;
    metrics::start(&shared, &system).map_err(|reason| failed(settings, &reason))?;
    watch_signals(&system).map_err(|error| failed(settings, &error))?;
    let loaded = loading::load(&system, &shared);
    // What this thread has made is there for good.
    system.publish_loader_usage();
    match loaded {
        Outcome::Fine => settings.ready(&process, &endpoints),
        Outcome::Ended => {}
        Outcome::Failed => return Err(ExitMessage::logged(1)),
    }
    system.wait_for_end();
    system.stop_workers();
    for thread in threads {
        // A worker that panicked has aborted the process already.
        let _ = thread.join();
    }
    system.aof().end();
    settings.farewell(&process);
    Ok(())
}

fn failed(settings: &Settings, error: &dyn std::fmt::Display) -> ExitMessage {
    settings.log.warning(format_args!("Can't start: {error}"));
    ExitMessage::logged(1)
}

fn open_sockets(settings: &Settings) -> Result<Vec<Listener>, ExitMessage> {
    let config = &*settings.config;
    let mut open = Vec::new();
    for kind in [Kind::Plain, Kind::Tls] {
        let port = config.int(kind.directive()) as u16;
        if port == 0 {
            continue;
        }
        let (listeners, failures) = listen::tcp(config, port, kind);
        for failure in &failures {
            settings.listen_failed(&failure.address, port, &failure.reason);
        }
        let wanted = !config.bind_addresses().is_empty();
        if listeners.is_empty() && wanted || failures.iter().any(|failure| !failure.optional) {
            return Err(settings.cannot_listen(port, kind));
        }
        open.extend(listeners);
    }
    match listen::unix(config) {
        Ok(listener) => open.extend(listener),
        Err(reason) => return Err(settings.cannot_open_unix_socket(reason)),
    }
    if open.is_empty() {
        return Err(settings.listens_nowhere());
    }
    Ok(open)
}

fn worker_count(settings: &Settings) -> usize {
    settings.config.int(Id::IO_THREADS).clamp(1, 256) as usize
}

fn start_system(
    settings: &Settings,
    started: Process,
    saving: Arc<Saving>,
    tls: Tls,
) -> Result<Arc<System>, ExitMessage> {
    System::new(Parts {
        tls,
        workers: worker_count(settings),
        saving,
        log: settings.log.clone(),
        config: Arc::clone(&settings.config),
        started,
        file: settings.config_file(),
        executable: settings.executable.clone(),
    })
    .map_err(|error| failed(settings, &error))
}

fn build_shared(
    settings: &Settings,
    system: &Arc<System>,
    saving: Arc<Saving>,
) -> Result<Arc<Shared>, ExitMessage> {
    let workers = worker_count(settings);
    let databases = settings.config.int(Id::DATABASES).max(1) as usize;
    let start_ms = system.now_ms();
    let mut table = CommandTable::new(commands::families());
    settings.rename_commands(&mut table);
    let rows = table.len();
    let draw = || RandomState::new().hash_one(0_u8);
    let acl = settings.load_users(&table)?;
    Ok(Arc::new(Shared {
        acl,
        store: Store::new(Layout { databases, workers, start_ms }),
        config: Arc::clone(&settings.config),
        table,
        clients: Clients::default(),
        pubsub: PubSub::new(workers),
        stats: Stats::default(),
        pause: commands::pause::Pause::default(),
        switches: commands::switches::Switches::default(),
        tracking: commands::tracking::Tracking::default(),
        notes: commands::introspection::Notes::default(),
        scripts: Box::new(script::Engine::new(workers)),
        running: commands::scripting::Running::new(workers),
        workers: (0..workers).map(|_| WorkerStats::new(rows)).collect(),
        saving,
        append: commands::append::Append::new(workers),
        host: Arc::new(HostOf(Arc::clone(system))),
        start_ms,
        run_id: format!("{:016x}{:016x}{:08x}", draw(), draw(), draw() as u32).into(),
    }))
}

fn start_workers(
    settings: &Settings,
    system: &Arc<System>,
    shared: &Arc<Shared>,
    listeners: Vec<Listener>,
) -> Result<Vec<std::thread::JoinHandle<()>>, ExitMessage> {
    let mut threads = Vec::new();
    let mut listeners = Some(listeners);
    for index in 0..worker_count(settings) {
        let seed = RandomState::new().hash_one(index);
        let own = listeners.take().unwrap_or_default();
        let worker = Worker::new(index, Arc::clone(shared), Arc::clone(system), own, seed)
            .map_err(|error| failed(settings, &error))?;
        let thread = std::thread::Builder::new()
            .name(format!("worker-{index}"))
            // Replies of scripts may be nested deeply.
            .stack_size(8 << 20)
            .spawn(move || worker.run())
            .map_err(|error| failed(settings, &error))?;
        threads.push(thread);
    }
    Ok(threads)
}

/// SIGTERM and SIGINT end the server, each with its line in the log; a second SIGINT does not wait.
/// SIGABRT leaves a report.
fn watch_signals(system: &Arc<System>) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGABRT])?;
    let system = Arc::clone(system);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let host = HostOf(Arc::clone(&system));
        for signal in signals.forever() {
            if signal == SIGABRT {
                host.crash("signal 6");
            }
            let (name, directive) = match signal {
                SIGINT => ("SIGINT", Id::SHUTDOWN_ON_SIGINT),
                _ => ("SIGTERM", Id::SHUTDOWN_ON_SIGTERM),
            };
            if system.is_asked_to_end() && signal == SIGINT {
                system.log().warning("You insist... exiting now.");
                saving::remove_temp(&host);
                std::process::exit(1);
            }
            system.log().warning(format_args!("Received {name} scheduling shutdown..."));
            system.ask_for_end(system.on_signal(directive));
        }
    })?;
    Ok(())
}
