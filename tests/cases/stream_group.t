== XGROUP CREATE and what it refuses
> XGROUP CREATE s g $
(error) ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.
> XGROUP CREATE s g $ MKSTREAM
OK
> TYPE s
stream
> XLEN s
(integer) 0
> XGROUP CREATE s g 0
(error) BUSYGROUP Consumer Group name already exists
> XGROUP CREATE s h 5-5 ENTRIESREAD 3
OK
> XGROUP CREATE s i 5 MKSTREAM ENTRIESREAD -1
OK
> XGROUP CREATE s j 5 ENTRIESREAD 1 MKSTREAM
OK
> XGROUP CREATE s k 0 ENTRIESREAD -2
(error) ERR value for ENTRIESREAD must be positive or -1
> XGROUP CREATE s k 0 ENTRIESREAD x
(error) ERR value is not an integer or out of range
> XGROUP CREATE s k 0 ENTRIESREAD
(error) ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.
> XGROUP CREATE s k 0 FOO
(error) ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.
> XGROUP CREATE s k -
(error) ERR Invalid stream ID specified as stream command argument
> XGROUP CREATE s k +
(error) ERR Invalid stream ID specified as stream command argument
> XGROUP CREATE s k foo
(error) ERR Invalid stream ID specified as stream command argument
> XGROUP CREATE none k foo
(error) ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.
> XGROUP CREATE none k foo MKSTREAM
(error) ERR Invalid stream ID specified as stream command argument
> XGROUP CREATE s k 0 MKSTREAM MKSTREAM MKSTREAM MKSTREAM
(error) ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.
> EXISTS none
(integer) 0
> XGROUP CREATE s
(error) ERR wrong number of arguments for 'xgroup|create' command
> XGROUP CREATE s g
(error) ERR wrong number of arguments for 'xgroup|create' command
> XGROUP
(error) ERR wrong number of arguments for 'xgroup' command
> XGROUP FOO s g
(error) ERR unknown subcommand 'FOO'. Try XGROUP HELP.
> XGROUP HELP
 1) XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
 2) CREATE <key> <groupname> <id|$> [option]
 3)     Create a new consumer group. Options are:
 4)     * MKSTREAM
 5)       Create the empty stream if it does not exist.
 6)     * ENTRIESREAD entries_read
 7)       Set the group's entries_read counter (internal use).
 8) CREATECONSUMER <key> <groupname> <consumer>
 9)     Create a new consumer in the specified group.
10) DELCONSUMER <key> <groupname> <consumer>
11)     Remove the specified consumer.
12) DESTROY <key> <groupname>
13)     Remove the specified group.
14) SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]
15)     Set the current group ID and entries_read counter.
16) HELP
17)     Prints this help.
> XGROUP HELP x
(error) ERR wrong number of arguments for 'xgroup|help' command
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
   12) (integer) 0
2)  1) "name"
    2) "h"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "5-5"
    9) "entries-read"
   10) (integer) 3
   11) "lag"
   12) (integer) 0
3)  1) "name"
    2) "i"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "5-0"
    9) "entries-read"
   10) (nil)
   11) "lag"
   12) (integer) 0
4)  1) "name"
    2) "j"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "5-0"
    9) "entries-read"
   10) (integer) 1
   11) "lag"
   12) (integer) 0

== XGROUP SETID, DESTROY and consumers
@resp2
> XADD s 1-1 a b
"1-1"
> XADD s 2-1 a b
"2-1"
> XGROUP CREATE s g $
OK
> XGROUP SETID s g 0
OK
> XGROUP SETID s g 1 ENTRIESREAD 1
OK
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 0
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "1-0"
    9) "entries-read"
   10) (integer) 1
   11) "lag"
   12) (integer) 1
