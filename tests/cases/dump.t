== DUMP and RESTORE carry every type
> SET s "hello world"
OK
> SET i 12345
OK
> RPUSH l a 1 -70000 9223372036854775807
(integer) 4
> SADD set 3 1 2
(integer) 3
> SADD names x y
(integer) 2
> HSET h f v n 10
(integer) 2
> ZADD z 1 a 2.5 b -inf c inf d
(integer) 4
> DUMP absent
(nil)
> DUMP
(error) ERR wrong number of arguments for 'dump' command
> DUMP a b
(error) ERR wrong number of arguments for 'dump' command

== Redis 7.0: text
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
OK
> OBJECT ENCODING k
"embstr"
> GET k
"bar"

== Redis 7.0: empty text
> RESTORE k 0 "\x00\x00\x0a\x00]\x9b\x5c@\x0f\x7f\xa2\xda"
OK
> OBJECT ENCODING k
"embstr"
> STRLEN k
(integer) 0

== Redis 7.0: integers as text
> RESTORE k 0 "\x00\xc0\xff\x0a\x00\x0c\x93~$\x85\x08\x9d\xc5"
OK
> OBJECT ENCODING k
"int"
> GET k
"-1"
> INCR k
(integer) 0

== Redis 7.0: 16 bits
> RESTORE k 0 "\x00\xc10u\x0a\x00I\x97\x7f\x92\x98\x8c6["
OK
> OBJECT ENCODING k
"int"
> GET k
"30000"

== Redis 7.0: 32 bits
> RESTORE k 0 "\x00\xc2\x00\x00\x00\x80\x0a\x00\xc7O\x87>3U\x81\x87"
OK
> OBJECT ENCODING k
"int"
> GET k
"-2147483648"

== Redis 7.0: 64 bits
> RESTORE k 0 "\x00\x139223372036854775807\x0a\x00:e~\x94\x81\xe8_\x22"
OK
> OBJECT ENCODING k
"int"
> GET k
"9223372036854775807"

== Redis 7.0: compressed text
> RESTORE k 0 "\x00\xc3\x0eA@\x01aa\xe0\xff\x00\xe0\x19\x00\x00b\xe0\x0a\x00\x0a\x004\x05u\x04\xcc\xe0\x97\xee"
OK
> OBJECT ENCODING k
"raw"
> STRLEN k
(integer) 320
> GETRANGE k 295 305
"aaaaabbbbbb"

== Redis 7.0: a list
> RESTORE k 0 "\x12\x01\x02\xc34@s\x1fs\x00\x00\x00\x09\x00\x81a\x02\x01\x01\xdf\xff\x02\xf1\x88\x13\x03\xf2p\x11\x01\x04\xf3\xc0\xabv\xff\x05\xf4\x00^\x01\xd0\xb2  \x04\x00\x09\xe0Fb\xe0<\x00\x03H\x80\x01\xff\x0a\x00\xa2[\xa23`\xd8\xd6\xf3"
OK
> OBJECT ENCODING k
"quicklist"
> LRANGE k 0 -1
1) "a"
2) "1"
3) "-1"
4) "5000"
5) "70000"
6) "-9000000"
7) "3000000000"
8) "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
9) ""

== Redis 7.0: a list of two pieces
> RESTORE k 0 "\x12\x03\x02\xc3@\xa4_o\x09o\x1f\x00\x00\x0a\x00\xe3 x0\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01\x01\x06\xa2##\x001\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x002\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x003\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x004\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x005\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x006\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x007\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x008\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01c#\x009\xe0\xff\x01\xe0\xff\x01\xe0\xff\x01\x80\x01\x02\x06\xa2\xff\x02\xc3@\x81\x5c?\x0a?\x1c\x00\x00\x06\x00\xe4\xb0x10\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x01\x09\xb2D\xb3\x001\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x84\xb3\x002\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x84\xb3\x003\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x84\xb3\x004\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x84\xb3\x005\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x02\x09\xb2\xff\x02\xc3@[R\xd7\x0a\xd7\x12\x00\x00\x04\x00\xe4\xb0x16\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x01\x09\xb2D\xb3\x007\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x84\xb3\x008\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x84\xb3\x009\xe0\xff\x02\xe1\xff\x07\xe1\xff\x07\xe1\xff\x07\xe1\x84\x07\x02\x09\xb2\xff\x0a\x00\xff1\xddQ\xfb\x80\xbd\x95"
OK
> OBJECT ENCODING k
"quicklist"
> LLEN k
(integer) 20
> STRLEN k
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LINDEX k 19
"x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19x19"

