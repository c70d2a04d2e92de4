//! What comes with the last message of a handshake.

use super::*;
use commands::config::Config;
use commands::session::CardAddress;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

/// A context with a fresh certificate, and a client that trusts it.
fn parties() -> (Arc<Context>, ClientConnection) {
    let made = rcgen::generate_simple_self_signed(vec!["jay.example".to_owned()]).unwrap();
    let dir = std::env::temp_dir().join(format!("scrubjay-handshakes-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let config = Config::new(1);
    for (id, name, text) in [
        (Id::TLS_CERT_FILE, "cert", made.cert.pem()),
        (Id::TLS_KEY_FILE, "key", made.signing_key.serialize_pem()),
    ] {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        config.set(id, &[path.to_str().unwrap().as_bytes()]).unwrap();
    }
    config.set(Id::TLS_AUTH_CLIENTS, &[b"no"]).unwrap();
    let context = Context::build(&config).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("jay.example").unwrap();
    (Arc::new(context), ClientConnection::new(Arc::new(config), name).unwrap())
}

fn said(client: &mut ClientConnection) -> Vec<u8> {
    let mut bytes = Vec::new();
    while client.wants_write() {
        client.write_tls(&mut bytes).unwrap();
    }
    bytes
}

#[test]
fn what_comes_with_the_last_message_is_kept_however_long() {
    let mut helper_room = vec![0; ROOM];
    for size in [0, 10, RECORD_MAX, 5 * RECORD_MAX, 6 * RECORD_MAX + 7, 100 * RECORD_MAX] {
        let (context, mut client) = parties();
        client.set_buffer_limit(None);
        let (mut near, far) = UnixStream::pair().unwrap();
        let fd = OwnedFd::from(far);
        let stream = Box::new(Stream::new(Arc::clone(&context.server)).unwrap());
        let address = CardAddress { addr: "".into(), laddr: "".into(), fd: 0, unix: true };
        let who = Newcomer { arrival: Arrival { fd, address, refusal: None }, worker: 0 };
        let mut guest = Guest { who, context, stream, early: Vec::new(), deadline: Instant::now() };
        near.write_all(&said(&mut client)).unwrap();
        assert!(matches!(guest.step(&mut helper_room), Step::Waits));
        let mut answer = [0; 8192];
        let count = near.read(&mut answer).unwrap();
        client.read_tls(&mut &answer[..count]).unwrap();
        client.process_new_packets().unwrap();
        let text: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        client.writer().write_all(&text).unwrap();
        let sent = said(&mut client);
        near.set_nonblocking(true).unwrap();
        let mut at = near.write(&sent).unwrap();
        assert!(matches!(guest.step(&mut helper_room), Step::Done), "{size}");
        // A worker reads on where the helper has stopped.
        let mut came = guest.early;
        let mut room = vec![0; ROOM_MIN];
        while came.len() < size {
            at += near.write(&sent[at..]).unwrap_or(0);
            match guest.stream.receive(&guest.who.arrival.fd, &mut room) {
                Received::Plain { count, .. } => came.extend_from_slice(&room[..count]),
                other => panic!("{size}: {other:?} after {}", came.len()),
            }
        }
        assert!(came == text && at == sent.len(), "{size}");
    }
}
