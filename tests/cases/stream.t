== XADD and XLEN
> XADD s 1-1 name Sara age 7
"1-1"
> XADD s 1-2 name Bo
"1-2"
> XLEN s
(integer) 2
> XLEN none
(integer) 0
> TYPE s
stream
> OBJECT ENCODING s
"stream"
> XADD s 1-2 a b
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XADD s 1-1 a b
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XADD s 0-0 a b
(error) ERR The ID specified in XADD must be greater than 0-0
> XADD t 0-0 a b
(error) ERR The ID specified in XADD must be greater than 0-0
> EXISTS t
(integer) 0
> XADD s 1-* a b
"1-3"
> XADD s 2-* a b
"2-0"
> XADD s 2-* a b
"2-1"
> XADD s 1-* a b
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XADD s 3 a b
"3-0"
> XADD t 0-* a b
"0-1"
> XRANGE s - +
1) 1) "1-1"
   2) 1) "name"
      2) "Sara"
      3) "age"
      4) "7"
2) 1) "1-2"
   2) 1) "name"
      2) "Bo"
3) 1) "1-3"
   2) 1) "a"
      2) "b"
4) 1) "2-0"
   2) 1) "a"
      2) "b"
5) 1) "2-1"
   2) 1) "a"
      2) "b"
6) 1) "3-0"
   2) 1) "a"
      2) "b"

== XADD gives ids by the clock
> XADD s * a b
~"*-0"
> XADD s * a b
~*-*
> XADD s 18446744073709551615-18446744073709551614 a b
"18446744073709551615-18446744073709551614"
> XADD s * a b
"18446744073709551615-18446744073709551615"
> XADD s * a b
(error) ERR The stream has exhausted the last possible ID, unable to add more items
> XADD s 18446744073709551615-* a b
(error) ERR The stream has exhausted the last possible ID, unable to add more items
> XADD s 18446744073709551615-18446744073709551615 a b
(error) ERR The stream has exhausted the last possible ID, unable to add more items
> XADD u 18446744073709551615-* a b
"18446744073709551615-0"
> XADD u 18446744073709551615-* a b
"18446744073709551615-1"

== Ids that are none
> XADD s 1-1- a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s -1 a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s - a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s + a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s "" a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s a-1 a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s 1-a a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s 1-** a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s *-1 a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s 18446744073709551616-0 a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s 0-18446744073709551616 a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s 1- a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s -- a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s 1-1 a
(error) ERR wrong number of arguments for 'xadd' command
> XADD s 1-1
(error) ERR wrong number of arguments for 'xadd' command
> XADD s *
(error) ERR wrong number of arguments for 'xadd' command
> XADD s 1-1 a b c
(error) ERR wrong number of arguments for 'xadd' command
> EXISTS s
(integer) 0
> XADD s 007-+4 a b
"7-4"
> XADD s 7--05 a b
"7-18446744073709551611"
> XADD s " 8-1" a b
"8-1"
> XADD s "9-1\x00-2" a b
"9-1"
> XADD s 0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010-1 a b
"10-1"
> XADD s 00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010-1 a b
(error) ERR Invalid stream ID specified as stream command argument

== NOMKSTREAM
> XADD s NOMKSTREAM 1-1 a b
(nil)
> EXISTS s
(integer) 0
> XADD s 1-1 a b
"1-1"
> XADD s NOMKSTREAM 2-1 a b
"2-1"
> XADD s nomkstream MAXLEN 1 3-1 a b
"3-1"
> XLEN s
(integer) 1
> XADD none NOMKSTREAM 0-0 a b
(error) ERR The ID specified in XADD must be greater than 0-0

