//! Reading an RDB file, whatever wrote it, through a buffer that holds one entry at least.
//!
//! An entry is decoded where it lies in the buffer. When it turns out to go on beyond what was
//! read, the buffer is doubled and it is decoded again: at most twice the work, and never more
//! memory than the file really has bytes for it.

use super::decode::{Decoder, UNKNOWN_KIND};
use super::read::Reader;
use super::{
    Corrupt, Kind, OPCODE_AUX, OPCODE_END, OPCODE_EXPIRE_MS, OPCODE_EXPIRE_S, OPCODE_FREQUENCY,
    OPCODE_IDLE, OPCODE_LIBRARY, OPCODE_LIBRARY_DRAFT, OPCODE_MODULE, OPCODE_RESIZE, OPCODE_SELECT,
    OPCODE_SLOT, is_known,
};
use crate::crc64;
use crate::storage::Source;
use engine::{Limits, Rec};
use std::fmt;
use std::io;

/// Bytes that are read at once.
const READ_BYTES: usize = 512 * 1024;
/// Files of older versions have no checksum.
const VERSION_CHECKSUM: u16 = 5;
/// Length of the first bytes.
const MAGIC_LEN: usize = 9;

/// An entry of a file.
pub struct Entry {
    /// The database.
    pub db: usize,
    /// Key, value, expiry.
    pub rec: Rec,
    /// For how many seconds it was not used.
    pub idle_s: Option<u64>,
    /// How often it was used.
    pub frequency: Option<u8>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = String::from_utf8_lossy(self.rec.key());
        f.debug_struct("Entry").field("db", &self.db).field("key", &key).finish_non_exhaustive()
    }
}

/// What comes out of a file, in its order.
#[derive(Debug)]
pub enum Arrival<'a> {
    /// A fact about the file.
    Aux(&'a [u8], &'a [u8]),
    /// The code of a function library.
    Library(&'a [u8]),
    /// What follows belongs to this database.
    Select(usize),
    /// How many keys, and keys with an expiry, a database will have: a claim.
    Size(usize, u64, u64),
    /// An entry.
    Entry(Entry),
    /// An entry whose collection has no elements, as old servers could leave: its key.
    Empty(&'a [u8]),
}

/// Takes what comes out of a file.
pub trait Loader {
    /// Takes the next thing.
    ///
    /// # Errors
    /// Why it cannot be; loading ends.
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason>;

    /// Whether there is a database of this number.
    fn has_database(&self, db: usize) -> bool {
        let _ = db;
        true
    }

    /// Whether a wrong checksum is an error.
    fn checks(&self) -> bool {
        true
    }

    /// Told after each thing how many bytes it ended at.
    fn taken(&mut self, offset: u64) {
        let _ = offset;
    }

    /// Told now and then how many bytes were read.
    fn progress(&mut self, bytes: u64) {
        let _ = bytes;
    }
}

/// What a file was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loaded {
    /// Its version.
    pub version: u16,
    /// Its bytes: what follows in the source is something else.
    pub bytes: u64,
    /// It carries a checksum.
    pub has_checksum: bool,
}

/// Why a file was not read to its end.
#[derive(Debug)]
pub struct LoadError {
    /// Bytes before the place, from the beginning of the file.
    pub offset: u64,
    /// What is wrong there.
    pub reason: Reason,
    /// What was read there.
    pub place: Place,
}

/// What is being read.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Place {
    /// In words of the format: `read-key`.
    pub doing: &'static str,
    /// The key of the entry, where it failed.
    pub key: Option<Box<[u8]>>,
    /// The kind of its object.
    pub kind: Option<u8>,
}

/// What is wrong with a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The first bytes are not those of such a file.
    Signature,
    /// A version that is not known here.
    Version(u32),
    /// The file ends before its end.
    Short,
    /// An object or length is not what a server writes.
    Corrupt(Corrupt),
    /// A kind that is not known here.
    Kind(u8),
    /// The checksum that the file has, and that its bytes have.
    Checksum {
        /// Of the file.
        stored: u64,
        /// Of the bytes.
        counted: u64,
    },
    /// A database beyond those there are.
    Database(usize),
    /// A key that came before.
    Duplicate {
        /// The database.
        db: usize,
        /// The key.
        key: Box<[u8]>,
    },
    /// A function library is not one.
    Library(String),
    /// Data of a module.
    Module(String),
    /// The storage failed.
    Storage(io::Error),
    /// The loader wants no more.
    Stopped,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature => f.write_str("Wrong signature trying to load DB from file"),
            Self::Version(version) => write!(f, "Can't handle RDB format version {version}"),
            Self::Short => f.write_str("Unexpected EOF reading RDB file"),
            Self::Corrupt(corrupt) => corrupt.fmt(f),
            Self::Kind(kind) => write!(f, "Unknown RDB encoding type {kind}"),
            Self::Checksum { .. } => f.write_str("RDB CRC error"),
            Self::Database(_) => f.write_str("Invalid DB number in RDB file"),
            Self::Duplicate { db, key } => {
                write!(f, "RDB has duplicated key '{}' in DB {db}", String::from_utf8_lossy(key))
            }
            Self::Library(why) => write!(f, "Failed loading library, {why}"),
            Self::Module(name) => write!(
                f,
                "The RDB file contains module data I can't load: no matching module type '{name}'"
            ),
            Self::Storage(error) => error.fmt(f),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// Reads a file to its end.
