//! `SORT` and `SORT_RO`: the elements of a list, set or sorted set in order of themselves or of
//! what lies under keys made from them.
//!
//! ```text
//! SORT key [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC|DESC] [ALPHA] [STORE dst]
//!
//! pattern `weight_*`         the string under `weight_<element>`
//! pattern `object_*->field`  that field of the hash under `object_<element>`
//! pattern `#` (GET only)     the element itself
//! pattern without a star     BY: keep the collection's own order; GET: no value
//! ```
//!
//! Keys made from elements are not in the arguments: `keys_of` marks calls with such a pattern,
//! and dispatch locks everything for them ([`makes_keys`] is the one place that tells which). All
//! other calls hold their key and destination only.
//!
//! Elements are copied into one buffer first, since looking up a weight may remove an expired key.
//! The order is total (ties go by the element, then by its place in the collection), so a LIMIT
//! is served by selection: O(N + M log M) for M elements of N.

use crate::spec::{Arg, Begin, Category, Command, Find, Flags, KeyFlags, KeySpec};
use crate::text::double::parse_double;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Origin, Outcome};
use engine::hash::HashRef;
use engine::list::{self, Direction, ListMut, ListRef};
use engine::set::SetRef;
use engine::string::StringRef;
use engine::value::{Type, type_of};
use engine::zset::ZsetRef;
use engine::{Create, Event, Keys};
use std::cmp::Ordering;
use std::ops::Range;

pub(super) const SORT: Command = Command {
    name: "sort",
    run: sort,
    arity: -2,
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
    acl: Category::SET.and(Category::SORTEDSET).and(Category::LIST).and(Category::DANGEROUS),
    keys: &[
        KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        KeySpec {
            flags: KeyFlags::RO.and(KeyFlags::ACCESS),
            begin: Begin::Unknown,
            find: Find::Unknown,
            notes: BY_NOTE,
        },
        KeySpec {
            flags: KeyFlags::OW.and(KeyFlags::UPDATE),
            begin: Begin::Unknown,
            find: Find::Unknown,
            notes: STORE_NOTE,
        },
    ],
    summary: "Returns or stores the elements of a collection in order.",
    complexity: "O(N+M*log(M)), N the elements, M those returned",
    args: &[
        Arg::key("key"),
        Arg::pattern("by-pattern").token("BY").display("pattern").optional().spec(1),
        Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
            .token("LIMIT")
            .optional(),
        Arg::pattern("get-pattern")
            .token("GET")
            .display("pattern")
            .optional()
            .multiple_token()
            .spec(1),
        Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
        Arg::flag("sorting", "ALPHA").optional(),
        Arg::key("destination").spec(2).token("STORE").optional(),
    ],
    ..Command::DEFAULT
};

pub(super) const SORT_RO: Command = Command {
    name: "sort_ro",
    run: sort_ro,
    arity: -2,
    flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
    acl: Category::SET.and(Category::SORTEDSET).and(Category::LIST).and(Category::DANGEROUS),
    keys: &[
        KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        KeySpec {
            flags: KeyFlags::RO.and(KeyFlags::ACCESS),
            begin: Begin::Unknown,
            find: Find::Unknown,
            notes: BY_NOTE,
        },
    ],
    since: "7.0.0",
    summary: "Returns the elements of a collection in order.",
    complexity: "O(N+M*log(M)), N the elements, M those returned",
    args: &[
        Arg::key("key"),
        Arg::pattern("by-pattern").token("BY").display("pattern").optional().spec(1),
        Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
            .token("LIMIT")
            .optional(),
        Arg::pattern("get-pattern")
            .token("GET")
            .display("pattern")
            .optional()
            .multiple_token()
            .spec(1),
        Arg::one_of("order", &[Arg::flag("asc", "ASC"), Arg::flag("desc", "DESC")]).optional(),
        Arg::flag("sorting", "ALPHA").optional(),
    ],
    ..Command::DEFAULT
};

const BY_NOTE: &str = "For the optional BY/GET keyword. It is marked 'unknown' because \
    the key names derive from the content of the key we sort";

const STORE_NOTE: &str = "For the optional STORE keyword. It is marked 'unknown' because \
    the keyword can appear anywhere in the argument array";

const NOT_A_SCORE: CommandError =
    CommandError::text("ERR One or more scores can't be converted into double");

/// `SORT key [option ...]` -> array of elements or of what GET found; with STORE how many.
fn sort(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    run(cx, args, Query::parse(args, Writes::Allowed)?)
}

/// `SORT_RO key [option ...]` -> array of elements or of what GET found.
fn sort_ro(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    run(cx, args, Query::parse(args, Writes::Refused)?)
}

