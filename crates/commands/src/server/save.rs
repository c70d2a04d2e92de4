//! SAVE, BGSAVE, LASTSAVE: what clients can say about files. The work is in `crate::saving`.

use crate::saving::{self, NotBegun};
use crate::shared::LogLevel;
use crate::spec::{Arg, Category, Command, Flags, Group};
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use persist::snapshot::Purpose;
use std::sync::atomic::Ordering::Relaxed;

pub(super) const BGREWRITEAOF: Command = Command {
    name: "bgrewriteaof",
    run: crate::append::bgrewriteaof,
    arity: 1,
    flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::NO_ASYNC_LOADING),
    group: Group::Server,
    summary: "Starts to rewrite the append-only file in the background.",
    ..Command::DEFAULT
};

pub(super) const BGSAVE: Command = Command {
    name: "bgsave",
    run: bgsave,
    arity: -1,
    flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::NO_ASYNC_LOADING),
    group: Group::Server,
    summary: "Starts to save a snapshot in the background.",
    args: &[Arg::one_of(
        "operation",
        &[
            Arg::flag("schedule", "SCHEDULE").since("3.2.2"),
            Arg::flag("cancel", "CANCEL").since("8.1.0"),
        ],
    )
    .optional()],
    ..Command::DEFAULT
};

pub(super) const LASTSAVE: Command = Command {
    name: "lastsave",
    run: lastsave,
    arity: 1,
    flags: Flags::LOADING.and(Flags::STALE).and(Flags::FAST),
    acl: Category::ADMIN.and(Category::DANGEROUS),
    group: Group::Server,
    summary: "Returns the Unix time of the last successful save.",
    tips: &["nondeterministic_output"],
    ..Command::DEFAULT
};

pub(super) const SAVE: Command = Command {
    name: "save",
    run: save,
    arity: 1,
    flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::NO_MULTI).and(Flags::NO_ASYNC_LOADING),
    group: Group::Server,
    summary: "Saves a snapshot while clients wait.",
    complexity: "O(N), N the keys of all databases",
    ..Command::DEFAULT
};

const FAILED: CommandError = CommandError::text("ERR");
const IN_PROGRESS: CommandError = CommandError::text("ERR Background save already in progress");
const OTHER: CommandError = CommandError::text(
    "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in \
     order to schedule a BGSAVE whenever possible.",
);

/// `SAVE` -> `OK`, when the file is on disk.
fn save(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    if cx.server.host.snapshot() == Some(Purpose::Save) {
        return Err(IN_PROGRESS);
    }
    if !saving::save(cx.server, &mut cx.keys) {
        return Err(FAILED);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `BGSAVE [SCHEDULE|CANCEL]` -> a status.
fn bgsave(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let schedules = args.len() == 2 && args.is(1, "schedule");
    if args.len() == 2 && args.is(1, "cancel") {
        return cancel(cx);
    }
    if args.len() > 1 && !schedules {
        return Err(CommandError::Syntax);
    }
    let begun = match cx.server.host.snapshot() {
        Some(purpose) => Err(NotBegun::Busy(purpose)),
        None if !cx.may_block() => Err(NotBegun::Busy(Purpose::Rewrite)), // inside EXEC: later
        None => saving::begin(cx.server, &mut cx.keys),
    };
    match begun {
        Ok(()) => cx.reply.simple("Background saving started"),
        Err(NotBegun::Busy(Purpose::Save)) => return Err(IN_PROGRESS),
        Err(NotBegun::Busy(_)) if schedules || !cx.may_block() => {
            cx.server.saving.is_scheduled.store(true, Relaxed);
            cx.reply.simple("Background saving scheduled");
        }
        Err(NotBegun::Busy(_)) => return Err(OTHER),
        Err(NotBegun::Failed) => return Err(FAILED),
    }
    Ok(Outcome::Replied)
}

fn cancel(cx: &mut Cx<'_>) -> CommandResult {
    let (host, saving) = (&cx.server.host, &cx.server.saving);
    if host.cancel_snapshot(Purpose::Save) {
        let line = "Background saving will be aborted due to user request";
        host.log(LogLevel::Notice, line);
        cx.reply.simple("Background saving cancelled");
    } else if saving.is_scheduled.swap(false, Relaxed) {
        let line = "Scheduled background saving will be cancelled due to user request";
        host.log(LogLevel::Notice, line);
        cx.reply.simple("Scheduled background saving cancelled");
    } else {
        return Err(CommandError::text(
            "ERR Background saving is currently not in progress or scheduled",
        ));
    }
    Ok(Outcome::Replied)
}

/// `LASTSAVE` -> Unix time of the last file, or of the start.
fn lastsave(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.int(cx.server.saving.last_save_s.load(Relaxed));
    Ok(Outcome::Replied)
}
