//! The commands FCALL and FUNCTION.

use crate::engine::{Engine, error, key_range};
use crate::library::{Libraries, Library, folded};
use crate::machine::Machine;
use crate::run::Run;
use commands::scripting::{Kind, Policy, Request};
use commands::text::glob;
use commands::{Args, CommandError, CommandResult, Cx, Outcome};
use persist::dump::{LibrariesError, dump_libraries, restore_libraries};
use resp::number::parse_len;
use std::sync::Arc;

impl Engine {
    /// Answers a FUNCTION command.
    pub(crate) fn function(
        &self,
        cx: &mut Cx<'_>,
        args: Args<'_>,
        request: Request,
    ) -> CommandResult {
        match request {
            Request::FunctionLoad => self.function_load(cx, args),
            Request::FunctionDelete => {
                self.change(cx, |libraries| {
                    let found = libraries.remove(args.at(2));
                    found.then_some(()).ok_or_else(|| b"ERR Library not found".to_vec())
                })?;
                written(cx)
            }
            Request::FunctionFlush => {
                let known = args.is(2, "sync") || args.is(2, "async");
                if args.len() > 3 {
                    return Err(wrong_count(args));
                }
                if args.len() == 3 && !known {
                    let text = "ERR FUNCTION FLUSH only supports SYNC|ASYNC option";
                    return Err(CommandError::text(text));
                }
                self.change(cx, |libraries| {
                    *libraries = Libraries::default();
                    Ok(())
                })?;
                written(cx)
            }
            Request::FunctionList => self.function_list(cx, args),
            Request::FunctionStats => self.function_stats(cx),
            Request::FunctionDump => {
                let libraries = self.libraries();
                let sources = libraries.by_name.values().map(|library| &library.source[..]);
                let payload = dump_libraries(sources, commands::dump_strings(cx));
                cx.reply.bulk(&payload);
                Ok(Outcome::Replied)
            }
            Request::FunctionRestore => self.function_restore(cx, args),
            Request::FunctionKill => {
                cx.server.running.kill(Kind::Function, cx.server.host.now_ms())?;
                cx.reply.ok();
                Ok(Outcome::Replied)
            }
            _ => {
                cx.reply.lines(HELP);
                Ok(Outcome::Replied)
            }
        }
    }

    /// `FCALL function numkeys key ... arg ...` -> what the function returns.
    pub(crate) fn fcall(&self, cx: &mut Cx<'_>, args: Args<'_>, read_only: bool) -> CommandResult {
        self.with_machine(cx, |engine, cx, machine| {
            engine.follow(cx, machine)?;
            let Some(loaded) = machine.functions.get(&*folded(args.at(1))) else {
                return Err(CommandError::text("ERR Function not found"));
            };
            let count = parse_len(args.at(2));
            let count = count.ok_or(CommandError::text("ERR Bad number of keys provided"))?;
            let keys = key_range(args, count)?;
            let registered = &loaded.library.functions[loaded.index];
            machine.run(
                cx,
                &Run {
                    function: &loaded.function,
                    name: &registered.name,
                    kind: Kind::Function,
                    flags: registered.flags,
                    habit: &registered.habit,
                    read_only,
                    call: args,
                    keys,
                },
            )
        })
    }

    /// Brings this worker's interpreter to the libraries in force.
    fn follow(&self, cx: &mut Cx<'_>, machine: &mut Machine) -> Result<(), CommandError> {
        let edition = self.edition();
        if machine.edition != edition {
            let libraries = self.libraries();
            machine.follow(cx, &libraries).map_err(|text| error(&text))?;
            machine.edition = edition;
        }
        Ok(())
    }

    /// `FUNCTION LOAD [REPLACE] code` -> the library's name.
    fn function_load(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let mut replace = false;
        for index in 2..args.len() - 1 {
            if !args.is(index, "replace") {
                let text = [b"ERR Unknown option given: ", args.at(index)].concat();
                return Err(error(&text));
            }
            replace = true;
        }
        let source = args.at(args.len() - 1);
        self.with_machine(cx, |engine, cx, machine| {
            engine.follow(cx, machine)?;
            let (name, _) = crate::library::metadata(source).map_err(|text| error(&text))?;
            if !replace && engine.libraries().by_name.contains_key(&name) {
                return Err(exists(&name));
            }
            let (library, bodies) =
                machine.load_library(cx, source).map_err(|text| error(&text))?;
            let library = Arc::new(library);
            engine.change(cx, |libraries| {
                if !replace && libraries.by_name.contains_key(&name) {
                    return Err(exists(&name).to_bytes());
                }
                libraries.add(Arc::clone(&library))
            })?;
            let known = |name: &[u8]| {
                library.functions.iter().any(|one| one.name.eq_ignore_ascii_case(name))
            };
            machine.functions.retain(|name, old| old.library.name != library.name && !known(name));
            machine.adopt(&library, bodies);
            cx.reply.bulk(&library.name);
            cx.keys.effects().dirty += 1;
            Ok(Outcome::Replied)
        })
    }