== Redis 7.0: an intset
> RESTORE k 0 "\x0b\x0e\x02\x00\x00\x00\x03\x00\x00\x00\xfb\xff\x01\x00,\x01\x0a\x00\x0f_z\x8e\xb5\x94\x09\xd2"
OK
> OBJECT ENCODING k
"intset"
> SMEMBERS k
1) "-5"
2) "1"
3) "300"

== Redis 7.0: an intset of 64 bits
> RESTORE k 0 "\x0b\xc3\x12\x18\x04\x08\x00\x00\x00\x02 \x03\xa0\x00\x01\x80\x01`\x08\x01\x00\x00\x0a\x00#\xc8m\x02#@R\x5c"
OK
> OBJECT ENCODING k
"intset"
> SMEMBERS k
1) "-9223372036854775808"
2) "1"

== Redis 7.0: a set
> RESTORE k 0 "\x02\x01\x04only\x0a\x00a\x90\xc4\xde\x03*-h"
OK
> OBJECT ENCODING k
"hashtable"
> SMEMBERS k
1) "only"

== Redis 7.0: a hash as a listpack
> RESTORE k 0 "\x10\x14\x14\x00\x00\x00\x04\x00\x81a\x02\x01\x01\x81b\x02\x83two\x04\xff\x0a\x00\x04(\xb5%\xe1\xe2k\x12"
OK
> OBJECT ENCODING k
"listpack"
> HGETALL k
1) "a"
2) "1"
3) "b"
4) "two"

== Redis 7.0: a sorted set as a listpack
> RESTORE k 0 "\x11\x1c\x1c\x00\x00\x00\x06\x00\x81a\x02\x01\x01\x81b\x02\x832.5\x04\x81c\x02\x83inf\x04\xff\x0a\x00k\x1d\xde\xdc\xe8\xe2\xc3\x99"
OK
> OBJECT ENCODING k
"listpack"
> ZRANGE k 0 -1
1) "a"
2) "b"
3) "c"
> ZSCORE k a
"1"
> ZSCORE k b
"2.5"
> ZSCORE k c
"inf"
> ZSCORE k d
(nil)
> ZSCORE k e
(nil)

== Redis 7.0: a sorted set
> RESTORE k 0 "\x05\x05\x01c\x00\x00\x00\x00\x00\x00\xf0\x7f\x01b\x00\x00\x00\x00\x00\x00\x04@\x01a\x00\x00\x00\x00\x00\x00\xf0?\x01e\x9a\x99\x99\x99\x99\x99\xb9?\x01d\x9cu\x00\x88<\xe47\xfe\x0a\x00\xfe\xb4\xa2\x9a\xb7\xb2w\x9f"
OK
> OBJECT ENCODING k
"listpack"
> ZRANGE k 0 -1
1) "d"
2) "e"
3) "a"
4) "b"
5) "c"
> ZSCORE k a
"1"
> ZSCORE k b
"2.5"
> ZSCORE k c
"inf"
> ZSCORE k d
"-1.0000000000000001e+300"
> ZSCORE k e
"0.10000000000000001"

== Redis 7.0: a hash
> RESTORE k 0 "\x04\x04\x01c\xc0\x03\x01a\xc0\x01\x01d\xc3\x09\x1e\x01xx\xe0\x11\x00\x01xx\x01b\xc0\x02\x0a\x00\xe0\xa2\xf2>\x11\xa1\xb2\xe8"
OK
> OBJECT ENCODING k
"listpack"
> HLEN k
(integer) 4
> HMGET k a b c d
1) "1"
2) "2"
3) "3"
4) "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