> XGROUP SETID s g $
OK
> XGROUP SETID s g -
OK
> XGROUP SETID s g +
OK
> XGROUP SETID s g foo
(error) ERR Invalid stream ID specified as stream command argument
> XGROUP SETID s none 0
(error) NOGROUP No such consumer group 'none' for key name 's'
> XGROUP SETID none g 0
(error) ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.
> XGROUP SETID s g 0 MKSTREAM
(error) ERR unknown subcommand or wrong number of arguments for 'SETID'. Try XGROUP HELP.
> XGROUP SETID s g 0 ENTRIESREAD -2
(error) ERR value for ENTRIESREAD must be positive or -1
> XGROUP SETID s g 0 ENTRIESREAD 1 ENTRIESREAD 2
(error) ERR unknown subcommand or wrong number of arguments for 'SETID'. Try XGROUP HELP.
> XGROUP CREATECONSUMER s g c
(integer) 1
> XGROUP CREATECONSUMER s g c
(integer) 0
> XGROUP CREATECONSUMER s none c
(error) NOGROUP No such consumer group 'none' for key name 's'
> XGROUP CREATECONSUMER none g c
(error) ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.
> XGROUP CREATECONSUMER s g
(error) ERR wrong number of arguments for 'xgroup|createconsumer' command
> XGROUP SETID s g 0
OK
> XREADGROUP GROUP g c STREAMS s >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"
      2) 1) "2-1"
         2) 1) "a"
            2) "b"
> XREADGROUP GROUP g d STREAMS s >
(nil)
> XGROUP DELCONSUMER s g none
(integer) 0
> XGROUP DELCONSUMER s g c
(integer) 2
> XGROUP DELCONSUMER s g c
(integer) 0
> XPENDING s g
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)
> XGROUP DELCONSUMER s none c
(error) NOGROUP No such consumer group 'none' for key name 's'
> XGROUP DELCONSUMER none g c
(error) ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.
> XGROUP DESTROY s none
(integer) 0
> XGROUP DESTROY none g
(error) ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.
> XGROUP DESTROY s g
(integer) 1
> XGROUP DESTROY s g
(integer) 0
> XINFO GROUPS s
(empty array)
> EXISTS s
(integer) 1

== XREADGROUP hands out what is new, once
@resp2
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD s 3-1 n 3
"3-1"
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g a COUNT 1 STREAMS s >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
> XREADGROUP GROUP g b STREAMS s >
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
      2) 1) "3-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g a STREAMS s >
(nil)
> XREADGROUP GROUP g a STREAMS s 0
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
> XREADGROUP GROUP g b STREAMS s 0
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
      2) 1) "3-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g b STREAMS s 2-1
1) 1) "s"
   2) 1) 1) "3-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g b COUNT 1 STREAMS s 0
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREADGROUP GROUP g c STREAMS s 0
1) 1) "s"
   2) (empty array)
> XREADGROUP GROUP g b STREAMS s 3-1
1) 1) "s"
   2) (empty array)
> XREADGROUP GROUP g b COUNT 0 STREAMS s 0
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
      2) 1) "3-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g b COUNT -5 STREAMS s 0
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
      2) 1) "3-1"
         2) 1) "n"
            2) "3"
> XPENDING s g
1) (integer) 3
2) "1-1"
3) "3-1"
4) 1) 1) "a"
      2) "1"
   2) 1) "b"
      2) "2"
> XDEL s 2-1
(integer) 1
> XREADGROUP GROUP g b STREAMS s 0
1) 1) "s"
   2) 1) 1) "2-1"
         2) (nil)
      2) 1) "3-1"
         2) 1) "n"
            2) "3"
> XPENDING s g - + 10 c
(empty array)
> XACK s g 1-1 2-1 2-1 7-7
(integer) 2
> XPENDING s g
1) (integer) 1
2) "3-1"
3) "3-1"
4) 1) 1) "b"
      2) "1"
> XREADGROUP GROUP g b BLOCK 10 STREAMS s 0
1) 1) "s"
   2) 1) 1) "3-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g b BLOCK 10 STREAMS s >
