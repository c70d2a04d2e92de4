== SETBIT and GETBIT
> SETBIT k 1 1
(integer) 0
> GET k
"@"
> SETBIT k 2 1
(integer) 0
> SETBIT k 1 0
(integer) 1
> GET k
" "
> GETBIT k 2
(integer) 1
> GETBIT k 3
(integer) 0
> GETBIT k 100
(integer) 0
> GETBIT absent 0
(integer) 0
> SETBIT k 23 0
(integer) 0
> GET k
" \x00\x00"
> SET n 1
OK
> SETBIT n 6 1
(integer) 0
> GET n
"3"
> SETBIT n 2 0
(integer) 1
> GET n
"\x13"
> SETBIT z 0 0
(integer) 0
> STRLEN z
(integer) 1
> LPUSH l a
(integer) 1
> SETBIT l 0 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GETBIT l 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SETBIT k 4294967296 1
(error) ERR bit offset is not an integer or out of range
> SETBIT k -1 1
(error) ERR bit offset is not an integer or out of range
> GETBIT k abc
(error) ERR bit offset is not an integer or out of range
> SETBIT k 0 2
(error) ERR bit is not an integer or out of range
> SETBIT k 0 -1
(error) ERR bit is not an integer or out of range
> SETBIT k 0 abc
(error) ERR bit is not an integer or out of range
> SETBIT k 0
(error) ERR wrong number of arguments for 'setbit' command
> GETBIT k
(error) ERR wrong number of arguments for 'getbit' command
> SET t v EX 100
OK
> SETBIT t 7 1
(integer) 0
> TTL t
(integer) 100
> SETBIT k 9223372036854775807 1
(error) ERR bit offset is not an integer or out of range
> SETBIT k 9223372036854775808 1
(error) ERR bit offset is not an integer or out of range
> SETBIT k 4294967295 2
(error) ERR bit is not an integer or out of range
> SETBIT k 18446744073709551616 1
(error) ERR bit offset is not an integer or out of range
> GETBIT k 4294967295
(integer) 0
> GETBIT k 4294967296
(error) ERR bit offset is not an integer or out of range
> GETBIT k 9223372036854775807
(error) ERR bit offset is not an integer or out of range
> GETBIT k -9223372036854775808
(error) ERR bit offset is not an integer or out of range

== SETBIT leaves raw bytes
> SET n 12345
OK
> SETBIT n 7 1
(integer) 1
> OBJECT ENCODING n
"raw"
> SETBIT n 7 1
(integer) 1
> SET short abc
OK
> SETBIT short 7 1
(integer) 1
> OBJECT ENCODING short
"raw"
> GET short
"abc"

== BITCOUNT
> SET s foobar
OK
> BITCOUNT s
(integer) 26
> BITCOUNT s 0 0
(integer) 4
> BITCOUNT s 1 1
(integer) 6
> BITCOUNT s 1 1 BYTE
(integer) 6
> BITCOUNT s 5 30 BIT
(integer) 17
> BITCOUNT s 5 30 bit
(integer) 17
> BITCOUNT s 0 -5
(integer) 10
> BITCOUNT s 1 -2
(integer) 18
> BITCOUNT s -2 -1
(integer) 7
> BITCOUNT s -1 -2
(integer) 0
> BITCOUNT s -1000 1000
(integer) 26
> BITCOUNT s -7 -5 BIT
(integer) 3
> BITCOUNT s 7 7 BIT
(integer) 0
> BITCOUNT s 1000 2000
(integer) 0
> BITCOUNT s 6 6
(integer) 0
> BITCOUNT s 47 48 BIT
(integer) 0
> BITCOUNT s 48 48 BIT
(integer) 0
> BITCOUNT s 3 1
(integer) 0
> BITCOUNT s -9223372036854775808 9223372036854775807
(integer) 26
> BITCOUNT s -9223372036854775808 9223372036854775807 BIT
(integer) 26
> BITCOUNT s 9223372036854775807 -9223372036854775808 BIT
(integer) 0
> BITCOUNT absent
(integer) 0
> BITCOUNT absent 0 -1 BIT
(integer) 0
> SET n -12345
OK
> BITCOUNT n
(integer) 21
> BITCOUNT n 0 0
(integer) 4
> SET empty ""
OK
> BITCOUNT empty
(integer) 0
> BITCOUNT empty 0 -1
(integer) 0
> BITCOUNT empty 0 -1 BIT
(integer) 0

