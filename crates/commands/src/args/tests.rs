use super::*;
use proptest::prelude::*;
use resp::{Limits, Progress, RequestParser};

/// A request in the form that clients send.
fn wire(args: Args<'_>) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
    for arg in args.iter() {
        bytes.extend_from_slice(format!("${}\r\n", arg.len()).as_bytes());
        bytes.extend_from_slice(arg);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn parsed(bytes: &[u8]) -> Option<Vec<Span>> {
    let mut spans = Vec::new();
    let whole = RequestParser::default().parse(bytes, &Limits::DEFAULT, &mut spans);
    matches!(whole, Ok(Progress::Complete { consumed }) if consumed == bytes.len()).then_some(spans)
}

#[test]
fn a_request_is_as_long_as_its_bytes_on_the_wire() {
    let long = [b'x'; 1000];
    let few: OwnedArgs = [&b"GET"[..], b"config:global"].into_iter().collect();
    let many: OwnedArgs = (0..12).map(|len| &long[..len * 10]).collect();
    assert_eq!(few.args().request_bytes(), 33);
    for args in [few, many, [&long[..], b""].into_iter().collect()] {
        let (args, bytes) = (args.args(), wire(args.args()));
        assert_eq!(args.request_bytes(), bytes.len());
        assert_eq!(args.request(), None, "there is no such request");
        let spans = parsed(&bytes).expect("a request");
        assert_eq!(Args::new(&bytes, &spans).request(), Some(&bytes[..]));
        assert_eq!(Args::new(&bytes, &spans).from(1).request(), None);
        assert_eq!(Args::new(&bytes, &spans).first(1).request(), None);
    }
}

proptest! {
    /// Whatever the parser lets pass: what is taken for a request in the right form is in it.
    #[test]
    fn what_has_a_wrong_line_end_is_not_taken_as_it_is(
        words in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 1..12),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let args: OwnedArgs = words.iter().map(|word| &word[..]).collect();
        let mut bytes = wire(args.args());
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if let Some(spans) = parsed(&bytes) {
            let args = Args::new(&bytes, &spans);
            let is_right = wire(args) == bytes;
            prop_assert_eq!(args.request(), is_right.then_some(&bytes[..]));
        }
    }
}