(nil)
> XREADGROUP GROUP g b STREAMS s 18446744073709551615-18446744073709551615
(nil)
> XADD s 4-1 n 4
"4-1"
> XREADGROUP GROUP g b STREAMS s 18446744073709551615-18446744073709551615
1) 1) "s"
   2) 1) 1) "4-1"
         2) 1) "n"
            2) "4"

== XREADGROUP without acknowledgement
@resp2
> XADD s 1-1 n 1
"1-1"
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g a NOACK STREAMS s >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
> XPENDING s g
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)
> XREADGROUP GROUP g a NOACK STREAMS s 0
1) 1) "s"
   2) (empty array)
> XINFO GROUPS s
1)  1) "name"
    2) "g"
    3) "consumers"
    4) (integer) 1
    5) "pending"
    6) (integer) 0
    7) "last-delivered-id"
    8) "1-1"
    9) "entries-read"
   10) (integer) 1
   11) "lag"
   12) (integer) 0

== XREADGROUP of several streams
@resp2
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD t 1-1 n 3
"1-1"
> XGROUP CREATE s g 0
OK
> XGROUP CREATE t g 0
OK
> XREADGROUP GROUP g a COUNT 1 STREAMS s t > >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
2) 1) "t"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g a COUNT 1 STREAMS s t > 0
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
2) 1) "t"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "3"
> XREADGROUP GROUP g a STREAMS s t > >
(nil)
> XGROUP SETID s g 0
OK
> XREADGROUP GROUP g a COUNT 1 STREAMS s s s > > >
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
2) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
> XREADGROUP GROUP g a STREAMS s none > >
(error) NOGROUP No such key 'none' or consumer group 'g' in XREADGROUP with GROUP option
> XREADGROUP GROUP h a STREAMS s t > >
(error) NOGROUP No such key 's' or consumer group 'h' in XREADGROUP with GROUP option
> XREADGROUP GROUP g a STREAMS s t > $
(error) ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.
> XREADGROUP GROUP g a STREAMS s t > foo
(error) ERR Invalid stream ID specified as stream command argument

== XREADGROUP replies with a map in RESP3
@resp3
> XADD s 1-1 n 1
"1-1"
> XGROUP CREATE s g 0
OK
> XREADGROUP GROUP g a STREAMS s >
1# "s" => 1) 1) "1-1"
      2) 1) "n"
         2) "1"
> XREADGROUP GROUP g a STREAMS s 0
1# "s" => 1) 1) "1-1"
      2) 1) "n"
         2) "1"
> XREADGROUP GROUP g a STREAMS s >
(nil)
> XDEL s 1-1
(integer) 1
> XREADGROUP GROUP g a STREAMS s 0
1# "s" => 1) 1) "1-1"
      2) (nil)

== Arguments of XREADGROUP
> XGROUP CREATE s g 0 MKSTREAM
OK
> XREADGROUP GROUP g c STREAMS s
(error) ERR wrong number of arguments for 'xreadgroup' command
> XREADGROUP GROUP g c STREAMS s t >
(error) ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.
> XREADGROUP COUNT 1 STREAMS s s s > >
(error) ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.
> XREADGROUP GROUP g STREAMS s > x
(error) ERR syntax error
> XREADGROUP GROUP g c FOO STREAMS s >
(error) ERR syntax error
> XREADGROUP GROUP g c COUNT x STREAMS s >
(error) ERR value is not an integer or out of range
> XREADGROUP GROUP g c BLOCK x STREAMS s >
(error) ERR timeout is not an integer or out of range
> XREADGROUP GROUP g c BLOCK -1 STREAMS s >
(error) ERR timeout is negative
> XREADGROUP GROUP g c STREAMS s -
(error) ERR Invalid stream ID specified as stream command argument
> XREADGROUP GROUP g c STREAMS s $
(error) ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.
> XREADGROUP GROUP none c STREAMS s >
(error) NOGROUP No such key 's' or consumer group 'none' in XREADGROUP with GROUP option
> XREADGROUP GROUP g c STREAMS none >
(error) NOGROUP No such key 'none' or consumer group 'g' in XREADGROUP with GROUP option
> XREADGROUP NOACK GROUP g streams STREAMS s >
(nil)
> XREADGROUP GROUP STREAMS STREAMS STREAMS s >
(error) NOGROUP No such key 's' or consumer group 'STREAMS' in XREADGROUP with GROUP option
> XREADGROUP GROUP x y GROUP g c STREAMS s >
(nil)

