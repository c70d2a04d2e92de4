== PING and ECHO
> PING
PONG
> PING "hello world"
"hello world"
> PING a b
(error) ERR wrong number of arguments for 'ping' command
> ECHO hi
"hi"
> ECHO
(error) ERR wrong number of arguments for 'echo' command
> ECHO a b
(error) ERR wrong number of arguments for 'echo' command
> ping
PONG
> PING ""
""

== An unknown command
> FOO
(error) ERR unknown command 'FOO', with args beginning with:\x20
> FOO bar
(error) ERR unknown command 'FOO', with args beginning with: 'bar'\x20
> FOO bar "baz qux" "\x00"
(error) ERR unknown command 'FOO', with args beginning with: 'bar' 'baz qux' ''\x20
> foo
(error) ERR unknown command 'foo', with args beginning with:\x20
> ""
(error) ERR unknown command '', with args beginning with:\x20
> "a b" c
(error) ERR unknown command 'a b', with args beginning with: 'c'\x20

== Wrong arity names the command
> get
(error) ERR wrong number of arguments for 'get' command
> SET k
(error) ERR wrong number of arguments for 'set' command
> CLIENT
(error) ERR wrong number of arguments for 'client' command
> CLIENT BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try CLIENT HELP.
> CLIENT GETNAME x
(error) ERR wrong number of arguments for 'client|getname' command
> CONFIG
(error) ERR wrong number of arguments for 'config' command
> CONFIG GET
(error) ERR wrong number of arguments for 'config|get' command
> CONFIG BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try CONFIG HELP.
> OBJECT BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try OBJECT HELP.
> COMMAND BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try COMMAND HELP.
> MEMORY BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try MEMORY HELP.

== SELECT
> SELECT 1
OK
> SET k v
OK
> SELECT 0
OK
> GET k
(nil)
> SELECT 15
OK
> SELECT 16
(error) ERR DB index is out of range
> SELECT -1
(error) ERR DB index is out of range
> SELECT abc
(error) ERR value is not an integer or out of range
> SELECT
(error) ERR wrong number of arguments for 'select' command
> SELECT 1 2
(error) ERR wrong number of arguments for 'select' command
> SELECT 99999999999999999999
(error) ERR value is not an integer or out of range
> SELECT 1
OK
> GET k
"v"

== HELLO in RESP2
@resp2
> HELLO 1
(error) NOPROTO unsupported protocol version
> HELLO 4
(error) NOPROTO unsupported protocol version
> HELLO abc
(error) ERR Protocol version is not an integer or out of range
> HELLO 2 BOGUS
(error) ERR Syntax error in HELLO option 'BOGUS'
> HELLO 2 SETNAME
(error) ERR Syntax error in HELLO option 'SETNAME'
> HELLO 2 SETNAME "bad name"
(error) ERR Client names cannot contain spaces, newlines or special characters.
> HELLO 2 AUTH
(error) ERR Syntax error in HELLO option 'AUTH'
> HELLO 2 AUTH default any
*any*
> CLIENT GETNAME
(nil)

== HELLO names the connection
@resp2
> HELLO 2 SETNAME me
*any*
> CLIENT GETNAME
"me"
> HELLO
*any*

== HELLO 3 answers with a map
@resp3
> HELLO 3
1# "server" => *any*
2# "version" => *any*
3# "proto" => (integer) 3
4# "id" => *any*
5# "mode" => "standalone"
6# "role" => "master"
7# "modules" => (empty array)

== Nulls, doubles and maps of RESP3
@resp3
> GET absent
(nil)
> HSET h f v
(integer) 1
> HGETALL h
1# "f" => "v"
> ZADD z 1.5 a
(integer) 1
> ZSCORE z a
(double) 1.5
> ZRANGE z 0 -1 WITHSCORES
1) 1) "a"
   2) (double) 1.5
> SADD s x
(integer) 1
> SMEMBERS s
1~ "x"
> LPOP absent
(nil)
> BLPOP absent 0.01
(nil)
> CONFIG GET maxmemory-policy
1# "maxmemory-policy" => "noeviction"

== AUTH without a password set
> AUTH x
(error) ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?
> AUTH default x
OK
> AUTH nobody x
(error) WRONGPASS invalid username-password pair or user is disabled.
> AUTH
(error) ERR wrong number of arguments for 'auth' command
> AUTH a b c
(error) ERR syntax error

== CLIENT names
> CLIENT GETNAME
(nil)
> CLIENT SETNAME me
OK
> CLIENT GETNAME
"me"
> CLIENT SETNAME "with space"
(error) ERR Client names cannot contain spaces, newlines or special characters.
> CLIENT SETNAME "new\nline"
(error) ERR Client names cannot contain spaces, newlines or special characters.
> CLIENT SETNAME ""
OK
> CLIENT GETNAME
(nil)
> CLIENT SETNAME
(error) ERR wrong number of arguments for 'client|setname' command

