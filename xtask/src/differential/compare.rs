//! When two replies say the same: byte for byte, but where the order is not specified, chance is
//! asked for, or time passes.

use super::script::Step;
use crate::transcript::Reply;

/// How the replies of a call are compared.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Mode {
    Exact,
    /// In any order.
    Unordered,
    /// Pairs in any order.
    Pairs,
    /// A cursor, then items in any order.
    Scanned,
    /// The same, with pairs.
    ScannedPairs,
    /// Numbers that may differ by as much as time passes.
    Near(i64),
    /// The same for a list of them.
    NearEach(i64),
    /// The same kind, and as many.
    Shape,
    /// The same but for times, which follow their names or stand in pending entries.
    Timed,
}

/// How the replies of a call are compared.
pub(super) fn mode(step: &Step) -> Mode {
    match step.name().as_str() {
        "SMEMBERS" | "SINTER" | "SUNION" | "SDIFF" | "SPOP" | "HKEYS" | "HVALS" | "KEYS" => {
            Mode::Unordered
        }
        "HGETALL" => Mode::Pairs,
        "SCAN" | "SSCAN" => Mode::Scanned,
        "HSCAN" | "ZSCAN" => Mode::ScannedPairs,
        "TTL" | "EXPIRETIME" => Mode::Near(3),
        "PTTL" | "PEXPIRETIME" => Mode::Near(3000),
        // BY a pattern without a star asks for no order.
        "SORT" | "SORT_RO" if has_word(step, b"BY") => Mode::Shape,
        // Which of those that are equally far is not specified.
        "GEORADIUS"
        | "GEORADIUS_RO"
        | "GEORADIUSBYMEMBER"
        | "GEORADIUSBYMEMBER_RO"
        | "GEOSEARCH"
        | "GEOSEARCHSTORE"
            if has_word(step, b"COUNT") =>
        {
            Mode::Shape
        }
        "XPENDING" | "XINFO STREAM" | "XINFO CONSUMERS" => Mode::Timed,
        // Redis shares small integers, idle since whenever.
        "OBJECT IDLETIME" => Mode::Shape,
        "HTTL" | "HPTTL" | "HEXPIRETIME" | "HPEXPIRETIME" => Mode::NearEach(3000),
        "RANDOMKEY" | "SRANDMEMBER" | "HRANDFIELD" | "ZRANDMEMBER" => Mode::Shape,
        _ => Mode::Exact,
    }
}

fn has_word(step: &Step, word: &[u8]) -> bool {
    step.args.iter().any(|arg| arg.eq_ignore_ascii_case(word))
}

/// Whether a call may store something else on another server: some of those that are equally far.
pub(super) fn stores_any(step: &Step) -> bool {
    let name = step.name();
    let stores = name == "GEOSEARCHSTORE"
        || name.starts_with("GEORADIUS")
            && (has_word(step, b"STORE") || has_word(step, b"STOREDIST"));
    stores && has_word(step, b"COUNT")
}

/// Whether two replies say the same.
pub(super) fn agree(mode: &Mode, expected: &Reply, actual: &Reply) -> bool {
    match (mode, expected, actual) {
        _ if is_stale(expected) => true,
        (_, Reply::Error(_), _) | (Mode::Exact, ..) => expected == actual,
        (Mode::Near(by), Reply::Integer(a), Reply::Integer(b)) => {
            a == b || (*a >= 0 && *b >= 0 && a.abs_diff(*b) <= by.unsigned_abs())
        }
        (Mode::NearEach(by), Reply::Array(a), Reply::Array(b)) => {
            let each = |(a, b): (&Reply, &Reply)| agree(&Mode::Near(*by), a, b);
            a.len() == b.len() && a.iter().zip(b).all(each)
        }
        (Mode::Timed, _, _) => timed(expected, actual),
        (Mode::Shape, _, _) => shape(expected) == shape(actual),
        (Mode::Unordered, _, _) => sorted(expected, 1) == sorted(actual, 1),
        (Mode::Pairs, _, _) => sorted(expected, 2) == sorted(actual, 2),
        (Mode::Scanned | Mode::ScannedPairs, Reply::Array(a), Reply::Array(b)) => {
            let by = if *mode == Mode::Scanned { 1 } else { 2 };
            a.len() == 2 && b.len() == 2 && a[0] == b[0] && sorted(&a[1], by) == sorted(&b[1], by)
        }
        _ => expected == actual,
    }
}

