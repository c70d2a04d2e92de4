//! Requests that are parsed and not run yet: of one connection, or of all that a batch has read.
//!
//! Parsing ahead of running gives what the requests will read time to come into the cache.

use crate::net::connection::Connection;
use commands::Args;
use commands::shared::Shared;
use engine::{Depth, KeptStripe, Prefetch, Spot};
use resp::{Limits, Progress, ProtocolError, Span};
use std::ops::Range;

/// Requests parsed ahead of running them.
const AHEAD: usize = 64;
/// Spans for which room is kept: a request may have millions of arguments.
const KEEP_SPANS: usize = 16 * 1024;
/// Requests of which one must have a value outside of its record for all to be looked at.
const PROBES: usize = 4;

/// Parsed requests, in order.
#[derive(Default)]
pub(super) struct Ahead {
    requests: Vec<Request>,
    spans: Vec<Span>,
}

/// One of them: where it lies in its connection's input.
#[derive(Clone, Copy)]
pub(super) struct Request {
    /// First byte.
    pub(super) start: usize,
    /// Byte behind it.
    pub(super) end: usize,
    /// Its arguments among the spans.
    first: usize,
    last: usize,
    /// Of the first argument after the name, once it was prefetched.
    pub(super) spot: Option<Spot>,
    /// Hash of the one that is looked up in a big collection, once that is known.
    element: Option<u64>,
}

/// Requests whose connection has this input and database.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) input: &'a [u8],
    pub(super) db: usize,
    /// First and behind the last of its requests.
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The stripe that a worker keeps locked from one call to the next.
pub(super) struct Keeping<'a> {
    /// It, if one is kept.
    pub(super) kept: &'a mut Option<KeptStripe>,
    /// Whether one may be.
    pub(super) is_allowed: bool,
}

/// What parsing ended with, after the requests it found.
#[derive(Default)]
pub(super) enum Rest {
    /// More requests may follow.
    #[default]
    More,
    /// The last one is not whole; this many bytes are missing at least.
    Partial(usize),
    /// An inline request of so many bytes.
    Inline(usize, Vec<Vec<u8>>),
    /// The client does not speak the protocol.
    Broken(ProtocolError),
}

