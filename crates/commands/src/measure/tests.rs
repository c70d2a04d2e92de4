use super::*;

#[test]
fn each_value_lies_in_its_step() {
    let order: Vec<usize> = in_order().collect();
    for ticks in (0..5000).chain([1 << 20, (1 << 20) + 1, (1 << 41) - 1, 1 << 62]) {
        let rank = order.iter().position(|step| *step == step_of(ticks)).expect("a rank");
        assert!(ticks <= top_of(rank), "{ticks} is above rank {rank}");
        assert!(rank == 0 || ticks | 1 > top_of(rank - 1), "{ticks} is below rank {rank}");
    }
    assert_eq!(order[0], step_of(0));
}

#[test]
fn percentiles_are_told_to_within_three_percent() {
    let histogram = Histogram::default();
    (1..=1000).for_each(|us| histogram.count(us * 1000));
    let spread = Spread::of([&histogram, &Histogram::default()].into_iter(), 1000);
    assert_eq!(spread.calls, 1000);
    for (percent, us) in [(0.0, 1), (50.0, 500), (99.0, 990), (99.9, 999), (100.0, 1000)] {
        let ns = spread.percentile(percent) as f64;
        let off = ns / (f64::from(us) * 1000.0) - 1.0;
        assert!((-0.01..0.04).contains(&off), "p{percent} is {ns} ns");
    }
    assert_eq!(Spread::default().percentile(50.0), 0);
}

#[test]
fn doublings_are_cumulative() {
    let histogram = Histogram::default();
    for us in [1, 1, 3, 40, 5_000_000] {
        histogram.count(us * 1000);
    }
    let spread = Spread::of(std::iter::once(&histogram), 1000);
    assert_eq!(spread.doublings(), [(1, 2), (4, 3), (66, 4), (1_082_130, 5)]);
    histogram.reset();
    assert_eq!(Spread::of(std::iter::once(&histogram), 1000).doublings(), []);
}

#[test]
fn bounds_of_the_metrics_are_cumulative() {
    let (histogram, durations) = (Histogram::default(), Durations::default());
    for us in [1, 3, 5, 100, 20_000_000] {
        histogram.count(us * 980);
        durations.count(Duration::from_nanos(us * 980));
    }
    let counts = Spread::of(std::iter::once(&histogram), 1000).within_bounds();
    assert_eq!(counts[..5], [1, 2, 3, 3, 4]);
    assert_eq!(counts[11..], [4, 5]);
    let (counted, seconds) = durations.cumulative();
    assert_eq!(counted, counts);
    assert!((seconds - 19.6).abs() < 0.1, "{seconds}");
}
