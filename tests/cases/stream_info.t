== XINFO STREAM
> XADD s 1-1 n 1
"1-1"
> XADD s 1-2 n 2
"1-2"
> XADD s 3-1 n 3
"3-1"
> XINFO STREAM s
 1) "length"
 2) (integer) 3
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "groups"
16) (integer) 0
17) "first-entry"
18) 1) "1-1"
    2) 1) "n"
       2) "1"
19) "last-entry"
20) 1) "3-1"
    2) 1) "n"
       2) "3"
> XDEL s 1-2
(integer) 1
> XGROUP CREATE s g 0
OK
> XINFO STREAM s
 1) "length"
 2) (integer) 2
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "1-2"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "groups"
16) (integer) 1
17) "first-entry"
18) 1) "1-1"
    2) 1) "n"
       2) "1"
19) "last-entry"
20) 1) "3-1"
    2) 1) "n"
       2) "3"
> XDEL s 1-1 3-1
(integer) 2
> XINFO STREAM s
 1) "length"
 2) (integer) 0
 3) "radix-tree-keys"
 4) (integer) 0
 5) "radix-tree-nodes"
 6) (integer) 1
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "3-1"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "0-0"
15) "groups"
16) (integer) 1
17) "first-entry"
18) (nil)
19) "last-entry"
20) (nil)
> XINFO STREAM none
(error) ERR no such key
> XINFO STREAM none FOO
(error) ERR no such key
> XINFO STREAM s FOO
(error) ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.
> XINFO STREAM s FULL COUNT
(error) ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.
> XINFO STREAM s FULL FOO 1
(error) ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.
> XINFO STREAM s FULL COUNT x
(error) ERR value is not an integer or out of range
> XINFO STREAM s COUNT 1
(error) ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.
> XINFO STREAM s FULL COUNT 1 2
(error) ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.
> XINFO STREAM
(error) ERR wrong number of arguments for 'xinfo|stream' command
> XINFO
(error) ERR wrong number of arguments for 'xinfo' command
> XINFO FOO s
(error) ERR unknown subcommand 'FOO'. Try XINFO HELP.
> XINFO HELP
1) XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
2) CONSUMERS <key> <groupname>
3)     Show consumers of <groupname>.
4) GROUPS <key>
5)     Show the stream consumer groups.
6) STREAM <key> [FULL [COUNT <count>]
7)     Show information about the stream.
8) HELP
9)     Prints this help.
> XINFO HELP x
(error) ERR wrong number of arguments for 'xinfo|help' command

== XINFO STREAM FULL
> XADD s 1-1 n 1
"1-1"
> XADD s 1-2 n 2
"1-2"
> XADD s 3-1 n 3
"3-1"
> XINFO STREAM s FULL
 1) "length"
 2) (integer) 3
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "entries"
16) 1) 1) "1-1"
       2) 1) "n"
          2) "1"
    2) 1) "1-2"
       2) 1) "n"
          2) "2"
    3) 1) "3-1"
       2) 1) "n"
          2) "3"
17) "groups"
18) (empty array)
> XINFO STREAM s full count 1
 1) "length"
 2) (integer) 3
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "entries"
16) 1) 1) "1-1"
       2) 1) "n"
          2) "1"
17) "groups"
18) (empty array)
> XINFO STREAM s FULL COUNT 0
 1) "length"
 2) (integer) 3
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "entries"
16) 1) 1) "1-1"
       2) 1) "n"
          2) "1"
    2) 1) "1-2"
       2) 1) "n"
          2) "2"
    3) 1) "3-1"
       2) 1) "n"
          2) "3"
17) "groups"
18) (empty array)
> XINFO STREAM s FULL COUNT -1
 1) "length"
 2) (integer) 3
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "entries"
16) 1) 1) "1-1"
       2) 1) "n"
          2) "1"
    2) 1) "1-2"
       2) 1) "n"
          2) "2"
    3) 1) "3-1"
       2) 1) "n"
          2) "3"
17) "groups"
18) (empty array)
> XGROUP CREATE s g 0
OK
> XGROUP CREATE s a $
OK
> XINFO STREAM s FULL COUNT 1
 1) "length"
 2) (integer) 3
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "1-1"
15) "entries"
16) 1) 1) "1-1"
       2) 1) "n"
          2) "1"
