//! The sources of scripts that EVALSHA finds, for all workers.
//!
//! ```text
//! all        digest -> source
//! from_eval  those of them that came by EVAL alone: at most KEPT, the one that was used longest
//!            ago goes first
//! ```
//! What SCRIPT LOAD brought stays until SCRIPT FLUSH. A source that goes is marked: workers hold
//! what they compiled of it, and look at the mark before they run it. The rule is that of
//! Redis 7.4.

use crate::sha1::Digest;
use crate::source::Source;
use hashbrown::HashMap;
use std::sync::Arc;

/// Scripts of EVAL that are kept.
pub(crate) const KEPT: usize = 500;

/// How a source came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Came {
    /// By EVAL: it may go.
    ByEval,
    /// By SCRIPT LOAD.
    ByLoad,
}

/// The sources by digest.
#[derive(Default, Debug)]
pub(crate) struct Cache {
    all: HashMap<Digest, Arc<Source>>,
    from_eval: Vec<(Digest, Arc<Source>)>,
}

impl Cache {
    /// The source of a digest.
    pub(crate) fn get(&self, digest: &Digest) -> Option<&Arc<Source>> {
        self.all.get(digest)
    }

    /// All sources.
    pub(crate) fn sources(&self) -> impl ExactSizeIterator<Item = &Arc<Source>> {
        self.all.values()
    }

    /// Adds a source, unless there is one of its digest: the one that is kept, and whether another
    /// had to go. O([`KEPT`]) for one of EVAL.
    pub(crate) fn add(
        &mut self,
        digest: Digest,
        source: Source,
        came: Came,
    ) -> (Arc<Source>, bool) {
        if let Some(known) = self.all.get(&digest).cloned() {
            if came == Came::ByLoad {
                self.keep(&digest);
            }
            return (known, false);
        }
        let source = Arc::new(source);
        let mut has_dropped = false;
        if came == Came::ByEval {
            has_dropped = self.from_eval.len() >= KEPT && self.drop_oldest();
            source.may_go(true);
            source.used();
            self.from_eval.push((digest, Arc::clone(&source)));
        }
        self.all.insert(digest, Arc::clone(&source));
        (source, has_dropped)
    }

    /// Keeps a source for good.
    pub(crate) fn keep(&mut self, digest: &Digest) {
        if let Some(at) = self.from_eval.iter().position(|(other, _)| other == digest) {
            self.from_eval.swap_remove(at).1.may_go(false);
        }
    }

    fn drop_oldest(&mut self) -> bool {
        let ages = self.from_eval.iter().map(|(_, source)| source.last_used());
        let oldest = ages.enumerate().min_by_key(|(_, used)| *used);
        let Some((at, _)) = oldest else { return false };
        let (digest, source) = self.from_eval.swap_remove(at);
        source.drop_it();
        self.all.remove(&digest);
        true
    }
}
