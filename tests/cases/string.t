== SET and GET
> SET k v
OK
> GET k
"v"
> GET absent
(nil)
> SET k "two words"
OK
> GET k
"two words"
> SET bin "\x00\x01\xff\r\n"
OK
> GET bin
"\x00\x01\xff\r\n"
> STRLEN bin
(integer) 5
> SET empty ""
OK
> GET empty
""
> STRLEN empty
(integer) 0
> STRLEN absent
(integer) 0
> SET k
(error) ERR wrong number of arguments for 'set' command
> SET
(error) ERR wrong number of arguments for 'set' command
> GET
(error) ERR wrong number of arguments for 'get' command
> GET a b
(error) ERR wrong number of arguments for 'get' command
> set K2 lower
OK
> gEt K2
"lower"

== SET with NX and XX
> SET k 1 NX
OK
> SET k 2 NX
(nil)
> GET k
"1"
> SET k 3 XX
OK
> GET k
"3"
> SET none 1 XX
(nil)
> EXISTS none
(integer) 0
> SET k v NX XX
(error) ERR syntax error
> SET k v XX NX
(error) ERR syntax error
> SET k v nx
(nil)
> SET k v xx
OK

== SET with expiry options
> SET k v EX 100
OK
> TTL k
(integer) 100
> SET k v PX 100000
OK
> TTL k
(integer) 100
> SET k v
OK
> TTL k
(integer) -1
> SET k v EXAT 33177117420
OK
> EXPIRETIME k
(integer) 33177117420
> SET k v PXAT 33177117420000
OK
> PEXPIRETIME k
(integer) 33177117420000
> SET k w KEEPTTL
OK
> GET k
"w"
> PEXPIRETIME k
(integer) 33177117420000
> SET k v ex 10
OK
> TTL k
(integer) 10

== SET with bad expiry
> SET k v EX 0
(error) ERR invalid expire time in 'set' command
> SET k v EX -1
(error) ERR invalid expire time in 'set' command
> SET k v PX 0
(error) ERR invalid expire time in 'set' command
> SET k v PX -5
(error) ERR invalid expire time in 'set' command
> SET k v EXAT 0
(error) ERR invalid expire time in 'set' command
> SET k v PXAT 0
(error) ERR invalid expire time in 'set' command
> SET k v EX abc
(error) ERR value is not an integer or out of range
> SET k v EX 1.5
(error) ERR value is not an integer or out of range
> SET k v EX ""
(error) ERR value is not an integer or out of range
> SET k v EX 9223372036854775807
(error) ERR invalid expire time in 'set' command
> SET k v EX 9223372036854775
(error) ERR invalid expire time in 'set' command
> SET k v PX 9223372036854775807
(error) ERR invalid expire time in 'set' command
> SET k v EXAT 9223372036854775807
(error) ERR invalid expire time in 'set' command
> SET k v PXAT 9223372036854775807
OK
> SET k v EX
(error) ERR syntax error
> SET k v PX
(error) ERR syntax error
> SET k v EX 10 PX 10
(error) ERR syntax error
> SET k v EX 10 EX 20
OK
> SET k v KEEPTTL EX 10
(error) ERR syntax error
> SET k v EX 10 KEEPTTL
(error) ERR syntax error
> SET k v BOGUS
(error) ERR syntax error
> SET k v GET NX FOO
(error) ERR syntax error
> EXISTS k
(integer) 1

== SET with a time in the past deletes
> SET k v
OK
> SET k v PXAT 1
OK
> GET k
(nil)
> EXISTS k
(integer) 0
> DBSIZE
(integer) 0
> SET k v EXAT 1
OK
> EXISTS k
(integer) 0

== SET with GET
> SET k v GET
(nil)
> SET k w GET
"v"
> GET k
"w"
> SET k x NX GET
"w"
> GET k
"w"
> SET n x NX GET
(nil)
> GET n
"x"
> SET gone x XX GET
(nil)
> EXISTS gone
(integer) 0
> SET k y XX GET
"w"
> GET k
"y"
> SET k z GET EX 100
"y"
> TTL k
(integer) 100
> SET k q KEEPTTL GET
"z"
> TTL k
(integer) 100
> LPUSH l a
(integer) 1
> SET l x GET
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> TYPE l
list
> SET l x NX GET
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SET l x
OK
> TYPE l
string

