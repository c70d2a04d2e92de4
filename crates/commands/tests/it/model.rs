//! Random sequences of string and key commands beside a twin that is a sorted map.

use crate::transcript::{Reply, Target};
use crate::world::World;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Key = u8;
type Value = Vec<u8>;

/// One call, or the passing of time.
#[derive(Clone, Debug)]
enum Call {
    Set(Key, Value, Option<i64>, Exists, KeepTtl),
    Get(Key),
    GetDel(Key),
    IncrBy(Key, i64),
    Append(Key, Value),
    SetRange(Key, u8, Value),
    GetRange(Key, i8, i8),
    PExpire(Key, i64),
    Persist(Key),
    PTtl(Key),
    Del(Key, Key),
    Exists(Key, Key),
    Rename(Key, Key),
    RenameNx(Key, Key),
    Copy(Key, Key, bool),
    MSetNx(Key, Key, Value),
    Keys,
    Scan(u8),
    Wait(i64),
}

type Exists = Option<bool>;
type KeepTtl = bool;

fn call() -> impl Strategy<Value = Call> {
    let key = || 0_u8..6;
    let value = || {
        prop_oneof![
            any::<i64>().prop_map(|number| number.to_string().into_bytes()),
            (-20_i64..20).prop_map(|number| number.to_string().into_bytes()),
            proptest::collection::vec(any::<u8>(), 0..70),
            (250_usize..5000).prop_map(|len| vec![b'x'; len]),
        ]
    };
    let ttl = || proptest::option::of(1_i64..2000);
    prop_oneof![
        4 => (key(), value(), ttl(), any::<Exists>(), any::<bool>())
            .prop_map(|(k, v, ttl, exists, keep)| Call::Set(k, v, ttl, exists, keep)),
        3 => key().prop_map(Call::Get),
        1 => key().prop_map(Call::GetDel),
        2 => (key(), prop_oneof![-9_i64..9, any::<i64>()]).prop_map(|(k, n)| Call::IncrBy(k, n)),
        2 => (key(), value()).prop_map(|(k, v)| Call::Append(k, v)),
        2 => (key(), any::<u8>(), value()).prop_map(|(k, at, v)| Call::SetRange(k, at, v)),
        1 => (key(), any::<i8>(), any::<i8>()).prop_map(|(k, a, b)| Call::GetRange(k, a, b)),
        2 => (key(), -1_i64..2000).prop_map(|(k, ms)| Call::PExpire(k, ms)),
        1 => key().prop_map(Call::Persist),
        2 => key().prop_map(Call::PTtl),
        1 => (key(), key()).prop_map(|(a, b)| Call::Del(a, b)),
        1 => (key(), key()).prop_map(|(a, b)| Call::Exists(a, b)),
        2 => (key(), key()).prop_map(|(a, b)| Call::Rename(a, b)),
        1 => (key(), key()).prop_map(|(a, b)| Call::RenameNx(a, b)),
        1 => (key(), key(), any::<bool>()).prop_map(|(a, b, r)| Call::Copy(a, b, r)),
        1 => (key(), key(), value()).prop_map(|(a, b, v)| Call::MSetNx(a, b, v)),
        1 => Just(Call::Keys),
        1 => (1_u8..9).prop_map(Call::Scan),
        1 => (1_i64..900).prop_map(Call::Wait),
    ]
}

/// The twin: values with the instant at which they end.
#[derive(Default)]
struct Twin {
    now: i64,
    keys: BTreeMap<Key, (Value, Option<i64>)>,
}

const WRONG: &str = "(an error)";

impl Twin {
    fn text(&self, key: Key) -> Option<String> {
        self.keys.get(&key).map(|(value, _)| show(value))
    }

