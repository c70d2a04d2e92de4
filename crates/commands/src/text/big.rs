//! Unsigned integers of any size, little endian in 32-bit limbs: as little as decimal conversion
//! needs.
//!
//! Invariant: the last limb is not zero; zero has no limbs.

/// An unsigned integer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Big {
    limbs: Vec<u32>,
}

const BASE_DIGITS: usize = 9;
const BASE: u32 = 1_000_000_000;

impl Big {
    /// Returns the number that ASCII digits spell. O(n^2).
    pub(super) fn from_digits<'a>(digits: impl Iterator<Item = &'a u8>) -> Big {
        let mut big = Big::default();
        let (mut chunk, mut factor) = (0, 1);
        for &byte in digits {
            chunk = chunk * 10 + u32::from(byte.wrapping_sub(b'0'));
            factor *= 10;
            if factor == BASE {
                big.multiply_add(factor, chunk);
                (chunk, factor) = (0, 1);
            }
        }
        big.multiply_add(factor, chunk);
        big
    }

    /// Returns `value * 2^shift`.
    pub(super) fn from_shifted(value: u64, shift: u32) -> Big {
        let mut big = Big { limbs: vec![value as u32, (value >> 32) as u32] };
        big.trim();
        big.shift_left(u64::from(shift));
        big
    }

    /// Multiplies by 10^`power`.
    pub(super) fn scale(&mut self, mut power: usize) {
        while power >= BASE_DIGITS {
            self.multiply_add(BASE, 0);
            power -= BASE_DIGITS;
        }
        self.multiply_add(10u32.pow(power as u32), 0);
    }

    /// Returns how many bits the number has; 0 for zero.
    pub(super) fn bits(&self) -> u64 {
        match self.limbs.last() {
            Some(top) => self.limbs.len() as u64 * 32 - u64::from(top.leading_zeros()),
            None => 0,
        }
    }

    /// Returns `(m, shift, rest)`: the number is `m * 2^shift`, and more if `rest`; `m` has up to
    /// 96 bits and at least 65 if any were cut off.
    pub(super) fn top(&self) -> (u128, u64, bool) {
        let cut = self.limbs.len().saturating_sub(3);
        let mantissa =
            self.limbs[cut..].iter().rev().fold(0, |m: u128, &limb| m << 32 | u128::from(limb));
        let rest = self.limbs[..cut].iter().any(|&limb| limb != 0);
        (mantissa, cut as u64 * 32, rest)
    }

    /// Multiplies by 2^`shift`.
    pub(super) fn shift_left(&mut self, shift: u64) {
        if self.limbs.is_empty() {
            return;
        }
        let bits = shift % 32;
        if bits != 0 {
            let mut carry = 0;
            for limb in &mut self.limbs {
                let wide = u64::from(*limb) << bits | carry;
                *limb = wide as u32;
                carry = wide >> 32;
            }
            self.push(carry as u32);
        }
        self.limbs.splice(0..0, std::iter::repeat_n(0, (shift / 32) as usize));
    }

    /// Returns `count` bits of `self / divisor` as `(quotient, rest is not zero)`, the first of
    /// them worth 1.
    /// `self` must be below twice `divisor`. O(count * n).
    pub(super) fn divide_bits(mut self, divisor: &Big, count: u32) -> (u128, bool) {
        let mut quotient = 0;
        for bit in 0..count {
            quotient <<= 1;
            if self.at_least(divisor) {
                self.subtract(divisor);
                quotient |= 1;
            }
            if bit + 1 < count {
                self.shift_left(1);
            }
        }
        (quotient, !self.limbs.is_empty())
    }

    /// Appends the number in decimal. O(n^2).
    pub(super) fn push_decimal(mut self, out: &mut Vec<u8>) {
        let start = out.len();
        while !self.limbs.is_empty() {
            let mut chunk = self.divide_by_base();
            for _ in 0..BASE_DIGITS {
                out.push(b'0' + (chunk % 10) as u8);
                chunk /= 10;
            }
        }
        while out.len() > start + 1 && out.last() == Some(&b'0') {
            out.pop();
        }
        if out.len() == start {
            out.push(b'0');
        }
        out[start..].reverse();
    }

    fn multiply_add(&mut self, factor: u32, add: u32) {
        let mut carry = u64::from(add);
        for limb in &mut self.limbs {
            let wide = u64::from(*limb) * u64::from(factor) + carry;
            *limb = wide as u32;
            carry = wide >> 32;
        }
        self.push(carry as u32);
    }

    fn divide_by_base(&mut self) -> u32 {
        let mut rest = 0;
        for limb in self.limbs.iter_mut().rev() {
            let wide = rest << 32 | u64::from(*limb);
            *limb = (wide / u64::from(BASE)) as u32;
            rest = wide % u64::from(BASE);
        }
        self.trim();
        rest as u32
    }

    fn at_least(&self, other: &Big) -> bool {
        let (ours, theirs) = (&self.limbs, &other.limbs);
        match ours.len().cmp(&theirs.len()) {
            std::cmp::Ordering::Equal => ours.iter().rev().ge(theirs.iter().rev()),
            order => order.is_gt(),
        }
    }

    /// Subtracts `other`, which must not be greater.
    fn subtract(&mut self, other: &Big) {
        let mut borrow = false;
        for (at, limb) in self.limbs.iter_mut().enumerate() {
            let theirs = other.limbs.get(at).copied().unwrap_or(0);
            let (less, under) = limb.overflowing_sub(theirs);
            let (less, again) = less.overflowing_sub(u32::from(borrow));
            *limb = less;
            borrow = under || again;
        }
        debug_assert!(!borrow, "the smaller number is subtracted");
        self.trim();
    }

    fn push(&mut self, limb: u32) {
        if limb != 0 {
            self.limbs.push(limb);
        }
    }

    fn trim(&mut self) {
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }
}
