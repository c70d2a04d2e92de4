//! Streams through [`Keys`]: changes of entries, and changes of groups alone.

use super::{Stream, empty, of_mut};
use crate::event::Event;
use crate::garbage::Garbage;
use crate::keys::{Create, Keys};
use crate::value::{Limits, Rec, Type};
use crate::{WrongType, value};

/// What a change of groups was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// How many changes.
    pub changes: u64,
    /// The event, if the change has one.
    pub event: Option<Event>,
    /// Whether calls that wait for the key must look again.
    pub wakes: bool,
}

/// Whether a lookup counts as a hit or a miss, as commands that read make it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// It does.
    Counted,
    /// It does not.
    Quiet,
}

impl Keys<'_> {
    /// Runs `change` on the stream under a key; it returns its result and how many changes it made
    /// to entries. `None` when the key is absent and not to be created.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn update_stream<R>(
        &mut self,
        key: &[u8],
        create: Create,
        event: Event,
        change: impl FnOnce(&mut Stream, &Limits) -> (R, u64),
    ) -> Result<Option<R>, WrongType> {
        let make: Option<fn(&[u8]) -> Rec> = match create {
            Create::No => None,
            Create::IfAbsent => Some(empty),
        };
        let mut debris = None;
        let result = self.update(key, Type::Stream, event, make, |rec, limits| {
            let stream = of_mut(rec);
            let result = change(stream, limits);
            debris = stream.take_debris();
            result
        });
        self.effects.garbage.extend(debris.map(Garbage::Stream));
        result
    }

    /// Runs `change` on the groups of the stream under a key. As in Redis, such a change counts as
    /// one of the data set but breaks no watch. `None` when the key is absent.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn update_groups<R>(
        &mut self,
        key: &[u8],
        lookup: Lookup,
        change: impl FnOnce(&mut Stream) -> (R, Told),
    ) -> Result<Option<R>, WrongType> {
        let place = self.locate(key);
        if lookup == Lookup::Counted {
            self.count_lookup(key, place);
        }
        let Some(place) = place else { return Ok(None) };
        let access = self.moment.access;
        let mut entry = self.record_mut(place);
        if value::type_of(&entry) != Type::Stream {
            return Err(WrongType);
        }
        let stream = of_mut(&mut entry);
        let (result, told) = change(stream);
        let debris = stream.take_debris();
        access.renew(&mut entry);
        drop(entry);
        self.effects.garbage.extend(debris.map(Garbage::Stream));
        self.changed_aside(place, key, told);
        Ok(Some(result))
    }
}
