//! Looking through a database: KEYS, SCAN, RANDOMKEY. They lock one stripe at a time.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandResult, Outcome};
use crate::scan_options::{ScanOptions, parse_cursor};
use crate::text::glob;
use engine::value;

/// `KEYS pattern` -> an array of the keys that match.
pub(super) fn keys(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let pattern = args.at(1);
    let all = pattern == b"*";
    let (now, mark) = (cx.now(), cx.reply.mark());
    let (keys, reply) = (&mut cx.keys, &mut cx.reply);
    let mut found = 0;
    keys.each_stripe(|db| {
        db.for_each(|rec| {
            let live = rec.expire_ms().is_none_or(|at| at > now);
            if live && (all || glob::matches(pattern, rec.key())) {
                reply.bulk(rec.key());
                found += 1;
            }
        });
        true
    });
    cx.reply.array_at(mark, found);
    Ok(Outcome::Replied)
}

/// `SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]` -> the next cursor and an array of
/// keys.
pub(super) fn scan(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let cursor = parse_cursor(args.at(1))?;
    let mut kind: Option<&[u8]> = None;
    let options = ScanOptions::parse(args, 2, |at| match args.get(at + 1) {
        Some(name) if args.is(at, "TYPE") => {
            kind = Some(name);
            2
        }
        _ => 0,
    })?;
    let mark = cx.reply.mark();
    let (keys, reply) = (&mut cx.keys, &mut cx.reply);
    let mut found = 0;
    let is_wanted = |key: &[u8]| options.selects(key);
    let next = keys.scan(cursor, options.count, is_wanted, |rec| {
        let name = || value::type_of(rec).name().as_bytes();
        if kind.is_none_or(|kind| kind.eq_ignore_ascii_case(name())) {
            reply.bulk(rec.key());
            found += 1;
        }
    });
    cx.reply.array_at(mark, found);
    cx.reply.cursor_at(mark, next);
    Ok(Outcome::Replied)
}

/// `RANDOMKEY` -> a key, or no value in an empty database.
pub(super) fn randomkey(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let rng = &mut cx.local.rng;
    match cx.keys.random_key(|| rng.draw()) {
        Some(key) => cx.reply.bulk(&key),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}
