//! TLS, from outside: who is let in, what is refused, certificates that change under load.
//!
//! Each test makes its own authority. The server listens on a Unix socket too, for the tests' own
//! questions.

mod migrate;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const REFUSED: &str = "Unable to update TLS configuration. Check server logs.";
const PATIENCE: Duration = Duration::from_secs(30);

/// Who issues certificates.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pem: String,
}

/// A certificate and its key, as PEM.
struct Issued {
    cert: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { params, key, pem }
    }

    fn issue(&self, name: &str, serial: u64) -> Issued {
        self.sign(&Self::params_of(&["localhost".to_owned(), "127.0.0.1".to_owned()], name, serial))
    }

    fn params_of(hosts: &[String], name: &str, serial: u64) -> CertificateParams {
        let mut params = CertificateParams::new(hosts).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(serial));
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params
    }

    fn sign(&self, params: &CertificateParams) -> Issued {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        let cert = params.signed_by(&key, &issuer).unwrap().pem();
        Issued { cert, key: key.serialize_pem() }
    }

    /// What a client of it needs.
    fn trust(&self, own: Option<&Issued>, versions: &[&'static SupportedProtocolVersion]) -> Trust {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some(own) => {
                let cert = CertificateDer::from_pem_slice(own.cert.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap();
                builder.with_client_auth_cert(vec![cert], key).unwrap()
            }
        };
        Trust(Arc::new(config))
    }
}

/// Whom a client trusts, and who it is.
#[derive(Clone)]
struct Trust(Arc<ClientConfig>);

struct Server {
    child: Child,
    dir: PathBuf,
    port: u16,
}

