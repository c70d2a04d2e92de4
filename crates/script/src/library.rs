//! Function libraries: their sources, the functions they register, and how they come into an
//! interpreter.
//!
//! ```text
//! #!lua name=mylib
//! redis.register_function('f', function(keys, args) ... end)
//! ```
//! All libraries of a server are one [`Libraries`], which is replaced as a whole. A worker that
//! sees a new one loads what it does not have yet before its next call. So a library that keeps
//! values in local variables has them once a worker.

use crate::api;
use crate::link::{Link, Stop};
use crate::machine::Machine;
use crate::reply::number_of;
use crate::source::{Flags, Habit};
use commands::Cx;
use commands::scripting::Rules;
use mlua::{Function, Lua, MultiValue, Table, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Time that the loading of a library may take.
const LOAD_MS: i64 = 500;

const BAD_NAME: &str = "ERR Library names can only contain letters, numbers, or underscores(_) and \
                        must be at least one character long";

/// A function of a library.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) name: Vec<u8>,
    pub(crate) description: Option<Vec<u8>>,
    pub(crate) flags: Flags,
    pub(crate) habit: Habit,
}

/// A library.
#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) name: Vec<u8>,
    /// All of its source, the first line included.
    pub(crate) source: Arc<[u8]>,
    pub(crate) functions: Vec<Registered>,
}

