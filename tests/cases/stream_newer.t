== XDELEX
@skip-oracle newer: 8.2
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XADD s 3-1 a b
"3-1"
> XADD s 4-1 a b
"4-1"
> XDELEX s IDS 1 1-1
1) (integer) 1
> XDELEX s IDS 2 1-1
(error) ERR The `numids` parameter must match the number of arguments
> XDELEX s IDS 0 1-1
(error) ERR Number of IDs must be a positive integer
> XDELEX s IDS -1 1-1
(error) ERR Number of IDs must be a positive integer
> XDELEX s IDS x 1-1
(error) ERR Number of IDs must be a positive integer
> XDELEX s IDS 9223372036854775807 1-1
(error) ERR The `numids` parameter must match the number of arguments
> XDELEX s IDS 99999999999999999999 1-1
(error) ERR Number of IDs must be a positive integer
> XDELEX s IDS 1 1-1 2-1
(error) ERR syntax error
> XDELEX s FOO IDS 1 1-1
(error) ERR syntax error
> XDELEX s KEEPREF DELREF IDS 1 1-1
(error) ERR syntax error
> XDELEX s KEEPREF KEEPREF IDS 1 1-1
(error) ERR syntax error
> XDELEX s IDS 1 2-1 KEEPREF
1) (integer) 1
> XDELEX s IDS 1 2-1 IDS 1 3-1
1) (integer) 1
> XDELEX s IDS 1 foo
(error) ERR Invalid stream ID specified as stream command argument
> XDELEX s IDS 1 -
(error) ERR Invalid stream ID specified as stream command argument
> XDELEX s ids 3 3-1 3-1 9-9
1) (integer) -1
2) (integer) -1
3) (integer) -1
> XDELEX none IDS 2 1-1 2-2
1) (integer) -1
2) (integer) -1
> XDELEX none IDS 1 foo
1) (integer) -1
> XDELEX none IDS 2 foo
(error) ERR The `numids` parameter must match the number of arguments
> XDELEX none FOO 1 foo
(error) ERR syntax error
> SET str x
OK
> XDELEX str IDS 1 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XDELEX str FOO 1 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XDELEX s IDS
(error) ERR wrong number of arguments for 'xdelex' command
> XLEN s
(integer) 1

== XDELEX and the references of groups
@skip-oracle newer: 8.2
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XADD s 3-1 a b
"3-1"
> XADD s 4-1 a b
"4-1"
> XGROUP CREATE s g 0
OK
> XGROUP CREATE s h 0
OK
> XREADGROUP GROUP g c COUNT 3 STREAMS s >
*any*
> XDELEX s KEEPREF IDS 1 1-1
1) (integer) 1
> XPENDING s g
1) (integer) 3
2) "1-1"
3) "3-1"
4) 1) 1) "c"
      2) "3"
> XDELEX s DELREF IDS 2 1-1 2-1
1) (integer) -1
2) (integer) 1
> XPENDING s g
1) (integer) 1
2) "3-1"
3) "3-1"
4) 1) 1) "c"
      2) "1"
> XDELEX s ACKED IDS 3 3-1 4-1 9-9
1) (integer) 2
2) (integer) 2
3) (integer) 2
> XREADGROUP GROUP h c STREAMS s >
*any*
> XACK s h 3-1
(integer) 1
> XDELEX s ACKED IDS 1 3-1
1) (integer) 2
> XACK s g 3-1
(integer) 1
> XDELEX s ACKED IDS 2 3-1 3-1
1) (integer) 1
2) (integer) -1
> XRANGE s - +
1) 1) "4-1"
   2) 1) "a"
      2) "b"
> XINFO STREAM s
 1) "length"
 2) (integer) 1
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "4-1"
 9) "max-deleted-entry-id"
10) "3-1"
11) "entries-added"
12) (integer) 4
13) "recorded-first-entry-id"
14) "4-1"
15) "groups"
16) (integer) 2
17) "first-entry"
18) 1) "4-1"
    2) 1) "a"
       2) "b"
19) "last-entry"
20) 1) "4-1"
    2) 1) "a"
       2) "b"

