use super::*;

struct Bytes(Vec<u8>, usize, usize);

impl Source for Bytes {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = (self.0.len() - self.1).min(buf.len()).min(self.2);
        buf[..count].copy_from_slice(&self.0[self.1..self.1 + count]);
        self.1 += count;
        Ok(count)
    }

    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

/// The requests as text, and how it ends.
fn all(text: &str, step: usize) -> (Vec<String>, u64, String) {
    let mut source = Bytes(text.replace('|', "\r\n").into_bytes(), 0, step);
    let mut reader = Reader::new(&mut source, 0);
    let mut found = Vec::new();
    let end = loop {
        match reader.read() {
            Ok(Some(request)) => {
                let words: Vec<_> =
                    request.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
                found.push(words.join(" "));
            }
            Ok(None) => break "end".to_owned(),
            Err(error) => break error.to_string(),
        }
    };
    (found, reader.offset(), end)
}

#[test]
fn requests_and_annotations() {
    let text = "*2|$6|SELECT|$1|0|#TS:17|*3|$3|SET|$1|k|$0||*1|$4|PING|";
    for step in [1, 3, 1000] {
        let (found, offset, end) = all(text, step);
        assert_eq!(found, ["SELECT 0", "SET k ", "PING"]);
        assert_eq!((offset, end.as_str()), (text.replace('|', "\r\n").len() as u64, "end"));
    }
}

#[test]
fn every_prefix_ends_short_behind_a_whole_request() {
    let text = "*2|$6|SELECT|$1|0|*3|$3|SET|$1|k|$1|v|".replace('|', "\r\n");
    let first = "*2|$6|SELECT|$1|0|".replace('|', "\r\n").len();
    for len in 0..text.len() {
        let (found, offset, end) = all(&text[..len], 7);
        let whole = if len >= first { first } else { 0 };
        assert_eq!(offset, whole as u64);
        assert_eq!(found.len(), usize::from(len >= first));
        assert_eq!(end == "end", len == whole, "{len}: {end}");
    }
}

#[test]
fn what_is_no_request_is_refused() {
    for text in ["PING|", "*0|", "*x|", "*-1|", "*1|+OK|", "*1|$-1|", "*99999999999999999999|"] {
        assert_eq!(all(text, 100).2, "bad file format", "{text}");
    }
    // Claims are believed only as far as there are bytes.
    assert_eq!(all("*2000000000|$3|SET|", 100).2, "unexpected end of file");
    assert_eq!(all("*1|$9223372036854775000|x", 100).2, "unexpected end of file");
    assert_eq!(all("*1|$9223372036854775807|x", 100).2, "unexpected end of file");
}
