== CONFIG GET takes names, aliases and patterns
> CONFIG GET timeout
1) "timeout"
2) "0"
> CONFIG GET TIMEOUT
1) "TIMEOUT"
2) "0"
> CONFIG GET nosuchdirective
(empty array)
> CONFIG GET key-load-delay
1) "key-load-delay"
2) "0"
> CONFIG GET key-load-dela?
(empty array)
> CONFIG GET tcp-keepaliv[a-f] TCP-*alive
1) "tcp-keepalive"
2) "300"
> CONFIG GET timeout Timeout TIME*
1) "timeout"
2) "0"
> CONFIG GET slave-priority
1) "slave-priority"
2) "100"
> CONFIG GET
(error) ERR wrong number of arguments for 'config|get' command
> CONFIG NOSUCH
(error) ERR unknown subcommand 'NOSUCH'. Try CONFIG HELP.
> CONFIG
(error) ERR wrong number of arguments for 'config' command

== CONFIG SET sets one directive
> CONFIG SET timeout 10
OK
> CONFIG GET timeout
1) "timeout"
2) "10"
> CONFIG SET TIMEOUT 0
OK
> CONFIG GET timeout
1) "timeout"
2) "0"
> CONFIG SET timeout
(error) ERR wrong number of arguments for 'config|set' command
> CONFIG SET timeout 1 tcp-keepalive
(error) ERR syntax error
> CONFIG SET nosuchdirective 1
(error) ERR Unknown option or number of arguments for CONFIG SET - 'nosuchdirective'
> CONFIG SET timeout x
(error) ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer
> CONFIG SET timeout -1
(error) ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and 2147483647 inclusive
> CONFIG SET appendonly maybe
(error) ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes' or 'no'
> CONFIG SET appendfsync best
(error) ERR CONFIG SET failed (possibly related to argument 'appendfsync') - argument(s) must be one of the following: everysec, always, no
> CONFIG SET daemonize yes
(error) ERR CONFIG SET failed (possibly related to argument 'daemonize') - can't set immutable config
> CONFIG SET timeout 1 timeout 2
(error) ERR CONFIG SET failed (possibly related to argument 'timeout') - duplicate parameter
> CONFIG GET timeout
1) "timeout"
2) "0"

== CONFIG SET is all or nothing
> CONFIG SET hash-max-listpack-entries 100 zset-max-listpack-entries 50
OK
> CONFIG SET hash-max-listpack-entries 101 zset-max-listpack-entries x
(error) ERR CONFIG SET failed (possibly related to argument 'zset-max-listpack-entries') - argument couldn't be parsed into an integer
> CONFIG GET hash-max-ziplist-entries
1) "hash-max-ziplist-entries"
2) "100"
> CONFIG GET zset-max-ziplist-entries
1) "zset-max-ziplist-entries"
2) "50"
> CONFIG SET hash-max-ziplist-entries 512 zset-max-ziplist-entries 128
OK
> CONFIG GET hash-max-listpack-entries
1) "hash-max-listpack-entries"
2) "512"

== CONFIG SET of sizes, lists and sets of words
> CONFIG SET maxmemory 1gb
OK
> CONFIG GET maxmemory
1) "maxmemory"
2) "1073741824"
> CONFIG SET maxmemory 0
OK
> CONFIG SET maxmemory-clients 5%
OK
> CONFIG GET maxmemory-clients
1) "maxmemory-clients"
2) "5%"
> CONFIG SET maxmemory-clients 101%
(error) ERR CONFIG SET failed (possibly related to argument 'maxmemory-clients') - percentage argument must be less or equal to 100
> CONFIG SET maxmemory-clients 0
OK
> CONFIG SET notify-keyspace-events KEA
OK
> CONFIG GET notify-keyspace-events
1) "notify-keyspace-events"
2) "AKE"
> CONFIG SET notify-keyspace-events Q
(error) ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class character. Use 'Ag$lshzxeKEtmdn'.
> CONFIG SET notify-keyspace-events ""
OK
> CONFIG SET shutdown-on-sigint "force now nosave"
OK
> CONFIG GET shutdown-on-sigint
1) "shutdown-on-sigint"
2) "nosave now force"
> CONFIG SET shutdown-on-sigint "save nosave"
(error) ERR CONFIG SET failed (possibly related to argument 'shutdown-on-sigint') - shutdown options SAVE and NOSAVE can't be used simultaneously
> CONFIG SET shutdown-on-sigint default
OK
> CONFIG SET client-output-buffer-limit "pubsub 1mb 0 0"
OK
> CONFIG GET client-output-buffer-limit
1) "client-output-buffer-limit"
2) "normal 0 0 0 slave 268435456 67108864 60 pubsub 1048576 0 0"
> CONFIG SET client-output-buffer-limit "pubsub 1mb 0"
(error) ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number of arguments in buffer limit configuration.
> CONFIG SET client-output-buffer-limit "pubsub 33554432 8388608 60"
OK

== CONFIG SET of a password asks new connections for it
> CONFIG SET requirepass secret
OK
> CONFIG GET requirepass
1) "requirepass"
2) "secret"
@conn other
> PING
(error) NOAUTH Authentication required.
> CONFIG GET requirepass
(error) NOAUTH Authentication required.
> AUTH wrong
(error) WRONGPASS invalid username-password pair or user is disabled.
> AUTH secret
OK
> CONFIG SET requirepass ""
OK
@conn third
> PING
PONG
> AUTH x
(error) ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?

== CONFIG REWRITE needs a file
> CONFIG REWRITE
(error) ERR The server is running without a config file
> CONFIG RESETSTAT
OK
> CONFIG RESETSTAT now
(error) ERR wrong number of arguments for 'config|resetstat' command