    /// What the reply has to be, in the notation of the case files.
    fn run(&mut self, call: &Call) -> String {
        let nil = || "(nil)".to_owned();
        let int = |number: i64| format!("(integer) {number}");
        match call {
            Call::Set(key, value, ttl, exists, keep) => {
                let old = self.keys.get(key);
                if exists.is_some_and(|wanted| wanted != old.is_some()) {
                    return nil();
                }
                let kept = old.and_then(|(_, at)| *at).filter(|_| *keep);
                let at = ttl.map(|ms| self.now + ms).or(kept);
                self.keys.insert(*key, (value.clone(), at));
                "OK".to_owned()
            }
            Call::Get(key) => self.text(*key).unwrap_or_else(nil),
            Call::GetDel(key) => {
                let text = self.text(*key).unwrap_or_else(nil);
                self.keys.remove(key);
                text
            }
            Call::IncrBy(key, by) => {
                let old = self.keys.get(key).cloned().unwrap_or((b"0".to_vec(), None));
                let number = String::from_utf8(old.0).ok().and_then(|text| {
                    let number: i64 = text.parse().ok()?;
                    (number.to_string() == text).then_some(number)
                });
                let Some(sum) = number.and_then(|number| number.checked_add(*by)) else {
                    return WRONG.to_owned();
                };
                self.keys.insert(*key, (sum.to_string().into_bytes(), old.1));
                int(sum)
            }
            Call::Append(key, more) => {
                let (value, _) = self.keys.entry(*key).or_default();
                value.extend_from_slice(more);
                int(value.len() as i64)
            }
            Call::SetRange(key, at, part) => {
                if part.is_empty() {
                    return int(self.keys.get(key).map_or(0, |(value, _)| value.len() as i64));
                }
                let (value, _) = self.keys.entry(*key).or_default();
                let at = usize::from(*at);
                value.resize(value.len().max(at + part.len()), 0);
                value[at..at + part.len()].copy_from_slice(part);
                int(value.len() as i64)
            }
            Call::GetRange(key, from, to) => self.part(*key, *from, *to),
            Call::PExpire(key, ms) => {
                let Some((_, at)) = self.keys.get_mut(key) else { return int(0) };
                *at = Some(self.now + ms);
                self.forget_expired();
                int(1)
            }
            Call::Persist(key) => {
                let had = self.keys.get_mut(key).and_then(|(_, at)| at.take());
                int(i64::from(had.is_some()))
            }
            Call::PTtl(key) => int(match self.keys.get(key) {
                None => -2,
                Some((_, None)) => -1,
                Some((_, Some(at))) => at - self.now,
            }),
            _ => self.run_on_keys(call),
        }
    }

    fn part(&self, key: Key, from: i8, to: i8) -> String {
        let value = self.keys.get(&key).map(|(value, _)| value.clone()).unwrap_or_default();
        let len = value.len() as i64;
        let place = |at: i8| if at < 0 { i64::from(at) + len } else { i64::from(at) };
        let range = place(from).max(0)..=place(to).max(0);
        let crossed = from < 0 && to < 0 && from > to;
        let inside = (0..len).filter(|at| range.contains(at) && !crossed);
        show(&inside.map(|at| value[at as usize]).collect::<Vec<_>>())
    }

    fn run_on_keys(&mut self, call: &Call) -> String {
        let int = |number: usize| format!("(integer) {number}");
        let has = |twin: &Self, key: &Key| usize::from(twin.keys.contains_key(key));
        match call {
            Call::Del(a, b) => {
                int([a, b].into_iter().filter(|key| self.keys.remove(key).is_some()).count())
            }
            Call::Exists(a, b) => int(has(self, a) + has(self, b)),
            Call::Rename(from, to) => {
                let Some(value) = self.keys.remove(from) else { return WRONG.to_owned() };
                self.keys.insert(*to, value);
                "OK".to_owned()
            }
            Call::RenameNx(from, to) => {
                if has(self, from) == 0 {
                    return WRONG.to_owned();
                }
                if has(self, to) == 0 {
                    let value = self.keys.remove(from).expect("it was looked up");
                    self.keys.insert(*to, value);
                    return int(1);
                }
                int(0)
            }
            Call::Copy(from, to, replace) => {
                if from == to {
                    return WRONG.to_owned();
                }
                match self.keys.get(from).cloned() {
                    Some(value) if *replace || has(self, to) == 0 => {
                        self.keys.insert(*to, value);
                        int(1)
                    }
                    _ => int(0),
                }
            }
            Call::MSetNx(a, b, value) => {
                if has(self, a) + has(self, b) > 0 {
                    return int(0);
                }
                for key in [a, b] {
                    self.keys.insert(*key, (value.clone(), None));
                }
                int(1)
            }
            Call::Keys | Call::Scan(_) => {
                joined(self.keys.keys().map(|key| format!("k{key}")).collect())
            }
            Call::Wait(ms) => {
                self.now += ms;
                self.forget_expired();
                String::new()
            }
            _ => unreachable!("done by the caller"),
        }
    }

    fn forget_expired(&mut self) {
        let now = self.now;
        self.keys.retain(|_, (_, at)| at.is_none_or(|at| at > now));
    }
}

fn show(bytes: &[u8]) -> String {
    Reply::Bulk(bytes.to_vec()).render().concat()
}

