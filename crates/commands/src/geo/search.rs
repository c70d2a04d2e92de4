//! GEOSEARCH and the older GEORADIUS commands: members inside of a shape.
//!
//! Options are read in the order they come, and the member that a search begins at is looked up as
//! it is read, because which of two errors is told depends on it.

use super::cell::{Position, i64_of};
use super::shape::Shape;
use super::{position, push_metres, reply_position, unit_of};
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::dispatch::printable;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use crate::text::double::parse_double;
use crate::text::int::parse_i64;
use engine::zset::{self, Bound, ZsetMut, ZsetRef};
use engine::{Event, Type};
use std::cmp::Ordering;

/// What a command's name has decided already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Radius,
    RadiusRo,
    RadiusByMember,
    RadiusByMemberRo,
    Search,
    SearchStore,
}

impl Form {
    /// Where the options begin.
    fn options(self) -> usize {
        match self {
            Self::Radius | Self::RadiusRo => 6,
            Self::RadiusByMember | Self::RadiusByMemberRo => 5,
            Self::Search => 2,
            Self::SearchStore => 3,
        }
    }

    /// Index of the key that is read.
    fn key(self) -> usize {
        if self == Self::SearchStore { 2 } else { 1 }
    }

    fn is_search(self) -> bool {
        matches!(self, Self::Search | Self::SearchStore)
    }

    /// Whether options may name a destination.
    fn takes_destination(self) -> bool {
        matches!(self, Self::Radius | Self::RadiusByMember)
    }
}

/// `GEORADIUS key longitude latitude radius unit [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count
/// [ANY]] [ASC|DESC] [STORE key|STOREDIST key]` -> array of members, each with what was asked for;
/// number of members stored.
pub(super) fn georadius(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    search(cx, args, Form::Radius)
}

/// `GEORADIUS_RO key longitude latitude radius unit ...` -> as GEORADIUS, which does not store.
pub(super) fn georadius_ro(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    search(cx, args, Form::RadiusRo)
}

/// `GEORADIUSBYMEMBER key member radius unit ...` -> as GEORADIUS.
pub(super) fn georadiusbymember(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    search(cx, args, Form::RadiusByMember)
}

/// `GEORADIUSBYMEMBER_RO key member radius unit ...` -> as GEORADIUS, which does not store.
pub(super) fn georadiusbymember_ro(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    search(cx, args, Form::RadiusByMemberRo)
}

/// `GEOSEARCH key [FROMMEMBER member|FROMLONLAT longitude latitude] BYRADIUS radius unit|BYBOX
/// width height unit|BYPOLYGON count longitude latitude ... [ASC|DESC] [COUNT count [ANY]]
/// [WITHCOORD] [WITHDIST] [WITHHASH]` -> array of members, each with what was asked for.
pub(super) fn geosearch(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    search(cx, args, Form::Search)
}

/// `GEOSEARCHSTORE destination source ... [STOREDIST]` -> number of members stored.
pub(super) fn geosearchstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    search(cx, args, Form::SearchStore)
}

/// Where a search begins.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Nowhere,
    Position(Position),
    /// That of a member; none when there is no set.
    Member(Option<Position>),
}

/// What is searched, in the call's unit.
#[derive(Clone, PartialEq)]
enum Area {
    None,
    Radius(f64),
    Sides(f64, f64),
    Polygon(Vec<Position>),
}

/// In which order the members are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As they are found.
    Any,
    Nearest,
    Farthest,
}

/// Where the result is stored.
#[derive(Clone, Copy)]
struct Destination<'a> {
    key: &'a [u8],
    /// The scores are distances instead of positions.
    distances: bool,
}

/// What is replied of a member besides its name.
#[derive(Clone, Copy, Default)]
struct With {
    distance: bool,
    score: bool,
    position: bool,
}

/// A parsed call.
struct Query<'a> {
    origin: Origin,
    area: Area,
    /// Metres of the unit.
    unit: f64,
    order: Order,
    /// Most members, 0 for all of them.
    count: usize,
    /// Any so many will do: the search ends when it has them.
    any: bool,
    with: With,
    destination: Option<Destination<'a>>,
}