== Another type
> SET s v
OK
> XADD s 1-1 a b
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XADD s NOMKSTREAM 1-1 a b
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XLEN s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XDEL s 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XDEL s foo
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XTRIM s MAXLEN 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XRANGE s - +
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XREVRANGE s + -
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XSETID s 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XACK s g 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XADD s 1-1 a
(error) ERR wrong number of arguments for 'xadd' command
> XRANGE s foo bar
(error) ERR Invalid stream ID specified as stream command argument
> XREAD STREAMS s 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XREADGROUP GROUP g c STREAMS s >
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XGROUP CREATE s g $
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XGROUP CREATE s g $ MKSTREAM
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XGROUP SETID s g $
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XGROUP DESTROY s g
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XGROUP CREATECONSUMER s g c
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XGROUP DELCONSUMER s g c
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XPENDING s g
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XCLAIM s g c 0 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XAUTOCLAIM s g c 0 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XINFO STREAM s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XINFO GROUPS s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XINFO CONSUMERS s g
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GET s
"v"
> XADD t 1-1 a b
"1-1"
> GET t
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LPUSH t x
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== Values come back as they went in
> XADD s 1-1 007 +1 -0 1.0 12 -9223372036854775808 "" "" 9223372036854775807 9223372036854775808
"1-1"
> XADD s 2-1 007 -1 -0 255 12 256 "" 32768 9223372036854775807 "\x00\xff"
"2-1"
> XADD s 3-1 12 13 "a b" "\r\n" 12 14
"3-1"
> XRANGE s - +
1) 1) "1-1"
   2)  1) "007"
       2) "+1"
       3) "-0"
       4) "1.0"
       5) "12"
       6) "-9223372036854775808"
       7) ""
       8) ""
       9) "9223372036854775807"
      10) "9223372036854775808"
2) 1) "2-1"
   2)  1) "007"
       2) "-1"
       3) "-0"
       4) "255"
       5) "12"
       6) "256"
       7) ""
       8) "32768"
       9) "9223372036854775807"
      10) "\x00\xff"
3) 1) "3-1"
   2) 1) "12"
      2) "13"
      3) "a b"
      4) "\r\n"
      5) "12"
      6) "14"
> XREVRANGE s + -
1) 1) "3-1"
   2) 1) "12"
      2) "13"
      3) "a b"
      4) "\r\n"
      5) "12"
      6) "14"
2) 1) "2-1"
   2)  1) "007"
       2) "-1"
       3) "-0"
       4) "255"
       5) "12"
       6) "256"
       7) ""
       8) "32768"
       9) "9223372036854775807"
      10) "\x00\xff"
3) 1) "1-1"
   2)  1) "007"
       2) "+1"
       3) "-0"
       4) "1.0"
       5) "12"
       6) "-9223372036854775808"
       7) ""
       8) ""
       9) "9223372036854775807"
      10) "9223372036854775808"

== Many fields that are alike or not
> XADD s 1-1 a 1 b 2
"1-1"
> XADD s 1-2 a 3 b 4
"1-2"
> XADD s 1-3 b 5 a 6
"1-3"
> XADD s 1-4 a 7
"1-4"
> XADD s 1-5 a 8 b 9 c 10
"1-5"
> XADD s 2-0 a 11 b 12
"2-0"
> XDEL s 1-3
(integer) 1
> XRANGE s - +
1) 1) "1-1"
   2) 1) "a"
      2) "1"
      3) "b"
      4) "2"
2) 1) "1-2"
   2) 1) "a"
      2) "3"
      3) "b"
      4) "4"
3) 1) "1-4"
   2) 1) "a"
      2) "7"
4) 1) "1-5"
   2) 1) "a"
      2) "8"
      3) "b"
      4) "9"
      5) "c"
      6) "10"
5) 1) "2-0"
   2) 1) "a"
      2) "11"
      3) "b"
      4) "12"
> XREVRANGE s + -
1) 1) "2-0"
   2) 1) "a"
      2) "11"
      3) "b"
      4) "12"
2) 1) "1-5"
   2) 1) "a"
      2) "8"
      3) "b"
      4) "9"
      5) "c"
      6) "10"
3) 1) "1-4"
   2) 1) "a"
      2) "7"
4) 1) "1-2"
   2) 1) "a"
      2) "3"
      3) "b"
      4) "4"
5) 1) "1-1"
   2) 1) "a"
      2) "1"
      3) "b"
      4) "2"
> XDEL s 1-1 2-0
(integer) 2
> XRANGE s - +
1) 1) "1-2"
   2) 1) "a"
      2) "3"
      3) "b"
      4) "4"
2) 1) "1-4"
   2) 1) "a"
      2) "7"
3) 1) "1-5"
   2) 1) "a"
      2) "8"
      3) "b"
      4) "9"
      5) "c"
      6) "10"
> XREVRANGE s + -
1) 1) "1-5"
   2) 1) "a"
      2) "8"
      3) "b"
      4) "9"
      5) "c"
      6) "10"
