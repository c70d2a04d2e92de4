//! `CONFIG`: replies only; what the values mean is [`crate::config`], and what the process makes of
//! them the server's [`Host`]. Cases: tests/cases/config.t.

use crate::config::{Apply, Config, ConfigFile, Id, Permit, Renewal, Scope, SetError};
use crate::session::Card;
use crate::shared::{Host, LogLevel, Stats};
use crate::spec::{Arg, Command, Flags, Group};
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

const ADMIN: Flags = Flags::ADMIN.and(Flags::LOADING).and(Flags::NOSCRIPT).and(Flags::STALE);
const TO_ALL_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];

/// The container and its subcommands.
pub(crate) const CONFIG: Command = Command {
    name: "config",
    arity: -2,
    group: Group::Server,
    since: "2.0.0",
    complexity: "Depends on subcommand.",
    summary: "Reads and changes the server's configuration.",
    subcommands: &[GET, SET, REWRITE, RESETSTAT, HELP],
    ..Command::DEFAULT
};

const GET: Command = Command {
    name: "get",
    run: config_get,
    arity: -3,
    flags: ADMIN,
    group: Group::Server,
    since: "2.0.0",
    complexity: "O(N) when N is the number of configuration parameters provided",
    summary: "Returns the directives that match names or patterns, with their values.",
    args: &[Arg::string("parameter").multiple()],
    ..Command::DEFAULT
};

const SET: Command = Command {
    name: "set",
    run: config_set,
    arity: -4,
    flags: ADMIN,
    group: Group::Server,
    since: "2.0.0",
    complexity: "O(N) when N is the number of configuration parameters provided",
    summary: "Changes directives while the server runs: all of them, or on any error none.",
    args: &[Arg::block("data", &[Arg::string("parameter"), Arg::string("value")]).multiple()],
    tips: TO_ALL_NODES,
    ..Command::DEFAULT
};

const REWRITE: Command = Command {
    name: "rewrite",
    run: config_rewrite,
    arity: 2,
    flags: ADMIN,
    group: Group::Server,
    since: "2.8.0",
    summary: "Writes the values in force into the configuration file, whose comments stay.",
    tips: TO_ALL_NODES,
    ..Command::DEFAULT
};

const RESETSTAT: Command = Command {
    name: "resetstat",
    run: config_resetstat,
    arity: 2,
    flags: ADMIN.and(Flags::SWEEPS),
    group: Group::Server,
    since: "2.0.0",
    summary: "Sets the counters that INFO reports back to zero.",
    tips: TO_ALL_NODES,
    ..Command::DEFAULT
};

const HELP: Command = Command {
    name: "help",
    run: config_help,
    arity: 2,
    flags: Flags::LOADING.and(Flags::STALE),
    group: Group::Server,
    since: "5.0.0",
    summary: "Lists the subcommands.",
    ..Command::DEFAULT
};

/// `CONFIG GET pattern ...` -> map of names to values.
fn config_get(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let patterns: Vec<&[u8]> = args.from(2).iter().collect();
    let found = cx.server.config.matching(&patterns);
    cx.reply.map(found.len());
    for (name, value) in &found {
        cx.reply.bulk(name);
        cx.reply.bulk(value);
    }
    Ok(Outcome::Replied)
}

/// `CONFIG SET name value ...` -> OK.
fn config_set(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let words: Vec<&[u8]> = args.from(2).iter().collect();
    if !words.len().is_multiple_of(2) {
        return Err(CommandError::Syntax);
    }
    let pairs: Vec<(&[u8], &[u8])> = words.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let config = &cx.server.config;
    let local = is_local(&cx.session.card);
    let protected = config.allows(Id::ENABLE_PROTECTED_CONFIGS, local);
    let permit = Permit { protected, loading: false };
    match config.change(&pairs, permit, &Outside(&*cx.server.host)) {
        Ok(changed) => {
            for id in changed {
                if let Some(notice) = config.inert_notice(id) {
                    cx.server.host.log(LogLevel::Warning, &notice);
                }
                if let Some(effect) = id.row().effect {
                    effect(cx);
                }
            }
            cx.reply.ok();
            Ok(Outcome::Replied)
        }
        Err(SetError::Loading) => {
            Err(CommandError::text("LOADING Redis is loading the dataset in memory"))
        }
        Err(error) => Err(CommandError::owned(format!("ERR {error}"))),
    }
}

/// `CONFIG REWRITE` -> OK.
fn config_rewrite(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    rewrite(cx, Scope::Changed)
}

/// Rewrites the configuration file, for `CONFIG REWRITE` and `DEBUG CONFIG-REWRITE-FORCE-ALL`.
pub(crate) fn rewrite(cx: &mut Cx<'_>, scope: Scope) -> CommandResult {
    // With an ACL file the users are kept there.
    let own_file = !cx.server.config.text(Id::ACLFILE).is_empty();
    let users = if own_file { Vec::new() } else { cx.server.acl.lines(&cx.server.table) };
    let written = cx.server.config.rewrite_file(&Outside(&*cx.server.host), scope, &users);
    written.map_err(|reason| CommandError::owned(format!("ERR {reason}")))?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `CONFIG RESETSTAT` -> OK.
fn config_resetstat(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    for worker in &cx.server.workers {
        worker.reset();
    }
    reset(&cx.server.stats, cx.now());
    cx.server.stats.lazyfree_before.store(cx.server.host.reaped().1, Relaxed);
    cx.keys.reset_counters();
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn reset(stats: &Stats, now: i64) {
    for counter in [
        &stats.connections,
        &stats.rejected_connections,
        &stats.sanitizations,
        &stats.output_limit_disconnections,
        &stats.query_limit_disconnections,
        &stats.peak_memory,
        &stats.exceeded_ms,
        &stats.evicted_clients,
        &stats.evicted_scripts,
        &stats.expire_cut_short,
        &stats.defrag.hits,
        &stats.defrag.misses,
        &stats.defrag.key_hits,
        &stats.defrag.key_misses,
        &stats.defrag.past_ms,
    ] {
        counter.store(0, Relaxed);
    }
    stats.errors.lock().unwrap_or_else(PoisonError::into_inner).clear();
    stats.reset_ms.store(now, Relaxed);
}

/// `CONFIG HELP` -> lines.
fn config_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET <pattern>",
        "    Return the directives that match the glob-like <pattern> and their values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset the statistics that the INFO command reports.",
        "REWRITE",
        "    Rewrite the configuration file.",
        "HELP",
        "    Print this help.",
    ]);
    Ok(Outcome::Replied)
}

/// Whether a client is on this machine, for directives that say `local`.
pub(crate) fn is_local(card: &Card) -> bool {
    let loopback = ["127.0.0.1:", "[::1]:", "::1:"];
    card.has(Card::UNIX) || loopback.iter().any(|prefix| card.addr.starts_with(prefix))
}

/// The server's door to the operating system, as the configuration wants it.
struct Outside<'a>(&'a dyn Host);

impl Apply for Outside<'_> {
    fn renew(&self, what: Renewal, _config: &Config) -> Result<(), String> {
        self.0.renew(what)
    }
}

impl ConfigFile for Outside<'_> {
    fn exists(&self) -> bool {
        !self.0.process().config_file.is_empty()
    }

    fn read(&self) -> Result<Vec<u8>, String> {
        self.0.read_config_file()
    }

    fn replace(&self, text: &[u8]) -> Result<(), String> {
        self.0.write_config_file(text)
    }
}
