//! `LOLWUT`: a small landscape, another one at each call.
//!
//! A jay flies over hills and hides acorns; the dots are those that spoiled. The last line names
//! the version, as tools expect.

use crate::args::Args;
use crate::config::REDIS_VERSION;
use crate::cx::{Cx, Rng};
use crate::error::{CommandError, CommandResult, Outcome};
use crate::spec::{Arg, Command, Flags, Group};
use crate::text::int::parse_i64;

pub(super) const LOLWUT: Command = Command {
    name: "lolwut",
    run: lolwut,
    arity: -1,
    flags: Flags::READONLY.and(Flags::FAST),
    group: Group::Server,
    since: "5.0.0",
    summary: "Draws a small piece of computer art and prints the version.",
    args: &[Arg::integer("version").token("VERSION").optional()],
    ..Command::DEFAULT
};

const COLUMNS: (i64, i64) = (66, 1000);
const ROWS: (i64, i64) = (16, 200);

/// `LOLWUT [VERSION version] [columns [rows]]` -> text. The version is accepted and changes
/// nothing: we have one landscape.
fn lolwut(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mut sizes = args.from(1);
    if args.is(1, "version") && args.len() > 2 {
        parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
        sizes = args.from(3);
    }
    let size = |index: usize, (usual, most): (i64, i64)| match sizes.get(index) {
        None => Ok(usual as usize),
        Some(text) => parse_i64(text)
            .map(|wanted| wanted.clamp(1, most) as usize)
            .ok_or(CommandError::NotInteger),
    };
    let (columns, rows) = (size(0, COLUMNS)?, size(1, ROWS)?);
    let mut text = landscape(&mut cx.local.rng, columns, rows);
    text.push_str("\nIt remembers where each acorn is, and when it will spoil.");
    text.push_str(" Redis ver. ");
    text.push_str(REDIS_VERSION);
    text.push('\n');
    cx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(Outcome::Replied)
}

/// Lines of `columns` bytes: sky, a hill line that wanders, ground with acorns.
fn landscape(rng: &mut Rng, columns: usize, rows: usize) -> String {
    let mut line = rows / 3;
    let mut canvas = vec![vec![b' '; columns]; rows];
    for column in 0..columns {
        let slope = rng.below(6);
        let mark = match slope {
            0 if line > rows / 4 => b'/',
            1 if line + rows / 4 + 1 < rows => b'\\',
            _ => b'_',
        };
        line += usize::from(mark == b'\\');
        canvas[line.min(rows - 1)][column] = mark;
        for row in canvas.iter_mut().skip(line + 1) {
            row[column] = match rng.below(24) {
                0 => b'o',
                1 => b'.',
                _ => b' ',
            };
        }
        line -= usize::from(mark == b'/');
    }
    let jay = b"\\(v)>";
    if columns > jay.len() {
        let at = rng.below((columns - jay.len()) as u64) as usize;
        canvas[0][at..at + jay.len()].copy_from_slice(jay);
    }
    let ends = canvas.iter().flat_map(|row| row.iter().copied().chain(std::iter::once(b'\n')));
    ends.map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::landscape;
    use crate::cx::Rng;

    #[test]
    fn fits_every_size() {
        for (columns, rows) in [(1, 1), (1, 2), (2, 1), (5, 3), (6, 4), (66, 16), (1000, 200)] {
            for seed in 0..20 {
                let text = landscape(&mut Rng(seed), columns, rows);
                assert_eq!(text.lines().count(), rows);
                assert!(text.lines().all(|line| line.len() == columns));
            }
        }
    }
}
