//! Bits in a row of bytes. Bit 0 is the highest of the first byte:
//!
//! ```text
//! byte          0        1
//! bit    01234567 89012345
//!        00000001 01110000      the field of 5 bits at bit 7 is 10111, 23
//! ```
//!
//! Counting, searching and combining work on words or larger blocks, of long strings with the
//! widest registers there are ([`wide`]); none of it allocates. Own design, but for the adders in
//! [`count_words`], which are Harley's and Seal's.

use engine::{Blob, Wide, wide};
use std::ops::Range;

/// Words that are counted side by side.
type Lanes = [u64; 4];
const LANES_BYTES: usize = size_of::<Lanes>();
/// Lanes whose sums make one word of each weight.
const ROUND: usize = 16;

/// Number of bits that are 1.
pub(super) fn count(bytes: &[u8]) -> u64 {
    if bytes.len() < LANES_BYTES * ROUND { count_rest(bytes) } else { wide(Count(bytes)) }
}

struct Count<'a>(&'a [u8]);

impl Wide for Count<'_> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        count_words(self.0)
    }

    #[inline(always)]
    fn run_counting(self) -> u64 {
        let mut rounds = self.0.chunks_exact(LANES_BYTES * ROUND);
        let mut sums = [0; LANES_BYTES * ROUND / 8];
        for round in &mut rounds {
            for (sum, word) in sums.iter_mut().zip(round.chunks_exact(8)) {
                *sum += u64::from(word_of(word).count_ones());
            }
        }
        sums.iter().sum::<u64>() + count_rest(rounds.remainder())
    }
}

/// Sixteen words are added up bit by bit, so that a population count of a word is needed only
/// every sixteenth time: without a machine instruction for it that is most of the work.
#[inline(always)]
fn count_words(bytes: &[u8]) -> u64 {
    let mut rounds = bytes.chunks_exact(LANES_BYTES * ROUND);
    let mut sums = [[0; 4]; 4];
    let mut sixteens = 0;
    for round in &mut rounds {
        sixteens += ones(add_round(round, &mut sums));
    }
    let mut total = sixteens * 16;
    for (weight, sum) in sums.into_iter().enumerate() {
        total += ones(sum) << weight;
    }
    total + count_rest(rounds.remainder())
}

#[inline(always)]
fn count_rest(bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    let total = words.by_ref().map(|word| u64::from(word_of(word).count_ones())).sum::<u64>();
    total + words.remainder().iter().map(|byte| u64::from(byte.count_ones())).sum::<u64>()
}

/// Adds sixteen lanes to the sums of weight 1, 2, 4 and 8; what is carried has weight 16.
#[inline(always)]
fn add_round(round: &[u8], sums: &mut [Lanes; 4]) -> Lanes {
    let lane = |at: usize| {
        let bytes = &round[at * LANES_BYTES..][..LANES_BYTES];
        let mut lanes = [0; 4];
        for (word, bytes) in lanes.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = word_of(bytes);
        }
        lanes
    };
    let [mut one, mut two, mut four, mut eight] = *sums;
    let mut carry_eight = [[0; 4]; 2];
    for (half, eights) in carry_eight.iter_mut().enumerate() {
        let mut carry_four = [[0; 4]; 2];
        for (quarter, fours) in carry_four.iter_mut().enumerate() {
            let at = half * 8 + quarter * 4;
            let (sum, first) = add(one, lane(at), lane(at + 1));
            let (sum, second) = add(sum, lane(at + 2), lane(at + 3));
            one = sum;
            (two, *fours) = add(two, first, second);
        }
        (four, *eights) = add(four, carry_four[0], carry_four[1]);
    }
    let carry;
    (eight, carry) = add(eight, carry_eight[0], carry_eight[1]);
    *sums = [one, two, four, eight];
    carry
}

/// Adds three bits in every place: the sum's low and high bits.
#[inline(always)]
fn add(a: Lanes, b: Lanes, c: Lanes) -> (Lanes, Lanes) {
    let (mut low, mut high) = ([0; 4], [0; 4]);
    for at in 0..4 {
        let half = a[at] ^ b[at];
        low[at] = half ^ c[at];
        high[at] = (a[at] & b[at]) | (half & c[at]);
    }
    (low, high)
}

#[inline(always)]
fn ones(lanes: Lanes) -> u64 {
    lanes.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The eight bytes of a chunk as a word, the first byte lowest.
#[inline(always)]
fn word_of(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().expect("a chunk of eight bytes"))
}

/// Where a range of bits begins and ends: its first and last byte, and which bits of them belong
/// to it. In a single byte all of them are in `head`.
struct Edges {
    first: usize,
    head: u8,
    last: usize,
    tail: u8,
}

