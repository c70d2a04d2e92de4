//! `cargo xtask dumps`: values cross over between our server and another one as DUMP payloads.
//!
//! Each value is made by the same commands on one server, dumped, restored on the other and read
//! there; then the other way round. What the readers answer must be the same on both, whichever
//! server made the value. Against Redis 7.0 the reported encodings are compared too. Values are
//! those of [`FIXED`] and of [`drawn`], which a seed repeats.

use crate::run::Tally;
use crate::server::{Options, Server};
use crate::transcript::Reply;
use crate::wire::Client;
use std::path::{Path, PathBuf};

/// Commands that make the value of key `k`.
pub(crate) type Recipe = Vec<Vec<String>>;

/// Values whose form is an edge of an encoding: one command a line.
const FIXED: &[&str] = &[
    "SET k bar",
    "SET k ''",
    "SET k 0",
    "SET k 127",
    "SET k -128",
    "SET k 128",
    "SET k -32768",
    "SET k 32768",
    "SET k -2147483648",
    "SET k 2147483648",
    "SET k 9223372036854775807",
    "SET k 007",
    "SETRANGE k 5000 x",
    "SETBIT k 100000 1",
    "APPEND k 12",
    "RPUSH k a",
    "RPUSH k '' 0 127 128 -1 4095 -4096 4096 32767 32768 8388607 8388608 2147483648 -9223372036854775808",
    "SADD k 1",
    "SADD k 1 -5 32768",
    "SADD k 1 2147483648",
    "SADD k a",
    "SADD k a 1 2",
    "HSET k f v",
    "HSET k f 1 1 f '' ''",
    "ZADD k 1 a",
    "ZADD k 1 a 1 b 2.5 c -inf d inf e 0.1 f 1e300 g -1e-300 h 3 1",
    "XADD k 1-1 a 1;XADD k 1-2 a 2;XADD k 5-0 b x c y;XDEL k 1-2",
    "XADD k 1-1 a 1;XDEL k 1-1;XSETID k 9-9 ENTRIESADDED 5 MAXDELETEDID 7-7",
    "XADD k 1-1 a 1;XADD k 1-2 a 2;XADD k 1-3 a 3;XGROUP CREATE k g 0;XGROUP CREATE k h $ ENTRIESREAD 2;\
     XREADGROUP GROUP g alice COUNT 2 STREAMS k >;XREADGROUP GROUP g bob STREAMS k >;XACK k g 1-2;\
     XGROUP CREATECONSUMER k h idle;XDEL k 1-3",
    "ZADD k 12345678901234567890 a -9007199254740993 b 0.30000000000000004 c",
];

/// Values that only Valkey 9 and Redis 8 can make: fields that expire.
pub(crate) const FIELD_EXPIRY: &[&str] = &[
    "HSET k a 1 b 2 c 3;HPEXPIREAT k 4102444800123 FIELDS 1 b",
    "HSET k a 1;HPEXPIREAT k 4102444800000 FIELDS 1 a",
];

/// How many values are drawn.
const DRAWN: u64 = 120;

/// Runs every value both ways against `--peer BIN` (the oracle unless given).
///
/// # Errors
/// A text if a server does not start.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["bin", "peer", "seed"], &[])?;
    let bin = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let peer = args.value("peer").map(PathBuf::from).or_else(crate::env::oracle_bin);
    let peer = peer.ok_or("no redis-server found: install it, or set SCRUBJAY_ORACLE")?;
    let seed: u64 = args.number("seed", 1)?;
    let mut pair = Pair::start(&bin, &peer)?;
    let mut total = Tally::default();
    let mut recipes = recipes(seed);
    if pair.expires_fields {
        recipes.extend(FIELD_EXPIRY.iter().map(|line| recipe(line)));
    }
    for recipe in &recipes {
        let compared = pair.compare(recipe);
        if let Err(why) = &compared {
            let shown: String = format!("{recipe:?}").chars().take(200).collect();
            println!("FAIL {shown}\n    {why}");
        }
        total.add(&Tally::one(compared.is_ok()));
    }
    Ok(total)
}

/// The values that every server can make.
pub(crate) fn recipes(seed: u64) -> Vec<Recipe> {
    let fixed = FIXED.iter().map(|line| recipe(line));
    fixed.chain((0..DRAWN).map(|index| drawn(seed, index))).collect()
}

pub(crate) fn recipe(line: &str) -> Recipe {
    let word = |word: &str| if word == "''" { String::new() } else { word.to_owned() };
    line.split(';').map(|command| command.split(' ').map(word).collect()).collect()
}

/// A collection of random size and element lengths.
fn drawn(seed: u64, index: u64) -> Recipe {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let command = ["RPUSH", "SADD", "HSET", "ZADD", "SADD", "XADD"][(index % 6) as usize];
    let count = [3, 20, 130, 600][draw(4) as usize];
    let longest = [1, 10, 70, 5000][draw(4) as usize];
    let integers = index % 6 == 4;
    let mut elements = vec![command.to_owned(), "k".to_owned()];
    let mut entries = Vec::new();
    for place in 0..=draw(count) {
        let number = (draw(1 << 31) as i64 - (1 << 30)) * [1, 1 << 30][draw(2) as usize];
        let text = match draw(4) {
            _ if integers => number.to_string(),
            0 => number.to_string(),
            1 => "ab".repeat(draw(longest) as usize) + &place.to_string(),
            _ => format!("{number:x}").repeat(1 + draw(longest) as usize / 16),
        };
        match command {
            "HSET" => elements.extend([format!("{place}:{text}"), text]),
            "XADD" => {
                let name = ["same", "same", "same", "other"][draw(4) as usize];
                let id = format!("{}-{place}", 1000 + place / 7);
                entries.push(["XADD", "k", &id, name, &text].map(str::to_owned).to_vec());
            }
            "ZADD" => elements.extend([(number as f64 / 8.0).to_string(), text]),
            _ => elements.push(text),
        }
    }
    if entries.is_empty() { vec![elements] } else { entries }
}

