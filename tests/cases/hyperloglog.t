== PFADD and PFCOUNT
> PFADD h
(integer) 1
> PFADD h
(integer) 0
> GET h
"HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"
> OBJECT ENCODING h
"raw"
> PFADD h a b c d e f g
(integer) 1
> PFADD h a b
(integer) 0
> PFCOUNT h
(integer) 7
> GET h
"HYLL\x01\x00\x00\x00\a\x00\x00\x00\x00\x00\x00\x00Fm\x80V\x0c\x80D<\x848\x80P\xb1\x84I\x8c\x80Bm\x80BZ"
> PFADD h x
(integer) 1
> GET h
"HYLL\x01\x00\x00\x00\a\x00\x00\x00\x00\x00\x00\x80Fm\x80V\x0c\x80D<\x848\x80P\xb1\x84I\x8c\x80Bm\x80BP\x84\b"
> PFCOUNT h
(integer) 8
> GET h
"HYLL\x01\x00\x00\x00\b\x00\x00\x00\x00\x00\x00\x00Fm\x80V\x0c\x80D<\x848\x80P\xb1\x84I\x8c\x80Bm\x80BP\x84\b"
> PFADD h ""
(integer) 1
> PFCOUNT h
(integer) 9
> PFCOUNT absent
(integer) 0
> EXISTS absent
(integer) 0
> STRLEN h
(integer) 43
> TYPE h
string
> PFADD fresh a
(integer) 1
> PFADD fresh a
(integer) 0
> SET copy "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"
OK
> PFCOUNT copy
(integer) 0
> PFADD copy a
(integer) 1
> GET copy
"HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80q\xa6\x84NW"
> PFADD expiring a
(integer) 1
> EXPIRE expiring 100
(integer) 1
> PFADD expiring b
(integer) 1
> TTL expiring
(integer) 100

== PFDEBUG
> PFADD h a b c d e f g
(integer) 1
> PFDEBUG ENCODING h
sparse
> PFDEBUG DECODE h
"Z:1646 v:1,1 Z:5645 v:1,1 Z:1085 v:2,1 z:57 v:1,1 Z:4274 v:2,1 Z:2445 v:1,1 Z:622 v:1,1 Z:603"
> PFDEBUG todense h
(integer) 1
> PFDEBUG TODENSE h
(integer) 0
> PFDEBUG encoding h
dense
> PFDEBUG DECODE h
(error) ERR HLL encoding is not sparse
> PFCOUNT h
(integer) 7
> STRLEN h
(integer) 12304
> PFADD h a
(integer) 0
> PFADD h z
(integer) 1
> PFCOUNT h
(integer) 8
> PFADD e
(integer) 1
> PFDEBUG DECODE e
"Z:16384"
> PFDEBUG FOO h
(error) ERR Unknown PFDEBUG subcommand 'FOO'
> PFDEBUG ENCODING absent
(error) ERR The specified key does not exist
> PFDEBUG FOO absent
(error) ERR The specified key does not exist
> PFDEBUG ENCODING
(error) ERR wrong number of arguments for 'pfdebug' command
> PFDEBUG ENCODING h x
(error) ERR wrong number of arguments for 'pfdebug' command
> SET s x
OK
> PFDEBUG ENCODING s
(error) WRONGTYPE Key is not a valid HyperLogLog string value.

== PFSELFTEST
@skip-oracle takes longer there than a case may
> PFSELFTEST
OK
> PFSELFTEST x
(error) ERR wrong number of arguments for 'pfselftest' command