17) "groups"
18) 1)  1) "name"
        2) "a"
        3) "last-delivered-id"
        4) "3-1"
        5) "entries-read"
        6) (nil)
        7) "lag"
        8) (integer) 0
        9) "pel-count"
       10) (integer) 0
       11) "pending"
       12) (empty array)
       13) "consumers"
       14) (empty array)
    2)  1) "name"
        2) "g"
        3) "last-delivered-id"
        4) "0-0"
        5) "entries-read"
        6) (nil)
        7) "lag"
        8) (integer) 3
        9) "pel-count"
       10) (integer) 0
       11) "pending"
       12) (empty array)
       13) "consumers"
       14) (empty array)

== XINFO STREAM FULL of a group with consumers
> XADD s 1-1 n 1
"1-1"
> XADD s 1-2 n 2
"1-2"
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g c STREAMS s >
*any*
> XINFO STREAM s FULL COUNT 1
 1) "length"
 2) (integer) 2
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "1-2"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 2
13) "recorded-first-entry-id"
14) "1-1"
15) "entries"
16) 1) 1) "1-1"
       2) 1) "n"
          2) "1"
17) "groups"
18) 1)  1) "name"
        2) "g"
        3) "last-delivered-id"
        4) "1-2"
        5) "entries-read"
        6) (integer) 2
        7) "lag"
        8) (integer) 0
        9) "pel-count"
       10) (integer) 2
       11) "pending"
       12) 1) 1) "1-1"
              2) "c"
              3) (integer) 1600000000000..4000000000000
              4) (integer) 1
       13) "consumers"
       14) 1) 1) "name"
              2) "c"
              3) "seen-time"
              4) (integer) 1600000000000..4000000000000
              5) "pel-count"
              6) (integer) 2
              7) "pending"
              8) 1) 1) "1-1"
                    2) (integer) 1600000000000..4000000000000
                    3) (integer) 1

== XINFO GROUPS and CONSUMERS
> XGROUP CREATE s b $ MKSTREAM
OK
> XINFO CONSUMERS s b
(empty array)
> XINFO GROUPS s
1)  1) "name"
    2) "b"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "0-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 0
> XGROUP CREATE s a $
OK
> XGROUP CREATECONSUMER s b y
(integer) 1
> XGROUP CREATECONSUMER s b x
(integer) 1
> XINFO CONSUMERS s b
1) 1) "name"
   2) "x"
   3) "pending"
   4) (integer) 0
   5) "idle"
   6) (integer) 0..900
2) 1) "name"
   2) "y"
   3) "pending"
   4) (integer) 0
   5) "idle"
   6) (integer) 0..900
> XINFO GROUPS s
1)  1) "name"
    2) "a"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "0-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 0
2)  1) "name"
    2) "b"
    3) "consumers"
    4) (integer) 2
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "0-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 0
> XINFO GROUPS none
(error) ERR no such key
> XINFO CONSUMERS none b
(error) ERR no such key
> XINFO CONSUMERS s none
(error) NOGROUP No such consumer group 'none' for key name 's'
> XINFO CONSUMERS s
(error) ERR wrong number of arguments for 'xinfo|consumers' command
> XINFO GROUPS s x
(error) ERR wrong number of arguments for 'xinfo|groups' command

== Lag of a group as entries go
> XADD s 1-0 n 1
"1-0"
> XADD s 2-0 n 2
"2-0"
> XADD s 3-0 n 3
"3-0"
> XADD s 4-0 n 4
"4-0"
> XGROUP CREATE s g 0
OK
> XGROUP CREATE s h 2-0
OK
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "0-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 4
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "2-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)
> XREADGROUP GROUP g c COUNT 1 STREAMS s >
*any*
> XREADGROUP GROUP h c COUNT 1 STREAMS s >
*any*
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "1-0"
    9) "entries-read"
   10) (integer) 1
   11) "lag"
   12) (integer) 3
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)
> XDEL s 3-0
(integer) 1
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "1-0"
    9) "entries-read"
   10) (integer) 1
   11) "lag"
   12) (nil)
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)
> XREADGROUP GROUP g c COUNT 1 STREAMS s >
*any*
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 2
    7) "last-delivered-id"
    8) "2-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)
