//! Searching cells finds what looking at every position finds.

use super::*;
use proptest::prelude::*;

fn positions() -> impl Strategy<Value = Position> {
    (-LON_MAX..LON_MAX, -LAT_MAX..LAT_MAX).prop_map(|(lon, lat)| Position { lon, lat })
}

/// Shapes that stay away from the poles and from the date line, where the cells of the reference
/// leave places out.
fn shapes() -> impl Strategy<Value = Shape> {
    let centre = || (-100.0..100.0, -60.0..60.0).prop_map(|(lon, lat)| Position { lon, lat });
    let length = || (0.0_f64..14.0).prop_map(f64::exp);
    prop_oneof![
        (centre(), length()).prop_map(|(centre, radius)| Shape::Circle { centre, radius }),
        (centre(), length(), length()).prop_map(|(centre, width, height)| Shape::Rectangle {
            centre,
            width,
            height
        }),
    ]
}

#[test]
fn distances_are_metres() {
    let (palermo, catania) = (
        Position { lon: 13.361_389, lat: 38.115_556 },
        Position { lon: 15.087_269, lat: 37.502_669 },
    );
    assert!((distance(palermo, catania) - 166_274.0).abs() < 1.0);
    assert!((distance(palermo, Position { lat: 37.0, ..palermo }) - 124_077.0).abs() < 10.0);
}

#[test]
fn polygons_have_an_inside() {
    let corner = |lon, lat| Position { lon, lat };
    // An L: its notch is outside.
    let corners = vec![
        corner(0.0, 0.0),
        corner(4.0, 0.0),
        corner(4.0, 1.0),
        corner(1.0, 1.0),
        corner(1.0, 4.0),
        corner(0.0, 4.0),
    ];
    let shape = Shape::polygon(corners);
    for (lon, lat, inside) in
        [(0.5, 0.5, true), (3.5, 0.5, true), (0.5, 3.5, true), (2.0, 2.0, false), (5.0, 0.5, false)]
    {
        assert_eq!(shape.reach(corner(lon, lat)).is_some(), inside, "{lon} {lat}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn cells_cover_their_shape(shape in shapes(), lon in -1.0..1.0, lat in -1.0..1.0) {
        let bounds = shape.bounds();
        let position = Position {
            lon: shape.centre().lon + (bounds.east - shape.centre().lon) * lon,
            lat: shape.centre().lat + (bounds.north - shape.centre().lat) * lat,
        };
        prop_assume!(position.is_valid() && shape.reach(position).is_some());
        let score = position.score() as f64;
        let holds = |cell: Cell| {
            let (least, above) = cell.scores();
            least <= score && score < above
        };
        prop_assert!(shape.cells().any(holds));
    }

    #[test]
    fn no_shape_makes_trouble(
        centre in positions(),
        lengths in prop::array::uniform2(prop_oneof![
            0.0..1e9_f64,
            prop::sample::select(vec![0.0, -0.0, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE, 5e-324]),
        ]),
        corners in prop::collection::vec(positions(), 1..6),
        other in positions(),
    ) {
        let [width, height] = lengths;
        for shape in [
            Shape::Circle { centre, radius: width },
            Shape::Rectangle { centre, width, height },
            Shape::polygon(corners),
        ] {
            let cells: Vec<_> = shape.cells().collect();
            prop_assert!(cells.len() <= 9);
            for (index, cell) in cells.iter().enumerate() {
                prop_assert!(!cells[..index].contains(cell), "a cell is searched twice");
            }
            shape.reach(other);
        }
    }
}
