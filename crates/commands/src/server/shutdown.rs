//! SHUTDOWN: asks the server to end, or takes that back.

use crate::saving;
use crate::shared::{LogLevel, Shutdown};
use crate::{Args, CommandError, CommandResult, Cx, Outcome};

/// `SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE]` -> nothing: the connection ends with the process.
/// `SHUTDOWN ABORT` -> `OK`.
pub(super) fn shutdown(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (mut options, mut abort) = (Shutdown::default(), false);
    for index in 1..args.len() {
        if args.is(index, "nosave") && options.save != Some(true) {
            options.save = Some(false);
        } else if args.is(index, "save") && options.save != Some(false) {
            options.save = Some(true);
        } else if args.is(index, "now") {
            options.now = true;
        } else if args.is(index, "force") {
            options.force = true;
        } else if args.is(index, "abort") {
            abort = true;
        } else if !args.is(index, "safe") && !args.is(index, "failover") {
            return Err(CommandError::Syntax);
        }
    }
    if !abort {
        if options.save != Some(false)
            && let Some(error) = cx.server.running.busy_error()
        {
            return Err(error);
        }
        cx.server.host.log(LogLevel::Warning, "User requested shutdown...");
        if !saving::before_end(cx.server, &mut cx.keys, options) {
            return Err(CommandError::text("ERR Errors trying to SHUTDOWN. Check logs."));
        }
        cx.server.running.abandon();
        cx.server.host.shutdown(options);
        return Ok(Outcome::Close);
    }
    if args.len() > 2 {
        return Err(CommandError::Syntax);
    }
    if !cx.server.host.abort_shutdown() {
        return Err(CommandError::text("ERR No shutdown in progress."));
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}
