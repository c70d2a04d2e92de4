//! One connection that keeps a server busy with calls made from templates.
//!
//! Requests are encoded beforehand and go out in batches, the next ones before the replies of the
//! last are all there, so that the server seldom waits. Replies are counted as they stream in and
//! not kept:
//! some are hundreds of megabytes.

use crate::rng::Rng;
use crate::wire::encode_into;
use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Requests that are sent at a time.
const BATCH: u64 = 64;

/// A piece of an argument.
#[derive(Debug)]
enum Piece {
    Text(String),
    /// A word in braces and what is added to it.
    Word(String, u64),
}

/// A call whose words in braces are not filled in.
#[derive(Debug)]
pub(super) struct Template(Vec<Vec<Piece>>);

impl Template {
    pub(super) fn parse(text: &str) -> Self {
        Self(text.split(' ').map(pieces).collect())
    }

    fn argument(&self, at: usize, words: &Words) -> Vec<u8> {
        let mut text = String::new();
        for piece in &self.0[at] {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Word(word, plus) => words.write(word, *plus, &mut text),
            }
        }
        text.into_bytes()
    }

    /// Appends its arguments with `words` filled in.
    pub(super) fn arguments(&self, words: &Words, into: &mut Vec<Vec<u8>>) {
        into.extend((0..self.0.len()).map(|at| self.argument(at, words)));
    }
}