== XACKDEL
@skip-oracle newer: 8.2
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
> XGROUP CREATE s g 0
OK
> XGROUP CREATE s h 0
OK
> XREADGROUP GROUP g c STREAMS s >
*any*
> XACKDEL s g IDS 2 1-1 9-9
1) (integer) 1
2) (integer) -1
> XACKDEL s g ACKED IDS 1 2-1
1) (integer) 2
> XREADGROUP GROUP h c COUNT 2 STREAMS s >
*any*
> XACKDEL s g ACKED IDS 2 3-1 3-1
1) (integer) 2
2) (integer) -1
> XACKDEL s h ACKED IDS 2 2-1 3-1
1) (integer) 1
2) (integer) 1
> XACKDEL s g DELREF IDS 2 4-1 5-1
1) (integer) 1
2) (integer) 1
> XPENDING s g
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)
> XPENDING s h
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)
> XLEN s
(integer) 0
> XACKDEL s none IDS 1 1-1
1) (integer) -1
> XACKDEL none g IDS 2 1-1 foo
1) (integer) -1
2) (integer) -1
> XACKDEL none g IDS 2 1-1
(error) ERR The `numids` parameter must match the number of arguments
> XACKDEL s g FOO 1 1-1
(error) ERR syntax error
> XACKDEL s g IDS 1 foo
(error) ERR Invalid stream ID specified as stream command argument
> XACKDEL s g IDS 1
(error) ERR wrong number of arguments for 'xackdel' command
> SET str x
OK
> XACKDEL str g IDS 1 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> XACKDEL str g FOO 1 1-1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== XACKDEL of an entry that is gone
@skip-oracle newer: 8.2
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g c STREAMS s >
*any*
> XDEL s 1-1 2-1
(integer) 2
> XACKDEL s g IDS 1 1-1
1) (integer) 1
> XACKDEL s g ACKED IDS 1 2-1
1) (integer) 1
> XPENDING s g
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)

== Trimming and the references of groups
@skip-oracle newer: 8.2
> XADD s 1-1 a b
"1-1"
> XADD s KEEPREF 2-1 a b
"2-1"
> XADD s ACKED NOMKSTREAM 3-1 a b
"3-1"
> XADD s 4-1 a b
"4-1"
> XADD s 5-1 a b
"5-1"
> XADD s 6-1 a b
"6-1"
> XGROUP CREATE s g 0
OK
> XTRIM s MAXLEN 4 ACKED
(integer) 0
> XREADGROUP GROUP g c COUNT 3 STREAMS s >
*any*
> XACK s g 1-1 3-1
(integer) 2
> XTRIM s ACKED MAXLEN 4
(integer) 2
> XRANGE s - +
1) 1) "2-1"
   2) 1) "a"
      2) "b"
2) 1) "4-1"
   2) 1) "a"
      2) "b"
3) 1) "5-1"
   2) 1) "a"
      2) "b"
4) 1) "6-1"
   2) 1) "a"
      2) "b"
> XTRIM s MAXLEN ~ 1 ACKED
(integer) 0
> XTRIM s MAXLEN 3 KEEPREF
(integer) 1
> XPENDING s g - + 10
1) 1) "2-1"
   2) "c"
   3) (integer) 0..900
   4) (integer) 1
> XREADGROUP GROUP g c STREAMS s >
*any*
> XTRIM s MINID 5-1 DELREF
(integer) 1
> XTRIM s MAXLEN ~ 0 DELREF
(integer) 0
> XPENDING s g
1) (integer) 3
2) "2-1"
3) "6-1"
4) 1) 1) "c"
      2) "3"
> XADD s MAXLEN 1 DELREF 7-1 x y
"7-1"
> XPENDING s g
1) (integer) 1
2) "2-1"
3) "2-1"
4) 1) 1) "c"
      2) "1"
> XRANGE s - +
1) 1) "7-1"
   2) 1) "x"
      2) "y"
> XTRIM s MAXLEN 1 ACKED KEEPREF
(error) ERR syntax error
> XTRIM s MAXLEN 1 FOO
(error) ERR syntax error
> XTRIM s DELREF LIMIT 1
(error) ERR syntax error, LIMIT cannot be used without specifying a trimming strategy
> XADD s DELREF ACKED 8-1 a b
(error) ERR Invalid stream ID specified as stream command argument
> XADD s MAXLEN 1 KEEPREF MAXLEN 8-1 a b
(error) ERR syntax error, MAXLEN and MINID options at the same time are not compatible
> XADD none NOMKSTREAM DELREF MAXLEN 3 1-1 a b
(nil)
> XADD s DELREF *
(error) ERR wrong number of arguments for 'xadd' command
