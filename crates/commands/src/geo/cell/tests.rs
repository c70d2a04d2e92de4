//! Cells against positions, and scores that no position has.

use super::*;
use proptest::prelude::*;

fn positions() -> impl Strategy<Value = Position> {
    let lon =
        prop_oneof![4 => -LON_MAX..=LON_MAX, 1 => prop::sample::select(vec![-180.0, 0.0, 180.0])];
    let lat = prop_oneof![
        4 => -LAT_MAX..=LAT_MAX,
        1 => prop::sample::select(vec![-LAT_MAX, 0.0, LAT_MAX]),
    ];
    (lon, lat).prop_map(|(lon, lat)| Position { lon, lat })
}

#[test]
fn known_scores() {
    let palermo = Position { lon: 13.361_389, lat: 38.115_556 };
    assert_eq!(palermo.score(), 3_479_099_956_230_698);
    assert_eq!(&Position::of_score(3_479_099_956_230_698.0).letters(), b"sqc8b49rny0");
}

proptest! {
    #[test]
    fn a_cell_holds_its_positions(position in positions(), step in 1..=STEP_MAX) {
        let cell = Cell::of(position, step);
        let area = cell.area();
        prop_assert!(area.west <= position.lon && position.lon <= area.east);
        prop_assert!(area.south <= position.lat && position.lat <= area.north);
        let (least, above) = cell.scores();
        let score = position.score() as f64;
        // The very edge of the map is a cell beyond it, with a bit more than a double holds.
        let on_edge = position.lon >= LON_MAX || position.lat >= LAT_MAX;
        prop_assert!(on_edge || (least <= score && score < above));
        let back = Position::of_score(score);
        prop_assert!(on_edge || (back.lon - position.lon).abs() < 6e-6);
        prop_assert!(on_edge || (back.lat - position.lat).abs() < 3e-6);
    }

    #[test]
    fn steps_there_and_back(position in positions(), step in 1..=STEP_MAX, east in -1..=1_i8, north in -1..=1_i8) {
        prop_assume!(position.lon < LON_MAX && position.lat < LAT_MAX);
        let cell = Cell::of(position, step);
        let there = cell.neighbour(east, north);
        prop_assert_eq!(there.neighbour(-east, -north), cell);
        let (here, there) = (cell.area(), there.area());
        if east == 1 && here.east < LON_MAX {
            prop_assert_eq!(here.east.to_bits(), there.west.to_bits());
        }
        if north == 1 && here.north < LAT_MAX {
            prop_assert_eq!(here.north.to_bits(), there.south.to_bits());
        }
    }

    #[test]
    fn any_number_is_a_position(bits: u64) {
        let score = f64::from_bits(bits);
        prop_assume!(!score.is_nan());
        let position = Position::of_score(score);
        prop_assert!(position.is_valid());
        position.letters();
    }
}