== SETNX, SETEX, PSETEX, GETSET, GETDEL
> SETNX k a
(integer) 1
> SETNX k b
(integer) 0
> GET k
"a"
> SETNX k
(error) ERR wrong number of arguments for 'setnx' command
> SETEX s 100 v
OK
> TTL s
(integer) 100
> GET s
"v"
> SETEX s 0 v
(error) ERR invalid expire time in 'setex' command
> SETEX s -1 v
(error) ERR invalid expire time in 'setex' command
> SETEX s abc v
(error) ERR value is not an integer or out of range
> SETEX s 9223372036854775807 v
(error) ERR invalid expire time in 'setex' command
> SETEX s 10
(error) ERR wrong number of arguments for 'setex' command
> PSETEX s 100000 v
OK
> TTL s
(integer) 100
> PSETEX s 0 v
(error) ERR invalid expire time in 'psetex' command
> PSETEX s -1 v
(error) ERR invalid expire time in 'psetex' command
> PSETEX s 9223372036854775807 v
(error) ERR invalid expire time in 'psetex' command
> GETSET k c
"a"
> GETSET new c
(nil)
> GET new
"c"
> GETSET s plain
"v"
> TTL s
(integer) -1
> GETDEL k
"c"
> GETDEL k
(nil)
> GETDEL
(error) ERR wrong number of arguments for 'getdel' command
> GETDEL a b
(error) ERR wrong number of arguments for 'getdel' command
> LPUSH l a
(integer) 1
> GETSET l x
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GETDEL l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SETNX l x
(integer) 0

== GETEX
> SET k v
OK
> GETEX k
"v"
> TTL k
(integer) -1
> GETEX k EX 100
"v"
> TTL k
(integer) 100
> GETEX k PX 200000
"v"
> TTL k
(integer) 200
> GETEX k EXAT 33177117420
"v"
> EXPIRETIME k
(integer) 33177117420
> GETEX k PXAT 33177117420000
"v"
> PEXPIRETIME k
(integer) 33177117420000
> GETEX k
"v"
> PEXPIRETIME k
(integer) 33177117420000
> GETEX k PERSIST
"v"
> TTL k
(integer) -1
> GETEX absent
(nil)
> GETEX absent EX 10
(nil)
> GETEX k EX 0
(error) ERR invalid expire time in 'getex' command
> GETEX k EX -1
(error) ERR invalid expire time in 'getex' command
> GETEX k EX abc
(error) ERR value is not an integer or out of range
> GETEX k PX
(error) ERR syntax error
> GETEX k EX 10 PERSIST
(error) ERR syntax error
> GETEX k PERSIST EX 10
(error) ERR syntax error
> GETEX k PERSIST PERSIST
"v"
> GETEX k NX
(error) ERR syntax error
> GETEX k GET
(error) ERR syntax error
> GETEX k KEEPTTL
(error) ERR syntax error
> GETEX k BOGUS
(error) ERR syntax error
> GETEX
(error) ERR wrong number of arguments for 'getex' command
> GETEX k EX 9223372036854775807
(error) ERR invalid expire time in 'getex' command
> GETEX k EXAT 1
"v"
> EXISTS k
(integer) 0
> LPUSH l a
(integer) 1
> GETEX l
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== MSET, MSETNX, MGET
> MSET a 1 b 2 c 3
OK
> MGET a b c absent
1) "1"
2) "2"
3) "3"
4) (nil)
> MSET a 1 b
(error) ERR wrong number of arguments for 'mset' command
> MSET a
(error) ERR wrong number of arguments for 'mset' command
> MSET
(error) ERR wrong number of arguments for 'mset' command
> MSET a 1 a 2
OK
> GET a
"2"
> MSETNX a x d 4
(integer) 0
> EXISTS d
(integer) 0
> MSETNX d 4 e 5
(integer) 1
> MGET d e
1) "4"
2) "5"
> MSETNX d
(error) ERR wrong number of arguments for 'msetnx' command
> MSETNX d 1 e
(error) ERR wrong number of arguments for 'msetnx' command
> MSETNX x 1 x 2
(integer) 1
> GET x
"2"
> LPUSH l a
(integer) 1
> MGET l a
1) (nil)
2) "2"
> MGET
(error) ERR wrong number of arguments for 'mget' command
> SET t v EX 100
OK
> MSET t w
OK
> TTL t
(integer) -1

