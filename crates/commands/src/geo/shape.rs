//! What is searched: circles, boxes and polygons, and the cells that cover them.
//!
//! A search looks at the cell of the centre and its eight neighbours, of a size that the shape
//! fits in, less those that it does not reach. Cells and their order are those of Redis (polygons:
//! Valkey), because members come out in that order. Distances are on a sphere, by the haversine
//! formula.

use super::cell::{Cell, LAT_MAX, LON_MAX, Position, STEP_MAX};

/// The earth's radius in metres, a mean of its ellipsoid's.
const EARTH: f64 = 6_372_797.560_856;
/// Half of the map's width in metres.
const MAP: f64 = 20_037_726.37;
const DEGREE: f64 = std::f64::consts::PI / 180.0;

/// A shape around a centre; lengths in metres.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Shape {
    Circle { centre: Position, radius: f64 },
    Rectangle { centre: Position, width: f64, height: f64 },
    Polygon { centre: Position, corners: Vec<Position> },
}

/// A box of degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Bounds {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

/// Metres between two positions.
pub(super) fn distance(a: Position, b: Position) -> f64 {
    let across = ((b.lon * DEGREE - a.lon * DEGREE) / 2.0).sin();
    if across == 0.0 {
        return distance_of_latitudes(a.lat, b.lat);
    }
    let (a, b) = (a.lat * DEGREE, b.lat * DEGREE);
    let up = ((b - a) / 2.0).sin();
    let chord = up * up + a.cos() * b.cos() * across * across;
    2.0 * EARTH * chord.sqrt().asin()
}

fn distance_of_latitudes(a: f64, b: f64) -> f64 {
    EARTH * (b * DEGREE - a * DEGREE).abs()
}

impl Shape {
    /// A polygon around the middle of its corners, of which there are some.
    pub(super) fn polygon(corners: Vec<Position>) -> Self {
        let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
        for corner in &corners {
            let (lon, lat) = (corner.lon * DEGREE, corner.lat * DEGREE);
            x += EARTH * lat.cos() * lon.cos();
            y += EARTH * lat.cos() * lon.sin();
            z += EARTH * lat.sin();
        }
        let count = corners.len() as f64;
        let (x, y, z) = (x / count, y / count, z / count);
        let lat = z.atan2((x * x + y * y).sqrt());
        let centre = Position { lon: y.atan2(x) / DEGREE, lat: lat / DEGREE };
        Self::Polygon { centre, corners }
    }

    fn centre(&self) -> Position {
        match self {
            Self::Circle { centre, .. }
            | Self::Rectangle { centre, .. }
            | Self::Polygon { centre, .. } => *centre,
        }
    }

    /// Metres from the centre to a position that is inside; none if it is outside.
    pub(super) fn reach(&self, position: Position) -> Option<f64> {
        match self {
            Self::Circle { centre, radius } => {
                let distance = distance(*centre, position);
                // What is no number, at the other end of the world, is not too far.
                if distance > *radius { None } else { Some(distance) }
            }
            Self::Rectangle { centre, width, height } => {
                let up = distance_of_latitudes(position.lat, centre.lat);
                if up > *height / 2.0 {
                    return None;
                }
                let beside = Position { lon: centre.lon, lat: position.lat };
                if distance(position, beside) > *width / 2.0 {
                    return None;
                }
                Some(distance(*centre, position))
            }
            Self::Polygon { centre, corners } => {
                is_inside(position, corners).then(|| distance(*centre, position))
            }
        }
    }

    fn bounds(&self) -> Bounds {
        let (centre, width, height) = match self {
            Self::Circle { centre, radius } => (centre, *radius, *radius),
            Self::Rectangle { centre, width, height } => (centre, *width / 2.0, *height / 2.0),
            Self::Polygon { corners, .. } => return bounds_of(corners),
        };
        let up = height / EARTH / DEGREE;
        // The same width is more degrees the nearer the pole is.
        let pole_side = if centre.lat < 0.0 { centre.lat - up } else { centre.lat + up };
        let across = width / EARTH / (pole_side * DEGREE).cos() / DEGREE;
        Bounds {
            west: centre.lon - across,
            east: centre.lon + across,
            south: centre.lat - up,
            north: centre.lat + up,
        }
    }

