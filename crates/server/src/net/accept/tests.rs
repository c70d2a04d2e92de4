//! Who is let in, how many in a turn, and what their sockets are set to.

use super::*;
use crate::net::listen::tcp;
use std::net::TcpStream;

/// A listener on a port that was free, and its address.
fn listener(config: &Config) -> (Listener, SocketAddr) {
    config.set(Id::BIND, &[b"127.0.0.1"]).expect("an address");
    let (mut open, failed) = tcp(config, 0, Kind::Plain);
    assert!(failed.is_empty() && open.len() == 1);
    let listener = open.remove(0);
    let address = getsockname(&listener.fd).expect("it is bound");
    (listener, SocketAddr::try_from(address).expect("TCP"))
}

#[test]
fn a_turn_takes_as_many_as_it_may() {
    let config = Config::new(1);
    config.set(Id::MAX_NEW_CONNECTIONS_PER_CYCLE, &[b"3"]).expect("a number");
    let (listener, at) = listener(&config);
    let _clients: Vec<TcpStream> =
        (0..7).map(|_| TcpStream::connect(at).expect("a place in the backlog")).collect();
    let taken = || accept_some(&listener, &config, true).len();
    assert_eq!([taken(), taken(), taken(), taken()], [3, 3, 1, 0]);
}

#[test]
fn silent_peers_are_probed_as_the_directive_says() {
    let config = Config::new(1);
    let (listener, at) = listener(&config);
    for (seconds, idle, interval) in [("300", 300, 100), ("2", 2, 1), ("1", 1, 1)] {
        config.set(Id::TCP_KEEPALIVE, &[seconds.as_bytes()]).expect("a number");
        let _client = TcpStream::connect(at).expect("it listens");
        let taken = accept_some(&listener, &config, true);
        let fd = &taken[0].fd;
        assert_eq!(sockopt::socket_keepalive(fd), Ok(true));
        assert_eq!(sockopt::tcp_keepidle(fd), Ok(Duration::from_secs(idle)));
        assert_eq!(sockopt::tcp_keepintvl(fd), Ok(Duration::from_secs(interval)));
        assert_eq!(sockopt::tcp_nodelay(fd), Ok(true));
    }
    config.set(Id::TCP_KEEPALIVE, &[b"0"]).expect("a number");
    let _client = TcpStream::connect(at).expect("it listens");
    assert_eq!(sockopt::socket_keepalive(&accept_some(&listener, &config, true)[0].fd), Ok(false));
}

#[test]
fn without_a_password_only_this_machine_is_served() {
    let config = Config::new(1);
    // Where nothing is said it listens everywhere, as Redis does, and lets in nobody from afar.
    assert_eq!(config.bind_addresses(), ["*", "-::*"]);
    assert!(config.flag(Id::PROTECTED_MODE));
    let from = |addr: &str, unix| CardAddress { addr: addr.into(), laddr: "".into(), fd: 0, unix };
    for near in ["127.0.0.1:7", "127.8.9.1:7", "[::1]:7", "[::ffff:127.0.0.1]:7"] {
        assert_eq!(refusal(&from(near, false)), None, "{near}");
    }
    assert_eq!(refusal(&from("/run/socket:0", true)), None);
    for far in ["10.0.0.1:7", "128.0.0.1:7", "[fe80::1]:7", "[::ffff:10.0.0.1]:7", "?:0", ""] {
        let refused = refusal(&from(far, false)).expect("it comes from afar");
        assert!(refused.starts_with("-DENIED ") && refused.ends_with(".\r\n"), "{far}");
    }
}
