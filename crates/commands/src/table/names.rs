//! Names to numbers, in any case: a multiplication and one comparison, without a copy.
//!
//! ```text
//! slots   2^n, at most half full: number of a spelling + 1, 0 for none; the next slot is tried
//! names   Spelling, and the number of its command: each name in small letters and in capitals
//! ends    of up to 16 bytes the whole name: first eight, last eight (or four, or three), length
//! ```
//! A name in mixed case is made small and looked up again.

use super::CommandId;

/// Names of commands.
#[derive(Default, Debug)]
pub(super) struct Names {
    names: Vec<Spelling>,
    slots: Vec<u16>,
}

#[derive(Debug)]
struct Spelling {
    ends: Ends,
    id: CommandId,
    text: Box<[u8]>,
}

/// A name's length and its first and last bytes, which may overlap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Ends {
    front: u64,
    back: u64,
    len: usize,
}

impl Names {
    /// Adds a name; false (and no change) if it is there already.
    pub(super) fn insert(&mut self, name: &[u8], id: CommandId) -> bool {
        if self.find(name).is_some() {
            return false;
        }
        for text in [name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
            self.names.push(Spelling { ends: Ends::of(&text), id, text: text.into() });
        }
        self.build();
        true
    }

    /// Takes a name out.
    pub(super) fn remove(&mut self, name: &[u8]) -> Option<CommandId> {
        let id = self.find(name)?;
        self.names.retain(|known| !known.text.eq_ignore_ascii_case(name));
        self.build();
        Some(id)
    }

    /// The number of a name.
    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<CommandId> {
        self.find_exact(name).or_else(|| self.find_mixed(name))
    }

    #[cold]
    fn find_mixed(&self, name: &[u8]) -> Option<CommandId> {
        let longest = self.names.iter().map(|known| known.text.len()).max()?;
        if name.len() > longest { None } else { self.find_exact(&name.to_ascii_lowercase()) }
    }

    #[inline]
    fn find_exact(&self, name: &[u8]) -> Option<CommandId> {
        let mask = self.slots.len().wrapping_sub(1);
        let ends = Ends::of(name);
        let mut at = ends.hash();
        loop {
            let slot = *self.slots.get(at & mask)?;
            let known = self.names.get(usize::from(slot).wrapping_sub(1))?;
            if known.ends == ends && (ends.len <= 16 || *known.text == *name) {
                return Some(known.id);
            }
            at += 1;
        }
    }

    /// All numbers, each once.
    pub(super) fn ids(&self) -> impl Iterator<Item = CommandId> {
        self.names.iter().step_by(2).map(|name| name.id)
    }

    fn build(&mut self) {
        let size = (2 * self.names.len()).next_power_of_two();
        self.slots = vec![0; size];
        for (index, name) in self.names.iter().enumerate() {
            let mut at = name.ends.hash();
            while self.slots[at & (size - 1)] != 0 {
                at += 1;
            }
            self.slots[at & (size - 1)] = index as u16 + 1;
        }
    }
}

impl Ends {
    #[inline]
    fn of(name: &[u8]) -> Self {
        let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
        let (front, back) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            (Some(front), Some(back)) => (u64::from_le_bytes(*front), u64::from_le_bytes(*back)),
            _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
                (Some(front), Some(back)) => (four(front), four(back)),
                _ => match *name {
                    [a, b, c] => (u64::from(a), u64::from(b) << 8 | u64::from(c)),
                    [a, b] => (u64::from(a), u64::from(b)),
                    [a] => (u64::from(a), 0),
                    _ => (0, 0),
                },
            },
        };
        Self { front, back, len: name.len() }
    }

    #[inline]
    fn hash(self) -> usize {
        let mixed = self.front ^ self.back.rotate_left(27) ^ self.len as u64;
        (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{CommandId, Names};

    #[test]
    fn names_are_found_in_any_case_and_leave() {
        let mut names = Names::default();
        assert_eq!(names.find(b"get"), None);
        let all = ["get", "set", "ttl", "zrevrangebyscore", "hpexpireat", "a", "lpop", "rpop"];
        for (id, name) in all.iter().enumerate() {
            assert!(names.insert(name.as_bytes(), CommandId(id as u16)));
            assert!(!names.insert(name.to_uppercase().as_bytes(), CommandId(99)));
        }
        for (id, name) in all.iter().enumerate() {
            let mixed = name[..1].to_uppercase() + &name[1..];
            for spelled in [name.to_string(), name.to_uppercase(), mixed] {
                assert_eq!(names.find(spelled.as_bytes()), Some(CommandId(id as u16)));
            }
        }
        for strange in ["", "g", "gett", "ge\x14", "zrevrangebyscores", "\0\0\0"] {
            assert_eq!(names.find(strange.as_bytes()), None);
        }
        assert_eq!(names.remove(b"GET"), Some(CommandId(0)));
        assert_eq!(names.find(b"get"), None);
        assert_eq!(names.find(b"rpop"), Some(CommandId(7)));
    }
}
