//! What the binary does without a server: checks, exports and imports. One row a tool; [`asked`]
//! decides by the program's name and the first words which one is meant, before the server's own
//! command line is read.

mod check_aof;
mod check_rdb;
mod export;
mod import;
mod progress;

/// A tool of the binary.
pub(crate) struct Tool {
    /// The words behind the program's name.
    words: &'static [&'static str],
    /// How a program's name ends that stands for the words; never matches if empty.
    name_end: &'static str,
    /// What follows the words, for the usage.
    usage: &'static str,
    /// Gets the name to show and the arguments; its result is the exit code.
    run: fn(&str, &[Vec<u8>]) -> u8,
}

const TOOLS: &[Tool] = &[
    Tool {
        words: &["check", "rdb"],
        name_end: "-check-rdb",
        usage: "<rdb-file>",
        run: check_rdb::run,
    },
    Tool {
        words: &["check", "aof"],
        name_end: "-check-aof",
        usage: "[--fix] <file.manifest|file.aof>",
        run: check_aof::run,
    },
    Tool {
        words: &["export"],
        name_end: "",
        usage: "<rdb-file> (to JSON lines)",
        run: export::run,
    },
    Tool {
        words: &["import"],
        name_end: "",
        usage: "redis://[user:password@]host:port[/db] [options] (from a live server)",
        run: import::run,
    },
];

/// A tool with what it was asked.
pub(crate) struct Asked<'a> {
    tool: &'static Tool,
    shown: String,
    args: &'a [Vec<u8>],
}

impl Asked<'_> {
    /// Runs the tool; its exit code.
    pub(crate) fn run(&self) -> u8 {
        (self.tool.run)(&self.shown, self.args)
    }
}

/// The tool that a command line asks for, if it does; the first word is the program's name.
pub(crate) fn asked(line: &[Vec<u8>]) -> Option<Asked<'_>> {
    let (program, args) = line.split_first()?;
    TOOLS.iter().find_map(|tool| {
        if !tool.name_end.is_empty() && program.ends_with(tool.name_end.as_bytes()) {
            return Some(Asked { tool, shown: String::from_utf8_lossy(program).into(), args });
        }
        let (words, rest) = args.split_at_checked(tool.words.len())?;
        let is_meant = words.iter().zip(tool.words).all(|(word, wanted)| word == wanted.as_bytes());
        is_meant.then(|| Asked {
            tool,
            shown: format!("scrubjay {}", tool.words.join(" ")),
            args: rest,
        })
    })
}

/// The tools' lines of `--help`; `name` is the program's.
pub(crate) fn usage(name: &str) -> String {
    let line = |tool: &Tool| format!("       ./{name} {} {}\n", tool.words.join(" "), tool.usage);
    TOOLS.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
