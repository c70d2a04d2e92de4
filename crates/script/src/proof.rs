//! Whether a script's text shows that its calls name no key but those that it declares.
//!
//! Such a script runs on the locks of its declared keys, beside others. One of which this is not
//! shown may be as good: it only closes the gate before it changes anything
//! (`engine/src/late.rs`). So whatever is not understood here counts as not shown.
//!
//! ```text
//! text -> words -> every KEYS is read as KEYS[..], #KEYS, ipairs(KEYS), unpack(KEYS)
//!               -> every redis.call is redis.call('NAME', ..) with a key where NAME has keys
//!                  a key: KEYS[..], or a local variable that is only ever KEYS[..]
//! ```
//! Nothing else leads to a call or changes KEYS: globals are closed, and words that could go around
//! this ([`WAYS_AROUND`]) are not understood. The rule which arguments are keys is that of the
//! locks themselves (`keys_of`).

mod lexer;

use commands::Args;
use commands::keys_of::keys_of;
use commands::spec::{Begin, Flags};
use commands::table::{CommandTable, KeyPlan};
use lexer::{Word, words};
use resp::Span;
use std::ops::Range;

/// Longest text that is looked at, in bytes.
const LONGEST: usize = 32 * 1024;

/// Words with which a script reaches its variables or makes code under other names.
const WAYS_AROUND: &[&[u8]] =
    &[b"_G", b"load", b"loadstring", b"getfenv", b"setfenv", b"_VERSION", b"..."];

/// Functions to which the list of keys may be handed.
const READERS: &[&[u8]] = &[b"ipairs", b"pairs", b"unpack"];

/// Words behind which a statement begins, or ends.
const STATEMENTS: &[&[u8]] = &[
    b"local",
    b"if",
    b"for",
    b"while",
    b"repeat",
    b"return",
    b"function",
    b"do",
    b"end",
    b"else",
    b"elseif",
    b"until",
    b"break",
    b";",
];

/// Words that go on with an expression.
const OPERATORS: &[&[u8]] = &[b"and", b"or", b"in", b"then", b"not"];

/// Whether every call of a script that compiles names only keys that it declares. Linear in the
/// text but for nested calls; allocates.
pub(crate) fn keeps_to_its_keys(code: &[u8], table: &CommandTable) -> bool {
    if code.len() > LONGEST {
        return false;
    }
    let Some(words) = words(code) else { return false };
    Script { words, table, keys: Vec::new() }.proves_it()
}

struct Script<'a> {
    words: Vec<Word<'a>>,
    table: &'a CommandTable,
    /// Local variables that are only ever one of the keys.
    keys: Vec<&'a [u8]>,
}

impl<'a> Script<'a> {
    fn proves_it(mut self) -> bool {
        let Some(keys) = self.key_variables() else { return false };
        self.keys = keys;
        (0..self.words.len()).all(|at| self.is_harmless(at))
    }