impl Server {
    /// Starts one with the certificate in its folder; `ca.pem` is there too.
    fn start(name: &str, authority: &Authority, args: &[&str]) -> Self {
        let dir = std::env::temp_dir().join(format!("scrubjay-tls-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a directory for the test");
        install(&dir, &authority.issue("server", 1));
        fs::write(dir.join("ca.pem"), &authority.pem).unwrap();
        for _ in 0..20 {
            let port = free_port();
            let log = fs::File::create(dir.join("log")).expect("a log");
            let child = Command::new(env!("CARGO_BIN_EXE_scrubjay"))
                .args(["--port", "0", "--unixsocket", "socket", "--save", ""])
                .args(["--bind", "127.0.0.1", "--tls-port", &port.to_string()])
                .args(["--tls-cert-file", "server.pem", "--tls-key-file", "server.key"])
                .args(["--tls-ca-cert-file", "ca.pem", "--loglevel", "verbose"])
                .args(args)
                .current_dir(&dir)
                .stdin(Stdio::null())
                .stdout(log)
                .spawn()
                .expect("the binary runs");
            let mut server = Self { child, dir: dir.clone(), port };
            if server.is_ready() {
                return server;
            }
            let log = server.log();
            assert!(log.contains("Failed listening"), "{log}");
            std::mem::forget(server); // its folder is for the next try
        }
        panic!("no port is free");
    }

    fn is_ready(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.log().contains("Ready to accept connections") {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    fn wait_for_log(&self, line: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.log().contains(line) {
            assert!(Instant::now() < deadline, "{line} is missing in: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn admin(&self) -> Client<UnixStream> {
        Client(BufReader::new(UnixStream::connect(self.dir.join("socket")).unwrap()))
    }

    fn config(&self, words: &[&str]) -> String {
        self.admin().call(&[&["CONFIG", "SET"], words].concat())
    }

    fn connect(&self, trust: &Trust) -> io::Result<Client<Secure>> {
        let name = ServerName::try_from("localhost").unwrap();
        let tls = ClientConnection::new(Arc::clone(&trust.0), name).unwrap();
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let mut client = Client(BufReader::new(StreamOwned::new(tls, socket)));
        client.try_call(&["PING"])?;
        Ok(client)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A port below those of outgoing connections.
fn free_port() -> u16 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let next = u64::from(std::process::id()) * 7 + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 7000 + (next % 2000) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// Puts a certificate and its key where the server looks, each in one step.
fn install(dir: &Path, issued: &Issued) {
    for (name, text) in [("server.key", &issued.key), ("server.pem", &issued.cert)] {
        fs::write(dir.join("new"), text).unwrap();
        fs::rename(dir.join("new"), dir.join(name)).unwrap();
    }
}

type Secure = StreamOwned<ClientConnection, TcpStream>;

struct Client<S: Read + Write>(BufReader<S>);

fn request(words: &[&str]) -> Vec<u8> {
    let mut text = format!("*{}\r\n", words.len());
    for word in words {
        text += &format!("${}\r\n{word}\r\n", word.len());
    }
    text.into_bytes()
}

impl<S: Read + Write> Client<S> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)?;
        self.0.get_mut().flush()
    }

    /// One reply: a line, and the text of a bulk string.
    fn reply(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_owned();
        let Some(length) = line.strip_prefix('$').and_then(|n| n.parse::<usize>().ok()) else {
            return Ok(line);
        };
        let mut bulk = vec![0; length + 2];
        self.0.read_exact(&mut bulk)?;
        bulk.truncate(length);
        Ok(String::from_utf8(bulk).unwrap())
    }

    fn try_call(&mut self, words: &[&str]) -> io::Result<String> {
        self.send(&request(words))?;
        self.reply()
    }

    fn call(&mut self, words: &[&str]) -> String {
        self.try_call(words).expect("an answer")
    }

    /// Whether the other side ends the connection, whatever it says before.
    fn is_ended(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => {
                !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
            }
        }
    }
}

fn plain(server: &Server) -> TcpStream {
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

const BOTH: &[&SupportedProtocolVersion] = rustls::ALL_VERSIONS;

#[test]
fn requests_and_replies_of_all_sizes_in_both_versions() {
    let authority = Authority::new("authority");
    let server = Server::start("sizes", &authority, &["--tls-auth-clients", "no"]);
    for version in BOTH {
        let mut client = server.connect(&authority.trust(None, &[version])).unwrap();
        for length in [0, 1, 100, 16_000, 16_384, 16_385, 70_000, 3_000_000] {
            let value: String = ('a'..='z').cycle().take(length).collect();
            assert_eq!(client.call(&["SET", "k", &value]), "+OK");
            assert_eq!(client.call(&["GET", "k"]), value, "{length}");
        }
        let pipeline: Vec<u8> =
            (0..5000).flat_map(|n| request(&["ECHO", &n.to_string()])).collect();
        client.send(&pipeline).unwrap();
        for n in 0..5000 {
            assert_eq!(client.reply().unwrap(), n.to_string());
        }
    }
}

#[test]
fn a_slow_reader_gets_every_byte() {
    let authority = Authority::new("authority");
    let server = Server::start("reader", &authority, &["--tls-auth-clients", "no"]);
    let mut client = server.connect(&authority.trust(None, BOTH)).unwrap();
    let long: String = ('a'..='z').cycle().take(700_000).collect();
    assert_eq!(client.call(&["SET", "long", &long]), "+OK");
    // More than sockets hold, text and values by reference in turn, before anything is read.
    let mut requests = Vec::new();
    for n in 0..40 {
        requests.extend(request(&["ECHO", &n.to_string()]));
        requests.extend(request(&["GET", "long"]));
    }
    client.send(&requests).unwrap();
    let mut admin = server.admin();
    let deadline = Instant::now() + PATIENCE;
    // Some of it waits in the server.
    while !admin.call(&["CLIENT", "LIST"]).lines().any(|line| !line.contains(" oll=0 ")) {
        assert!(Instant::now() < deadline);
    }
    for n in 0..40 {
        assert_eq!(client.reply().unwrap(), n.to_string());
        assert!(client.reply().unwrap() == long, "{n}");
    }
    assert_eq!(client.call(&["PING"]), "+PONG");
}

#[test]
fn records_may_come_in_pieces() {
    let authority = Authority::new("authority");
    let server = Server::start("pieces", &authority, &["--tls-auth-clients", "no"]);
    let name = ServerName::try_from("localhost").unwrap();
    let trust = authority.trust(None, BOTH);
    let mut tls = ClientConnection::new(trust.0, name).unwrap();
    let mut socket = plain(&server);
    socket.set_nodelay(true).unwrap();
    tls.writer().write_all(&request(&["ECHO", "one byte at a time"])).unwrap();
    let mut answer = Vec::new();
    while answer.len() < 24 {
        let mut records = Vec::new();
        tls.write_tls(&mut records).unwrap();
        for byte in records {
            socket.write_all(&[byte]).unwrap();
        }
        if !tls.wants_write() {
            tls.read_tls(&mut socket).unwrap();
            tls.process_new_packets().unwrap();
            let _ = tls.reader().read_to_end(&mut answer);
        }
    }
    assert_eq!(answer, b"$18\r\none byte at a time\r\n");
}

/// A generator of numbers that look random, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }

    /// Does some harm to what a client sends.
    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() || self.below(3) == 0 {
            return;
        }
        let at = self.below(bytes.len());
        match self.below(4) {
            0 => bytes[at] ^= 1 << self.below(8),
            1 => bytes.truncate(at),
            2 => bytes.extend_from_within(at..),
            _ => bytes.insert(at, 22),
        }
    }
}

#[test]
fn broken_records_end_their_own_connection_and_nothing_else() {
    let authority = Authority::new("authority");
    let own = authority.issue("client", 2);
    let server = Server::start("broken", &authority, &["--tls-auth-clients", "optional"]);
    let trusts = BOTH.iter().map(|version| authority.trust(Some(&own), &[version]));
    let trusts: Vec<Trust> = trusts.collect();
    let mut dice = Dice(7);
    for round in 0..150 {
        let name = ServerName::try_from("localhost").unwrap();
        let mut tls = ClientConnection::new(Arc::clone(&trusts[round % 2].0), name).unwrap();
        let mut socket = plain(&server);
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        tls.writer().write_all(&request(&["ECHO", "hello"])).unwrap();
        for _ in 0..4 {
            let mut records = Vec::new();
            while tls.wants_write() {
                tls.write_tls(&mut records).unwrap();
            }
            dice.spoil(&mut records);
            let (head, tail) = records.split_at(dice.below(records.len() + 1));
            let sent = socket.write_all(head).and_then(|()| socket.write_all(tail));
            let got = tls.read_tls(&mut socket);
            if sent.is_err() || !got.is_ok_and(|count| count > 0) {
                break;
            }
            if tls.process_new_packets().is_err() {
                break;
            }
        }
    }
    for trust in &trusts {
        server.connect(trust).unwrap();
    }
}

/// Half a message of the handshake waits in the server while it has something to say.
#[test]
fn a_message_in_two_records_may_be_interrupted_by_a_reply() {
    use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    let authority = Authority::new("authority");
    let server = Server::start("halves", &authority, &["--tls-auth-clients", "no"]);
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    let wanted = rustls::CipherSuite::TLS13_AES_128_GCM_SHA256;
    provider.cipher_suites.retain(|suite| suite.suite() == wanted);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.enable_secret_extraction = true;
    let mut client = server.connect(&Trust(Arc::new(config))).unwrap();
    assert_eq!(client.call(&["SUBSCRIBE", "news"]), "*3");
    for _ in 0..3 {
        client.reply().unwrap();
    }
    let (tls, mut socket) = client.0.into_inner().into_parts();
    let (sequence, secrets) = tls.dangerous_extract_secrets().unwrap().tx;
    let rustls::ConnectionTrafficSecrets::Aes128Gcm { key, iv } = secrets else {
        panic!("another suite")
    };
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key.as_ref()).unwrap());
    let mut send = |number: u64, text: &[u8]| {
        let mut nonce: [u8; 12] = iv.as_ref().try_into().unwrap();
        for (byte, own) in nonce[4..].iter_mut().zip((sequence + number).to_be_bytes()) {
            *byte ^= own;
        }
        // The text, and that it is of the handshake.
        let mut record = [text, &[22]].concat();
        let head = [23, 3, 3, 0, record.len() as u8 + 16];
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, Aad::from(head), &mut record).unwrap();
        socket.write_all(&[&head[..], &record].concat()).unwrap();
    };
    // A message that says that there are new keys: its head, later its only byte.
    send(0, &[24, 0, 0, 1]);
    let mut admin = server.admin();
    for _ in 0..20 {
        assert_eq!(admin.call(&["PUBLISH", "news", "hello"]), ":1");
        std::thread::sleep(Duration::from_millis(2));
    }
    send(1, &[0]);
    for _ in 0..20 {
        assert_eq!(admin.call(&["PUBLISH", "news", "hello"]), ":1");
    }
    let mut arrived = [0; 4096];
    assert!(socket.read(&mut arrived).unwrap() > 0);
}

