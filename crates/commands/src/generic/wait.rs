//! WAIT and WAITAOF, as a server without replicas answers: what asks for any waits until its time
//! is up. The local half of WAITAOF is answered when the client's last change is on disk.

use crate::args::Args;
use crate::collection::{count, int, wait_until};
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::session::BlockedCall;
use crate::shared::Shared;
use crate::spec::{Arg, Category, Command, Flags};
use resp::encode;

pub(super) const WAIT: Command = Command {
    name: "wait",
    run: wait,
    arity: 3,
    flags: Flags::BLOCKING,
    acl: Category::CONNECTION,
    since: "3.0.0",
    summary: "Waits until replicas have received the writes of this connection.",
    args: &[Arg::integer("numreplicas"), Arg::integer("timeout")],
    tips: &["request_policy:all_shards", "response_policy:agg_min"],
    ..Command::DEFAULT
};

pub(super) const WAITAOF: Command = Command {
    name: "waitaof",
    run: waitaof,
    arity: 4,
    flags: Flags::BLOCKING,
    acl: Category::CONNECTION,
    since: "7.2.0",
    summary: "Waits until the writes of this connection are on disk here and on replicas.",
    args: &[Arg::integer("numlocal"), Arg::integer("numreplicas"), Arg::integer("timeout")],
    tips: &["request_policy:all_shards", "response_policy:agg_min"],
    ..Command::DEFAULT
};

/// `WAIT numreplicas timeout` -> number of replicas: 0.
fn wait(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let wanted = int(args.at(1))?;
    let deadline = wait_until(args.at(2), cx.now())?;
    if wanted > 0 && cx.may_block() {
        return Ok(Outcome::Block { deadline });
    }
    cx.reply.int(0);
    Ok(Outcome::Replied)
}

/// `WAITAOF numlocal numreplicas timeout` -> array: 1 if the writes are on disk here, number of
/// replicas.
fn waitaof(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let local = int(args.at(1))?;
    if !(0..=1).contains(&local) {
        return Err(CommandError::text("ERR value is out of range, value must between 0 and 1"));
    }
    let replicas = count(args.at(2))?;
    let deadline = wait_until(args.at(3), cx.now())?;
    if local > 0 && !cx.server.config.flag(Id::APPENDONLY) {
        return Err(CommandError::text(
            "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
        ));
    }
    let is_durable = is_durable(cx.server, cx.session.last_ticket);
    if (replicas > 0 || (local > 0 && !is_durable)) && cx.may_block() {
        return Ok(Outcome::Block { deadline });
    }
    cx.reply.array(2);
    cx.reply.flag(is_durable);
    cx.reply.int(0);
    Ok(Outcome::Replied)
}

/// Whether the change with this ticket, and all before it, are on disk here.
fn is_durable(shared: &Shared, ticket: u64) -> bool {
    shared.config.flag(Id::APPENDONLY) && shared.append.durable() >= ticket
}

/// Whether a call waits for the log alone, and its client's last change is on disk.
pub(crate) fn log_has_come(shared: &Shared, call: &BlockedCall) -> bool {
    let args = call.args.args();
    shared.table.entry(call.command).command.name == "waitaof"
        && matches!(count(args.at(2)), Ok(0))
        && is_durable(shared, call.ticket)
}

/// The reply of a call whose time is up: nobody has acknowledged anything, or there was no element.
pub(crate) fn nothing_came(shared: &Shared, call: &BlockedCall, out: &mut Vec<u8>) {
    match shared.table.entry(call.command).command.name {
        "wait" => encode::int(out, 0),
        "waitaof" => {
            out.extend_from_slice(b"*2\r\n");
            encode::int(out, i64::from(is_durable(shared, call.ticket)));
            encode::int(out, 0);
        }
        _ => encode::null_array(out, call.proto),
    }
}
