//! What the pops of lists and sorted sets share: which key to take from, how calls wait, and the
//! grammar of the pops of many.
//!
//! A blocking call runs as the plain one does while there is something to take. When it is served
//! later it is run again with the one key that became ready; a key that holds another type by
//! then leaves it waiting, as in Redis.

use crate::args::Args;
use crate::collection::{deadline, int_from};
use crate::cx::{Cx, Origin};
use crate::error::{CommandError, CommandResult, Outcome};
use engine::Type;

/// Whether a key has a collection of `kind` to take from.
///
/// # Errors
/// The key holds another type; not for a call that waits already.
pub(crate) fn has(cx: &mut Cx<'_>, key: &[u8], kind: Type) -> Result<bool, CommandError> {
    match cx.keys.type_of(key) {
        None => Ok(false),
        Some(found) if found == kind => Ok(true),
        Some(_) if matches!(cx.origin, Origin::Ready(_)) => Ok(false),
        Some(_) => Err(CommandError::WrongType),
    }
}

/// The first of `keys` that has a collection of `kind`.
fn first_of<'k>(
    cx: &mut Cx<'_>,
    keys: Args<'k>,
    kind: Type,
) -> Result<Option<&'k [u8]>, CommandError> {
    for key in cx.candidates(keys) {
        if has(cx, key, kind)? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// `B.POP key [key ...] timeout`: `take` replies with what it takes from a key that has some.
pub(crate) fn blocking(
    cx: &mut Cx<'_>,
    args: Args<'_>,
    kind: Type,
    take: impl FnOnce(&mut Cx<'_>, &[u8]) -> Result<bool, CommandError>,
) -> CommandResult {
    let last = args.len() - 1;
    let deadline = deadline(args.at(last), cx.now())?;
    let Some(key) = first_of(cx, args.first(last).from(1), kind)? else {
        return cx.block(deadline);
    };
    take(cx, key)?;
    Ok(Outcome::Replied)
}

/// How a family pops many: its type, its words for an end, and what takes up to so many elements
/// and replies with them, after the key.
pub(crate) struct Family<E> {
    /// The type of its keys.
    pub kind: Type,
    /// The end that a word stands for.
    pub end_of: fn(&[u8]) -> Result<E, CommandError>,
    /// Takes elements from a key; whether it had some.
    pub take: fn(&mut Cx<'_>, &[u8], E, usize) -> Result<bool, CommandError>,
    /// The command that pops so many at an end: how it is written to the append-only file.
    pub verb_of: fn(E) -> &'static [u8],
}

impl<E: Copy> Family<E> {
    /// `.MPOP numkeys key [key ...] <end> [COUNT count]` -> key and array; no array without any.
    pub(crate) fn pop_many(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let many = Many::parse(args.from(1), self.end_of)?;
        if !self.take_many(cx, many)? {
            cx.reply.null_array();
        }
        Ok(Outcome::Replied)
    }

    /// `B.MPOP timeout numkeys key [key ...] <end> [COUNT count]` -> the same, waiting.
    pub(crate) fn blocking_pop_many(&self, cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
        let many = Many::parse(args.from(2), self.end_of)?;
        let deadline = deadline(args.at(1), cx.now())?;
        if self.take_many(cx, many)? {
            return Ok(Outcome::Replied);
        }
        cx.block(deadline)
    }

    fn take_many(&self, cx: &mut Cx<'_>, many: Many<'_, E>) -> Result<bool, CommandError> {
        let Some(key) = first_of(cx, many.keys, self.kind)? else { return Ok(false) };
        cx.reply.array(2);
        cx.reply.bulk(key);
        if cx.journals() {
            let size = many.size.to_string();
            cx.log_as(&[(self.verb_of)(many.end), key, size.as_bytes()]);
        }
        (self.take)(cx, key, many.end, many.size)
    }
}

/// What a pop of many takes.
#[derive(Clone, Copy)]
struct Many<'a, E> {
    keys: Args<'a>,
    end: E,
    size: usize,
}

impl<'a, E> Many<'a, E> {
    /// Parses `numkeys key [key ...] <end> [COUNT count]`.
    fn parse(
        args: Args<'a>,
        end_of: fn(&[u8]) -> Result<E, CommandError>,
    ) -> Result<Self, CommandError> {
        let keys = int_from(args.at(0), 1, "ERR numkeys should be greater than 0")?;
        let Some(word) = keys.checked_add(1).and_then(|at| args.get(at)) else {
            return Err(CommandError::Syntax);
        };
        let end = end_of(word)?;
        let options = args.from(keys + 2);
        let size = match options.len() {
            0 => 1,
            len if len >= 2 && options.is(0, "COUNT") => {
                let size = size_of(options.at(1))?;
                if len > 2 {
                    return Err(CommandError::Syntax);
                }
                size
            }
            _ => return Err(CommandError::Syntax),
        };
        Ok(Self { keys: args.from(1).first(keys), end, size })
    }
}

/// A number of elements, at least one.
///
/// # Errors
/// Anything else.
pub(crate) fn size_of(arg: &[u8]) -> Result<usize, CommandError> {
    int_from(arg, 1, "ERR count should be greater than 0")
}
