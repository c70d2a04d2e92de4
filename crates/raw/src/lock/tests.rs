use std::sync::Arc;

use super::*;

#[test]
fn counts_exactly() {
    let lock = Arc::new(Lock::new(0u64, false));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let lock = Arc::clone(&lock);
            std::thread::spawn(move || {
                for round in 0..2000 {
                    if round % 3 == 0
                        && let Some(mut guard) = lock.try_lock()
                    {
                        *guard += 1;
                    } else {
                        *lock.lock() += 1;
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert_eq!(*lock.lock(), 8000);
}

#[test]
fn held_means_held() {
    for solo in [false, true] {
        let mut lock = Lock::new(vec![1], solo);
        let guard = lock.lock();
        assert!(lock.try_lock().is_none());
        drop(guard);
        lock.lock().push(2);
        lock.get_mut().push(3);
        assert_eq!(lock.into_inner(), [1, 2, 3]);
    }
}

#[test]
fn a_solo_lock_refuses_a_second_thread() {
    let lock = Arc::new(Lock::new(0, true));
    *lock.lock() += 1;
    let other = Arc::clone(&lock);
    let refused = std::thread::spawn(move || drop(other.lock())).join();
    assert!(refused.is_err());
    let mut lock = Arc::into_inner(lock).expect("the other thread is gone");
    lock.set_solo(true);
    let moved = std::thread::spawn(move || {
        *lock.lock() += 1;
        lock.into_inner()
    });
    assert_eq!(moved.join().expect("a new owner"), 2);
}

#[test]
fn kept_means_held() {
    for solo in [false, true] {
        let lock = Lock::new(1, solo);
        let (mut guard, waited) = lock.lock_and_tell();
        *guard += 1;
        let kept = guard.keep();
        assert!(!waited && lock.try_lock().is_none());
        *lock.resume(kept) += 1;
        assert_eq!(*lock.lock(), 3);
    }
}

#[test]
fn who_waits_at_rest_gets_it() {
    let lock = Arc::new(Lock::new(0, false));
    let mut guard = lock.lock();
    let other = Arc::clone(&lock);
    let waiter = std::thread::spawn(move || {
        let mut guard = other.lock_at_rest();
        *guard += 1;
        *guard
    });
    std::thread::sleep(std::time::Duration::from_millis(5));
    *guard += 1;
    drop(guard);
    assert_eq!(waiter.join().expect("no panic"), 2);
    // A solo lock has nobody to wait for.
    assert_eq!(*Lock::new(7, true).lock_at_rest(), 7);
}
