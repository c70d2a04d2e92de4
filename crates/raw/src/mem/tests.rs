use super::*;

#[test]
fn classes_and_their_numbers() {
    let mut classes = vec![];
    for need in 0..200_000 {
        let class = size_class(need);
        assert!(class >= need && class.is_multiple_of(8));
        if classes.last() != Some(&class) {
            classes.push(class);
            assert_eq!(usize::from(class_index(class)), classes.len());
        }
        assert_eq!(class_size(class_index(need)), class);
    }
    assert_eq!(classes[..14], [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192]);
    assert_eq!((size_class(520), size_class(16 << 10), size_class(100_000)), (640, 16384, 114_688));
    for lg in 6..40 {
        let need = (1usize << lg) + 1;
        assert_eq!(class_size(class_index(need)), size_class(need));
    }
}

#[test]
fn varints_round_trip() {
    for value in (0..60).flat_map(|lg| [(1usize << lg) - 1, 1 << lg, (1 << lg) + 1]) {
        let len = varint_len(value);
        let mut fill = Fill::new(len + 1);
        fill.varint(value);
        fill.u8(0xaa);
        let base = fill.finish();
        // SAFETY: written just above.
        assert_eq!(unsafe { varint(base, 0) }, (value, len));
        // SAFETY: allocated with this need.
        unsafe { release(base, len + 1) };
    }
}
