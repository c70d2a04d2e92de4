== XCLAIM
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD s 3-1 n 3
"3-1"
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g a STREAMS s >
*any*
> XCLAIM s g b 0 1-1 7-7
1) 1) "1-1"
   2) 1) "n"
      2) "1"
> XCLAIM s g b 1000000 2-1
(empty array)
> XCLAIM s g b -5 2-1 JUSTID
1) "2-1"
> XPENDING s g - + 10 b
1) 1) "1-1"
   2) "b"
   3) (integer) 0..900
   4) (integer) 2
2) 1) "2-1"
   2) "b"
   3) (integer) 0..900
   4) (integer) 1
> XDEL s 2-1
(integer) 1
> XCLAIM s g c 0 1-1 2-1 3-1
1) 1) "1-1"
   2) 1) "n"
      2) "1"
2) 1) "3-1"
   2) 1) "n"
      2) "3"
> XPENDING s g
1) (integer) 2
2) "1-1"
3) "3-1"
4) 1) 1) "c"
      2) "2"
> XCLAIM s g c 0 3-1 3-1 JUSTID
1) "3-1"
2) "3-1"
> XGROUP DELCONSUMER s g c
(integer) 2

== XCLAIM makes entries pending
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XGROUP CREATE s g 0
OK
> XCLAIM s g a 0 1-1
(empty array)
> XCLAIM s g a 0 1-1 FORCE
1) 1) "1-1"
   2) 1) "n"
      2) "1"
> XCLAIM s g a 0 9-9 FORCE
(empty array)
> XCLAIM s g a 0 2-1 FORCE JUSTID
1) "2-1"
> XPENDING s g - + 10
1) 1) "1-1"
   2) "a"
   3) (integer) 0..900
   4) (integer) 2
2) 1) "2-1"
   2) "a"
   3) (integer) 0..900
   4) (integer) 1
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 2
    7) "last-delivered-id"
    8) "0-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 2
> XCLAIM s g a 0 9-9 LASTID 1-5
(empty array)
> XCLAIM s g a 0 9-9 LASTID 1-1
(empty array)
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 2
    7) "last-delivered-id"
    8) "1-5"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)

== Options of XCLAIM
> XADD s 1-1 n 1
"1-1"
> XGROUP CREATE s g 0
OK
> XCLAIM s g a 0 1-1 FORCE RETRYCOUNT 7 IDLE 5000 JUSTID
1) "1-1"
> XPENDING s g - + 10
1) 1) "1-1"
   2) "a"
   3) (integer) 5000..6000
   4) (integer) 7
> XCLAIM s g a 0 1-1 TIME 9223372036854775807 RETRYCOUNT 9223372036854775807
1) 1) "1-1"
   2) 1) "n"
      2) "1"
> XCLAIM s g a 0 1-1 IDLE -5 RETRYCOUNT -1
1) 1) "1-1"
   2) 1) "n"
      2) "1"
> XPENDING s g - + 10
1) 1) "1-1"
   2) "a"
   3) (integer) 0..900
   4) (integer) -9223372036854775808
> XCLAIM s g a 0 1-1 IDLE -9223372036854775808 RETRYCOUNT 0 TIME -1
1) 1) "1-1"
   2) 1) "n"
      2) "1"
> XCLAIM s g a 0 1-1 TIME 0 JUSTID
1) "1-1"
> XPENDING s g IDLE 1000000000000 - + 10
1) 1) "1-1"
   2) "a"
   3) (integer) 1600000000000..4000000000000
   4) (integer) 0
> XCLAIM s g a x 1-1
(error) ERR Invalid min-idle-time argument for XCLAIM
> XCLAIM s g a 0 foo
(error) ERR Unrecognized XCLAIM option 'foo'
> XCLAIM s g a 0 1-1 foo
(error) ERR Unrecognized XCLAIM option 'foo'
> XCLAIM s g a 0 1-1 IDLE x
(error) ERR Invalid IDLE option argument for XCLAIM
> XCLAIM s g a 0 1-1 IDLE
(error) ERR Unrecognized XCLAIM option 'IDLE'
> XCLAIM s g a 0 1-1 TIME x
(error) ERR Invalid TIME option argument for XCLAIM
> XCLAIM s g a 0 1-1 RETRYCOUNT x
(error) ERR Invalid RETRYCOUNT option argument for XCLAIM
> XCLAIM s g a 0 1-1 LASTID x
(error) ERR Invalid stream ID specified as stream command argument
> XCLAIM s g a 0 1-1 - JUSTID
(error) ERR Unrecognized XCLAIM option '-'
> XCLAIM s g a 0 JUSTID
(empty array)
> XCLAIM s none a 0 1-1
(error) NOGROUP No such key 's' or consumer group 'none'
> XCLAIM none g a x 1-1
(error) NOGROUP No such key 'none' or consumer group 'g'
> XCLAIM s g a 0
(error) ERR wrong number of arguments for 'xclaim' command