/// The call's words.
fn words(call: &Call) -> Vec<Vec<u8>> {
    let name = |key: &Key| format!("k{key}").into_bytes();
    let word = |text: &str| text.as_bytes().to_vec();
    let number = |number: i64| number.to_string().into_bytes();
    match call {
        Call::Set(key, value, ttl, exists, keep) => {
            let mut words = vec![word("SET"), name(key), value.clone()];
            match (ttl, keep) {
                (Some(ms), _) => words.extend([word("PX"), number(*ms)]),
                (None, true) => words.push(word("KEEPTTL")),
                (None, false) => {}
            }
            words.extend(exists.map(|exists| word(if exists { "XX" } else { "NX" })));
            words
        }
        Call::Get(key) => vec![word("GET"), name(key)],
        Call::GetDel(key) => vec![word("GETDEL"), name(key)],
        Call::IncrBy(key, by) => vec![word("INCRBY"), name(key), number(*by)],
        Call::Append(key, more) => vec![word("APPEND"), name(key), more.clone()],
        Call::SetRange(key, at, part) => {
            vec![word("SETRANGE"), name(key), number(i64::from(*at)), part.clone()]
        }
        Call::GetRange(key, from, to) => {
            vec![word("GETRANGE"), name(key), number(i64::from(*from)), number(i64::from(*to))]
        }
        Call::PExpire(key, ms) => vec![word("PEXPIRE"), name(key), number(*ms)],
        Call::Persist(key) => vec![word("PERSIST"), name(key)],
        Call::PTtl(key) => vec![word("PTTL"), name(key)],
        Call::Del(a, b) => vec![word("UNLINK"), name(a), name(b)],
        Call::Exists(a, b) => vec![word("EXISTS"), name(a), name(b)],
        Call::Rename(a, b) => vec![word("RENAME"), name(a), name(b)],
        Call::RenameNx(a, b) => vec![word("RENAMENX"), name(a), name(b)],
        Call::Copy(a, b, replace) => {
            let mut words = vec![word("COPY"), name(a), name(b)];
            words.extend(replace.then(|| word("REPLACE")));
            words
        }
        Call::MSetNx(a, b, value) => {
            vec![word("MSETNX"), name(a), value.clone(), name(b), value.clone()]
        }
        Call::Keys => vec![word("KEYS"), word("*")],
        Call::Scan(_) | Call::Wait(_) => Vec::new(),
    }
}

fn ask(world: &mut World, words: &[Vec<u8>]) -> Reply {
    world.send("c", words).expect("a call");
    world.next("c").expect("a reply that can be read").expect("a reply")
}

/// The names in an array, sorted.
fn names(reply: Reply) -> Vec<String> {
    let Reply::Array(items) = reply else { panic!("no array: {reply:?}") };
    let name = |item| match item {
        Reply::Bulk(name) => String::from_utf8(name).expect("names are ASCII"),
        other => panic!("no name: {other:?}"),
    };
    let mut names: Vec<String> = items.into_iter().map(name).collect();
    names.sort();
    names
}

fn joined(names: Vec<String>) -> String {
    names.join(" ")
}

fn scan(world: &mut World, count: u8) -> Vec<String> {
    let (mut cursor, mut found) = (b"0".to_vec(), Vec::new());
    loop {
        let words = [b"SCAN".to_vec(), cursor, b"COUNT".to_vec(), count.to_string().into_bytes()];
        let Reply::Array(mut parts) = ask(world, &words) else { panic!("no array") };
        found.extend(names(parts.pop().expect("two parts")));
        let Some(Reply::Bulk(next)) = parts.pop() else { panic!("no cursor") };
        if next == b"0" {
            found.sort();
            return found;
        }
        cursor = next;
    }
}

fn answer(world: &mut World, call: &Call) -> String {
    match call {
        Call::Wait(ms) => {
            world.advance(*ms as u64);
            String::new()
        }
        Call::Scan(count) => joined(scan(world, *count)),
        Call::Keys => joined(names(ask(world, &words(call)))),
        _ => match ask(world, &words(call)) {
            Reply::Error(_) => WRONG.to_owned(),
            reply => reply.render().concat(),
        },
    }
}

proptest! {
    #[test]
    fn random_calls_answer_as_a_sorted_map_does(
        calls in proptest::collection::vec(call(), 1..120),
    ) {
        let (mut world, mut twin) = (World::new(2), Twin::default());
        for (at, call) in calls.iter().enumerate() {
            let expected = twin.run(call);
            let actual = answer(&mut world, call);
            prop_assert!(actual == expected, "call {at}, {call:?}: {actual:.200} not {expected:.200}");
        }
    }
}