== CLIENT ID, INFO and LIST
> CLIENT ID
~(integer) #
> CLIENT INFO
~"id=# addr=127.0.0.1:# laddr=127.0.0.1:# fd=# name= age=# idle=# flags=N db=0 *cmd=client|info *
> CLIENT LIST ID x
(error) ERR Invalid client ID
> CLIENT LIST TYPE bogus
(error) ERR Unknown client type 'bogus'
> CLIENT LIST TYPE replica
""
> CLIENT LIST BOGUS
(error) ERR syntax error
> CLIENT LIST ID
(error) ERR syntax error

== CLIENT KILL
> CLIENT KILL
(error) ERR wrong number of arguments for 'client|kill' command
> CLIENT KILL 1.2.3.4:5
(error) ERR No such client
> CLIENT KILL ID abc
(error) ERR client-id should be greater than 0
> CLIENT KILL ID 0
(error) ERR client-id should be greater than 0
> CLIENT KILL ID 999999999
(integer) 0
> CLIENT KILL TYPE bogus
(error) ERR Unknown client type 'bogus'
> CLIENT KILL ADDR 1.2.3.4:5
(integer) 0
> CLIENT KILL SKIPME maybe
(error) ERR syntax error
> CLIENT KILL ID 999999999 BOGUS x
(error) ERR syntax error
> CLIENT KILL USER nobody
(error) ERR No such user 'nobody'
> CLIENT KILL ADDR
(error) ERR No such client

== CLIENT REPLY
@socket replies are switched off
> CLIENT REPLY BOGUS
(error) ERR syntax error
> CLIENT REPLY
(error) ERR wrong number of arguments for 'client|reply' command
> CLIENT REPLY ON
OK
@blocks
> CLIENT REPLY SKIP
@blocks
> PING skipped
> PING answered
"answered"
@blocks
> CLIENT REPLY OFF
@blocks
> SET k v
> CLIENT REPLY ON
OK
> GET k
"v"

== CLIENT NO-EVICT
> CLIENT NO-EVICT on
OK
> CLIENT NO-EVICT off
OK
> CLIENT NO-EVICT maybe
(error) ERR syntax error
> CLIENT NO-EVICT
(error) ERR wrong number of arguments for 'client|no-evict' command

== CLIENT UNBLOCK
> CLIENT UNBLOCK 999999999
(integer) 0
> CLIENT UNBLOCK abc
(error) ERR value is not an integer or out of range
> CLIENT UNBLOCK 1 BOGUS
(error) ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR
> CLIENT UNBLOCK
(error) ERR wrong number of arguments for 'client|unblock' command

== CLIENT PAUSE and UNPAUSE
> CLIENT PAUSE abc
(error) ERR timeout is not an integer or out of range
> CLIENT PAUSE -1
(error) ERR timeout is negative
> CLIENT PAUSE 10 BOGUS
(error) ERR CLIENT PAUSE mode must be WRITE or ALL
> CLIENT PAUSE 0
OK
> CLIENT UNPAUSE
OK
> CLIENT UNPAUSE x
(error) ERR wrong number of arguments for 'client|unpause' command

== RESET
@resp2
> SELECT 1
OK
> CLIENT SETNAME me
OK
> MULTI
OK
> SET k v
QUEUED
> RESET
RESET
> CLIENT GETNAME
(nil)
> EXISTS k
(integer) 0
> EXEC
(error) ERR EXEC without MULTI
> RESET x
(error) ERR wrong number of arguments for 'reset' command

== QUIT answers and closes
@socket the connection is closed
> QUIT
OK
<
(closed)

== Inline commands
@socket raw bytes
@resp2
>! "PING\r\n"
PONG
>! "PING\n"
PONG
>! "  PING  hello  \r\n"
"hello"
>! "SET k \"a b\"\r\n"
OK
>! "GET k\r\n"
"a b"
>! "SET k 'it\\'s'\r\n"
OK
>! "GET k\r\n"
"it's"
>! "\r\nPING\r\n"
PONG

== An inline command with unbalanced quotes
@socket raw bytes
@resp2
>! "SET k \"open\r\n"
(error) ERR Protocol error: unbalanced quotes in request
<
(closed)

== A pipeline is answered in order
@socket raw bytes
@resp2
>! "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n"
PONG
<
"hi"
<
(nil)
<
PONG

== Empty and null multibulks are skipped
@socket raw bytes
@resp2
>! "*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n"
PONG

== A bad multibulk length
@socket raw bytes
@resp2
>! "*abc\r\n"
(error) ERR Protocol error: invalid multibulk length
<
(closed)

== A too large multibulk length
@socket raw bytes
@resp2
>! "*2147483648\r\n"
(error) ERR Protocol error: invalid multibulk length
<
(closed)

== A bad bulk length
@socket raw bytes
@resp2
>! "*2\r\n$3\r\nGET\r\n$-1\r\n"
(error) ERR Protocol error: invalid bulk length
<
(closed)

== A bulk length that is no number
@socket raw bytes
@resp2
>! "*2\r\n$3\r\nGET\r\n$x\r\n"
(error) ERR Protocol error: invalid bulk length
<
(closed)