== Runs are split and joined
> CONFIG SET hll-sparse-max-bytes 3000
OK
> PFADD h 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
(integer) 1
> PFDEBUG DECODE h
"Z:495 v:2,1 Z:1042 v:1,1 Z:1041 v:1,1 Z:1087 v:1,1 Z:227 v:1,1 Z:189 v:4,1 z:56 v:3,1 Z:529 v:1,1 Z:733 v:1,1 Z:503 v:1,1 Z:1394 v:5,1 Z:220 v:1,1 Z:530 v:2,1 Z:323 v:1,1 Z:706 v:2,1 Z:143 v:4,1 Z:231 v:4,1 z:41 v:1,1 Z:1317 v:1,1 Z:147 v:1,1 Z:995 v:2,1 Z:293 v:2,1 Z:990 v:1,1 Z:855 v:1,1 Z:606 v:1,1 Z:121 v:1,1 Z:531 v:4,1 Z:185 v:1,1 z:22 v:2,1 Z:444 v:1,1 Z:358"
> PFADD h 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59
(integer) 1
> GET h
"HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80Av\x8c@v\x84@\x9a\x90B,\x88AG\x80B^\x84A\xb0\x80@\xf4\x80B\x10\x88A6\x80@\xe2\x80@\xbc\x8c7\x883\x80@v\x80Ac\x80@\xa3\x90B7\x80\"\x80@\xe2\x80@X\x80@\x94\x807\x80E8\x90@\xdb\x80@\xac\x90AG\x88\x1a\x84AB\x80B\xc1\x84@\x8e\x8c@\xe6\x8c(\x80-\x80<\x80D\xb7\x80@\x92\x80A\xe6\x88\x15\x88A\x99\x80@H\x84A$\x84@Z\x84A\x14\x84Bk\x80@X\x80\x06\x80B\xf4\x80A$\x8c@\xed\x80@H\x80@x\x80A\x1e\x88@\xf2\x8c@\xb8\x80\x15\x84@T\x80Ae\x80@{\x80@\xe8"
> PFCOUNT h
(integer) 59

== Forms
> CONFIG SET hll-sparse-max-bytes 30
OK
> PFADD h a b c
(integer) 1
> PFDEBUG ENCODING h
sparse
> PFADD h d e f g
(integer) 1
> PFDEBUG ENCODING h
dense
> PFCOUNT h
(integer) 7
> CONFIG SET hll-sparse-max-bytes 0
OK
> PFADD i
(integer) 1
> PFDEBUG ENCODING i
sparse
> PFADD i a
(integer) 1
> PFDEBUG ENCODING i
dense
> PFCOUNT i
(integer) 1
> CONFIG SET hll-sparse-max-bytes 3000
OK

== PFCOUNT of several, PFMERGE
> PFADD a{t} foo bar zap a
(integer) 1
> PFADD b{t} a b c foo
(integer) 1
> PFADD c{t} a b c d
(integer) 1
> PFCOUNT a{t} b{t}
(integer) 6
> PFCOUNT a{t} b{t} c{t} absent{t}
(integer) 7
> PFCOUNT absent{t} absent2{t}
(integer) 0
> PFMERGE d{t} a{t} b{t} c{t} absent{t}
OK
> PFCOUNT d{t}
(integer) 7
> GET d{t}
"HYLL\x01\x00\x00\x00\a\x00\x00\x00\x00\x00\x00\x00\\{\x806\x90B\a\x84B5\x80F!\x80J\x8e\x84K\xfb\x80BZ"
> PFDEBUG ENCODING d{t}
sparse
> PFMERGE a{t} b{t}
OK
> PFCOUNT a{t}
(integer) 6
> GET a{t}
"HYLL\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00\\\xb3\x90B\a\x84B5\x80F!\x80J\x8e\x84K\xfb\x80BZ"
> PFMERGE a{t}
OK
> PFCOUNT a{t}
(integer) 6
> PFMERGE fresh{t}
OK
> GET fresh{t}
"HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"
> PFDEBUG TODENSE c{t}
(integer) 1
> PFMERGE b{t} c{t}
OK
> PFDEBUG ENCODING b{t}
dense
> PFCOUNT b{t}
(integer) 5
> PFCOUNT b{t} a{t}
(integer) 7
> PFMERGE e{t} c{t} a{t}
OK
> PFDEBUG ENCODING e{t}
dense
> PFCOUNT e{t}
(integer) 7
> PFMERGE
(error) ERR wrong number of arguments for 'pfmerge' command
> PFCOUNT
(error) ERR wrong number of arguments for 'pfcount' command

