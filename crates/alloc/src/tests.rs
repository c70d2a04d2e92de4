use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};

use super::*;

#[global_allocator]
static GLOBAL: Jemalloc = Jemalloc;

#[test]
fn size_classes_agree() {
    for need in 1..=1 << 20 {
        // SAFETY: asks for a size only; not zero.
        let real = unsafe { sys::nallocx(need, 0) };
        assert_eq!(raw::size_class(need), real, "need {need}");
    }
}

#[test]
fn options_took_effect() {
    assert_eq!(read::<isize>(c"opt.dirty_decay_ms"), Some(5000));
    assert_eq!(read::<isize>(c"opt.muzzy_decay_ms"), Some(0));
    assert_eq!(read::<bool>(c"config.stats"), Some(true));
    assert_eq!(read::<usize>(c"arenas.quantum"), Some(QUANTUM));
    assert_eq!(read::<bool>(c"opt.cache_oblivious").or(Some(false)), Some(false));
    assert!(version().starts_with("5.3"));
}

#[test]
fn thread_usage_is_exact() {
    let used = || {
        let (allocated, freed) = thread_usage();
        allocated - freed
    };
    for need in [1usize, 8, 24, 33, 100, 520, 5000, 20_000, 300_000] {
        let before = used();
        let boxed: Box<[u8]> = vec![1; need].into_boxed_slice();
        assert_eq!(used() - before, raw::size_class(need) as u64);
        drop(boxed);
        assert_eq!(used(), before);
    }
    let freed_elsewhere = std::thread::spawn(|| thread_usage().0).join().expect("no panic");
    assert!(freed_elsewhere < 1 << 20);
}

#[test]
fn alignments_hold() {
    for align in (0..13).map(|lg| 1usize << lg) {
        for size in [1usize, 8, 17, 64, 192, 1536, 4096, 70_000] {
            let layout = Layout::from_size_align(size, align).expect("a valid layout");
            // SAFETY: not zero bytes.
            let plain = unsafe { alloc(layout) };
            // SAFETY: not zero bytes.
            let zeroed = unsafe { alloc_zeroed(layout) };
            assert!(plain.addr().is_multiple_of(align) && zeroed.addr().is_multiple_of(align));
            // SAFETY: `size` zero bytes were asked for.
            assert!(unsafe { std::slice::from_raw_parts(zeroed, size) }.iter().all(|&b| b == 0));
            // SAFETY: same layout, new size not zero.
            let grown = unsafe { realloc(plain, layout, size * 3) };
            assert!(grown.addr().is_multiple_of(align));
            let tripled = Layout::from_size_align(size * 3, align).expect("a valid layout");
            // SAFETY: the layout it was reallocated to.
            unsafe { dealloc(grown, tripled) };
            // SAFETY: the layout it was allocated with.
            unsafe { dealloc(zeroed, layout) };
        }
    }
}

#[test]
fn buckets_cost_their_size() {
    for buckets in [1usize, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, 48, 56, 64] {
        // SAFETY: asks for a size only; not zero.
        let real = unsafe { sys::nallocx(buckets * 64, flags(64)) };
        assert_eq!(real, buckets * 64);
    }
}

#[test]
fn stats_follow_allocations() {
    let before = stats();
    let big = vec![1u8; 64 << 20];
    let during = stats();
    assert!(during.allocated >= before.allocated + (60 << 20));
    assert!(during.resident >= during.active && during.active >= during.allocated);
    assert!(during.metadata > 0 && during.mapped > 0);
    drop(big);
    purge();
    assert!(stats().resident < during.resident);
    assert!(set_background_thread(true) && set_background_thread(false));
}

#[test]
fn holes_are_filled() {
    let hash = |key: &[u8]| {
        let number = key.iter().fold(0u64, |sum, byte| sum * 10 + u64::from(byte - b'0'));
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    };
    let key = |number: u32| number.to_string().into_bytes();
    let mut table = raw::Table::new();
    for number in 0..20_000 {
        let key = key(number);
        table.insert(hash(&key), raw::Pair::new(&key, &[number as u8; 200]), hash);
    }
    // Which stay says a hash of its own: else whole slabs would go.
    let stays = |number: &u32| hash(&key(*number)).is_multiple_of(3);
    for number in (0..20_000).filter(|number| !stays(number)) {
        let key = key(number);
        drop(table.remove(hash(&key), &key, hash));
    }
    flush_thread_cache();
    let mut mover = Mover::new().expect("the query is there");
    for _ in 0..3 {
        let mut position = 0;
        loop {
            let each = &mut |pair: &mut raw::EntryMut<'_, raw::Pair>,
                             mover: &mut dyn raw::Mover| {
                pair.relocate(mover);
            };
            position = table.relocate(position, &mut mover, each);
            if position == 0 {
                break;
            }
        }
    }
    let probe = Box::new([0_u8; 208]);
    let answer = mover.ask(NonNull::from(&*probe).cast()).expect("an answer");
    assert!(answer.class_free * 10 < answer.class_regions, "{answer:?}");
    assert!(raw::Mover::moved(&mover) > 3000 && mover.stayed() > 0 && mover.bytes() > 600_000);
    for number in (0..20_000).filter(stays) {
        let key = key(number);
        let pair = table.get(hash(&key), &key).expect("it is there");
        assert_eq!(pair.value(), [number as u8; 200]);
    }
}