///
/// # Errors
/// [`LoadError`]; what was taken until then has been taken.
pub fn load(
    source: &mut dyn Source,
    limits: &Limits,
    loader: &mut dyn Loader,
) -> Result<Loaded, LoadError> {
    let mut input = Input::new(source);
    let mut place = Place { doing: "start", ..Place::default() };
    match read_all(&mut input, limits, loader, &mut place) {
        Ok(loaded) => Ok(loaded),
        Err(reason) => Err(LoadError { offset: input.offset(), reason, place }),
    }
}

fn read_all(
    input: &mut Input<'_>,
    limits: &Limits,
    loader: &mut dyn Loader,
    place: &mut Place,
) -> Result<Loaded, Reason> {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is not general enough"
    )]
    let magic = input.next(|reader| reader.array::<MAGIC_LEN>())?;
    let version = parse_magic(&magic)?;
    let decoder = Decoder { limits, version };
    let mut db = 0;
    loop {
        if input.is_refilled() {
            loader.progress(input.offset());
        }
        let item = input.step(|reader| next_item(reader, decoder, db, loader, place))?;
        loader.taken(input.offset());
        match item {
            Item::Taken => {}
            Item::Select(number) => db = number,
            Item::End => break,
        }
    }
    let mut has_checksum = false;
    place.doing = "check-sum";
    if version >= VERSION_CHECKSUM {
        let counted = input.sum();
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is not general enough"
        )]
        let stored = u64::from_le_bytes(input.next(|reader| reader.array())?);
        has_checksum = stored != 0;
        if has_checksum && stored != counted && loader.checks() {
            return Err(Reason::Checksum { stored, counted });
        }
    }
    loader.progress(input.offset());
    Ok(Loaded { version, bytes: input.offset(), has_checksum })
}

/// The version that a file's first bytes name.
fn parse_magic(magic: &[u8; MAGIC_LEN]) -> Result<u16, Reason> {
    let digits = match magic.strip_prefix(b"REDIS") {
        Some(digits) => digits,
        None => magic.strip_prefix(b"VALKEY").ok_or(Reason::Signature)?,
    };
    let text = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let version = text.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    match u16::try_from(version) {
        Ok(version) if version >= 1 && is_known(version) => Ok(version),
        _ => Err(Reason::Version(version)),
    }
}

enum Item {
    Taken,
    Select(usize),
    End,
}

/// What a step found wrong: more bytes may help against the first.
enum Trouble {
    Object(Corrupt),
    Final(Reason),
}

impl From<Corrupt> for Trouble {
    fn from(corrupt: Corrupt) -> Self {
        Self::Object(corrupt)
    }
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self::Final(reason)
    }
}

#[expect(clippy::too_many_lines, reason = "one arm an opcode")]
fn next_item(
    reader: &mut Reader<'_>,
    decoder: Decoder<'_>,
    db: usize,
    loader: &mut dyn Loader,
    place: &mut Place,
) -> Result<Item, Trouble> {
    place.doing = "read-type";
    let (mut expire, mut idle_s, mut frequency) = (None, None, None);
    loop {
        match reader.byte()? {
            OPCODE_EXPIRE_S => {
                let seconds = i32::from_le_bytes(reader.array()?);
                expire = Some(i64::from(seconds) * 1000);
            }
            OPCODE_EXPIRE_MS => {
                expire = Some(i64::from_le_bytes(reader.array()?));
            }
            OPCODE_FREQUENCY => frequency = Some(reader.byte()?),
            OPCODE_IDLE => idle_s = Some(reader.number()?),
            OPCODE_END => return Ok(Item::End),
            OPCODE_SELECT => {
                let number = reader.number()?;
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                if !loader.has_database(number) {
                    return Err(Reason::Database(number).into());
                }
                loader.take(Arrival::Select(number))?;
                return Ok(Item::Select(number));
            }
            OPCODE_RESIZE => {
                let (keys, expires) = (reader.number()?, reader.number()?);
                loader.take(Arrival::Size(db, keys, expires))?;
                return Ok(Item::Taken);
            }
            OPCODE_SLOT => {
                for _ in 0..3 {
                    reader.number()?;
                }
                return Ok(Item::Taken);
            }
            OPCODE_AUX => {
                place.doing = "read-aux";
                let (name, value) = (reader.string()?, reader.string()?);
                loader.take(Arrival::Aux(&name, &value))?;
                return Ok(Item::Taken);
            }
            OPCODE_LIBRARY => {
                place.doing = "read-functions";
                let code = reader.string()?;
                loader.take(Arrival::Library(&code))?;
                return Ok(Item::Taken);
            }
            OPCODE_LIBRARY_DRAFT => {
                let why = "Pre-release function format not supported.".to_owned();
                return Err(Reason::Library(why).into());
            }
            OPCODE_MODULE => return Err(Reason::Module(module_name(reader.number()?)).into()),
            kind => {
                (place.doing, place.kind) = ("read-key", Some(kind));
                let key = reader.string()?;
                place.doing = "read-object-value";
                let Some(known) = Kind::of(kind) else { return Err(unknown(kind, reader)?) };
                let rec = match decoder.value(&key, known, reader) {
                    Err(why) if why == super::EMPTY && !reader.is_starved() => {
                        loader.take(Arrival::Empty(&key))?;
                        return Ok(Item::Taken);
                    }
                    Err(why) => {
                        place.key = Some((*key).into());
                        let is_unknown = why == UNKNOWN_KIND;
                        return Err(if is_unknown {
                            Reason::Kind(kind).into()
                        } else {
                            why.into()
                        });
                    }
                    Ok(rec) => rec,
                };
                place.kind = None;
                let rec = with_expiry(rec, expire);
                loader.take(Arrival::Entry(Entry { db, rec, idle_s, frequency }))?;
                return Ok(Item::Taken);
            }
        }
    }
}

