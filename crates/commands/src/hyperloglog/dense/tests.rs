//! Six bits in a row against a byte each.

use super::*;
use proptest::prelude::*;

fn registers() -> impl Strategy<Value = Box<Registers>> {
    prop::collection::vec(0_u8..64, REGISTERS)
        .prop_map(|values| values.into_boxed_slice().try_into().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn packing_matches_single_registers(registers in registers(), other in registers()) {
        let mut packed = vec![0; BYTES];
        pack(&registers, &mut packed);
        let mut one_by_one = vec![0xff; BYTES];
        for (index, value) in registers.iter().enumerate() {
            set(&mut one_by_one, index, *value);
        }
        prop_assert_eq!(&packed, &one_by_one);
        prop_assert!((0..REGISTERS).all(|index| get(&packed, index) == registers[index]));
        let mut raised = other.clone();
        raise(&mut raised, &packed);
        for index in 0..REGISTERS {
            prop_assert_eq!(raised[index], other[index].max(registers[index]));
        }
    }
}
