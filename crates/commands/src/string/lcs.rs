//! LCS: the longest common subsequence of two strings.
//!
//! ```text
//! table[i][j] = length for the first i bytes of a and the first j bytes of b
//!   a[i-1] == b[j-1]   table[i-1][j-1] + 1
//!   else               max(table[i-1][j], table[i][j-1])
//! ```
//! Walked back from the last cell. The length alone needs only two rows of it. The table may be as
//! large as a value may be (`proto-max-bulk-len`); nothing is locked while it is filled.

use crate::args::Args;
use crate::config::Id;
use crate::cx::{Cx, Origin};
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use crate::text::int::parse_i64;
use engine::string::StringRef;

const NOT_STRINGS: CommandError =
    CommandError::text("ERR The specified keys must contain string values");
const TOO_LARGE: CommandError = CommandError::text(
    "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
);
const NO_MEMORY: CommandError =
    CommandError::text("ERR Insufficient memory, failed allocating transient memory for LCS");

#[derive(Default)]
struct Options {
    len: bool,
    idx: bool,
    with_match_len: bool,
    match_len_min: u64,
}

impl Options {
    fn parse(args: Args<'_>) -> Result<Self, CommandError> {
        let mut options = Self::default();
        let mut at = 3;
        while at < args.len() {
            if args.is(at, "IDX") {
                options.idx = true;
            } else if args.is(at, "LEN") {
                options.len = true;
            } else if args.is(at, "WITHMATCHLEN") {
                options.with_match_len = true;
            } else if args.is(at, "MINMATCHLEN") && at + 1 < args.len() {
                at += 1;
                let min = parse_i64(args.at(at)).ok_or(CommandError::NotInteger)?;
                options.match_len_min = u64::try_from(min).unwrap_or(0);
            } else {
                return Err(CommandError::Syntax);
            }
            at += 1;
        }
        if options.idx && options.len {
            return Err(CommandError::text(
                "ERR If you want both the length and indexes, please just use IDX.",
            ));
        }
        Ok(options)
    }
}

/// `LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min] [WITHMATCHLEN]` -> the subsequence; with LEN its
/// length; with IDX a map of matches (ranges in both strings, last first) and length.
pub(super) fn lcs(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let lens = (len_of(cx, args.at(1))?, len_of(cx, args.at(2))?);
    let options = Options::parse(args)?;
    let cells = (lens.0 as u128 + 1) * (lens.1 as u128 + 1);
    if cells * 4 > u128::from(cx.server.config.size(Id::PROTO_MAX_BULK_LEN)) {
        return Err(TOO_LARGE);
    }
    let a = bytes_of(cx, args.at(1));
    let b = bytes_of(cx, args.at(2));
    if cx.origin == Origin::Client {
        cx.keys.unlock();
    }
    if options.len {
        cx.reply.int(i64::from(length(&a, &b)));
        return Ok(Outcome::Replied);
    }
    let table = Table::fill(&a, &b)?;
    if options.idx {
        reply_matches(&mut cx.reply, &table, &a, &b, &options);
    } else {
        cx.reply.bulk(&table.subsequence(&a, &b));
    }
    Ok(Outcome::Replied)
}

fn len_of(cx: &mut Cx<'_>, key: &[u8]) -> Result<usize, CommandError> {
    Ok(cx.keys.string(key).map_err(|_| NOT_STRINGS)?.map_or(0, StringRef::len))
}

fn bytes_of(cx: &mut Cx<'_>, key: &[u8]) -> Vec<u8> {
    let entry = cx.keys.peek(key).map(StringRef::of);
    entry.and_then(Result::ok).map(StringRef::to_vec).unwrap_or_default()
}

/// The length alone, with two rows of the table.
fn length(a: &[u8], b: &[u8]) -> u32 {
    let mut above = vec![0_u32; b.len() + 1];
    let mut row = above.clone();
    for x in a {
        for (j, y) in b.iter().enumerate() {
            row[j + 1] = if x == y { above[j] + 1 } else { above[j + 1].max(row[j]) };
        }
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()]
}

struct Table {
    cells: Vec<u32>,
    width: usize,
}

/// A step of the way back: where it was, before the step.
#[derive(Clone, Copy)]
struct Step {
    i: usize,
    j: usize,
    is_match: bool,
}

impl Table {
    fn fill(a: &[u8], b: &[u8]) -> Result<Self, CommandError> {
        let width = b.len() + 1;
        let count = width * (a.len() + 1);
        let mut cells: Vec<u32> = Vec::new();
        cells.try_reserve_exact(count).map_err(|_| NO_MEMORY)?;
        cells.resize(count, 0);
        for (i, x) in a.iter().enumerate() {
            let (above, row) = cells[i * width..(i + 2) * width].split_at_mut(width);
            for (j, y) in b.iter().enumerate() {
                row[j + 1] = if x == y { above[j] + 1 } else { above[j + 1].max(row[j]) };
            }
        }
        Ok(Self { cells, width })
    }

    fn at(&self, i: usize, j: usize) -> u32 {
        self.cells[i * self.width + j]
    }

    fn len(&self) -> u32 {
        self.cells.last().copied().unwrap_or(0)
    }

    /// Walks back from the end of both strings.
    fn back(&self, a: &[u8], b: &[u8], mut visit: impl FnMut(Step)) {
        let (mut i, mut j) = (a.len(), b.len());
        while i > 0 && j > 0 {
            let is_match = a[i - 1] == b[j - 1];
            visit(Step { i, j, is_match });
            if is_match {
                i -= 1;
                j -= 1;
            } else if self.at(i - 1, j) > self.at(i, j - 1) {
                i -= 1;
            } else {
                j -= 1;
            }
        }
    }

    fn subsequence(&self, a: &[u8], b: &[u8]) -> Vec<u8> {
        let mut found = Vec::with_capacity(self.len() as usize);
        self.back(a, b, |step| {
            if step.is_match {
                found.push(a[step.i - 1]);
            }
        });
        found.reverse();
        found
    }
}

/// Matching bytes without a gap, last positions included.
#[derive(Clone, Copy)]
struct Run {
    a: (usize, usize),
    b: (usize, usize),
}

fn reply_matches(reply: &mut Reply<'_>, table: &Table, a: &[u8], b: &[u8], options: &Options) {
    reply.map(2);
    reply.bulk(b"matches");
    let mark = reply.mark();
    let mut count = 0;
    let mut emit = |run: Run| {
        let len = (run.a.1 - run.a.0 + 1) as u64;
        if len < options.match_len_min {
            return;
        }
        count += 1;
        reply.array(2 + usize::from(options.with_match_len));
        for (start, end) in [run.a, run.b] {
            reply.array(2);
            reply.count(start);
            reply.count(end);
        }
        if options.with_match_len {
            reply.int(len as i64);
        }
    };
    let mut open: Option<Run> = None;
    table.back(a, b, |Step { i, j, is_match }| {
        open = match (open, is_match) {
            (None, false) => None,
            (Some(run), false) => {
                emit(run);
                None
            }
            (Some(run), true) if (run.a.0, run.b.0) == (i, j) => {
                Some(Run { a: (i - 1, run.a.1), b: (j - 1, run.b.1) })
            }
            // Matches that follow one another on the way back always touch.
            (_, true) => Some(Run { a: (i - 1, i - 1), b: (j - 1, j - 1) }),
        };
    });
    if let Some(run) = open {
        emit(run);
    }
    reply.array_at(mark, count);
    reply.bulk(b"len");
    reply.int(i64::from(table.len()));
}
