== XRANGE and XREVRANGE
> XADD s 1-1 n 1
"1-1"
> XADD s 1-2 n 2
"1-2"
> XADD s 2-0 n 3
"2-0"
> XADD s 3-5 n 4
"3-5"
> XRANGE s - +
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
3) 1) "2-0"
   2) 1) "n"
      2) "3"
4) 1) "3-5"
   2) 1) "n"
      2) "4"
> XRANGE s 1 2
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
3) 1) "2-0"
   2) 1) "n"
      2) "3"
> XRANGE s 1-2 2-0
1) 1) "1-2"
   2) 1) "n"
      2) "2"
2) 1) "2-0"
   2) 1) "n"
      2) "3"
> XRANGE s 1 1
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
> XRANGE s 2 1
(empty array)
> XRANGE s (1-1 +
1) 1) "1-2"
   2) 1) "n"
      2) "2"
2) 1) "2-0"
   2) 1) "n"
      2) "3"
3) 1) "3-5"
   2) 1) "n"
      2) "4"
> XRANGE s (1 +
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
3) 1) "2-0"
   2) 1) "n"
      2) "3"
4) 1) "3-5"
   2) 1) "n"
      2) "4"
> XRANGE s - (3-5
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
3) 1) "2-0"
   2) 1) "n"
      2) "3"
> XRANGE s - (1
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
> XRANGE s - + COUNT 2
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
> XRANGE s - + COUNT 0
(nil)
> XRANGE s - + COUNT -1
(nil)
> XRANGE s - + COUNT -9223372036854775808
(nil)
> XRANGE s - + COUNT 9223372036854775807
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
3) 1) "2-0"
   2) 1) "n"
      2) "3"
4) 1) "3-5"
   2) 1) "n"
      2) "4"
> XRANGE s - + COUNT x
(error) ERR value is not an integer or out of range
> XRANGE s - + COUNT
(error) ERR syntax error
> XRANGE s - + COUNT 1 COUNT 2
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
> XRANGE s - + FOO 1
(error) ERR syntax error
> XRANGE s + -
(empty array)
> XREVRANGE s + -
1) 1) "3-5"
   2) 1) "n"
      2) "4"
2) 1) "2-0"
   2) 1) "n"
      2) "3"
3) 1) "1-2"
   2) 1) "n"
      2) "2"
4) 1) "1-1"
   2) 1) "n"
      2) "1"
> XREVRANGE s - +
(empty array)
> XREVRANGE s 2 1
1) 1) "2-0"
   2) 1) "n"
      2) "3"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
3) 1) "1-1"
   2) 1) "n"
      2) "1"
> XREVRANGE s (2-0 -
1) 1) "1-2"
   2) 1) "n"
      2) "2"
2) 1) "1-1"
   2) 1) "n"
      2) "1"
> XREVRANGE s + (2-0
1) 1) "3-5"
   2) 1) "n"
      2) "4"
> XREVRANGE s + - COUNT 1
1) 1) "3-5"
   2) 1) "n"
      2) "4"
> XREVRANGE s (3-5 (1-1 COUNT 5
1) 1) "2-0"
   2) 1) "n"
      2) "3"
2) 1) "1-2"
   2) 1) "n"
      2) "2"
> XRANGE none - +
(empty array)
> XRANGE none - + COUNT 0
(empty array)
> XRANGE none foo +
(error) ERR Invalid stream ID specified as stream command argument
> XRANGE s
(error) ERR wrong number of arguments for 'xrange' command

== Ends of a range at the edges of ids
> XADD s 0-1 n 1
"0-1"
> XADD s 18446744073709551615-18446744073709551615 n 2
"18446744073709551615-18446744073709551615"
> XRANGE s 18446744073709551615 +
1) 1) "18446744073709551615-18446744073709551615"
   2) 1) "n"
      2) "2"
> XRANGE s (18446744073709551615-18446744073709551614 +
1) 1) "18446744073709551615-18446744073709551615"
   2) 1) "n"
      2) "2"
> XRANGE s (18446744073709551615-18446744073709551615 +
(error) ERR invalid start ID for the interval
> XREVRANGE s + (18446744073709551615-18446744073709551615
(error) ERR invalid start ID for the interval
> XRANGE s - (0-0
(error) ERR invalid end ID for the interval
> XREVRANGE s (0-0 -
(error) ERR invalid end ID for the interval
> XRANGE s (- +
(error) ERR Invalid stream ID specified as stream command argument
> XRANGE s ( +
(error) ERR Invalid stream ID specified as stream command argument
> XRANGE s - (+
(error) ERR Invalid stream ID specified as stream command argument
> XRANGE s 0-18446744073709551615 (18446744073709551615-0
(empty array)
> XRANGE s (0-18446744073709551615 18446744073709551615-0
(empty array)
> XREVRANGE s 18446744073709551615-18446744073709551615 0-0 COUNT 1
1) 1) "18446744073709551615-18446744073709551615"
   2) 1) "n"
      2) "2"

== Ranges over many blocks
> CONFIG SET stream-node-max-entries 2
OK
> XADD s 1-0 a 1
"1-0"
> XADD s 1-1 a 2
"1-1"
> XADD s 1-2 b 3
"1-2"
> XADD s 2-0 a 4
"2-0"
> XADD s 4-0 a 5
"4-0"
> XADD s 4-1 a 6
"4-1"
> XADD s 9-9 a 7
"9-9"
> XRANGE s 1-1 4-0
1) 1) "1-1"
   2) 1) "a"
      2) "2"
