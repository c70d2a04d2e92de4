//! What a connection may do, as far as it was found out last.
//!
//! The hot path compares one number: a badge whose `pass` is the current generation belongs to a
//! client that may run everything. All others (strangers, restricted users, badges from before a
//! change of any user) take the slow path, which looks at the rules again.

use super::Acl;
use super::user::{Rules, User};
use std::sync::Arc;

/// No generation: who has it is always checked.
const NEVER: u64 = 0;

/// Who a connection is, and what that permits.
#[derive(Clone, Debug)]
pub struct Badge {
    /// The user it runs as.
    pub user: Arc<User>,
    rules: Arc<Rules>,
    seen: u64,
    pass: u64,
}

impl Badge {
    /// That of a user; to be brought up to date before it is used.
    pub(super) fn new(user: Arc<User>) -> Self {
        let rules = user.rules();
        Self { user, rules, seen: NEVER, pass: NEVER }
    }

    /// Whether everything may be run without looking further.
    #[inline]
    pub fn passes(&self, acl: &Acl) -> bool {
        self.pass == acl.generation()
    }

    /// The rules in force now; afterwards [`Badge::passes`] if they permit everything to a client
    /// that is `known`.
    pub fn refresh(&mut self, acl: &Acl, known: bool) -> &Rules {
        let generation = acl.generation();
        if self.seen != generation {
            self.rules = self.user.rules();
            self.seen = generation;
        }
        let free = known && self.rules.is_unrestricted();
        self.pass = if free { generation } else { NEVER };
        &self.rules
    }
}
