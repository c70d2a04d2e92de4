//! Plays a sequence on two servers and finds the first answer that differs.

use super::compare::{self, Mode};
use super::script::{Script, Step};
use crate::transcript::Reply;
use crate::wire::{Client, encode_into};
use std::time::Duration;

/// Connections of a sequence, and one more for what is looked at after it.
const CONNECTIONS: usize = 3;
const LOOKER: usize = 2;

/// The first answer that differs.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    /// All calls up to it, it included.
    pub(super) steps: Vec<Step>,
    pub(super) expected: Reply,
    pub(super) actual: Reply,
}

/// Both servers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) reference: u16,
    pub(super) ours: u16,
    /// Whether the reference reports the encodings of a later level than ours.
    pub(super) newer: bool,
}

/// Plays `script` from an empty keyspace; at its end the whole keyspace is compared. `calls` counts
/// the answers that were compared.
///
/// # Errors
/// A text if the reference server cannot be reached.
pub(super) fn play(
    ports: Ports,
    script: &Script,
    calls: &mut u64,
) -> Result<Option<Difference>, String> {
    let mut game = Game {
        reference: Side::new(ports.reference, script.proto),
        ours: Side::new(ports.ours, script.proto),
        queued: Default::default(),
        played: Vec::new(),
        sorts: script.steps.iter().any(|step| step.name().starts_with("SORT")),
        newer: ports.newer,
        has_parted: false,
        calls,
    };
    game.reference.reset()?;
    if game.ours.reset().is_err() {
        return Ok(Some(Difference {
            steps: Vec::new(),
            expected: Reply::Status(b"OK".to_vec()),
            actual: Reply::Closed,
        }));
    }
    let mut steps = &script.steps[..];
    while let Some(first) = steps.first() {
        let same = steps.iter().take(script.pipeline).take_while(|s| s.conn == first.conn).count();
        if let Some(difference) = game.batch(&steps[..same])?.1 {
            return Ok(Some(difference));
        }
        if game.has_parted {
            return Ok(None);
        }
        steps = &steps[same..];
    }
    game.look()
}

struct Game<'a> {
    reference: Side,
    ours: Side,
    /// How the answers of queued calls are compared, by connection.
    queued: [Vec<Mode>; CONNECTIONS],
    played: Vec<Step>,
    /// Whether the sequence sorts.
    sorts: bool,
    newer: bool,
    /// What both hold may differ from there on: the reference was wrong, or left to itself.
    has_parted: bool,
    calls: &'a mut u64,
}

impl Game<'_> {
    /// Sends calls of one connection to both; the reference's replies and the first difference.
    fn batch(&mut self, steps: &[Step]) -> Result<(Vec<Reply>, Option<Difference>), String> {
        let theirs = self.reference.batch(steps)?;
        let ours = self.ours.batch(steps).unwrap_or_else(|_| vec![Reply::Closed; steps.len()]);
        for ((step, expected), actual) in steps.iter().zip(&theirs).zip(ours) {
            self.played.push(step.clone());
            *self.calls += 1;
            self.has_parted |= compare::is_stale(expected) && *expected != actual;
            self.has_parted |= compare::stores_any(step);
            if !self.agree(step, expected, &actual) {
                let steps = std::mem::take(&mut self.played);
                let difference = Difference { steps, expected: expected.clone(), actual };
                return Ok((Vec::new(), Some(difference)));
            }
            if self.has_parted {
                break;
            }
        }
        Ok((theirs, None))
    }

    fn agree(&mut self, step: &Step, expected: &Reply, actual: &Reply) -> bool {
        let queued = &mut self.queued[step.conn];
        match step.name().as_str() {
            "EXEC" => {
                let modes = std::mem::take(queued);
                compare::transactions(&modes, expected, actual)
            }
            "MULTI" | "DISCARD" | "RESET" => {
                if !matches!(expected, Reply::Error(_)) {
                    queued.clear();
                }
                expected == actual
            }
            _ if *expected == Reply::Status(b"QUEUED".to_vec()) => {
                let is_encoding = self.sorts && step.name() == "OBJECT ENCODING";
                queued.push(if is_encoding { Mode::Shape } else { compare::mode(step) });
                expected == actual
            }
            "OBJECT ENCODING" if self.newer => true,
            // To sort a sorted set turns it into its large form there.
            "OBJECT ENCODING" if self.sorts && *expected == Reply::Bulk(b"skiplist".to_vec()) => {
                true
            }
            _ => compare::agree(&compare::mode(step), expected, actual),
        }
    }

    /// Compares all that the databases hold.
    fn look(&mut self) -> Result<Option<Difference>, String> {
        for db in ["0", "1"] {
            let steps = [Step::new(LOOKER, &["SELECT", db]), Step::new(LOOKER, &["KEYS", "*"])];
            let (replies, difference) = self.batch(&steps)?;
            if difference.is_some() {
                return Ok(difference);
            }
            let Some(Reply::Array(keys) | Reply::Set(keys)) = replies.last() else { continue };
            let keys: Vec<&Vec<u8>> = keys
                .iter()
                .filter_map(|key| if let Reply::Bulk(key) = key { Some(key) } else { None })
                .collect();
            let types: Vec<Step> =
                keys.iter().map(|key| Step::new(LOOKER, &[b"TYPE", &key[..]])).collect();
            let (types, difference) = self.batch(&types)?;
            if difference.is_some() {
                return Ok(difference);
            }
            let looks: Vec<Step> =
                keys.iter().zip(&types).flat_map(|(key, kind)| looks_at(key, kind)).collect();
            let difference = self.batch(&looks)?.1;
            if difference.is_some() {
                return Ok(difference);
            }
        }
        Ok(None)
    }
}

