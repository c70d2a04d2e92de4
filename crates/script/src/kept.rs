//! The scripts that an interpreter has compiled.
//!
//! ```text
//! list     function and source; a script's place stays until those are cleared that left the cache
//! places   digest -> place
//! recent   two digits of a name -> place of the last one called by such a name: a script that is
//!          called again and again is found by comparing its forty digits
//! ```

use crate::cache::KEPT;
use crate::sha1::{Digest, parse_hex};
use crate::source::Source;
use hashbrown::HashMap;
use mlua::Function;
use std::sync::Arc;

/// Names that are remembered.
const RECENT: usize = 16;

#[derive(Default)]
pub(crate) struct Kept {
    list: Vec<(Function, Arc<Source>)>,
    places: HashMap<Digest, usize>,
    recent: [usize; RECENT],
    /// How many there may be before those are looked for that left the cache.
    room: usize,
}

impl Kept {
    /// The script at a place.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> &(Function, Arc<Source>) {
        &self.list[place]
    }

    /// The place of a script that may be run.
    pub(crate) fn place(&self, digest: &Digest) -> Option<usize> {
        let place = *self.places.get(digest)?;
        (!self.list[place].1.is_gone()).then_some(place)
    }

    /// The same by the digits of its digest, in small letters, if it was called lately.
    #[inline]
    pub(crate) fn recent(&self, name: &[u8]) -> Option<usize> {
        let place = *self.recent.get(slot(name)?)?;
        let (_, source) = self.list.get(place)?;
        (source.name == *name && !source.is_gone()).then_some(place)
    }

    /// Remembers that one is called by its digits.
    pub(crate) fn remember(&mut self, name: &[u8], place: usize) {
        if let Some(slot) = slot(name) {
            self.recent[slot] = place;
        }
    }

    /// Keeps what was compiled, and now and then lets go of scripts that have left the cache. Its
    /// place.
    pub(crate) fn keep(
        &mut self,
        digest: Digest,
        function: Function,
        source: Arc<Source>,
    ) -> usize {
        if self.list.len() >= self.room {
            self.clear();
        }
        let place = *self.places.entry(digest).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push((function, source));
        } else {
            self.list[place] = (function, source);
        }
        place
    }

    fn clear(&mut self) {
        self.list.retain(|(_, source)| !source.is_gone());
        let names = self.list.iter().map(|(_, source)| parse_hex(&source.name));
        self.places = names.enumerate().filter_map(|(place, name)| Some((name?, place))).collect();
        self.room = self.list.len() + 2 * KEPT;
    }
}

fn slot(name: &[u8]) -> Option<usize> {
    let [first, second, ..] = name else { return None };
    Some(usize::from(first ^ second << 1) % RECENT)
}