    /// Metres from the centre to the farthest place.
    fn radius(&self, bounds: Bounds) -> f64 {
        match self {
            Self::Circle { radius, .. } => *radius,
            Self::Rectangle { width, height, .. } => {
                let (x, y) = (*width / 2.0, *height / 2.0);
                (x * x + y * y).sqrt()
            }
            Self::Polygon { centre, .. } => {
                let Bounds { west, east, south, north } = bounds;
                let corners = [(west, north), (east, north), (west, south), (east, south)];
                let distances = corners.map(|(lon, lat)| distance(*centre, Position { lon, lat }));
                distances
                    .into_iter()
                    .reduce(|most, next| if next > most { next } else { most })
                    .unwrap_or(0.0)
            }
        }
    }

    /// The cells to search, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> + use<> {
        let bounds = self.bounds();
        let middle = self.centre();
        let centre = Position {
            lon: middle.lon.clamp(-LON_MAX, LON_MAX),
            lat: middle.lat.clamp(-LAT_MAX, LAT_MAX),
        };
        let mut step = step_for(self.radius(bounds), centre.lat);
        let mut cell = Cell::of(centre, step);
        if step > 1 && !bounds.are_covered_around(cell) {
            step -= 1;
            cell = Cell::of(centre, step);
        }
        let skips = bounds.skips(cell, step);
        let wanted = move |(east, north): &(i8, i8)| !skips.any(*east, *north);
        let mut last = None;
        let cells = AROUND.into_iter().filter(wanted);
        let cells = cells.map(move |(east, north)| cell.neighbour(east, north));
        // Around the world a neighbour may be the same cell as the one before.
        let cells = cells.filter(move |cell| last.replace(*cell) != Some(*cell));
        std::iter::once(cell).chain(cells)
    }
}

/// Neighbours in the order of search: steps to the east and to the north.
const AROUND: [(i8, i8); 8] =
    [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];

/// Sides of a cell that a shape does not reach beyond.
#[derive(Clone, Copy)]
struct Skips {
    west: bool,
    east: bool,
    south: bool,
    north: bool,
}

impl Skips {
    fn any(self, east: i8, north: i8) -> bool {
        (east < 0 && self.west)
            || (east > 0 && self.east)
            || (north < 0 && self.south)
            || (north > 0 && self.north)
    }
}

impl Bounds {
    /// Whether a cell with its neighbours covers the box.
    fn are_covered_around(self, cell: Cell) -> bool {
        let uncovered = cell.neighbour(0, 1).area().north < self.north
            || cell.neighbour(0, -1).area().south > self.south
            || cell.neighbour(1, 0).area().east < self.east
            || cell.neighbour(-1, 0).area().west > self.west;
        !uncovered
    }

    /// The neighbours that the box does not reach. Of the largest cells all are searched.
    fn skips(self, cell: Cell, step: u32) -> Skips {
        let area = cell.area();
        let small = step >= 2;
        Skips {
            west: small && area.west < self.west,
            east: small && area.east > self.east,
            south: small && area.south < self.south,
            north: small && area.north > self.north,
        }
    }
}

fn bounds_of(corners: &[Position]) -> Bounds {
    let mut bounds = Bounds { west: LON_MAX, east: -LON_MAX, south: LAT_MAX, north: -LAT_MAX };
    for corner in corners {
        bounds.west = bounds.west.min(corner.lon);
        bounds.east = bounds.east.max(corner.lon);
        bounds.south = bounds.south.min(corner.lat);
        bounds.north = bounds.north.max(corner.lat);
    }
    bounds
}

/// Returns how fine the cells may be for nine of them to hold a circle; coarser near the poles.
fn step_for(radius: f64, lat: f64) -> u32 {
    if radius == 0.0 {
        return STEP_MAX;
    }
    let mut doublings = 0;
    let mut reach = radius;
    while reach < MAP {
        reach *= 2.0;
        doublings += 1;
    }
    let polar = i32::from(lat.abs() > 66.0) + i32::from(lat.abs() > 80.0);
    (doublings - 1 - polar).clamp(1, STEP_MAX as i32) as u32
}

/// Whether a position is in a polygon on the flat map: a ray to the east crosses an odd number of
/// its sides.
fn is_inside(position: Position, corners: &[Position]) -> bool {
    let crosses = |a: Position, b: Position| {
        (a.lat > position.lat) != (b.lat > position.lat)
            && position.lon < (b.lon - a.lon) * (position.lat - a.lat) / (b.lat - a.lat) + a.lon
    };
    let previous = corners.iter().cycle().skip(corners.len().saturating_sub(1));
    let sides = corners.iter().zip(previous);
    sides.filter(|(a, b)| crosses(**a, **b)).count() % 2 == 1
}

#[cfg(test)]
mod tests;
