== DEL, UNLINK, EXISTS, TOUCH
> MSET a 1 b 2 c 3 d 4
OK
> EXISTS a b absent
(integer) 2
> EXISTS a a a
(integer) 3
> DEL a absent
(integer) 1
> DEL a
(integer) 0
> DEL b c b
(integer) 2
> UNLINK d d absent
(integer) 1
> EXISTS a
(integer) 0
> MSET a 1 b 2
OK
> TOUCH a b c
(integer) 2
> TOUCH a a
(integer) 2
> DEL
(error) ERR wrong number of arguments for 'del' command
> UNLINK
(error) ERR wrong number of arguments for 'unlink' command
> EXISTS
(error) ERR wrong number of arguments for 'exists' command
> TOUCH
(error) ERR wrong number of arguments for 'touch' command
> DBSIZE
(integer) 2

== TYPE
> SET s v
OK
> LPUSH l a
(integer) 1
> SADD set a
(integer) 1
> ZADD z 1 a
(integer) 1
> HSET h f v
(integer) 1
> TYPE s
string
> TYPE l
list
> TYPE set
set
> TYPE z
zset
> TYPE h
hash
> TYPE absent
none
> TYPE
(error) ERR wrong number of arguments for 'type' command
> TYPE a b
(error) ERR wrong number of arguments for 'type' command

== A wrong type is refused and changes nothing
> LPUSH l a
(integer) 1
> GET l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SADD l x
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HSET l f v
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZADD l 1 m
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SET s v
OK
> LPUSH s x
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LRANGE s 0 -1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HGET s f
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SMEMBERS s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZSCORE s m
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GET s
"v"
> LLEN l
(integer) 1

== RENAME and RENAMENX
> SET a 1
OK
> RENAME a b
OK
> EXISTS a
(integer) 0
> GET b
"1"
> RENAME absent x
(error) ERR no such key
> RENAME b b
OK
> RENAME absent absent
(error) ERR no such key
> SET c 2 EX 100
OK
> RENAME c b
OK
> GET b
"2"
> TTL b
(integer) 100
> SET d 3
OK
> RENAME d b
OK
> TTL b
(integer) -1
> SET e 1
OK
> RENAMENX b e
(integer) 0
> RENAMENX b f
(integer) 1
> GET f
"3"
> RENAMENX absent f
(error) ERR no such key
> RENAMENX f f
(integer) 0
> RENAME a
(error) ERR wrong number of arguments for 'rename' command
> RENAMENX a
(error) ERR wrong number of arguments for 'renamenx' command
> LPUSH list a b
(integer) 2
> SET target x
OK
> RENAME list target
OK
> LRANGE target 0 -1
1) "b"
2) "a"

== COPY
> SET a v EX 100
OK
> COPY a b
(integer) 1
> GET b
"v"
> TTL b
(integer) 100
> COPY a b
(integer) 0
> SET a w
OK
> COPY a b REPLACE
(integer) 1
> GET b
"w"
> TTL b
(integer) -1
> COPY absent x
(integer) 0
> COPY a a
(error) ERR source and destination objects are the same
> COPY a c DB 1
(integer) 1
> SELECT 1
OK
> GET c
"w"
> COPY c a DB 0
(integer) 0
> COPY c a DB 0 REPLACE
(integer) 1
> SELECT 0
OK
> COPY a c DB abc
(error) ERR value is not an integer or out of range
> COPY a c DB -1
(error) ERR DB index is out of range
> COPY a c DB 16
(error) ERR DB index is out of range
> COPY a c DB
(error) ERR syntax error
> COPY a c BOGUS
(error) ERR syntax error
> COPY a
(error) ERR wrong number of arguments for 'copy' command
> RPUSH l 1 2 3
(integer) 3
> COPY l l2
(integer) 1
> RPUSH l 4
(integer) 4
> LRANGE l2 0 -1
1) "1"
2) "2"
3) "3"
> HSET h f v g w
(integer) 2
> COPY h h2
(integer) 1
> HSET h f changed
(integer) 0
@unordered
> HGETALL h2
1) "f"
2) "v"
3) "g"
4) "w"
> SADD s 1 2 3
(integer) 3
> COPY s s2
(integer) 1
> SREM s 1
(integer) 1
> SCARD s2
(integer) 3
> ZADD z 1 a 2 b
(integer) 2
> COPY z z2
(integer) 1
> ZADD z 5 a
(integer) 0
> ZSCORE z2 a
"1"

