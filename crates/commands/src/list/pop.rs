//! Pops and moves, and their blocking forms.
//!
//! A blocking call runs as the plain one does while there is something to take. When it is served
//! later it is run again with the one key that became ready; a key that holds another type by
//! then leaves it waiting, as in Redis.

use crate::args::Args;
use crate::collection::{count, deadline, int_from};
use crate::cx::{Cx, Origin};
use crate::error::{CommandError, CommandResult, Outcome};
use engine::list::{Direction, End, ListMut, ListRef};
use engine::{Create, Event, Type};

/// `LPOP key [count]` -> bulk string or null; with a count an array, or no array.
pub(super) fn lpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    pop(cx, args, End::Head)
}

/// `RPOP key [count]` -> bulk string or null; with a count an array, or no array.
pub(super) fn rpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    pop(cx, args, End::Tail)
}

/// `BLPOP key [key ...] timeout` -> key and element; no array when the time is up.
pub(super) fn blpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    blocking_pop(cx, args, End::Head)
}

/// `BRPOP key [key ...] timeout` -> key and element; no array when the time is up.
pub(super) fn brpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    blocking_pop(cx, args, End::Tail)
}

/// `LMPOP numkeys key [key ...] LEFT|RIGHT [COUNT count]` -> key and array of elements.
pub(super) fn lmpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let many = Many::parse(args.from(1))?;
    if !take_many(cx, many)? {
        cx.reply.null_array();
    }
    Ok(Outcome::Replied)
}

/// `BLMPOP timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]` -> key and array of elements.
pub(super) fn blmpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let many = Many::parse(args.from(2))?;
    let deadline = deadline(args.at(1), cx.now())?;
    if take_many(cx, many)? {
        return Ok(Outcome::Replied);
    }
    cx.block(deadline)
}

/// `LMOVE source destination LEFT|RIGHT LEFT|RIGHT` -> the element or null.
pub(super) fn lmove(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (from, to) = (end_of(args.at(3))?, end_of(args.at(4))?);
    move_element(cx, args, from, to)
}

/// `RPOPLPUSH source destination` -> the element or null.
pub(super) fn rpoplpush(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    move_element(cx, args, End::Tail, End::Head)
}

/// `BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout` -> the element or null.
pub(super) fn blmove(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (from, to) = (end_of(args.at(3))?, end_of(args.at(4))?);
    blocking_move(cx, args, from, to)
}

/// `BRPOPLPUSH source destination timeout` -> the element or null.
pub(super) fn brpoplpush(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    blocking_move(cx, args, End::Tail, End::Head)
}

fn end_of(word: &[u8]) -> Result<End, CommandError> {
    match word {
        _ if word.eq_ignore_ascii_case(b"LEFT") => Ok(End::Head),
        _ if word.eq_ignore_ascii_case(b"RIGHT") => Ok(End::Tail),
        _ => Err(CommandError::Syntax),
    }
}

fn event_of(end: End) -> Event {
    if end == End::Head { Event::LPOP } else { Event::RPOP }
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    if args.len() > 3 {
        return Err(cx.arity_error());
    }
    let Some(wanted) = args.get(2).map(count).transpose()? else {
        let found = cx.keys.update_list(args.at(1), Create::No, event_of(end), |list| {
            let popped = list.pop_with(end, |element| cx.reply.bulk(element)).is_some();
            (popped, u64::from(popped))
        })?;
        if found != Some(true) {
            cx.reply.null();
        }
        return Ok(Outcome::Replied);
    };
    let found = cx.keys.update_list(args.at(1), Create::No, event_of(end), |list| {
        let size = wanted.min(list.len());
        cx.reply.array(size);
        let emit = |element: &[u8]| cx.reply.bulk(element);
        ((), take(list, end, size, emit))
    })?;
    if found.is_none() {
        cx.reply.null_array();
    }
    Ok(Outcome::Replied)
}

/// Emits and removes `size` elements, not more than there are, beginning at `end`.
fn take(list: &mut ListMut<'_>, end: End, size: usize, emit: impl FnMut(&[u8])) -> u64 {
    let len = list.len();
    if size == 0 {
        return 0;
    }
    let (start, direction, span) = match end {
        End::Head => (0, Direction::Forward, 0..size),
        End::Tail => (len - 1, Direction::Backward, len - size..len),
    };
    list.read().iter_from(start, direction).take(size).for_each(emit);
    list.remove_range(span);
    size as u64
}

