//! The transcript format of `tests/cases/*.t`: parse, run, compare, rewrite.
//!
//! ```text
//! == GETDEL returns the value and deletes the key
//! # a comment
//! > SET k v
//! OK
//! > GETDEL k
//! "v"
//! > GETDEL k
//! (nil)
//! ```
//! A case starts with `== name`, an empty keyspace and fresh connections. Lines after `> command`
//! are its reply in redis-cli's notation (`reply.rs`) or a pattern (`expect.rs`).
//! Marks of a case, directly under its name:
//! `@resp3` / `@resp2` runs in that protocol only (else in both, replies compared as RESP2) /
//! `@socket reason` needs real connections / `@skip-oracle reason` newer than the oracle.
//! Marks between steps: `@conn NAME` the commands after it use that connection / `@at +1500ms`
//! that much later (a sleep over sockets) / `@unordered` the next reply's top level has no order /
//! `@blocks` the next command gets no reply now. `<` waits for one more reply or push of the
//! connection. `>! "bytes"` sends bytes as they are.
//!
//! No name of this crate is used here, so another crate's tests can include this folder by path.
//! Invariant: `bless` changes expectation lines only, and only those that did not match.

mod expect;
mod reply;

pub(crate) use expect::Expect;
pub(crate) use reply::Reply;

/// One `== name` block.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// 1-based line of the heading.
    pub(crate) line: usize,
    pub(crate) only_proto: Option<u8>,
    pub(crate) socket_only: Option<String>,
    pub(crate) skip_oracle: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// One thing that a case does.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// 1-based line of the `>`, `<` or mark.
    pub(crate) line: usize,
    pub(crate) action: Action,
    /// Lines of the expectation, empty for a step without one.
    pub(crate) expect: Vec<String>,
    pub(crate) unordered: bool,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Command(Vec<Vec<u8>>),
    Raw(Vec<u8>),
    /// Sends and expects no reply yet.
    Blocked(Vec<Vec<u8>>),
    /// Waits for the next reply or push.
    Next,
    Connection(String),
    AdvanceMs(u64),
}

impl Action {
    fn is_answered(&self) -> bool {
        matches!(self, Self::Command(_) | Self::Raw(_) | Self::Next)
    }
}

/// What a case runs against.
pub(crate) trait Target {
    /// Empties the keyspace and drops every connection.
    fn reset(&mut self) -> Result<(), String>;
    /// Sends one command on the connection of that name, which is made at need.
    fn send(&mut self, conn: &str, args: &[Vec<u8>]) -> Result<(), String>;
    /// Sends bytes as they are.
    fn send_raw(&mut self, conn: &str, bytes: &[u8]) -> Result<(), String>;
    /// Returns the next reply of that connection; `None` if none comes within a second or so.
    fn next(&mut self, conn: &str) -> Result<Option<Reply>, String>;
    /// Lets that much time pass.
    fn advance(&mut self, ms: u64);
}

/// A reply that was not the expected one.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    pub(crate) line: usize,
    pub(crate) expected: Vec<String>,
    pub(crate) actual: Vec<String>,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (e, a) = (self.expected.join("\n      "), self.actual.join("\n      "));
        write!(f, "line {}\n    expected\n      {e}\n    got\n      {a}", self.line)
    }
}

/// Parses a case file; expectations may be missing (see `lint`).
///
/// # Errors
/// A text with the line number.
pub(crate) fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut unordered = false;
    let mut blocks = false;
    for (i, raw) in text.lines().enumerate() {
        let line = i + 1;
        let at = |e: String| format!("line {line}: {e}");
        if raw.starts_with('#') || raw.trim().is_empty() {
            continue;
        }
        if let Some(name) = raw.strip_prefix("== ") {
            cases.push(Case {
                name: name.trim().to_owned(),
                line,
                only_proto: None,
                socket_only: None,
                skip_oracle: None,
                steps: Vec::new(),
            });
            continue;
        }
        let case = cases.last_mut().ok_or_else(|| at("no `== name` above".to_owned()))?;
        if let Some(mark) = raw.strip_prefix('@') {
            match mark {
                "unordered" => unordered = true,
                "blocks" => blocks = true,
                _ => parse_mark(case, line, mark).map_err(at)?,
            }
            continue;
        }
        if let Some(action) = parse_action(raw, blocks).map_err(at)? {
            case.steps.push(Step { line, action, expect: Vec::new(), unordered });
            (unordered, blocks) = (false, false);
            continue;
        }
        let step = case.steps.last_mut().ok_or_else(|| at("a reply without command".to_owned()))?;
        step.expect.push(raw.trim_end().to_owned());
    }
    Ok(cases)
}

fn parse_mark(case: &mut Case, line: usize, mark: &str) -> Result<(), String> {
    let (word, rest) = mark.split_once(' ').unwrap_or((mark, ""));
    let reason = || match rest.trim() {
        "" => Err(format!("@{word} needs a reason")),
        text => Ok(Some(text.to_owned())),
    };
    match word {
        "resp2" => case.only_proto = Some(2),
        "resp3" => case.only_proto = Some(3),
        "socket" => case.socket_only = reason()?,
        "skip-oracle" => case.skip_oracle = reason()?,
        _ => return parse_step_mark(case, line, word, rest),
    }
    Ok(())
}