impl<'a> Query<'a> {
    fn parse(args: Args<'a>, form: Form, zset: Option<ZsetRef<'_>>) -> Result<Self, CommandError> {
        let mut query = Self {
            origin: Origin::Nowhere,
            area: Area::None,
            unit: 1.0,
            order: Order::Any,
            count: 0,
            any: false,
            with: With::default(),
            destination: None,
        };
        match form {
            Form::Radius | Form::RadiusRo => {
                query.origin = Origin::Position(position(args, 2)?);
                query.read_radius(args, 4)?;
            }
            Form::RadiusByMember | Form::RadiusByMemberRo => {
                query.origin = member(args.at(2), zset)?;
                if zset.is_some() {
                    query.read_radius(args, 3)?;
                }
            }
            Form::Search => {}
            Form::SearchStore => query.store_in(args.at(1), "STORE"),
        }
        let mut at = form.options();
        while at < args.len() {
            at += 1 + query.read_option(args, at, form, zset)?;
        }
        query.check(args, form)?;
        Ok(query)
    }

    /// Reads the option at `at`; how many arguments it has.
    fn read_option(
        &mut self,
        args: Args<'a>,
        at: usize,
        form: Form,
        zset: Option<ZsetRef<'_>>,
    ) -> Result<usize, CommandError> {
        let has_value = args.len() > at + 1;
        match () {
            () if args.is(at, "WITHDIST") => self.with.distance = true,
            () if args.is(at, "WITHHASH") => self.with.score = true,
            () if args.is(at, "WITHCOORD") => self.with.position = true,
            () if args.is(at, "ANY") => self.any = true,
            () if args.is(at, "ASC") => self.order = Order::Nearest,
            () if args.is(at, "DESC") => self.order = Order::Farthest,
            () if has_value && args.is(at, "COUNT") => {
                let count = int(args.at(at + 1))?;
                let refuse = CommandError::text("ERR COUNT must be > 0");
                self.count =
                    usize::try_from(count).ok().filter(|count| *count > 0).ok_or(refuse)?;
                return Ok(1);
            }
            () if form.takes_destination() && has_value && args.is(at, "STORE") => {
                self.store_in(args.at(at + 1), "STORE");
                return Ok(1);
            }
            () if form.takes_destination() && has_value && args.is(at, "STOREDIST") => {
                self.store_in(args.at(at + 1), "STOREDIST");
                return Ok(1);
            }
            () if form == Form::SearchStore && args.is(at, "STOREDIST") => {
                self.store_in(args.at(1), "STOREDIST");
            }
            () if form.is_search() => return self.read_place(args, at, zset),
            () => return Err(CommandError::Syntax),
        }
        Ok(0)
    }

    /// Reads an option that says where to search; how many arguments it has.
    fn read_place(
        &mut self,
        args: Args<'a>,
        at: usize,
        zset: Option<ZsetRef<'_>>,
    ) -> Result<usize, CommandError> {
        let following = args.len() - at - 1;
        match (&self.area, self.origin) {
            (
                Area::None | Area::Radius(_) | Area::Sides(..),
                Origin::Nowhere | Origin::Member(_),
            ) if following >= 1 && args.is(at, "FROMMEMBER") => {
                self.origin = member(args.at(at + 1), zset)?;
                Ok(1)
            }
            (
                Area::None | Area::Radius(_) | Area::Sides(..),
                Origin::Nowhere | Origin::Position(_),
            ) if following >= 2 && args.is(at, "FROMLONLAT") => {
                self.origin = Origin::Position(position(args, at + 1)?);
                Ok(2)
            }
            (Area::None | Area::Radius(_), _) if following >= 2 && args.is(at, "BYRADIUS") => {
                self.read_radius(args, at + 1)?;
                Ok(2)
            }
            (Area::None | Area::Sides(..), _) if following >= 3 && args.is(at, "BYBOX") => {
                self.read_box(args, at + 1)?;
                Ok(3)
            }
            (Area::None | Area::Polygon(_), Origin::Nowhere)
                if following >= 2 && args.is(at, "BYPOLYGON") =>
            {
                self.read_polygon(args, at + 1)
            }
            _ => Err(CommandError::Syntax),
        }
    }