2) 1) "1-2"
   2) 1) "b"
      2) "3"
3) 1) "2-0"
   2) 1) "a"
      2) "4"
4) 1) "4-0"
   2) 1) "a"
      2) "5"
> XREVRANGE s 4-0 1-1
1) 1) "4-0"
   2) 1) "a"
      2) "5"
2) 1) "2-0"
   2) 1) "a"
      2) "4"
3) 1) "1-2"
   2) 1) "b"
      2) "3"
4) 1) "1-1"
   2) 1) "a"
      2) "2"
> XRANGE s 3 3
(empty array)
> XREVRANGE s 8 5
(empty array)
> XDEL s 4-0 4-1
(integer) 2
> XRANGE s 2 +
1) 1) "2-0"
   2) 1) "a"
      2) "4"
2) 1) "9-9"
   2) 1) "a"
      2) "7"
> XREVRANGE s 8 -
1) 1) "2-0"
   2) 1) "a"
      2) "4"
2) 1) "1-2"
   2) 1) "b"
      2) "3"
3) 1) "1-1"
   2) 1) "a"
      2) "2"
4) 1) "1-0"
   2) 1) "a"
      2) "1"
> XRANGE s 1-2 + COUNT 2
1) 1) "1-2"
   2) 1) "b"
      2) "3"
2) 1) "2-0"
   2) 1) "a"
      2) "4"
> XREVRANGE s + - COUNT 2
1) 1) "9-9"
   2) 1) "a"
      2) "7"
2) 1) "2-0"
   2) 1) "a"
      2) "4"
> CONFIG SET stream-node-max-entries 100
OK

== XREAD without waiting
@resp2
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD t 1-5 n 3
"1-5"
> XREAD STREAMS s 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD STREAMS s t 0 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"
2) 1) "t"
   2) 1) 1) "1-5"
         2) 1) "n"
            2) "3"
> XREAD STREAMS s t 1 1-5
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD COUNT 1 STREAMS s t 0 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
2) 1) "t"
   2) 1) 1) "1-5"
         2) 1) "n"
            2) "3"
> XREAD COUNT 0 STREAMS s 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD COUNT -1 STREAMS s 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD count 1 streams s 1-1
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD STREAMS s $
(nil)
> XREAD STREAMS none 0
(nil)
> XREAD STREAMS none s 0 1-1
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD STREAMS s s 0 1-1
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"
2) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD STREAMS s 18446744073709551615-18446744073709551615
(nil)
> XREAD STREAMS s 2-0
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREAD BLOCK 10 STREAMS s 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
      2) 1) "2-1"
         2) 1) "n"
            2) "2"

== Arguments of XREAD
> XADD s 1-1 n 1
"1-1"
> XREAD STREAMS s
(error) ERR wrong number of arguments for 'xread' command
> XREAD STREAMS s t 0
(error) ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.
> XREAD STREAMS
(error) ERR wrong number of arguments for 'xread' command
> XREAD COUNT 1 STREAMS
(error) ERR syntax error
> XREAD COUNT x STREAMS s 0
(error) ERR value is not an integer or out of range
> XREAD COUNT
(error) ERR wrong number of arguments for 'xread' command
> XREAD COUNT 1 BLOCK
(error) ERR syntax error
> XREAD BLOCK x STREAMS s $
(error) ERR timeout is not an integer or out of range
> XREAD BLOCK -1 STREAMS s $
(error) ERR timeout is negative
> XREAD BLOCK 1.5 STREAMS s $
(error) ERR timeout is not an integer or out of range
> XREAD FOO STREAMS s 0
(error) ERR syntax error
> XREAD STREAMS s >
(error) ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.
> XREAD STREAMS s -
(error) ERR Invalid stream ID specified as stream command argument
> XREAD STREAMS s foo
(error) ERR Invalid stream ID specified as stream command argument
> XREAD STREAMS none foo
(error) ERR Invalid stream ID specified as stream command argument
> XREAD GROUP g c STREAMS s >
(error) ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.
> XREAD NOACK STREAMS s 0
(error) ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.
> XREAD GROUP g STREAMS s
(error) ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.
> XREAD s 0 0 0
(error) ERR syntax error
> SET str v
OK
> XREAD STREAMS s str 0 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XREAD STREAMS str s foo 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== A timeout too far to be told
@skip-oracle 7.0 overflows and answers at once; the text is that of 7.2
> XREAD BLOCK 9223372036854775807 STREAMS s $
(error) ERR timeout is out of range

== XREAD from the last entry
@resp2
@skip-oracle newer: 7.4
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XREAD STREAMS s +
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XDEL s 2-1
(integer) 1
> XREAD COUNT 1 STREAMS s +
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
> XDEL s 1-1
(integer) 1
> XREAD STREAMS s +
(nil)
> XREAD STREAMS none +
(nil)
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g c STREAMS s +
(error) ERR The + ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The + ID would just return an empty result set.

== XREAD replies with a map in RESP3
@resp3
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD t 1-5 n 3
"1-5"
> XREAD STREAMS s 0
1# "s" => 1) 1) "1-1"
      2) 1) "n"
         2) "1"
   2) 1) "2-1"
      2) 1) "n"
         2) "2"
> XREAD COUNT 1 STREAMS s t 0 0
1# "s" => 1) 1) "1-1"
      2) 1) "n"
         2) "1"
2# "t" => 1) 1) "1-5"
      2) 1) "n"
         2) "3"
> XREAD STREAMS s $
(nil)
> XREAD BLOCK 10 STREAMS none 0
(nil)
