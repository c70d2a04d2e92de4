//! `cargo xtask files`: data sets cross over between our server and another one as RDB files, as
//! append-only logs, by `scrubjay import`, and by MIGRATE through TLS.
//!
//! One server makes the values of `dumps` under names of their own, in several databases, some with
//! an expiry, loads a function library, and saves. The other starts on that file. What its readers
//! answer must be the same for every key and for the library; then the other way round. Our files
//! are written by SAVE and by BGSAVE; logs are rewritten when half of the values are there, so that
//! base and increment both hold some.

use crate::authority::Certificates;
use crate::dumps::{self, Recipe, seen};
use crate::logs;
use crate::run::Tally;
use crate::server::{Options, Server, free_port};
use crate::transcript::Reply;
use crate::wire::Client;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Databases that the values are spread over.
const DATABASES: usize = 3;
/// Every so many-th key expires.
const EXPIRING: usize = 5;
const EXPIRY_MS: &str = "4102444800123";
/// A function library.
const LIBRARY: &str = "#!lua name=files\nredis.register_function{function_name='files_sum', \
    callback=function(keys, args) return args[1] + args[2] end, description='adds', \
    flags={'no-writes'}}";

/// What a server can be asked.
#[derive(Clone, Copy)]
struct Asked {
    encodings: bool,
    expiry: bool,
}

/// Loads files both ways against `--peer BIN` (the oracle unless given).
///
/// # Errors
/// A text if a server does not start or answer.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["bin", "peer", "seed"], &[])?;
    let ours = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let peer = args.value("peer").map(PathBuf::from).or_else(crate::env::oracle_bin);
    let peer = peer.ok_or("no redis-server found: install it, or set SCRUBJAY_ORACLE")?;
    let seed: u64 = args.number("seed", 1)?;
    let about = about(&peer)?;
    let mut recipes = dumps::recipes(seed);
    if about.expiry {
        recipes.extend(dumps::FIELD_EXPIRY.iter().map(|line| dumps::recipe(line)));
    }
    let version = match (about.encodings, about.is_valkey) {
        (true, _) => "10",
        (false, true) => "11",
        (false, false) => "12",
    };
    let asked = Asked { encodings: about.encodings, expiry: about.expiry };
    let written_for = vec!["--rdb-version".to_owned(), version.to_owned()];
    let mut total = Tally::default();
    for save in ["SAVE", "BGSAVE"] {
        let us = (ours.as_path(), written_for.clone());
        total.add(&cross(us.clone(), (&peer, Vec::new()), &recipes, save, asked)?);
        total.add(&cross((&peer, Vec::new()), us, &recipes, save, asked)?);
    }
    for log in LOGS {
        let us = (ours.as_path(), written_for.clone());
        total.add(&cross(us.clone(), (&peer, Vec::new()), &recipes, log, asked)?);
        total.add(&cross((&peer, Vec::new()), us, &recipes, log, asked)?);
    }
    let us = (ours.as_path(), written_for);
    total.add(&import((&peer, Vec::new()), us.clone(), &recipes, asked, &ours)?);
    if about.tls {
        total.add(&migrate(us.clone(), (&peer, Vec::new()), &recipes, asked)?);
        total.add(&migrate((&peer, Vec::new()), us, &recipes, asked)?);
    }
    if about.encodings {
        // What every server of the line can do was tried with this one.
        total.add(&logs::upgrade(&ours, &peer)?);
        total.add(&logs::streams(&ours, &peer)?);
        total.add(&logs::killed(&ours, &peer)?);
    }
    Ok(total)
}

/// How logs are written: directives with their values.
const LOGS: &[&str] = &[
    "--appendonly yes",
    "--appendonly yes --aof-use-rdb-preamble no",
    "--appendonly yes --aof-use-rdb-preamble no --aof-timestamp-enabled yes",
];

struct About {
    encodings: bool,
    expiry: bool,
    is_valkey: bool,
    tls: bool,
}

fn about(peer: &Path) -> Result<About, String> {
    let server = Server::start(peer, "files-about", &Options::default())?;
    let mut client = Client::connect(server.port)?;
    let info = client.call(&["INFO", "server"])?.render().join(" ");
    let reply = client.call(&["HPTTL", "k", "FIELDS", "1", "f"])?;
    let tls = client.call(&["CONFIG", "GET", "tls-cluster"])?.render().len() > 1;
    Ok(About {
        encodings: info.contains("redis_version:7.0"),
        expiry: matches!(reply, Reply::Array(_)),
        is_valkey: info.contains("valkey_version"),
        tls,
    })
}