fn run(cx: &mut Cx<'_>, args: Args<'_>, mut query: Query<'_>) -> CommandResult {
    query.is_repeatable = query.store.is_some() || cx.origin == Origin::Script;
    let query = &query;
    check_made_keys(cx, args, query)?;
    let mut sorted = Sorted::load(&mut cx.keys, query)?;
    if let Order::By(weight) = sorted.order {
        sorted.weigh(&mut cx.keys, weight)?;
        sorted.arrange(query);
    }
    match query.store {
        None => reply(cx, query, &sorted),
        Some(destination) => store(cx, query, &sorted, destination),
    }
    Ok(Outcome::Replied)
}

/// Keys that BY and GET make from elements are nowhere among the arguments: only a user who may
/// read any key may have them looked up.
fn check_made_keys(cx: &mut Cx<'_>, args: Args<'_>, query: &Query<'_>) -> Result<(), CommandError> {
    let by = matches!(query.by, Some(Pattern::Key { .. }));
    if (!by && query.gets.is_empty()) || cx.session.badge.passes(&cx.server.acl) || cx.replays() {
        return Ok(());
    }
    let call = crate::acl::Call { entry: cx.entry, args, db: cx.keys.db() };
    if crate::acl::may_reading_any_key(&cx.session.badge.user.rules(), call) {
        return Ok(());
    }
    Err(CommandError::text(if by {
        "ERR BY option of SORT denied due to insufficient ACL permissions."
    } else {
        "ERR GET option of SORT denied due to insufficient ACL permissions."
    }))
}

/// Whether SORT looks up keys made from elements for this pattern of BY or GET.
pub(crate) fn makes_keys(pattern: &[u8]) -> bool {
    matches!(Pattern::parse(pattern), Pattern::Key { .. })
}

/// Whether STORE is part of the grammar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writes {
    Allowed,
    Refused,
}

/// The options of one call.
struct Query<'a> {
    key: &'a [u8],
    by: Option<Pattern<'a>>,
    gets: Vec<Pattern<'a>>,
    offset: i64,
    count: i64,
    descending: bool,
    alpha: bool,
    store: Option<&'a [u8]>,
    /// It is stored, or a script sees it.
    is_repeatable: bool,
}

impl<'a> Query<'a> {
    fn parse(args: Args<'a>, writes: Writes) -> Result<Self, CommandError> {
        let mut query = Self {
            key: args.at(1),
            by: None,
            gets: Vec::new(),
            offset: 0,
            count: -1,
            descending: false,
            alpha: false,
            store: None,
            is_repeatable: false,
        };
        let number = |at| args.get(at).and_then(parse_i64).ok_or(CommandError::NotInteger);
        let mut at = 2;
        while at < args.len() {
            let left = args.len() - at - 1;
            at += match () {
                () if args.is(at, "ASC") => {
                    query.descending = false;
                    1
                }
                () if args.is(at, "DESC") => {
                    query.descending = true;
                    1
                }
                () if args.is(at, "ALPHA") => {
                    query.alpha = true;
                    1
                }
                () if args.is(at, "LIMIT") && left >= 2 => {
                    (query.offset, query.count) = (number(at + 1)?, number(at + 2)?);
                    3
                }
                () if args.is(at, "STORE") && left >= 1 && writes == Writes::Allowed => {
                    query.store = args.get(at + 1);
                    2
                }
                () if args.is(at, "BY") && left >= 1 => {
                    let pattern = Pattern::parse(args.at(at + 1));
                    // One without a star has the last word, wherever it stands.
                    if matches!(query.by, None | Some(Pattern::Key { .. })) {
                        query.by = Some(pattern);
                    }
                    2
                }
                () if args.is(at, "GET") && left >= 1 => {
                    query.gets.extend(args.get(at + 1).map(Pattern::parse));
                    2
                }
                () => return Err(CommandError::Syntax),
            };
        }
        Ok(query)
    }

    /// The places that LIMIT asks for, of `len`.
    fn window(&self, len: usize) -> Range<usize> {
        let bounded = |number: i64| usize::try_from(number).map_or(0, |number| number.min(len));
        let start = bounded(self.offset);
        let end = if self.count < 0 { len } else { (start + bounded(self.count)).min(len) };
        start..end.max(start)
    }

    /// What to sort a collection of `kind` by. A set has no order of its own, and gets one where
    /// the same has to come out each time.
    fn order(&self, kind: Type) -> Order<'a> {
        match self.by {
            None => Order::By(Weight::Element(self.alpha)),
            Some(pattern @ Pattern::Key { .. }) => Order::By(Weight::Key(pattern, self.alpha)),
            Some(_) if kind == Type::Set && self.is_repeatable => Order::By(Weight::Element(true)),
            Some(_) => Order::AsIs,
        }
    }
}