== MOVE
> SET a v EX 100
OK
> MOVE a 1
(integer) 1
> EXISTS a
(integer) 0
> SELECT 1
OK
> GET a
"v"
> TTL a
(integer) 100
> MOVE a 1
(error) ERR source and destination objects are the same
> SELECT 0
OK
> SET a w
OK
> MOVE a 1
(integer) 0
> MOVE absent 1
(integer) 0
> MOVE a 16
(error) ERR DB index is out of range
> MOVE a -1
(error) ERR DB index is out of range
> MOVE a abc
(error) ERR value is not an integer or out of range
> MOVE a
(error) ERR wrong number of arguments for 'move' command

== SWAPDB
> SET a 0
OK
> SELECT 1
OK
> SET a 1
OK
> SWAPDB 0 1
OK
> GET a
"0"
> SELECT 0
OK
> GET a
"1"
> SWAPDB 0 0
OK
> SWAPDB 0 16
(error) ERR DB index is out of range
> SWAPDB -1 0
(error) ERR DB index is out of range
> SWAPDB abc 0
(error) ERR invalid first DB index
> SWAPDB 0 abc
(error) ERR invalid second DB index
> SWAPDB 0
(error) ERR wrong number of arguments for 'swapdb' command

== KEYS
> MSET hello 1 hallo 2 hxllo 3 hllo 4 heeello 5 other 6
OK
@unordered
> KEYS h?llo
1) "hallo"
2) "hxllo"
3) "hello"
@unordered
> KEYS h*llo
1) "hallo"
2) "hxllo"
3) "heeello"
4) "hello"
5) "hllo"
@unordered
> KEYS h[ae]llo
1) "hallo"
2) "hello"
@unordered
> KEYS h[^e]llo
1) "hallo"
2) "hxllo"
@unordered
> KEYS h[a-b]llo
1) "hallo"
@unordered
> KEYS *
1) "hallo"
2) "other"
3) "hxllo"
4) "heeello"
5) "hello"
6) "hllo"
> KEYS nothing*
(empty array)
> KEYS other
1) "other"
> SET "a*b" 1
OK
> KEYS a\\*b
(empty array)
> KEYS "a\\*b"
1) "a*b"
> KEYS ""
(empty array)
> KEYS
(error) ERR wrong number of arguments for 'keys' command
> KEYS a b
(error) ERR wrong number of arguments for 'keys' command

== RANDOMKEY removes what it meets whose time is over
> MULTI
OK
> SET k v PXAT 1000000000000
QUEUED
> DBSIZE
QUEUED
> RANDOMKEY
QUEUED
> DBSIZE
QUEUED
> EXEC
1) OK
2) (integer) 1
3) (nil)
4) (integer) 0

== RANDOMKEY and DBSIZE
> RANDOMKEY
(nil)
> DBSIZE
(integer) 0
> SET k v
OK
> RANDOMKEY
"k"
> DBSIZE
(integer) 1
> RANDOMKEY x
(error) ERR wrong number of arguments for 'randomkey' command
> DBSIZE x
(error) ERR wrong number of arguments for 'dbsize' command

== SCAN
> SCAN 0
1) "0"
2) (empty array)
> SET only 1
OK
> SCAN 0
1) "0"
2) 1) "only"
> SCAN 0 MATCH x*
1) "0"
2) (empty array)
> SCAN 0 MATCH o* COUNT 100
1) "0"
2) 1) "only"
> SCAN 0 TYPE string
1) "0"
2) 1) "only"
> SCAN 0 TYPE list
1) "0"
2) (empty array)
> SCAN 0 TYPE bogus
1) "0"
2) (empty array)
> SCAN 0 COUNT 0
(error) ERR syntax error
> SCAN 0 COUNT -1
(error) ERR syntax error
> SCAN 0 COUNT abc
(error) ERR value is not an integer or out of range
> SCAN 0 COUNT
(error) ERR syntax error
> SCAN 0 MATCH
(error) ERR syntax error
> SCAN 0 BOGUS 1
(error) ERR syntax error
> SCAN abc
(error) ERR invalid cursor
> SCAN
(error) ERR wrong number of arguments for 'scan' command
> SCAN 0 COUNT 10 MATCH only TYPE STRING
1) "0"
2) 1) "only"

== OBJECT
> SET s v
OK
> OBJECT ENCODING s
"embstr"
> OBJECT REFCOUNT s
(integer) 1
> OBJECT IDLETIME s
(integer) 0
> OBJECT FREQ s
(error) ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
> OBJECT ENCODING absent
(nil)
> OBJECT REFCOUNT absent
(nil)
> OBJECT IDLETIME absent
(nil)
> OBJECT FREQ absent
(nil)
> OBJECT BOGUS s
(error) ERR unknown subcommand 'BOGUS'. Try OBJECT HELP.
> OBJECT
(error) ERR wrong number of arguments for 'object' command
> OBJECT ENCODING
(error) ERR wrong number of arguments for 'object|encoding' command
> OBJECT ENCODING a b
(error) ERR wrong number of arguments for 'object|encoding' command
> RPUSH l a
(integer) 1
> OBJECT ENCODING l
~"*list*"
> SADD iset 1 2 3
(integer) 3
> OBJECT ENCODING iset
"intset"
> HSET h f v
(integer) 1
> OBJECT ENCODING h
"listpack"
> ZADD z 1 a
(integer) 1
> OBJECT ENCODING z
"listpack"

