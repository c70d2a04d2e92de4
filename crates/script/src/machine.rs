//! One interpreter, made ready for scripts and closed to changes. Each worker has one.
//!
//! What scripts can reach is made by `prelude.luau`; then every table among it is closed, and so is
//! the metatable of strings. A script's own variables die with its run.

use crate::api;
use crate::kept::Kept;
use crate::libraries;
use crate::library::Loaded;
use crate::link::Link;
use crate::source::Source;
use commands::Cx;
use commands::config::Id;
use hashbrown::HashMap;
use mlua::chunk::Compiler;
use mlua::{Function, Lua, LuaOptions, LuaString, StdLib, Table, Value};
use std::rc::Rc;

/// What stands before a script, on its first line: its keys and arguments as local variables.
const PARAMETERS: &[u8] = b"local KEYS,ARGV=...;";

/// Whether scripts find `getfenv`, `setfenv` and `newproxy` (`lua-enable-deprecated-api`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Deprecated {
    Offered,
    Hidden,
}

/// A worker's interpreter.
pub(crate) struct Machine {
    pub(crate) lua: Lua,
    pub(crate) link: Rc<Link>,
    /// `run(function, keys, ...)` of the prelude.
    pub(crate) runner: Function,
    /// The globals of a library that is loaded.
    pub(crate) begin_library: Function,
    /// Gives them what its functions find.
    pub(crate) end_library: Function,
    pub(crate) scripts: Kept,
    pub(crate) functions: HashMap<Vec<u8>, Loaded>,
    /// The edition of the libraries that it has.
    pub(crate) edition: u64,
}

impl Machine {
    /// A new one, whose random numbers begin at `seed`.
    ///
    /// # Errors
    /// There is no memory for it.
    pub(crate) fn new(seed: u64, deprecated: Deprecated) -> mlua::Result<Self> {
        let libraries = StdLib::COROUTINE
            | StdLib::TABLE
            | StdLib::OS
            | StdLib::STRING
            | StdLib::MATH
            | StdLib::BIT
            | StdLib::DEBUG;
        let lua = Lua::new_with(libraries, LuaOptions::new())?;
        let compiler = Compiler::new()
            .set_optimization_level(1)
            .set_debug_level(1)
            .set_mutable_globals(["KEYS", "ARGV"])
            .set_disabled_builtins(["tostring", "getmetatable"]);
        lua.set_compiler(compiler);
        let link = Rc::new(Link::default());
        link.random.set(seed & 0xFFFF_FFFF_FFFF);
        let rt = api::runtime(&lua, &link)?;
        rt.set("libraries", libraries::all(&lua, &link)?)?;
        rt.set("deprecated", deprecated == Deprecated::Offered)?;
        let prelude = lua.load(include_str!("prelude.luau")).set_name("@scrubjay");
        let (runner, begin_library, end_library, _operand): (_, _, _, Function) =
            prelude.call(rt)?;
        let mut seen = Vec::new();
        close(&lua.globals(), &mut seen)?;
        if let Some(strings) = lua.type_metatable::<LuaString>() {
            close(&strings, &mut seen)?;
        }
        lua.globals().set_safeenv(true);
        let ticks = Rc::clone(&link);
        lua.set_interrupt(move |lua| ticks.tick(lua));
        Ok(Self {
            lua,
            link,
            runner,
            begin_library,
            end_library,
            scripts: Kept::default(),
            functions: HashMap::new(),
            edition: 0,
        })
    }

    /// Runs a script with the limit of memory on. Beside that it is off, since whatever is done
    /// while it is on has to be tried first.
    pub(crate) fn limited<R>(
        &self,
        cx: &mut Cx<'_>,
        run: impl FnOnce(&mut Cx<'_>) -> mlua::Result<R>,
    ) -> mlua::Result<R> {
        let most = cx.server.config.int(Id::SCRIPT_MEMORY_MAX);
        self.link.limit_memory(usize::try_from(most).unwrap_or(usize::MAX));
        let ended = run(cx);
        self.lua.set_memory_limit(0)?;
        ended
    }

    /// Compiles a script.
    ///
    /// # Errors
    /// In words for the client.
    pub(crate) fn compile(&self, source: &Source) -> Result<Function, Vec<u8>> {
        let code = [PARAMETERS, source.code()].concat();
        api::compile(&self.lua, &code, "@user_script", None).map_err(|reason| {
            [b"ERR Error compiling script (new function): ", &reason[..]].concat()
        })
    }
}

/// Closes a table, its metatable and every table in it to changes.
fn close(table: &Table, seen: &mut Vec<Table>) -> mlua::Result<()> {
    if seen.contains(table) {
        return Ok(());
    }
    seen.push(table.clone());
    let mut inner: Vec<Table> = table.metatable().into_iter().collect();
    table.for_each(|_: Value, value: Value| {
        inner.extend(value.as_table().cloned());
        Ok(())
    })?;
    inner.iter().try_for_each(|one| close(one, seen))?;
    table.set_readonly(true);
    Ok(())
}
