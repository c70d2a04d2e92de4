== COMMAND INFO describes commands, null for unknown ones
> COMMAND INFO get nosuch
1)  1) "get"
    2) (integer) 2
    3) 1) readonly
       2) fast
    4) (integer) 1
    5) (integer) 1
    6) (integer) 1
    7) 1) @read
       2) @string
       3) @fast
    8) (empty array)
    9) 1) 1) "flags"
          2) 1) RO
             2) access
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 0
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)
2) (nil)
> COMMAND INFO GET
1)  1) "get"
    2) (integer) 2
    3) 1) readonly
       2) fast
    4) (integer) 1
    5) (integer) 1
    6) (integer) 1
    7) 1) @read
       2) @string
       3) @fast
    8) (empty array)
    9) 1) 1) "flags"
          2) 1) RO
             2) access
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 0
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)
> COMMAND INFO mset
1)  1) "mset"
    2) (integer) -3
    3) 1) write
       2) denyoom
    4) (integer) 1
    5) (integer) -1
    6) (integer) 2
    7) 1) @write
       2) @string
       3) @slow
    8) 1) "request_policy:multi_shard"
       2) "response_policy:all_succeeded"
    9) 1) 1) "flags"
          2) 1) OW
             2) update
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) -1
                3) "keystep"
                4) (integer) 2
                5) "limit"
                6) (integer) 0
   10) (empty array)
> COMMAND INFO del
1)  1) "del"
    2) (integer) -2
    3) 1) write
    4) (integer) 1
    5) (integer) -1
    6) (integer) 1
    7) 1) @keyspace
       2) @write
       3) @slow
    8) 1) "request_policy:multi_shard"
       2) "response_policy:agg_sum"
    9) 1) 1) "flags"
          2) 1) RM
             2) delete
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) -1
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)
> COMMAND INFO config|get CONFIG|GET config| config|nosuch get|x
1)  1) "config|get"
    2) (integer) -3
    3) 1) admin
       2) noscript
       3) loading
       4) stale
    4) (integer) 0
    5) (integer) 0
    6) (integer) 0
    7) 1) @admin
       2) @slow
       3) @dangerous
    8) (empty array)
    9) (empty array)
   10) (empty array)
2)  1) "config|get"
    2) (integer) -3
    3) 1) admin
       2) noscript
       3) loading
       4) stale
    4) (integer) 0
    5) (integer) 0
    6) (integer) 0
    7) 1) @admin
       2) @slow
       3) @dangerous
    8) (empty array)
    9) (empty array)
   10) (empty array)
3) (nil)
4) (nil)
5) (nil)
> COMMAND INFO set
1)  1) "set"
    2) (integer) -3
    3) 1) write
       2) denyoom
    4) (integer) 1
    5) (integer) 1
    6) (integer) 1
    7) 1) @write
       2) @string
       3) @slow
    8) (empty array)
    9) 1) 1) "notes"
          2) "RW and ACCESS due to the optional `GET` argument"
          3) "flags"
          4) 1) RW
             2) access
             3) update
             4) variable_flags
          5) "begin_search"
          6) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          7) "find_keys"
          8) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 0
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)
> COMMAND INFO rename
1)  1) "rename"
    2) (integer) 3
    3) 1) write
    4) (integer) 1
    5) (integer) 2
    6) (integer) 1
    7) 1) @keyspace
       2) @write
       3) @slow
    8) (empty array)
    9) 1) 1) "flags"
          2) 1) RW
             2) access
             3) delete
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 0
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
       2) 1) "flags"
          2) 1) OW
             2) update
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 2
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 0
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)
> COMMAND INFO lcs
1)  1) "lcs"
    2) (integer) -3
    3) 1) readonly
    4) (integer) 1
    5) (integer) 2
    6) (integer) 1
    7) 1) @read
       2) @string
       3) @slow
    8) (empty array)
    9) 1) 1) "flags"
          2) 1) RO
             2) access
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 1
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 1
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)
> COMMAND INFO object|encoding
1)  1) "object|encoding"
    2) (integer) 3
    3) 1) readonly
    4) (integer) 2
    5) (integer) 2
    6) (integer) 1
    7) 1) @keyspace
       2) @read
       3) @slow
    8) 1) "nondeterministic_output"
    9) 1) 1) "flags"
          2) 1) RO
          3) "begin_search"
          4) 1) "type"
             2) "index"
             3) "spec"
             4) 1) "index"
                2) (integer) 2
          5) "find_keys"
          6) 1) "type"
             2) "range"
             3) "spec"
             4) 1) "lastkey"
                2) (integer) 0
                3) "keystep"
                4) (integer) 1
                5) "limit"
                6) (integer) 0
   10) (empty array)

