//! The text of an ACL file: `user <name> <rules>`, one a line, and nothing else.
//!
//! Read as a whole or not at all. Texts of errors: redis-server 7.0.15.

use super::rule::{Grammar, RuleError, has_blank};
use super::user::{Rules, join_selectors};
use crate::text::shown::shown;
use std::collections::BTreeMap;

/// Users by name.
pub type Users = BTreeMap<Box<[u8]>, Rules>;

/// Reads a file's text. `path` is its name in messages.
///
/// # Errors
/// Everything that is wrong in it, in one line.
pub fn parse(text: &[u8], path: &str, grammar: Grammar<'_>) -> Result<Users, String> {
    let mut users = Users::new();
    let mut errors = String::new();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = trim(line);
        if !line.is_empty() {
            let before = errors.len();
            parse_line(line, &format!("{path}:{}", index + 1), index + 1, grammar, &mut users)
                .unwrap_or_else(|found| errors.push_str(&found));
            debug_assert!(errors.len() >= before);
        }
    }
    if errors.is_empty() {
        return Ok(users);
    }
    errors.push_str(
        "WARNING: ACL errors detected, no change to the previously active ACL rules was performed",
    );
    Err(errors)
}

fn parse_line(
    line: &[u8],
    at: &str,
    number: usize,
    grammar: Grammar<'_>,
    users: &mut Users,
) -> Result<(), String> {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [b"user", name, ref rest @ ..] = words[..] else {
        return Err(format!("{at} should start with user keyword followed by the username. "));
    };
    if has_blank(name) {
        return Err(format!("'{at}: username '{}' contains invalid characters. ", shown(name)));
    }
    if users.contains_key(name) {
        return Err(format!("WARNING: Duplicate user '{}' found on line {number}. ", shown(name)));
    }
    let mut rules = Rules::new(grammar.all_channels);
    let joined = join_selectors(rest);
    let (Ok(words), mut errors) = (joined.as_ref(), String::new()) else {
        return Err(format!("{at}: Unmatched parenthesis in selector definition."));
    };
    let mut is_told = false;
    for word in words {
        match rules.apply_text(trim(word), grammar) {
            Ok(()) => {}
            Err(error @ RuleError::Unknown) => {
                let word = shown(trim(word));
                errors += &format!("{at}: Error in applying operation '{word}': {error}. ");
            }
            Err(error) if !is_told => {
                errors += &format!("{at}: {error}. ");
                is_told = true;
            }
            Err(_) => {}
        }
    }
    users.insert((*name).into(), rules);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Without blanks at both ends.
fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}
