== DBSIZE counts the keys of one database
> DBSIZE
(integer) 0
> MSET a 1 b 2
OK
> DBSIZE
(integer) 2
> SELECT 1
OK
> DBSIZE
(integer) 0
> DBSIZE x
(error) ERR wrong number of arguments for 'dbsize' command

== FLUSHDB empties one database, FLUSHALL all
> SET a 1
OK
> SELECT 1
OK
> SET b 2
OK
> FLUSHDB
OK
> DBSIZE
(integer) 0
> SELECT 0
OK
> DBSIZE
(integer) 1
> FLUSHALL ASYNC
OK
> DBSIZE
(integer) 0
> FLUSHALL SYNC
OK
> FLUSHDB bogus
(error) ERR syntax error
> FLUSHALL ASYNC SYNC
(error) ERR syntax error

== FLUSHALL inside MULTI
> SET a 1
OK
> MULTI
OK
> SET b 2
QUEUED
> FLUSHALL
QUEUED
> DBSIZE
QUEUED
> SET c 3
QUEUED
> EXEC
1) OK
2) OK
3) (integer) 0
4) OK
> KEYS *
1) "c"

== FLUSHDB breaks the watch of a key that exists
> SET a 1
OK
> WATCH a
OK
@conn other
> FLUSHDB
OK
@conn main
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)

== SWAPDB exchanges two databases
> SET a 1
OK
> SWAPDB 0 1
OK
> EXISTS a
(integer) 0
> SELECT 1
OK
> GET a
"1"
> SWAPDB 1 1
OK
> GET a
"1"
> SWAPDB x 1
(error) ERR invalid first DB index
> SWAPDB 1 x
(error) ERR invalid second DB index
> SWAPDB 0 99
(error) ERR DB index is out of range
> SWAPDB -1 0
(error) ERR DB index is out of range
> SWAPDB 99999999999 0
(error) ERR invalid first DB index
> SWAPDB 0
(error) ERR wrong number of arguments for 'swapdb' command

== SWAPDB serves a client that waits in a database
@resp2
@conn waiter
> SELECT 1
OK
@blocks
> BLPOP l 0
@conn main
> RPUSH l x
(integer) 1
> SWAPDB 0 1
OK
@conn waiter
<
1) "l"
2) "x"

== ROLE and LASTSAVE
> ROLE
1) "master"
2) (integer) 0
3) (empty array)
> ROLE x
(error) ERR wrong number of arguments for 'role' command
> LASTSAVE
~(integer) #

== SHUTDOWN checks its words before it acts
> SHUTDOWN BOGUS
(error) ERR syntax error
> SHUTDOWN NOSAVE SAVE
(error) ERR syntax error
> SHUTDOWN ABORT
(error) ERR No shutdown in progress.
> SHUTDOWN ABORT NOW
(error) ERR syntax error
> MULTI
OK
> SHUTDOWN
(error) ERR Command not allowed inside a transaction
> DISCARD
OK

== INFO by section
> INFO bogus
""
> INFO modules
"# Modules\r\n"
> INFO cluster
"# Cluster\r\ncluster_enabled:0\r\n"
> SET a 1
OK
> INFO keyspace
"# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n"
> INFO KEYSPACE cluster keyspace
"# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n"
> MULTI
OK
> SET b 1
QUEUED
> INFO keyspace
QUEUED
> EXEC
1) OK
2) "# Keyspace\r\ndb0:keys=2,expires=0,avg_ttl=0\r\n"

== DEBUG wants a subcommand
> DEBUG
(error) ERR wrong number of arguments for 'debug' command

== DEBUG where it is allowed
@socket needs enable-debug-command yes
> DEBUG BOGUS
(error) ERR unknown subcommand or wrong number of arguments for 'BOGUS'. Try DEBUG HELP.
> DEBUG ERROR "some text"
(error) some text
> DEBUG SLEEP 0
OK
> DEBUG OBJECT none
(error) ERR no such key
> DEBUG DIGEST-VALUE none
1) 0000000000000000000000000000000000000000
> DEBUG POPULATE 2 p 8
OK
> GET p:1
"value:1\x00"
> DEBUG POPULATE abc
(error) ERR value is out of range, must be positive
> DEBUG PROTOCOL bogus
(error) ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false
> DEBUG PROTOCOL verbatim
"This is a verbatim\nstring"
> DEBUG PROTOCOL array
1) (integer) 0
2) (integer) 1
3) (integer) 2
> DEBUG HTSTATS 99
(error) ERR Out of range database
> MULTI
OK
> SET k v
QUEUED
> DEBUG POPULATE 3
QUEUED
> DEBUG DIGEST-VALUE none
QUEUED
> GET k
QUEUED
> EXEC
1) OK
2) OK
3) 1) 0000000000000000000000000000000000000000
4) "v"

== error texts echo bytes that are no characters
> "n\xffo\xc3\xa4\xc3"
(error) ERR unknown command 'n\xffo\xc3\xa4\xc3', with args beginning with:\x20
> SET k v "\xfe\xf4\x8f\xbf\xbf"
(error) ERR syntax error
> "\xf4\x8f\xbf\xbf" a
(error) ERR unknown command '\xf4\x8f\xbf\xbf', with args beginning with: 'a'\x20
> CONFIG GET
(error) ERR wrong number of arguments for 'config|get' command
> CLIENT "\xff"
(error) ERR unknown subcommand '\xff'. Try CLIENT HELP.
