use super::*;

/// What the tool says of a file with these bytes, its name left out, and its exit code.
fn check(name: &str, text: &str) -> (String, u8) {
    let dir = std::env::temp_dir().join(format!("scrubjay-check-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder");
    let path = dir.join("x.aof");
    std::fs::write(&path, text.replace('|', "\r\n")).expect("a file");
    let mut out = Vec::new();
    let code = print("check", &[path.clone().into_os_string().into_vec()], &mut out);
    std::fs::remove_dir_all(&dir).expect("it is there");
    let said = String::from_utf8(out).expect("text");
    (said.replace(&path.display().to_string(), "F"), code)
}

#[test]
fn verdicts_are_those_of_redis_check_aof() {
    let set = "*3|$3|SET|$1|k|$1|v|";
    for (name, text, said, code) in [
        ("empty", String::new(), "AOF F is empty\n", 0),
        (
            "fine",
            format!("#TS:17|{set}"),
            "AOF analyzed: filename=F, size=35, ok_up_to=35, ok_up_to_line=8, diff=0\n\
             AOF F is valid\n",
            0,
        ),
        (
            "sum",
            format!("{set}#SUM:0000001b:b630a544f2974737\n{set}##\n"),
            "AOF analyzed: filename=F, size=88, ok_up_to=88, ok_up_to_line=15, diff=0\n\
             AOF F is valid\n",
            0,
        ),
        (
            "wrong sum",
            format!("{set}#SUM:0000001b:b630a544f2974730\n{set}##\n"),
            "AOF F checksum error\n\
             AOF analyzed: filename=F, size=88, ok_up_to=27, ok_up_to_line=8, diff=61\n\
             AOF F is not valid. Use the --fix option to try fixing it.\n",
            1,
        ),
        (
            "short",
            format!("{set}*3|$3|SET|$1|k|$5|v"),
            "0x              33: Expected to read 7 bytes, got 1 bytes\n\
             AOF analyzed: filename=F, size=52, ok_up_to=27, ok_up_to_line=14, diff=25\n\
             AOF F is not valid. Use the --fix option to try fixing it.\n",
            1,
        ),
        (
            "multi",
            format!("{set}*1|$5|MULTI|{set}"),
            "0x              42: Reached EOF before reading EXEC for MULTI\n\
             AOF analyzed: filename=F, size=69, ok_up_to=27, ok_up_to_line=18, diff=42\n\
             AOF F is not valid. Use the --fix option to try fixing it.\n",
            1,
        ),
        (
            "prefix",
            format!("{set}*1|+OK|"),
            "0x              1f: Expected prefix '$', got: '+'\n\
             AOF analyzed: filename=F, size=36, ok_up_to=27, ok_up_to_line=9, diff=9\n\
             AOF F is not valid. Use the --fix option to try fixing it.\n",
            1,
        ),
        (
            "other",
            format!("{set}x"),
            "AOF F format error\n\
             AOF analyzed: filename=F, size=28, ok_up_to=27, ok_up_to_line=8, diff=1\n\
             AOF F is not valid. Use the --fix option to try fixing it.\n",
            1,
        ),
    ] {
        let wanted = format!("Start checking Old-Style AOF\n{said}");
        assert_eq!(check(name, &text), (wanted, code), "{name}");
    }
}
