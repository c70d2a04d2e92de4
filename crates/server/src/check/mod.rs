//! Tools that look at files: `scrubjay check KIND [OPTION] FILE`, and the names that Redis has for
//! them.

mod aof;

use std::io;

/// Runs the tool that the command line names, if it names one; its exit code. The first argument
/// is the program's name.
pub(crate) fn run(args: &[Vec<u8>]) -> Option<u8> {
    let program = args.first().map_or(&b""[..], Vec::as_slice);
    let name = program.rsplit(|&byte| byte == b'/').next().unwrap_or(program);
    let mut out = io::stdout().lock();
    if name.ends_with(b"-check-aof") {
        return Some(aof::run(&String::from_utf8_lossy(program), &args[1..], &mut out));
    }
    match args.get(1..3) {
        Some([check, kind]) if check == b"check" && kind == b"aof" => {
            Some(aof::run("scrubjay check aof", &args[3..], &mut out))
        }
        _ => None,
    }
}
