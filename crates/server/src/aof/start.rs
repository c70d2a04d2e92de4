//! The beginning of the append-only file: its manifest is read, a file of an older server taken
//! over, the first base made, the log thread started.

use crate::aof::Scribe;
use crate::host::{HostOf, System};
use crate::net::mailbox::Mail;
use commands::append::{format_of, replay};
use commands::config::Id;
use commands::saving;
use commands::shared::{Message, Shared};
use persist::aof::log::{Failure, Log, OpenError};
use persist::rdb::FileWriter;
use persist::snapshot::{Format, SnapshotError};
use persist::storage::Storage;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Reads the manifest; `None` if it cannot be used, the log says why.
pub(crate) fn open(system: &System, shared: &Shared, storage: Arc<dyn Storage>) -> Option<Log> {
    match Log::open(storage, replay::place(shared)) {
        Ok(log) => Some(log),
        Err(OpenError::Storage(failure)) => {
            system.log().warning(failure);
            None
        }
        Err(OpenError::Manifest(unreadable)) => {
            let log = system.log();
            log.warning("\n*** FATAL AOF MANIFEST FILE ERROR ***\n");
            if let Some((number, line)) = &unreadable.line {
                log.warning(format_args!("Reading the manifest file, at line {number}\n"));
                log.warning(format_args!(">>> '{}'\n", String::from_utf8_lossy(line)));
            }
            log.warning(format_args!("{}\n", unreadable.reason));
            None
        }
    }
}

/// Takes over the single file of a server before Redis 7.
///
/// # Errors
/// The storage failed.
pub(crate) fn adopt(system: &System, shared: &Shared, log: &mut Log) -> Result<(), Failure> {
    if log.adopt_single_file()? {
        let name = shared.config.text(Id::APPENDFILENAME);
        let dir = shared.config.text(Id::APPENDDIRNAME);
        system.log().notice(format_args!(
            "Successfully migrated an old-style AOF file ({}) into the AOF directory ({}).",
            String::from_utf8_lossy(&name),
            String::from_utf8_lossy(&dir)
        ));
    }
    Ok(())
}

/// Starts the log thread, which writes if `is_logged`; every worker writes its journal then.
pub(crate) fn begin(
    system: &Arc<System>,
    shared: &Arc<Shared>,
    mut log: Log,
    is_logged: bool,
) -> bool {
    if is_logged {
        let (format, suffix) = format_of(&shared.config, system.now_ms() / 1000);
        let begun = log.begin(suffix, |path| write_empty(system, shared, path, format));
        match begun {
            Err(failure) => {
                system.log().warning(failure);
                return false;
            }
            Ok(begun) => {
                let log = system.log();
                let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
                if let Some(base) = &begun.base {
                    let base = name(base);
                    log.notice(format_args!("Creating AOF base file {base} on server start"));
                }
                let verb = if begun.is_new { "Creating" } else { "Opening" };
                let file = name(&begun.increment);
                log.notice(format_args!("{verb} AOF incr file {file} on server start"));
            }
        }
    }
    let scribe = Scribe::new(Arc::clone(system), Arc::clone(shared), log);
    if let Err(error) = system.aof().start(Arc::clone(system), scribe) {
        system.log().warning(format_args!("Can't start the log thread: {error}"));
        return false;
    }
    system.tell_workers(|| Mail::Message(Message::ConfigChanged));
    while !shared.append.is_agreed() && !system.is_ending() {
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Writes the base of an empty data set.
fn write_empty(
    system: &Arc<System>,
    shared: &Shared,
    path: &Path,
    format: Format,
) -> Result<(), Failure> {
    let host = HostOf(Arc::clone(system));
    let plan = saving::plan(&shared.config, &shared.saving, &host, format);
    let storage = crate::files::Files;
    let written = FileWriter::create(&storage as &dyn Storage, path, plan.options);
    let written = written.and_then(|mut file| {
        match format {
            Format::Rdb { .. } => file.begin(&plan.header, &[]),
            Format::Commands { stamp_s, .. } => file.begin_requests(&plan.header, stamp_s),
        }
        file.finish()
    });
    written.map(|_| ()).map_err(|error| Failure {
        text: format!("Can't write the base file {}", path.display()),
        error: match error {
            SnapshotError::Storage { error, .. } => error,
            other => std::io::Error::other(other.to_string()),
        },
    })
}
