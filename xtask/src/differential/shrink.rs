//! Makes a failing sequence short: steps are left out, then words, as long as it still fails.

use super::script::Script;

/// Sequences tried at most.
const TRIES: usize = 600;

/// The shortest sequence found for which `fails` holds, as it does for `script`.
pub(super) fn shrink(script: Script, mut fails: impl FnMut(&Script) -> bool) -> Script {
    let mut best = script;
    let mut tries = TRIES;
    let mut attempt = |best: &mut Script, candidate: Script| {
        let is_better = tries > 0 && fails(&candidate);
        tries = tries.saturating_sub(1);
        if is_better {
            *best = candidate;
        }
        is_better
    };
    let mut size = best.steps.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.steps.len() {
            let mut candidate = best.clone();
            candidate.steps.drain(at..(at + size).min(best.steps.len()));
            if !attempt(&mut best, candidate) {
                at += size;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    attempt(&mut best.clone(), Script { proto: 2, ..best.clone() });
    for simpler in [Script { pipeline: 1, ..best.clone() }, Script { proto: 2, ..best.clone() }] {
        attempt(&mut best, simpler);
    }
    for at in 0..best.steps.len() {
        let mut word = best.steps[at].args.len();
        while word > 1 {
            word -= 1;
            for size in [64, 8, 2, 1] {
                let args = &best.steps[at].args;
                if word == 0 || word + size > args.len() || (size > 1 && args.len() < 9) {
                    continue;
                }
                let mut candidate = best.clone();
                candidate.steps[at].args.drain(word..word + size);
                if attempt(&mut best, candidate) {
                    break;
                }
            }
        }
    }
    best
}