2) 1) "1-4"
   2) 1) "a"
      2) "7"
3) 1) "1-2"
   2) 1) "a"
      2) "3"
      3) "b"
      4) "4"
> XADD s 2-1 a b
"2-1"
> XREVRANGE s + - COUNT 1
1) 1) "2-1"
   2) 1) "a"
      2) "b"

== XDEL
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XADD s 3-1 a b
"3-1"
> XDEL s 2-1 2-1 9-9
(integer) 1
> XDEL s 1-2
(integer) 0
> XDEL s 1 3-1
(integer) 1
> XDEL s 1-1 foo
(error) ERR Invalid stream ID specified as stream command argument
> XLEN s
(integer) 1
> XDEL none foo
(integer) 0
> XDEL s -
(error) ERR Invalid stream ID specified as stream command argument
> XDEL s 1-1
(integer) 1
> XLEN s
(integer) 0
> EXISTS s
(integer) 1
> XADD s 2-1 a b
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XADD s 3-* a b
"3-2"
> XDEL s
(error) ERR wrong number of arguments for 'xdel' command
> XDEL
(error) ERR wrong number of arguments for 'xdel' command

== XTRIM to the entry
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XADD s 3-1 a b
"3-1"
> XADD s 4-1 a b
"4-1"
> XADD s 5-1 a b
"5-1"
> XTRIM s MAXLEN 4
(integer) 1
> XTRIM s MAXLEN = 3
(integer) 1
> XTRIM s MAXLEN 10
(integer) 0
> XTRIM s MINID 4
(integer) 1
> XTRIM s MINID = 4-2
(integer) 1
> XRANGE s - +
1) 1) "5-1"
   2) 1) "a"
      2) "b"
> XTRIM s MAXLEN 0
(integer) 1
> XLEN s
(integer) 0
> EXISTS s
(integer) 1
> XTRIM none MAXLEN 1
(integer) 0
> XADD s MAXLEN 1 6-1 a b
"6-1"
> XADD s MAXLEN = 1 7-1 a b
"7-1"
> XADD s MINID 8-1 8-1 a b
"8-1"
> XRANGE s - +
1) 1) "8-1"
   2) 1) "a"
      2) "b"
> XADD s MAXLEN 0 9-1 a b
"9-1"
> XLEN s
(integer) 0

== XTRIM by whole blocks
> CONFIG SET stream-node-max-entries 3
OK
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XADD s 3-1 a b
"3-1"
> XADD s 4-1 a b
"4-1"
> XADD s 5-1 a b
"5-1"
> XADD s 6-1 a b
"6-1"
> XADD s 7-1 a b
"7-1"
> XADD s 8-1 a b
"8-1"
> XTRIM s MAXLEN ~ 6
(integer) 0
> XTRIM s MAXLEN ~ 5
(integer) 3
> XTRIM s MAXLEN ~ 2 LIMIT 2
(integer) 0
> XTRIM s MAXLEN ~ 2 LIMIT 0
(integer) 3
> XRANGE s - +
1) 1) "7-1"
   2) 1) "a"
      2) "b"
2) 1) "8-1"
   2) 1) "a"
      2) "b"
> XADD s 9-1 a b
"9-1"
> XADD s 10-1 a b
"10-1"
> XADD s 11-1 a b
"11-1"
> XTRIM s MINID ~ 9-1
(integer) 0
> XTRIM s MINID ~ 9-2
(integer) 3
> XTRIM s MINID ~ 12
(integer) 2
> XADD s MAXLEN ~ 1 12-1 a b
"12-1"
> XADD s MAXLEN ~ 1 13-1 a b
"13-1"
> XADD s MAXLEN ~ 1 14-1 a b
"14-1"
> XADD s MAXLEN ~ 1 15-1 a b
"15-1"
> XLEN s
(integer) 1
> CONFIG SET stream-node-max-entries 100
OK

== Blocks end by their bytes too
> CONFIG SET stream-node-max-bytes 60
OK
> XADD s 1-1 field aaaaaaaaaaaaaaaaaaaa
"1-1"
> XADD s 2-1 field 12345678901234567890
"2-1"
> XADD s 3-1 field 1234567890
"3-1"
> XADD s 4-1 field 1
"4-1"
> XADD s 5-1 field 1
"5-1"
> XTRIM s MAXLEN ~ 1
(integer) 2
> XRANGE s - +
1) 1) "3-1"
   2) 1) "field"
      2) "1234567890"