/// All libraries by name, and which of them has a function. The names of functions are looked up in
/// small letters ([`folded`]), those of libraries as they are.
#[derive(Clone, Default, Debug)]
pub(crate) struct Libraries {
    pub(crate) by_name: BTreeMap<Vec<u8>, Arc<Library>>,
    functions: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Libraries {
    /// How many functions there are.
    pub(crate) fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// What a function declares; none if there is no such function.
    pub(crate) fn flags_of(&self, function: &[u8]) -> Option<Flags> {
        let library = self.by_name.get(self.functions.get(&*folded(function))?)?;
        library
            .functions
            .iter()
            .find(|one| one.name.eq_ignore_ascii_case(function))
            .map(|one| one.flags)
    }

    /// Adds a library, in the place of one of its name.
    ///
    /// # Errors
    /// Another library has a function of the same name; in words for the client.
    pub(crate) fn add(&mut self, library: Arc<Library>) -> Result<(), Vec<u8>> {
        self.remove(&library.name);
        for function in &library.functions {
            if self.functions.contains_key(&*folded(&function.name)) {
                return Err([b"ERR Function ", &function.name[..], b" already exists"].concat());
            }
        }
        for function in &library.functions {
            self.functions.insert(folded(&function.name).into_owned(), library.name.clone());
        }
        self.by_name.insert(library.name.clone(), library);
        Ok(())
    }

    /// Takes a library out; whether it was there.
    pub(crate) fn remove(&mut self, name: &[u8]) -> bool {
        let Some(old) = self.by_name.remove(name) else { return false };
        for function in &old.functions {
            self.functions.remove(&*folded(&function.name));
        }
        true
    }
}

/// A function's name as it is looked up.
pub(crate) fn folded(name: &[u8]) -> Cow<'_, [u8]> {
    if name.iter().any(u8::is_ascii_uppercase) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// What is registered while a library is loaded.
#[derive(Default)]
pub(crate) struct Draft {
    functions: Vec<(Registered, Function)>,
}

/// Where a function is in an interpreter.
pub(crate) struct Loaded {
    pub(crate) function: Function,
    pub(crate) library: Arc<Library>,
    pub(crate) index: usize,
}

/// The name in the first line of a library, and the length of that line.
///
/// # Errors
/// In words for the client.
pub(crate) fn metadata(source: &[u8]) -> Result<(Vec<u8>, usize), Vec<u8>> {
    let fail = |text: &str| Err(text.as_bytes().to_vec());
    if !source.starts_with(b"#!") {
        return fail("ERR Missing library metadata");
    }
    let Some(end) = source.iter().position(|byte| *byte == b'\n') else {
        return fail("ERR Invalid library metadata");
    };
    let parts = resp::split_args(&source[..end]).unwrap_or_default();
    let Some(engine) = parts.first() else { return fail("ERR Invalid library metadata") };
    let mut name: Option<Vec<u8>> = None;
    for part in &parts[1..] {
        match part.split_at_checked(5) {
            Some((word, value)) if word.eq_ignore_ascii_case(b"name=") => {
                if name.is_some() {
                    return fail(
                        "ERR Invalid metadata value, name argument was given multiple times",
                    );
                }
                name = Some(value.to_vec());
            }
            _ => return Err([b"ERR Invalid metadata value given: ", &part[..]].concat()),
        }
    }
    let Some(name) = name else { return fail("ERR Library name was not given") };
    if !is_name(&name) {
        return fail(BAD_NAME);
    }
    if !engine[2..].eq_ignore_ascii_case(b"lua") {
        return Err([b"ERR Engine '", &engine[2..], b"' not found"].concat());
    }
    Ok((name, end))
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

impl Machine {
    /// Runs the source of a library; what it registers.
    ///
    /// # Errors
    /// In words for the client.
    pub(crate) fn load_library(
        &self,
        cx: &mut Cx<'_>,
        source: &[u8],
    ) -> Result<(Library, Vec<Function>), Vec<u8>> {
        let (name, skip) = metadata(source)?;
        // First of all, since what ended the run before is forgotten here.
        self.link.begin(Rules::default(), &name, true);
        self.link.limit(LOAD_MS);
        let no_memory = |error: mlua::Error| [b"ERR ", error.to_string().as_bytes()].concat();
        let globals: Table = self.begin_library.call(()).map_err(no_memory)?;
        let function =
            api::compile(&self.lua, &source[skip..], "@user_function", Some(&globals))
                .map_err(|reason| [b"ERR Error compiling function: ", &reason[..]].concat())?;
        *self.link.loading.borrow_mut() = Some(Draft::default());
        let ended: mlua::Result<(bool, Value)> =
            self.limited(cx, |cx| self.link.context.lend(cx, || self.runner.call((function, 0))));
        let draft = self.link.loading.take().unwrap_or_default();
        if self.link.stop.get() == Some(Stop::Late) {
            return Err(b"ERR Error registering functions: FUNCTION LOAD timeout".to_vec());
        }
        let reason = match ended {
            Ok((true, _)) => None,
            Ok((false, Value::Table(error))) => match error.raw_get("err") {
                Ok(Value::String(text)) => Some(text.as_bytes().to_vec()),
                _ => Some(b"(null)".to_vec()),
            },
            Ok(_) => Some(b"execution failure".to_vec()),
            Err(error) => Some(error.to_string().into_bytes()),
        };
        if let Some(reason) = reason {
            return Err([b"ERR Error registering functions: ", &reason[..]].concat());
        }
        self.end_library.call::<()>(&globals).map_err(no_memory)?;
        globals.set_safeenv(true);
        if draft.functions.is_empty() {
            return Err(b"ERR No functions registered".to_vec());
        }
        let (functions, bodies) = draft.functions.into_iter().unzip();
        Ok((Library { name, source: source.into(), functions }, bodies))
    }

    /// Brings the interpreter to a state of the libraries.
    ///
    /// # Errors
    /// A library that was loaded elsewhere cannot be loaded here; in words for the client.
    pub(crate) fn follow(&mut self, cx: &mut Cx<'_>, libraries: &Libraries) -> Result<(), Vec<u8>> {
        let is_current = |library: &Arc<Library>| {
            libraries.by_name.get(&library.name).is_some_and(|now| Arc::ptr_eq(now, library))
        };
        self.functions.retain(|_, loaded| is_current(&loaded.library));
        for library in libraries.by_name.values() {
            let Some(first) = library.functions.first() else { continue };
            if self.functions.contains_key(&*folded(&first.name)) {
                continue;
            }
            let (_, bodies) = self.load_library(cx, &library.source)?;
            self.adopt(library, bodies);
        }
        Ok(())
    }

    /// Takes a library's functions in.
    pub(crate) fn adopt(&mut self, library: &Arc<Library>, bodies: Vec<Function>) {
        for (index, function) in bodies.into_iter().enumerate().take(library.functions.len()) {
            let name = folded(&library.functions[index].name).into_owned();
            let library = Arc::clone(library);
            self.functions.insert(name, Loaded { function, library, index });
        }
    }
}

/// `redis.register_function(name, callback)`, or one table with names for its parts.
pub(crate) fn register(link: &Link, lua: &Lua, args: &MultiValue) -> api::Checked {
    let mut loading = link.loading.borrow_mut();
    let Some(draft) = loading.as_mut() else {
        let text = "ERR redis.register_function can only be called on FUNCTION LOAD command";
        return api::no(lua, text);
    };
    let read = match args.len() {
        1 => named(&args[0]),
        2 => positional(args),
        _ => Err("wrong number of arguments to redis.register_function"),
    };
    let (registered, function) = match read {
        Ok(read) => read,
        Err(text) => return api::no(lua, &format!("ERR {text}")),
    };
    if !is_name(&registered.name) {
        return api::no(lua, BAD_NAME);
    }
    if draft.functions.iter().any(|(other, _)| other.name.eq_ignore_ascii_case(&registered.name)) {
        return api::no(lua, "ERR Function already exists in the library");
    }
    draft.functions.push((registered, function));
    Ok((true, Value::Nil))
}

type Read = Result<(Registered, Function), &'static str>;

fn text_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        other => number_of(other).map(|number| {
            let mut text = Vec::new();
            crate::number::push_general(&mut text, number, 14);
            text
        }),
    }
}