impl Edges {
    /// The edges of a range; none when it is empty.
    fn of(range: Range<usize>) -> Option<Self> {
        let end = range.end.checked_sub(1).filter(|end| *end >= range.start)?;
        let (first, last) = (range.start / 8, end / 8);
        let (head, tail) = (0xff >> (range.start % 8), 0xff << (7 - end % 8));
        let single = first == last;
        let (head, tail) = if single { (head & tail, 0) } else { (head, tail) };
        Some(Self { first, head, last, tail })
    }

    /// The bytes that belong to the range as a whole.
    fn whole<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.first + 1..self.last).unwrap_or_default()
    }
}

/// Number of bits that are 1 among those of `range`, which are all in `bytes`.
pub(super) fn count_range(bytes: &[u8], range: Range<usize>) -> u64 {
    let Some(edges) = Edges::of(range) else { return 0 };
    let edge = |byte: usize, mask: u8| u64::from((bytes[byte] & mask).count_ones());
    edge(edges.first, edges.head) + count(edges.whole(bytes)) + edge(edges.last, edges.tail)
}

/// The first bit in `range` that is 1 or, unless `wanted`, 0. The range is all in `bytes`.
pub(super) fn find(bytes: &[u8], range: Range<usize>, wanted: bool) -> Option<usize> {
    let edges = Edges::of(range)?;
    // To look for zeros is to look for ones in the complement.
    let flip = if wanted { 0 } else { 0xff };
    let edge = |byte: usize, mask: u8| {
        let hits = (bytes[byte] ^ flip) & mask;
        (hits != 0).then(|| byte * 8 + hits.leading_zeros() as usize)
    };
    if let Some(bit) = edge(edges.first, edges.head) {
        return Some(bit);
    }
    let whole = edges.whole(bytes);
    let same = same_prefix(whole, flip);
    if same < whole.len() {
        return edge(edges.first + 1 + same, 0xff);
    }
    edge(edges.last, edges.tail)
}

/// How many bytes at the front are `byte`.
fn same_prefix(bytes: &[u8], byte: u8) -> usize {
    const BLOCK: usize = 128;
    let blocks = if bytes.len() < BLOCK { 0 } else { wide(SameBlocks::<BLOCK>(bytes, byte)) };
    let rest = &bytes[blocks * BLOCK..];
    blocks * BLOCK + rest.iter().take_while(|other| **other == byte).count()
}

/// How many blocks at the front are one byte repeated.
struct SameBlocks<'a, const BLOCK: usize>(&'a [u8], u8);

impl<const BLOCK: usize> Wide for SameBlocks<'_, BLOCK> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let Self(bytes, byte) = self;
        let same = |block: &[u8]| block.iter().fold(0, |other, found| other | (found ^ byte)) == 0;
        let mut blocks = 0;
        for block in bytes.chunks_exact(BLOCK) {
            if !same(block) {
                break;
            }
            blocks += 1;
        }
        blocks
    }
}

/// A field of up to 64 bits: where it lies and how wide it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    /// Its first, highest bit.
    pub(super) offset: u64,
    /// From 1 to 64.
    pub(super) bits: u32,
}

/// Bytes that a field may touch.
const WINDOW: usize = 9;

impl Span {
    /// The bytes it touches.
    pub(super) fn bytes(self) -> Range<usize> {
        let end = self.offset + u64::from(self.bits);
        (self.offset / 8) as usize..end.div_ceil(8) as usize
    }

    /// Its bits, the first one highest; 0 where `bytes` end.
    pub(super) fn read(self, bytes: &[u8]) -> u64 {
        (self.window(bytes) >> self.shift()) as u64 & self.mask()
    }

    /// Writes the low bits of `value`. All bytes are there.
    pub(super) fn write(self, bytes: &mut [u8], value: u64) {
        let keep = !(u128::from(self.mask()) << self.shift());
        let window = self.window(bytes) & keep;
        let window = window | u128::from(value & self.mask()) << self.shift();
        let range = self.bytes();
        let len = range.len();
        let all = (window << (128 - 8 * WINDOW)).to_be_bytes();
        bytes[range].copy_from_slice(&all[..len]);
    }

    fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits)
    }

    /// How far the field is from the end of its window.
    fn shift(self) -> u32 {
        8 * WINDOW as u32 - (self.offset % 8) as u32 - self.bits
    }

    /// The bytes from its first one on, as one number.
    fn window(self, bytes: &[u8]) -> u128 {
        let range = self.bytes();
        let there = bytes.get(range.start..).unwrap_or_default();
        let there = &there[..there.len().min(WINDOW)];
        let mut all = [0; 16];
        all[16 - WINDOW..][..there.len()].copy_from_slice(there);
        u128::from_be_bytes(all)
    }
}