> XREADGROUP GROUP g c COUNT 1 STREAMS s >
*any*
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 3
    7) "last-delivered-id"
    8) "4-0"
    9) "entries-read"
   10) (integer) 4
   11) "lag"
   12) (integer) 0
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (nil)
> XTRIM s MAXLEN 1
(integer) 2
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 3
    7) "last-delivered-id"
    8) "4-0"
    9) "entries-read"
   10) (integer) 4
   11) "lag"
   12) (integer) 0
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 1
> XSETID s 9-0 ENTRIESADDED 9223372036854775807
OK
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 3
    7) "last-delivered-id"
    8) "4-0"
    9) "entries-read"
   10) (integer) 4
   11) "lag"
   12) (integer) 9223372036854775803
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 1
> XADD s 10-0 n 1
"10-0"
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 3
    7) "last-delivered-id"
    8) "4-0"
    9) "entries-read"
   10) (integer) 4
   11) "lag"
   12) (integer) 9223372036854775804
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 2
> XTRIM s MAXLEN 0
(integer) 2
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 3
    7) "last-delivered-id"
    8) "4-0"
    9) "entries-read"
   10) (integer) 4
   11) "lag"
   12) (integer) 9223372036854775804
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 1
    7) "last-delivered-id"
    8) "3-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 0

== Nodes of the radix tree
> CONFIG SET stream-node-max-entries 1
OK
> XADD s 1-1 a b
"1-1"
> XADD s 256-1 a b
"256-1"
> XADD s 257-1 a b
"257-1"
> XADD s 65536-1 a b
"65536-1"
> XADD s 1000000-1 a b
"1000000-1"
> XADD s 1000000-2 a b
"1000000-2"
> XINFO STREAM s
 1) "length"
 2) (integer) 6
 3) "radix-tree-keys"
 4) (integer) 6
 5) "radix-tree-nodes"
 6) (integer) 16
 7) "last-generated-id"
 8) "1000000-2"
 9) "max-deleted-entry-id"
10) "0-0"
11) "entries-added"
12) (integer) 6
13) "recorded-first-entry-id"
14) "1-1"
15) "groups"
16) (integer) 0
17) "first-entry"
18) 1) "1-1"
    2) 1) "a"
       2) "b"
19) "last-entry"
20) 1) "1000000-2"
    2) 1) "a"
       2) "b"
> XDEL s 256-1 1000000-2
(integer) 2
> XINFO STREAM s
 1) "length"
 2) (integer) 4
 3) "radix-tree-keys"
 4) (integer) 4
 5) "radix-tree-nodes"
 6) (integer) 11
 7) "last-generated-id"
 8) "1000000-2"
 9) "max-deleted-entry-id"
10) "1000000-2"
11) "entries-added"
12) (integer) 6
13) "recorded-first-entry-id"
14) "1-1"
15) "groups"
16) (integer) 0
17) "first-entry"
18) 1) "1-1"
    2) 1) "a"
       2) "b"
19) "last-entry"
20) 1) "1000000-1"
    2) 1) "a"
       2) "b"
> CONFIG SET stream-node-max-entries 100
OK

== A block whose last entries were deleted by id and by trim
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XDEL s 2-1
(integer) 1
> XTRIM s MINID 2
(integer) 1
> XINFO STREAM s
 1) "length"
 2) (integer) 0
 3) "radix-tree-keys"
 4) (integer) 1
 5) "radix-tree-nodes"
 6) (integer) 2
 7) "last-generated-id"
 8) "2-1"
 9) "max-deleted-entry-id"
10) "2-1"
11) "entries-added"
12) (integer) 2
13) "recorded-first-entry-id"
14) "0-0"
15) "groups"
16) (integer) 0
17) "first-entry"
18) (nil)
19) "last-entry"
20) (nil)
> XADD s 3-1 a b
"3-1"
> XRANGE s - +
1) 1) "3-1"
   2) 1) "a"
      2) "b"
> XREVRANGE s + -
1) 1) "3-1"
   2) 1) "a"
      2) "b"
> XTRIM s MINID 9
(integer) 1
> XINFO STREAM s
 1) "length"
 2) (integer) 0
 3) "radix-tree-keys"
 4) (integer) 0
 5) "radix-tree-nodes"
 6) (integer) 1
 7) "last-generated-id"
 8) "3-1"
 9) "max-deleted-entry-id"
10) "2-1"
11) "entries-added"
12) (integer) 3
13) "recorded-first-entry-id"
14) "0-0"
15) "groups"
16) (integer) 0
17) "first-entry"
18) (nil)
19) "last-entry"
20) (nil)