#[test]
fn an_authority_that_is_not_trusted_is_refused_by_either_side() {
    let (authority, other) = (Authority::new("authority"), Authority::new("other"));
    let server = Server::start("authority", &authority, &[]);
    let own = authority.issue("client", 2);
    assert!(server.connect(&other.trust(Some(&own), BOTH)).is_err());
    let foreign = other.issue("client", 2);
    assert!(server.connect(&authority.trust(Some(&foreign), BOTH)).is_err());
    server.connect(&authority.trust(Some(&own), BOTH)).unwrap();
}

#[test]
fn certificates_of_clients_are_asked_for_as_the_directive_says() {
    let (authority, other) = (Authority::new("authority"), Authority::new("other"));
    let server = Server::start("clients", &authority, &[]);
    let own = authority.issue("client", 2);
    let (with, without) = (authority.trust(Some(&own), BOTH), authority.trust(None, BOTH));
    let foreign = authority.trust(Some(&other.issue("client", 2)), BOTH);
    // The default is `yes`.
    assert!(server.connect(&with).is_ok() && server.connect(&without).is_err());
    assert_eq!(server.config(&["tls-auth-clients", "optional"]), "+OK");
    assert!(server.connect(&with).is_ok() && server.connect(&without).is_ok());
    assert!(server.connect(&foreign).is_err());
    assert_eq!(server.config(&["tls-auth-clients", "no"]), "+OK");
    assert!(server.connect(&without).is_ok() && server.connect(&foreign).is_ok());
    // A session from before does not open the door either.
    assert_eq!(server.config(&["tls-auth-clients", "yes"]), "+OK");
    assert!(server.connect(&without).is_err() && server.connect(&foreign).is_err());
}