2) 1) "4-1"
   2) 1) "field"
      2) "1"
3) 1) "5-1"
   2) 1) "field"
      2) "1"
> CONFIG SET stream-node-max-bytes 4096
OK

== Options of XTRIM and XADD that do not go together
> XADD s 1-1 a b
"1-1"
> XTRIM s MAXLEN 1 MINID 1
(error) ERR syntax error, MAXLEN and MINID options at the same time are not compatible
> XTRIM s MINID 1 MAXLEN 1
(error) ERR syntax error, MAXLEN and MINID options at the same time are not compatible
> XTRIM s MAXLEN 1 MAXLEN 1
(error) ERR syntax error, MAXLEN and MINID options at the same time are not compatible
> XTRIM s MAXLEN -1
(error) ERR The MAXLEN argument must be >= 0.
> XTRIM s MAXLEN x
(error) ERR value is not an integer or out of range
> XTRIM s MAXLEN ~ -1
(error) ERR The MAXLEN argument must be >= 0.
> XTRIM s MAXLEN ~
(error) ERR value is not an integer or out of range
> XTRIM s MAXLEN
(error) ERR wrong number of arguments for 'xtrim' command
> XTRIM s MINID x
(error) ERR Invalid stream ID specified as stream command argument
> XTRIM s MINID -
(error) ERR Invalid stream ID specified as stream command argument
> XTRIM s MINID + LIMIT 1
(error) ERR Invalid stream ID specified as stream command argument
> XTRIM s LIMIT 1
(error) ERR syntax error, LIMIT cannot be used without specifying a trimming strategy
> XTRIM s LIMIT 0
(error) ERR syntax error, XTRIM must be called with a trimming strategy
> XTRIM s MAXLEN 1 LIMIT 1
(error) ERR syntax error, LIMIT cannot be used without the special ~ option
> XTRIM s MAXLEN = 1 LIMIT 0
(error) ERR syntax error, LIMIT cannot be used without the special ~ option
> XTRIM s MAXLEN ~ 1 LIMIT -1
(error) ERR The LIMIT argument must be >= 0.
> XTRIM s MAXLEN ~ 1 LIMIT x
(error) ERR value is not an integer or out of range
> XTRIM s MAXLEN ~ 1 LIMIT
(error) ERR syntax error
> XTRIM s MAXLEN ~ 9223372036854775807 LIMIT 9223372036854775807
(integer) 0
> XTRIM s MAXLEN 9223372036854775808
(error) ERR value is not an integer or out of range
> XTRIM s NOMKSTREAM MAXLEN 1
(error) ERR syntax error
> XTRIM s FOO 1
(error) ERR syntax error
> XTRIM s
(error) ERR wrong number of arguments for 'xtrim' command
> XADD s LIMIT 1 2-1 a b
(error) ERR syntax error, LIMIT cannot be used without specifying a trimming strategy
> XADD s LIMIT 0 2-1 a b
(error) ERR syntax error, LIMIT cannot be used without the special ~ option
> XADD s MAXLEN 5 LIMIT 1 3-1 a b
(error) ERR syntax error, LIMIT cannot be used without the special ~ option
> XADD s MAXLEN -5 * a b
(error) ERR The MAXLEN argument must be >= 0.
> XADD s MAXLEN 5 MINID 1 3-1 a b
(error) ERR syntax error, MAXLEN and MINID options at the same time are not compatible
> XADD s MAXLEN 5
(error) ERR wrong number of arguments for 'xadd' command
> XADD s MAXLEN 5 3-1 a
(error) ERR wrong number of arguments for 'xadd' command
> XADD s MAXLEN 5 LIMIT
(error) ERR Invalid stream ID specified as stream command argument
> XADD s NOMKSTREAM NOMKSTREAM NOMKSTREAM
(error) ERR wrong number of arguments for 'xadd' command
> XLEN s
(integer) 1

