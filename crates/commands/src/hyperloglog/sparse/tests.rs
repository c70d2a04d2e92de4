//! Runs against plain registers, and arbitrary bytes as runs.

use super::super::registers::Registers;
use super::super::sketch;
use super::*;
use proptest::prelude::*;

fn new_sketch() -> Blob {
    let mut sketch = Blob::new(b"");
    sketch::create(&mut sketch);
    sketch
}

fn registers_of(sketch: &Blob) -> Box<Registers> {
    let mut registers = Box::new(Registers::new());
    sketch::raise(&mut registers, sketch.as_slice()).unwrap();
    registers
}

/// Registers that are close to each other, so that runs are split and joined.
fn raises() -> impl Strategy<Value = Vec<(usize, u8)>> {
    let register = prop_oneof![3 => 0_usize..40, 1 => 16_340..REGISTERS, 1 => 0..REGISTERS];
    let value = prop_oneof![4 => 1_u8..4, 1 => 1_u8..=VALUE_MAX];
    prop::collection::vec((register, value), 1..200)
}

#[test]
fn the_example_at_the_top_is_true() {
    let mut sketch = new_sketch();
    assert_eq!(&sketch.as_slice()[HEADER..], [0x7f, 0xff]);
    let outcome = raise(&mut sketch, &mut Hint::start(), 5, 3, 3000);
    assert_eq!(outcome, Ok(Outcome::Raised));
    assert_eq!(&sketch.as_slice()[HEADER..], [0x04, 0x88, 0x7f, 0xf9]);
}

proptest! {
    #[test]
    fn raising_matches_plain_registers(raises in raises(), len_max in 30_usize..400) {
        let mut sketch = new_sketch();
        let mut plain = Box::new([0; REGISTERS]);
        for (register, value) in raises {
            let before = sketch.as_slice().to_vec();
            let outcome = raise(&mut sketch, &mut Hint::start(), register, value, len_max).unwrap();
            match outcome {
                Outcome::Kept => prop_assert!(plain[register] >= value),
                Outcome::Raised => {
                    prop_assert!(plain[register] < value);
                    plain[register] = value;
                    prop_assert!(sketch.len() <= len_max);
                }
                Outcome::TooBig => prop_assert!(before.len() + 4 > len_max),
            }
            if outcome != Outcome::Raised {
                prop_assert_eq!(&before[..], sketch.as_slice());
            }
        }
        prop_assert!(registers_of(&sketch).iter().eq(plain.iter().copied()));
    }

    #[test]
    fn ascending_with_a_hint_gives_the_same_bytes(first in raises(), mut second in raises()) {
        second.sort_unstable();
        second.dedup_by_key(|(register, _)| *register);
        let mut plain = new_sketch();
        for (register, value) in first {
            raise(&mut plain, &mut Hint::start(), register, value, 3000).unwrap();
        }
        let mut hinted = Blob::new(plain.as_slice());
        let mut hint = Hint::start();
        for (register, value) in second {
            raise(&mut plain, &mut Hint::start(), register, value, 3000).unwrap();
            raise(&mut hinted, &mut hint, register, value, 3000).unwrap();
            prop_assert_eq!(plain.as_slice(), hinted.as_slice());
        }
    }

    #[test]
    fn arbitrary_runs_are_refused_or_stay_sound(
        runs in prop::collection::vec(any::<u8>(), 0..60),
        register in 0..REGISTERS,
        value in 1_u8..=51,
    ) {
        let mut sketch = new_sketch();
        sketch.truncate(HEADER);
        sketch.append(&runs);
        let sound = each(&runs, |_| ()).is_ok();
        let before = sketch.len();
        let outcome = raise(&mut sketch, &mut Hint::start(), register, value, 3000);
        prop_assert!(!sound || outcome.is_ok());
        prop_assert!(sketch.len() <= before + 3);
        if sound {
            prop_assert!(each(&sketch.as_slice()[HEADER..], |_| ()).is_ok());
        }
    }
}
