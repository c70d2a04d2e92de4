//! The checker on histories whose verdict is known, good and bad.

use super::model::{Call, Step};
use super::search::{Verdict, check};

fn call(sent: u64, answered: u64, steps: &[Step]) -> Call {
    Call { client: 0, sent, answered, steps: steps.to_vec() }
}

fn is_linearizable(calls: &[Call]) -> bool {
    match check(calls, 3, 0) {
        Verdict::Linearizable(_) => true,
        Verdict::Impossible(_) => false,
        Verdict::Undecided => panic!("small histories are decided"),
    }
}

#[test]
fn one_after_the_other() {
    let history = [
        call(0, 1, &[Step::Set(0, 5, None)]),
        call(2, 3, &[Step::Get(0, Some(5))]),
        call(4, 5, &[Step::Add(0, 2, 7)]),
        call(6, 7, &[Step::GetDel(0, Some(7))]),
        call(8, 9, &[Step::Get(0, None)]),
    ];
    assert!(is_linearizable(&history));
    // Each reply, falsified.
    let mut stale = history.to_vec();
    stale[1].steps = vec![Step::Get(0, None)];
    assert!(!is_linearizable(&stale), "a read misses a write that was answered before");
    stale[1].steps = vec![Step::Get(0, Some(7))];
    assert!(!is_linearizable(&stale), "a read sees what is written later");
}

#[test]
fn concurrent_calls_come_in_any_order() {
    let during = |seen| {
        is_linearizable(&[call(0, 10, &[Step::Set(0, 1, None)]), call(5, 6, &[Step::Get(0, seen)])])
    };
    assert!(during(None) && during(Some(1)));
    assert!(!during(Some(2)));
}

#[test]
fn what_was_seen_stays_seen() {
    // The write is under way all the time; the first reader has seen it, the second comes later.
    let history = [
        call(0, 100, &[Step::Set(0, 1, None)]),
        call(10, 20, &[Step::Get(0, Some(1))]),
        call(30, 40, &[Step::Get(0, None)]),
    ];
    assert!(!is_linearizable(&history));
}

#[test]
fn no_update_is_lost() {
    let add = |sum| call(0, 10, &[Step::Add(0, 1, sum)]);
    assert!(is_linearizable(&[add(2), add(1), add(3)]));
    assert!(!is_linearizable(&[add(1), add(1), add(2)]));
}

#[test]
fn an_element_is_handed_out_once() {
    let push = call(0, 10, &[Step::Push(0, true, 7, 1)]);
    let pop = |seen| call(0, 20, &[Step::Pop(0, true, seen)]);
    assert!(is_linearizable(&[push.clone(), pop(Some(7)), pop(None)]));
    assert!(!is_linearizable(&[push.clone(), pop(Some(7)), pop(Some(7))]), "twice");
    let late = call(30, 40, &[Step::All(0, Vec::new())]);
    assert!(!is_linearizable(&[push, late]), "lost");
}

#[test]
fn a_transaction_is_one_instant() {
    let both = call(0, 10, &[Step::Set(0, 1, None), Step::Set(1, 1, None)]);
    let look = |first, second| call(0, 10, &[Step::Get(0, first), Step::Get(1, second)]);
    assert!(is_linearizable(&[both.clone(), look(Some(1), Some(1))]));
    assert!(is_linearizable(&[both.clone(), look(None, None)]));
    assert!(!is_linearizable(&[both.clone(), look(Some(1), None)]), "torn");
    // Each key by itself would be in order; both together are not.
    let history = [both, call(2, 3, &[Step::Get(0, Some(1))]), call(4, 5, &[Step::Get(1, None)])];
    assert!(!is_linearizable(&history));
}

#[test]
fn a_move_is_one_instant() {
    let start = call(0, 1, &[Step::Push(0, true, 7, 1)]);
    let moved = call(2, 10, &[Step::Move(0, true, 1, false, Some(7))]);
    let look = |first: &[i64], second: &[i64]| {
        call(2, 10, &[Step::All(0, first.to_vec()), Step::All(1, second.to_vec())])
    };
    for (one, two, fine) in
        [(&[7][..], &[][..], true), (&[], &[7], true), (&[], &[], false), (&[7], &[7], false)]
    {
        let history = [start.clone(), moved.clone(), look(one, two)];
        assert_eq!(is_linearizable(&history), fine, "{one:?} {two:?}");
    }
}

#[test]
fn a_watched_key_has_not_changed() {
    let history = |between| {
        [
            call(0, 1, &[Step::Set(0, 1, None)]),
            call(2, 3, &[Step::Get(0, Some(1))]),
            call(4, 5, &[Step::Set(0, between, None)]),
            call(6, 7, &[Step::Unchanged(0, Some(1)), Step::Set(0, 9, None)]),
        ]
    };
    assert!(is_linearizable(&history(1)));
    assert!(!is_linearizable(&history(2)));
}

#[test]
fn deadlines() {
    let ms = 1000;
    let set = call(0, ms, &[Step::Set(0, 1, Some(10))]);
    let get = |at: u64, seen| call(at, at + 10, &[Step::Get(0, seen)]);
    assert!(is_linearizable(&[set.clone(), get(5 * ms, Some(1)), get(12 * ms, None)]));
    assert!(!is_linearizable(&[set.clone(), get(5 * ms, None)]), "too early");
    assert!(!is_linearizable(&[set.clone(), get(12 * ms, Some(1))]), "too late");
    // Between the two instants either is fine, but it does not come back.
    let between = |first, second| {
        is_linearizable(&[set.clone(), get(10 * ms + 100, first), get(10 * ms + 500, second)])
    };
    assert!(between(Some(1), Some(1)) && between(Some(1), None) && between(None, None));
    assert!(!between(None, Some(1)));
    let kept = call(2 * ms, 3 * ms, &[Step::Persist(0, true)]);
    assert!(is_linearizable(&[set, kept, get(50 * ms, Some(1))]));
}

#[test]
fn joined_keys_are_searched_together_and_others_apart() {
    // Sixty calls on each of three keys: apart they are decided at once.
    let calls: Vec<Call> =
        (0..180).map(|n| call(0, 1000, &[Step::Add(n % 3, 1, (n / 3 + 1) as i64)])).collect();
    let Verdict::Linearizable(looked_at) = check(&calls, 3, 0) else { panic!("in order") };
    assert!(looked_at < 20_000, "{looked_at}");
}