== XSETID
> XSETID none 1-1
(error) ERR no such key
> XADD s 5-1 a b
"5-1"
> XSETID s 5-0
(error) ERR The ID specified in XSETID is smaller than the target stream top item
> XSETID s 5-1
OK
> XSETID s 9
OK
> XADD s 8-1 a b
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XADD s 9-* a b
"9-1"
> XSETID s 10-0 ENTRIESADDED 100 MAXDELETEDID 9-0
OK
> XSETID s 10-0 ENTRIESADDED 1
(error) ERR The entries_added specified in XSETID is smaller than the target stream length
> XSETID s 10-0 ENTRIESADDED -1
(error) ERR entries_added must be positive
> XSETID s 10-0 ENTRIESADDED x
(error) ERR value is not an integer or out of range
> XSETID s 10-0 MAXDELETEDID 11-0
(error) ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id
> XSETID s 10-0 MAXDELETEDID x
(error) ERR Invalid stream ID specified as stream command argument
> XSETID s 10-0 FOO 1
(error) ERR syntax error
> XSETID s 10-0 ENTRIESADDED
(error) ERR syntax error
> XSETID s -
(error) ERR Invalid stream ID specified as stream command argument
> XSETID s foo
(error) ERR Invalid stream ID specified as stream command argument
> XINFO STREAM s
 1) "length"
 2) (integer) 2
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "10-0"
 9) "max-deleted-entry-id"
10) "9-0"
11) "entries-added"
12) (integer) 100
13) "recorded-first-entry-id"
14) "5-1"
15) "groups"
16) (integer) 0
17) "first-entry"
18) 1) "5-1"
    2) 1) "a"
       2) "b"
19) "last-entry"
20) 1) "9-1"
    2) 1) "a"
       2) "b"
> XDEL s 5-1 9-1
(integer) 2
> XSETID s 1-1 ENTRIESADDED 0
OK
> XADD s 1-2 a b
"1-2"

== COPY, RENAME and DEL
@resp2
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a c
"2-1"
> XGROUP CREATE s g 1
OK
> XREADGROUP GROUP g c STREAMS s >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"
      2) 1) "2-1"
         2) 1) "a"
            2) "c"
> COPY s t
(integer) 1
> XADD s 3-1 a d
"3-1"
> XACK s g 2-1
(integer) 1
> XRANGE t - +
1) 1) "1-1"
   2) 1) "a"
      2) "b"
2) 1) "2-1"
   2) 1) "a"
      2) "c"
> XPENDING t g
1) (integer) 2
2) "1-1"
3) "2-1"
4) 1) 1) "c"
      2) "2"
> XPENDING s g
1) (integer) 1
2) "1-1"
3) "1-1"
4) 1) 1) "c"
      2) "1"
> RENAME t u
OK
> XLEN u
(integer) 2
> XINFO GROUPS u
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 2
    7) "last-delivered-id"
    8) "2-1"
    9) "entries-read"
   10) (integer) 2
   11) "lag"
   12) (integer) 0
> XGROUP DESTROY u g
(integer) 1
> XINFO GROUPS u
(empty array)
> DEL u
(integer) 1
> EXISTS u
(integer) 0
> UNLINK s
(integer) 1

== Inside MULTI
@resp2
> MULTI
OK
> XADD s 1-1 a b
QUEUED
> XGROUP CREATE s g 0
QUEUED
> XREADGROUP GROUP g c BLOCK 0 STREAMS s >
QUEUED
> XREADGROUP GROUP g c BLOCK 0 STREAMS s >
QUEUED
> XREAD BLOCK 0 STREAMS s $
QUEUED
> XREAD BLOCK 0 STREAMS s 0
QUEUED
> XTRIM s MAXLEN 0
QUEUED
> EXEC
1) "1-1"
2) OK
3) 1) 1) "s"
      2) 1) 1) "1-1"
            2) 1) "a"
               2) "b"
4) (nil)
5) (nil)
6) 1) 1) "s"
      2) 1) 1) "1-1"
            2) 1) "a"
               2) "b"
7) (integer) 1

== A watch breaks when entries change, not when a group does
@resp2
> XADD s 1-1 a b
"1-1"
> XGROUP CREATE s g 0
OK
> WATCH s
OK
@conn other
> XREADGROUP GROUP g c STREAMS s >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"
> XACK s g 1-1
(integer) 1
> XGROUP CREATE s h 0
OK
> XGROUP SETID s g 0
OK
> XGROUP DELCONSUMER s g c
(integer) 0
> XGROUP DESTROY s g
(integer) 1
> XSETID s 2-1
OK
@conn main
> MULTI
OK
> XLEN s
QUEUED
> EXEC
1) (integer) 1
> WATCH s
OK
@conn other
> XDEL s 1-1
(integer) 1
@conn main
> MULTI
OK
> XLEN s
QUEUED
> EXEC
(nil)