fn pieces(argument: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = argument;
    while let Some((fixed, after)) = rest.split_once('{') {
        let (word, after) = after.split_once('}').expect("braces are closed in the tables");
        let (word, plus) = word.split_once('+').unwrap_or((word, "0"));
        pieces.push(Piece::Text(fixed.to_owned()));
        let plus = plus.parse().expect("a number is added in the tables");
        pieces.push(Piece::Word(word.to_owned(), plus));
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

/// What the words in braces stand for in one cycle.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) key: u64,
    pub(super) element: u64,
    pub(super) another: u64,
    pub(super) fresh: u64,
    pub(super) size: u64,
}

impl Words {
    fn write(&self, word: &str, plus: u64, text: &mut String) {
        let mixed = Rng::new(self.element, 7).next();
        let number = match word {
            "k" => self.key,
            "r" => self.element,
            "q" => self.another,
            "h" => self.element + self.size / 2,
            "n" => self.fresh,
            "s" => self.size,
            "m" => self.size / 2,
            "v" => mixed % 1_000_000_000,
            "x" => {
                let _ = write!(text, "{:.4}", mixed as f64 / 6e16 - 150.0);
                return;
            }
            "y" => {
                let mixed = mixed.rotate_left(32);
                let _ = write!(text, "{:.4}", mixed as f64 / 1.4e17 - 65.0);
                return;
            }
            "blob" => {
                let mut rng = Rng::new(self.size, 3);
                let bytes = (0..self.size).map(|_| char::from(rng.below(128) as u8));
                return text.extend(bytes);
            }
            other => panic!("the tables have no word {{{other}}}"),
        };
        text.push_str(&(number + plus).to_string());
    }
}

/// A connection and how many replies it still has to get.
pub(super) struct Load {
    stream: TcpStream,
    counter: Counter,
    chunk: Vec<u8>,
    sent: u64,
    fresh: u64,
}

impl Load {
    pub(super) fn connect(port: u16) -> Result<Self, String> {
        let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))
            .map_err(|e| format!("connect to port {port}: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        let wait = Some(Duration::from_mins(2));
        stream.set_read_timeout(wait).map_err(|e| e.to_string())?;
        let (counter, chunk) = (Counter::default(), vec![0; 256 * 1024]);
        Ok(Self { stream, counter, chunk, sent: 0, fresh: 1_000_000_000 })
    }

    /// Encodes `cycles` cycles on keys and elements chosen by `rng`, in batches of calls.
    pub(super) fn encode(
        &mut self,
        calls: &[Template],
        (keys, size): (u64, u64),
        cycles: u64,
        rng: &mut Rng,
    ) -> Vec<(Vec<u8>, u64)> {
        let (mut batches, mut args) = (vec![(Vec::new(), 0)], Vec::new());
        for _ in 0..cycles {
            self.fresh += 1;
            let words = Words {
                key: rng.below(keys as usize) as u64,
                element: rng.below(size as usize) as u64,
                another: rng.below(size as usize) as u64,
                fresh: self.fresh,
                size,
            };
            if batches.last().is_none_or(|(_, count)| *count >= BATCH) {
                batches.push((Vec::new(), 0));
            }
            let (out, count) = batches.last_mut().expect("one was pushed");
            for call in calls {
                args.clear();
                call.arguments(&words, &mut args);
                encode_into(out, &args);
                *count += 1;
            }
        }
        batches
    }

    /// Sends `batches` and reads their replies, at most `ahead` calls before their replies.
    pub(super) fn run(&mut self, batches: &[(Vec<u8>, u64)], ahead: u64) -> Result<(), String> {
        for (bytes, count) in batches {
            self.receive(ahead.saturating_sub(*count))?;
            self.send(bytes, *count)?;
        }
        self.receive(0)
    }

    /// Sends `count` encoded calls.
    pub(super) fn send(&mut self, bytes: &[u8], count: u64) -> Result<(), String> {
        self.sent += count;
        self.stream.write_all(bytes).map_err(|e| format!("send: {e}"))
    }

    /// Reads until at most `left` calls have no reply yet. An error among them is one here.
    pub(super) fn receive(&mut self, left: u64) -> Result<(), String> {
        while self.sent - self.counter.done > left {
            match self.stream.read(&mut self.chunk) {
                Ok(0) => return Err("the server closed the connection".to_owned()),
                Ok(n) => self.counter.feed(&self.chunk[..n])?,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(format!("receive: {e}")),
            }
        }
        self.counter.error.take().map_or(Ok(()), Err)
    }
}

/// Counts complete replies in a stream of bytes.
#[derive(Debug, Default)]
struct Counter {
    done: u64,
    /// Values that the reply at hand still has.
    open: u64,
    /// Bytes of a text that are still to come.
    skip: usize,
    /// The beginning of a line.
    line: Vec<u8>,
    error: Option<String>,
}

impl Counter {
    fn feed(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while !bytes.is_empty() {
            if self.skip > 0 {
                let step = self.skip.min(bytes.len());
                self.skip -= step;
                bytes = &bytes[step..];
                if self.skip == 0 {
                    self.close_value();
                }
                continue;
            }
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
                self.line.extend_from_slice(bytes);
                return Ok(());
            };
            self.line.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            self.head(line.trim_ascii_end())?;
            self.line = line;
            self.line.clear();
        }
        Ok(())
    }

    /// The first line of a value, or all of it.
    fn head(&mut self, line: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(line);
        let number = || text[1..].parse::<i64>().map_err(|_| format!("a reply has {text:?}"));
        self.open = self.open.max(1);
        match line.first() {
            Some(b'$' | b'=') => {
                if let Ok(len) = usize::try_from(number()?) {
                    self.skip = len + 2;
                    return Ok(());
                }
            }
            Some(b'*' | b'~' | b'>') => self.open += number()?.max(0) as u64,
            Some(b'%') => self.open += 2 * number()?.max(0) as u64,
            Some(b'-') => self.error = Some(text.into_owned()),
            _ => {}
        }
        self.close_value();
        Ok(())
    }

    fn close_value(&mut self) {
        self.open -= 1;
        self.done += u64::from(self.open == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Counter, Template, Words};

    #[test]
    fn replies_are_counted_however_they_are_cut() {
        let stream = b"*2\r\n$3\r\na\nb\r\n:1\r\n$-1\r\n*0\r\n*1\r\n*2\r\n$0\r\n\r\n+OK\r\n:7\r\n";
        for cut in 0..stream.len() {
            let mut counter = Counter::default();
            counter.feed(&stream[..cut]).expect("the replies are well-formed");
            counter.feed(&stream[cut..]).expect("the replies are well-formed");
            assert_eq!((counter.done, counter.open), (5, 0), "cut at {cut}");
        }
    }

    #[test]
    fn words_are_filled_in() {
        let words = Words { key: 1, element: 20, another: 3, fresh: 4, size: 100 };
        let mut args = Vec::new();
        Template::parse("LRANGE list:{k} {m} {r+9}").arguments(&words, &mut args);
        assert_eq!(args, [&b"LRANGE"[..], b"list:1", b"50", b"29"]);
    }
}