    /// `FUNCTION RESTORE payload [FLUSH|APPEND|REPLACE]` -> `OK`.
    fn function_restore(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        if args.len() > 4 {
            return Err(wrong_count(args));
        }
        let policy = if args.is(3, "flush") {
            Policy::Flush
        } else if args.is(3, "replace") {
            Policy::Replace
        } else if args.len() == 3 || args.is(3, "append") {
            Policy::Append
        } else {
            let text = "ERR Wrong restore policy given, value should be either FLUSH, APPEND or \
                        REPLACE.";
            return Err(CommandError::text(text));
        };
        let sources = restore_libraries(args.at(2)).map_err(|why| {
            CommandError::text(match why {
                LibrariesError::Footer => "ERR DUMP payload version or checksum are wrong",
                LibrariesError::NoLibrary => "ERR given type is not a function",
                LibrariesError::Corrupt => "ERR failed loading the given functions payload",
            })
        })?;
        self.restore(cx, &sources, policy)?;
        written(cx)
    }

    /// Loads several libraries, all or none.
    ///
    /// # Errors
    /// One cannot be loaded, or has the name of one that is there.
    pub(crate) fn restore(
        &self,
        cx: &mut Cx<'_>,
        sources: &[Vec<u8>],
        policy: Policy,
    ) -> Result<(), CommandError> {
        if sources.is_empty() && (policy != Policy::Flush || self.libraries().by_name.is_empty()) {
            return Ok(());
        }
        let load = |engine: &Self, cx: &mut Cx<'_>, machine: &mut Machine| {
            let mut given = Libraries::default();
            for source in sources {
                let loaded = machine.load_library(cx, source);
                let (library, _) = loaded.map_err(|text| error(&text))?;
                if given.by_name.contains_key(&library.name) {
                    return Err(exists(&library.name));
                }
                given.add(Arc::new(library)).map_err(|text| error(&text))?;
            }
            engine.change(cx, |libraries| {
                if policy == Policy::Flush {
                    *libraries = Libraries::default();
                }
                for library in given.by_name.values() {
                    if policy != Policy::Replace && libraries.by_name.contains_key(&library.name) {
                        let name = &library.name[..];
                        return Err([b"ERR Library ", name, b" already exists"].concat());
                    }
                    libraries.remove(&library.name);
                }
                given.by_name.values().try_for_each(|library| libraries.add(Arc::clone(library)))
            })?;
            Ok(Outcome::Replied)
        };
        self.with_machine(cx, load).map(|_| ())
    }

    /// `FUNCTION LIST [LIBRARYNAME pattern] [WITHCODE]` -> array of maps.
    fn function_list(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let (mut pattern, mut with_code, mut index) = (None, false, 2);
        while index < args.len() {
            if !with_code && args.is(index, "withcode") {
                with_code = true;
            } else if pattern.is_none() && args.is(index, "libraryname") {
                index += 1;
                let Some(given) = args.get(index) else {
                    let text = "ERR library name argument was not given";
                    return Err(CommandError::text(text));
                };
                pattern = Some(given);
            } else {
                return Err(error(&[b"ERR Unknown argument ", args.at(index)].concat()));
            }
            index += 1;
        }
        let libraries = self.libraries();
        let mark = cx.reply.mark();
        let mut count = 0;
        for library in libraries.by_name.values() {
            if pattern.is_none_or(|pattern| glob::matches_nocase(pattern, &library.name)) {
                count += 1;
                describe(cx, library, with_code);
            }
        }
        cx.reply.array_at(mark, count);
        Ok(Outcome::Replied)
    }

    /// `FUNCTION STATS` -> map: what runs for too long, and counts.
    fn function_stats(&self, cx: &mut Cx<'_>) -> CommandResult {
        let running = &cx.server.running;
        if let Some(busy) = running.busy_error()
            && busy.to_string().contains("SCRIPT KILL")
        {
            return Err(busy);
        }
        let told = running.told();
        cx.reply.map(2);
        cx.reply.bulk(b"running_script");
        match told {
            None => cx.reply.null(),
            Some(told) => {
                cx.reply.map(3);
                cx.reply.bulk(b"name");
                cx.reply.bulk(&told.name);
                cx.reply.bulk(b"command");
                cx.reply.array(told.command.len());
                told.command.iter().for_each(|arg| cx.reply.bulk(arg));
                cx.reply.bulk(b"duration_ms");
                cx.reply.int(cx.server.host.now_ms() - told.began_ms);
            }
        }
        let libraries = self.libraries();
        cx.reply.bulk(b"engines");
        cx.reply.map(1);
        cx.reply.bulk(b"LUA");
        cx.reply.map(2);
        cx.reply.bulk(b"libraries_count");
        cx.reply.count(libraries.by_name.len());
        cx.reply.bulk(b"functions_count");
        cx.reply.count(libraries.function_count());
        Ok(Outcome::Replied)
    }
}