type Side<'a> = (&'a Path, Vec<String>);

/// Makes the values on one server and reads them on the other.
fn cross(
    from: Side<'_>,
    to: Side<'_>,
    recipes: &[Recipe],
    save: &str,
    asked: Asked,
) -> Result<Tally, String> {
    let way = format!("{} of {} to {}", save, name(from.0), name(to.0));
    let folder = crate::env::scratch("files-dump").map_err(|error| error.to_string())?;
    let mut dir = vec!["--dir".to_owned(), folder.display().to_string()];
    let is_log = save.starts_with("--");
    if is_log {
        dir.extend(save.split(' ').map(str::to_owned));
    }
    let made = {
        let options = Options { args: [&from.1[..], &dir].concat(), ..Options::default() };
        let server = Server::start(from.0, "files-from", &options)?;
        let mut client = Client::connect(server.port)?;
        let mut made = Vec::new();
        for (index, recipe) in recipes.iter().enumerate() {
            if save.contains("preamble no") && holds_deleted(recipe) {
                made.push(String::new());
                continue;
            }
            if is_log && index == recipes.len() / 2 {
                save_now(&mut client, "BGREWRITEAOF")?;
            }
            make(&mut client, index, recipe)?;
            made.push(seen_at(&mut client, index, asked)?);
        }
        client.call(&["FUNCTION", "LOAD", LIBRARY])?;
        made.push(library(&mut client)?);
        if !is_log {
            save_now(&mut client, save)?;
        }
        made
    };
    let options = Options { args: [&to.1[..], &dir].concat(), ..Options::default() };
    let server = Server::start(to.0, "files-to", &options)?;
    let mut client = Client::connect(server.port)?;
    wait_while(&mut client, "loading:1")?;
    let total = compare(&way, &mut client, recipes, &made, asked)?;
    let _ = fs::remove_dir_all(&folder);
    Ok(total)
}

/// Compares what a server has with what was made.
fn compare(
    way: &str,
    client: &mut Client,
    recipes: &[Recipe],
    made: &[String],
    asked: Asked,
) -> Result<Tally, String> {
    let mut total = Tally::default();
    for (index, made) in made.iter().enumerate().filter(|(_, made)| !made.is_empty()) {
        let (what, got) = match recipes.get(index) {
            Some(recipe) => (recipe.concat().join(" "), seen_at(client, index, asked)?),
            None => ("FUNCTION LOAD".to_owned(), library(client)?),
        };
        if got != *made {
            println!("FAIL {way}: {what:.200}\n    made {made:.500}\n    got  {got:.500}");
        }
        total.add(&Tally::one(got == *made));
    }
    println!("{way}: {total}");
    Ok(total)
}

/// Makes the values on one server and has them copied to the other while both run; then once more,
/// which finds everything there.
fn import(
    from: Side<'_>,
    to: Side<'_>,
    recipes: &[Recipe],
    asked: Asked,
    tool: &Path,
) -> Result<Tally, String> {
    let way = format!("import from {} to {}", name(from.0), name(to.0));
    let source =
        Server::start(from.0, "import-from", &Options { args: from.1, ..Options::default() })?;
    let target = Server::start(to.0, "import-to", &Options { args: to.1, ..Options::default() })?;
    let mut client = Client::connect(source.port)?;
    let mut made = Vec::new();
    for (index, recipe) in recipes.iter().enumerate() {
        make(&mut client, index, recipe)?;
        made.push(seen_at(&mut client, index, asked)?);
    }
    let mut total = Tally::default();
    let url = format!("redis://127.0.0.1:{}", source.port);
    let state = target.log.with_extension("state");
    let to = format!("127.0.0.1:{}", target.port);
    let count = recipes.len();
    for (options, wanted) in [
        (&["--to", &to][..], format!("{count} keys copied")),
        (&["--to", &to][..], format!("{count} keys were there already")),
        (&["--replace", "--to", &to][..], format!("{count} keys copied")),
    ] {
        let mut command = std::process::Command::new(tool);
        command.arg("import").arg(&url).args(options).arg("--resume").arg(&state);
        let output = command.output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let fine = output.status.success() && said.contains(&wanted) && !state.exists();
        if !fine {
            let wrong = String::from_utf8_lossy(&output.stderr);
            println!("FAIL {way}: wanted {wanted:?}: {said}{wrong:.1000}");
        }
        total.add(&Tally::one(fine));
    }
    total.add(&compare(&way, &mut Client::connect(target.port)?, recipes, &made, asked)?);
    Ok(total)
}

