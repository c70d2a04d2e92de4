use super::*;

#[test]
fn room_is_lines_at_multiples_of_64() {
    for at in [0, 1, 62, 63, 64, 1000] {
        let room = fill(at, 200);
        assert_eq!((at + room.len() as u64) % LINE, 0, "{at}");
        assert!(room.len() >= 200 && room.len() < 264);
        for (offset, byte) in (at..).zip(&room) {
            assert_eq!(*byte == b'\n', offset % LINE == LINE - 1);
        }
    }
}

#[test]
fn wherever_a_batch_ends_lines_follow() {
    for at in 0..2 * LINE {
        for len in 0..2 * LINE as usize {
            let mut file = fill(0, 1000);
            let mut batch = Vec::new();
            push_batch(&mut batch, at, &vec![b'x'; len]);
            file[at as usize..at as usize + batch.len()].copy_from_slice(&batch);
            let behind = &file[at as usize + SUM_BYTES + len..];
            assert!(behind.len() < 1024 && behind.ends_with(b"#\n"));
            for line in behind.split_inclusive(|byte| *byte == b'\n') {
                assert!(is_room(line) && line.len() > 1 && line.len() <= 1 + LINE as usize);
            }
        }
    }
}

#[test]
fn a_sum_is_of_its_requests_alone() {
    let mut batch = Vec::new();
    push_batch(&mut batch, 0, b"*1\r\n$4\r\nPING\r\n");
    let (line, requests) = batch.split_at(SUM_BYTES);
    let sum = Sum::of_line(line).expect("a sum");
    assert_eq!(sum.len, 14);
    assert!(sum.is_of(&requests[..14]) && !sum.is_of(requests.get(..13).unwrap()));
    assert!(!sum.is_of(b"*1\r\n$4\r\nPONG\r\n"));
    assert_eq!(Sum::of_line(END).map(|end| end.len), Some(0));
    for at in 0..line.len() {
        let mut wrong = line.to_vec();
        wrong[at] = b'~';
        assert_eq!(Sum::of_line(&wrong), None, "{at}");
    }
}
