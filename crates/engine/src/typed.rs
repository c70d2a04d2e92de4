//! Collections by type: what [`Keys::read`] and [`Keys::update`] are for a hash, a list, a set,
//! a sorted set.

use crate::event::Event;
use crate::hash::HashMut;
use crate::keys::{Create, Keys};
use crate::list::ListMut;
use crate::set::SetMut;
use crate::value::{self, Rec, Type};
use crate::zset::ZsetMut;
use crate::{WrongType, hash, list, set, zset};
use raw::EntryRef;

macro_rules! typed {
    ($($update:ident $kind:ident $handle:ident $module:ident;)*) => {
        $(
            /// Runs `change` on the collection under a key; it returns its result and how many
            /// changes it made. `None` when the key is absent and not to be created.
            ///
            /// # Errors
            /// The key holds another type.
            #[inline]
            pub fn $update<R>(
                &mut self,
                key: &[u8],
                create: Create,
                event: Event,
                change: impl FnOnce(&mut $handle<'_>) -> (R, u64),
            ) -> Result<Option<R>, WrongType> {
                let make: Option<fn(&[u8]) -> Rec> = match create {
                    Create::No => None,
                    Create::IfAbsent => Some($module::empty),
                };
                self.update(key, Type::$kind, event, make, |rec, limits| {
                    change(&mut $handle::new(rec, limits))
                })
            }
        )*
    };
}

impl Keys<'_> {
    /// The record of a key that holds `kind`, touched and counted. Wrap it in that type's `Ref`.
    ///
    /// # Errors
    /// The key holds another type.
    #[inline]
    pub fn read_as(
        &mut self,
        key: &[u8],
        kind: Type,
    ) -> Result<Option<EntryRef<'_, Rec>>, WrongType> {
        match self.read(key) {
            Some(entry) if value::type_of(&entry) != kind => Err(WrongType),
            found => Ok(found),
        }
    }

    /// Whether a key exists, holding `kind`; neither touched nor counted.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn check_type(&mut self, key: &[u8], kind: Type) -> Result<bool, WrongType> {
        match self.type_of(key) {
            Some(found) if found != kind => Err(WrongType),
            found => Ok(found.is_some()),
        }
    }

    /// Runs `change` on the hash under a key, as the others of these.
    ///
    /// # Errors
    /// The key holds another type.
    #[inline]
    pub fn update_hash<R>(
        &mut self,
        key: &[u8],
        create: Create,
        event: Event,
        change: impl FnOnce(&mut HashMut<'_>) -> (R, u64),
    ) -> Result<Option<R>, WrongType> {
        let make: Option<fn(&[u8]) -> Rec> = match create {
            Create::No => None,
            Create::IfAbsent => Some(hash::empty),
        };
        let now = self.now();
        self.update(key, Type::Hash, event, make, |rec, limits| {
            change(&mut HashMut::new(rec, limits, now))
        })
    }

    typed! {
        update_list List ListMut list;
        update_set Set SetMut set;
        update_zset Zset ZsetMut zset;
    }
}