fn with_expiry(mut rec: Rec, expire: Option<i64>) -> Rec {
    if let Some(expire) = expire {
        // Before the epoch is before the epoch: the least of all stands for "never".
        rec.set_expire(Some(expire.max(0)));
    }
    rec
}

/// Why a kind cannot be read: a module's names the module.
fn unknown(kind: u8, reader: &mut Reader<'_>) -> Result<Trouble, Corrupt> {
    const MODULES: [u8; 2] = [6, 7];
    Ok(Trouble::Final(if MODULES.contains(&kind) {
        Reason::Module(module_name(reader.number()?))
    } else {
        Reason::Kind(kind)
    }))
}

/// The nine letters in the upper 54 bits of a module's number.
fn module_name(id: u64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letter = |place: u32| LETTERS[(id >> (10 + 6 * (8 - place)) & 63) as usize] as char;
    (0..9).map(letter).collect()
}

/// The bytes of a file as they are needed.
struct Input<'s> {
    source: &'s mut dyn Source,
    buf: Vec<u8>,
    /// What is not used yet: `buf[at..]`.
    at: usize,
    /// Bytes of the file before `buf`.
    before: u64,
    /// Checksum of the file up to `buf[summed]`.
    sum: u64,
    summed: usize,
    at_end: bool,
    refilled: bool,
}

impl<'s> Input<'s> {
    fn new(source: &'s mut dyn Source) -> Self {
        Self {
            source,
            buf: Vec::new(),
            at: 0,
            before: 0,
            sum: 0,
            summed: 0,
            at_end: false,
            refilled: false,
        }
    }

    fn offset(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Whether more was read since the last time this was asked.
    fn is_refilled(&mut self) -> bool {
        std::mem::take(&mut self.refilled)
    }

    /// The checksum of everything that was used.
    fn sum(&mut self) -> u64 {
        self.sum = crc64::update(self.sum, &self.buf[self.summed..self.at]);
        self.summed = self.at;
        self.sum
    }

    fn next<T>(
        &mut self,
        mut read: impl FnMut(&mut Reader<'_>) -> Result<T, Corrupt>,
    ) -> Result<T, Reason> {
        self.step(|reader| read(reader).map_err(Trouble::from))
    }

    /// Runs `read` on what there is, again with more for as long as that is too little.
    fn step<T>(
        &mut self,
        mut read: impl FnMut(&mut Reader<'_>) -> Result<T, Trouble>,
    ) -> Result<T, Reason> {
        loop {
            let rest = &self.buf[self.at..];
            let mut reader = Reader::new(rest);
            let trouble = match read(&mut reader) {
                Ok(found) => {
                    self.at += rest.len() - reader.left();
                    return Ok(found);
                }
                Err(trouble) => trouble,
            };
            let used = rest.len() - reader.left();
            match trouble {
                Trouble::Final(reason) => {
                    self.at += used;
                    return Err(reason);
                }
                Trouble::Object(_) if reader.is_starved() => {
                    if !self.refill().map_err(Reason::Storage)? {
                        self.at = self.buf.len();
                        return Err(Reason::Short);
                    }
                }
                Trouble::Object(corrupt) => {
                    self.at += used;
                    return Err(Reason::Corrupt(corrupt));
                }
            }
        }
    }

    /// Reads as much again as there is, at least [`READ_BYTES`]; false at the end of the file.
    fn refill(&mut self) -> io::Result<bool> {
        if self.at_end {
            return Ok(false);
        }
        self.sum();
        self.buf.drain(..self.at);
        self.before += self.at as u64;
        (self.at, self.summed) = (0, 0);
        let had = self.buf.len();
        self.buf.resize(had + had.max(READ_BYTES), 0);
        let mut filled = had;
        while filled < self.buf.len() {
            match self.source.read(&mut self.buf[filled..])? {
                0 => {
                    self.at_end = true;
                    break;
                }
                read => filled += read,
            }
        }
        self.buf.truncate(filled);
        self.refilled = true;
        Ok(filled > had)
    }
}
