//! What is measured: families of keys, how they are filled, and the calls of each row.
//!
//! Words in braces stand for numbers, with `+D` added to them if it follows:
//!
//! ```text
//! {k}  the key, one of several           {n}  a number that was never used before
//! {r}  an element, chosen by chance      {q}  another
//! {s}  how many elements a key has       {m}  the middle one
//! {h}  {r} and half of the elements    {v}  a number without order that follows from {r}
//! {x} {y}  a longitude and a latitude that follow from {r}
//! {blob}   as many bytes as a key has elements
//! ```
//! All calls of a row's cycle see the same numbers. A row that adds also removes, so that the key
//! keeps its size; rows that move elements stand at the end of their family.

/// Keys of one kind and the rows that use them.
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) fills: &'static [Fill],
    pub(super) rows: &'static [Row],
}

/// How a key is filled: `head`, then `each` once for every element, `step` elements a call.
pub(super) struct Fill {
    pub(super) head: &'static str,
    pub(super) each: &'static str,
    pub(super) step: u64,
}

/// A name and the calls of one cycle.
pub(super) type Row = (&'static str, &'static [&'static str]);

const fn fill(head: &'static str, each: &'static str) -> Fill {
    Fill { head, each, step: 100 }
}

const fn single(head: &'static str) -> Fill {
    Fill { head, each: "", step: u64::MAX }
}

pub(super) const FAMILIES: &[Family] = &[
    Family { name: "hash", fills: HASH_FILLS, rows: HASH },
    Family { name: "list", fills: LIST_FILLS, rows: LIST },
    Family { name: "set", fills: SET_FILLS, rows: SET },
    Family { name: "intset", fills: INTSET_FILLS, rows: INTSET },
    Family { name: "zset", fills: ZSET_FILLS, rows: ZSET },
    Family { name: "stream", fills: STREAM_FILLS, rows: STREAM },
    Family { name: "bitmap", fills: BITMAP_FILLS, rows: BITMAP },
    Family { name: "hyperloglog", fills: HLL_FILLS, rows: HLL },
    Family { name: "geo", fills: GEO_FILLS, rows: GEO },
    Family { name: "sort", fills: SORT_FILLS, rows: SORT },
];

const HASH_FILLS: &[Fill] = &[fill("HSET hash:{k}", "field:{r} value:{r}:abcdefghij")];
const HASH: &[Row] = &[
    ("HGET", &["HGET hash:{k} field:{r}"]),
    ("HGET absent", &["HGET hash:{k} absent:{r}"]),
    ("HMGET 3", &["HMGET hash:{k} field:{r} field:{q} field:{m}"]),
    ("HEXISTS", &["HEXISTS hash:{k} field:{r}"]),
    ("HSTRLEN", &["HSTRLEN hash:{k} field:{r}"]),
    ("HLEN", &["HLEN hash:{k}"]),
    ("HGETALL", &["HGETALL hash:{k}"]),
    ("HKEYS", &["HKEYS hash:{k}"]),
    ("HVALS", &["HVALS hash:{k}"]),
    ("HSCAN", &["HSCAN hash:{k} 0"]),
    ("HRANDFIELD", &["HRANDFIELD hash:{k}"]),
    ("HRANDFIELD 5", &["HRANDFIELD hash:{k} 5 WITHVALUES"]),
    ("COPY hash", &["COPY hash:{k} copy:{k} REPLACE"]),
    ("COPY and DEL hash", &["COPY hash:{k} copied:{k}", "DEL copied:{k}"]),
    ("DUMP hash", &["DUMP hash:{k}"]),
    ("HSET over", &["HSET hash:{k} field:{r} value:{q}:abcdefghij"]),
    ("HINCRBY", &["HINCRBY hash:{k} number 3"]),
    ("HINCRBYFLOAT", &["HINCRBYFLOAT hash:{k} fraction 0.25"]),
    ("HSET new, HDEL", &["HSET hash:{k} new:{n} value", "HDEL hash:{k} new:{n}"]),
];

const LIST_FILLS: &[Fill] =
    &[fill("RPUSH list:{k}", "element:{r}"), fill("RPUSH other:{k}", "element:{r}")];
const LIST: &[Row] = &[
    ("LLEN", &["LLEN list:{k}"]),
    ("LINDEX middle", &["LINDEX list:{k} {m}"]),
    ("LINDEX any", &["LINDEX list:{k} {r}"]),
    ("LRANGE head 100", &["LRANGE list:{k} 0 99"]),
    ("LRANGE middle 100", &["LRANGE list:{k} {m} {m+99}"]),
    ("LPOS middle", &["LPOS list:{k} element:{m}"]),
    ("LREM absent", &["LREM list:{k} 0 absent"]),
    (
        "LINSERT, LREM middle",
        &["LINSERT list:{k} BEFORE element:{m} added", "LREM list:{k} 1 added"],
    ),
    ("LSET any", &["LSET list:{k} {r} element:{r}"]),
    ("COPY list", &["COPY list:{k} copy:{k} REPLACE"]),
    ("DUMP list", &["DUMP list:{k}"]),
    ("LPUSH, LPOP", &["LPUSH list:{k} element:{n}", "LPOP list:{k}"]),
    ("LPUSH, RPOP", &["LPUSH list:{k} element:{n}", "RPOP list:{k}"]),
    ("RPUSH, LPOP", &["RPUSH list:{k} element:{n}", "LPOP list:{k}"]),
    ("RPUSH 3, LPOP 3", &["RPUSH list:{k} a{n} b{n} c{n}", "LPOP list:{k} 3"]),
    ("LMOVE same", &["LMOVE list:{k} list:{k} LEFT RIGHT"]),
    (
        "LMOVE other",
        &["LMOVE list:{k} other:{k} RIGHT LEFT", "LMOVE other:{k} list:{k} LEFT RIGHT"],
    ),
    ("RPUSH 3, LTRIM", &["RPUSH list:{k} a{n} b{n} c{n}", "LTRIM list:{k} 3 -1"]),
];

const SET_FILLS: &[Fill] =
    &[fill("SADD set:{k}", "member:{r}"), fill("SADD other:{k}", "member:{h}")];
const SET: &[Row] = &[
    ("SCARD", &["SCARD set:{k}"]),
    ("SISMEMBER", &["SISMEMBER set:{k} member:{r}"]),
    ("SISMEMBER absent", &["SISMEMBER set:{k} absent:{r}"]),
    ("SMISMEMBER 3", &["SMISMEMBER set:{k} member:{r} member:{q} absent:{q}"]),
    ("SRANDMEMBER", &["SRANDMEMBER set:{k}"]),
    ("SRANDMEMBER 5", &["SRANDMEMBER set:{k} 5"]),
    ("SMEMBERS", &["SMEMBERS set:{k}"]),
    ("SSCAN", &["SSCAN set:{k} 0"]),
    ("SINTER", &["SINTER set:{k} other:{k}"]),
    ("SUNION", &["SUNION set:{k} other:{k}"]),
    ("SDIFF", &["SDIFF set:{k} other:{k}"]),
    ("SINTERCARD", &["SINTERCARD 2 set:{k} other:{k}"]),
    ("SINTERSTORE", &["SINTERSTORE stored:{k} set:{k} other:{k}"]),
    ("SUNIONSTORE", &["SUNIONSTORE stored:{k} set:{k} other:{k}"]),
    ("COPY set", &["COPY set:{k} copy:{k} REPLACE"]),
    ("DUMP set", &["DUMP set:{k}"]),
    ("SADD there", &["SADD set:{k} member:{r}"]),
    ("SADD, SREM", &["SADD set:{k} new:{n}", "SREM set:{k} new:{n}"]),
    ("SMOVE", &["SMOVE set:{k} other:{k} member:{r}", "SADD set:{k} member:{r}"]),
    ("SPOP, SADD", &["SPOP set:{k}", "SADD set:{k} new:{n}"]),
];

const INTSET_FILLS: &[Fill] = &[fill("SADD ints:{k}", "{r}"), fill("SADD more:{k}", "{h}")];
const INTSET: &[Row] = &[
    ("SISMEMBER integer", &["SISMEMBER ints:{k} {r}"]),
    ("SMEMBERS integers", &["SMEMBERS ints:{k}"]),
    ("SINTER integers", &["SINTER ints:{k} more:{k}"]),
    ("SUNION integers", &["SUNION ints:{k} more:{k}"]),
    ("SADD, SREM integer", &["SADD ints:{k} {n}", "SREM ints:{k} {n}"]),
];

const ZSET_FILLS: &[Fill] = &[
    fill("ZADD zset:{k}", "{r} member:{r}"),
    fill("ZADD other:{k}", "{r} member:{h}"),
    fill("ZADD lex:{k}", "0 member:{r}"),
];
const ZSET: &[Row] = &[
    ("ZCARD", &["ZCARD zset:{k}"]),
    ("ZSCORE", &["ZSCORE zset:{k} member:{r}"]),
    ("ZMSCORE 3", &["ZMSCORE zset:{k} member:{r} member:{q} absent"]),
    ("ZRANK", &["ZRANK zset:{k} member:{r}"]),
    ("ZREVRANK", &["ZREVRANK zset:{k} member:{r}"]),
    ("ZRANGE head 10", &["ZRANGE zset:{k} 0 9"]),
    ("ZRANGE middle 100", &["ZRANGE zset:{k} {m} {m+99} WITHSCORES"]),
    ("ZREVRANGE 10", &["ZREVRANGE zset:{k} 0 9 WITHSCORES"]),
    ("ZRANGE BYSCORE", &["ZRANGE zset:{k} {r} {r+10} BYSCORE"]),
    ("ZRANGEBYSCORE LIMIT", &["ZRANGEBYSCORE zset:{k} ({r} +inf LIMIT 2 5"]),
    ("ZRANGE BYLEX", &["ZRANGE lex:{k} [member:{r} + BYLEX LIMIT 0 10"]),
    ("ZCOUNT", &["ZCOUNT zset:{k} {r} {q}"]),
    ("ZLEXCOUNT", &["ZLEXCOUNT lex:{k} [member:{r} +"]),
    ("ZRANDMEMBER", &["ZRANDMEMBER zset:{k}"]),
    ("ZRANDMEMBER 5", &["ZRANDMEMBER zset:{k} 5 WITHSCORES"]),
    ("ZSCAN", &["ZSCAN zset:{k} 0"]),
    ("ZUNION", &["ZUNION 2 zset:{k} other:{k}"]),
    ("ZINTER", &["ZINTER 2 zset:{k} other:{k} WITHSCORES"]),
    ("ZDIFF", &["ZDIFF 2 zset:{k} other:{k}"]),
    ("ZINTERCARD", &["ZINTERCARD 2 zset:{k} other:{k}"]),
    ("ZINTERSTORE", &["ZINTERSTORE stored:{k} 2 zset:{k} other:{k}"]),
    ("ZUNIONSTORE", &["ZUNIONSTORE stored:{k} 2 zset:{k} other:{k}"]),
    ("ZRANGESTORE 100", &["ZRANGESTORE ranged:{k} zset:{k} {m} {m+99}"]),
    ("COPY zset", &["COPY zset:{k} copy:{k} REPLACE"]),
    ("DUMP zset", &["DUMP zset:{k}"]),
    ("ZADD over", &["ZADD zset:{k} {q} member:{r}"]),
    ("ZINCRBY", &["ZINCRBY zset:{k} 1.5 member:{r}"]),
    ("ZADD new, ZREM", &["ZADD zset:{k} {r} new:{n}", "ZREM zset:{k} new:{n}"]),
    ("ZPOPMIN, ZADD", &["ZPOPMIN zset:{k}", "ZADD zset:{k} {q} new:{n}"]),
    ("ZREMRANGEBYRANK, ZADD", &["ZREMRANGEBYRANK zset:{k} {m} {m}", "ZADD zset:{k} {q} new:{n}"]),
];

const STREAM_FILLS: &[Fill] = &[
    Fill { head: "XADD stream:{k} {r+1}-0 field value:{r} other {r}", each: "", step: 1 },
    single("XGROUP CREATE stream:{k} group 0"),
    single("XREADGROUP GROUP group reader COUNT 1000 STREAMS stream:{k} >"),
];
const STREAM: &[Row] = &[
    ("XLEN", &["XLEN stream:{k}"]),
    ("XRANGE 10", &["XRANGE stream:{k} {r} + COUNT 10"]),
    ("XREVRANGE 10", &["XREVRANGE stream:{k} {r} - COUNT 10"]),
    ("XRANGE all", &["XRANGE stream:{k} - +"]),
    ("XREAD 10", &["XREAD COUNT 10 STREAMS stream:{k} {r}"]),
    ("XPENDING", &["XPENDING stream:{k} group"]),
    ("XPENDING 10", &["XPENDING stream:{k} group - + 10"]),
    ("XREADGROUP history", &["XREADGROUP GROUP group reader COUNT 10 STREAMS stream:{k} 0"]),
    (
        "XCLAIM",
        &["XCLAIM stream:{k} group other 0 {q+1}-0", "XCLAIM stream:{k} group reader 0 {q+1}-0"],
    ),
    (
        "XREADGROUP 2, XACK",
        &[
            "XGROUP SETID stream:{k} group {r}",
            "XREADGROUP GROUP group worker COUNT 2 STREAMS stream:{k} >",
            "XACK stream:{k} group {r+1}-0 {r+2}-0",
        ],
    ),
    (
        "XREADGROUP all",
        &[
            "XGROUP CREATE stream:{k} whole 0",
            "XREADGROUP GROUP whole reader STREAMS stream:{k} >",
            "XGROUP DESTROY stream:{k} whole",
        ],
    ),
    ("COPY stream", &["COPY stream:{k} copy:{k} REPLACE"]),
    ("DUMP stream", &["DUMP stream:{k}"]),
    ("XADD, XDEL", &["XADD stream:{k} {n}-0 field value other 1", "XDEL stream:{k} {n}-0"]),
    ("XADD, XTRIM", &["XADD stream:{k} * field value:{n} other 1", "XTRIM stream:{k} MAXLEN {s}"]),
    ("XADD MAXLEN ~", &["XADD stream:{k} MAXLEN ~ {s} * field value:{n} other 1"]),
];

const BITMAP_FILLS: &[Fill] = &[
    single("SET bits:{k} {blob}"),
    single("SET more:{k} {blob}"),
    single("SET third:{k} {blob}"),
    single("SETBIT empty:{k} {s}7 1"),
];
const BITMAP: &[Row] = &[
    ("SETBIT", &["SETBIT bits:{k} {r} 1"]),
    ("GETBIT", &["GETBIT bits:{k} {r}"]),
    ("BITCOUNT", &["BITCOUNT bits:{k}"]),
    ("BITCOUNT range", &["BITCOUNT bits:{k} 1 -2"]),
    ("BITPOS far", &["BITPOS empty:{k} 1"]),
    ("BITOP AND 2", &["BITOP AND stored:{k} bits:{k} more:{k}"]),
    ("BITOP OR 3", &["BITOP OR stored:{k} bits:{k} more:{k} third:{k}"]),
    ("BITOP XOR 2", &["BITOP XOR stored:{k} bits:{k} more:{k}"]),
    ("BITOP NOT", &["BITOP NOT stored:{k} bits:{k}"]),
    ("BITFIELD GET", &["BITFIELD bits:{k} GET u8 {r}"]),
    ("BITFIELD INCRBY", &["BITFIELD bits:{k} INCRBY u5 #3 1 SET i4 8 -3"]),
];

const HLL_FILLS: &[Fill] =
    &[fill("PFADD hll:{k}", "element:{r}"), fill("PFADD more:{k}", "other:{r}")];
const HLL: &[Row] = &[
    ("PFADD there", &["PFADD hll:{k} element:{r}"]),
    ("PFCOUNT", &["PFCOUNT hll:{k}"]),
    ("PFCOUNT 2", &["PFCOUNT hll:{k} more:{k}"]),
    ("PFMERGE", &["PFMERGE stored:{k} hll:{k} more:{k}"]),
    ("PFADD, PFCOUNT", &["PFADD changing:{k} element:{n}", "PFCOUNT changing:{k}"]),
];

const GEO_FILLS: &[Fill] = &[fill("GEOADD geo:{k}", "{x} {y} member:{r}")];
const GEO: &[Row] = &[
    ("GEOPOS", &["GEOPOS geo:{k} member:{r}"]),
    ("GEODIST", &["GEODIST geo:{k} member:{r} member:{q} km"]),
    ("GEOHASH", &["GEOHASH geo:{k} member:{r}"]),
    ("GEOSEARCH radius", &["GEOSEARCH geo:{k} FROMLONLAT {x} {y} BYRADIUS 50 km ASC WITHDIST"]),
    ("GEOSEARCH box 10", &["GEOSEARCH geo:{k} FROMMEMBER member:{r} BYBOX 300 300 km COUNT 10"]),
    ("GEOADD over", &["GEOADD geo:{k} {x} {y} member:{q}"]),
];

const SORT_FILLS: &[Fill] = &[fill("RPUSH numbers:{k}", "{v}")];
const SORT: &[Row] = &[
    ("SORT", &["SORT numbers:{k}"]),
    ("SORT LIMIT", &["SORT numbers:{k} LIMIT 0 10 DESC"]),
    ("SORT ALPHA", &["SORT numbers:{k} ALPHA"]),
    ("SORT STORE", &["SORT numbers:{k} STORE sorted:{k}"]),
];