    /// The word at a place, or an empty one.
    fn text(&self, at: usize) -> &'a [u8] {
        match self.words.get(at) {
            Some(Word::Text(text)) => text,
            _ => b"",
        }
    }

    fn is(&self, at: usize, texts: &[&[u8]]) -> bool {
        texts.iter().enumerate().all(|(step, text)| self.text(at + step) == *text)
    }

    fn before(&self, at: usize) -> &'a [u8] {
        at.checked_sub(1).map_or(b"", |at| self.text(at))
    }

    fn is_harmless(&self, at: usize) -> bool {
        let text = self.text(at);
        if WAYS_AROUND.contains(&text) {
            return false;
        }
        if text == b"redis" || text == b"server" {
            return self.is_harmless_library(at);
        }
        if text == b"KEYS" {
            return self.is_read(at);
        }
        if READERS.contains(&text) {
            let is_own = [&b"."[..], b":", b"function"].contains(&self.before(at));
            return !is_own && self.text(at + 1) == b"(";
        }
        !is_assignment(text) || self.assigns_no_key(at)
    }

    /// `redis.call(..)` with keys that are declared, or another member of the library.
    fn is_harmless_library(&self, at: usize) -> bool {
        if [&b"."[..], b":"].contains(&self.before(at)) || self.text(at + 1) != b"." {
            return false;
        }
        match self.text(at + 2) {
            b"call" | b"pcall" => self.text(at + 3) == b"(" && self.names_keys(at + 3),
            member => is_name(member) && !is_assignment(self.text(at + 3)),
        }
    }

    /// A use of KEYS that reads.
    fn is_read(&self, at: usize) -> bool {
        match self.before(at) {
            b"." | b":" => false,
            b"#" => true,
            b"(" if self.text(at + 1) == b")" => {
                self.before(at - 1) == b"unpack" || at > 2 && self.is_loop_over_keys(at - 3)
            }
            _ => self.text(at + 1) == b"[",
        }
    }

    /// What stands left of an assignment is neither KEYS nor a variable that holds a key, unless it
    /// is where that variable is made.
    fn assigns_no_key(&self, assignment: usize) -> bool {
        let mut last = assignment.checked_sub(1);
        while let Some(at) = last {
            let Some(head) = self.head(at) else { return true };
            let text = self.text(head);
            if text == b"KEYS" {
                return false;
            }
            if self.keys.contains(&text) {
                return self.before(head) == b"local" && self.is_key(assignment + 1).is_some();
            }
            last = if self.before(head) == b"," { head.checked_sub(2) } else { None };
        }
        true
    }

    /// Where the name is with which `a.b[c].d` begins, whose last word is at a place.
    fn head(&self, mut at: usize) -> Option<usize> {
        loop {
            let text = self.text(at);
            if matches!(text, b"]" | b")") {
                at = self.opening(at)?.checked_sub(1)?;
            } else if !is_name(text) {
                return None;
            } else if matches!(self.before(at), b"." | b":") {
                at = at.checked_sub(2)?;
            } else {
                return Some(at);
            }
        }
    }

    /// The variables that hold keys: `local k = KEYS[..]` and `for _, k in ipairs(KEYS) do`, which
    /// are nowhere declared otherwise. `None` if some are.
    fn key_variables(&self) -> Option<Vec<&'a [u8]>> {
        let (mut keys, mut others) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < self.words.len() {
            let text = self.text(at);
            at += 1;
            match text {
                b"local" if self.text(at) == b"function" => {}
                b"local" => {
                    let end = self.names_end(at, &mut others);
                    if matches!(self.text(end), b":" | b"<") {
                        return None; // a type
                    }
                    if end == at + 1 && self.text(end) == b"=" && self.is_key_alone(end + 1) {
                        keys.extend(others.pop());
                    }
                }
                b"for" => {
                    let end = self.names_end(at, &mut others);
                    if !matches!(self.text(end), b"in" | b"=") {
                        return None;
                    }
                    if end == at + 3 && self.is_loop_over_keys(end) {
                        keys.extend(others.pop());
                    }
                }
                b"function" => {
                    while is_name(self.text(at)) || matches!(self.text(at), b"." | b":") {
                        others.push(self.text(at));
                        at += 1;
                    }
                    others.push(b"self"); // of a method
                    let end = self.names_end(at + 1, &mut others);
                    if self.text(at) != b"(" || self.text(end) != b")" {
                        return None;
                    }
                }
                _ => {}
            }
        }
        keys.iter().all(|key| !others.contains(key)).then_some(keys)
    }

    /// `in ipairs(KEYS) do`. Elsewhere what `ipairs` gives is the list itself.
    fn is_loop_over_keys(&self, at: usize) -> bool {
        self.text(at) == b"in"
            && matches!(self.text(at + 1), b"ipairs" | b"pairs")
            && self.is(at + 2, &[b"(", b"KEYS", b")", b"do"])
    }

    /// Reads names with commas between; the place behind.
    fn names_end(&self, mut at: usize, names: &mut Vec<&'a [u8]>) -> usize {
        while is_name(self.text(at)) {
            names.push(self.text(at));
            at += 1;
            if self.text(at) != b"," {
                break;
            }
            at += 1;
        }
        at
    }

    /// `KEYS[..]`, behind which the next statement begins.
    fn is_key_alone(&self, at: usize) -> bool {
        let Some(end) = self.indexed_keys(at) else { return false };
        match self.words.get(end) {
            None => true,
            Some(Word::Text(text)) => {
                STATEMENTS.contains(text) || is_name(text) && !OPERATORS.contains(text)
            }
            Some(_) => false,
        }
    }

    /// `KEYS[..]` at a place: the place behind.
    fn indexed_keys(&self, at: usize) -> Option<usize> {
        self.is(at, &[b"KEYS", b"["]).then(|| self.closing(at + 1)).flatten().map(|end| end + 1)
    }

    /// A key at a place: the place behind.
    fn is_key(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.indexed_keys(at) {
            return Some(end);
        }
        if self.is(at, &[b"unpack", b"(", b"KEYS", b")"]) {
            return Some(at + 4);
        }
        self.keys.contains(&self.text(at)).then_some(at + 1)
    }

    /// Whether the arguments of a call, whose parenthesis is at `open`, have declared keys wherever
    /// its command has keys.
    fn names_keys(&self, open: usize) -> bool {
        let Some(args) = self.arguments(open) else { return false };
        let Some(Word::Quoted(Some(name))) = self.only(args.first()) else { return false };
        let Some(mut entry) = self.table.find(name) else { return false };
        if !entry.command.subcommands.is_empty() {
            let Some(Word::Quoted(Some(sub))) = self.only(args.get(1)) else { return false };
            let Some(sub) = self.table.find_sub(entry, sub) else { return false };
            entry = sub;
        }
        let is_key = |arg: &Range<usize>| self.is_key(arg.start) == Some(arg.end);
        match entry.plan {
            KeyPlan::None => !entry.command.flags.has(Flags::SWEEPS),
            // An argument that is not the last one is one value, so the places are right.
            KeyPlan::One(at) => args.get(at).is_some_and(is_key),
            KeyPlan::Several => {
                let is_indexed = |begin| matches!(begin, Begin::Index(_));
                if !entry.command.keys.iter().all(|spec| is_indexed(spec.begin)) {
                    return false;
                }
                // What ends like a call may be several values.
                let last = args.last().expect("there is the name");
                let is_one = last.len() == 1
                    || is_key(last)
                    || is_name(self.text(last.end - 1))
                    || self.text(last.end - 1) == b"]";
                let (bytes, spans) = self.pretend(&args);
                let found = keys_of(entry.command, Args::new(&bytes, &spans));
                is_one
                    && found.is_ok_and(|found| {
                        !found.has_more() && found.iter().all(|key| is_key(&args[key.index]))
                    })
            }
            KeyPlan::All => false,
        }
    }

    /// The only word of an argument.
    fn only(&self, arg: Option<&Range<usize>>) -> Option<&Word<'a>> {
        arg.filter(|arg| arg.len() == 1).and_then(|arg| self.words.get(arg.start))
    }

    /// Arguments as they may come: those that are written out, and anything for the others.
    fn pretend(&self, args: &[Range<usize>]) -> (Vec<u8>, Vec<Span>) {
        let (mut bytes, mut spans) = (Vec::new(), Vec::new());
        for arg in args {
            let start = bytes.len();
            bytes.extend_from_slice(match self.only(Some(arg)) {
                Some(Word::Quoted(Some(text)) | Word::Number(text)) => text,
                _ => b"?",
            });
            spans.push(Span { start: start as u32, len: (bytes.len() - start) as u32 });
        }
        (bytes, spans)
    }

    /// The words of each argument behind a parenthesis. `None` if they are not understood.
    fn arguments(&self, open: usize) -> Option<Vec<Range<usize>>> {
        let close = self.closing(open)?;
        let (mut args, mut start, mut at) = (Vec::new(), open + 1, open + 1);
        while at < close {
            match self.text(at) {
                b"(" | b"[" | b"{" => at = self.closing(at)?,
                b"function" => return None,
                b"," => {
                    args.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        args.push(start..close);
        args.iter().all(|arg| !arg.is_empty()).then_some(args)
    }

    /// Where what is opened at a place is closed.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        (open..self.words.len()).find(|at| {
            match self.text(*at) {
                b"(" | b"[" | b"{" => depth += 1,
                b")" | b"]" | b"}" => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }

    /// Where what is closed at a place was opened.
    fn opening(&self, close: usize) -> Option<usize> {
        let mut depth = 0_usize;
        (0..=close).rev().find(|at| {
            match self.text(*at) {
                b")" | b"]" | b"}" => depth += 1,
                b"(" | b"[" | b"{" => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }
}

fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
}

/// `=` and its kin, but not comparisons.
fn is_assignment(text: &[u8]) -> bool {
    text.ends_with(b"=") && !matches!(text, b"==" | b"~=" | b"<=" | b">=")
}

#[cfg(test)]
mod tests;
