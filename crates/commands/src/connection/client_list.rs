//! Which connections CLIENT LIST and CLIENT KILL mean, and the line that shows one.

use crate::session::Card;
use crate::shared::Shared;
use crate::table::CommandId;
use crate::text::int::parse_i64;
use crate::tracking::Mode;
use crate::{Args, CommandError, Cx};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Output up to this size counts as `obl`, more as `omem`.
const SMALL_OUTPUT: u64 = 16 * 1024;

/// What a connection has to be like.
#[derive(Debug, Default)]
pub(super) struct Filter {
    tests: Vec<(Test, Wanted)>,
    /// These numbers in this order, and nothing else is tested.
    listed: Option<Vec<u64>>,
    skip_self: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    Is,
    IsNot,
}

#[derive(Debug)]
enum Test {
    Id(Vec<u64>),
    /// Publish/subscribe (true), normal (false); `None` is a link to a server: there are none.
    Subscriber(Option<bool>),
    User(Box<[u8]>),
    Addr(Box<[u8]>),
    Laddr(Box<[u8]>),
    Ip(Box<[u8]>),
    Name(Box<[u8]>),
    LibName(Box<[u8]>),
    LibVer(Box<[u8]>),
    Flags(Box<[u8]>),
    Capa,
    AgeSeconds(i64),
    IdleSeconds(i64),
    Db(u32),
}

impl Filter {
    /// The old form of CLIENT KILL.
    pub(super) fn of_address(addr: &[u8]) -> Self {
        Self { tests: vec![(Test::Addr(addr.into()), Wanted::Is)], ..Self::default() }
    }

    /// Filters of CLIENT KILL: pairs, this connection spared unless `SKIPME NO`.
    pub(super) fn parse_kill(args: Args<'_>) -> Result<Self, CommandError> {
        let mut filter = Self { skip_self: true, ..Self::default() };
        filter.parse(args, "client-id should be greater than 0")?;
        Ok(filter)
    }

    /// Filters of CLIENT LIST.
    pub(super) fn parse_list(args: Args<'_>) -> Result<Self, CommandError> {
        let mut filter = Self::default();
        if args.is(0, "id") && args.len() > 1 {
            let numbers = args.from(1).iter().map(parse_i64).collect::<Option<Vec<_>>>();
            if let Some(numbers) = numbers {
                filter.listed = Some(numbers.into_iter().map(|id| id as u64).collect());
                return Ok(filter);
            }
        }
        filter.parse(args, "Invalid client ID")?;
        Ok(filter)
    }

    fn parse(&mut self, args: Args<'_>, bad_id: &str) -> Result<(), CommandError> {
        let mut at = 0;
        while at < args.len() {
            let Some(value) = args.get(at + 1) else { return Err(CommandError::Syntax) };
            let word = args.at(at).to_ascii_lowercase();
            if word == b"skipme" {
                self.skip_self = yes_or_no(value)?;
                at += 2;
                continue;
            }
            let (name, wanted) = match word.strip_prefix(b"not-") {
                Some(name) => (name, Wanted::IsNot),
                None => (&word[..], Wanted::Is),
            };
            if name == b"id" {
                let ids = leading_ids(args.from(at + 1), bad_id)?;
                at += 1 + ids.len();
                self.tests.push((Test::Id(ids), wanted));
            } else {
                self.tests.push((Test::parse(name, value)?, wanted));
                at += 2;
            }
        }
        Ok(())
    }

    /// The connections that are meant. Doomed ones are as good as gone.
    pub(super) fn select(&self, cx: &Cx<'_>) -> Vec<Arc<Card>> {
        if let Some(ids) = &self.listed {
            return ids.iter().filter_map(|id| cx.server.clients.get(*id)).collect();
        }
        let mut cards = cx.server.clients.all();
        cards.retain(|card| {
            let spared = self.skip_self && card.id == cx.session.id();
            !spared && !card.doomed.load(Relaxed) && self.accepts(card, cx.now())
        });
        cards
    }

