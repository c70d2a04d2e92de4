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

#[test]
fn a_batch_is_read_if_its_sum_is_right() {
    let (mut one, mut two) = (Vec::new(), Vec::new());
    room::push_batch(&mut one, 0, b"*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n");
    room::push_batch(&mut two, one.len() as u64, b"*1\r\n$1\r\nc\r\n");
    let fill = room::fill((one.len() + two.len()) as u64, 100);
    let text = |parts: &[&[u8]]| String::from_utf8(parts.concat()).unwrap();
    let whole = text(&[&one, &two, &fill]);
    for step in [1, 7, 1000] {
        let (found, offset, end) = all(&whole, step);
        assert_eq!((found.len(), end.as_str()), (3, "end"));
        assert_eq!(offset, whole.len() as u64);
    }
    // The last one is wrong, and nothing behind it is looked at.
    let wrong = whole.replace("c\r", "d\r");
    assert_eq!(
        all(&wrong, 7),
        (
            vec!["a".to_owned(), "b".to_owned()],
            one.len() as u64,
            "unexpected end of file".to_owned()
        )
    );
    // One before it is.
    let wrong = whole.replace("a\r", "d\r");
    let refused = (Vec::new(), 0, "bad file format".to_owned());
    assert_eq!(all(&wrong, 7), refused);
    // Nothing but room has come of the first; then there may be no second, but one without its sum.
    let lost = text(&[&room::fill(0, 64), b"x", &fill]);
    assert_eq!(all(&lost, 7).2, "unexpected end of file");
    let lost = text(&[&room::fill(0, 64), b"x", &two]);
    assert_eq!(all(&lost, 7).2, "bad file format");
    // Behind the end of sums there is no such leniency.
    let ended = text(&[&one, room::END, b"x"]);
    assert_eq!(all(&ended, 7).2, "bad file format");
}

#[test]
fn a_reader_tells_where_room_begins() {
    let mut file = Vec::new();
    room::push_batch(&mut file, 0, b"*1\r\n$1\r\na\r\n");
    let len = file.len() as u64;
    for (room, end) in [(&b""[..], len), (&room::fill(len, 200), len)] {
        let mut source = Bytes([&file[..], room].concat(), 0, 7);
        let mut reader = Reader::new(&mut source, 0);
        assert!(!reader.has_sums());
        assert_eq!(reader.read().unwrap().map(Request::len), Some(1));
        assert!(reader.read().unwrap().is_none() && reader.has_sums());
        assert_eq!(reader.end(), end);
    }
}
