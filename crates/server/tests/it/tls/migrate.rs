//! MIGRATE with `tls-cluster`: who is trusted, who we are, and that a key is never on neither side.

use super::*;

const OK: &str = "+OK";
const NO_CONNECTION: &str = "-IOERR error or timeout connecting to the client";
/// Written or read: as it happens, the end is there before all is written.
const NO_ANSWER: &str = "-IOERR error or timeout ";

/// MIGRATE of `key` to the database 0 of a port; the empty one for `options` with KEYS.
fn migrate(from: &Server, port: u16, key: &str, options: &[&str]) -> String {
    let port = port.to_string();
    let words = ["MIGRATE", "127.0.0.1", &port, key, "0", "5000"];
    from.admin().call(&[&words, options].concat())
}

fn pair(name: &str, authority: &Authority, args: &[&str]) -> [Server; 2] {
    ["from", "to"].map(|side| Server::start(&format!("{name}-{side}"), authority, args))
}

#[test]
fn keys_move_through_tls() {
    let authority = Authority::new("authority");
    for version in ["TLSv1.2", "TLSv1.3"] {
        // Either asks for the other's certificate.
        let args = ["--tls-cluster", "yes", "--tls-protocols", version];
        let [from, to] = pair(&format!("migrate-{version}"), &authority, &args);
        let (mut here, mut there) = (from.admin(), to.admin());
        let long: String = ('a'..='z').cycle().take(3_000_000).collect();
        assert_eq!(here.call(&["SET", "long", &long]), OK);
        assert_eq!(migrate(&from, to.port, "long", &[]), OK);
        assert_eq!(
            (here.call(&["GET", "long"]), there.call(&["GET", "long"])),
            ("$-1".into(), long)
        );
        // More than the socket takes at once, and lines of answers in many records.
        let names: Vec<String> = (0..2000).map(|n| format!("k:{n}")).collect();
        for name in &names {
            assert_eq!(here.call(&["SET", name, name, "EX", "1000"]), OK);
        }
        let keys: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(migrate(&from, to.port, "", &[&["KEYS"], &keys[..]].concat()), OK);
        assert_eq!(
            (here.call(&["DBSIZE"]), there.call(&["DBSIZE"])),
            (":0".into(), ":2001".into())
        );
        assert_ne!(there.call(&["TTL", "k:1999"]), ":-1");
        assert_eq!(migrate(&from, to.port, "k:1", &[]), "+NOKEY");
        assert_eq!(here.call(&["SET", "k:1", "new"]), OK);
        let busy =
            "-ERR Target instance replied with error: BUSYKEY Target key name already exists.";
        assert_eq!(migrate(&from, to.port, "k:1", &[]), busy);
        assert_eq!(migrate(&from, to.port, "k:1", &["COPY", "REPLACE"]), OK);
        assert_eq!(
            (here.call(&["GET", "k:1"]), there.call(&["GET", "k:1"])),
            ("new".into(), "new".into())
        );
        // All through one connection.
        assert!(here.call(&["INFO", "stats"]).contains("migrate_cached_sockets:1\r\n"));
        assert!(there.call(&["INFO", "stats"]).contains("total_connections_received:2\r\n"));
    }
}

