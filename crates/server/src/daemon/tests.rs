use super::*;
use std::sync::Arc;

fn quiet() -> (Arc<Config>, Log) {
    let config = Arc::new(Config::new(1));
    config.set(Id::LOGLEVEL, &[b"nothing"]).unwrap();
    (config.clone(), Log::new(config))
}

#[test]
fn the_pid_file_is_written_and_removed() {
    let (config, log) = quiet();
    assert_eq!(pid_file(&config), None);
    config.set(Id::DAEMONIZE, &[b"yes"]).unwrap();
    assert_eq!(pid_file(&config), Some(PathBuf::from(DEFAULT_PID_FILE)));
    let path = env::temp_dir().join(format!("scrubjay-pid-{}", std::process::id()));
    config.set(Id::PIDFILE, &[path.as_os_str().as_bytes()]).unwrap();
    write_pid_file(&config, &log);
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
    remove_pid_file(&config, &log);
    assert!(!path.exists());
}

#[test]
fn clients_that_cannot_fit_are_refused() {
    let (config, log) = quiet();
    adjust_open_files(&config, &log).unwrap();
    let before = config.int(Id::MAXCLIENTS);
    config.set(Id::MAXCLIENTS, &[b"4000000000"]).unwrap();
    let refused = apply_max_clients(&config, &log).expect_err("no machine has so many files");
    assert!(refused.starts_with("The operating system is not able to handle"), "{refused}");
    assert!(config.int(Id::MAXCLIENTS) >= before);
}

#[test]
fn the_oom_score_comes_back() {
    let (config, log) = quiet();
    let read = || fs::read_to_string(OOM_SCORE_FILE).unwrap_or_default();
    let (before, score) = (read(), OomScore::default());
    score.apply(&config, &log).unwrap();
    assert_eq!(read(), before);
    config.set(Id::OOM_SCORE_ADJ, &[b"relative"]).unwrap();
    config.set(Id::OOM_SCORE_ADJ_VALUES, &[b"5", b"6", b"7"]).unwrap();
    let applied = score.apply(&config, &log).is_ok();
    if let Some(base) = before.trim().parse::<i64>().ok().filter(|_| applied) {
        assert_eq!(read().trim(), (base + 5).clamp(-1000, 1000).to_string());
        config.set(Id::OOM_SCORE_ADJ, &[b"no"]).unwrap();
        // Going back down may need a privilege.
        if score.apply(&config, &log).is_ok() {
            assert_eq!(read(), before);
        }
    }
}
