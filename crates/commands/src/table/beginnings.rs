//! The first two letters of a few names: whether a request may be one of few commands is told by
//! one load, before its command is looked up.
//!
//! ```text
//! words[first letter & 31]   a bit for each second letter & 31
//! ```
//! Letters count in either case. A name that is not among them may look as if it were.

/// Beginnings of names.
#[derive(Clone, Copy, Default, Debug)]
pub struct Beginnings([u32; 32]);

impl Beginnings {
    pub(super) fn add(&mut self, name: &[u8]) {
        let (first, second) = letters(name);
        self.0[first] |= 1 << second;
    }

    /// Whether a name may be one of them; if it is, the answer is yes.
    #[inline]
    pub fn may_have(&self, name: &[u8]) -> bool {
        let (first, second) = letters(name);
        self.0[first] >> second & 1 != 0
    }
}

#[inline]
fn letters(name: &[u8]) -> (usize, usize) {
    let letter = |at: usize| usize::from(name.get(at).map_or(0, |byte| byte & 31));
    (letter(0), letter(1))
}