/// Whether SORT was refused there for an errno that an earlier call may have left behind. What it
/// would have stored is not there then.
pub(super) fn is_stale(reply: &Reply) -> bool {
    const STALE: &[u8] = b"ERR One or more scores can't be converted into double";
    match reply {
        Reply::Error(text) => text == STALE,
        Reply::Array(replies) => replies.iter().any(is_stale), // of EXEC
        _ => false,
    }
}

/// Whether two replies are the same but for times.
fn timed(expected: &Reply, actual: &Reply) -> bool {
    const NAMES: [&[u8]; 4] = [b"idle", b"inactive", b"seen-time", b"active-time"];
    let is_name = |reply: &Reply| matches!(reply, Reply::Bulk(name) if NAMES.contains(&&name[..]));
    let near = |a: &Reply, b: &Reply| match (a, b) {
        (Reply::Integer(a), Reply::Integer(b)) => a.abs_diff(*b) < 60_000,
        _ => a == b,
    };
    match (expected, actual) {
        (Reply::Map(a), Reply::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((name, a), (other, b))| {
                    name == other && (timed(a, b) || is_name(name) && near(a, b))
                })
        }
        (Reply::Array(a), Reply::Array(b)) if a.len() == b.len() => {
            // id, consumer, time, deliveries; or without the consumer.
            let time = match a.len() {
                4 if matches!(a[3], Reply::Integer(_)) => 2,
                3 if matches!(a[2], Reply::Integer(_)) => 1,
                _ => usize::MAX,
            };
            a.iter().zip(b).enumerate().all(|(at, (one, other))| {
                let is_time = at == time || at > 0 && is_name(&a[at - 1]);
                timed(one, other) || is_time && near(one, other)
            })
        }
        _ => expected == actual,
    }
}

/// The same for the reply of EXEC, whose calls were queued with these modes.
pub(super) fn transactions(modes: &[Mode], expected: &Reply, actual: &Reply) -> bool {
    let (Reply::Array(a), Reply::Array(b)) = (expected, actual) else { return expected == actual };
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .enumerate()
            .all(|(at, (a, b))| agree(modes.get(at).unwrap_or(&Mode::Exact), a, b))
}

/// What a random answer has in common with another.
fn shape(reply: &Reply) -> (u8, usize) {
    match reply {
        Reply::Array(items) => {
            let nested = items.first().map_or(0, |item| u8::from(matches!(item, Reply::Array(_))));
            (1 + nested, items.len())
        }
        Reply::Bulk(_) => (3, 0),
        Reply::Nil => (4, 0),
        _ => (5, 0),
    }
}

/// The kind of a collection and its items, sorted by `by` that belong together.
fn sorted(reply: &Reply, by: usize) -> (u8, Vec<Vec<String>>) {
    let (kind, mut items) = match reply {
        Reply::Array(items) | Reply::Set(items) => {
            let kind = u8::from(matches!(reply, Reply::Set(_)));
            let chunks = items.chunks(by);
            (kind, chunks.map(|chunk| chunk.iter().flat_map(Reply::render).collect()).collect())
        }
        Reply::Map(pairs) => {
            let pair = |(key, value): &(Reply, Reply)| [key.render(), value.render()].concat();
            (2, pairs.iter().map(pair).collect())
        }
        other => (3, vec![other.render()]),
    };
    items.sort();
    (kind, items)
}

#[cfg(test)]
mod tests {
    use super::{Mode, agree};
    use crate::transcript::Reply;

    #[test]
    fn order_matters_where_it_is_specified() {
        let list = |items: &[i64]| Reply::Array(items.iter().map(|i| Reply::Integer(*i)).collect());
        assert!(agree(&Mode::Unordered, &list(&[1, 2]), &list(&[2, 1])));
        assert!(!agree(&Mode::Unordered, &list(&[1, 2]), &list(&[2, 2])));
        assert!(!agree(&Mode::Exact, &list(&[1, 2]), &list(&[2, 1])));
        assert!(agree(&Mode::Pairs, &list(&[1, 2, 3, 4]), &list(&[3, 4, 1, 2])));
        assert!(!agree(&Mode::Pairs, &list(&[1, 2, 3, 4]), &list(&[1, 4, 3, 2])));
        assert!(agree(&Mode::Shape, &list(&[1]), &list(&[2])));
        assert!(agree(&Mode::Near(3), &Reply::Integer(9), &Reply::Integer(10)));
        assert!(!agree(&Mode::Near(3), &Reply::Integer(-1), &Reply::Integer(1)));
    }
}
