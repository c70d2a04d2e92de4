//! Whether a history is linearizable: whether its calls can be put in one order that a
//! single-threaded server could have answered, in which no call comes before one that was answered
//! before it was sent.
//!
//! The search of Wing and Gong with Lowe's memory: take any call that may come first (none that is
//! left was answered before it was sent), run it on the model, go on; a set of calls taken together
//! with a state that was reached is not looked at twice. Linearizability is local, so keys that no
//! call joins are searched by themselves; keys that transactions, scripts or moves join are one
//! object, whose histories are checked as a whole.

use super::model::{Call, Key, State, Us};
use std::collections::HashSet;

/// Configurations after which a search gives up.
const MOST: usize = 2_000_000;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is such an order. Configurations that were looked at.
    Linearizable(usize),
    /// There is none. The calls of the keys that cannot be ordered, by their index.
    Impossible(Vec<usize>),
    /// Too many orders.
    Undecided,
}

/// Checks all keys of a history.
pub(crate) fn check(calls: &[Call], keys: usize, slack: Us) -> Verdict {
    let mut looked_at = 0;
    for part in parts(calls, keys) {
        match search(calls, &part, keys, slack) {
            Verdict::Linearizable(count) => looked_at += count,
            other => return other,
        }
    }
    Verdict::Linearizable(looked_at)
}

/// The calls of each set of joined keys, by their index.
fn parts(calls: &[Call], keys: usize) -> Vec<Vec<usize>> {
    let mut group: Vec<Key> = (0..keys).collect();
    let touched = |call: &Call| -> Vec<Key> {
        call.steps.iter().flat_map(|step| step.keys().into_iter().flatten()).collect()
    };
    for call in calls {
        let joined = touched(call);
        let Some(first) = joined.first().map(|key| group[*key]) else { continue };
        for other in joined.iter().map(|key| group[*key]).collect::<Vec<_>>() {
            for of in group.iter_mut().filter(|of| **of == other) {
                *of = first;
            }
        }
    }
    (0..keys)
        .map(|name| {
            let of = |call: &Call| touched(call).first().is_some_and(|key| group[*key] == name);
            (0..calls.len()).filter(|index| of(&calls[*index])).collect()
        })
        .filter(|part: &Vec<usize>| !part.is_empty())
        .collect()
}

fn search(calls: &[Call], part: &[usize], keys: usize, slack: Us) -> Verdict {
    assert!(part.len() <= 128, "a bit a call");
    let all = if part.len() == 128 { u128::MAX } else { (1 << part.len()) - 1 };
    let mut seen = HashSet::new();
    let mut open = vec![(0_u128, State::empty(keys))];
    while let Some((taken, state)) = open.pop() {
        if taken == all {
            return Verdict::Linearizable(seen.len());
        }
        if seen.len() >= MOST {
            return Verdict::Undecided;
        }
        let left = (0..part.len()).filter(|bit| taken & (1 << bit) == 0);
        let first_answer = left.clone().map(|bit| calls[part[bit]].answered).min();
        for bit in left {
            let call = &calls[part[bit]];
            if Some(call.sent) > first_answer {
                continue;
            }
            for next in state.after(call, slack) {
                let entry = (taken | 1 << bit, next);
                if seen.insert(entry.clone()) {
                    open.push(entry);
                }
            }
        }
    }
    Verdict::Impossible(part.to_vec())
}