== INCR and friends
> INCR n
(integer) 1
> INCR n
(integer) 2
> INCRBY n 40
(integer) 42
> DECR n
(integer) 41
> DECRBY n 1
(integer) 40
> GET n
"40"
> DECR m
(integer) -1
> INCRBY n -40
(integer) 0
> DECRBY n -5
(integer) 5
> INCRBY n abc
(error) ERR value is not an integer or out of range
> INCRBY n 1.5
(error) ERR value is not an integer or out of range
> INCRBY n ""
(error) ERR value is not an integer or out of range
> INCRBY n " 1"
(error) ERR value is not an integer or out of range
> INCRBY n 01
(error) ERR value is not an integer or out of range
> INCRBY n +1
(error) ERR value is not an integer or out of range
> INCRBY n 9223372036854775808
(error) ERR value is not an integer or out of range
> DECRBY n 9223372036854775808
(error) ERR value is not an integer or out of range
> DECRBY n -9223372036854775808
(error) ERR decrement would overflow
> SET max 9223372036854775807
OK
> INCR max
(error) ERR increment or decrement would overflow
> INCRBY max 1
(error) ERR increment or decrement would overflow
> DECR max
(integer) 9223372036854775806
> SET min -9223372036854775808
OK
> DECR min
(error) ERR increment or decrement would overflow
> INCRBY min -1
(error) ERR increment or decrement would overflow
> DECRBY min 1
(error) ERR increment or decrement would overflow
> INCR min
(integer) -9223372036854775807
> SET s abc
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s " 11"
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s "11 "
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s "1\x00"
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s 007
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s -0
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s ""
OK
> INCR s
(error) ERR value is not an integer or out of range
> SET s 3.0
OK
> INCR s
(error) ERR value is not an integer or out of range
> LPUSH l 1
(integer) 1
> INCR l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> DECRBY l 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> INCR
(error) ERR wrong number of arguments for 'incr' command
> INCRBY k
(error) ERR wrong number of arguments for 'incrby' command
> SET t 10 EX 100
OK
> INCR t
(integer) 11
> TTL t
(integer) 100
> OBJECT ENCODING t
"int"

== INCRBYFLOAT
> INCRBYFLOAT f 1.5
"1.5"
> INCRBYFLOAT f 0.1
"1.6"
> SET f 10.50
OK
> INCRBYFLOAT f 0.1
"10.6"
> INCRBYFLOAT f -5
"5.6"
> SET f 5.0e3
OK
> INCRBYFLOAT f 2.0e2
"5200"
> SET f 3
OK
> INCRBYFLOAT f 1
"4"
> OBJECT ENCODING f
"embstr"
> SET f 1
OK
> INCRBYFLOAT f 1.797693134862315e+308
"179769313486231499995330502887911039870040754836851541461376902660237563030952314194091422833148391553915775188945828673943495073242672493570680136272653080503816228272498882342450444506699820873047442062235271362509937423423263673092568435487567117535973432591171614749560295022134365237602040554944280395776"
> INCRBYFLOAT f 0
"179769313486231499995330502887911039870040754836851541461376902660237563030952314194091422833148391553915775188945828673943495073242672493570680136272653080503816228272498882342450444506699820873047442062235271362509937423423263673092568435487567117535973432591171614749560295022134365237602040554944280395776"
> SET f 10
OK
> INCRBYFLOAT f 0.000000000000000001
"10"
> INCRBYFLOAT f 1e-17
"10.00000000000000001"
> INCRBYFLOAT f abc
(error) ERR value is not a valid float
> INCRBYFLOAT f nan
(error) ERR value is not a valid float
> INCRBYFLOAT f inf
(error) ERR increment would produce NaN or Infinity
> INCRBYFLOAT f +inf
(error) ERR increment would produce NaN or Infinity
> INCRBYFLOAT f -inf
(error) ERR increment would produce NaN or Infinity
> INCRBYFLOAT f ""
(error) ERR value is not a valid float
> INCRBYFLOAT f " 1"
(error) ERR value is not a valid float
> INCRBYFLOAT f 1e400
"10000000000000000000281880683947586514586453433629052038625910693539685534008629862039363994848324160522094053927317616200295822777259255734023828976593340661017797447434546173917862448116674971723778943824391593338047470675026246684401359237513603830343735485505244955964979021825038280091068414947402456898653040951017512658092615827588920183472511643316591362664138176309734806343732497430221946880"
> INCRBYFLOAT f 0x10
"10000000000000000000281880683947586514586453433629052038625910693539685534008629862039363994848324160522094053927317616200295822777259255734023828976593340661017797447434546173917862448116674971723778943824391593338047470675026246684401359237513603830343735485505244955964979021825038280091068414947402456898653040951017512658092615827588920183472511643316591362664138176309734806343732497430221946880"
> SET f " 1"
OK
> INCRBYFLOAT f 1
(error) ERR value is not a valid float
> SET f "1 "
OK
> INCRBYFLOAT f 1
(error) ERR value is not a valid float
> SET f abc
OK
> INCRBYFLOAT f 1
(error) ERR value is not a valid float
> LPUSH l 1
(integer) 1
> INCRBYFLOAT l 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SET f 1
OK
> INCRBYFLOAT f -1.1
"-0.1"
> SET f 0.1
OK
> INCRBYFLOAT f 0.2
"0.3"
> INCRBYFLOAT f 1234567890123456789
"1234567890123456789.25"
> SET t 1 EX 100
OK
> INCRBYFLOAT t 0.5
"1.5"
> TTL t
(integer) 100
> INCRBYFLOAT f
(error) ERR wrong number of arguments for 'incrbyfloat' command
> INCRBYFLOAT zero -0.0
"0"

