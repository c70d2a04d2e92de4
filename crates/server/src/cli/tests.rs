use super::*;

fn run(args: &[&str]) -> Run {
    match read(&arguments("scrubjay", args)) {
        CommandLine::Run(run) => run,
        other => panic!("{other:?}"),
    }
}

fn arguments(program: &str, args: &[&str]) -> Vec<Vec<u8>> {
    [program].iter().chain(args).map(|arg| arg.as_bytes().to_vec()).collect()
}

fn options(args: &[&str]) -> String {
    String::from_utf8(run(args).options).unwrap()
}

#[test]
fn options_become_lines() {
    for (args, lines) in [
        (&["--port", "7000", "--save", ""][..], "port \"7000\" \nsave \"\" "),
        (&["--save", "60", "1", "--save", "300 10"], "save \"60\" \"1\" \nsave \"300 10\" "),
        (&["--port"], "port "),
        (&["--port", "--bla", "--loglevel", "x"], "port \"--bla\" \nloglevel \"x\" "),
        (&["--save", "--port", "1"], "save \"\"\nport \"1\" "),
        (&["--port", "1", "--save"], "port \"1\" \nsave \"\""),
        (&["--maxmemory 700mb", "--timeout 1"], "maxmemory 700mb \ntimeout 1 "),
        (&["--replicaof", "--a", "--b"], "replicaof \"--a\" \nb "),
        (
            &["--proc-title-template", "--save", "--save", ""],
            "proc-title-template \"--save\" \nsave \"\" ",
        ),
    ] {
        assert_eq!(options(args), lines, "{args:?}");
    }
}

#[test]
fn file_and_standard_input_are_found() {
    let conf = Some(b"a.conf".to_vec());
    assert_eq!(run(&[]), Run { bare: true, ..Run::default() });
    assert_eq!(run(&["a.conf"]), Run { file: conf.clone(), ..Run::default() });
    assert_eq!(run(&["a.conf", "-"]), Run { file: conf, stdin: true, ..Run::default() });
    assert!(run(&["-"]).stdin && run(&["-", "--port", "1"]).stdin);
    assert!(run(&["--port", "1", "-"]).stdin);
    assert_eq!(options(&["--requirepass", "-", "--port", "1"]), "requirepass \"-\" \nport \"1\" ");
}

#[test]
fn special_words_are_known() {
    let read_one = |args: &[&str]| read(&arguments("./scrubjay", args));
    assert_eq!(read_one(&["-v"]), CommandLine::Version);
    assert_eq!(read_one(&["--help", "x"]), CommandLine::Help);
    assert_eq!(read_one(&["--test-memory", "5"]), CommandLine::TestMemory(Some(5)));
    assert_eq!(read_one(&["--test-memory"]), CommandLine::TestMemory(None));
    assert_eq!(read_one(&["--check-system"]), CommandLine::CheckSystem);
    assert_eq!(read_one(&["x.conf", "--sentinel"]), CommandLine::Sentinel);
    assert_eq!(read(&arguments("/usr/bin/redis-sentinel", &[])), CommandLine::Sentinel);
    assert_eq!(Personality::of(b"/usr/bin/redis-server"), Personality::Redis);
    assert_eq!(Personality::of(b"valkey-server"), Personality::Valkey);
    assert_eq!(Personality::of(b"target/debug/scrubjay"), Personality::Scrubjay);
}