== FLUSHDB and FLUSHALL
> SET a 1
OK
> SELECT 1
OK
> SET b 1
OK
> FLUSHDB
OK
> DBSIZE
(integer) 0
> SELECT 0
OK
> DBSIZE
(integer) 1
> FLUSHDB ASYNC
OK
> DBSIZE
(integer) 0
> SET a 1
OK
> FLUSHALL SYNC
OK
> DBSIZE
(integer) 0
> FLUSHALL BOGUS
(error) ERR syntax error
> FLUSHDB BOGUS
(error) ERR syntax error
> FLUSHALL ASYNC SYNC
(error) ERR syntax error
> FLUSHALL async
OK

== SORT of lists and sets
> RPUSH l 3 1 2
(integer) 3
> SORT l
1) "1"
2) "2"
3) "3"
> SORT l DESC
1) "3"
2) "2"
3) "1"
> SORT l ALPHA
1) "1"
2) "2"
3) "3"
> SORT l LIMIT 0 2
1) "1"
2) "2"
> SORT l LIMIT 1 1
1) "2"
> SORT l LIMIT -1 2
1) "1"
2) "2"
> SORT l LIMIT 0 -1
1) "1"
2) "2"
3) "3"
> SORT l LIMIT 5 2
(empty array)
> SORT absent
(empty array)
> SORT l STORE dst
(integer) 3
> LRANGE dst 0 -1
1) "1"
2) "2"
3) "3"
> SORT absent STORE dst
(integer) 0
> EXISTS dst
(integer) 0
> RPUSH words b a c
(integer) 3
> SORT words
(error) ERR One or more scores can't be converted into double
> SORT words ALPHA
1) "a"
2) "b"
3) "c"
> SORT words ALPHA DESC LIMIT 0 1
1) "c"
> SET s v
OK
> SORT s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> MSET w_1 30 w_2 20 w_3 10
OK
> SORT l BY w_*
1) "3"
2) "2"
3) "1"
> SORT l BY w_* GET w_*
1) "10"
2) "20"
3) "30"
> SORT l BY w_* GET # GET w_*
1) "3"
2) "10"
3) "2"
4) "20"
5) "1"
6) "30"
> SORT l BY nosort
1) "3"
2) "1"
3) "2"
> SORT l BY nosort DESC
1) "2"
2) "1"
3) "3"
> HSET o_1 n x
(integer) 1
> HSET o_2 n y
(integer) 1
> SORT l GET o_*->n
1) "x"
2) "y"
3) (nil)
> SORT_RO l
1) "1"
2) "2"
3) "3"
> SORT_RO l STORE x
(error) ERR syntax error
> SORT l BOGUS
(error) ERR syntax error
> SORT l LIMIT 0
(error) ERR syntax error
> SORT l LIMIT a b
(error) ERR value is not an integer or out of range
> SORT
(error) ERR wrong number of arguments for 'sort' command
> SADD set 3 1 2
(integer) 3
> SORT set
1) "1"
2) "2"
3) "3"
> ZADD z 3 a 2 b 1 c
(integer) 3
> SORT z ALPHA
1) "a"
2) "b"
3) "c"
> SORT z BY nosort
1) "c"
2) "b"
3) "a"
> SORT z BY nosort DESC
1) "a"
2) "b"
3) "c"
> RPUSH floats 1.5 1.25 -3
(integer) 3
> SORT floats
1) "-3"
2) "1.25"
3) "1.5"
> COMMAND GETKEYS SORT abc STORE def
1) "abc"
2) "def"

== DUMP and RESTORE
> SET k hello
OK
> DUMP absent
(nil)
> RESTORE r 0 "bad payload"
(error) ERR DUMP payload version or checksum are wrong
> RESTORE r 0
(error) ERR wrong number of arguments for 'restore' command
> RESTORE r -1 x
(error) ERR Invalid TTL value, must be >= 0
> RESTORE r abc x
(error) ERR value is not an integer or out of range
> DUMP
(error) ERR wrong number of arguments for 'dump' command
> RESTORE r 0 x BOGUS
(error) ERR syntax error

== WAIT with no replicas
> WAIT 0 0
(integer) 0
> WAIT 0 100
(integer) 0
> WAIT 0 -1
(error) ERR timeout is negative
> WAIT abc 0
(error) ERR value is not an integer or out of range
> WAIT 1 10
(integer) 0
> WAIT 0
(error) ERR wrong number of arguments for 'wait' command
