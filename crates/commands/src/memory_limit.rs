//! `maxmemory` at the door: commands that need memory are refused, or keys are evicted first.

use crate::config::Id;
use crate::shared::Shared;

/// Whether memory is over its limit now.
pub(crate) fn is_over(shared: &Shared) -> bool {
    let limit = shared.config.int(Id::MAXMEMORY);
    limit > 0 && shared.host.used_memory() > limit as u64
}
