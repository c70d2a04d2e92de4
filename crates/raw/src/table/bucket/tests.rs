use super::*;

#[test]
fn word_match_equals_vector_match() {
    let mut tags = 0x0123_4567_89ab_cdefu64;
    for round in 0..20_000u64 {
        tags = tags.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(round);
        let mixed = [tags, tags & 0x0101_ffff_8080_7f7f, 0, u64::MAX, 0x8000_0001_0100_0080];
        for word in mixed {
            for tag in [1, 2, 0x7f, 0x80, 0x81, 0xfe, 0xff, word as u8, (word >> 40) as u8] {
                let naive = (0..8).filter(|i| (word >> (8 * i)) as u8 == tag);
                let naive = naive.fold(0, |bits, i| bits | 1 << i);
                assert_eq!(match_tags_swar(word, tag), naive);
                assert_eq!(match_tags(word, tag), naive);
            }
        }
    }
}