#[test]
fn the_other_server_knows_us_by_password_or_certificate() {
    let authority = Authority::new("authority");
    let args = ["--tls-cluster", "yes", "--tls-auth-clients-user", "CN"];
    let [from, to] = pair("migrate-who", &authority, &args);
    let (mut here, mut there) = (from.admin(), to.admin());
    for rules in [["mover", ">secret"], ["default", ">other"]] {
        let words = ["ACL", "SETUSER", rules[0], "on", rules[1], "~*", "+@all"];
        assert_eq!(there.call(&words), OK);
    }
    assert_eq!(there.call(&["AUTH", "other"]), OK);
    assert_eq!(here.call(&["MSET", "a", "1", "b", "2", "c", "3"]), OK);
    // The server's own certificate names nobody there.
    let answer = migrate(&from, to.port, "a", &[]);
    assert_eq!(answer, "-ERR Target instance replied with error: NOAUTH Authentication required.");
    let answer = migrate(&from, to.port, "a", &["AUTH2", "mover", "wrong"]);
    assert!(answer.contains("WRONGPASS"), "{answer}");
    assert_eq!(migrate(&from, to.port, "a", &["AUTH2", "mover", "secret"]), OK);
    assert_eq!(migrate(&from, to.port, "b", &["AUTH", "other"]), OK);
    let own = authority.issue("mover", 5);
    fs::write(from.dir.join("own.pem"), &own.cert).unwrap();
    fs::write(from.dir.join("own.key"), &own.key).unwrap();
    let set = ["tls-client-cert-file", "own.pem", "tls-client-key-file", "own.key"];
    assert_eq!(from.config(&set), OK);
    assert!(here.call(&["INFO", "tls"]).contains("tls_client_cert_serial:05\r\n"));
    assert_eq!(migrate(&from, to.port, "c", &[]), OK);
    assert_eq!((here.call(&["DBSIZE"]), there.call(&["DBSIZE"])), (":0".into(), ":3".into()));
}

#[test]
fn strangers_are_refused_and_nothing_is_lost() {
    let (authority, other) = (Authority::new("authority"), Authority::new("other"));
    let from = Server::start("migrate-own", &authority, &["--tls-cluster", "yes"]);
    let to = Server::start("migrate-other", &other, &["--tls-auth-clients", "no"]);
    let mut here = from.admin();
    assert_eq!(here.call(&["SET", "k", "v"]), OK);
    let refused = |wanted: &str| {
        let answer = migrate(&from, to.port, "k", &[]);
        assert!(answer.starts_with(wanted), "{answer}: {}", from.log());
        assert_eq!(from.admin().call(&["GET", "k"]), "v");
        assert_eq!(to.admin().call(&["DBSIZE"]), ":0");
    };
    refused(NO_CONNECTION);
    from.wait_for_log("MIGRATE: no TLS with 127.0.0.1:");
    // Now it is one of ours, with a name of elsewhere, which trusts others.
    let mut named = Authority::params_of(&["elsewhere.example".to_owned()], "to", 3);
    install(&to.dir, &authority.sign(&named));
    to.wait_for_log("were read anew");
    assert_eq!(to.config(&["tls-auth-clients", "yes", "tls-protocols", "TLSv1.2"]), OK);
    refused(NO_CONNECTION);
    // A client hears of that after its part of the handshake.
    assert_eq!(to.config(&["tls-protocols", "TLSv1.3"]), OK);
    refused(NO_ANSWER);
    // In plain text to TLS, and through TLS to plain text.
    assert_eq!(from.config(&["tls-cluster", "no"]), OK);
    refused(NO_ANSWER);
    assert_eq!(from.config(&["tls-cluster", "yes"]), OK);
    let port = to.port.to_string();
    assert_eq!(to.config(&["tls-port", "0", "port", &port]), OK);
    refused(NO_CONNECTION);
    assert_eq!(from.config(&["tls-cluster", "no"]), OK);
    assert_eq!(migrate(&from, to.port, "k", &["COPY"]), OK);
    assert_eq!(to.admin().call(&["DEL", "k"]), ":1");
    // The connection in plain text, which is kept, is none for TLS.
    assert_eq!(from.config(&["tls-cluster", "yes"]), OK);
    refused(NO_CONNECTION);
    assert_eq!(to.config(&["port", "0", "tls-port", &port]), OK);
    // A certificate for another use is none for a server.
    assert_eq!(to.config(&["tls-auth-clients", "no"]), OK);
    named.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    fs::write(to.dir.join("log"), "").unwrap();
    install(&to.dir, &authority.sign(&named));
    to.wait_for_log("were read anew");
    refused(NO_CONNECTION);
    named.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    named.not_after = rcgen::date_time_ymd(2001, 1, 1);
    fs::write(to.dir.join("log"), "").unwrap();
    install(&to.dir, &authority.sign(&named));
    to.wait_for_log("were read anew");
    refused(NO_CONNECTION);
    assert_eq!(to.config(&["tls-port", "0"]), OK);
    refused(NO_CONNECTION);
}