fn positional(args: &MultiValue) -> Read {
    let name = text_of(&args[0]);
    let name = name.ok_or("first argument to redis.register_function must be a string")?;
    let Value::Function(function) = &args[1] else {
        return Err("second argument to redis.register_function must be a function");
    };
    let flags = Flags { is_declared: true, ..Flags::default() };
    let registered = Registered { name, description: None, flags, habit: Habit::default() };
    Ok((registered, function.clone()))
}

fn named(args: &Value) -> Read {
    let Value::Table(table) = args else {
        return Err(
            "calling redis.register_function with a single argument is only applicable to \
                    Lua table (representing named arguments).",
        );
    };
    let mut flags = Flags { is_declared: true, ..Flags::default() };
    let (mut name, mut description, mut callback) = (None, None, None);
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair.map_err(|_| "not enough memory")?;
        let key = text_of(&key)
            .ok_or("named argument key given to redis.register_function is not a string")?;
        match &key.to_ascii_lowercase()[..] {
            b"function_name" => {
                let text = "function_name argument given to redis.register_function must be a \
                            string";
                name = Some(text_of(&value).ok_or(text)?);
            }
            b"description" => {
                let text = "description argument given to redis.register_function must be a string";
                description = Some(text_of(&value).ok_or(text)?);
            }
            b"callback" => {
                let Value::Function(function) = value else {
                    return Err(
                        "callback argument given to redis.register_function must be a function",
                    );
                };
                callback = Some(function);
            }
            b"flags" => read_flags(&value, &mut flags)?,
            _ => return Err("unknown argument given to redis.register_function"),
        }
    }
    let name = name.ok_or("redis.register_function must get a function name argument")?;
    let callback = callback.ok_or("redis.register_function must get a callback argument")?;
    Ok((Registered { name, description, flags, habit: Habit::default() }, callback))
}

fn read_flags(value: &Value, flags: &mut Flags) -> Result<(), &'static str> {
    let Value::Table(list) = value else {
        return Err("flags argument to redis.register_function must be a table representing \
                    function flags");
    };
    for word in list.sequence_values::<Value>() {
        let word = word.ok().as_ref().and_then(text_of).ok_or("unknown flag given")?;
        if !flags.set(&word.to_ascii_lowercase()) {
            return Err("unknown flag given");
        }
    }
    Ok(())
}
