//! XTRIM, and the options that XADD shares with it.

use super::id::{IdText, NewId, new_id, strict_id};
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use engine::stream::{self, Id, Precision, References, Trim};
use engine::{Create, Event, Limits};

/// What XADD and XTRIM are asked for.
pub(super) struct Options {
    /// How to trim, if at all.
    pub(super) trim: Option<(Trim, Precision)>,
    /// What to do about references of what is trimmed.
    pub(super) references: References,
    /// `NOMKSTREAM`: an absent key stays absent.
    pub(super) makes_no_stream: bool,
    /// XADD's id.
    pub(super) id: NewId,
    /// How many arguments they took, the id not counted.
    pub(super) used: usize,
    /// Where the bound of the trimming is among the arguments behind the key, if it is one of `~`.
    approximate_at: Option<usize>,
}

/// Whose options they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    Xadd,
    Xtrim,
}

/// Returns the reference word that an argument is.
pub(super) fn references_of(args: Args<'_>, at: usize) -> Option<References> {
    let words = [
        ("KEEPREF", References::Keep),
        ("DELREF", References::Delete),
        ("ACKED", References::Respect),
    ];
    words.into_iter().find(|(word, _)| args.is(at, word)).map(|(_, references)| references)
}

impl Options {
    /// Parses the arguments behind the key, up to XADD's id.
    pub(super) fn parse(
        args: Args<'_>,
        caller: Caller,
        limits: &Limits,
        replays: bool,
    ) -> Result<Self, CommandError> {
        let (mut trim, mut approximate, mut limit) = (None, false, None);
        let mut approximate_at = None;
        let (mut references, mut makes_no_stream) = (None, false);
        let (mut id, mut at) = (NewId::Auto, 0);
        while at < args.len() {
            let has_value = at + 1 < args.len();
            let is_adding = caller == Caller::Xadd;
            if is_adding && *args.at(at) == *b"*" {
                break;
            } else if has_value && (args.is(at, "MAXLEN") || args.is(at, "MINID")) {
                if trim.is_some() {
                    return Err(CommandError::text(
                        "ERR syntax error, MAXLEN and MINID options at the same time are not \
                         compatible",
                    ));
                }
                let is_operator = at + 2 < args.len() && matches!(args.at(at + 1), b"~" | b"=");
                approximate = is_operator && *args.at(at + 1) == *b"~";
                let bound = at + 1 + usize::from(is_operator);
                approximate_at = approximate.then_some(bound);
                trim = Some(strategy(args.is(at, "MAXLEN"), args.at(bound))?);
                at = bound;
            } else if has_value && args.is(at, "LIMIT") {
                at += 1;
                limit = Some(positive(args.at(at), "ERR The LIMIT argument must be >= 0.")?);
            } else if is_adding && args.is(at, "NOMKSTREAM") {
                makes_no_stream = true;
            } else if let (None, Some(found)) = (references, references_of(args, at)) {
                references = Some(found);
            } else if is_adding {
                id = new_id(args.at(at))?;
                break;
            } else {
                return Err(CommandError::Syntax);
            }
            at += 1;
        }
        // A log says what was trimmed, and may still name the limit under which it was.
        let limit = limit.filter(|_| !replays);
        let precision = precision(trim.is_some(), approximate, limit, caller, limits)?;
        Ok(Self {
            trim: trim.map(|trim| (trim, precision)),
            references: references.unwrap_or(References::Keep),
            makes_no_stream,
            id,
            used: at,
            approximate_at,
        })
    }
}

fn strategy(is_length: bool, bound: &[u8]) -> Result<Trim, CommandError> {
    if is_length {
        positive(bound, "ERR The MAXLEN argument must be >= 0.").map(Trim::MaxLen)
    } else {
        strict_id(bound, 0).map(Trim::MinId)
    }
}

fn positive(arg: &[u8], text: &'static str) -> Result<u64, CommandError> {
    u64::try_from(int(arg)?).map_err(|_| CommandError::text(text))
}

fn precision(
    trims: bool,
    approximate: bool,
    limit: Option<u64>,
    caller: Caller,
    limits: &Limits,
) -> Result<Precision, CommandError> {
    let text = match (trims, limit) {
        (false, Some(1..)) => {
            "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"
        }
        (false, _) if caller == Caller::Xtrim => {
            "ERR syntax error, XTRIM must be called with a trimming strategy"
        }
        (_, Some(_)) if !approximate => {
            "ERR syntax error, LIMIT cannot be used without the special ~ option"
        }
        (_, Some(limit)) => return Ok(Precision::Blocks { limit }),
        _ if !approximate => return Ok(Precision::Exact),
        // A hundred blocks, so that trimming a little often never takes long.
        _ => {
            let entries = (limits.stream_node_max_entries as i64).wrapping_mul(100);
            let limit = if entries <= 0 { 10_000 } else { entries.min(1_000_000) as u64 };
            return Ok(Precision::Blocks { limit });
        }
    };
    Err(CommandError::text(text))
}

/// `XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count] [KEEPREF|DELREF|ACKED]` -> how many
/// entries it deleted.
pub(super) fn xtrim(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (limits, replays) = (cx.keys.limits(), cx.replays());
    let options = Options::parse(args.from(2), Caller::Xtrim, &limits, replays)?;
    let removed = cx.keys.update_stream(args.at(1), Create::No, Event::XTRIM, |stream, _| {
        let trim = |(trim, precision)| stream.trim(trim, precision, options.references);
        let removed = options.trim.map_or(0, trim);
        (removed, removed)
    })?;
    cx.reply.int(removed.unwrap_or(0) as i64);
    if removed.is_some_and(|removed| removed > 0) {
        log(cx, args, &options, None);
    }
    Ok(Outcome::Replied)
}

/// Has XADD or XTRIM written with the id that was given, and with the exact bound that its
/// approximate trimming came to.
pub(super) fn log(cx: &mut Cx<'_>, args: Args<'_>, options: &Options, id: Option<(usize, Id)>) {
    if !cx.journals() || (options.approximate_at.is_none() && id.is_none()) {
        return;
    }
    let mut all: Vec<&[u8]> = args.iter().collect();
    let id = id.map(|(at, id)| (at, IdText::new(id)));
    if let Some((at, id)) = &id {
        all[*at] = id;
    }
    let mut bound = Vec::new();
    if let Some(at) = options.approximate_at
        && let Some(entry) = cx.keys.peek(args.at(1))
    {
        let stream = stream::of(&entry);
        match options.trim {
            Some((Trim::MaxLen(_), _)) => bound.extend(stream.len().to_string().bytes()),
            // All that was there is below the end of ids.
            _ if stream.is_empty() => bound.extend_from_slice(&IdText::new(Id::MAX)),
            _ => bound.extend_from_slice(&IdText::new(stream.meta.first_id)),
        }
        all[2 + at - 1] = b"=";
        all[2 + at] = &bound;
    }
    cx.log_as(&all);
}