#[test]
fn a_certificate_may_name_the_user() {
    let authority = Authority::new("authority");
    let args = ["--tls-auth-clients-user", "CN", "--requirepass", "secret"];
    let server = Server::start("user", &authority, &args);
    let mut admin = server.admin();
    assert_eq!(admin.call(&["AUTH", "secret"]), "+OK");
    let rules = ["ACL", "SETUSER", "jay", "on", "nopass", "~*", "+@all"];
    assert_eq!(admin.call(&rules), "+OK");
    assert_eq!(admin.call(&["ACL", "SETUSER", "sleeper", "off", "nopass", "+@all"]), "+OK");
    let as_user = |name| authority.trust(Some(&authority.issue(name, 2)), BOTH);
    let mut jay = server.connect(&as_user("jay")).unwrap();
    assert_eq!(jay.call(&["ACL", "WHOAMI"]), "jay");
    for nobody in ["sleeper", "nobody"] {
        let mut client = server.connect(&as_user(nobody)).unwrap();
        assert!(client.call(&["ACL", "WHOAMI"]).starts_with("-NOAUTH"), "{nobody}");
    }
    assert!(admin.call(&["INFO", "stats"]).contains("acl_access_denied_tls_cert:2"));
}

#[test]
fn what_is_no_handshake_is_ended() {
    let authority = Authority::new("authority");
    let server = Server::start("plain", &authority, &["--tls-auth-clients", "no"]);
    for text in [&b"PING\r\n"[..], b"*1\r\n$4\r\nPING\r\n", b"GET / HTTP/1.1\r\n\r\n", &[0; 9999]] {
        let mut socket = plain(&server);
        socket.write_all(text).unwrap();
        assert!(Client(BufReader::new(socket)).is_ended());
    }
    server.wait_for_log("Error accepting a client connection: ");
    // None of them counts any longer.
    let deadline = Instant::now() + PATIENCE;
    while !server.admin().call(&["INFO", "clients"]).contains("connected_clients:1\r\n") {
        assert!(Instant::now() < deadline);
    }
    server.connect(&authority.trust(None, BOTH)).unwrap();
}

