use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn codes_read_back(len in prop_oneof![0usize..300, 4000usize..4200, 0usize..100_000]) {
        let code = Code::of(len);
        prop_assert_eq!(code.as_slice().len(), code_len(len));
        prop_assert_eq!(read_code(code.as_slice(), 0), (len, code_len(len)));
        let back = Code::back(len);
        prop_assert_eq!(read_code_back(back.as_slice(), code_len(len)), (len, code_len(len)));
    }
}

#[test]
fn codes_change_size_where_the_picture_says() {
    for (len, size) in [(0, 1), (239, 1), (240, 2), (4079, 2), (4080, 5), (u32::MAX as usize, 5)] {
        assert_eq!(Code::of(len).as_slice().len(), size, "{len}");
        assert_eq!(read_code(Code::of(len).as_slice(), 0).0, len);
    }
}
