//! BITOP.

use super::bits::{self, Operation};
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use engine::Event;
use engine::string::StringRef;
use engine::value::IntText;

impl Operation {
    fn parse(word: &[u8]) -> Result<Self, CommandError> {
        let words = [
            ("AND", Self::And),
            ("OR", Self::Or),
            ("XOR", Self::Xor),
            ("NOT", Self::Not),
            ("DIFF", Self::Diff),
            ("DIFF1", Self::Diff1),
            ("ANDOR", Self::AndOr),
            ("ONE", Self::One),
        ];
        let found = words.iter().find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()));
        found.map(|(_, operation)| *operation).ok_or(CommandError::Syntax)
    }

    /// Refuses a number of sources that the operation has no meaning for.
    fn check_sources(self, count: usize) -> Result<(), CommandError> {
        let too_few = |text| if count < 2 { Err(CommandError::text(text)) } else { Ok(()) };
        match self {
            Self::Not if count != 1 => {
                Err(CommandError::text("ERR BITOP NOT must be called with a single source key."))
            }
            Self::Diff => too_few("ERR BITOP DIFF must be called with at least two source keys."),
            Self::Diff1 => too_few("ERR BITOP DIFF1 must be called with at least two source keys."),
            Self::AndOr => too_few("ERR BITOP ANDOR must be called with at least two source keys."),
            _ => Ok(()),
        }
    }
}

/// The text of one source, whatever its layout.
enum Source<'a> {
    Bytes(&'a [u8]),
    Number(IntText),
}

impl Source<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(text) => text,
        }
    }
}

/// `BITOP operation destination key [key ...]` -> length of the result, which is stored.
pub(super) fn bitop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let operation = Operation::parse(args.at(1))?;
    operation.check_sources(args.len() - 3)?;
    let found = cx.keys.read_all((3..args.len()).map(|at| args.at(at)));
    let source = |entry| -> Result<Source<'_>, CommandError> {
        let Some(entry) = entry else { return Ok(Source::Bytes(b"")) };
        Ok(match StringRef::of(entry)? {
            StringRef::Text(text) => Source::Bytes(text),
            StringRef::Int(number) => Source::Number(IntText::new(number)),
            StringRef::Blob(blob) => Source::Bytes(blob.as_slice()),
        })
    };
    let sources = found.into_iter().map(source).collect::<Result<Vec<_>, _>>()?;
    let result = bits::combine(operation, sources.iter().map(Source::bytes));
    let len = result.len();
    if len > 0 {
        cx.keys.put_blob(args.at(2), result, Event::SET);
    } else {
        cx.keys.delete(args.at(2), Event::DEL);
    }
    cx.reply.count(len);
    Ok(Outcome::Replied)
}
