//! A plain blocking client over one TCP connection: enough for the tests and the benches.

use crate::transcript::Reply;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One connection and the bytes of it that are read but not yet decoded.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    buf: Vec<u8>,
    used: usize,
}

impl Client {
    /// Connects to a port of 127.0.0.1.
    ///
    /// # Errors
    /// A text with the port.
    pub(crate) fn connect(port: u16) -> Result<Self, String> {
        let addr = SocketAddr::from(([127, 0, 0, 1], port));
        let stream = TcpStream::connect_timeout(&addr, Duration::from_secs(5))
            .map_err(|e| format!("connect to port {port}: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        Ok(Self { stream, buf: Vec::new(), used: 0 })
    }

    /// Sends one command.
    ///
    /// # Errors
    /// A text of the I/O error.
    pub(crate) fn send<T: AsRef<[u8]>>(&mut self, args: &[T]) -> Result<(), String> {
        self.send_raw(&encode(args))
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// A text of the I/O error.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.stream.write_all(bytes).map_err(|e| format!("send: {e}"))
    }

    /// Returns the next reply; `None` if none is complete within `wait`.
    ///
    /// # Errors
    /// A text of the I/O or protocol error.
    pub(crate) fn next(&mut self, wait: Duration) -> Result<Option<Reply>, String> {
        self.stream.set_read_timeout(Some(wait)).map_err(|e| e.to_string())?;
        let mut chunk = [0; 16384];
        loop {
            if let Some((reply, used)) = Reply::decode(&self.buf[self.used..])? {
                self.used += used;
                if self.used == self.buf.len() {
                    self.buf.clear();
                    self.used = 0;
                }
                return Ok(Some(reply));
            }
            match self.stream.read(&mut chunk) {
                Ok(0) => return Ok(Some(Reply::Closed)),
                Ok(n) => self.buf.extend_from_slice(&chunk[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Ok(None);
                }
                Err(e) if e.kind() == ErrorKind::ConnectionReset => {
                    return Ok(Some(Reply::Closed));
                }
                Err(e) => return Err(format!("receive: {e}")),
            }
        }
    }

    /// Sends one command and returns its reply.
    ///
    /// # Errors
    /// A text; no reply within a minute is one too.
    pub(crate) fn call<T: AsRef<[u8]>>(&mut self, args: &[T]) -> Result<Reply, String> {
        self.send(args)?;
        self.next(Duration::from_mins(1))?.ok_or_else(|| "no reply within 60 s".to_owned())
    }
}

/// Returns one command as RESP.
pub(crate) fn encode<T: AsRef<[u8]>>(args: &[T]) -> Vec<u8> {
    let mut out = Vec::new();
    encode_into(&mut out, args);
    out
}

/// Appends one command as RESP.
pub(crate) fn encode_into<T: AsRef<[u8]>>(out: &mut Vec<u8>, args: &[T]) {
    let _ = write!(out, "*{}\r\n", args.len());
    for arg in args {
        let arg = arg.as_ref();
        let _ = write!(out, "${}\r\n", arg.len());
        out.extend_from_slice(arg);
        out.extend_from_slice(b"\r\n");
    }
}