== RESTORE options
> RESTORE foo 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
OK
> RESTORE foo 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
(error) BUSYKEY Target key name already exists.
> SET foo other EX 100
OK
> RESTORE foo 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" REPLACE
OK
> TTL foo
(integer) -1
> GET foo
"bar"
> RESTORE foo 100000 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" REPLACE
OK
> TTL foo
(integer) 100
> RESTORE foo 4102444800000 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" ABSTTL REPLACE
OK
> PEXPIRETIME foo
(integer) 4102444800000
> RESTORE foo 1000 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" ABSTTL REPLACE
OK
> EXISTS foo
(integer) 0
> RESTORE foo 1 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" ABSTTL
OK
> EXISTS foo
(integer) 0
> RESTORE foo 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" ABSTTL
OK
> TTL foo
(integer) -1
> RESTORE t 9223372036854775807 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
OK
> EXISTS t
(integer) 0
> RESTORE idle 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" IDLETIME 1000
OK
> RESTORE idle 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" IDLETIME 1000 REPLACE
OK
> RESTORE freq 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" FREQ 20
OK
> RPUSH list a
(integer) 1
> RESTORE list 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" replace
OK
> TYPE list
string

== RESTORE-ASKING
> RESTORE-ASKING foo 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
OK
> GET foo
"bar"

== What RESTORE refuses
> RESTORE
(error) ERR wrong number of arguments for 'restore' command
> RESTORE k 0
(error) ERR wrong number of arguments for 'restore' command
> RESTORE k -1 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
(error) ERR Invalid TTL value, must be >= 0
> RESTORE k x "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
(error) ERR value is not an integer or out of range
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" FOO
(error) ERR syntax error
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" IDLETIME
(error) ERR syntax error
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" IDLETIME -1
(error) ERR Invalid IDLETIME value, must be >= 0
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" IDLETIME x
(error) ERR value is not an integer or out of range
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" FREQ 256
(error) ERR Invalid FREQ value, must be >= 0 and <= 255
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" FREQ -1
(error) ERR Invalid FREQ value, must be >= 0 and <= 255
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" FREQ 1 IDLETIME 1
(error) ERR syntax error
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" IDLETIME 1 FREQ 1
(error) ERR syntax error
> RESTORE k 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x16"
(error) ERR DUMP payload version or checksum are wrong
> RESTORE k 0 ""
(error) ERR DUMP payload version or checksum are wrong
> RESTORE k 0 short
(error) ERR DUMP payload version or checksum are wrong
> SET k v
OK
> RESTORE k x y
(error) BUSYKEY Target key name already exists.
> RESTORE k x y FOO
(error) ERR syntax error
> RESTORE k -1 y REPLACE
(error) ERR Invalid TTL value, must be >= 0
> RESTORE k 0 y REPLACE
(error) ERR DUMP payload version or checksum are wrong
> GET k
"v"

== Corrupt objects
@socket DEBUG is allowed there
> CONFIG SET sanitize-dump-payload yes
OK
> DEBUG SET-SKIP-CHECKSUM-VALIDATION 1
OK
> RESTORE k 0 "\x000abc\x0a\x00--------"
(error) ERR Bad data format
> RESTORE k 0 "\x63\x01a\x0a\x00--------"
(error) ERR Bad data format
> RESTORE k 0 "\x01\x00\x0a\x00--------"
(error) ERR Bad data format
> RESTORE k 0 "\x04\x02\x01a\x01b\x01a\x01c\x0a\x00--------"
(error) ERR Bad data format
> RESTORE k 0 "\x05\x01\x01a\x00\x00\x00\x00\x00\x00\xf8\x7f\x0a\x00--------"
(error) ERR Bad data format
> RESTORE k 0 "\x00\x01a\xff\x7f--------"
(error) ERR DUMP payload version or checksum are wrong
> RESTORE k 0 "\x00\x01a\x0a\x00--------"
OK
> DEBUG SET-SKIP-CHECKSUM-VALIDATION 0
OK
> RESTORE k2 0 "\x00\x01a\x0a\x00--------"
(error) ERR DUMP payload version or checksum are wrong
> CONFIG SET sanitize-dump-payload no
OK
> KEYS *
1) "k"

== RESTORE wakes and is told
> CONFIG SET notify-keyspace-events KEA
OK
> SUBSCRIBE __keyevent@0__:restore __keyevent@0__:del
1) "subscribe"
2) "__keyevent@0__:restore"
3) (integer) 1
<
1) "subscribe"
2) "__keyevent@0__:del"
3) (integer) 2
@conn other
> RESTORE foo 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
OK
> RESTORE foo 1 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17" REPLACE ABSTTL
OK
@conn main
<
1) "message"
2) "__keyevent@0__:restore"
3) "foo"
<
1) "message"
2) "__keyevent@0__:del"
3) "foo"
@conn other
> CONFIG SET notify-keyspace-events ""
OK

