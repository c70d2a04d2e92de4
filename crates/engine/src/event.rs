//! Events of the data set: every mutating call of the engine names one, and dispatch drains them.

use crate::garbage::Garbage;
use crate::journal::Journal;

/// A class of keyspace events, as the letters of `notify-keyspace-events` select them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Class {
    /// No letter: a change that nobody is told of.
    Silent = Self::CHANGE,
    /// `g`: commands on keys of any type.
    Generic = 1 << 2 | Self::CHANGE,
    /// `$`: strings.
    String = 1 << 3 | Self::CHANGE,
    /// `l`: lists.
    List = 1 << 4 | Self::CHANGE,
    /// `s`: sets.
    Set = 1 << 5 | Self::CHANGE,
    /// `h`: hashes.
    Hash = 1 << 6 | Self::CHANGE,
    /// `z`: sorted sets.
    Zset = 1 << 7 | Self::CHANGE,
    /// `x`: expired.
    Expired = 1 << 8 | Self::CHANGE,
    /// `e`: evicted.
    Evicted = 1 << 9 | Self::CHANGE,
    /// `t`: streams.
    Stream = 1 << 10 | Self::CHANGE,
    /// `m`: a key that was missed.
    Miss = 1 << 11,
    /// `n`: a new key.
    New = 1 << 14,
    /// `o`: a value that was put in the place of another.
    Overwritten = 1 << 15,
    /// `c`: one of another type.
    TypeChanged = 1 << 16,
}

impl Class {
    /// The bit of all classes after whose events a key has another value than before: recorded
    /// where somebody caches values.
    pub const CHANGE: u32 = 1 << 20;
}

/// What happened to a key: the name subscribers see, and its class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// The name in the notification.
    pub name: &'static str,
    /// Who asked for it.
    pub class: Class,
}

macro_rules! events {
    ($($ident:ident = $class:ident $name:literal;)*) => {
        impl Event {
            $(#[doc = concat!("`", $name, "`")]
            pub const $ident: Self = Self { name: $name, class: Class::$class };)*
        }
    };
}

events! {
    DEL = Generic "del"; EXPIRE = Generic "expire"; PERSIST = Generic "persist";
    RENAME_FROM = Generic "rename_from"; RENAME_TO = Generic "rename_to";
    MOVE_FROM = Generic "move_from"; MOVE_TO = Generic "move_to"; COPY_TO = Generic "copy_to";
    FLUSH = Silent "flush"; OVERWRITTEN = Overwritten "overwritten";
    TYPE_CHANGED = TypeChanged "type_changed";
    RESTORE = Generic "restore"; NEW = New "new"; EXPIRED = Expired "expired";
    EVICTED = Evicted "evicted"; KEYMISS = Miss "keymiss";
    SET = String "set"; SETRANGE = String "setrange"; APPEND = String "append";
    INCRBY = String "incrby"; INCRBYFLOAT = String "incrbyfloat"; SETBIT = String "setbit";
    PFADD = String "pfadd"; PFCOUNT = Silent "pfcount"; PFDEBUG = Silent "pfdebug";
    LPUSH = List "lpush"; RPUSH = List "rpush"; LPOP = List "lpop"; RPOP = List "rpop";
    LINSERT = List "linsert"; LSET = List "lset"; LTRIM = List "ltrim"; LREM = List "lrem";
    SORTSTORE = List "sortstore";
    SADD = Set "sadd"; SREM = Set "srem"; SPOP = Set "spop"; SINTERSTORE = Set "sinterstore";
    SUNIONSTORE = Set "sunionstore"; SDIFFSTORE = Set "sdiffstore";
    HSET = Hash "hset"; HDEL = Hash "hdel"; HINCRBY = Hash "hincrby";
    HINCRBYFLOAT = Hash "hincrbyfloat"; HEXPIRE = Hash "hexpire"; HEXPIRED = Hash "hexpired";
    HPERSIST = Hash "hpersist";
    ZADD = Zset "zadd"; ZINCR = Zset "zincr"; ZREM = Zset "zrem";
    ZPOPMIN = Zset "zpopmin"; ZPOPMAX = Zset "zpopmax"; ZREMBYSCORE = Zset "zremrangebyscore";
    ZREMBYRANK = Zset "zremrangebyrank"; ZREMBYLEX = Zset "zremrangebylex";
    ZUNIONSTORE = Zset "zunionstore"; ZINTERSTORE = Zset "zinterstore";
    ZDIFFSTORE = Zset "zdiffstore"; ZRANGESTORE = Zset "zrangestore";
    GEORADIUSSTORE = Zset "georadiusstore"; GEOSEARCHSTORE = Zset "geosearchstore";
    XADD = Stream "xadd"; XDEL = Stream "xdel"; XTRIM = Stream "xtrim"; XSETID = Stream "xsetid";
    XGROUP_CREATE = Stream "xgroup-create"; XGROUP_DESTROY = Stream "xgroup-destroy";
    XGROUP_SETID = Stream "xgroup-setid";
    XGROUP_CREATECONSUMER = Stream "xgroup-createconsumer";
    XGROUP_DELCONSUMER = Stream "xgroup-delconsumer";
}

/// One event of one key, kept until dispatch drains it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyEvent {
    /// The database.
    pub db: usize,
    /// What happened.
    pub event: Event,
    /// To which key.
    pub key: Box<[u8]>,
}

/// What running a command left to be done after it; reused from call to call.
#[derive(Default, Debug)]
pub struct Effects {
    /// Changes made; 0 means that nothing was written.
    pub dirty: u64,
    /// Classes whose events are recorded, and [`Effects::JOURNAL`]; none costs nothing.
    pub record: u32,
    /// Recorded events, in order.
    pub events: Vec<KeyEvent>,
    /// Keys that a waiter may now be served from, in order, without repeats.
    pub ready: Vec<(usize, Box<[u8]>)>,
    /// Values too large to be freed under a lock.
    pub garbage: Vec<Garbage>,
    /// What is to be written to the append-only file.
    pub journal: Journal,
}

impl Effects {
    /// The bit of `record` that says that the journal is written. No class has it.
    pub const JOURNAL: u32 = 1 << 31;

    /// Whether the journal is written.
    #[inline]
    pub fn journals(&self) -> bool {
        self.record & Self::JOURNAL != 0
    }
}