== XAUTOCLAIM
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD s 3-1 n 3
"3-1"
> XADD s 4-1 n 4
"4-1"
> XGROUP CREATE s g 0
OK
> XAUTOCLAIM s g b 0 0
1) "0-0"
2) (empty array)
3) (empty array)
> XREADGROUP GROUP g a STREAMS s >
*any*
> XAUTOCLAIM s g b 1000000 0
1) "0-0"
2) (empty array)
3) (empty array)
> XAUTOCLAIM s g b 0 0 COUNT 1
1) "2-1"
2) 1) 1) "1-1"
      2) 1) "n"
         2) "1"
3) (empty array)
> XAUTOCLAIM s g b 0 (1-1 COUNT 2 JUSTID
1) "4-1"
2) 1) "2-1"
   2) "3-1"
3) (empty array)
> XDEL s 1-1 3-1
(integer) 2
> XAUTOCLAIM s g c 0 - COUNT 1
1) "2-1"
2) (empty array)
3) 1) "1-1"
> XAUTOCLAIM s g c 0 - COUNT 2
1) "4-1"
2) 1) 1) "2-1"
      2) 1) "n"
         2) "2"
3) 1) "3-1"
> XAUTOCLAIM s g c 0 - COUNT 9223372036854775807
(error) ERR COUNT must be > 0
> XAUTOCLAIM s g c 0 - COUNT 576460752303423488
(error) ERR COUNT must be > 0
> XAUTOCLAIM s g c 0 -
1) "0-0"
2) 1) 1) "2-1"
      2) 1) "n"
         2) "2"
   2) 1) "4-1"
      2) 1) "n"
         2) "4"
3) (empty array)
> XAUTOCLAIM s g c -1 4-1 JUSTID
1) "0-0"
2) 1) "4-1"
3) (empty array)
> XAUTOCLAIM s g c 0 4-2
1) "0-0"
2) (empty array)
3) (empty array)
> XPENDING s g
1) (integer) 2
2) "2-1"
3) "4-1"
4) 1) 1) "c"
      2) "2"
> XAUTOCLAIM s g c 0 + COUNT 1
1) "0-0"
2) (empty array)
3) (empty array)
> XAUTOCLAIM s g c x 0
(error) ERR Invalid min-idle-time argument for XAUTOCLAIM
> XAUTOCLAIM s g c 0 foo
(error) ERR Invalid stream ID specified as stream command argument
> XAUTOCLAIM s g c 0 0 COUNT 0
(error) ERR COUNT must be > 0
> XAUTOCLAIM s g c 0 0 COUNT -1
(error) ERR COUNT must be > 0
> XAUTOCLAIM s g c 0 0 COUNT x
(error) ERR COUNT must be > 0
> XAUTOCLAIM s g c 0 0 COUNT
(error) ERR syntax error
> XAUTOCLAIM s g c 0 0 FOO
(error) ERR syntax error
> XAUTOCLAIM s g c 0 (18446744073709551615-18446744073709551615
(error) ERR invalid start ID for the interval
> XAUTOCLAIM s none c 0 0
(error) NOGROUP No such key 's' or consumer group 'none'
> XAUTOCLAIM none g c 0 0
(error) NOGROUP No such key 'none' or consumer group 'g'
> XAUTOCLAIM none g c x 0
(error) ERR Invalid min-idle-time argument for XAUTOCLAIM
> XAUTOCLAIM s g c 0
(error) ERR wrong number of arguments for 'xautoclaim' command

== A huge count allocates nothing
@skip-oracle Redis tries to allocate and fails
> XADD s 1-1 n 1
"1-1"
> XGROUP CREATE s g 0
OK
> XAUTOCLAIM s g c 0 0 COUNT 576460752303423487
1) "0-0"
2) (empty array)
3) (empty array)

== Consumers stay known to the others when one goes
> XGROUP CREATE s g 0 MKSTREAM
OK
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 1
"2-1"
> XCLAIM s g a 0 1-1 FORCE JUSTID
1) "1-1"
> XCLAIM s g b 0 2-1 FORCE JUSTID
1) "2-1"
> XGROUP DELCONSUMER s g a
(integer) 1
> XCLAIM s g c 0 1-1 FORCE JUSTID
1) "1-1"
> XPENDING s g
1) (integer) 2
2) "1-1"
3) "2-1"
4) 1) 1) "b"
      2) "1"
   2) 1) "c"
      2) "1"
> XGROUP DELCONSUMER s g b
(integer) 1
> XPENDING s g
1) (integer) 1
2) "1-1"
3) "1-1"
4) 1) 1) "c"
      2) "1"