    fn accepts(&self, card: &Card, now: i64) -> bool {
        self.tests.iter().all(|(test, wanted)| test.holds(card, now) == (*wanted == Wanted::Is))
    }
}

fn yes_or_no(word: &[u8]) -> Result<bool, CommandError> {
    match word {
        yes if yes.eq_ignore_ascii_case(b"yes") => Ok(true),
        no if no.eq_ignore_ascii_case(b"no") => Ok(false),
        _ => Err(CommandError::Syntax),
    }
}

/// The numbers at the beginning of `args`: at least one.
fn leading_ids(args: Args<'_>, complaint: &str) -> Result<Vec<u64>, CommandError> {
    let positive = |arg| parse_i64(arg).filter(|id| *id > 0).map(|id| id as u64);
    let ids: Vec<u64> = args.iter().map_while(positive).collect();
    if ids.is_empty() {
        return Err(CommandError::owned(format!("ERR {complaint}")));
    }
    Ok(ids)
}

impl Test {
    fn parse(name: &[u8], value: &[u8]) -> Result<Self, CommandError> {
        let number = || parse_i64(value).ok_or(CommandError::NotInteger);
        Ok(match name {
            b"type" => Self::Subscriber(client_type(value)?),
            b"user" if value == b"default" => Self::User(value.into()),
            b"user" => {
                let shown = crate::text::shown::shown(value);
                return Err(CommandError::owned(format!("ERR No such user '{shown}'")));
            }
            b"addr" => Self::Addr(value.into()),
            b"laddr" => Self::Laddr(value.into()),
            b"ip" => Self::Ip(value.into()),
            b"name" => Self::Name(value.into()),
            b"lib-name" => Self::LibName(value.into()),
            b"lib-ver" => Self::LibVer(value.into()),
            b"flags" => Self::Flags(value.into()),
            b"capa" => Self::Capa,
            b"maxage" => Self::AgeSeconds(number()?),
            b"idle" => Self::IdleSeconds(number()?),
            b"db" => Self::Db(
                u32::try_from(number()?)
                    .map_err(|_| CommandError::text("ERR DB index is out of range"))?,
            ),
            _ => return Err(CommandError::Syntax),
        })
    }

    fn holds(&self, card: &Card, now: i64) -> bool {
        let seconds = |since: i64| (now - since).max(0) / 1000;
        match self {
            Self::Id(ids) => ids.contains(&card.id),
            Self::Subscriber(wanted) => *wanted == Some(card.has(Card::SUBSCRIBED)),
            Self::User(user) => card.texts().user == *user,
            Self::Addr(addr) => card.addr.as_bytes() == &**addr,
            Self::Laddr(addr) => card.laddr.as_bytes() == &**addr,
            Self::Ip(ip) => ip_of(&card.addr).as_bytes() == &**ip,
            Self::Name(name) => card.texts().name == *name,
            Self::LibName(name) => card.texts().lib_name == *name,
            Self::LibVer(version) => card.texts().lib_ver == *version,
            Self::Flags(flags) => {
                let shown = flags_of(card);
                flags.iter().all(|flag| shown.as_bytes().contains(flag))
            }
            // Capabilities are not kept, as none makes a difference.
            Self::Capa => false,
            Self::AgeSeconds(age) => seconds(card.since_ms) >= *age,
            Self::IdleSeconds(idle) => seconds(card.last_ms.load(Relaxed)) >= *idle,
            Self::Db(db) => card.db.load(Relaxed) == *db,
        }
    }
}

fn client_type(word: &[u8]) -> Result<Option<bool>, CommandError> {
    match &word.to_ascii_lowercase()[..] {
        b"normal" => Ok(Some(false)),
        b"pubsub" => Ok(Some(true)),
        b"master" | b"primary" | b"replica" | b"slave" => Ok(None),
        _ => {
            let shown = crate::text::shown::shown(word);
            Err(CommandError::owned(format!("ERR Unknown client type '{shown}'")))
        }
    }
}

