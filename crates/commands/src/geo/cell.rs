//! Positions as numbers, and the cells of the map that numbers with a common beginning make.
//!
//! Longitude and latitude are each a number of `step` bits, a fraction of its range; their bits
//! alternate, longitude first. So a cell is a prefix, all positions in it are a range of numbers,
//! and a sorted set whose scores are such numbers of 52 bits can be asked for a cell:
//!
//! ```text
//! step 1     01 | 11      00 south-west, 01 north-west,
//!            00 | 10      10 south-east, 11 north-east
//! cell 11 of step 1 = scores from 11 << 50 up to, not including, 100 << 50
//! ```
//!
//! Latitudes end where the Mercator map is a square. Arithmetic and its order are those of Redis,
//! since scores and distances must come out the same to the last bit.

/// A longitude and a latitude, in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Position {
    pub(super) lon: f64,
    pub(super) lat: f64,
}

pub(super) const LON_MAX: f64 = 180.0;
pub(super) const LAT_MAX: f64 = 85.051_128_78;
/// Steps of a score.
pub(super) const STEP_MAX: u32 = 26;
/// Bits of a score.
const SCORE_BITS: u32 = 52;
/// The bits of longitudes, and those of latitudes.
const LON_BITS: u64 = 0xaaaa_aaaa_aaaa_aaaa;
const LAT_BITS: u64 = 0x5555_5555_5555_5555;

impl Position {
    /// Whether it is on the map.
    pub(super) fn is_valid(self) -> bool {
        (-LON_MAX..=LON_MAX).contains(&self.lon) && (-LAT_MAX..=LAT_MAX).contains(&self.lat)
    }

    /// The score of a position on the map.
    pub(super) fn score(self) -> u64 {
        Cell::of(self, STEP_MAX).bits
    }

    /// The position that a score stands for: the middle of its cell. Any number can be a score.
    pub(super) fn of_score(score: f64) -> Self {
        let Area { west, east, south, north } = Cell { bits: u64_of(score), step: STEP_MAX }.area();
        Self {
            lon: f64::midpoint(west, east).clamp(-LON_MAX, LON_MAX),
            lat: f64::midpoint(south, north).clamp(-LAT_MAX, LAT_MAX),
        }
    }

    /// The 11 letters of the usual geohash, whose latitudes end at the poles. The last letter
    /// would need more bits than a score has; it is always 0.
    pub(super) fn letters(self) -> [u8; 11] {
        const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        let bits = bits_of(self, 90.0, STEP_MAX);
        let mut letters = [b'0'; 11];
        for (index, letter) in letters.iter_mut().take(10).enumerate() {
            let shift = SCORE_BITS - (index as u32 + 1) * 5;
            *letter = ALPHABET[(bits >> shift) as usize & 31];
        }
        letters
    }
}

/// What the reference's processor makes of a number that becomes an unsigned integer.
fn u64_of(value: f64) -> u64 {
    const HALF: f64 = (1_u64 << 63) as f64;
    if value < HALF { i64_of(value) as u64 } else { i64_of(value - HALF) as u64 ^ 1 << 63 }
}

/// The same for a signed integer: what does not fit is the least one.
pub(super) fn i64_of(value: f64) -> i64 {
    const HALF: f64 = (1_u64 << 63) as f64;
    if (-HALF..HALF).contains(&value) { value as i64 } else { i64::MIN }
}

/// A square of the map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cell {
    bits: u64,
    step: u32,
}

/// The edges of a cell, in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Area {
    pub(super) west: f64,
    pub(super) east: f64,
    pub(super) south: f64,
    pub(super) north: f64,
}

impl Cell {
    /// The cell of a position on the map; `step` from 1 to 26.
    pub(super) fn of(position: Position, step: u32) -> Self {
        Self { bits: bits_of(position, LAT_MAX, step), step }
    }

    /// The least score in the cell, and the least one above it.
    pub(super) fn scores(self) -> (f64, f64) {
        let shift = SCORE_BITS - self.step * 2;
        ((self.bits << shift) as f64, ((self.bits + 1) << shift) as f64)
    }

    pub(super) fn area(self) -> Area {
        let cells = (1_u64 << self.step) as f64;
        let edges = |number: u32, max: f64| {
            let edge = |number: u32| -max + (f64::from(number) / cells) * (max - -max);
            (edge(number), edge(number.wrapping_add(1)))
        };
        let (west, east) = edges(every_other(self.bits >> 1), LON_MAX);
        let (south, north) = edges(every_other(self.bits), LAT_MAX);
        Area { west, east, south, north }
    }

    /// The cell that many to the east and to the north, each -1, 0 or 1, around the world and over
    /// the edges.
    pub(super) fn neighbour(self, east: i8, north: i8) -> Self {
        let unused = 64 - self.step * 2;
        let (lon_bits, lat_bits) = (LON_BITS >> unused, LAT_BITS >> unused);
        let lon = moved(self.bits & LON_BITS, east, lon_bits, lat_bits);
        let lat = moved(self.bits & LAT_BITS, north, lat_bits, lon_bits);
        Self { bits: lon | lat, step: self.step }
    }
}

/// Adds `by` to a number that is made of `places`; what lies between these is set to carry over.
fn moved(number: u64, by: i8, places: u64, between: u64) -> u64 {
    match by {
        0 => number,
        1.. => number.wrapping_add(between + 1) & places,
        _ => (number | between).wrapping_sub(between + 1) & places,
    }
}

fn bits_of(position: Position, lat_max: f64, step: u32) -> u64 {
    let number = |value: f64, max: f64| {
        let fraction = (value - -max) / (max - -max);
        (fraction * (1_u64 << step) as f64) as u32
    };
    spread(number(position.lat, lat_max)) | spread(number(position.lon, LON_MAX)) << 1
}

/// Puts a zero before every bit.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, LAT_BITS),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// Takes every other bit, from the lowest on.
fn every_other(bits: u64) -> u32 {
    let mut bits = bits & LAT_BITS;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits as u32
}

#[cfg(test)]
mod tests;
