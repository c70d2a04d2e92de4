//! Scripts and functions: the rows, and the door to what runs them.
//!
//! The runtime is a crate of its own above this one ([`Scripts`]). What it asks of the commands is
//! here: the rules for calls that a script makes (`inner.rs`) and the list of what runs, which
//! SCRIPT KILL and the BUSY reply read (`running.rs`). Cases: tests/cases/script.t.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult};
use crate::shared::Shared;
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};

mod inner;
mod running;

pub use inner::{Refusal, Rules, call, may_call};
pub use running::{Kind, Running, Told};

/// What every command that runs a script has in common. Its keys are locked by the runtime, which
/// knows whether the script keeps to those that it declares.
const RUNS: Flags = Flags::NOSCRIPT
    .and(Flags::STALE)
    .and(Flags::SKIP_MONITOR)
    .and(Flags::MOVABLEKEYS)
    .and(Flags::NO_MANDATORY_KEYS)
    .and(Flags::SCRIPT);

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "eval",
        run: eval,
        arity: -3,
        flags: RUNS.and(Flags::MAY_REPLICATE),
        acl: Category::SCRIPTING,
        keys: &[KeySpec::counted(2, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))
            .notes(WORST_RW)],
        group: Group::Scripting,
        since: "2.6.0",
        summary: "Runs a Lua script.",
        complexity: "depends on the script",
        args: EVAL_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "eval_ro",
        run: eval_ro,
        arity: -3,
        flags: RUNS.and(Flags::READONLY),
        acl: Category::SCRIPTING,
        keys: &[KeySpec::counted(2, KeyFlags::RO.and(KeyFlags::ACCESS)).notes(WORST_RO)],
        group: Group::Scripting,
        since: "7.0.0",
        summary: "Runs a Lua script that only reads.",
        complexity: "depends on the script",
        args: EVAL_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "evalsha",
        run: evalsha,
        arity: -3,
        flags: RUNS.and(Flags::MAY_REPLICATE),
        acl: Category::SCRIPTING,
        keys: &[KeySpec::counted(2, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::Scripting,
        since: "2.6.0",
        summary: "Runs a cached Lua script by its digest.",
        complexity: "depends on the script",
        args: EVALSHA_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "evalsha_ro",
        run: evalsha_ro,
        arity: -3,
        flags: RUNS.and(Flags::READONLY),
        acl: Category::SCRIPTING,
        keys: &[KeySpec::counted(2, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Scripting,
        since: "7.0.0",
        summary: "Runs a cached Lua script that only reads, by its digest.",
        complexity: "depends on the script",
        args: EVALSHA_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "fcall",
        run: fcall,
        arity: -3,
        flags: RUNS.and(Flags::MAY_REPLICATE),
        acl: Category::SCRIPTING,
        keys: &[KeySpec::counted(2, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))
            .notes(WORST_RW)],
        group: Group::Scripting,
        since: "7.0.0",
        summary: "Calls a function.",
        complexity: "depends on the function",
        args: FCALL_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "fcall_ro",
        run: fcall_ro,
        arity: -3,
        flags: RUNS.and(Flags::READONLY),
        acl: Category::SCRIPTING,
        keys: &[KeySpec::counted(2, KeyFlags::RO.and(KeyFlags::ACCESS)).notes(WORST_RO)],
        group: Group::Scripting,
        since: "7.0.0",
        summary: "Calls a function that only reads.",
        complexity: "depends on the function",
        args: FCALL_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "function",
        arity: -2,
        group: Group::Scripting,
        since: "7.0.0",
        summary: "Holds the subcommands on function libraries.",
        subcommands: &[
            Command {
                name: "delete",
                run: function_delete,
                arity: 3,
                flags: Flags::WRITE.and(Flags::NOSCRIPT).and(Flags::SWEEPS),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Deletes a library with its functions.",
                args: &[Arg::string("library-name")],
                tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "dump",
                run: function_dump,
                arity: 2,
                flags: Flags::NOSCRIPT,
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Returns all libraries in serialized form.",
                complexity: "O(N), N the functions",
                ..Command::DEFAULT
            },
            Command {
                name: "flush",
                run: function_flush,
                arity: -2,
                flags: Flags::WRITE.and(Flags::NOSCRIPT).and(Flags::SWEEPS),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Deletes all libraries.",
                complexity: "O(N), N the functions",
                args: &[Arg::one_of(
                    "flush-type",
                    &[Arg::flag("async", "ASYNC"), Arg::flag("sync", "SYNC")],
                )
                .optional()],
                tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: function_help,
                arity: 2,
                flags: Flags::LOADING.and(Flags::STALE),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "kill",
                run: function_kill,
                arity: 2,
                flags: Flags::NOSCRIPT.and(Flags::ALLOW_BUSY),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Stops a function that is running.",
                tips: &["request_policy:all_shards", "response_policy:one_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "list",
                run: function_list,
                arity: -2,
                flags: Flags::NOSCRIPT,
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Describes the libraries.",
                complexity: "O(N), N the functions",
                args: &[
                    Arg::string("library-name-pattern").token("LIBRARYNAME").optional(),
                    Arg::flag("withcode", "WITHCODE").optional(),
                ],
                tips: &["nondeterministic_output_order"],
                ..Command::DEFAULT
            },
            Command {
                name: "load",
                run: function_load,
                arity: -3,
                flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::NOSCRIPT).and(Flags::SWEEPS),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Creates a library from its source.",
                args: &[Arg::flag("replace", "REPLACE").optional(), Arg::string("function-code")],
                tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "restore",
                run: function_restore,
                arity: -3,
                flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::NOSCRIPT).and(Flags::SWEEPS),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Creates libraries from their serialized form.",
                complexity: "O(N), N the functions",
                args: &[
                    Arg::string("serialized-value"),
                    Arg::one_of(
                        "policy",
                        &[
                            Arg::flag("flush", "FLUSH"),
                            Arg::flag("append", "APPEND"),
                            Arg::flag("replace", "REPLACE"),
                        ],
                    )
                    .optional(),
                ],
                tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "stats",
                run: function_stats,
                arity: 2,
                flags: Flags::NOSCRIPT.and(Flags::ALLOW_BUSY),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "7.0.0",
                summary: "Tells what runs and counts libraries and functions.",
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_shards",
                    "response_policy:special",
                ],
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "script",
        arity: -2,
        group: Group::Scripting,
        since: "2.6.0",
        summary: "Holds the subcommands on the script cache.",
        subcommands: &[
            Command {
                name: "debug",
                run: script_debug,
                arity: -3,
                flags: Flags::NOSCRIPT,
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "3.2.0",
                summary: "Sets the debugging mode of the scripts that follow.",
                args: &[
                    Arg::one_of(
                        "mode",
                        &[
                            Arg::flag("yes", "YES"),
                            Arg::flag("sync", "SYNC"),
                            Arg::flag("no", "NO"),
                        ],
                    ),
                    Arg::string("engine").since("9.1.0").optional(),
                ],
                ..Command::DEFAULT
            },
            Command {
                name: "exists",
                run: script_exists,
                arity: -3,
                flags: Flags::NOSCRIPT.and(Flags::STALE),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "2.6.0",
                summary: "Tells which scripts are in the cache.",
                complexity: "O(N), N the digests",
                args: &[Arg::string("sha1").multiple()],
                tips: &["request_policy:all_shards", "response_policy:agg_logical_and"],
                ..Command::DEFAULT
            },
            Command {
                name: "flush",
                run: script_flush,
                arity: -2,
                flags: Flags::NOSCRIPT.and(Flags::STALE),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "2.6.0",
                summary: "Empties the script cache.",
                complexity: "O(N), N the scripts",
                args: &[Arg::one_of(
                    "flush-type",
                    &[Arg::flag("async", "ASYNC"), Arg::flag("sync", "SYNC")],
                )
                .since("6.2.0")
                .optional()],
                tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: script_help,
                arity: 2,
                flags: Flags::LOADING.and(Flags::STALE),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "5.0.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "kill",
                run: script_kill,
                arity: 2,
                flags: Flags::NOSCRIPT.and(Flags::ALLOW_BUSY),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "2.6.0",
                summary: "Stops a script that is running.",
                tips: &["request_policy:all_shards", "response_policy:one_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "load",
                run: script_load,
                arity: 3,
                flags: Flags::NOSCRIPT.and(Flags::STALE),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "2.6.0",
                summary: "Puts a script into the cache.",
                complexity: "O(N), N the bytes of the script",
                args: &[Arg::string("script")],
                tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
                ..Command::DEFAULT
            },
            Command {
                name: "show",
                run: script_show,
                arity: 3,
                flags: Flags::NOSCRIPT.and(Flags::STALE),
                acl: Category::SCRIPTING,
                group: Group::Scripting,
                since: "8.0.0",
                summary: "Returns the source of a cached script.",
                args: &[Arg::string("sha1")],
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
];

const EVAL_ARGS: &[Arg] = &[
    Arg::string("script"),
    Arg::integer("numkeys"),
    Arg::key("key").optional().multiple(),
    Arg::string("arg").optional().multiple(),
];

const EVALSHA_ARGS: &[Arg] = &[
    Arg::string("sha1"),
    Arg::integer("numkeys"),
    Arg::key("key").optional().multiple(),
    Arg::string("arg").optional().multiple(),
];

const FCALL_ARGS: &[Arg] = &[
    Arg::string("function"),
    Arg::integer("numkeys"),
    Arg::key("key").optional().multiple(),
    Arg::string("arg").optional().multiple(),
];

const WORST_RW: &str = "We cannot tell how the keys will be used so we assume the worst, \
    RW and UPDATE";

const WORST_RO: &str = "We cannot tell how the keys will be used so we assume the worst, \
    RO and ACCESS";

/// What is asked of the runtime: the command that was called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "named after the commands")]
pub enum Request {
    Eval,
    EvalRo,
    Evalsha,
    EvalshaRo,
    Fcall,
    FcallRo,
    FunctionDelete,
    FunctionDump,
    FunctionFlush,
    FunctionHelp,
    FunctionKill,
    FunctionList,
    FunctionLoad,
    FunctionRestore,
    FunctionStats,
    ScriptDebug,
    ScriptExists,
    ScriptFlush,
    ScriptHelp,
    ScriptKill,
    ScriptLoad,
    ScriptShow,
}

/// Runs scripts and keeps them.
pub trait Scripts: Send + Sync {
    /// Answers one of the commands of this family. Nothing is locked for it.
    fn run(&self, cx: &mut Cx<'_>, args: Args<'_>, request: Request) -> CommandResult;

    /// Loads the libraries of a file, whose code this is; nothing is said of it in the log.
    ///
    /// # Errors
    /// One of them cannot be loaded: then none is, and the libraries are what they were.
    fn load_libraries(
        &self,
        cx: &mut Cx<'_>,
        sources: &[Vec<u8>],
        policy: Policy,
    ) -> Result<(), CommandError>;

    /// The flags of a call of `command` with these arguments: where a script or function declares
    /// what it does, those that follow from it. Used where something is refused or held back.
    fn flags(&self, command: &Command, args: Args<'_>) -> Flags;

    /// What INFO tells.
    fn figures(&self) -> Figures;
}

/// What becomes of the libraries there are when others are loaded: FUNCTION RESTORE's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// They are dropped.
    Flush,
    /// They stay, and none of the others may have the name of one of them.
    Append,
    /// They stay, but those that come again.
    Replace,
}

/// What INFO tells of scripts.
#[derive(Clone, Copy, Default, Debug)]
pub struct Figures {
    /// Bytes of the interpreters of all workers.
    pub vm_bytes: u64,
    /// Bytes of the sources of scripts.
    pub script_bytes: u64,
    /// Scripts in the cache.
    pub scripts: u64,
    /// Bytes of the sources of libraries.
    pub function_bytes: u64,
    /// Libraries.
    pub libraries: u64,
    /// Functions.
    pub functions: u64,
}

/// The flags of a call: those of its row, but of a script that declares what it does.
pub fn flags_of(server: &Shared, command: &Command, args: Args<'_>) -> Flags {
    if command.flags.has(Flags::SCRIPT) {
        server.scripts.flags(command, args)
    } else {
        command.flags
    }
}

/// A server without a runtime.
#[derive(Clone, Copy, Debug)]
pub struct NoScripts;

impl Scripts for NoScripts {
    fn run(&self, _: &mut Cx<'_>, _: Args<'_>, _: Request) -> CommandResult {
        Err(CommandError::text("ERR This server was built without scripts"))
    }

    fn load_libraries(
        &self,
        _: &mut Cx<'_>,
        sources: &[Vec<u8>],
        _: Policy,
    ) -> Result<(), CommandError> {
        let text = "ERR This server was built without scripts";
        if sources.is_empty() { Ok(()) } else { Err(CommandError::text(text)) }
    }

    fn flags(&self, command: &Command, _: Args<'_>) -> Flags {
        command.flags
    }

    fn figures(&self) -> Figures {
        Figures::default()
    }
}

macro_rules! handlers {
    ($($name:ident = $request:ident;)*) => {
        $(fn $name(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
            let server = cx.server;
            server.scripts.run(cx, args, Request::$request)
        })*
    };
}

handlers! {
    eval = Eval;
    eval_ro = EvalRo;
    evalsha = Evalsha;
    evalsha_ro = EvalshaRo;
    fcall = Fcall;
    fcall_ro = FcallRo;
    function_delete = FunctionDelete;
    function_dump = FunctionDump;
    function_flush = FunctionFlush;
    function_help = FunctionHelp;
    function_kill = FunctionKill;
    function_list = FunctionList;
    function_load = FunctionLoad;
    function_restore = FunctionRestore;
    function_stats = FunctionStats;
    script_debug = ScriptDebug;
    script_exists = ScriptExists;
    script_flush = ScriptFlush;
    script_help = ScriptHelp;
    script_kill = ScriptKill;
    script_load = ScriptLoad;
    script_show = ScriptShow;
}