/// Makes the values on one server and moves them to the other, where either asks for a certificate.
fn migrate(
    from: Side<'_>,
    to: Side<'_>,
    recipes: &[Recipe],
    asked: Asked,
) -> Result<Tally, String> {
    let way = format!("MIGRATE from {} to {}", name(from.0), name(to.0));
    let folder = crate::env::scratch("files-tls").map_err(|error| error.to_string())?;
    let certificates = Certificates::make(&folder)?;
    let start = |side: Side<'_>, name, tls_port| {
        let more = ["--tls-cluster", "yes", "--tls-auth-clients", "yes"].map(str::to_owned);
        let args = [side.1, certificates.directives(tls_port), more.to_vec()].concat();
        Server::start(side.0, name, &Options { args, ..Options::default() })
    };
    let port = free_port()?;
    let source = start(from, "migrate-from", free_port()?)?;
    let target = start(to, "migrate-to", port)?;
    let mut client = Client::connect(source.port)?;
    let mut made = Vec::new();
    for (index, recipe) in recipes.iter().enumerate() {
        make(&mut client, index, recipe)?;
        made.push(seen_at(&mut client, index, asked)?);
    }
    let mut total = Tally::default();
    for db in 0..DATABASES {
        let of_db = (db..recipes.len()).step_by(DATABASES);
        let keys: Vec<String> = of_db.map(|index| format!("key:{index}")).collect();
        let (port, db) = (port.to_string(), db.to_string());
        client.call(&["SELECT", &db])?;
        let words = ["MIGRATE", "127.0.0.1", &port, "", &db, "10000", "KEYS"];
        let words = words.into_iter().chain(keys.iter().map(String::as_str)).collect::<Vec<_>>();
        let said = [client.call(&words)?, client.call(&["DBSIZE"])?];
        let said = said.map(|reply| reply.render().join(" "));
        let fine = said == ["OK", "(integer) 0"];
        if !fine {
            println!("FAIL {way}: database {db}: {said:?}");
        }
        total.add(&Tally::one(fine));
    }
    total.add(&compare(&way, &mut Client::connect(target.port)?, recipes, &made, asked)?);
    let _ = fs::remove_dir_all(&folder);
    Ok(total)
}

/// Whether a group holds an entry that was deleted: as commands, Redis forgets that, even its own.
fn holds_deleted(recipe: &Recipe) -> bool {
    let has = |verb: &str| recipe.iter().any(|command| command[0] == verb);
    has("XREADGROUP") && has("XDEL")
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn make(client: &mut Client, index: usize, recipe: &Recipe) -> Result<(), String> {
    let key = format!("key:{index}");
    client.call(&["SELECT", &(index % DATABASES).to_string()])?;
    for command in recipe {
        let named: Vec<&str> =
            command.iter().map(|word| if word == "k" { &key[..] } else { word }).collect();
        if let Reply::Error(text) = client.call(&named)? {
            return Err(format!("{named:?}: {}", String::from_utf8_lossy(&text)));
        }
    }
    if index.is_multiple_of(EXPIRING) {
        client.call(&["PEXPIREAT", &key, EXPIRY_MS])?;
    }
    Ok(())
}

fn seen_at(client: &mut Client, index: usize, asked: Asked) -> Result<String, String> {
    let key = format!("key:{index}");
    client.call(&["SELECT", &(index % DATABASES).to_string()])?;
    let expiry = client.call(&["PTTL", &key])?.render().join(" ");
    let expires = if expiry.contains("-1") { "" } else { " expires" };
    Ok(seen(client, &key, asked.encodings, asked.expiry)? + expires)
}

/// What the library is, and does.
fn library(client: &mut Client) -> Result<String, String> {
    let list = client.call(&["FUNCTION", "LIST", "WITHCODE"])?.render().join(" ");
    let sum = client.call(&["FCALL_RO", "files_sum", "0", "2", "3"])?.render().join(" ");
    Ok(list + " " + &sum)
}

fn save_now(client: &mut Client, save: &str) -> Result<(), String> {
    if let Reply::Error(text) = client.call(&[save])? {
        return Err(format!("{save}: {}", String::from_utf8_lossy(&text)));
    }
    wait_while(client, "_in_progress:1")
}

/// Waits until a field is not so any more in INFO.
///
/// # Errors
/// It stays so.
pub(crate) fn wait_while(client: &mut Client, field: &str) -> Result<(), String> {
    let end = Instant::now() + Duration::from_mins(1);
    while client.call(&["INFO", "persistence"])?.render().join(" ").contains(field) {
        if Instant::now() > end {
            return Err(format!("{field} for a minute"));
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}
