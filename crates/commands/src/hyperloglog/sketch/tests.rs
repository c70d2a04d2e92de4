//! Both forms after the same elements.

use super::super::estimate::estimate;
use super::*;
use proptest::prelude::*;

fn new_sketch() -> Blob {
    let mut sketch = Blob::new(b"");
    create(&mut sketch);
    sketch
}

fn filled(elements: &[u32], sparse_max: usize) -> Blob {
    let mut sketch = new_sketch();
    for element in elements {
        add(&mut sketch, &element.to_le_bytes(), sparse_max).unwrap();
    }
    sketch
}

fn registers_of(sketch: &Blob) -> Box<Registers> {
    let mut registers = Box::new(Registers::new());
    raise(&mut registers, sketch.as_slice()).unwrap();
    registers
}

#[test]
fn a_new_sketch_counts_nothing() {
    let sketch = new_sketch();
    assert_eq!(sketch.as_slice(), b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0\x7f\xff");
    assert_eq!(kept_count(sketch.as_slice()), Some(0));
    assert_eq!(estimate(&histogram(sketch.as_slice()).unwrap()), 0);
}

#[test]
fn a_stale_count_keeps_its_bytes() {
    let mut sketch = new_sketch();
    keep_count(&mut sketch, 7);
    forget_count(&mut sketch);
    assert_eq!(&sketch.as_slice()[8..16], b"\x07\0\0\0\0\0\0\x80");
    assert_eq!(kept_count(sketch.as_slice()), None);
}

#[test]
fn what_is_no_sketch_has_no_form() {
    let dense = |len: usize| [b"HYLL\0".to_vec(), vec![0; len]].concat();
    assert_eq!(Form::of(&dense(12_299)), Some(Form::Dense));
    for bytes in [dense(12_298), dense(12_300), b"HYLL\x02".repeat(5), b"HYLM\x01".repeat(5)] {
        assert_eq!(Form::of(&bytes), None);
    }
    assert_eq!(Form::of(b"HYLL\x01\0\0\0\0\0\0\0\0\0\0"), None);
    assert_eq!(Form::of(b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0"), Some(Form::Sparse));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_forms_agree(
        elements in prop::collection::vec(any::<u32>(), 0..1500),
        sparse_max in 0_usize..3000,
    ) {
        let (narrow, wide) = (filled(&elements, 16_000), filled(&elements, 0));
        let between = filled(&elements, sparse_max);
        prop_assert!(between.len() <= sparse_max.max(HEADER + 2) || between.len() == wide.len());
        for other in [&wide, &between] {
            prop_assert_eq!(registers_of(&narrow), registers_of(other));
            prop_assert_eq!(histogram(narrow.as_slice()), histogram(other.as_slice()));
        }
        let mut widened = narrow.clone();
        make_dense(&mut widened).unwrap();
        make_dense(&mut widened).unwrap();
        prop_assert_eq!(&widened.as_slice()[HEADER..], &{
            let mut packed = vec![0; dense::BYTES];
            dense::pack(&registers_of(&narrow), &mut packed);
            packed
        }[..]);
    }

    #[test]
    fn merging_is_adding_both(
        first in prop::collection::vec(any::<u32>(), 0..700),
        second in prop::collection::vec(any::<u32>(), 0..700),
        sparse_max in 0_usize..3000,
    ) {
        let mut merged = filled(&first, sparse_max);
        let mut registers = registers_of(&merged);
        raise(&mut registers, filled(&second, 3000).as_slice()).unwrap();
        raise_all(&mut merged, &registers, sparse_max).unwrap();
        prop_assert_eq!(registers_of(&merged), registers);
    }

    #[test]
    fn arbitrary_registers_never_panic(
        form in 0_u8..3,
        count: u64,
        registers in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            prop::collection::vec(any::<u8>(), dense::BYTES),
            (0_usize..20, any::<u8>()).prop_map(|(len, byte)| vec![byte; len]),
        ],
        element: u32,
    ) {
        let bytes = [b"HYLL".as_slice(), &[form, 1, 2, 3], &count.to_le_bytes(), &registers].concat();
        if Form::of(&bytes).is_none() {
            return Ok(());
        }
        let mut sketch = Blob::new(&bytes);
        if let Ok(found) = histogram(&bytes) {
            estimate(&found);
            keep_count(&mut sketch, 3);
        }
        let sound = make_dense(&mut sketch.clone()).is_ok();
        let mut registers = Box::new(Registers::new());
        prop_assert_eq!(raise(&mut registers, &bytes).is_ok(), sound);
        for sparse_max in [0, 3000] {
            let mut sketch = sketch.clone();
            let added = add(&mut sketch, &element.to_le_bytes(), sparse_max);
            prop_assert!(!sound || added.is_ok());
        }
        if sound {
            raise_all(&mut sketch, &registers, 3000).unwrap();
        }
    }
}
