use super::*;

#[test]
fn every_check_reports_a_line() {
    let (report, _) = check();
    for name in ["[slow-clocksource]...", "[xen-clocksource]...", "[THP]..."] {
        assert!(report.contains(name), "{report}");
    }
}

#[test]
fn good_memory_passes() {
    assert_eq!(test_memory(2), Ok(true));
    assert!(test_memory(u64::MAX).is_err());
}