/// Whether a key has a list to take from. Another type is an error, but not for a call that
/// waits already.
fn has_list(cx: &mut Cx<'_>, key: &[u8]) -> Result<bool, CommandError> {
    match cx.keys.type_of(key) {
        None => Ok(false),
        Some(Type::List) => Ok(true),
        Some(_) if matches!(cx.origin, Origin::Ready(_)) => Ok(false),
        Some(_) => Err(CommandError::WrongType),
    }
}

fn blocking_pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    let last = args.len() - 1;
    let deadline = deadline(args.at(last), cx.now())?;
    for key in cx.candidates(args.first(last).from(1)) {
        if !has_list(cx, key)? {
            continue;
        }
        cx.reply.array(2);
        cx.reply.bulk(key);
        cx.keys.update_list(key, Create::No, event_of(end), |list| {
            let popped = list.pop_with(end, |element| cx.reply.bulk(element)).is_some();
            ((), u64::from(popped))
        })?;
        return Ok(Outcome::Replied);
    }
    cx.block(deadline)
}

/// What LMPOP and BLMPOP take.
#[derive(Clone, Copy)]
struct Many<'a> {
    keys: Args<'a>,
    end: End,
    size: usize,
}

impl<'a> Many<'a> {
    /// Parses `numkeys key [key ...] LEFT|RIGHT [COUNT count]`.
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        let keys = int_from(args.at(0), 1, "ERR numkeys should be greater than 0")?;
        let Some(word) = keys.checked_add(1).and_then(|at| args.get(at)) else {
            return Err(CommandError::Syntax);
        };
        let end = end_of(word)?;
        let options = args.from(keys + 2);
        let size = match options.len() {
            0 => 1,
            len if len >= 2 && options.is(0, "COUNT") => {
                let size = int_from(options.at(1), 1, "ERR count should be greater than 0")?;
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

fn take_many(cx: &mut Cx<'_>, many: Many<'_>) -> Result<bool, CommandError> {
    for key in cx.candidates(many.keys) {
        if !has_list(cx, key)? {
            continue;
        }
        cx.reply.array(2);
        cx.reply.bulk(key);
        cx.keys.update_list(key, Create::No, event_of(many.end), |list| {
            let size = many.size.min(list.len());
            cx.reply.array(size);
            ((), take(list, many.end, size, |element| cx.reply.bulk(element)))
        })?;
        return Ok(true);
    }
    Ok(false)
}

fn blocking_move(cx: &mut Cx<'_>, args: Args<'_>, from: End, to: End) -> CommandResult {
    let deadline = deadline(args.at(args.len() - 1), cx.now())?;
    if has_list(cx, args.at(1))? {
        return move_element(cx, args, from, to);
    }
    if cx.may_block() {
        return Ok(Outcome::Block { deadline });
    }
    cx.reply.null();
    Ok(Outcome::Replied)
}

/// Moves an element between the lists of the first two arguments, which may be the same. It is
/// pushed first: a destination of another type leaves the source as it is.
fn move_element(cx: &mut Cx<'_>, args: Args<'_>, from: End, to: End) -> CommandResult {
    let (source, destination) = (args.at(1), args.at(2));
    if !has_list(cx, source)? {
        cx.reply.null();
        return Ok(Outcome::Replied);
    }
    let element = match cx.keys.peek(source) {
        Some(entry) => ListRef::new(&entry).peek(from).map(<[u8]>::to_vec),
        None => None,
    };
    let Some(element) = element else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    let event = if to == End::Head { Event::LPUSH } else { Event::RPUSH };
    cx.keys.update_list(destination, Create::IfAbsent, event, |list| {
        list.push(to, &element);
        ((), 1)
    })?;
    cx.keys.update_list(source, Create::No, event_of(from), |list| {
        let popped = list.pop_with(from, |_| ()).is_some();
        ((), u64::from(popped))
    })?;
    cx.reply.bulk(&element);
    Ok(Outcome::Replied)
}
