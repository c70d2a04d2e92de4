use super::*;
use crate::OwnedArgs;
use crate::offline::{Offline, Seat};

fn page_after(requests: &[&str]) -> String {
    let offline = Offline::new(1_700_000_000_000);
    let shared = offline.shared(1);
    shared.stats.sampled.want();
    let (mut seat, mut session) = (Seat::new(0), offline.connect(&shared, 0));
    for request in requests {
        let args: OwnedArgs = request.split(' ').map(str::as_bytes).collect();
        let moment = offline.moment(&shared);
        let mut out = crate::Output::default();
        seat.run(&shared, moment, &mut session, args.args(), &mut out);
    }
    sample(&shared, offline.now_ms());
    render(&shared, 1, offline.now_ms())
}

#[test]
fn every_line_is_one_that_prometheus_reads() {
    let page = page_after(&["SET a 1", "GET a", "GET b", "NOSUCH x", "SELECT 3", "LPUSH l a b c"]);
    let mut family = ("", "");
    let mut seen = std::collections::BTreeSet::new();
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            family = rest.split_once(' ').expect("a type");
            assert!(seen.insert(family.0), "{} twice", family.0);
            assert_eq!(family.1 == "counter", family.0.ends_with("_total"), "{line}");
            continue;
        }
        if let Some(help) = line.strip_prefix("# HELP ") {
            assert!(help.starts_with("scrubjay_") && help.ends_with('.'), "{line}");
            continue;
        }
        let (name, value) = line.rsplit_once(' ').expect("a value");
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let bare = name.split('{').next().unwrap_or(name);
        let suffixes = ["", "_bucket", "_sum", "_count"];
        let suffixes = if family.1 == "histogram" { &suffixes[1..] } else { &suffixes[..1] };
        assert!(
            suffixes.iter().any(|suffix| bare.strip_suffix(suffix) == Some(family.0)),
            "{line} in {family:?}"
        );
        assert_eq!(name.matches('"').count() % 2, 0, "{line}");
    }
    assert!(seen.len() > 50, "{}", seen.len());
}

#[test]
fn calls_keys_and_lookups_are_counted() {
    let page = page_after(&["SET a 1", "GET a", "GET b", "GET b", "SELECT 3", "SET c 1 EX 100"]);
    for line in [
        "scrubjay_commands_total{command=\"get\"} 3",
        "scrubjay_command_duration_seconds_count{command=\"get\"} 3",
        "scrubjay_command_duration_seconds_bucket{command=\"get\",le=\"+Inf\"} 3",
        "scrubjay_db_keys{db=\"0\"} 1",
        "scrubjay_db_keys{db=\"3\"} 1",
        "scrubjay_db_expiring_keys{db=\"3\"} 1",
        "scrubjay_keyspace_hits_total 1",
        "scrubjay_keyspace_misses_total 2",
        "scrubjay_expiry_lag_seconds 0",
        "scrubjay_loading 0",
    ] {
        assert!(page.lines().any(|one| one == line), "{line}\n{page}");
    }
}

#[test]
fn words_of_clients_are_no_labels() {
    let page = page_after(&["GET", "NOSUCH\"}x a", "CONFIG SET requirepass se\"cret", "PING"]);
    assert!(!page.contains("NOSUCH") && !page.contains("se\"cret"), "{page}");
}
