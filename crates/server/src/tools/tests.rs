use super::*;

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

#[test]
fn names_and_words_choose_the_tool() {
    for (line, tool, rest) in [
        ("scrubjay check rdb a", "-check-rdb", 1),
        ("/usr/bin/redis-check-rdb a", "-check-rdb", 1),
        ("valkey-check-aof --fix a", "-check-aof", 2),
        ("./scrubjay check aof", "-check-aof", 0),
        ("redis-server export a", "", 1),
    ] {
        let line_words = words(line);
        let asked = asked(&line_words).expect(line);
        assert_eq!((asked.tool.name_end, asked.args.len()), (tool, rest), "{line}");
    }
    for line in ["scrubjay", "scrubjay check", "scrubjay check it", "scrubjay a.conf export"] {
        assert!(asked(&words(line)).is_none(), "{line}");
    }
}

#[test]
fn the_usage_names_every_tool() {
    assert_eq!(usage("x").lines().count(), TOOLS.len());
    assert!(usage("x").contains("./x check rdb <rdb-file>\n"));
}
