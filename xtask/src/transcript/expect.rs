//! Expectations: what a case file says a reply must be.
//!
//! The notation is `Reply::render`'s, plus four patterns for replies that are not the same twice:
//! `*any*` any reply at all / `~TEXT` the rendered line, where `*` stands for any characters, `?`
//! for one and `#` for a run of digits / `(integer) 95..100` a range / `(absent)` no reply arrives.

use super::reply::Reply;

/// One parsed expectation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expect {
    Any,
    Absent,
    Range(i64, i64),
    Glob(String),
    Leaf(String),
    /// Marker, then the items.
    List(char, Vec<Expect>),
    Map(Vec<(Expect, Expect)>),
}

impl Expect {
    /// Parses the lines under a command.
    ///
    /// # Errors
    /// A text that quotes the line which does not fit.
    pub(crate) fn parse(lines: &[String]) -> Result<Self, String> {
        let Some(first) = lines.first() else { return Err("no expectation".to_owned()) };
        if let Some((width, mark)) = marker(first) {
            return parse_list(lines, width, mark);
        }
        if let [_, extra, ..] = lines {
            return Err(format!("a second line under a plain reply: {extra:?}"));
        }
        Ok(parse_leaf(first))
    }

    /// Whether `reply` is what was expected; `unordered` lets the top level come in any order.
    pub(crate) fn accepts(&self, reply: &Reply, unordered: bool) -> bool {
        match (self, reply) {
            (Self::Any, _) => true,
            (Self::Absent, _) => false,
            (Self::Range(low, high), Reply::Integer(n)) => (low..=high).contains(&n),
            (Self::Range(..), _) => false,
            (Self::Glob(pattern), _) => {
                glob(pattern.as_bytes(), reply.render().join("\n").as_bytes())
            }
            (Self::Leaf(text), _) => reply.render() == [text.as_str()],
            (Self::List(mark, expected), _) => match (mark, reply) {
                (')', Reply::Array(items))
                | ('~', Reply::Set(items))
                | ('>', Reply::Push(items)) => accepts_items(expected, items, unordered),
                _ => false,
            },
            (Self::Map(expected), Reply::Map(pairs)) => accepts_pairs(expected, pairs),
            (Self::Map(_), _) => false,
        }
    }
}

fn accepts_items(expected: &[Expect], items: &[Reply], unordered: bool) -> bool {
    if expected.len() != items.len() {
        return false;
    }
    if !unordered {
        return expected.iter().zip(items).all(|(e, item)| e.accepts(item, false));
    }
    let mut left: Vec<&Reply> = items.iter().collect();
    expected.iter().all(|e| {
        let found = left.iter().position(|item| e.accepts(item, false));
        found.map(|i| left.swap_remove(i)).is_some()
    })
}

/// A map has no order.
fn accepts_pairs(expected: &[(Expect, Expect)], pairs: &[(Reply, Reply)]) -> bool {
    let mut left: Vec<_> = pairs.iter().collect();
    expected.len() == pairs.len()
        && expected.iter().all(|(k, v)| {
            let fits = |p: &&(Reply, Reply)| k.accepts(&p.0, false) && v.accepts(&p.1, false);
            left.iter().position(fits).map(|i| left.swap_remove(i)).is_some()
        })
}

/// The width of an item marker such as ` 7) ` at the start of `line`, and its character.
fn marker(line: &str) -> Option<(usize, char)> {
    let bytes = line.as_bytes();
    let spaces = bytes.iter().take_while(|b| **b == b' ').count();
    let digits = bytes[spaces..].iter().take_while(|b| b.is_ascii_digit()).count();
    let at = spaces + digits;
    let mark = char::from(*bytes.get(at)?);
    let fits = digits > 0 && ")~>#".contains(mark) && bytes.get(at + 1) == Some(&b' ');
    fits.then_some((at + 2, mark))
}

fn parse_list(lines: &[String], width: usize, mark: char) -> Result<Expect, String> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let (head, rest) = line.split_at_checked(width).unwrap_or((line, ""));
        match (marker(head), blocks.last_mut()) {
            (Some((_, m)), _) if m == mark => blocks.push(vec![rest.to_owned()]),
            (_, Some(block)) if head.trim().is_empty() => block.push(rest.to_owned()),
            _ => return Err(format!("not an item of this list: {line:?}")),
        }
    }
    if mark != '#' {
        let items = blocks.iter().map(|block| Expect::parse(block));
        return Ok(Expect::List(mark, items.collect::<Result<_, _>>()?));
    }
    let mut pairs = Vec::new();
    for mut block in blocks {
        let cut = arrow(&block[0]).ok_or_else(|| format!("no ` => ` in {:?}", block[0]))?;
        let key = parse_leaf(&block[0][..cut]);
        block[0].drain(..cut + 4);
        pairs.push((key, Expect::parse(&block)?));
    }
    Ok(Expect::Map(pairs))
}

/// Where ` => ` stands outside of quotes.
fn arrow(line: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (i, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if !quoted && line[i..].starts_with(" => ") => return Some(i),
            _ => {}
        }
    }
    None
}

fn parse_leaf(line: &str) -> Expect {
    match line {
        "*any*" => return Expect::Any,
        "(absent)" => return Expect::Absent,
        _ => {}
    }
    if let Some(pattern) = line.strip_prefix('~') {
        return Expect::Glob(pattern.to_owned());
    }
    let bounds = line.strip_prefix("(integer) ").and_then(|s| s.split_once(".."));
    if let Some((Ok(low), Ok(high))) = bounds.map(|(l, h)| (l.parse(), h.parse())) {
        return Expect::Range(low, high);
    }
    Expect::Leaf(line.to_owned())
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|i| glob(rest, &text[i..])),
        Some((b'?', rest)) => text.split_first().is_some_and(|(_, t)| glob(rest, t)),
        Some((b'#', rest)) => {
            let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
            (1..=digits).rev().any(|i| glob(rest, &text[i..]))
        }
        Some((b'\\', [c, rest @ ..])) => text.first() == Some(c) && glob(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && glob(rest, &text[1..]),
    }
}
