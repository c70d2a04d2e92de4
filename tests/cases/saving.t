== SAVE writes what DEBUG RELOAD brings back
@socket DEBUG is refused in process
> SET s "a text that is long enough to be worth compressing, compressing, compressing"
OK
> SET n 42
OK
> SET t x PXAT 4000000000000
OK
> RPUSH l a b c 1 2 3
(integer) 6
> SADD i 1 2 3
(integer) 3
> HSET h f v g w
(integer) 2
> ZADD z 1.5 a -inf b
(integer) 2
> XADD x 1-1 f v
"1-1"
> XGROUP CREATE x g 0
OK
> SELECT 9
OK
> SET other db
OK
> SELECT 0
OK
> SAVE
OK
> DEBUG RELOAD
OK
> GET s
"a text that is long enough to be worth compressing, compressing, compressing"
> GET n
"42"
> PEXPIRETIME t
(integer) 4000000000000
> LRANGE l 0 -1
1) "a"
2) "b"
3) "c"
4) "1"
5) "2"
6) "3"
> OBJECT ENCODING i
"intset"
> HGET h g
"w"
> ZRANGE z 0 -1
1) "b"
2) "a"
> ZRANK z a
(integer) 1
> XLEN x
(integer) 1
> DBSIZE
(integer) 8
> SELECT 9
OK
> GET other
"db"

== DEBUG RELOAD can leave steps out
@socket DEBUG is refused in process
> SET a 1
OK
> SAVE
OK
> SET a 2
OK
> SET b 3
OK
> DEBUG RELOAD NOSAVE NOFLUSH MERGE
OK
> MGET a b
1) "1"
2) "3"
> DEBUG RELOAD NOSAVE
OK
> MGET a b
1) "1"
2) (nil)
> DEBUG RELOAD NOW
(error) ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.

== BGSAVE and SAVE
> SET a 1
OK
> BGSAVE
Background saving started

== SAVE and BGSAVE in a transaction
> MULTI
OK
> SAVE
(error) ERR Command not allowed inside a transaction
> DISCARD
OK
> SAVE x
(error) ERR wrong number of arguments for 'save' command
> BGSAVE x
(error) ERR syntax error
> BGSAVE SCHEDULE x
(error) ERR syntax error

== BGSAVE can be taken back only while it runs
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
@at +500ms
> BGSAVE CANCEL
(error) ERR Background saving is currently not in progress or scheduled

== Fields that expire are saved and loaded
@socket DEBUG is refused in process
@skip-oracle newer than Redis 7.0
> HSET h a 1 b 2
(integer) 2
> HPEXPIREAT h 4000000000000 FIELDS 1 a
1) (integer) 1
> DEBUG RELOAD
OK
> HPEXPIRETIME h FIELDS 2 a b
1) (integer) 4000000000000
2) (integer) -1

== BGREWRITEAOF
@at +500ms
> BGREWRITEAOF
Background append only file rewriting started