== DUMP in a transaction
> SET a 1
OK
> MULTI
OK
> DEL a
QUEUED
> RESTORE a 0 "\x00\x03bar\x0a\x00\xe6\xbeI`\xeef\xfd\x17"
QUEUED
> GET a
QUEUED
> EXEC
1) (integer) 1
2) OK
3) "bar"

== Redis 7.0: a stream
> RESTORE k 0 "\x13\x01\x10\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01==\x00\x00\x00\x18\x00\x02\x01\x01\x01\x01\x01\x81a\x02\x00\x01\x02\x01\x00\x01\x00\x01\x01\x01\x04\x01\x03\x01\x00\x01\x01\x01\x02\x01\x04\x01\x00\x01\x04\x01\xdf\xff\x02\x02\x01\x81b\x02\x81x\x02\x81c\x02\x81y\x02\x08\x01\xff\x02\x05\x00\x01\x01\x01\x02\x03\x00\x0a\x00\x1f\x7f\xb8\x9dx\xeb\xca\x10"
OK
> XRANGE k - +
1) 1) "1-1"
   2) 1) "a"
      2) "1"
2) 1) "5-0"
   2) 1) "b"
      2) "x"
      3) "c"
      4) "y"
> XINFO STREAM k
 1) "length"
 2) (integer) 2
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "5-0"
 9) "max-deleted-entry-id"
10) "1-2"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "groups"
16) (integer) 0
17) "first-entry"
18) 1) "1-1"
    2) 1) "a"
       2) "1"
19) "last-entry"
20) 1) "5-0"
    2) 1) "b"
       2) "x"
       3) "c"
       4) "y"

== Redis 7.0: a stream with groups
@resp2
> RESTORE k 0 "\x13\x01\x10\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x0100\x00\x00\x00\x14\x00\x02\x01\x01\x01\x01\x01\x81a\x02\x00\x01\x03\x01\x00\x01\x00\x01\x01\x01\x04\x01\x02\x01\x00\x01\x01\x01\x02\x01\x04\x01\x02\x01\x01\x01\x00\x01\x03\x01\x04\x01\xff\x02\x02\x01\x01\x02\x01\x01\x03\x02\x01g\x02\x01\x03\x02\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x06\xc6\xb7\x02\xa2\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01\x06\xc6\xb7\x02\xa2\x01\x00\x00\x01\x02\x05alice\x06\xc6\xb7\x02\xa2\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x03bob\x06\xc6\xb7\x02\xa2\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01\x01h\x02\x01\x81\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x0a\x00D\xc0r69@\xde\xad"
OK
> XPENDING k g
1) (integer) 2
2) "1-1"
3) "2-1"
4) 1) 1) "alice"
      2) "1"
   2) 1) "bob"
      2) "1"
> XINFO GROUPS k
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 2
    5) "pending"
    6) (integer) 2
    7) "last-delivered-id"
    8) "2-1"
    9) "entries-read"
   10) (integer) 3
   11) "lag"
   12) (integer) 0
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "2-1"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 0
> XREADGROUP GROUP g alice STREAMS k 0
1) 1) "k"
   2) 1) 1) "1-1"
         2) (nil)
> XREADGROUP GROUP g bob STREAMS k 0
1) 1) "k"
   2) 1) 1) "2-1"
         2) 1) "a"
            2) "3"

== Redis 7.0: a stream without entries
> RESTORE k 0 "\x13\x00\x00\x01\x01\x00\x00\x01\x01\x01\x00\x0a\x00\xcd\xa1b\x12\xd3K\xf3\x96"
OK
> XLEN k
(integer) 0
> XINFO STREAM k
 1) "length"
 2) (integer) 0
 3) "radix-tree-keys"
 4) (integer) 0
 5) "radix-tree-nodes"
 6) (integer) 1
 7) "last-generated-id"
 8) "1-1"
 9) "max-deleted-entry-id"