== Digests tell streams apart
@skip-oracle our digest is our own
> DEL s t
(integer) 0
> XADD s 1-1 a b
"1-1"
> COPY s t
(integer) 1
> XLEN t
(integer) 1

== XADD into a full millisecond
> XADD x 7-18446744073709551615 f v
"7-18446744073709551615"
> XADD x 7-* f v
(error) ERR Elements are too large to be stored
> XADD x 8-* f v
"8-0"

== Keyspace events
@resp2
> CONFIG SET notify-keyspace-events Et
OK
> PSUBSCRIBE __keyevent@0__:*
1) "psubscribe"
2) "__keyevent@0__:*"
3) (integer) 1
@conn other
> XADD s 1-1 a b
"1-1"
> XADD s MAXLEN 1 2-1 a b
"2-1"
> XADD s NOMKSTREAM 3-1 a b
"3-1"
> XADD n NOMKSTREAM 3-1 a b
(nil)
> XADD s 1-1 a b
(error) ERR The ID specified in XADD is equal or smaller than the target stream top item
> XDEL s 9-9
(integer) 0
> XDEL s 2-1
(integer) 1
> XTRIM s MAXLEN 5
(integer) 0
> XTRIM s MAXLEN 0
(integer) 1
> XGROUP CREATE s g 0
OK
> XGROUP CREATE m g 0 MKSTREAM
OK
> XGROUP CREATE s g 0
(error) BUSYGROUP Consumer Group name already exists
> XGROUP SETID s g 0
OK
> XGROUP CREATECONSUMER s g c
(integer) 1
> XGROUP CREATECONSUMER s g c
(integer) 0
> XADD s 5-1 a b
"5-1"
> XADD s 6-1 a b
"6-1"
> XREADGROUP GROUP g d STREAMS s >
1) 1) "s"
   2) 1) 1) "5-1"
         2) 1) "a"
            2) "b"
      2) 1) "6-1"
         2) 1) "a"
            2) "b"
> XREADGROUP GROUP g d STREAMS s >
(nil)
> XREADGROUP GROUP g e STREAMS s 0
1) 1) "s"
   2) (empty array)
> XREADGROUP GROUP g f STREAMS nokey >
(error) NOGROUP No such key 'nokey' or consumer group 'g' in XREADGROUP with GROUP option
> XACK s g 5-1
(integer) 1
> XCLAIM s g z 0 6-1
1) 1) "6-1"
   2) 1) "a"
      2) "b"
> XCLAIM s g z 0 6-1
1) 1) "6-1"
   2) 1) "a"
      2) "b"
> XAUTOCLAIM s g y 0 0
1) "0-0"
2) 1) 1) "6-1"
      2) 1) "a"
         2) "b"
3) (empty array)
> XAUTOCLAIM s g y 0 0
1) "0-0"
2) 1) 1) "6-1"
      2) 1) "a"
         2) "b"
3) (empty array)
> XGROUP DELCONSUMER s g y
(integer) 1
> XGROUP DELCONSUMER s g y
(integer) 0
> XSETID s 9-9
OK
> XSETID s 1-1
(error) ERR The ID specified in XSETID is smaller than the target stream top item
> XGROUP DESTROY s g
(integer) 1
> XGROUP DESTROY s g
(integer) 0
> CONFIG SET notify-keyspace-events ""
OK
@conn main
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xadd"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xadd"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xtrim"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xadd"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xdel"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xtrim"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-create"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-create"
4) "m"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-setid"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-createconsumer"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xadd"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xadd"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-createconsumer"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-createconsumer"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-createconsumer"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-createconsumer"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-delconsumer"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xsetid"
4) "s"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:xgroup-destroy"
4) "s"

== Trimming by blocks of any size
> CONFIG SET stream-node-max-entries 9223372036854775807
OK
> XADD s MAXLEN ~ 1 1-1 a b
"1-1"
> XADD s MAXLEN ~ 1 2-1 a b
"2-1"
> XTRIM s MINID ~ 9
(integer) 2
> CONFIG SET stream-node-max-entries 100
OK
