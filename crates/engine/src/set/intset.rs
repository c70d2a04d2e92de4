//! Small set of integers: sorted, each as its distance from the least.
//!
//! ```text
//! [width of an offset | bytes of base << 4][count u16]
//! [base, 0 to 8 bytes, signed][offset: width bytes] x count
//! ```
//!
//! Little endian; width is 1, 2, 4 or 8. Example: {1000, 1001, 1003} is `21  03 00  E8 03  00 01
//! 03`. Twenty neighbouring numbers take 25 bytes. An integer below the base or too far above it
//! rewrites the set, which is at most as long as an ordinary insertion's move in the worst case.
//! Frame-of-reference coding: Goldstein et al. 1998.
//!
//! Invariants: offsets ascend strictly; an empty set has no bytes.

use raw::Packed;

const HEADER: usize = 3;

/// The header, decoded, and the offsets.
#[derive(Clone, Copy)]
struct Frame<'a> {
    width: usize,
    base: i64,
    offsets: &'a [u8],
}

impl<'a> Frame<'a> {
    #[inline]
    fn of(bytes: &'a [u8]) -> Self {
        let Some((&head, rest)) = bytes.split_first() else {
            return Self { width: 1, base: 0, offsets: &[] };
        };
        let base_len = (head >> 4) as usize;
        let (base, offsets) = rest[HEADER - 1..].split_at(base_len);
        let mut wide = [match base.last() {
            Some(top) if top & 0x80 != 0 => 0xFF,
            _ => 0,
        }; 8];
        wide[..base_len].copy_from_slice(base);
        Self { width: (head & 15) as usize, base: i64::from_le_bytes(wide), offsets }
    }

    fn len(self) -> usize {
        self.offsets.len() / self.width
    }

    #[inline]
    fn offset(self, at: usize) -> u64 {
        let from = &self.offsets[at * self.width..];
        match self.width {
            1 => from[0] as u64,
            2 => u16::from_le_bytes([from[0], from[1]]) as u64,
            4 => u32::from_le_bytes([from[0], from[1], from[2], from[3]]) as u64,
            _ => u64::from_le_bytes(from[..8].try_into().expect("eight bytes")),
        }
    }

    #[inline]
    fn get(self, at: usize) -> i64 {
        self.base.wrapping_add(self.offset(at) as i64)
    }

    /// The offset of `value`, if this frame can hold it.
    #[inline]
    fn distance(self, value: i64) -> Option<u64> {
        let distance = value.wrapping_sub(self.base) as u64;
        let fits = self.width == 8 || distance >> (self.width * 8) == 0;
        (value >= self.base && fits).then_some(distance)
    }

    /// The place of an offset, or where it would go.
    #[inline]
    fn search(self, distance: u64) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.offset(middle).cmp(&distance) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }
}

/// Number of integers. O(1).
pub(crate) fn len(bytes: &[u8]) -> usize {
    match bytes {
        [_, low, high, ..] => u16::from_le_bytes([*low, *high]) as usize,
        _ => 0,
    }
}

/// Whether `value` is in the set. O(log n).
pub(super) fn contains(bytes: &[u8], value: i64) -> bool {
    let frame = Frame::of(bytes);
    frame.distance(value).is_some_and(|distance| frame.search(distance).is_ok())
}

/// The integer at `at`, which exists, in ascending order. O(1).
pub(super) fn get(bytes: &[u8], at: usize) -> i64 {
    Frame::of(bytes).get(at)
}

/// Adds an integer; whether it is new. O(n) moves.
pub(super) fn add(packed: &mut Packed, value: i64) -> bool {
    let frame = Frame::of(packed.as_slice());
    let (count, width) = (frame.len(), frame.width);
    let Some(distance) = frame.distance(value).filter(|_| count > 0) else {
        let mut values: Vec<i64> = (0..count).map(|at| frame.get(at)).collect();
        let at = values.partition_point(|&v| v < value);
        values.insert(at, value);
        *packed = encode(&values);
        return true;
    };
    let Err(at) = frame.search(distance) else { return false };
    let start = packed.len() - (count - at) * width;
    packed.splice(start, 0, &distance.to_le_bytes()[..width]);
    set_len(packed, count + 1);
    true
}

/// Removes an integer; whether it was there. O(n) moves.
pub(super) fn remove(packed: &mut Packed, value: i64) -> bool {
    let frame = Frame::of(packed.as_slice());
    let (count, width) = (frame.len(), frame.width);
    let Some(Ok(at)) = frame.distance(value).map(|distance| frame.search(distance)) else {
        return false;
    };
    if count == 1 {
        *packed = Packed::new();
        return true;
    }
    let start = packed.len() - (count - at) * width;
    packed.splice(start, width, &[]);
    set_len(packed, count - 1);
    true
}

/// The bytes an insertion can come to at most: every offset at full width.
pub(super) fn len_after_add(bytes: &[u8]) -> usize {
    HEADER + 8 + 8 * (len(bytes) + 1)
}

fn set_len(packed: &mut Packed, len: usize) {
    packed.as_mut_slice()[1..HEADER].copy_from_slice(&(len as u16).to_le_bytes());
}

/// The set of `values`, which ascend strictly and are not empty.
fn encode(values: &[i64]) -> Packed {
    let base = values[0];
    let span = values[values.len() - 1].wrapping_sub(base) as u64;
    let width = match span {
        0..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFFFF_FFFF => 4,
        _ => 8,
    };
    let wide = base.to_le_bytes();
    let base_len = match base {
        0 => 0,
        _ => (1..8).find(|&n| base << (64 - 8 * n) >> (64 - 8 * n) == base).unwrap_or(8),
    };
    let mut bytes = Vec::with_capacity(HEADER + base_len + values.len() * width);
    bytes.push((width | base_len << 4) as u8);
    bytes.extend_from_slice(&(values.len() as u16).to_le_bytes());
    bytes.extend_from_slice(&wide[..base_len]);
    for value in values {
        let distance = value.wrapping_sub(base) as u64;
        bytes.extend_from_slice(&distance.to_le_bytes()[..width]);
    }
    Packed::from_slice(&bytes)
}