/// Our server and another one.
struct Pair {
    ours: Client,
    peer: Client,
    compares_encodings: bool,
    /// Whether fields of hashes can expire on both.
    expires_fields: bool,
    /// Whether the other takes them as we write them, which is Valkey's way.
    takes_field_expiry: bool,
    _servers: [Server; 2],
}

impl Pair {
    fn start(ours: &Path, peer: &Path) -> Result<Self, String> {
        let start = |bin, name| Server::start(bin, name, &Options::default());
        let servers = [start(ours, "dumps-ours")?, start(peer, "dumps-peer")?];
        let mut ours = Client::connect(servers[0].port)?;
        let mut peer = Client::connect(servers[1].port)?;
        let info = peer.call(&["INFO", "server"])?;
        let info = info.render().join(" ");
        let compares_encodings = info.contains("redis_version:7.0");
        let takes_field_expiry = info.contains("valkey_version");
        let expires = |client: &mut Client| {
            let reply = client.call(&["HPTTL", "k", "FIELDS", "1", "f"]);
            reply.map(|reply| matches!(reply, Reply::Array(_)))
        };
        let expires_fields = expires(&mut ours)? && expires(&mut peer)?;
        Ok(Self {
            ours,
            peer,
            compares_encodings,
            expires_fields,
            takes_field_expiry,
            _servers: servers,
        })
    }

    fn compare(&mut self, recipe: &Recipe) -> Result<(), String> {
        let (encodings, expiry) = (self.compares_encodings, self.expires_fields);
        let expires = recipe.iter().any(|command| command[0].starts_with("HPEXPIRE"));
        for turned in [false, true] {
            if turned && expires && !self.takes_field_expiry {
                continue;
            }
            let (from, to) = if turned {
                (&mut self.ours, &mut self.peer)
            } else {
                (&mut self.peer, &mut self.ours)
            };
            for client in [&mut *from, &mut *to] {
                client.call(&["FLUSHALL"])?;
            }
            for command in recipe {
                if let Reply::Error(text) = from.call(command)? {
                    return Err(format!("{}", String::from_utf8_lossy(&text)));
                }
            }
            let Reply::Bulk(payload) = from.call(&["DUMP", "k"])? else {
                return Err("DUMP gave no payload".to_owned());
            };
            let restored = to.call(&[&b"RESTORE"[..], b"k", b"0", &payload])?;
            let way = if turned { "from us" } else { "to us" };
            if restored != Reply::Status(b"OK".to_vec()) {
                return Err(format!("{way}: RESTORE: {}", restored.render().join(" ")));
            }
            let (made, got) =
                (seen(from, "k", encodings, expiry)?, seen(to, "k", encodings, expiry)?);
            if made != got {
                return Err(format!("{way}:\n    made {made}\n    got  {got}"));
            }
        }
        Ok(())
    }
}

/// Everything that readers tell about a key, in an order of its own.
pub(crate) fn seen(
    client: &mut Client,
    k: &str,
    encodings: bool,
    expiry: bool,
) -> Result<String, String> {
    let kind = client.call(&["TYPE", k])?;
    let Reply::Status(name) = &kind else { return Err("TYPE".to_owned()) };
    let readers: &[&[&str]] = match &name[..] {
        b"string" => &[&["GET", k]],
        b"list" => &[&["LRANGE", k, "0", "-1"]],
        b"set" => &[&["SMEMBERS", k]],
        b"hash" => &[&["HGETALL", k]],
        b"zset" => &[&["ZRANGE", k, "0", "-1", "WITHSCORES"]],
        b"stream" if encodings => &[&["XINFO", "STREAM", k, "FULL", "COUNT", "0"]],
        b"stream" => &[&["XRANGE", k, "-", "+"], &["XINFO", "GROUPS", k]],
        _ => return Err(format!("TYPE {}", String::from_utf8_lossy(name))),
    };
    let mut parts = kind.render();
    for reader in readers {
        let mut lines = client.call(reader)?.downgraded().flat();
        match &name[..] {
            b"set" => lines.sort(),
            b"hash" => {
                let mut pairs: Vec<String> = lines.chunks(2).map(|pair| pair.join("=")).collect();
                pairs.sort();
                lines = pairs;
            }
            b"zset" => lines.iter_mut().skip(1).step_by(2).for_each(normalize),
            _ => {}
        }
        parts.extend(lines);
    }
    if name == b"hash" && expiry {
        for field in ["a", "b"] {
            let reply = client.call(&["HPEXPIRETIME", k, "FIELDS", "1", field])?;
            parts.extend(reply.render());
        }
    }
    if encodings {
        parts.extend(client.call(&["OBJECT", "ENCODING", k])?.render());
    }
    Ok(parts.join(" "))
}

/// A score as the shortest text, whatever the server prints.
fn normalize(score: &mut String) {
    if let Ok(value) = score.trim_matches('"').parse::<f64>() {
        *score = value.to_string();
    }
}