== XACK
> XADD s 1-1 n 1
"1-1"
> XGROUP CREATE s g 0
OK
> XACK s g foo
(error) ERR Invalid stream ID specified as stream command argument
> XACK s none foo
(integer) 0
> XACK none g foo
(integer) 0
> XACK s g 1-1
(integer) 0
> XACK s g
(error) ERR wrong number of arguments for 'xack' command
> XREADGROUP GROUP g c NOACK STREAMS s 0
*any*
> XACK s g 1 -
(error) ERR Invalid stream ID specified as stream command argument
> XACK s g 1
(integer) 0

== XPENDING
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
> XADD s 3-1 n 3
"3-1"
> XGROUP CREATE s g 0
OK
> XPENDING s g
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)
> XPENDING s g - + 10
(empty array)
> XREADGROUP GROUP g a COUNT 2 STREAMS s >
*any*
> XREADGROUP GROUP g b STREAMS s >
*any*
> XPENDING s g
1) (integer) 3
2) "1-1"
3) "3-1"
4) 1) 1) "a"
      2) "2"
   2) 1) "b"
      2) "1"
> XPENDING s g - + 1
1) 1) "1-1"
   2) "a"
   3) (integer) 0..900
   4) (integer) 1
> XPENDING s g (1-1 (3-1 10
1) 1) "2-1"
   2) "a"
   3) (integer) 0..900
   4) (integer) 1
> XPENDING s g - + 10 b
1) 1) "3-1"
   2) "b"
   3) (integer) 0..900
   4) (integer) 1
> XPENDING s g - + 10 none
(empty array)
> XPENDING s g - + 0
(empty array)
> XPENDING s g - + -1
(empty array)
> XPENDING s g IDLE 1000000 - + 10
(empty array)
> XPENDING s g IDLE 1000000 - + 10 a
(empty array)
> XPENDING s g IDLE 9223372036854775807 - + 10
(empty array)
> XPENDING s g idle -9223372036854775808 3 + 10
1) 1) "3-1"
   2) "b"
   3) (integer) 0..900
   4) (integer) 1
> XPENDING s g (18446744073709551615-18446744073709551615 + 10
(error) ERR invalid start ID for the interval
> XPENDING s g - (0-0 10
(error) ERR invalid end ID for the interval
> XPENDING s g - + x
(error) ERR value is not an integer or out of range
> XPENDING s g - +
(error) ERR syntax error
> XPENDING s g -
(error) ERR syntax error
> XPENDING s g foo + 10
(error) ERR Invalid stream ID specified as stream command argument
> XPENDING s g - foo 10
(error) ERR Invalid stream ID specified as stream command argument
> XPENDING s g IDLE x - + 10
(error) ERR value is not an integer or out of range
> XPENDING s g IDLE 1 - +
(error) ERR syntax error
> XPENDING s g IDLE 1 -
(error) ERR syntax error
> XPENDING s g - + 10 a b c d
(error) ERR syntax error
> XPENDING s none
(error) NOGROUP No such key 's' or consumer group 'none'
> XPENDING none g
(error) NOGROUP No such key 'none' or consumer group 'g'
> XPENDING none g - + x
(error) ERR value is not an integer or out of range
> XPENDING s
(error) ERR wrong number of arguments for 'xpending' command