== COMMAND INFO in RESP3 uses sets and maps
@resp3
> COMMAND INFO get
1)  1) "get"
    2) (integer) 2
    3) 1~ readonly
       2~ fast
    4) (integer) 1
    5) (integer) 1
    6) (integer) 1
    7) 1~ @read
       2~ @string
       3~ @fast
    8) (empty set)
    9) 1~ 1# "flags" => 1~ RO
             2~ access
          2# "begin_search" => 1# "type" => "index"
             2# "spec" => 1# "index" => (integer) 1
          3# "find_keys" => 1# "type" => "range"
             2# "spec" => 1# "lastkey" => (integer) 0
                2# "keystep" => (integer) 1
                3# "limit" => (integer) 0
   10) (empty set)
> COMMAND INFO echo
1)  1) "echo"
    2) (integer) 2
    3) 1~ loading
       2~ stale
       3~ fast
    4) (integer) 0
    5) (integer) 0
    6) (integer) 0
    7) 1~ @fast
       2~ @connection
    8) (empty set)
    9) (empty set)
   10) (empty set)

== COMMAND DOCS leaves unknown names out
> COMMAND DOCS nosuch
(empty array)
> COMMAND DOCS nosuch config|nosuch
(empty array)

== COMMAND LIST filters
> COMMAND LIST FILTERBY MODULE nosuch
(empty array)
> COMMAND LIST FILTERBY ACLCAT nosuch
(empty array)
> COMMAND LIST FILTERBY ACLCAT @string
(empty array)
@unordered
> COMMAND LIST FILTERBY PATTERN config|r*
1) "config|resetstat"
2) "config|rewrite"
@unordered
> COMMAND LIST FILTERBY PATTERN CONFIG|RE*
1) "config|resetstat"
2) "config|rewrite"
> COMMAND LIST FILTERBY PATTERN getdel
1) "getdel"
> COMMAND LIST FILTERBY PATTERN nosuch*
(empty array)
> COMMAND LIST FILTERBY FOO x
(error) ERR syntax error
> COMMAND LIST FILTERBY
(error) ERR syntax error
> COMMAND LIST FILTERBY PATTERN
(error) ERR syntax error
> COMMAND LIST FILTERBY PATTERN a b
(error) ERR syntax error
> COMMAND LIST x
(error) ERR syntax error

== COMMAND GETKEYS finds the keys
> COMMAND GETKEYS get k
1) "k"
> COMMAND GETKEYS GET k
1) "k"
> COMMAND GETKEYS set k v
1) "k"
> COMMAND GETKEYS mset a 1 b 2
1) "a"
2) "b"
> COMMAND GETKEYS mset a 1 b
1) "a"
2) "b"
> COMMAND GETKEYS del a b c
1) "a"
2) "b"
3) "c"
> COMMAND GETKEYS rename a b
1) "a"
2) "b"
> COMMAND GETKEYS lcs a b
1) "a"
2) "b"
> COMMAND GETKEYS memory usage k
1) "k"
> COMMAND GETKEYS object encoding k
1) "k"
> COMMAND GETKEYS watch a b
1) "a"
2) "b"

== COMMAND GETKEYS refuses what has none
> COMMAND GETKEYS nosuch a
(error) ERR Invalid command specified
> COMMAND GETKEYS config get a
(error) ERR The command has no key arguments
> COMMAND GETKEYS config nosuch a
(error) ERR Invalid command specified
> COMMAND GETKEYS ping a
(error) ERR The command has no key arguments
> COMMAND GETKEYS get a b
(error) ERR Invalid number of arguments specified for command
> COMMAND GETKEYS set a
(error) ERR Invalid number of arguments specified for command

== COMMAND GETKEYSANDFLAGS says what is done to each key
> COMMAND GETKEYSANDFLAGS get k
1) 1) "k"
   2) 1) RO
      2) access
> COMMAND GETKEYSANDFLAGS set k v
1) 1) "k"
   2) 1) OW
      2) update
> COMMAND GETKEYSANDFLAGS set k v GET
1) 1) "k"
   2) 1) RW
      2) access
      3) update
> COMMAND GETKEYSANDFLAGS set k v EX 1 GET
1) 1) "k"
   2) 1) RW
      2) access
      3) update
> COMMAND GETKEYSANDFLAGS rename a b
1) 1) "a"
   2) 1) RW
      2) access
      3) delete
2) 1) "b"
   2) 1) OW
      2) update
> COMMAND GETKEYSANDFLAGS nosuch a
(error) ERR Invalid command specified

== COMMAND GETKEYSANDFLAGS in RESP3 answers sets
@resp3
> COMMAND GETKEYSANDFLAGS set k v
1) 1) "k"
   2) 1~ OW
      2~ update

== COMMAND counts and helps
> COMMAND COUNT x
(error) ERR wrong number of arguments for 'command|count' command
> COMMAND NOSUCH
(error) ERR unknown subcommand 'NOSUCH'. Try COMMAND HELP.
> COMMAND GETKEYS
(error) ERR wrong number of arguments for 'command|getkeys' command
> COMMAND HELP x
(error) ERR wrong number of arguments for 'command|help' command