== What is no sketch
> SET s x
OK
> PFADD s a
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> PFCOUNT s
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> PFMERGE s
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> PFMERGE d s
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> PFCOUNT s absent
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> OBJECT ENCODING s
"embstr"
> SET n 12345
OK
> PFADD n a
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> GET n
"12345"
> SET e ""
OK
> PFADD e a
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> PFCOUNT e
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> SET form "HYLL\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"
OK
> PFCOUNT form
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> SET dense "HYLL\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"
OK
> PFCOUNT dense
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> PFADD dense a
(error) WRONGTYPE Key is not a valid HyperLogLog string value.
> RPUSH l a
(integer) 1
> PFADD l a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> PFCOUNT l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> PFMERGE l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> PFMERGE d l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> PFDEBUG DECODE l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> EXISTS d
(integer) 0

== Corrupt sketches
> SET short "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xfe"
OK
> PFCOUNT short
(error) INVALIDOBJ Corrupted HLL object detected
> PFMERGE d short
(error) INVALIDOBJ Corrupted HLL object detected
> PFCOUNT short absent
(error) INVALIDOBJ Corrupted HLL object detected
> PFDEBUG GETREG short
(error) INVALIDOBJ Corrupted HLL object detected
> PFDEBUG TODENSE short
(error) INVALIDOBJ Corrupted HLL object detected
> PFDEBUG DECODE short
"Z:16383"
> PFADD short a
(integer) 1
> SET long "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff\x00"
OK
> PFCOUNT long
(error) INVALIDOBJ Corrupted HLL object detected
> PFMERGE d long
(error) INVALIDOBJ Corrupted HLL object detected
> PFCOUNT long absent
(error) INVALIDOBJ Corrupted HLL object detected
> PFDEBUG TODENSE long
(error) INVALIDOBJ Corrupted HLL object detected
> SET none "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"
OK
> PFCOUNT none
(error) INVALIDOBJ Corrupted HLL object detected
> PFADD none a
(error) INVALIDOBJ Corrupted HLL object detected
> SET cached "HYLL\x01\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00"
OK
> PFCOUNT cached
(integer) 7
> PFADD cached a
(error) INVALIDOBJ Corrupted HLL object detected
> PFADD cached
(integer) 0
> GET cached
"HYLL\x01\x00\x00\x00\a\x00\x00\x00\x00\x00\x00\x00"
> EXISTS d
(integer) 0

== A sketch's cached count is the client's to change
> PFADD h a b c
(integer) 1
> PFCOUNT h
(integer) 3
> SETRANGE h 8 "\xff\xff\xff\xff\xff\xff\xff\x7f"
(integer) 27
> PFCOUNT h
(integer) 9223372036854775807
> PFADD h d
(integer) 1
> PFCOUNT h
(integer) 4

== Changes of sketches are announced
> CONFIG SET notify-keyspace-events E$g
OK
> PSUBSCRIBE __keyevent@0__:*
1) "psubscribe"
2) "__keyevent@0__:*"
3) (integer) 1
@conn other
> PFADD h{t} a
(integer) 1
> PFADD h{t} a
(integer) 0
> PFCOUNT h{t}
(integer) 1
> PFCOUNT h{t}
(integer) 1
> PFCOUNT h{t} h2{t}
(integer) 1
> PFDEBUG TODENSE h{t}
(integer) 1
> PFMERGE h2{t} h{t}
OK
> PFADD h2{t}
(integer) 0
> CONFIG SET notify-keyspace-events ""
OK
@conn main
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:pfadd"
4) "h{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:pfadd"
4) "h2{t}"

== A count that is kept is a change for who watches
> PFADD h a
(integer) 1
> WATCH h
OK
> PFCOUNT h
(integer) 1
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)
> WATCH h
OK
> PFCOUNT h
(integer) 1
> PFADD h a
(integer) 0
> MULTI
OK
> PING
QUEUED
> EXEC
1) PONG
