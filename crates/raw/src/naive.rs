//! Plain safe twins of the structures, for the property tests: a map for `Table`, a struct for
//! `Record`.

use std::collections::BTreeMap;

/// What a `Table<Pair>` should hold: value and expiry tick by key.
#[derive(Default, Debug)]
pub(crate) struct NaiveTable {
    pub(crate) entries: BTreeMap<Vec<u8>, (Vec<u8>, u32)>,
}

impl NaiveTable {
    /// Removes what is due at `tick`; returns the keys in order.
    pub(crate) fn sweep(&mut self, tick: u32) -> Vec<Vec<u8>> {
        let due: Vec<Vec<u8>> = self
            .entries
            .iter()
            .filter(|(_, (_, expiry))| *expiry <= tick)
            .map(|(key, _)| key.clone())
            .collect();
        for key in &due {
            self.entries.remove(key);
        }
        due
    }
}

/// What a `Record` should hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NaiveRecord {
    pub(crate) key: Vec<u8>,
    pub(crate) value: NaiveValue,
    pub(crate) sub: u8,
    pub(crate) expire_ms: Option<i64>,
    pub(crate) access: u32,
}

/// A record's value; text whether inline or not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NaiveValue {
    Text(Vec<u8>),
    Int(i64),
    Packed(Vec<u8>),
    Boxed(Vec<u8>),
}