    fn store_in(&mut self, key: &'a [u8], word: &str) {
        self.destination = Some(Destination { key, distances: word == "STOREDIST" });
    }

    /// Reads `radius unit`.
    fn read_radius(&mut self, args: Args<'_>, at: usize) -> Result<(), CommandError> {
        let radius = length(args.at(at), "ERR need numeric radius")?;
        if radius < 0.0 {
            return Err(CommandError::text("ERR radius cannot be negative"));
        }
        self.area = Area::Radius(radius);
        self.unit = unit_of(args.at(at + 1))?;
        Ok(())
    }

    /// Reads `width height unit`.
    fn read_box(&mut self, args: Args<'_>, at: usize) -> Result<(), CommandError> {
        let width = length(args.at(at), "ERR need numeric width")?;
        let height = length(args.at(at + 1), "ERR need numeric height")?;
        if width < 0.0 || height < 0.0 {
            return Err(CommandError::text("ERR height or width cannot be negative"));
        }
        self.area = Area::Sides(width, height);
        self.unit = unit_of(args.at(at + 2))?;
        Ok(())
    }

    /// Reads `count longitude latitude ...`; how many arguments.
    fn read_polygon(&mut self, args: Args<'_>, at: usize) -> Result<usize, CommandError> {
        let count = parse_i64(args.at(at)).and_then(|count| i32::try_from(count).ok());
        let count = count.ok_or(CommandError::text("ERR invalid number of vertices"))?;
        let there = (args.len() - at - 1) / 2;
        let corners = usize::try_from(count).ok().filter(|count| (3..=there).contains(count));
        let corners = corners
            .ok_or(CommandError::text("ERR GEOSEARCH BYPOLYGON must have at least 3 vertices"))?;
        let corner = |corner: usize| position(args, at + 1 + corner * 2);
        self.area = Area::Polygon((0..corners).map(corner).collect::<Result<_, _>>()?);
        self.unit = 1.0;
        Ok(1 + corners * 2)
    }

    /// Refuses options that do not go together.
    fn check(&self, args: Args<'_>, form: Form) -> Result<(), CommandError> {
        let With { distance, score, position } = self.with;
        if self.destination.is_some() && (distance || score || position) {
            let subject = match form {
                Form::SearchStore => "GEOSEARCHSTORE",
                _ => "STORE option in GEORADIUS",
            };
            return Err(CommandError::owned(format!(
                "ERR {subject} is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
            )));
        }
        let one_of = |choice: &str| {
            let name = printable(args.at(0), 128);
            Err(CommandError::owned(format!(
                "ERR exactly one of {choice} can be specified for {name}"
            )))
        };
        let is_polygon = matches!(self.area, Area::Polygon(_));
        if self.origin == Origin::Nowhere && !is_polygon {
            return one_of("FROMMEMBER or FROMLONLAT");
        }
        if form.is_search() && self.area == Area::None {
            return one_of("BYRADIUS and BYBOX");
        }
        if self.any && self.count == 0 {
            return Err(CommandError::text("ERR the ANY argument requires COUNT argument"));
        }
        Ok(())
    }

    /// The shape to search; none when there is no set to search.
    fn shape(&self) -> Option<Shape> {
        let centre = match self.origin {
            Origin::Position(centre) | Origin::Member(Some(centre)) => Some(centre),
            Origin::Nowhere | Origin::Member(None) => None,
        };
        match &self.area {
            Area::None => None,
            Area::Radius(radius) => {
                Some(Shape::Circle { centre: centre?, radius: radius * self.unit })
            }
            Area::Sides(width, height) => {
                let (width, height) = (width * self.unit, height * self.unit);
                Some(Shape::Rectangle { centre: centre?, width, height })
            }
            Area::Polygon(corners) => Some(Shape::polygon(corners.clone())),
        }
    }
}

fn length(text: &[u8], error: &'static str) -> Result<f64, CommandError> {
    parse_double(text).ok_or(CommandError::text(error))
}

/// Returns the place of a member as an origin.
fn member(name: &[u8], zset: Option<ZsetRef<'_>>) -> Result<Origin, CommandError> {
    let Some(zset) = zset else { return Ok(Origin::Member(None)) };
    let missing = CommandError::text("ERR could not decode requested zset member");
    let score = zset.score(name).ok_or(missing)?;
    Ok(Origin::Member(Some(Position::of_score(score))))
}

