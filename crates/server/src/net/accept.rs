//! Accepting: limits, protection, and which worker gets the connection.

use crate::net::listen::{Kind, Listener};
use commands::config::{Config, Id};
use commands::session::CardAddress;
use commands::shared::Shared;
use rustix::net::{SocketAddrAny, SocketFlags, acceptfrom_with, getsockname, sockopt};
use std::net::SocketAddr;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::time::Duration;

/// Places beyond `maxclients` for who comes through the unix socket, which has a backlog of its own
/// too: an administrator gets in when TCP clients have taken everything.
const RESERVE: u64 = 16;

/// An accepted connection on its way to its worker.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The socket.
    pub(crate) fd: OwnedFd,
    /// Its addresses.
    pub(crate) address: CardAddress,
    /// What it is told before it is dropped, once that can be told in secret.
    pub(crate) refusal: Option<&'static str>,
}

/// The most connections that may be open for one of this kind to be let in.
pub(crate) fn places(config: &Config, is_unix: bool) -> u64 {
    config.size(Id::MAXCLIENTS) + if is_unix { RESERVE } else { 0 }
}

/// Takes the connections that wait on a listener, at most `max-new-connections-per-cycle` in a turn
/// of the loop, so that a storm does not starve the clients that are there.
pub(crate) fn accept_batch(listener: &Listener, shared: &Shared) -> Vec<Arrival> {
    accept_some(listener, &shared.config, shared.acl.default_rules().no_pass)
}

fn accept_some(listener: &Listener, config: &Config, no_pass: bool) -> Vec<Arrival> {
    let mut arrivals = Vec::new();
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    for _ in 0..config.int(Id::MAX_NEW_CONNECTIONS_PER_CYCLE) {
        match acceptfrom_with(&listener.fd, flags) {
            Ok((fd, peer)) => {
                let address = describe(listener, &fd, peer);
                if !listener.unix {
                    tune(&fd, config);
                }
                let is_protected = no_pass && config.flag(Id::PROTECTED_MODE);
                let refusal = refusal(&address).filter(|_| is_protected);
                if let (Some(refusal), Kind::Plain) = (refusal, listener.kind) {
                    let _ = rustix::io::write(&fd, refusal.as_bytes());
                    continue;
                }
                arrivals.push(Arrival { fd, address, refusal });
            }
            // The peer is gone again, or a signal came: the next one may be fine.
            Err(rustix::io::Errno::CONNABORTED | rustix::io::Errno::INTR) => {}
            // Whoever waits would keep this worker busy for nothing: they are turned away.
            Err(rustix::io::Errno::MFILE | rustix::io::Errno::NFILE) => {
                listener.turn_away();
                break;
            }
            Err(_) => break,
        }
    }
    arrivals
}

fn describe(listener: &Listener, fd: &OwnedFd, peer: Option<SocketAddrAny>) -> CardAddress {
    if let crate::startup::Endpoint::Unix(path) = &listener.endpoint {
        let addr: Box<str> = format!("{path}:0").into();
        return CardAddress { laddr: addr.clone(), addr, fd: fd.as_raw_fd(), unix: true };
    }
    let text = |any: Option<SocketAddrAny>| match any.map(SocketAddr::try_from) {
        Some(Ok(address)) => address.to_string().into(),
        _ => Box::from("?:0"),
    };
    let addr = text(peer);
    let laddr = text(getsockname(fd).ok());
    CardAddress { addr, laddr, fd: fd.as_raw_fd(), unix: false }
}

fn tune(fd: &OwnedFd, config: &Config) {
    // Failures leave the defaults of the system, which work.
    let _ = sockopt::set_tcp_nodelay(fd, true);
    let seconds = config.int(Id::TCP_KEEPALIVE);
    if seconds > 0 {
        let _ = sockopt::set_socket_keepalive(fd, true);
        let _ = sockopt::set_tcp_keepidle(fd, Duration::from_secs(seconds as u64));
        let _ = sockopt::set_tcp_keepintvl(fd, Duration::from_secs((seconds / 3).max(1) as u64));
        let _ = sockopt::set_tcp_keepcnt(fd, 3);
    }
}

/// Protected mode, without a password: only this machine may connect.
fn refusal(address: &CardAddress) -> Option<&'static str> {
    let is_local = |addr: SocketAddr| addr.ip().to_canonical().is_loopback();
    let local = address.unix || address.addr.parse::<SocketAddr>().is_ok_and(is_local);
    (!local).then_some(
        "-DENIED This server runs in protected mode: it has no password, so only clients on its \
         own machine may connect. Set one with 'requirepass' (or bind to an address that only \
         friends can reach and turn 'protected-mode' off), then connect again.\r\n",
    )
}

#[cfg(test)]
mod tests;