== A bulk that does not start with a dollar
@socket raw bytes
@resp2
>! "*2\r\n$3\r\nGET\r\n:1\r\n"
(error) ERR Protocol error: expected '$', got ':'
<
(closed)

== Two connections see each other's writes and have their own database
> SELECT 1
OK
> SET k one
OK
@conn B
> GET k
(nil)
> SET k zero
OK
@conn main
> GET k
"one"
> SELECT 0
OK
> GET k
"zero"

== COMMAND
> COMMAND COUNT x
(error) ERR wrong number of arguments for 'command|count' command
> COMMAND GETKEYS SET k v
1) "k"
> COMMAND GETKEYS MSET a 1 b 2
1) "a"
2) "b"
> COMMAND GETKEYS PING a
(error) ERR The command has no key arguments
> COMMAND GETKEYS BOGUS a
(error) ERR Invalid command specified
> COMMAND GETKEYS SET k
(error) ERR Invalid number of arguments specified for command
> COMMAND GETKEYSANDFLAGS SET k v
1) 1) "k"
   2) 1) OW
      2) update
> COMMAND GETKEYSANDFLAGS COPY a b
1) 1) "a"
   2) 1) RO
      2) access
2) 1) "b"
   2) 1) OW
      2) update
> COMMAND INFO bogus
1) (nil)
> COMMAND LIST FILTERBY BOGUS x
(error) ERR syntax error
> COMMAND LIST FILTERBY PATTERN msetn*
1) "msetnx"
> COMMAND DOCS bogus
(empty array)

== CONFIG GET and SET of settings with no effect on others
> CONFIG GET nosuch
(empty array)
> CONFIG SET nosuch 1
(error) ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'
> CONFIG SET maxmemory
(error) ERR wrong number of arguments for 'config|set' command
> CONFIG SET maxmemory abc
(error) ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value
> CONFIG SET appendfsync bogus
(error) ERR CONFIG SET failed (possibly related to argument 'appendfsync') - argument(s) must be one of the following: everysec, always, no
> CONFIG SET appendonly maybe
(error) ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes' or 'no'
> CONFIG SET port 99999999
(error) ERR CONFIG SET failed (possibly related to argument 'port') - argument must be between 0 and 65535 inclusive
> CONFIG SET maxmemory-policy noeviction
OK
> CONFIG GET maxmemory-policy
1) "maxmemory-policy"
2) "noeviction"
@unordered
> CONFIG GET maxmemory-samples
1) "maxmemory-samples"
2) "5"
> CONFIG SET hz 20 hz 30
(error) ERR CONFIG SET failed (possibly related to argument 'hz') - duplicate parameter
> CONFIG SET databases 5
(error) ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config
> CONFIG RESETSTAT
OK
> CONFIG RESETSTAT x
(error) ERR wrong number of arguments for 'config|resetstat' command

== TIME, LOLWUT, INFO
> TIME
1) ~"#"
2) ~"#"
> TIME x
(error) ERR wrong number of arguments for 'time' command
> INFO nosuchsection
""
> LOLWUT VERSION
*any*
> LASTSAVE
~(integer) #

== SELECT beyond 32 bits
> SELECT 99999999999
(error) ERR value is out of range, value must between -2147483648 and 2147483647

== CLIENT SETINFO and NO-TOUCH
@skip-oracle since 7.2
> CLIENT SETINFO lib-name redis-py
OK
> CLIENT SETINFO LIB-VER 5.0.0
OK
> CLIENT INFO
~"* lib-name=redis-py lib-ver=5.0.0 *
> CLIENT SETINFO lib-name "a b"
(error) ERR lib-name cannot contain spaces, newlines or special characters.
> CLIENT SETINFO bogus x
(error) ERR Unrecognized option 'bogus'
> CLIENT NO-TOUCH on
OK
> CLIENT NO-TOUCH off
OK
> CLIENT NO-TOUCH maybe
(error) ERR syntax error
> CLIENT CAPA redirect
OK

== CLIENT tracking is off
> CLIENT GETREDIR
(integer) -1
> CLIENT TRACKINGINFO
1) "flags"
2) 1) "off"
3) "redirect"
4) (integer) -1
5) "prefixes"
6) (empty array)

== CLIENT LIST and KILL take filters of Valkey 9
@skip-oracle newer
@resp2
> CLIENT SETNAME first
OK
@conn second
> CLIENT SETNAME second
OK
> SELECT 3
OK
> CLIENT LIST NAME second DB 3
~"id=* name=second * db=3 *
> CLIENT LIST NAME second NOT-DB 3
""
> CLIENT LIST NAME second SKIPME yes
""
> CLIENT LIST NAME second NOT-NAME second
""
> CLIENT LIST DB x
(error) ERR value is not an integer or out of range
> CLIENT KILL NAME second SKIPME yes
(integer) 0
> CLIENT KILL NAME nobody SKIPME no
(integer) 0

== CLIENT KILL of the own connection answers first
@socket the connection ends
> CLIENT SETNAME me
OK
> CLIENT KILL TYPE normal SKIPME no
~(integer) #