#[test]
fn slow_handshakes_count_as_clients_and_are_dropped_in_time() {
    let authority = Authority::new("authority");
    let args = ["--tls-auth-clients", "no", "--maxclients", "40"];
    let server = Server::start("slow", &authority, &args);
    assert_eq!(server.config(&["tls-handshake-timeout", "1"]), "+OK");
    let trust = authority.trust(None, BOTH);
    let mut kept = server.connect(&trust).unwrap();
    // Silent ones, and one that sends the head of a record and waits: more than there are places.
    let mut silent: Vec<TcpStream> = (0..60).map(|_| plain(&server)).collect();
    silent[0].write_all(&[22, 3, 1, 2, 0, 1]).unwrap();
    assert_eq!(kept.call(&["PING"]), "+PONG");
    let begun = Instant::now();
    for socket in silent {
        assert!(Client(BufReader::new(socket)).is_ended());
    }
    assert!(begun.elapsed() < Duration::from_secs(9));
    let stats = kept.call(&["INFO", "stats"]);
    let rejected = stats.lines().find_map(|line| line.strip_prefix("rejected_connections:"));
    assert!(rejected.unwrap().parse::<u32>().unwrap() >= 20, "{stats}");
    server.wait_for_log("the handshake takes too long");
    server.connect(&trust).unwrap();
}