10) "1-1"
11) "entries-added"
12) (integer) 1
13) "recorded-first-entry-id"
14) "0-0"
15) "groups"
16) (integer) 0
17) "first-entry"
18) (nil)
19) "last-entry"
20) (nil)
> XADD k 1-1 a 1
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XADD k 1-2 a 1
"1-2"

== Redis 8.2: a small set
@skip-oracle newer than Redis 7.0; recorded from Redis 8.2.3
> RESTORE k 0 "\x14\x0f\x0f\x00\x00\x00\x03\x00\x81a\x02\x01\x01\x81b\x02\xff\x0c\x00\xfcJ^\xf4|r8\x9a"
OK
> SMEMBERS k
1) "a"
2) "1"
3) "b"

== Redis 8.2: a hash with fields that expire
@skip-oracle newer than Redis 7.0; recorded from Redis 8.2.3
> RESTORE k 0 "\x19{\xd8\xc3,\xbb\x03\x00\x00$$\x00\x00\x00\x09\x00\x81b\x02\x02\x01\xf4{\xd8\xc3,\xbb\x03\x00\x00\x09\x81a\x02\x01\x01\x00\x01\x81c\x02\x03\x01\x00\x01\xff\x0c\x00\x17aI\xcc-U\xde\xe9"
OK
> HGETALL k
1) "b"
2) "2"
3) "a"
4) "1"
5) "c"
6) "3"
> HPEXPIRETIME k FIELDS 3 a b c
1) (integer) -1
2) (integer) 4102444800123
3) (integer) -1

== Redis 8.2: a large hash with fields that expire
@skip-oracle newer than Redis 7.0; recorded from Redis 8.2.3
> RESTORE k 0 "\x18{\xd8\xc3,\xbb\x03\x00\x00\x04\x01\x02f1\xc3\x09@F\x01vv\xe09\x00\x01vvCm\x02f3\xc3\x09@F\x01vv\xe09\x00\x01vv\x01\x02f2\xc3\x09@F\x01vv\xe09\x00\x01vv\x00\x02f0\xc3\x09@F\x01vv\xe09\x00\x01vv\x0c\x00H\x00\xefyz\x886E"
OK
> HLEN k
(integer) 4
> HPEXPIRETIME k FIELDS 4 f0 f1 f2 f3
1) (integer) -1
2) (integer) 4102444800123
3) (integer) 4102444800123
4) (integer) 4102444800999

== Redis 8.2: a stream
@skip-oracle newer than Redis 7.0; recorded from Redis 8.2.3
> RESTORE k 0 "\x15\x01\x10\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x1c\x1c\x00\x00\x00\x0a\x00\x01\x01\x00\x01\x01\x01\x81a\x02\x00\x01\x02\x01\x00\x01\x00\x01\x01\x01\x04\x01\xff\x01\x01\x01\x01\x01\x00\x00\x01\x01\x01g\x01\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x0f\xc6\xb7\x02\xa2\x01\x00\x00\x01\x01\x05alice\x0f\xc6\xb7\x02\xa2\x01\x00\x00\x0f\xc6\xb7\x02\xa2\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x0c\x00e\xd4Yv2t\xf60"
OK
> XRANGE k - +
1) 1) "1-1"
   2) 1) "a"
      2) "1"
> XPENDING k g
1) (integer) 1
2) "1-1"
3) "1-1"
4) 1) 1) "alice"
      2) "1"

== Valkey 9: a hash with fields that expire
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> RESTORE k 0 "\x16\x03\x01a\xc0\x01\xff\xff\xff\xff\xff\xff\xff\xff\x01b\xc0\x02{\xd8\xc3,\xbb\x03\x00\x00\x01c\xc0\x03\xff\xff\xff\xff\xff\xff\xff\xffP\x00k\xecO\xde\xc8M\x9a\x0f"
OK
> HGETALL k
1) "a"
2) "1"
3) "b"
4) "2"
5) "c"
6) "3"
> HPEXPIRETIME k FIELDS 3 a b c
1) (integer) -1
2) (integer) 4102444800123
3) (integer) -1

== Valkey 9: a small list
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> RESTORE k 0 "\x12\x01\x02\x0f\x0f\x00\x00\x00\x03\x00\x81a\x02\x01\x01\x81b\x02\xffP\x00_ij\xddu\xdc|\xe8"
OK
> LRANGE k 0 -1
1) "a"
2) "1"
3) "b"