== BITCOUNT refuses
> SET s foobar
OK
> BITCOUNT s 0
(error) ERR syntax error
> BITCOUNT s 0 1 x
(error) ERR syntax error
> BITCOUNT s 0 1 BIT x
(error) ERR syntax error
> BITCOUNT s a 1
(error) ERR value is not an integer or out of range
> BITCOUNT s 1 a
(error) ERR value is not an integer or out of range
> BITCOUNT s 1.5 2
(error) ERR value is not an integer or out of range
> BITCOUNT s 9223372036854775808 1
(error) ERR value is not an integer or out of range
> BITCOUNT s -1 -2 x
(integer) 0
> BITCOUNT
(error) ERR wrong number of arguments for 'bitcount' command
> RPUSH l x
(integer) 1
> BITCOUNT l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITCOUNT l a b
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== BITPOS
> SET s "\xff\xf0\x00"
OK
> BITPOS s 0
(integer) 12
> BITPOS s 1
(integer) 0
> BITPOS s 0 1
(integer) 12
> BITPOS s 1 1
(integer) 8
> BITPOS s 1 2
(integer) -1
> BITPOS s 0 2
(integer) 16
> BITPOS s 0 0 0
(integer) -1
> BITPOS s 0 0 1
(integer) 12
> BITPOS s 0 0 11 BIT
(integer) -1
> BITPOS s 0 0 12 BIT
(integer) 12
> BITPOS s 1 7 15 BIT
(integer) 7
> BITPOS s 1 12 -1 BIT
(integer) -1
> BITPOS s 1 12 -1 bit
(integer) -1
> BITPOS s 1 5 5 BIT
(integer) 5
> BITPOS s 0 -3 -1 BYTE
(integer) 12
> BITPOS s 1 -100 100
(integer) 0
> BITPOS s 1 -1 -3
(integer) -1
> BITPOS s 1 3
(integer) -1
> BITPOS s 0 3
(integer) -1
> BITPOS s 0 3 4
(integer) -1
> BITPOS s 0 -9223372036854775808 9223372036854775807 BIT
(integer) 12
> SET ones "\xff\xff\xff"
OK
> BITPOS ones 0
(integer) 24
> BITPOS ones 0 0
(integer) 24
> BITPOS ones 0 1
(integer) 24
> BITPOS ones 0 3
(integer) -1
> BITPOS ones 0 0 -1
(integer) -1
> BITPOS ones 0 0 -1 BIT
(integer) -1
> BITPOS ones 0 2 23 BIT
(integer) -1
> SET zeros "\x00\x00\x00"
OK
> BITPOS zeros 1
(integer) -1
> BITPOS zeros 1 0 -1
(integer) -1
> BITPOS zeros 0
(integer) 0
> BITPOS absent 0
(integer) 0
> BITPOS absent 1
(integer) -1
> BITPOS absent 0 5 10
(integer) 0
> SET empty ""
OK
> BITPOS empty 0
(integer) -1
> BITPOS empty 1
(integer) -1
> BITPOS empty 0 0 -1
(integer) -1
> SET n 12
OK
> BITPOS n 1
(integer) 2
> BITPOS n 1 1
(integer) 10

== BITPOS refuses
> SET s foobar
OK
> BITPOS s 2
(error) ERR The bit argument must be 1 or 0.
> BITPOS s -1
(error) ERR The bit argument must be 1 or 0.
> BITPOS s x
(error) ERR value is not an integer or out of range
> BITPOS s 1 a
(error) ERR value is not an integer or out of range
> BITPOS s 1 0 a
(error) ERR value is not an integer or out of range
> BITPOS s 1 0 1 x
(error) ERR syntax error
> BITPOS s 1 a b x
(error) ERR value is not an integer or out of range
> BITPOS s 1 0 1 BIT x
(error) ERR syntax error
> BITPOS s
(error) ERR wrong number of arguments for 'bitpos' command
> RPUSH l x
(integer) 1
> BITPOS l 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITPOS l 2
(error) ERR The bit argument must be 1 or 0.