/// How strings are put together bit by bit; a string that is shorter goes on with zeros.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operation {
    /// In all of them.
    And,
    /// In any of them.
    Or,
    /// In an odd number of them.
    Xor,
    /// Not in the only one.
    Not,
    /// In the first, and in none of the others.
    Diff,
    /// Not in the first, but in any of the others.
    Diff1,
    /// In the first, and in any of the others.
    AndOr,
    /// In exactly one of them.
    One,
}

/// Bytes that are combined at a time: they and their counterparts stay in the nearest cache.
const BLOCK: usize = 2048;

/// The combination of one or more sources, as long as the longest of them. O(bytes of all).
pub(super) fn combine<'a>(
    operation: Operation,
    sources: impl Iterator<Item = &'a [u8]> + Clone,
) -> Blob {
    let len = sources.clone().map(<[u8]>::len).max().unwrap_or(0);
    Blob::from_blocks(len, BLOCK, |start, block| {
        let end = start + block.len();
        let part = |bytes: &'a [u8]| {
            let end = bytes.len().min(end);
            bytes.get(start..end).unwrap_or_default()
        };
        wide(Combine { operation, sources: sources.clone().map(part), block });
    })
}

/// One block of a combination.
struct Combine<'b, S> {
    operation: Operation,
    sources: S,
    block: &'b mut [u8],
}

impl<'a, S: Iterator<Item = &'a [u8]> + Clone> Wide for Combine<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        combine_block(self.operation, self.sources, self.block);
    }
}

/// Fills a block, which is zeros.
#[inline(always)]
fn combine_block<'a>(
    operation: Operation,
    mut sources: impl Iterator<Item = &'a [u8]> + Clone,
    block: &mut [u8],
) {
    let len = block.len();
    if sources.clone().all(|source| source.len() == len) {
        match operation {
            Operation::And => return join_all(block, sources, |a, b| a & b),
            Operation::Or => return join_all(block, sources, |a, b| a | b),
            Operation::Xor => return join_all(block, sources, |a, b| a ^ b),
            _ => {}
        }
    }
    let first = sources.next().unwrap_or_default();
    if operation == Operation::Not {
        block.iter_mut().zip(first).for_each(|(byte, other)| *byte = !other);
        return;
    }
    if !matches!(operation, Operation::Diff1 | Operation::AndOr) {
        block[..first.len()].copy_from_slice(first);
    }
    match operation {
        Operation::And => {
            for source in sources {
                fold(block, source, |a, b| a & b);
                block[source.len()..].fill(0);
            }
        }
        Operation::Or => fold_all(block, sources, |a, b| a | b),
        Operation::Xor => fold_all(block, sources, |a, b| a ^ b),
        Operation::Diff => fold_all(block, sources, |a, b| a & !b),
        Operation::Not => unreachable!("done above"),
        Operation::Diff1 => {
            fold_all(block, sources, |a, b| a | b);
            fold(block, first, |a, b| a & !b);
        }
        Operation::AndOr => {
            fold_all(block, sources, |a, b| a | b);
            fold(block, first, |a, b| a & b);
            block[first.len()..].fill(0);
        }
        Operation::One => {
            // What was seen once is in `block`, what was seen at all in `seen`.
            let mut seen = [0; BLOCK];
            seen[..first.len()].copy_from_slice(first);
            for source in sources {
                for ((once, any), byte) in block.iter_mut().zip(&mut seen).zip(source) {
                    *once = (*once & !byte) | (byte & !*any);
                    *any |= byte;
                }
            }
        }
    }
}

/// Fills a block with what sources of its length come to, three of them in one pass.
#[inline(always)]
fn join_all<'a>(
    block: &mut [u8],
    mut sources: impl Iterator<Item = &'a [u8]>,
    join: impl Fn(u8, u8) -> u8,
) {
    let a = sources.next().unwrap_or_default();
    let Some(b) = sources.next() else { return block.copy_from_slice(a) };
    let both = block.iter_mut().zip(a).zip(b);
    match sources.next() {
        None => both.for_each(|((byte, a), b)| *byte = join(*a, *b)),
        Some(c) => both.zip(c).for_each(|(((byte, a), b), c)| *byte = join(join(*a, *b), *c)),
    }
    fold_all(block, sources, join);
}

/// Combines the bytes of each source in turn with as many of the block.
#[inline(always)]
fn fold_all<'a>(
    block: &mut [u8],
    sources: impl Iterator<Item = &'a [u8]>,
    join: impl Fn(u8, u8) -> u8,
) {
    for source in sources {
        fold(block, source, &join);
    }
}

/// Combines the bytes of a source with as many of the block.
#[inline(always)]
fn fold(block: &mut [u8], source: &[u8], join: impl Fn(u8, u8) -> u8) {
    for (a, b) in block.iter_mut().zip(source) {
        *a = join(*a, *b);
    }
}

#[cfg(test)]
mod tests;
