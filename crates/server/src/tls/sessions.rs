//! Sessions that clients may resume: `tls-session-cache-size` of them at most, each for
//! `tls-session-cache-timeout` seconds.
//!
//! They belong to one context: who was let in under other rules shakes hands anew.

use rustls::server::StoresServerSessions;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The sessions of a context.
#[derive(Debug)]
pub(super) struct Sessions {
    size: usize,
    timeout: Duration,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_key: HashMap<Vec<u8>, (Vec<u8>, Instant)>,
    /// Keys in the order in which they came; some are gone already.
    order: VecDeque<(Vec<u8>, Instant)>,
}

impl Sessions {
    /// None yet.
    pub(super) fn new(size: usize, timeout: Duration) -> Self {
        Self { size, timeout, kept: Mutex::default() }
    }

    /// The sessions that are not too old.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        while kept.order.front().is_some_and(|(_, came)| came.elapsed() > self.timeout) {
            kept.drop_oldest();
        }
        kept
    }
}

impl Kept {
    fn drop_oldest(&mut self) {
        let Some((key, came)) = self.order.pop_front() else { return };
        if self.by_key.get(&key).is_some_and(|(_, at)| *at == came) {
            self.by_key.remove(&key);
        }
    }
}

impl StoresServerSessions for Sessions {
    fn put(&self, key: Vec<u8>, value: Vec<u8>) -> bool {
        let mut kept = self.lock();
        while kept.order.len() >= self.size.max(1) {
            kept.drop_oldest();
        }
        let now = Instant::now();
        kept.order.push_back((key.clone(), now));
        kept.by_key.insert(key, (value, now));
        true
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.lock().by_key.get(key).map(|(value, _)| value.clone())
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.lock().by_key.remove(key).map(|(value, _)| value)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_each_is_taken_once() {
        let sessions = Sessions::new(2, Duration::from_mins(5));
        for key in 1..=3 {
            assert!(sessions.put(vec![key], vec![key; 9]));
        }
        assert_eq!(sessions.get(&[1]), None);
        assert_eq!(sessions.take(&[2]), Some(vec![2; 9]));
        assert_eq!(sessions.take(&[2]), None);
        assert_eq!(sessions.get(&[3]), Some(vec![3; 9]));
    }

    #[test]
    fn sessions_grow_old() {
        let sessions = Sessions::new(2, Duration::ZERO);
        assert!(sessions.put(vec![1], vec![1]));
        std::thread::sleep(Duration::from_millis(1));
        assert_eq!(sessions.get(&[1]), None);
    }
}
