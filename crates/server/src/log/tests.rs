use super::*;
use std::fs;

fn log_to(name: &str, settings: &[(Id, &str)]) -> (Log, std::path::PathBuf) {
    let path = std::env::temp_dir().join(format!("scrubjay-log-{}-{name}", std::process::id()));
    let _ = fs::remove_file(&path);
    let config = Arc::new(Config::new(1));
    config.set(Id::LOGFILE, &[path.as_os_str().as_bytes()]).unwrap();
    for (id, value) in settings {
        config.set(*id, &[value.as_bytes()]).unwrap();
    }
    (Log::new(config), path)
}

fn take(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text
}

#[test]
fn lines_are_as_redis_writes_them() {
    let (log, path) = log_to("legacy", &[]);
    log.verbose("not shown");
    log.notice("hello");
    log.set_role(Role::Master);
    log.warning(format_args!("two\nlines \u{1b}[1m {}", 7));
    let text = take(&path);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let pid = std::process::id();
    assert!(lines[0].starts_with(&format!("{pid}:C ")) && lines[0].ends_with(" * hello"));
    assert!(lines[1].starts_with(&format!("{pid}:M ")), "{text}");
    assert!(lines[1].ends_with(" # two\\nlines \\u001b[1m 7"), "{text}");
    // `PID:C 22 Nov 2026 10:00:00.123 * hello`
    assert_eq!(lines[0].split(' ').count(), 7);
}

#[test]
fn times_are_written_in_three_ways() {
    let zone = Zone::default();
    assert_eq!(legacy_time(&zone, 1_795_328_543_017), "22 Nov 2026 06:22:23.017");
    assert_eq!(iso_time(&zone, 1_795_328_543_017), "2026-11-22T06:22:23.017+00:00");
    let (log, path) = log_to("ms", &[(Id::LOG_TIMESTAMP_FORMAT, "milliseconds")]);
    log.notice("x");
    let text = take(&path);
    let time = text.split(' ').nth(1).unwrap();
    assert!(time.len() == 13 && time.bytes().all(|byte| byte.is_ascii_digit()), "{text}");
}

#[test]
fn other_formats_are_those_of_valkey() {
    let (log, path) = log_to("logfmt", &[(Id::LOG_FORMAT, "logfmt"), (Id::LOGLEVEL, "verbose")]);
    log.verbose("a \"b\" \\");
    let text = take(&path);
    assert!(text.contains(" role=primary timestamp=\""), "{text}");
    assert!(text.ends_with(" level=info message=\"a \\\"b\\\" \\\\\"\n"), "{text}");
    let (log, path) = log_to("json", &[(Id::LOG_FORMAT, "json")]);
    log.set_role(Role::Replica);
    log.notice("a \"b\"");
    let text = take(&path);
    let pid = std::process::id();
    assert!(text.starts_with(&format!("{{\"pid\":{pid},\"role\":\"replica\",\"timestamp\":\"")));
    assert!(text.ends_with("\",\"level\":\"notice\",\"message\":\"a \\\"b\\\"\"}\n"), "{text}");
}

#[test]
fn a_flood_is_counted_not_written() {
    let (log, path) = log_to("flood", &[]);
    for _ in 0..LINES_MAX * 4 {
        log.notice("x".repeat(LINE_MAX * 2));
    }
    let dropped = log.inner.window.lock().unwrap().dropped;
    assert!(dropped > 0);
    log.inner.window.lock().unwrap().second = 0;
    log.notice("after");
    let text = take(&path);
    assert!(text.lines().all(|line| line.len() < LINE_MAX + 64));
    let said = format!("# {dropped} log lines were dropped, too many a second");
    assert!(text.lines().any(|line| line.ends_with(&said)));
    assert!(text.ends_with("* after\n"));
}
