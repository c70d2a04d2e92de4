//! The command line: `scrubjay [/path/redis.conf] [--directive value ...] [-]`, read as
//! redis-server 7.0.15 reads it.
//!
//! Options become lines of a configuration, `--port 7000` the line `port "7000"`, that are read
//! after the file and after standard input. A pure function of the arguments.

use crate::tools;
use commands::text::quote::push_quoted;
use resp::split_args;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CommandLine {
    /// `-v`, `--version`
    Version,
    /// `-h`, `--help`
    Help,
    /// `--test-memory megabytes`; `None` without a number.
    TestMemory(Option<u64>),
    /// `--check-system`
    CheckSystem,
    /// `--sentinel`, or the name redis-sentinel.
    Sentinel,
    /// To start a server.
    Run(Run),
}

/// Where the configuration of a server is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    /// The configuration file.
    pub(crate) file: Option<Vec<u8>>,
    /// `-`: read more of it from standard input.
    pub(crate) stdin: bool,
    /// The options, as lines.
    pub(crate) options: Vec<u8>,
    /// There were no arguments at all.
    pub(crate) bare: bool,
}

/// Under which name the server runs, and so how it presents itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Personality {
    /// Its own.
    Scrubjay,
    /// A link named redis-server.
    Redis,
    /// A link named valkey-server.
    Valkey,
}

impl Personality {
    /// By the name in `argv[0]`.
    pub(crate) fn of(program: &[u8]) -> Personality {
        match base_name(program) {
            name if name.starts_with(b"redis-") => Personality::Redis,
            name if name.starts_with(b"valkey-") => Personality::Valkey,
            _ => Personality::Scrubjay,
        }
    }

    /// The product's name in messages.
    pub(crate) fn product(self) -> &'static str {
        match self {
            Personality::Scrubjay => "Scrubjay",
            Personality::Redis => "Redis",
            Personality::Valkey => "Valkey",
        }
    }

    /// The binary's name in messages.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Personality::Scrubjay => "scrubjay",
            Personality::Redis => "redis-server",
            Personality::Valkey => "valkey-server",
        }
    }
}

fn base_name(program: &[u8]) -> &[u8] {
    program.rsplit(|&byte| byte == b'/').next().unwrap_or(program)
}

/// Reads the arguments; the first one is the program's name.
pub(crate) fn read(args: &[Vec<u8>]) -> CommandLine {
    let (program, args) = args.split_first().map_or((&b""[..], &[][..]), |(p, a)| (&p[..], a));
    if base_name(program).ends_with(b"-sentinel") || args.iter().any(|arg| arg == b"--sentinel") {
        return CommandLine::Sentinel;
    }
    match args.first().map(Vec::as_slice) {
        None => CommandLine::Run(Run { bare: true, ..Run::default() }),
        Some(b"-v" | b"--version") => CommandLine::Version,
        Some(b"-h" | b"--help") => CommandLine::Help,
        Some(b"--test-memory") => {
            let megabytes = args.get(1).filter(|_| args.len() == 2);
            let number = megabytes.and_then(|arg| std::str::from_utf8(arg).ok()?.parse().ok());
            CommandLine::TestMemory(number)
        }
        Some(b"--check-system") => CommandLine::CheckSystem,
        Some(first) if first.starts_with(b"-") => CommandLine::Run(read_options(args, None)),
        Some(file) => CommandLine::Run(read_options(&args[1..], Some(file.to_vec()))),
    }
}

/// A name that follows a name is that name's value, unless the earlier one has a value already:
/// `--port --bla` is the line `port "--bla"`. `--save` alone is `save ""`.
fn read_options(args: &[Vec<u8>], file: Option<Vec<u8>>) -> Run {
    let mut run = Run { file, ..Run::default() };
    let mut has_value = true;
    let count = args.len();
    for (index, arg) in args.iter().enumerate() {
        let first_of_all = index == 0 && run.file.is_none();
        if arg == b"-" && (first_of_all || index + 1 == count) {
            run.stdin = true;
        } else if has_value && arg.starts_with(b"--") {
            if !run.options.is_empty() {
                run.options.push(b'\n');
            }
            run.options.extend_from_slice(&arg[2..]);
            run.options.push(b' ');
            // `--port 6380` may also be one argument.
            has_value = split_args(arg).is_none_or(|words| words.len() != 1);
            let next_is_option = args.get(index + 1).is_none_or(|next| next.starts_with(b"--"));
            if !has_value && arg.eq_ignore_ascii_case(b"--save") && next_is_option {
                run.options.extend_from_slice(b"\"\"");
                has_value = true;
            }
        } else {
            push_quoted(&mut run.options, arg);
            run.options.push(b' ');
            has_value = true;
        }
    }
    run
}

/// What `--help` prints.
pub(crate) fn usage(personality: Personality) -> String {
    let name = personality.program();
    format!(
        "Usage: ./{name} [/path/to/redis.conf] [options] [-]\n\
        \x20      ./{name} - (read config from stdin)\n\
        \x20      ./{name} -v or --version\n\
        \x20      ./{name} -h or --help\n\
        \x20      ./{name} --test-memory <megabytes>\n\
        \x20      ./{name} --check-system\n\
        {}\n\
        Examples:\n\
        \x20      ./{name} (run the server with default conf)\n\
        \x20      echo 'maxmemory 128mb' | ./{name} -\n\
        \x20      ./{name} /etc/redis/6379.conf\n\
        \x20      ./{name} --port 7777\n\
        \x20      ./{name} --port 7777 --io-threads 2\n\
        \x20      ./{name} /etc/myredis.conf --loglevel verbose -\n\
        \x20      ./{name} /etc/myredis.conf --loglevel verbose\n",
        tools::usage(name)
    )
}

#[cfg(test)]
mod tests;