/// The libraries changed: the call is written to the log as it came.
fn written(cx: &mut Cx<'_>) -> CommandResult {
    cx.keys.effects().dirty += 1;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// A subcommand of FUNCTION has more arguments than it knows.
fn wrong_count(args: Args<'_>) -> CommandError {
    let text = b"ERR unknown subcommand or wrong number of arguments for '";
    error(&[&text[..], args.at(1), b"'. Try FUNCTION HELP."].concat())
}

fn exists(name: &[u8]) -> CommandError {
    error(&[b"ERR Library '", name, b"' already exists"].concat())
}

fn describe(cx: &mut Cx<'_>, library: &Library, with_code: bool) {
    cx.reply.map(if with_code { 4 } else { 3 });
    cx.reply.bulk(b"library_name");
    cx.reply.bulk(&library.name);
    cx.reply.bulk(b"engine");
    cx.reply.bulk(b"LUA");
    cx.reply.bulk(b"functions");
    cx.reply.array(library.functions.len());
    for function in &library.functions {
        cx.reply.map(3);
        cx.reply.bulk(b"name");
        cx.reply.bulk(&function.name);
        cx.reply.bulk(b"description");
        match &function.description {
            Some(text) => cx.reply.bulk(text),
            None => cx.reply.null(),
        }
        cx.reply.bulk(b"flags");
        cx.reply.set(function.flags.words().count());
        function.flags.words().for_each(|word| cx.reply.simple(word));
    }
    if with_code {
        cx.reply.bulk(b"library_code");
        cx.reply.bulk(&library.source);
    }
}

const HELP: &[&str] = &[
    "FUNCTION <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "LOAD [REPLACE] <FUNCTION CODE>",
    "    Create a new library with the given library name and code.",
    "DELETE <LIBRARY NAME>",
    "    Delete the given library.",
    "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
    "    Return general information on all the libraries:",
    "    * Library name",
    "    * The engine used to run the Library",
    "    * Library description",
    "    * Functions list",
    "    * Library code (if WITHCODE is given)",
    "    It also possible to get only function that matches a pattern using LIBRARYNAME argument.",
    "STATS",
    "    Return information about the current function running:",
    "    * Function name",
    "    * Command used to run the function",
    "    * Duration in MS that the function is running",
    "    If no function is running, return nil",
    "    In addition, returns a list of available engines.",
    "KILL",
    "    Kill the current running function.",
    "FLUSH [ASYNC|SYNC]",
    "    Delete all the libraries.",
    "    When called without the optional mode argument, the behavior is determined by the",
    "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
    "    * ASYNC: Asynchronously flush the libraries.",
    "    * SYNC: Synchronously flush the libraries.",
    "DUMP",
    "    Return a serialized payload representing the current libraries, can be restored using \
     FUNCTION RESTORE command",
    "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
    "    Restore the libraries represented by the given payload, it is possible to give a restore \
     policy to",
    "    control how to handle existing libraries (default APPEND):",
    "    * FLUSH: delete all existing libraries.",
    "    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
    "    * REPLACE: appends the restored libraries to the existing libraries, On collision, \
     replace the old",
    "      libraries with the new libraries (notice that even on this option there is a chance of \
     failure",
    "      in case of functions name collision with another library).",
    "HELP",
    "    Print this help.",
];
