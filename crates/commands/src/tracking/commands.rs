//! CLIENT TRACKING, CACHING, GETREDIR, TRACKINGINFO. Cases: tests/cases/tracking.t.

use super::{Mode, PREFIX_BYTES, Tracked, stop};
use crate::cx::Origin;
use crate::switches::Switches;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// What CLIENT TRACKING was told.
#[derive(Default)]
struct Options<'a> {
    redirect: u64,
    bits: u32,
    prefixes: Vec<&'a [u8]>,
}

/// `CLIENT TRACKING ON|OFF [REDIRECT id] [PREFIX prefix ...] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]`
/// -> `OK`.
pub(crate) fn client_tracking(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let options = parse(cx, args.from(3))?;
    if args.is(2, "on") {
        check(cx, &options)?;
        begin(cx, &options);
    } else if args.is(2, "off") {
        stop(cx.server, cx.session);
    } else {
        return Err(CommandError::Syntax);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn parse<'a>(cx: &Cx<'_>, args: Args<'a>) -> Result<Options<'a>, CommandError> {
    let (mut options, mut at) = (Options::default(), 0);
    while at < args.len() {
        let value = args.get(at + 1);
        let flags = [
            ("bcast", Mode::BCAST),
            ("optin", Mode::OPTIN),
            ("optout", Mode::OPTOUT),
            ("noloop", Mode::NOLOOP),
        ];
        if let Some((_, bit)) = flags.iter().find(|(word, _)| args.is(at, word)) {
            options.bits |= bit;
            at += 1;
        } else if let (true, Some(value)) = (args.is(at, "redirect"), value) {
            if options.redirect != 0 {
                let text = "ERR A client can only redirect to a single other client";
                return Err(CommandError::text(text));
            }
            let id = parse_i64(value).ok_or(CommandError::NotInteger)?;
            let known = u64::try_from(id).ok().filter(|id| cx.server.clients.get(*id).is_some());
            options.redirect = known.ok_or(CommandError::text(
                "ERR The client ID you want redirect to does not exist",
            ))?;
            at += 2;
        } else if let (true, Some(value)) = (args.is(at, "prefix"), value) {
            options.prefixes.push(value);
            at += 2;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    Ok(options)
}

/// Whether options go with each other and with what is in force.
fn check(cx: &Cx<'_>, options: &Options<'_>) -> Result<(), CommandError> {
    let has = |bits| options.bits & bits != 0;
    let now = cx.session.card.tracking();
    let fail = |text| Err(CommandError::text(text));
    if !has(Mode::BCAST) && !options.prefixes.is_empty() {
        return fail("ERR PREFIX option requires BCAST mode to be enabled");
    }
    if now.has(Mode::ON) && now.has(Mode::BCAST) != has(Mode::BCAST) {
        return fail(
            "ERR You can't switch BCAST mode on/off before disabling tracking for this client, \
             and then re-enabling it with a different mode.",
        );
    }
    if has(Mode::BCAST) && has(Mode::OPTIN | Mode::OPTOUT) {
        return fail("ERR OPTIN and OPTOUT are not compatible with BCAST");
    }
    if has(Mode::OPTIN) && has(Mode::OPTOUT) {
        return fail("ERR You can't specify both OPTIN mode and OPTOUT mode");
    }
    if has(Mode::OPTIN) && now.has(Mode::OPTOUT) || has(Mode::OPTOUT) && now.has(Mode::OPTIN) {
        return fail(
            "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, \
             and then re-enabling it with a different mode.",
        );
    }
    check_prefixes(cx, &options.prefixes)
}

fn check_prefixes(cx: &Cx<'_>, prefixes: &[&[u8]]) -> Result<(), CommandError> {
    let shown = crate::text::shown::shown;
    let overlaps = |a: &[u8], b: &[u8]| a.starts_with(b) || b.starts_with(a);
    let error = |new: &[u8], what: &str, other: &[u8]| {
        CommandError::owned(format!(
            "ERR Prefix '{}' overlaps with {what} prefix '{}'. Prefixes for a single client must \
             not overlap.",
            shown(new),
            shown(other)
        ))
    };
    let old = cx.session.tracking.as_ref().map(|tracked| &tracked.prefixes);
    for (number, prefix) in prefixes.iter().enumerate() {
        // What it begins with is right before it, since nothing that is there begins with another
        // but with the empty prefix.
        let near = |old: &BTreeSet<Box<[u8]>>| {
            let all = old.first().filter(|first| first.is_empty());
            let before = old.range::<[u8], _>((Unbounded, Excluded(*prefix))).next_back();
            let behind = old.range::<[u8], _>((Included(*prefix), Unbounded)).next();
            all.into_iter()
                .chain(before)
                .chain(behind)
                .find(|other| overlaps(prefix, other))
                .cloned()
        };
        if let Some(other) = old.and_then(near) {
            return Err(error(prefix, "an existing", &other));
        }
        if let Some(other) = prefixes[number + 1..].iter().find(|other| overlaps(prefix, other)) {
            return Err(error(prefix, "another provided", other));
        }
    }
    Ok(())
}

fn begin(cx: &mut Cx<'_>, options: &Options<'_>) {
    let card = Arc::clone(&cx.session.card);
    let tracking = &cx.server.tracking;
    let before = card.redirect();
    let caching = card.tracking().0 & Mode::CACHING;
    {
        let mut listeners = tracking.write();
        listeners.all.insert(card.id, Arc::clone(&card));
        listeners.unlink(card.id, before);
        if options.redirect != 0 {
            listeners.redirects.entry(options.redirect).or_default().insert(card.id);
        }
        if options.bits & Mode::BCAST != 0 {
            let tracked = cx.session.tracking.get_or_insert_with(Box::<Tracked>::default);
            let new: BTreeSet<&[u8]> = match options.prefixes[..] {
                [] => [&b""[..]].into(),
                _ => options.prefixes.iter().copied().collect(),
            };
            let mut is_new = false;
            for prefix in new {
                if tracked.prefixes.insert(prefix.into()) {
                    tracked.memory += PREFIX_BYTES + 2 * prefix.len();
                    is_new = true;
                }
                let clients = listeners.prefixes.entry(prefix.into()).or_default();
                clients.insert(card.id, Arc::clone(&card));
            }
            tracking.prefixes.store(listeners.prefixes.len(), Relaxed);
            if is_new {
                cx.session.show_soon();
            }
        }
        card.set_tracking(Mode(Mode::ON | options.bits | caching), options.redirect);
        cx.server.switches.set(Switches::TRACKED);
    }
    if cx.origin == Origin::Client {
        // Whoever changes a key now ends; whoever does later sees the switch.
        cx.keys.lock_all();
        cx.keys.unlock();
    }
}

/// `CLIENT CACHING YES|NO` -> `OK`.
pub(crate) fn client_caching(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let card = &cx.session.card;
    let mode = card.tracking();
    if !mode.has(Mode::ON) {
        return Err(CommandError::text(
            "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN \
             or OPTOUT mode enabled",
        ));
    }
    if args.is(2, "yes") && !mode.has(Mode::OPTIN) {
        return Err(CommandError::text(
            "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
        ));
    }
    if args.is(2, "no") && !mode.has(Mode::OPTOUT) {
        return Err(CommandError::text(
            "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
        ));
    }
    if !args.is(2, "yes") && !args.is(2, "no") {
        return Err(CommandError::Syntax);
    }
    card.change_tracking(Mode::CACHING, 0);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `CLIENT GETREDIR` -> the client that is told; 0 if none, -1 without tracking.
pub(crate) fn client_getredir(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.int(cx.session.card.redirect_shown());
    Ok(Outcome::Replied)
}

/// `CLIENT TRACKINGINFO` -> map of flags, redirect and prefixes.
pub(crate) fn client_trackinginfo(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let mode = cx.session.card.tracking();
    let words = [
        (Mode::BCAST, "bcast"),
        (Mode::OPTIN, "optin"),
        (Mode::OPTOUT, "optout"),
        (Mode::NOLOOP, "noloop"),
        (Mode::BROKEN, "broken_redirect"),
    ];
    let mut flags = vec![if mode.has(Mode::ON) { "on" } else { "off" }];
    for (_, word) in words.iter().filter(|(bit, _)| mode.has(*bit)) {
        flags.push(word);
        match *word {
            "optin" if mode.has(Mode::CACHING) => flags.push("caching-yes"),
            "optout" if mode.has(Mode::CACHING) => flags.push("caching-no"),
            _ => {}
        }
    }
    cx.reply.map(3);
    cx.reply.bulk(b"flags");
    cx.reply.set(flags.len());
    flags.iter().for_each(|flag| cx.reply.bulk(flag.as_bytes()));
    cx.reply.bulk(b"redirect");
    cx.reply.int(cx.session.card.redirect_shown());
    cx.reply.bulk(b"prefixes");
    let prefixes = cx.session.tracking.as_ref().map(|tracked| &tracked.prefixes);
    cx.reply.array(prefixes.map_or(0, BTreeSet::len));
    for prefix in prefixes.into_iter().flatten() {
        cx.reply.bulk(prefix);
    }
    Ok(Outcome::Replied)
}