/// A member inside of the shape.
struct Hit<'m> {
    member: &'m [u8],
    score: f64,
    position: Position,
    /// From the centre, in metres.
    metres: f64,
    /// How many were found before it.
    rank: usize,
}

fn search(cx: &mut Cx<'_>, args: Args<'_>, form: Form) -> CommandResult {
    let limits = cx.keys.limits();
    let entry = cx.keys.read_as(args.at(form.key()), Type::Zset)?;
    let zset = entry.as_deref().map(ZsetRef::new);
    let query = Query::parse(args, form, zset)?;
    let hits = match (zset, query.shape()) {
        (Some(zset), Some(shape)) => query.pick(zset, &shape),
        _ => Vec::new(),
    };
    let Some(destination) = query.destination else {
        reply(&mut cx.reply, &query, &hits);
        return Ok(Outcome::Replied);
    };
    let mut rec = zset::empty(destination.key);
    let mut stored = ZsetMut::new(&mut rec, &limits);
    for hit in &hits {
        let distance = hit.metres / query.unit;
        let score = if destination.distances { distance } else { hit.score };
        stored.add(hit.member, score);
    }
    let count = stored.len();
    drop(hits);
    if count == 0 {
        cx.keys.delete(destination.key, Event::DEL);
    } else {
        let event = if form.is_search() { Event::GEOSEARCHSTORE } else { Event::GEORADIUSSTORE };
        cx.keys.put(rec, event);
    }
    cx.reply.count(count);
    Ok(Outcome::Replied)
}

impl Query<'_> {
    /// The members to reply, in their order.
    fn pick<'m>(&self, zset: ZsetRef<'m>, shape: &Shape) -> Vec<Hit<'m>> {
        let limit = if self.any { self.count } else { usize::MAX };
        let mut hits = find(zset, shape, limit);
        // The nearest are meant, unless any will do.
        let order = match self.order {
            Order::Any if self.count > 0 && !self.any => Order::Nearest,
            order => order,
        };
        let compare = |a: &Hit<'_>, b: &Hit<'_>| {
            let by_distance = match order {
                Order::Any => Ordering::Equal,
                Order::Nearest => a.metres.total_cmp(&b.metres),
                Order::Farthest => b.metres.total_cmp(&a.metres),
            };
            by_distance.then(a.rank.cmp(&b.rank))
        };
        if self.count > 0 && self.count < hits.len() {
            if order != Order::Any {
                hits.select_nth_unstable_by(self.count, compare);
            }
            hits.truncate(self.count);
        }
        if order != Order::Any {
            hits.sort_unstable_by(compare);
        }
        hits
    }
}

/// The members inside of a shape, cell by cell; up to `limit`. Costs their number and that of
/// the other members in the cells.
fn find<'m>(zset: ZsetRef<'m>, shape: &Shape, limit: usize) -> Vec<Hit<'m>> {
    let mut hits = Vec::new();
    for cell in shape.cells() {
        let (least, above) = cell.scores();
        let ranks = zset.ranks_by_score(Bound::Inclusive(least), Bound::Exclusive(above));
        for (member, score) in zset.iter(ranks) {
            if hits.len() >= limit {
                return hits;
            }
            let position = Position::of_score(score);
            if let Some(metres) = shape.reach(position) {
                hits.push(Hit { member, score, position, metres, rank: hits.len() });
            }
        }
    }
    hits
}

fn reply(reply: &mut Reply<'_>, query: &Query<'_>, hits: &[Hit<'_>]) {
    let With { distance, score, position } = query.with;
    let extras = usize::from(distance) + usize::from(score) + usize::from(position);
    reply.array(hits.len());
    for hit in hits {
        if extras > 0 {
            reply.array(1 + extras);
        }
        reply.bulk(hit.member);
        if distance {
            push_metres(reply, hit.metres / query.unit);
        }
        if score {
            reply.int(i64_of(hit.score));
        }
        if position {
            reply_position(reply, hit.position);
        }
    }
}