/// In which order elements come.
#[derive(Clone, Copy)]
enum Order<'a> {
    /// That of the collection.
    AsIs,
    /// By a weight.
    By(Weight<'a>),
}

/// What an element is sorted by; whether as text.
#[derive(Clone, Copy)]
enum Weight<'a> {
    Element(bool),
    Key(Pattern<'a>, bool),
}

/// A pattern of BY or GET. Bytes after a zero are not looked at for the star and the arrow.
#[derive(Clone, Copy)]
enum Pattern<'a> {
    /// `#`.
    Element,
    /// No star.
    Constant,
    /// The key before and after the star, and the field behind an arrow.
    Key { before: &'a [u8], after: &'a [u8], field: Option<&'a [u8]> },
}

impl<'a> Pattern<'a> {
    fn parse(text: &'a [u8]) -> Self {
        if text == b"#" {
            return Self::Element;
        }
        let visible = text.split(|byte| *byte == 0).next().unwrap_or_default();
        let Some(star) = memchr::memchr(b'*', visible) else { return Self::Constant };
        let (before, after) = (&text[..star], &text[star + 1..]);
        let arrow = memchr::memmem::find(&visible[star + 1..], b"->");
        match arrow {
            Some(arrow) if star + 1 + arrow + 2 < visible.len() => {
                Self::Key { before, after: &after[..arrow], field: Some(&after[arrow + 2..]) }
            }
            _ => Self::Key { before, after, field: None },
        }
    }

    /// Shows `use_value` what lies under the pattern for an element. `name` is a buffer.
    fn look_up<R>(
        self,
        keys: &mut Keys<'_>,
        element: &[u8],
        name: &mut Vec<u8>,
        use_value: impl FnOnce(Option<&[u8]>) -> R,
    ) -> R {
        let (before, after, field) = match self {
            Self::Element => return use_value(Some(element)),
            Self::Constant => return use_value(None),
            Self::Key { before, after, field } => (before, after, field),
        };
        name.clear();
        for part in [before, element, after] {
            name.extend_from_slice(part);
        }
        let now = keys.now();
        let Some(entry) = keys.read(name) else { return use_value(None) };
        match (field, type_of(&entry)) {
            (Some(field), Type::Hash) => use_value(HashRef::new(&entry, now).get(field)),
            (None, Type::String) => match StringRef::of(entry) {
                Ok(text) => text.with(|text| use_value(Some(text))),
                Err(_) => use_value(None),
            },
            _ => use_value(None),
        }
    }
}

/// Bytes in the buffer of [`Sorted`].
#[derive(Clone, Copy, Default)]
struct Span {
    start: usize,
    len: usize,
}

struct Item {
    element: Span,
    /// What it is sorted by: a number, or text; none when BY found nothing.
    score: f64,
    text: Option<Span>,
    place: usize,
}

/// The elements with their weights.
struct Sorted<'a> {
    bytes: Vec<u8>,
    items: Vec<Item>,
    order: Order<'a>,
}

impl<'a> Sorted<'a> {
    /// Copies what is to be sorted: all elements, or when the order is the collection's own those
    /// that LIMIT asks for.
    fn load(keys: &mut Keys<'_>, query: &Query<'a>) -> Result<Self, CommandError> {
        let mut sorted = Self { bytes: Vec::new(), items: Vec::new(), order: Order::AsIs };
        let Some(entry) = keys.read(query.key) else { return Ok(sorted) };
        let kind = type_of(&entry);
        sorted.order = query.order(kind);
        let as_is = matches!(sorted.order, Order::AsIs);
        let window = |len| if as_is { query.window(len) } else { 0..len };
        let backward = as_is && query.descending;
        match kind {
            Type::List => {
                let list = ListRef::new(&entry);
                let window = window(list.len());
                let (first, way) = if backward {
                    (list.len().wrapping_sub(1 + window.start), Direction::Backward)
                } else {
                    (window.start, Direction::Forward)
                };
                sorted.items.reserve(window.len());
                list.iter_from(first, way).take(window.len()).for_each(|item| sorted.push(item));
            }
            Type::Set => {
                let set = SetRef::new(&entry);
                let window = window(set.len());
                sorted.items.reserve(window.len());
                let members = set.iter().skip(window.start).take(window.len());
                members.for_each(|member| sorted.push(&member));
            }
            Type::Zset => {
                let zset = ZsetRef::new(&entry);
                let (len, window) = (zset.len(), window(zset.len()));
                sorted.items.reserve(window.len());
                if backward {
                    let ranks = len - window.end..len - window.start;
                    zset.iter(ranks).rev().for_each(|(member, _)| sorted.push(member));
                } else {
                    zset.iter(window).for_each(|(member, _)| sorted.push(member));
                }
                // Redis gives it its large form to sort it, and leaves it in that.
                keys.update_zset(query.key, Create::No, Event::ZADD, |zset| {
                    zset.report_large();
                    ((), 0)
                })?;
            }
            _ => return Err(CommandError::WrongType),
        }
        Ok(sorted)
    }

