//! Listening sockets: TCP addresses of `bind`, and the unix socket.

use crate::startup::Endpoint;
use commands::config::{Config, Id};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::net::{self, AddressFamily, SocketFlags, SocketType, sockopt};
use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::{Arc, Mutex, PoisonError};

/// What is spoken on a TCP port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The protocol itself.
    Plain,
    /// The protocol within TLS.
    Tls,
}

impl Kind {
    /// The directive with its port.
    pub(crate) fn directive(self) -> Id {
        match self {
            Kind::Plain => Id::PORT,
            Kind::Tls => Id::TLS_PORT,
        }
    }
}

/// A socket that accepts clients.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// What is spoken there.
    pub(crate) kind: Kind,
    /// The socket.
    pub(crate) fd: Arc<OwnedFd>,
    /// Where it is.
    pub(crate) endpoint: Endpoint,
    /// Whether it is a unix socket.
    pub(crate) unix: bool,
    /// A descriptor to give away when there is no other.
    spare: Spare,
}

type Spare = Arc<Mutex<Option<OwnedFd>>>;

impl Listener {
    fn new(kind: Kind, fd: OwnedFd, endpoint: Endpoint, unix: bool) -> Self {
        Self { kind, fd: Arc::new(fd), endpoint, unix, spare: Arc::new(Mutex::new(spare())) }
    }

    /// Accepts one connection and closes it at once, with the spare descriptor: none else is left.
    pub(crate) fn turn_away(&self) {
        let mut kept = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        drop(kept.take());
        drop(net::accept_with(&self.fd, SocketFlags::CLOEXEC));
        *kept = spare();
    }
}

fn spare() -> Option<OwnedFd> {
    rustix::fs::open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// An address that could not be listened on.
#[derive(Debug)]
pub(crate) struct Failed {
    /// As the configuration has it.
    pub(crate) address: String,
    /// What failed and why, as Redis says it.
    pub(crate) reason: String,
    /// The address may be missing on this machine (`-` before it).
    pub(crate) optional: bool,
}

/// Opens every TCP address on `port`. Failures are returned beside the sockets.
pub(crate) fn tcp(config: &Config, port: u16, kind: Kind) -> (Vec<Listener>, Vec<Failed>) {
    let (mut open, mut failed) = (Vec::new(), Vec::new());
    let backlog = config.int(Id::TCP_BACKLOG) as i32;
    for entry in config.bind_addresses() {
        let (optional, name) = match entry.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, &*entry),
        };
        let addresses = addresses(name);
        if addresses.is_empty() {
            let reason = "Name or service not known".to_owned();
            failed.push(Failed { address: name.to_owned(), reason, optional });
        }
        for address in addresses {
            match tcp_socket(address, port, backlog) {
                Ok(fd) => {
                    let endpoint = Endpoint::Tcp(SocketAddr::new(address, port).to_string());
                    open.push(Listener::new(kind, fd, endpoint, false));
                }
                Err((step, error)) => {
                    let absent = error == rustix::io::Errno::ADDRNOTAVAIL
                        || error == rustix::io::Errno::AFNOSUPPORT;
                    failed.push(Failed {
                        address: name.to_owned(),
                        reason: format!("{step}: {}", text_of(error)),
                        optional: optional && absent,
                    });
                }
            }
        }
    }
    (open, failed)
}

fn addresses(name: &str) -> Vec<IpAddr> {
    match name {
        "*" => vec![IpAddr::from([0, 0, 0, 0])],
        "::*" => vec![IpAddr::from([0_u16; 8])],
        name => {
            if let Ok(address) = name.parse() {
                vec![address]
            } else {
                use std::net::ToSocketAddrs as _;
                let found = (name, 0).to_socket_addrs().into_iter().flatten();
                found.map(|address| address.ip()).take(1).collect()
            }
        }
    }
}

fn tcp_socket(
    address: IpAddr,
    port: u16,
    backlog: i32,
) -> Result<OwnedFd, (&'static str, rustix::io::Errno)> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let fd =
        net::socket_with(family, SocketType::STREAM, flags, None).map_err(|e| ("socket", e))?;
    sockopt::set_socket_reuseaddr(&fd, true).map_err(|e| ("setsockopt SO_REUSEADDR", e))?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&fd, true).map_err(|e| ("setsockopt", e))?;
    }
    net::bind(&fd, &SocketAddr::new(address, port)).map_err(|e| ("bind", e))?;
    net::listen(&fd, backlog).map_err(|e| ("listen", e))?;
    Ok(fd)
}

/// Has sockets refuse whoever comes from now on; addresses of TCP are free again at once.
pub(crate) fn stop(listeners: &[Listener]) {
    for listener in listeners {
        // One that is closed already refuses too.
        let _ = net::shutdown(&listener.fd, net::Shutdown::Both);
    }
}

/// Opens the unix socket, if one is configured. The file appears with its final permissions.
///
/// # Errors
/// What failed, as Redis says it.
pub(crate) fn unix(config: &Config) -> Result<Option<Listener>, String> {
    let path = config.text(Id::UNIXSOCKET);
    if path.is_empty() {
        return Ok(None);
    }
    let path = OsStr::from_bytes(&path);
    let _ = std::fs::remove_file(path);
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let fd = net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
        .map_err(|error| format!("socket: {}", text_of(error)))?;
    let address = net::SocketAddrUnix::new(path.as_bytes())
        .map_err(|error| format!("opening Unix socket: bind: {}", text_of(error)))?;
    net::bind(&fd, &address)
        .map_err(|error| format!("opening Unix socket: bind: {}", text_of(error)))?;
    let mode = config.int(Id::UNIXSOCKETPERM);
    if mode != 0 {
        let mode = Mode::from_raw_mode(mode as u32);
        rustix::fs::chmodat(CWD, path, mode, rustix::fs::AtFlags::empty())
            .map_err(|error| format!("chmod: {}", text_of(error)))?;
    }
    net::listen(&fd, config.int(Id::TCP_BACKLOG) as i32)
        .map_err(|error| format!("listen: {}", text_of(error)))?;
    let endpoint = Endpoint::Unix(path.to_string_lossy().into_owned());
    Ok(Some(Listener::new(Kind::Plain, fd, endpoint, true)))
}

/// The operating system's words, without the number that Rust adds.
fn text_of(error: rustix::io::Errno) -> String {
    crate::conf_file::reason(&error.into())
}

#[cfg(test)]
mod tests;
