use super::*;
use peer::Endpoint;

fn endpoint(text: &str) -> Result<(String, u16, String, String, Option<u32>), String> {
    Endpoint::read(text).map(|at| (at.host, at.port, at.user, at.password, at.db))
}

#[test]
fn addresses_are_read_as_clients_read_them() {
    for (text, host, port, user, password, db) in [
        ("redis://h", "h", 6379, "", "", None),
        ("h:7", "h", 7, "", "", None),
        ("redis://h:7/3", "h", 7, "", "", Some(3)),
        ("redis://h:7/", "h", 7, "", "", None),
        ("redis://u:p@h:7", "h", 7, "u", "p", None),
        ("redis://:p@h", "h", 6379, "", "p", None),
        ("redis://p@h", "h", 6379, "", "p", None),
        ("redis://u:a%40%3A%2f@h", "h", 6379, "u", "a@:/", None),
        ("redis://[::1]:7", "::1", 7, "", "", None),
        ("redis://[::1]", "::1", 6379, "", "", None),
        ("::1", "::1", 6379, "", "", None),
    ] {
        let wanted = (host.to_owned(), port, user.to_owned(), password.to_owned(), db);
        assert_eq!(endpoint(text), Ok(wanted), "{text}");
    }
    for text in ["http://h", "rediss://", "redis://:7", "h:x", "h/x", "redis://%4@h", ""] {
        assert!(endpoint(text).is_err(), "{text}");
    }
}

#[test]
fn tls_is_asked_for_by_name() {
    let at = Endpoint::read("rediss://u:p@h:7/3").expect("it is right");
    assert_eq!((at.tls, &*at.host, at.port, &*at.user, at.db), (true, "h", 7, "u", Some(3)));
    assert_eq!(Endpoint::read("redis://h").map(|at| at.tls), Ok(false));
}

#[test]
fn words_become_options() {
    let words = |line: &str| line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let read = |line: &str| Options::read(&words(line) as &Vec<Vec<u8>>);
    let options = read("redis://a:1/2 --to b:3 --replace --resume f").expect("it is right");
    assert_eq!((options.source.db, options.target.port, options.replaces), (Some(2), 3, true));
    assert_eq!(options.resume.as_deref(), Some(std::path::Path::new("f")));
    assert_eq!(read("a").expect("it is right").target, Endpoint::local());
    let options = read(
        "rediss://a --cacert c --cacertdir d --cert e --key f --sni g --tls-ciphers h \
         --tls-ciphersuites i --insecure",
    );
    let tls = options.expect("it is right").tls;
    let path = |path: &str| Some(std::path::PathBuf::from(path));
    assert_eq!((tls.ca_cert, tls.ca_cert_dir), (path("c"), path("d")));
    assert_eq!((tls.cert, tls.key, tls.name.as_deref()), (path("e"), path("f"), Some("g")));
    assert_eq!((&*tls.ciphers, &*tls.ciphersuites, tls.is_insecure), ("h", "i", true));
    for line in ["", "a b", "a --to", "a --what", "a --to b/3"] {
        assert!(read(line).is_err(), "{line}");
    }
}

#[test]
fn a_state_is_read_back() {
    let start = Start { db: 3, cursor: b"17".to_vec() };
    assert_eq!(parse_state(b"import h:1\ndb 3\ncursor 17\n"), Some(("h:1".to_owned(), start)));
    for text in ["", "import h:1\n", "import h:1\ndb x\ncursor 1\n", "import h\ndb 1\ncursor \n"] {
        assert_eq!(parse_state(text.as_bytes()), None, "{text}");
    }
}