#[test]
fn silence_ends_in_time() {
    let authority = Authority::new("authority");
    let from = Server::start("migrate-silent", &authority, &["--tls-cluster", "yes"]);
    let mut here = from.admin();
    assert_eq!(here.call(&["SET", "k", "v"]), OK);
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let begun = Instant::now();
    let answer = here.call(&["MIGRATE", "127.0.0.1", &port, "k", "0", "100"]);
    assert_eq!((&answer[..], here.call(&["GET", "k"])), (NO_CONNECTION, "v".to_owned()));
    assert!(begun.elapsed() >= Duration::from_millis(100));
    // One that trickles gets no more time: a record of the handshake, a byte at a time.
    let slow = std::thread::spawn(move || {
        let (_first, (mut second, _)) = (silent.accept().unwrap(), silent.accept().unwrap());
        let record = [&[22, 3, 3, 64, 0][..], &[0; 16_384]].concat();
        for byte in record {
            if second.write_all(&[byte]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let answer = here.call(&["MIGRATE", "127.0.0.1", &port, "k", "0", "300"]);
    assert_eq!((&answer[..], here.call(&["GET", "k"])), (NO_CONNECTION, "v".to_owned()));
    slow.join().unwrap();
}

#[test]
fn the_directive_needs_an_authority() {
    let authority = Authority::new("authority");
    let args = ["--tls-ca-cert-file", "", "--tls-auth-clients", "no"];
    let server = Server::start("migrate-authority", &authority, &args);
    let answer = server.config(&["tls-cluster", "yes"]);
    assert!(answer.ends_with(REFUSED), "{answer}");
    server.wait_for_log("Either tls-ca-cert-file or tls-ca-cert-dir must be specified");
    let get = |server: &Server| {
        let mut admin = server.admin();
        admin.send(&request(&["CONFIG", "GET", "tls-cluster"])).unwrap();
        [admin.reply().unwrap(), admin.reply().unwrap(), admin.reply().unwrap()]
    };
    assert_eq!(get(&server), ["*2", "tls-cluster", "no"]);
    assert_eq!(server.config(&["tls-cluster", "yes", "tls-ca-cert-file", "ca.pem"]), OK);
    assert_eq!(get(&server), ["*2", "tls-cluster", "yes"]);
    assert!(!server.log().contains("has no effect"), "{}", server.log());
}

#[test]
fn certificates_are_read_anew_without_a_port_for_them() {
    let authority = Authority::new("authority");
    let to = Server::start("migrate-anew-to", &authority, &["--tls-auth-clients-user", "CN"]);
    let from = Server::start("migrate-anew", &authority, &["--tls-auth-clients", "no"]);
    assert_eq!(from.config(&["tls-port", "0", "tls-cluster", "yes"]), OK);
    let mut there = to.admin();
    assert_eq!(there.call(&["ACL", "SETUSER", "mover", "on", "nopass", "~*", "+@all"]), OK);
    assert_eq!(there.call(&["ACL", "SETUSER", "default", "-restore"]), OK);
    assert_eq!(from.admin().call(&["SET", "k", "v"]), OK);
    let answer = migrate(&from, to.port, "k", &[]);
    assert!(answer.contains("NOPERM"), "{answer}");
    install(&from.dir, &authority.issue("mover", 8));
    let deadline = Instant::now() + PATIENCE;
    while migrate(&from, to.port, "k", &[]) != OK {
        assert!(Instant::now() < deadline, "{}", from.log());
    }
    assert_eq!(there.call(&["GET", "k"]), "v");
}
