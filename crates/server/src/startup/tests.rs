use super::*;

fn start(args: &[&str]) -> Result<Settings, ExitMessage> {
    start_as("scrubjay", args)
}

fn start_as(name: &str, args: &[&str]) -> Result<Settings, ExitMessage> {
    let all = [name].iter().chain(args).map(OsString::from).collect();
    parse_command_line(all)
}

fn refused(name: &str, args: &[&str]) -> String {
    let exit = start_as(name, args).expect_err("a mistake");
    assert_eq!((exit.code, exit.stdout.as_str()), (1, ""));
    exit.stderr
}

#[test]
fn options_set_the_configuration() {
    let settings = start(&["--port", "7000", "--save", "", "--maxmemory 1mb"]).unwrap();
    let config = &settings.config;
    assert_eq!((config.int(Id::PORT), config.size(Id::MAXMEMORY)), (7000, 1 << 20));
    assert_eq!(config.save_points(), []);
    assert!(config.int(Id::IO_THREADS) >= 1);
    let here = std::env::current_dir().unwrap();
    assert_eq!(&*config.text(Id::DIR), here.as_os_str().as_bytes());
    assert_eq!(settings.config_path, None);
}

#[test]
fn mistakes_end_as_in_redis() {
    let title = format!("\n*** FATAL CONFIG FILE ERROR (Scrubjay {SCRUBJAY_VERSION}) ***\n");
    let at_line_2 = "Reading the configuration file, at line 2\n";
    for (args, rest) in [
        (
            &["--foo", "bar"][..],
            format!("{at_line_2}>>> 'foo \"bar\"'\nBad directive or wrong number of arguments\n"),
        ),
        (&["--port"], format!("{at_line_2}>>> 'port'\nwrong number of arguments\n")),
        (
            &["--port", "6379", "6380"],
            format!("{at_line_2}>>> 'port \"6379\" \"6380\"'\nwrong number of arguments\n"),
        ),
        (
            &["--dir", "/no/such"],
            format!("{at_line_2}>>> 'dir \"/no/such\"'\nNo such file or directory\n"),
        ),
        (
            &["--logfile", "/no/such/x"],
            "Can't open the log file: No such file or directory\n".to_owned(),
        ),
    ] {
        assert_eq!(refused("scrubjay", args), format!("{title}{rest}"), "{args:?}");
    }
    let as_redis = refused("/usr/bin/redis-server", &["--foo", "bar"]);
    let title = format!("\n*** FATAL CONFIG FILE ERROR (Redis {REDIS_VERSION}) ***\n");
    assert!(as_redis.starts_with(&title), "{as_redis}");
}

#[test]
fn a_file_that_cannot_be_read_is_a_line_in_the_log() {
    let exit = start(&["/no/such/file.conf", "--loglevel", "nothing"]).expect_err("no file");
    assert_eq!(exit, ExitMessage::logged(1));
}

#[test]
fn questions_are_answered() {
    let version = start(&["--version"]).expect_err("no server");
    let start_of = format!("Scrubjay server v={SCRUBJAY_VERSION} redis={REDIS_VERSION} sha=");
    assert!(version.stdout.starts_with(&start_of), "{version:?}");
    assert!(version.stdout.contains(" malloc=jemalloc-5.3.0 bits=64 build="));
    assert_eq!(version.code, 0);
    let as_redis = start_as("redis-server", &["-v"]).expect_err("no server").stdout;
    assert!(as_redis.starts_with(&format!("Redis server v={REDIS_VERSION} sha=")), "{as_redis}");
    assert!(refused("scrubjay", &["-h"]).starts_with("Usage: ./scrubjay [/path"));
    assert!(refused("scrubjay", &["--sentinel"]).contains("no Sentinel mode"));
    assert!(refused("scrubjay", &["--test-memory"]).starts_with("Please specify the amount"));
}

#[test]
fn the_logo_shows_the_pid() {
    let text = logo(Personality::Scrubjay, "standalone", 7000);
    assert!(text.contains(&format!(" PID: {}", std::process::id())), "{text}");
    assert!(text.contains("Port: 7000\n") && text.contains("Running in standalone mode"));
}

#[test]
fn commands_are_renamed() {
    let args = ["--rename-command", "CONFIG", "conf", "--rename-command", "multi", ""];
    let settings = start(&args).unwrap();
    let mut table = CommandTable::new(commands::families());
    settings.rename_commands(&mut table);
    let found = [&b"config"[..], b"CONF", b"multi", b"exec"].map(|name| table.find(name).is_some());
    assert_eq!(found, [false, true, false, true]);
    assert!(refused("scrubjay", &["--rename-command", "nope", "x"]).contains("No such command"));
}