fn parse_step_mark(case: &mut Case, line: usize, word: &str, rest: &str) -> Result<(), String> {
    let action = match word {
        "conn" => Action::Connection(rest.trim().to_owned()),
        "at" => {
            let ms = rest.trim().strip_prefix('+').and_then(|s| s.strip_suffix("ms"));
            let ms = ms.and_then(|s| s.parse().ok());
            Action::AdvanceMs(ms.ok_or_else(|| format!("@at +NNNms, not {rest:?}"))?)
        }
        _ => return Err(format!("no such mark: @{word}")),
    };
    case.steps.push(Step { line, action, expect: Vec::new(), unordered: false });
    Ok(())
}

fn parse_action(raw: &str, blocks: bool) -> Result<Option<Action>, String> {
    if raw.trim_end() == "<" {
        return Ok(Some(Action::Next));
    }
    if let Some(rest) = raw.strip_prefix(">! ") {
        let mut words = split_args(rest)?;
        return match words.len() {
            1 => Ok(Some(Action::Raw(words.remove(0)))),
            n => Err(format!(">! takes one quoted string, not {n}")),
        };
    }
    let Some(rest) = raw.strip_prefix("> ") else { return Ok(None) };
    let args = split_args(rest)?;
    Ok(Some(if blocks { Action::Blocked(args) } else { Action::Command(args) }))
}

/// Checks that each command has an expectation that can be read, and nothing else has one.
///
/// # Errors
/// A text with the line number.
pub(crate) fn lint(cases: &[Case]) -> Result<(), String> {
    for step in cases.iter().flat_map(|case| &case.steps) {
        if step.action.is_answered() == step.expect.is_empty() {
            return Err(format!("line {}: reply missing or out of place", step.line));
        }
        if step.action.is_answered() {
            Expect::parse(&step.expect).map_err(|e| format!("line {}: {e}", step.line))?;
        }
    }
    Ok(())
}

/// Splits a command line as redis-cli does: blanks separate, `"..."` with escapes, `'...'` plain.
///
/// # Errors
/// A text for unbalanced quotes.
pub(crate) fn split_args(line: &str) -> Result<Vec<Vec<u8>>, String> {
    let bytes = line.as_bytes();
    let mut args = Vec::new();
    let mut i = 0;
    loop {
        while i < bytes.len() && bytes[i].is_ascii_whitespace() {
            i += 1;
        }
        let Some(&first) = bytes.get(i) else { return Ok(args) };
        let mut arg = Vec::new();
        if first == b'"' || first == b'\'' {
            i = quoted(bytes, i + 1, first, &mut arg)?;
        } else {
            while i < bytes.len() && !bytes[i].is_ascii_whitespace() {
                arg.push(bytes[i]);
                i += 1;
            }
        }
        args.push(arg);
    }
}

/// Reads up to the closing quote; returns the index after it.
fn quoted(bytes: &[u8], mut i: usize, end: u8, arg: &mut Vec<u8>) -> Result<usize, String> {
    loop {
        let byte = *bytes.get(i).ok_or("unbalanced quotes")?;
        i += 1;
        if byte == end {
            return Ok(i);
        }
        if byte != b'\\' || end == b'\'' {
            arg.push(byte);
            continue;
        }
        let escaped = *bytes.get(i).ok_or("unbalanced quotes")?;
        i += 1;
        arg.push(match escaped {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'a' => 7,
            b'b' => 8,
            b'x' => {
                let hex = bytes.get(i..i + 2).and_then(|h| std::str::from_utf8(h).ok());
                i += 2;
                hex.and_then(|h| u8::from_str_radix(h, 16).ok()).ok_or("\\x needs two digits")?
            }
            other => other,
        });
    }
}

/// Runs one case and returns every mismatch. `proto` is what the target's connections speak.
///
/// # Errors
/// A text if the target failed, as opposed to answered wrongly.
pub(crate) fn run(
    case: &Case,
    proto: u8,
    target: &mut dyn Target,
) -> Result<Vec<Mismatch>, String> {
    target.reset()?;
    let mut conn = "main".to_owned();
    let mut mismatches = Vec::new();
    for step in &case.steps {
        let at = |e: String| format!("line {}: {e}", step.line);
        match &step.action {
            Action::Connection(name) => conn.clone_from(name),
            Action::AdvanceMs(ms) => target.advance(*ms),
            Action::Blocked(args) => target.send(&conn, args).map_err(at)?,
            Action::Command(args) => target.send(&conn, args).map_err(at)?,
            Action::Raw(bytes) => target.send_raw(&conn, bytes).map_err(at)?,
            Action::Next => {}
        }
        if !step.action.is_answered() {
            continue;
        }
        let expect = Expect::parse(&step.expect).ok();
        let reply = target.next(&conn).map_err(at)?;
        let reply = match reply {
            Some(r) if case.only_proto.is_none() && proto == 3 => Some(r.downgraded()),
            other => other,
        };
        let fits = match &reply {
            Some(reply) => expect.is_some_and(|e| e.accepts(reply, step.unordered)),
            None => expect == Some(Expect::Absent),
        };
        if !fits {
            let actual = reply.map_or_else(|| vec!["(absent)".to_owned()], |r| r.render());
            let expected = step.expect.clone();
            mismatches.push(Mismatch { line: step.line, expected, actual });
        }
    }
    Ok(mismatches)
}

/// Returns `text` with the expectation of each mismatch replaced by what was got.
pub(crate) fn bless(text: &str, mismatches: &[Mismatch]) -> String {
    let mut out = String::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((i, line)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(found) = mismatches.iter().find(|m| m.line == i + 1) else { continue };
        for _ in 0..found.expected.len() {
            lines.next();
        }
        for line in &found.actual {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests;
