//! Six bits in a row against a byte each.

use super::*;
use proptest::prelude::*;

fn values() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0_u8..64, REGISTERS)
}

fn registers(values: &[u8]) -> Box<Registers> {
    let mut registers = Box::new(Registers::new());
    values.iter().enumerate().for_each(|(index, value)| registers.raise(index, *value));
    registers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn packing_matches_single_registers(values in values(), others in values()) {
        let mut packed = vec![0; BYTES];
        pack(&registers(&values), &mut packed);
        let mut one_by_one = vec![0xff; BYTES];
        for (index, value) in values.iter().enumerate() {
            set(&mut one_by_one, index, *value);
        }
        prop_assert_eq!(&packed, &one_by_one);
        prop_assert!((0..REGISTERS).all(|index| get(&packed, index) == values[index]));
        let mut raised = registers(&others);
        raise(&mut raised, &packed);
        let higher: Vec<u8> = values.iter().zip(&others).map(|(a, b)| *a.max(b)).collect();
        prop_assert!(raised.iter().eq(higher.iter().copied()));
        let mut histogram = [0; 64];
        for value in &higher {
            histogram[usize::from(*value)] += 1;
        }
        prop_assert_eq!(raised.histogram(), histogram);
    }
}
