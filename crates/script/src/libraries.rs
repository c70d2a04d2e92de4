//! The libraries `cjson`, `cmsgpack` and `struct` as the prelude takes them.
//!
//! ```text
//! libraries[name] = { one = functions with one result, several = with several, values = others }
//! ```

use crate::fault::{Checked, Given, settle};
use crate::json::{self, Options};
use crate::link::Link;
use crate::pack::Several;
use crate::{layout, pack};
use mlua::{Lua, MultiValue, Table, Value};
use std::cell::Cell;
use std::rc::Rc;

type One = fn(&Lua, &MultiValue) -> Checked;
type Many = fn(&Lua, &MultiValue) -> Several;
type Json = fn(&Cell<Options>, &Lua, &MultiValue) -> Checked;

/// All of them.
pub(crate) fn all(lua: &Lua, link: &Rc<Link>) -> mlua::Result<Table> {
    let all = lua.create_table()?;
    all.set("cjson", cjson(lua, link)?)?;
    let packs: [(&str, Many); 3] = [
        ("unpack", pack::unpack),
        ("unpack_one", pack::unpack_one),
        ("unpack_limit", pack::unpack_limit),
    ];
    let values = [
        ("_NAME", "cmsgpack"),
        ("_VERSION", "lua-cmsgpack 0.4.0"),
        ("_DESCRIPTION", "MessagePack C implementation for Lua"),
    ];
    all.set("cmsgpack", library(lua, &[("pack", pack::pack)], &packs, &values)?)?;
    let one: [(&str, One); 2] = [("pack", layout::pack), ("size", layout::size)];
    all.set("struct", library(lua, &one, &[("unpack", layout::unpack)], &[])?)?;
    Ok(all)
}

fn parts(lua: &Lua) -> mlua::Result<(Table, Table, Table, Table)> {
    let library = lua.create_table()?;
    let (one, several, values) = (lua.create_table()?, lua.create_table()?, lua.create_table()?);
    library.set("one", &one)?;
    library.set("several", &several)?;
    library.set("values", &values)?;
    Ok((library, one, several, values))
}

fn library(
    lua: &Lua,
    ones: &[(&str, One)],
    manys: &[(&str, Many)],
    texts: &[(&str, &str)],
) -> mlua::Result<Table> {
    let (library, one, several, values) = parts(lua)?;
    for (name, body) in ones.iter().copied() {
        one.set(name, lua.create_function(move |lua, args: MultiValue| body(lua, &args))?)?;
    }
    for (name, body) in manys.iter().copied() {
        several.set(name, lua.create_function(move |lua, args: MultiValue| body(lua, &args))?)?;
    }
    for (name, text) in texts {
        values.set(*name, *text)?;
    }
    Ok(library)
}

fn cjson(lua: &Lua, link: &Rc<Link>) -> mlua::Result<Table> {
    let (library, one, several, values) = parts(lua)?;
    let bodies: [(&str, Json); 2] = [("encode", json::encode), ("decode", json::decode)];
    for (name, body) in bodies {
        let own = Rc::clone(link);
        let run = lua.create_function(move |lua, args: MultiValue| body(&own.json, lua, &args))?;
        one.set(name, run)?;
    }
    for (name, set) in json::SETTERS.iter().copied() {
        let own = Rc::clone(link);
        let run = lua.create_function(move |lua, args: MultiValue| {
            let mut options = own.json.get();
            let result = set(&mut options, &Given { function: name, values: &args });
            own.json.set(options);
            settle(lua, result)
        })?;
        one.set(name, run)?;
    }
    let own = Rc::clone(link);
    let sparse = move |lua: &Lua, args: MultiValue| json::sparse_array(&own.json, lua, &args);
    several.set("encode_sparse_array", lua.create_function(sparse)?)?;
    values.set("null", Value::NULL)?;
    values.set("_NAME", "cjson")?;
    values.set("_VERSION", "2.1.0")?;
    Ok(library)
}