fn ip_of(addr: &str) -> &str {
    let host = addr.rsplit_once(':').map_or(addr, |(host, _)| host);
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn flags_of(card: &Card) -> String {
    let mut flags = String::new();
    for (bit, letter) in [
        (Card::MONITORS, 'O'),
        (Card::SUBSCRIBED, 'P'),
        (Card::MULTI, 'x'),
        (Card::BLOCKED, 'b'),
        (Card::POSTPONED, 'b'),
        (Card::BROKEN, 'd'),
        (Card::UNIX, 'U'),
    ] {
        if card.has(bit) {
            flags.push(letter);
        }
        if bit == Card::POSTPONED {
            // Where Redis has them.
            let modes = [(Mode::ON, 't'), (Mode::BROKEN, 'R'), (Mode::BCAST, 'B')];
            let set = modes.iter().filter(|(bit, _)| card.tracking().has(*bit));
            flags.extend(set.map(|(_, letter)| letter));
        }
    }
    if card.no_evict.load(Relaxed) {
        flags.push('e');
    }
    if card.has(Card::NO_TOUCH) {
        flags.push('T');
    }
    if flags.is_empty() {
        flags.push('N');
    }
    flags
}

/// Appends the line of one connection; of the one that asks with its `request`, of which its card
/// knows nothing. The fields up to `resp` stand in the order of Redis 7.0, which tools match by;
/// newer ones follow.
pub(super) fn push_line(
    out: &mut Vec<u8>,
    card: &Card,
    shared: &Shared,
    now: i64,
    request: Option<Args<'_>>,
) {
    let (query, arguments) = match request {
        Some(args) => (args.request_bytes() as u64, args.total_bytes() as u64),
        None => (card.query_bytes.load(Relaxed), card.argv_bytes.load(Relaxed)),
    };
    let seconds = |since: i64| (now - since).max(0) / 1000;
    let command = match card.command.load(Relaxed) {
        u16::MAX => "NULL",
        id => &shared.table.entry(CommandId(id)).full_name,
    };
    let output = card.output_bytes.load(Relaxed);
    let (obl, oll, omem) = if output <= SMALL_OUTPUT { (output, 0, 0) } else { (0, 1, output) };
    let texts = card.texts().clone();
    let mut put = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a vector cannot fail.
        let _ = write!(out, "{name}={value} ");
    };
    put("id", &card.id);
    put("addr", &card.addr);
    put("laddr", &card.laddr);
    put("fd", &card.fd);
    put("name", &String::from_utf8_lossy(&texts.name));
    put("age", &seconds(card.since_ms));
    put("idle", &seconds(card.last_ms.load(Relaxed)));
    put("flags", &flags_of(card));
    put("db", &card.db.load(Relaxed));
    put("sub", &card.channels.load(Relaxed));
    put("psub", &card.patterns.load(Relaxed));
    put("ssub", &card.shards.load(Relaxed));
    put("multi", &card.multi.load(Relaxed));
    put("qbuf", &query);
    put("qbuf-free", &card.query_free.load(Relaxed));
    put("argv-mem", &arguments);
    put("multi-mem", &card.multi_memory.load(Relaxed));
    put("rbs", &output);
    put("rbp", &output);
    put("obl", &obl);
    put("oll", &oll);
    put("omem", &omem);
    put("tot-mem", &card.memory.load(Relaxed));
    put("events", &if output > 0 { "rw" } else { "r" });
    put("cmd", &command);
    put("user", &String::from_utf8_lossy(&texts.user));
    put("redir", &card.redirect_shown());
    put("resp", &card.resp.load(Relaxed));
    put("lib-name", &String::from_utf8_lossy(&texts.lib_name));
    put("lib-ver", &String::from_utf8_lossy(&texts.lib_ver));
    put("watch", &card.watched.load(Relaxed));
    put("tot-net-in", &card.net_in.load(Relaxed));
    put("tot-net-out", &card.net_out.load(Relaxed));
    put("tot-cmds", &card.commands.load(Relaxed));
    out.pop();
    out.push(b'\n');
}
