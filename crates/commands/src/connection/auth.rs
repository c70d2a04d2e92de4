//! AUTH and HELLO: who the client is and which protocol it speaks.
//!
//! Users and passwords are kept by [`acl`](crate::acl); `requirepass` is the password of `default`.

use super::client::check_name;
use crate::acl::Place;
use crate::acl::log::Denied;
use crate::config::REDIS_VERSION;
use crate::session_end::change_proto;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use resp::Proto;

const WRONG_PASS: CommandError =
    CommandError::text("WRONGPASS invalid username-password pair or user is disabled.");
const NO_PASSWORD: CommandError = CommandError::text(
    "ERR AUTH <password> called without any password configured for the default user. Are you \
     sure your configuration is correct?",
);
const HELLO_NO_AUTH: CommandError = CommandError::text(
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO \
     <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP \
     protocol version at the same time",
);

/// `AUTH [username] password` -> `OK`.
pub(super) fn auth(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (user, password) = match args.len() {
        2 if cx.server.acl.default_rules().no_pass => return Err(NO_PASSWORD),
        2 => (&b"default"[..], args.at(1)),
        3 => (args.at(1), args.at(2)),
        _ => return Err(CommandError::Syntax),
    };
    log_in(cx, args, user, password)?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn log_in(
    cx: &mut Cx<'_>,
    args: Args<'_>,
    user: &[u8],
    password: &[u8],
) -> Result<(), CommandError> {
    let Some(badge) = cx.server.acl.log_in(user, password) else {
        let place = if cx.session.multi.is_some() { Place::Queue } else { Place::Toplevel };
        let denied = Denied::of_login(args.at(0), user, place);
        cx.server.acl.note(cx.server, cx.session, &denied, cx.keys.now());
        return Err(WRONG_PASS);
    };
    cx.session.authenticated = true;
    cx.session.card.texts().user.clone_from(&badge.user.name);
    cx.session.badge = badge;
    Ok(())
}

/// `HELLO [2|3 [AUTH username password] [SETNAME name]]` -> map of facts about the server.
pub(super) fn hello(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let proto = wanted_proto(args)?;
    let (mut login, mut name, mut at) = (None, None, 2);
    while at < args.len() {
        let more = args.len() - at - 1;
        if args.is(at, "auth") && more >= 2 {
            login = Some((args.at(at + 1), args.at(at + 2)));
            at += 3;
        } else if args.is(at, "setname") && more >= 1 {
            name = Some(check_name(args.at(at + 1), "Client names")?);
            at += 2;
        } else {
            let option = crate::text::shown::shown(args.at(at));
            return Err(CommandError::owned(format!(
                "ERR Syntax error in HELLO option '{option}'"
            )));
        }
    }
    if let Some((user, password)) = login {
        log_in(cx, args, user, password)?;
    }
    if !cx.session.authenticated && !cx.server.acl.is_open() {
        return Err(HELLO_NO_AUTH);
    }
    if let Some(name) = name {
        cx.session.card.texts().name = name.into();
    }
    if let Some(proto) = proto {
        change_proto(cx.local, cx.session, proto);
        cx.reply.set_proto(proto);
    }
    describe(cx);
    Ok(Outcome::Replied)
}

fn wanted_proto(args: Args<'_>) -> Result<Option<Proto>, CommandError> {
    let Some(version) = args.get(1) else { return Ok(None) };
    match parse_i64(version) {
        None => Err(CommandError::text("ERR Protocol version is not an integer or out of range")),
        Some(2) => Ok(Some(Proto::Resp2)),
        Some(3) => Ok(Some(Proto::Resp3)),
        Some(_) => Err(CommandError::text("NOPROTO unsupported protocol version")),
    }
}

/// Clients choose their behaviour by `server` and `version`, which therefore name what we speak.
fn describe(cx: &mut Cx<'_>) {
    let proto = if cx.session.proto == Proto::Resp3 { 3 } else { 2 };
    cx.reply.map(7);
    cx.reply.bulk(b"server");
    cx.reply.bulk(b"redis");
    cx.reply.bulk(b"version");
    cx.reply.bulk(REDIS_VERSION.as_bytes());
    cx.reply.bulk(b"proto");
    cx.reply.int(proto);
    cx.reply.bulk(b"id");
    cx.reply.int(cx.session.id() as i64);
    cx.reply.bulk(b"mode");
    cx.reply.bulk(b"standalone");
    cx.reply.bulk(b"role");
    cx.reply.bulk(b"master");
    cx.reply.bulk(b"modules");
    cx.reply.array(0);
}
