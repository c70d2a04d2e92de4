//! Pops and moves, and their blocking forms.

use crate::args::Args;
use crate::collection::{count, deadline};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::pops::{self, Family, size_of};
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
    LISTS.pop_many(cx, args)
}

/// `BLMPOP timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]` -> key and array of elements.
pub(super) fn blmpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    LISTS.blocking_pop_many(cx, args)
}

const LISTS: Family<End> = Family { kind: Type::List, end_of, take: pop_array, verb_of };

/// `LMOVE source destination LEFT|RIGHT LEFT|RIGHT` -> the element or null.
pub(super) fn lmove(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (from, to) = (end_of(args.at(3))?, end_of(args.at(4))?);
    move_element(cx, args, from, to)
}

/// `LMOVEM source destination LEFT|RIGHT LEFT|RIGHT [COUNT|EXACTLY count OBO|BULK]` -> array of
/// the moved elements as they stand in the destination; no array when nothing was moved.
pub(super) fn lmovem(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let many = Move::parse(args.from(3), args.from(5))?;
    if !move_many(cx, args, many)? {
        cx.reply.null_array();
    }
    Ok(Outcome::Replied)
}

/// `BLMOVEM source destination LEFT|RIGHT LEFT|RIGHT timeout [COUNT|EXACTLY count OBO|BULK]` ->
/// the same; waits for a list, or with EXACTLY for one that is long enough.
pub(super) fn blmovem(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let many = Move::parse(args.from(3), args.from(6))?;
    let deadline = deadline(args.at(5), cx.now())?;
    if move_many(cx, args, many)? {
        if cx.journals() {
            let ends = args.first(5).from(1).iter();
            let all = [&b"LMOVEM"[..]].into_iter().chain(ends).chain(args.from(6).iter());
            cx.log_as(&all.collect::<Vec<_>>());
        }
        return Ok(Outcome::Replied);
    }
    cx.block(deadline)
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

/// The command that pops at an end.
fn verb_of(end: End) -> &'static [u8] {
    if end == End::Head { b"LPOP" } else { b"RPOP" }
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    if args.len() > 3 {
        return Err(cx.arity_error());
    }
    let wanted = args.get(2).map(count).transpose()?;
    match wanted {
        None if !pop_one(cx, args.at(1), end)? => cx.reply.null(),
        Some(wanted) if !pop_array(cx, args.at(1), end, wanted)? => cx.reply.null_array(),
        _ => {}
    }
    Ok(Outcome::Replied)
}

/// Replies with the element that it takes from a list; whether there is one.
#[inline]
fn pop_one(cx: &mut Cx<'_>, key: &[u8], end: End) -> Result<bool, CommandError> {
    let found = cx.keys.update_list(key, Create::No, event_of(end), |list| {
        let popped = list.pop_with(end, |element| cx.reply.bulk(element)).is_some();
        (popped, u64::from(popped))
    })?;
    Ok(found == Some(true))
}

/// Replies with an array of up to `wanted` elements that it takes from a list; whether there is
/// one.
fn pop_array(cx: &mut Cx<'_>, key: &[u8], end: End, wanted: usize) -> Result<bool, CommandError> {
    let found = cx.keys.update_list(key, Create::No, event_of(end), |list| {
        let size = wanted.min(list.len());
        cx.reply.array(size);
        ((), take(list, end, size, |element| cx.reply.bulk(element)))
    })?;
    Ok(found.is_some())
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

fn has_list(cx: &mut Cx<'_>, key: &[u8]) -> Result<bool, CommandError> {
    pops::has(cx, key, Type::List)
}

fn blocking_pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    pops::blocking(cx, args, Type::List, |cx, key| {
        cx.reply.array(2);
        cx.reply.bulk(key);
        cx.log_as(&[verb_of(end), key]);
        pop_one(cx, key, end)
    })
}

/// A blocking move that moved something is written as the one that does not wait.
fn log_plain(cx: &mut Cx<'_>, args: Args<'_>) {
    if args.len() == 4 {
        cx.log_as(&[b"RPOPLPUSH", args.at(1), args.at(2)]);
    } else {
        cx.log_as(&[b"LMOVE", args.at(1), args.at(2), args.at(3), args.at(4)]);
    }
}

fn blocking_move(cx: &mut Cx<'_>, args: Args<'_>, from: End, to: End) -> CommandResult {
    let deadline = deadline(args.at(args.len() - 1), cx.now())?;
    if has_list(cx, args.at(1))? {
        let moved = move_element(cx, args, from, to);
        if moved.is_ok() {
            log_plain(cx, args);
        }
        return moved;
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

/// What LMOVEM moves.
#[derive(Clone, Copy)]
struct Move {
    from: End,
    to: End,
    size: usize,
    /// Fewer than `size` are not moved.
    all: bool,
    /// Pushed one by one: what is popped first comes to lie deepest.
    one_by_one: bool,
}

impl Move {
    /// Parses `LEFT|RIGHT LEFT|RIGHT`, and `[COUNT|EXACTLY count OBO|BULK]`.
    fn parse(ends: Args<'_>, options: Args<'_>) -> Result<Self, CommandError> {
        let (from, to) = (end_of(ends.at(0))?, end_of(ends.at(1))?);
        if options.is_empty() {
            return Ok(Self { from, to, size: 1, all: false, one_by_one: false });
        }
        let all = options.is(0, "EXACTLY");
        let one_by_one = options.is(2, "OBO");
        let fits = (all || options.is(0, "COUNT")) && (one_by_one || options.is(2, "BULK"));
        if options.len() != 3 || !fits {
            return Err(CommandError::Syntax);
        }
        Ok(Self { from, to, size: size_of(options.at(1))?, all, one_by_one })
    }
}

/// Moves elements between the lists of the first two arguments, which may be the same; whether
/// there were enough. The elements are pushed first, as in `move_element`; from a list to itself
/// they are taken first.
fn move_many(cx: &mut Cx<'_>, args: Args<'_>, many: Move) -> Result<bool, CommandError> {
    let (source, destination) = (args.at(1), args.at(2));
    if !has_list(cx, source)? {
        return Ok(false);
    }
    let Move { from, to, .. } = many;
    let Some(entry) = cx.keys.peek(source) else { return Ok(false) };
    let list = ListRef::new(&entry);
    if many.all && list.len() < many.size {
        return Ok(false);
    }
    let size = many.size.min(list.len());
    let start = if from == End::Head { 0 } else { list.len() - size };
    let block = list.iter_from(start, Direction::Forward).take(size);
    let mut moved: Vec<Vec<u8>> = block.map(<[u8]>::to_vec).collect();
    if many.one_by_one && from == to {
        moved.reverse();
    }
    let push = |list: &mut ListMut<'_>| match to {
        End::Head => moved.iter().rev().for_each(|element| list.push(to, element)),
        End::Tail => moved.iter().for_each(|element| list.push(to, element)),
    };
    let event = if to == End::Head { Event::LPUSH } else { Event::RPUSH };
    if source == destination {
        cx.keys.update_list(source, Create::No, event, |list| {
            take(list, from, size, |_| ());
            push(list);
            ((), size as u64)
        })?;
        cx.keys.note(source, event_of(from));
    } else {
        cx.keys.update_list(destination, Create::IfAbsent, event, |list| {
            push(list);
            ((), size as u64)
        })?;
        cx.keys.update_list(source, Create::No, event_of(from), |list| {
            ((), take(list, from, size, |_| ()))
        })?;
    }
    cx.reply.array(moved.len());
    for element in &moved {
        cx.reply.bulk(element);
    }
    Ok(true)
}