    fn push(&mut self, element: &[u8]) {
        let element = self.keep(element);
        let place = self.items.len();
        self.items.push(Item { element, score: 0.0, text: None, place });
    }

    fn keep(&mut self, bytes: &[u8]) -> Span {
        let span = Span { start: self.bytes.len(), len: bytes.len() };
        self.bytes.extend_from_slice(bytes);
        span
    }

    fn at(&self, span: Span) -> &[u8] {
        &self.bytes[span.start..span.start + span.len]
    }

    /// Finds the weights.
    fn weigh(&mut self, keys: &mut Keys<'_>, weight: Weight<'_>) -> Result<(), CommandError> {
        let mut items = std::mem::take(&mut self.items);
        let mut name = Vec::new();
        for item in &mut items {
            match weight {
                Weight::Element(true) => item.text = Some(item.element),
                Weight::Element(false) => {
                    item.score = score(self.at(item.element)).ok_or(NOT_A_SCORE)?;
                }
                Weight::Key(pattern, alpha) => {
                    // The element is copied out because the buffer grows by its weight.
                    let element = self.at(item.element).to_vec();
                    pattern.look_up(keys, &element, &mut name, |value| {
                        match value {
                            Some(value) if alpha => item.text = Some(self.keep(value)),
                            Some(value) => item.score = score(value).ok_or(NOT_A_SCORE)?,
                            None => {}
                        }
                        Ok::<_, CommandError>(())
                    })?;
                }
            }
        }
        self.items = items;
        Ok(())
    }

    /// Brings what LIMIT asks for into order and forgets the rest.
    fn arrange(&mut self, query: &Query<'_>) {
        let mut items = std::mem::take(&mut self.items);
        let window = query.window(items.len());
        let compare = |a: &Item, b: &Item| {
            let order = self.compare(a, b);
            let order = if query.descending { order.reverse() } else { order };
            order.then(a.place.cmp(&b.place))
        };
        if window.end < items.len() {
            items.select_nth_unstable_by(window.end, compare);
            items.truncate(window.end);
        }
        if window.start > 0 && window.start < items.len() {
            items.select_nth_unstable_by(window.start, compare);
        }
        items.drain(..window.start);
        items.sort_unstable_by(compare);
        self.items = items;
    }

    fn compare(&self, a: &Item, b: &Item) -> Ordering {
        let Order::By(Weight::Element(true) | Weight::Key(_, true)) = self.order else {
            let order = a.score.partial_cmp(&b.score).unwrap_or(Ordering::Equal);
            return order.then_with(|| self.at(a.element).cmp(self.at(b.element)));
        };
        match (a.text, b.text) {
            (Some(a), Some(b)) => self.at(a).cmp(self.at(b)),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }
}

/// The number that a weight reads as: C's `strtod` over all of it, up to a zero byte.
fn score(text: &[u8]) -> Option<f64> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Some(0.0);
    }
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    parse_double(&text[text.iter().take_while(|byte| blank(byte)).count()..])
}

fn reply(cx: &mut Cx<'_>, query: &Query<'_>, sorted: &Sorted<'_>) {
    let Cx { keys, reply, .. } = cx;
    reply.array(sorted.items.len() * query.gets.len().max(1));
    let mut name = Vec::new();
    for item in &sorted.items {
        let element = sorted.at(item.element);
        if query.gets.is_empty() {
            reply.bulk(element);
        }
        for get in &query.gets {
            get.look_up(keys, element, &mut name, |value| match value {
                Some(value) => reply.bulk(value),
                None => reply.null(),
            });
        }
    }
}

/// Puts the result into a list; without a result the destination is removed.
fn store(cx: &mut Cx<'_>, query: &Query<'_>, sorted: &Sorted<'_>, destination: &[u8]) {
    let limits = cx.keys.limits();
    let mut rec = list::empty(destination);
    let mut stored = ListMut::new(&mut rec, &limits);
    let mut name = Vec::new();
    for item in &sorted.items {
        let element = sorted.at(item.element);
        if query.gets.is_empty() {
            stored.push_back(element);
        }
        for get in &query.gets {
            get.look_up(&mut cx.keys, element, &mut name, |value| {
                stored.push_back(value.unwrap_or_default());
            });
        }
    }
    let count = stored.len();
    if count == 0 {
        cx.keys.delete(destination, Event::DEL);
    } else {
        cx.keys.put(rec, Event::SORTSTORE);
    }
    cx.reply.count(count);
}
