//! What connections hold is shown as it is, and the largest are ended first.

use crate::snapshots::{Client, Server};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The fields of the clients of that name.
fn fields(control: &mut Client, name: &str) -> Vec<BTreeMap<String, String>> {
    let list = control.call(&["CLIENT", "LIST"]);
    let pairs = |line: &str| {
        let pairs = line.split(' ').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
    };
    let all = list.lines().filter(|line| line.contains("id=")).map(pairs);
    all.filter(|client: &BTreeMap<String, String>| client["name"] == name).collect()
}

fn number(fields: &BTreeMap<String, String>, name: &str) -> usize {
    fields[name].parse().expect("a number")
}

/// Asks until the one client of that name is as it should be.
fn wait_for(control: &mut Client, name: &str, fits: impl Fn(&BTreeMap<String, String>) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = fields(control, name);
        if found.len() == 1 && fits(&found[0]) {
            return;
        }
        assert!(Instant::now() < deadline, "{found:?}");
    }
}

fn named(server: &Server, name: &str) -> Client {
    let mut client = server.client();
    assert_eq!(client.call(&["CLIENT", "SETNAME", name]), "+OK\r\n");
    client
}

#[test]
fn a_pipeline_may_be_cut_within_a_request() {
    let server = Server::start("weights-cut", &[]);
    let mut client = server.client();
    // More than is read at once: a read ends with a part of a request, behind others.
    let request = format!("*2\r\n$4\r\nECHO\r\n$5000\r\n{}\r\n", "x".repeat(5000));
    for _ in 0..5 {
        client.send(request.repeat(100).as_bytes());
        for _ in 0..100 {
            assert_eq!(client.reply().len(), 5009);
        }
    }
}

#[test]
fn client_list_shows_what_a_client_holds() {
    for threads in ["1", "2"] {
        let server = Server::start(&format!("weights-{threads}"), &["--io-threads", threads]);
        let mut control = server.client();
        let mut client = named(&server, "one");
        let light = number(&fields(&mut control, "one")[0], "tot-mem");
        let rests = |fields: &BTreeMap<String, String>| number(fields, "tot-mem") == light;

        // Whole arguments, and a part of one.
        let part = "v".repeat(300_000);
        client.send(format!("*3\r\n$3\r\nSET\r\n$5\r\nnever\r\n$400000\r\n{part}").as_bytes());
        wait_for(&mut control, "one", |fields| {
            number(fields, "qbuf") == part.len()
                && number(fields, "argv-mem") == 8
                && number(fields, "tot-mem") > light + part.len()
        });
        client.send(format!("{}\r\n", &part[..100_000]).as_bytes());
        assert_eq!(client.reply(), "+OK\r\n");
        wait_for(&mut control, "one", |fields| number(fields, "qbuf") == 0 && rests(fields));

        // Replies that nobody reads.
        for _ in 0..40 {
            client.send(b"*2\r\n$3\r\nGET\r\n$5\r\nnever\r\n");
        }
        wait_for(&mut control, "one", |fields| {
            let waits = number(fields, "omem");
            waits > 1_000_000 && number(fields, "tot-mem") > waits
        });
        for _ in 0..40 {
            assert_eq!(client.reply().len(), 400_011);
        }
        wait_for(&mut control, "one", |fields| number(fields, "omem") == 0 && rests(fields));

        // What a session keeps.
        let key = "k".repeat(50_000);
        for (begin, end) in [
            (&["WATCH", key.as_str()][..], &["UNWATCH"][..]),
            (&["MULTI"], &["DISCARD"]),
            (
                &["CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", &key],
                &["CLIENT", "TRACKING", "OFF"],
            ),
        ] {
            client.call(begin);
            if begin[0] == "MULTI" {
                assert_eq!(client.call(&["GET", &key]), "+QUEUED\r\n");
            }
            wait_for(&mut control, "one", |fields| number(fields, "tot-mem") > light + key.len());
            client.call(end);
            wait_for(&mut control, "one", rests);
        }
        client.send(
            format!("*3\r\n$5\r\nBLPOP\r\n${}\r\n{key}\r\n$1\r\n0\r\n", key.len()).as_bytes(),
        );
        wait_for(&mut control, "one", |fields| {
            number(fields, "argv-mem") == key.len() + 6
                && number(fields, "tot-mem") > light + key.len()
        });
        assert_eq!(control.call(&["LPUSH", &key, "x"]), ":1\r\n");
        client.reply();
        wait_for(&mut control, "one", rests);
    }
}

#[test]
fn the_largest_clients_are_ended_first() {
    const EACH: usize = 3;
    for threads in ["1", "2"] {
        let server = Server::start(&format!("largest-{threads}"), &["--io-threads", threads]);
        let mut control = named(&server, "control");
        assert_eq!(control.call(&["CLIENT", "NO-EVICT", "ON"]), "+OK\r\n");
        let sizes = [("small", 128 << 10), ("middle", 1 << 20), ("large", 3 << 20)];
        let mut clients = Vec::new();
        let mut heavy = Vec::new();
        for (name, size) in sizes {
            for _ in 0..EACH {
                let mut client = named(&server, name);
                client.send(format!("*2\r\n${size}\r\n{}", "v".repeat(size)).as_bytes());
                clients.push(client);
            }
            let deadline = Instant::now() + Duration::from_secs(30);
            loop {
                let found = fields(&mut control, name);
                if found.iter().all(|client| number(client, "qbuf") == size) {
                    heavy.push(number(&found[0], "tot-mem"));
                    break;
                }
                assert!(Instant::now() < deadline, "{found:?}");
            }
        }
        let own = number(&fields(&mut control, "control")[0], "tot-mem");
        for kept in (0..sizes.len()).rev() {
            let limit = own + EACH * heavy[..kept].iter().sum::<usize>();
            let limit = limit.to_string();
            assert_eq!(control.call(&["CONFIG", "SET", "maxmemory-clients", &limit]), "+OK\r\n");
            for (at, (name, _)) in sizes.iter().enumerate() {
                let left = fields(&mut control, name).len();
                assert_eq!(left, if at < kept { EACH } else { 0 }, "{name}, {limit} bytes");
            }
        }
        let evicted = format!("evicted_clients:{}\r\n", EACH * sizes.len());
        assert!(control.call(&["INFO", "stats"]).contains(&evicted));
    }
}