== BITOP
> SET a{t} abcdef
OK
> SET b{t} "XYZ\xff"
OK
> BITOP AND d{t} a{t} b{t}
(integer) 6
> GET d{t}
"@@Bd\x00\x00"
> BITOP OR d{t} a{t} b{t}
(integer) 6
> GET d{t}
"y{{\xffef"
> BITOP xor d{t} a{t} b{t}
(integer) 6
> GET d{t}
"9;9\x9bef"
> BITOP NOT d{t} b{t}
(integer) 4
> GET d{t}
"\xa7\xa6\xa5\x00"
> BITOP AND d{t} a{t} absent{t}
(integer) 6
> GET d{t}
"\x00\x00\x00\x00\x00\x00"
> BITOP OR d{t} absent{t} a{t}
(integer) 6
> GET d{t}
"abcdef"
> BITOP XOR d{t} a{t}
(integer) 6
> GET d{t}
"abcdef"
> BITOP AND a{t} a{t} a{t} b{t}
(integer) 6
> GET a{t}
"@@Bd\x00\x00"
> SET n{t} 12
OK
> BITOP OR d{t} n{t} n{t}
(integer) 2
> GET d{t}
"12"
> OBJECT ENCODING d{t}
"raw"
> SET d{t} x EX 100
OK
> BITOP OR d{t} n{t}
(integer) 2
> TTL d{t}
(integer) -1
> BITOP OR d{t} absent{t} absent2{t}
(integer) 0
> EXISTS d{t}
(integer) 0
> SET empty{t} ""
OK
> RPUSH d{t} x
(integer) 1
> BITOP NOT d{t} empty{t}
(integer) 0
> EXISTS d{t}
(integer) 0
> RPUSH d{t} x
(integer) 1
> BITOP NOT d{t} n{t}
(integer) 2
> TYPE d{t}
string

== BITOP refuses
> SET a{t} abc
OK
> BITOP NOT d{t} a{t} a{t}
(error) ERR BITOP NOT must be called with a single source key.
> BITOP NAND d{t} a{t}
(error) ERR syntax error
> BITOP AND d{t}
(error) ERR wrong number of arguments for 'bitop' command
> RPUSH l{t} x
(integer) 1
> BITOP AND d{t} a{t} l{t}
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITOP NOT d{t} l{t}
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> EXISTS d{t}
(integer) 0

== Changes of bits are announced, and nothing else
> CONFIG SET notify-keyspace-events E$g
OK
> PSUBSCRIBE __keyevent@0__:*
1) "psubscribe"
2) "__keyevent@0__:*"
3) (integer) 1
@conn other
> SETBIT k{t} 1 1
(integer) 0
> SETBIT k{t} 1 1
(integer) 1
> GETBIT k{t} 1
(integer) 1
> BITCOUNT k{t}
(integer) 1
> BITPOS k{t} 1
(integer) 1
> BITFIELD k{t} GET u8 0
1) (integer) 64
> BITFIELD k{t} SET u8 0 64
1) (integer) 64
> BITFIELD k{t} SET u8 0 65 SET u8 8 1
1) (integer) 64
2) (integer) 0
> BITOP NOT n{t} k{t}
(integer) 2
> BITOP AND n{t} absent{t} absent2{t}
(integer) 0
> BITOP AND n{t} absent{t} absent2{t}
(integer) 0
> CONFIG SET notify-keyspace-events ""
OK
@conn main
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:setbit"
4) "k{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:setbit"
4) "k{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:set"
4) "n{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:del"
4) "n{t}"

== Bits break watches only when they change
> SETBIT k 1 1
(integer) 0
> WATCH k
OK
> SETBIT k 1 1
(integer) 1
> BITFIELD k SET u2 0 1
1) (integer) 1
> BITCOUNT k
(integer) 1
> MULTI
OK
> PING
QUEUED
> EXEC
1) PONG
> WATCH k
OK
> SETBIT k 2 1
(integer) 0
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)