#[test]
fn certificates_change_under_load_and_no_request_is_lost() {
    let authority = Authority::new("authority");
    let server =
        Server::start("rotation", &authority, &["--tls-auth-clients", "no", "--io-threads", "2"]);
    let trust = authority.trust(None, BOTH);
    let (stop, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    let info = |field: &str| {
        let text = server.admin().call(&["INFO", "tls"]);
        text.lines().find_map(|line| Some(line.strip_prefix(field)?.to_owned())).unwrap()
    };
    std::thread::scope(|scope| {
        for index in 0..4 {
            let (server, trust, stop, calls) = (&server, &trust, &stop, &calls);
            scope.spawn(move || {
                let mut kept = server.connect(trust).unwrap();
                while !stop.load(Ordering::Relaxed) {
                    // Connections that stay, and ones that come and go.
                    let mut fresh = server.connect(trust).unwrap();
                    for client in [&mut kept, &mut fresh] {
                        for n in 0..10 {
                            let text = format!("{index}-{n}");
                            assert_eq!(client.call(&["ECHO", &text]), text);
                            calls.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
        for serial in 2..=4 {
            install(&server.dir, &authority.issue("server", serial));
            let deadline = Instant::now() + PATIENCE;
            while info("tls_server_cert_serial:") != format!("{serial:02X}") {
                assert!(Instant::now() < deadline, "{}", server.log());
                std::thread::sleep(Duration::from_millis(20));
            }
            let before = calls.load(Ordering::Relaxed);
            while calls.load(Ordering::Relaxed) < before + 100 {
                assert!(Instant::now() < deadline, "{}", server.log());
                std::thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(info("tls_server_cert_expires_in_seconds:").parse::<u64>().unwrap() > 86_400);
    assert_ne!(info("tls_ca_cert_serial:"), "none");
    assert!(server.log().contains("TLS certificates and keys were read anew"));
}

#[test]
fn a_file_that_is_no_good_leaves_the_old_certificate() {
    let authority = Authority::new("authority");
    let server = Server::start("bad", &authority, &["--tls-auth-clients", "no"]);
    let trust = authority.trust(None, BOTH);
    server.connect(&trust).unwrap();
    fs::write(server.dir.join("server.pem"), "no certificate").unwrap();
    server.wait_for_log("The old ones stay in use.");
    server.connect(&trust).unwrap();
    assert!(server.admin().call(&["INFO", "tls"]).contains("tls_server_cert_serial:01\r\n"));
    install(&server.dir, &authority.issue("server", 7));
    server.wait_for_log("were read anew");
    assert!(server.admin().call(&["INFO", "tls"]).contains("tls_server_cert_serial:07\r\n"));
}

#[test]
fn directives_change_all_or_nothing() {
    let authority = Authority::new("authority");
    let server = Server::start("directives", &authority, &["--tls-auth-clients", "no"]);
    let trust = authority.trust(None, BOTH);
    let other = authority.issue("server", 9);
    fs::write(server.dir.join("other.key"), &other.key).unwrap();
    fs::write(server.dir.join("other.pem"), &other.cert).unwrap();
    let mut admin = server.admin();
    let bad: [&[&str]; 6] = [
        &["tls-key-file", "other.key"],
        &["tls-cert-file", "none.pem"],
        &["tls-ca-cert-file", "server.key"],
        &["tls-protocols", "SSLv3"],
        &["tls-ciphers", "AES128-SHA256"],
        &["tls-ciphersuites", "TLS_NONE"],
    ];
    for words in bad {
        let answer = server.config(words);
        assert!(answer.ends_with(REFUSED), "{words:?}: {answer}");
        server.connect(&trust).unwrap();
    }
    assert!(server.log().contains("Failed to load private key: other.key: it is not the key of"));
    let both = ["tls-cert-file", "other.pem", "tls-key-file", "other.key"];
    assert_eq!(server.config(&both), "+OK");
    assert!(admin.call(&["INFO", "tls"]).contains("tls_server_cert_serial:09\r\n"));
    assert_eq!(server.config(&["tls-protocols", "TLSv1.2"]), "+OK");
    assert!(server.connect(&authority.trust(None, &[&rustls::version::TLS13])).is_err());
    server.connect(&authority.trust(None, &[&rustls::version::TLS12])).unwrap();
    assert_eq!(server.config(&["tls-ciphers", "ECDHE-RSA-AES128-GCM-SHA256"]), "+OK");
    let old = authority.trust(None, &[&rustls::version::TLS12]);
    assert!(server.connect(&old).is_err(), "the key is no RSA key");
    assert_eq!(server.config(&["tls-ciphers", "", "tls-protocols", ""]), "+OK");
    server.connect(&trust).unwrap();
}

#[test]
fn ports_change_at_run_time() {
    let authority = Authority::new("authority");
    let server = Server::start("ports", &authority, &["--tls-auth-clients", "no"]);
    let trust = authority.trust(None, BOTH);
    let mut kept = server.connect(&trust).unwrap();
    let port = server.port.to_string();
    // The same port, in plain text and back.
    assert_eq!(server.config(&["tls-port", "0"]), "+OK");
    assert_eq!(server.config(&["port", &port]), "+OK");
    assert_eq!(Client(BufReader::new(plain(&server))).call(&["PING"]), "+PONG");
    assert_eq!(server.config(&["port", "0", "tls-port", &port]), "+OK");
    server.connect(&trust).unwrap();
    assert_eq!(kept.call(&["PING"]), "+PONG");
}

#[test]
fn a_server_without_its_certificate_does_not_start() {
    let output = Command::new(env!("CARGO_BIN_EXE_scrubjay"))
        .args(["--port", "0", "--tls-port", "1", "--tls-auth-clients", "no"])
        .output()
        .unwrap();
    let log = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(log.contains("No tls-cert-file configured!"), "{log}");
    assert!(log.contains("Failed to configure TLS. Check logs for more info."), "{log}");
}

#[test]
fn an_import_goes_through_tls_at_both_ends() {
    let authority = Authority::new("authority");
    let from = Server::start("import-from", &authority, &["--tls-auth-clients", "yes"]);
    let to = Server::start("import-to", &authority, &["--tls-auth-clients", "no"]);
    let own = authority.issue("importer", 7);
    fs::write(from.dir.join("own.pem"), &own.cert).unwrap();
    fs::write(from.dir.join("own.key"), &own.key).unwrap();
    let mut admin = from.admin();
    assert_eq!(admin.call(&["ACL", "SETUSER", "app", "on", ">se:cret", "~*", "+@all"]), "+OK");
    for n in 0..700 {
        assert_eq!(admin.call(&["SET", &format!("k:{n}"), "v"]), "+OK");
    }
    let import = |options: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_scrubjay"))
            .current_dir(&from.dir)
            .arg("import")
            .arg(format!("rediss://app:se%3Acret@127.0.0.1:{}", from.port))
            .args(["--to", &format!("rediss://127.0.0.1:{}", to.port)])
            .args(options.split(' '))
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("cret"), "{said}");
        (output.status.code(), said)
    };
    let who = "--cert own.pem --key own.key";
    for (options, why) in [
        ("--cacert ca.pem".to_owned(), "ertificate"),
        (who.to_owned(), "ertificate"),
        (format!("{who} --cacert own.pem"), "source 127.0.0.1:"),
        (format!("{who} --cacert ca.pem --sni jay.example"), "jay.example"),
        ("--cacert ca.pem --cert own.pem".to_owned(), "belong together"),
        (format!("{who} --cacert none.pem"), "none.pem: No such file"),
    ] {
        let (code, said) = import(&options);
        assert_eq!(code, Some(1), "{options}: {said}");
        assert!(said.contains(why), "{options}: {said}");
    }
    assert_eq!(to.admin().call(&["DBSIZE"]), ":0");
    let (code, said) = import(&format!("{who} --cacert ca.pem"));
    assert_eq!((code, to.admin().call(&["DBSIZE"])), (Some(0), ":700".to_owned()), "{said}");
    let (code, said) = import(&format!("{who} --insecure --sni jay.example --replace"));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_client_that_is_killed_with_records_unread_is_gone() {
    let authority = Authority::new("authority");
    let server = Server::start("killed", &authority, &["--tls-auth-clients", "no"]);
    let trust = authority.trust(None, BOTH);
    let mut watcher = server.admin();
    for round in 0..20 {
        let mut client = server.connect(&trust).unwrap();
        let id = client.call(&["CLIENT", "ID"])[1..].to_owned();
        // More than a turn takes, in one go: the rest waits, decrypted or not, when it is ended, by
        // another client or by a request in the midst of its own.
        let mut requests = request(&["ECHO", &"x".repeat(40_000)]).repeat(round);
        requests.extend(request(&["PING"]).repeat(3_000));
        if round % 2 == 0 {
            requests.extend(request(&["CLIENT", "KILL", "ID", &id, "SKIPME", "no"]));
        }
        requests.extend(request(&["PING"]).repeat(3_000));
        let sender = std::thread::spawn(move || {
            let _ = client.send(&requests);
            client.is_ended()
        });
        if round % 2 == 1 {
            watcher.call(&["CLIENT", "KILL", "ID", &id]);
        }
        assert!(sender.join().unwrap(), "{round}");
    }
    assert_eq!(watcher.call(&["PING"]), "+PONG");
    let deadline = Instant::now() + PATIENCE;
    while watcher.call(&["CLIENT", "LIST"]).lines().count() > 1 {
        assert!(Instant::now() < deadline);
    }
}