== APPEND, STRLEN
> APPEND k foo
(integer) 3
> APPEND k bar
(integer) 6
> GET k
"foobar"
> STRLEN k
(integer) 6
> APPEND k ""
(integer) 6
> SET n 100
OK
> OBJECT ENCODING n
"int"
> APPEND n 5
(integer) 4
> GET n
"1005"
> OBJECT ENCODING n
"raw"
> SET e short
OK
> OBJECT ENCODING e
"embstr"
> APPEND e er
(integer) 7
> OBJECT ENCODING e
"raw"
> STRLEN n
(integer) 4
> LPUSH l a
(integer) 1
> APPEND l x
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> STRLEN l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> APPEND k
(error) ERR wrong number of arguments for 'append' command
> STRLEN
(error) ERR wrong number of arguments for 'strlen' command
> APPEND empty ""
(integer) 0
> EXISTS empty
(integer) 1
> SET t a EX 100
OK
> APPEND t b
(integer) 2
> TTL t
(integer) 100

== GETRANGE and SUBSTR
> SET k "Hello World"
OK
> GETRANGE k 0 4
"Hello"
> GETRANGE k -5 -1
"World"
> GETRANGE k 0 -1
"Hello World"
> GETRANGE k 4 2
""
> GETRANGE k 0 100
"Hello World"
> GETRANGE k -100 2
"Hel"
> GETRANGE k 100 200
""
> GETRANGE k -1 -5
""
> GETRANGE k -100 -50
"H"
> GETRANGE k 3 3
"l"
> GETRANGE absent 0 -1
""
> GETRANGE k a 1
(error) ERR value is not an integer or out of range
> GETRANGE k 0 b
(error) ERR value is not an integer or out of range
> GETRANGE k 0
(error) ERR wrong number of arguments for 'getrange' command
> GETRANGE k 0 4294967297
"Hello World"
> GETRANGE k -9223372036854775808 9223372036854775807
"Hello World"
> SUBSTR k 0 4
"Hello"
> SET n 12345
OK
> GETRANGE n 1 3
"234"
> LPUSH l a
(integer) 1
> GETRANGE l 0 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== SETRANGE
> SETRANGE k 0 ""
(integer) 0
> EXISTS k
(integer) 0
> SETRANGE k 5 abc
(integer) 8
> GET k
"\x00\x00\x00\x00\x00abc"
> SETRANGE k 0 Hello
(integer) 8
> GET k
"Helloabc"
> SETRANGE k 6 xx
(integer) 8
> GET k
"Helloaxx"
> SETRANGE k 0 ""
(integer) 8
> SETRANGE k -1 x
(error) ERR offset is out of range
> SETRANGE k a x
(error) ERR value is not an integer or out of range
> SETRANGE k 536870911 xy
(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)
> SETRANGE k 4294967296 x
(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)
> SETRANGE k 9223372036854775807 x
(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)
> SETRANGE n -1 ""
(error) ERR offset is out of range
> SET i 1234
OK
> SETRANGE i 1 9
(integer) 4
> GET i
"1934"
> OBJECT ENCODING i
"raw"
> LPUSH l a
(integer) 1
> SETRANGE l 0 x
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SETRANGE l 0 ""
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SETRANGE k 1
(error) ERR wrong number of arguments for 'setrange' command
> SET t abc EX 100
OK
> SETRANGE t 1 X
(integer) 3
> TTL t
(integer) 100

