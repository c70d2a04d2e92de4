//! FLUSHALL, FLUSHDB and SWAPDB: whole databases at once, with everything locked.

use crate::saving;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};

/// `FLUSHALL [ASYNC|SYNC]` -> `OK`.
pub(super) fn flushall(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    check_mode(args)?;
    for db in 0..cx.keys.databases() {
        cx.keys.flush_db(db);
    }
    log(cx, args);
    saving::after_flush(cx.server, &mut cx.keys);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `FLUSHDB [ASYNC|SYNC]` -> `OK`.
pub(super) fn flushdb(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    check_mode(args)?;
    let db = cx.keys.db();
    cx.keys.flush_db(db);
    log(cx, args);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// Written though nothing may have been there.
fn log(cx: &mut Cx<'_>, args: Args<'_>) {
    if cx.journals() {
        cx.log_as(&args.iter().collect::<Vec<_>>());
    }
}

/// Both modes empty the database before the reply, and both leave its memory to the reaper: a
/// worker that freed it would hold up its clients.
fn check_mode(args: Args<'_>) -> Result<(), CommandError> {
    let known = args.len() == 1 || args.len() == 2 && (args.is(1, "async") || args.is(1, "sync"));
    if known { Ok(()) } else { Err(CommandError::Syntax) }
}

/// `SWAPDB first second` -> `OK`.
pub(super) fn swapdb(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let index = |at: usize, complaint| {
        let index = parse_i64(args.at(at)).and_then(|index| i32::try_from(index).ok());
        index.ok_or(CommandError::text(complaint))
    };
    let first = index(1, "ERR invalid first DB index")?;
    let second = index(2, "ERR invalid second DB index")?;
    let databases = cx.keys.databases();
    let in_range = |index: i32| usize::try_from(index).ok().filter(|index| *index < databases);
    let (Some(first), Some(second)) = (in_range(first), in_range(second)) else {
        return Err(CommandError::text("ERR DB index is out of range"));
    };
    if first != second {
        cx.keys.swap_dbs(first, second);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}