impl Ahead {
    pub(super) fn clear(&mut self) {
        self.requests.clear();
        self.spans.clear();
        self.spans.shrink_to(KEEP_SPANS);
    }

    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= AHEAD
    }

    /// The requests of a range.
    #[inline]
    pub(super) fn requests(&self, range: Range<usize>) -> impl Iterator<Item = &Request> {
        self.requests[range].iter()
    }

    /// The arguments of a request that lies in `input`.
    #[inline]
    pub(super) fn args<'a>(&'a self, input: &'a [u8], request: &Request) -> Args<'a> {
        let spans = &self.spans[request.first..request.last];
        Args::new(&input[request.start..request.end], spans)
    }

    /// Parses requests of `conn` from `at` on, which moves behind the whole ones.
    #[inline]
    pub(super) fn parse(
        &mut self,
        conn: &mut Connection,
        input: &[u8],
        at: &mut usize,
        limits: &Limits,
    ) -> Rest {
        // A stranger's next request is judged only once it has authenticated.
        let most = if limits.authenticated { AHEAD } else { self.len() + 1 };
        loop {
            let first = self.spans.len();
            match conn.parser.parse(&input[*at..], limits, &mut self.spans) {
                Ok(Progress::Complete { consumed }) => {
                    let (start, end, last) = (*at, *at + consumed, self.spans.len());
                    self.requests.push(Request {
                        start,
                        end,
                        first,
                        last,
                        spot: None,
                        element: None,
                    });
                    *at = end;
                }
                Ok(Progress::Empty { consumed }) => *at += consumed,
                Ok(Progress::Incomplete { wanted }) => return Rest::Partial(wanted),
                Ok(Progress::Inline { consumed, args }) => return Rest::Inline(consumed, args),
                Err(error) => return Rest::Broken(error),
            }
            if *at == input.len() || self.len() >= most {
                return Rest::More;
            }
        }
    }

    /// Brings what the requests of `parts` will read into the cache, a step at a time over all of
    /// them. The arguments are taken for a key and elements; where they are none, nothing is lost.
    /// A lone request is left alone: it would only wait here instead.
    ///
    /// Where most of them want a stripe that another worker holds, it is waited for and kept, if
    /// that is allowed: what that worker has changed would else come over one line at a time, at
    /// each lookup.
    pub(super) fn prefetch<'a>(
        &mut self,
        shared: &Shared,
        keeping: Keeping<'_>,
        parts: impl Iterator<Item = Part<'a>> + Clone,
    ) {
        if self.len() < 2 {
            return;
        }
        let mut prefetch = Prefetch { store: &shared.store, kept: keeping.kept };
        let mut last = None;
        for part in parts.clone() {
            last = self.find(shared, &prefetch, part, last);
        }
        if let Some(stripe) =
            self.missed(&mut prefetch, parts.clone()).filter(|_| keeping.is_allowed)
        {
            *prefetch.kept = Some(shared.store.keep(stripe));
            self.missed(&mut prefetch, parts.clone());
        }
        for (part, request) in self.each(parts.clone()) {
            if let Some(spot) = request.spot {
                prefetch.record(part.db, spot);
            }
        }
        let elements = self.values(&mut prefetch, parts.clone());
        for (part, request) in self.each(parts.filter(|_| elements)) {
            if let Some((spot, hash)) = request.spot.zip(request.element) {
                prefetch.element(part.db, spot, hash);
            }
        }
    }

    /// The requests of some parts.
    #[inline]
    fn each<'a, 'p>(
        &'a self,
        parts: impl Iterator<Item = Part<'p>>,
    ) -> impl Iterator<Item = (Part<'p>, &'a Request)> {
        parts.flat_map(|part| self.requests[part.first..part.last].iter().map(move |r| (part, r)))
    }

    /// Step 1: where the keys of a part's requests are. A stripe is asked for once in a row, lest
    /// it is taken again and again from one who works with it; returns the last one.
    #[inline]
    fn find(
        &mut self,
        shared: &Shared,
        prefetch: &Prefetch<'_>,
        part: Part<'_>,
        mut last: Option<usize>,
    ) -> Option<usize> {
        for request in &mut self.requests[part.first..part.last] {
            if request.last - request.first > 1 {
                let bytes = &part.input[request.start..request.end];
                let spans = &self.spans[request.first..request.last];
                // A script's keys follow their number.
                let is_script = shared.table.scripts().may_have(spans[0].of(bytes));
                let at = if is_script { 3.min(spans.len() - 1) } else { 1 };
                let spot = shared.store.spot(spans[at].of(bytes));
                if last.replace(spot.stripe) != Some(spot.stripe) {
                    prefetch.stripe(spot);
                }
                request.spot = Some(spot);
            }
        }
        last
    }

    /// Step 2: the buckets; the stripe that half of the requests or more could not look at, if
    /// there is one.
    #[inline]
    fn missed<'a>(
        &self,
        prefetch: &mut Prefetch<'_>,
        parts: impl Iterator<Item = Part<'a>>,
    ) -> Option<usize> {
        let (mut stripe, mut missed) = (None, 0);
        for (part, request) in self.each(parts) {
            let Some(spot) = request.spot else { continue };
            if stripe == Some(spot.stripe) {
                missed += 1;
            } else if !prefetch.bucket(part.db, spot) && stripe.is_none() {
                (stripe, missed) = (Some(spot.stripe), 1);
            }
        }
        stripe.filter(|_| missed * 2 >= self.len() && prefetch.kept.is_none())
    }

    /// Step 4: the values, unless the first few are all in their records; whether any is a
    /// collection in which an element is looked up.
    #[inline]
    fn values<'a>(
        &mut self,
        prefetch: &mut Prefetch<'_>,
        parts: impl Iterator<Item = Part<'a>>,
    ) -> bool {
        let (mut seen, mut deeper, mut elements) = (0, false, false);
        for part in parts {
            for at in part.first..part.last {
                let Some(spot) = self.requests[at].spot else { continue };
                let ends = self.elements(part.input, &self.requests[at]);
                match prefetch.value(part.db, spot, ends) {
                    Depth::Record => {}
                    Depth::Value => deeper = true,
                    Depth::Element(hash) => {
                        (deeper, elements) = (true, true);
                        self.requests[at].element = Some(hash);
                    }
                }
                seen += 1;
                if seen == PROBES && !deeper {
                    return false;
                }
            }
        }
        elements
    }

    /// The first and last of the arguments that may be fields or members: those after the key.
    #[inline]
    fn elements<'a>(&self, input: &'a [u8], request: &Request) -> Option<(&'a [u8], &'a [u8])> {
        let input = &input[request.start..request.end];
        let spans = self.spans[request.first..request.last].get(2..)?;
        Some((spans.first()?.of(input), spans.last()?.of(input)))
    }
}