/// The calls that show all of a key.
fn looks_at(key: &[u8], kind: &Reply) -> Vec<Step> {
    let Reply::Status(kind) = kind else { return Vec::new() };
    let content: &[&[u8]] = match &kind[..] {
        b"string" => &[b"GET", key],
        b"hash" => &[b"HGETALL", key],
        b"list" => &[b"LRANGE", key, b"0", b"-1"],
        b"set" => &[b"SMEMBERS", key],
        b"zset" => &[b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"],
        b"stream" => &[b"XINFO", b"STREAM", key, b"FULL", b"COUNT", b"0"],
        _ => &[b"EXISTS", key],
    };
    vec![
        Step::new(LOOKER, &[&b"OBJECT"[..], b"ENCODING", key]),
        Step::new(LOOKER, &[&b"PTTL"[..], key]),
        Step::new(LOOKER, content),
    ]
}

/// The connections to one server.
struct Side {
    port: u16,
    proto: u8,
    clients: [Option<Client>; CONNECTIONS],
}

impl Side {
    fn new(port: u16, proto: u8) -> Self {
        Self { port, proto, clients: Default::default() }
    }

    fn reset(&mut self) -> Result<(), String> {
        match self.client(0)?.call(&["FLUSHALL"])? {
            Reply::Status(_) => Ok(()),
            other => Err(format!("FLUSHALL: {}", other.render().join(" "))),
        }
    }

    fn client(&mut self, conn: usize) -> Result<&mut Client, String> {
        if self.clients[conn].is_none() {
            let mut client = Client::connect(self.port)?;
            if self.proto == 3 {
                client.call(&["HELLO", "3"])?;
            }
            self.clients[conn] = Some(client);
        }
        Ok(self.clients[conn].as_mut().expect("just made"))
    }

    /// One reply a call; a call that is not answered gets an error of ours.
    fn batch(&mut self, steps: &[Step]) -> Result<Vec<Reply>, String> {
        let Some(first) = steps.first() else { return Ok(Vec::new()) };
        let client = self.client(first.conn)?;
        let mut bytes = Vec::new();
        for step in steps {
            encode_into(&mut bytes, &step.args);
        }
        // A server that closes while we write shows when we read.
        let _ = client.send_raw(&bytes);
        let mut replies = Vec::new();
        while replies.len() < steps.len() {
            let reply = client
                .next(Duration::from_mins(5))
                .unwrap_or_else(|e| Some(Reply::Error(format!("(not a reply: {e})").into_bytes())));
            let reply = reply.unwrap_or_else(|| Reply::Error(b"(no reply in 5 min)".to_vec()));
            let is_over =
                reply == Reply::Closed || matches!(&reply, Reply::Error(e) if e[0] == b'(');
            replies.push(reply);
            if is_over {
                replies.resize(steps.len(), Reply::Closed);
            }
        }
        Ok(replies)
    }
}
