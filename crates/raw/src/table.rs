//! To come: the table. First the trait its entries implement.

use std::ptr::NonNull;

/// A thin owner that a `Table` can keep as a 48-bit pointer.
///
/// # Safety
/// - `into_raw` gives an address below 2^48 that is not zero; `from_raw` gets it back unchanged.
/// - until then, `from_raw` may be called any number of times for borrowed views that are never dropped.
/// - `key_of_raw` returns the entry's key, which stays the same while the entry is in a table.
pub unsafe trait Entry: Sized {
    /// Gives up the owner for its pointer.
    fn into_raw(self) -> NonNull<u8>;

    /// The owner again.
    ///
    /// # Safety
    /// - `raw` came from `into_raw` of the same type, and only one of the owners made from it is used as one.
    unsafe fn from_raw(raw: NonNull<u8>) -> Self;

    /// The entry's key.
    ///
    /// # Safety
    /// - `raw` came from `into_raw` of the same type; the entry lives and does not change during `'a`.
    unsafe fn key_of_raw<'a>(raw: NonNull<u8>) -> &'a [u8];
}