== Encodings of strings
> SET i 123
OK
> OBJECT ENCODING i
"int"
> SET big 9223372036854775807
OK
> OBJECT ENCODING big
"int"
> SET over 9223372036854775808
OK
> OBJECT ENCODING over
"embstr"
> SET neg -5
OK
> OBJECT ENCODING neg
"int"
> SET lead 0123
OK
> OBJECT ENCODING lead
"embstr"
> SET minus -0
OK
> OBJECT ENCODING minus
"embstr"
> SET s44 aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee
OK
> OBJECT ENCODING s44
"embstr"
> SET s45 aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeee
OK
> OBJECT ENCODING s45
"raw"
> SET empty ""
OK
> OBJECT ENCODING empty
"embstr"
> SET digits 12345678901234567890
OK
> OBJECT ENCODING digits
"embstr"

== LCS
> MSET a ohmytext b mynewtext
OK
> LCS a b
"mytext"
> LCS a b LEN
(integer) 6
> LCS a b IDX
1) "matches"
2) 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
   2) 1) 1) (integer) 2
         2) (integer) 3
      2) 1) (integer) 0
         2) (integer) 1
3) "len"
4) (integer) 6
> LCS a b IDX MINMATCHLEN 4
1) "matches"
2) 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
3) "len"
4) (integer) 6
> LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN
1) "matches"
2) 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
      3) (integer) 4
3) "len"
4) (integer) 6
> LCS a b IDX WITHMATCHLEN
1) "matches"
2) 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
      3) (integer) 4
   2) 1) 1) (integer) 2
         2) (integer) 3
      2) 1) (integer) 0
         2) (integer) 1
      3) (integer) 2
3) "len"
4) (integer) 6
> LCS a b LEN IDX
(error) ERR If you want both the length and indexes, please just use IDX.
> LCS a b MINMATCHLEN
(error) ERR syntax error
> LCS a b MINMATCHLEN abc IDX
(error) ERR value is not an integer or out of range
> LCS a b IDX MINMATCHLEN -5
1) "matches"
2) 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
   2) 1) 1) (integer) 2
         2) (integer) 3
      2) 1) (integer) 0
         2) (integer) 1
3) "len"
4) (integer) 6
> LCS a b BOGUS
(error) ERR syntax error
> LCS a absent
""
> LCS a absent LEN
(integer) 0
> LCS a absent IDX
1) "matches"
2) (empty array)
3) "len"
4) (integer) 0
> LCS absent1 absent2
""
> LCS a a
"ohmytext"
> LCS a
(error) ERR wrong number of arguments for 'lcs' command
> LPUSH l x
(integer) 1
> LCS a l
(error) ERR The specified keys must contain string values
> LCS l a LEN
(error) ERR The specified keys must contain string values
> SET n 1234
OK
> SET m 2345
OK
> LCS n m
"234"

== LCS with IDX in RESP3
@resp3
> MSET a ohmytext b mynewtext
OK
> LCS a b IDX
1# "matches" => 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
   2) 1) 1) (integer) 2
         2) (integer) 3
      2) 1) (integer) 0
         2) (integer) 1
2# "len" => (integer) 6
> LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN
1# "matches" => 1) 1) 1) (integer) 4
         2) (integer) 7
      2) 1) (integer) 5
         2) (integer) 8
      3) (integer) 4
2# "len" => (integer) 6
> LCS a b LEN
(integer) 6

== Replies in RESP3
@resp3
> SET k v
OK
> GET absent
(nil)
> MGET k absent
1) "v"
2) (nil)
> INCRBYFLOAT f 1.5
"1.5"
> SET k w GET
"v"
> SET none x XX GET
(nil)
> SETNX k v
(integer) 0
> GETEX absent
(nil)
> GETDEL absent
(nil)
