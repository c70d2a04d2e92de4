//! The runtime's words for errors in those of Lua 5.1, as far as clients know them.
//!
//! Names of variables are not among what the runtime tells, so `local 'x' (a nil value)` becomes
//! `a nil value`.

/// The text in the words of Lua 5.1.
pub(crate) fn translate(text: &str) -> String {
    let (position, message) = split_position(text);
    if position.starts_with("scrubjay:") {
        return translate(message); // a place in the prelude says nothing to the script's author
    }
    let translated = index(message)
        .or_else(|| method(message))
        .or_else(|| operands(message))
        .or_else(|| argument(message));
    match translated {
        Some(message) => format!("{position}{message}"),
        None => text
            .replace("attempt to modify a readonly table", "Attempt to modify a readonly table")
            .replace("memory error: ", ""),
    }
}

/// `user_script:1: ` and what follows it.
fn split_position(text: &str) -> (&str, &str) {
    let end = text.find(": ").map_or(0, |at| at + 2);
    let is_position =
        text[..end].trim_end_matches(": ").rsplit_once(':').is_some_and(|(_, line)| {
            !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
        });
    if is_position { text.split_at(end) } else { ("", text) }
}

/// `attempt to index nil with 'x'`
fn index(message: &str) -> Option<String> {
    let rest = message.strip_prefix("attempt to index ")?;
    let (kind, _) = rest.split_once(" with ")?;
    Some(format!("attempt to index a {kind} value"))
}

/// `attempt to call missing method 'x' of string`
fn method(message: &str) -> Option<String> {
    let rest = message.strip_prefix("attempt to call missing method ")?;
    let (name, _) = rest.rsplit_once(" of ")?;
    Some(format!("attempt to call method {name} (a nil value)"))
}

/// `attempt to perform arithmetic (add) on nil and number`, `attempt to concatenate nil with
/// string`, `attempt to compare nil < number`
fn operands(message: &str) -> Option<String> {
    if let Some(rest) = message.strip_prefix("attempt to perform arithmetic (") {
        let (_, kinds) = rest.split_once(") on ")?;
        let kind = match kinds.split_once(" and ") {
            Some(("number", second)) => second,
            Some((first, _)) => first,
            None => kinds,
        };
        return Some(format!("attempt to perform arithmetic on a {kind} value"));
    }
    if let Some(rest) = message.strip_prefix("attempt to concatenate ") {
        let (first, second) = rest.split_once(" with ")?;
        let kind = if matches!(first, "string" | "number") { second } else { first };
        return Some(format!("attempt to concatenate a {kind} value"));
    }
    let rest = message.strip_prefix("attempt to compare ")?;
    let mut words = rest.split(' ');
    let (first, _, second) = (words.next()?, words.next()?, words.next()?);
    Some(if first == second {
        format!("attempt to compare two {first} values")
    } else {
        format!("attempt to compare {first} with {second}")
    })
}

/// `invalid argument #1 to 'x' (...)`, `missing argument #1 to 'x' (... expected)`
fn argument(message: &str) -> Option<String> {
    if let Some(rest) = message.strip_prefix("invalid argument ") {
        return Some(format!("bad argument {rest}"));
    }
    let rest = message.strip_prefix("missing argument ")?;
    let rest = rest
        .strip_suffix(" expected)")
        .map_or_else(|| rest.to_owned(), |rest| format!("{rest} expected, got no value)"));
    Some(format!("bad argument {rest}"))
}

#[cfg(test)]
mod tests;
