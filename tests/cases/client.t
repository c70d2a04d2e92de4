== CLIENT GETREDIR and TRACKINGINFO without tracking
> CLIENT GETREDIR
(integer) -1
> CLIENT TRACKINGINFO
1) "flags"
2) 1) "off"
3) "redirect"
4) (integer) -1
5) "prefixes"
6) (empty array)
> CLIENT GETREDIR x
(error) ERR wrong number of arguments for 'client|getredir' command

== CLIENT NO-TOUCH and NO-EVICT
> CLIENT NO-EVICT on
OK
> CLIENT NO-EVICT off
OK
> CLIENT NO-EVICT maybe
(error) ERR syntax error

== ROLE of a primary
> ROLE
1) "master"
2) (integer) 0
3) (empty array)
> ROLE x
(error) ERR wrong number of arguments for 'role' command

== SHUTDOWN checks its arguments
> SHUTDOWN FOO
(error) ERR syntax error
> SHUTDOWN SAVE NOSAVE
(error) ERR syntax error
> SHUTDOWN ABORT
(error) ERR No shutdown in progress.
> SHUTDOWN NOSAVE ABORT
(error) ERR syntax error

== Shard channels
@resp3
> PUBSUB SHARDCHANNELS
(empty array)
> PUBSUB SHARDNUMSUB a
1) "a"
2) (integer) 0
> SPUBLISH a m
(integer) 0
> SSUBSCRIBE a
1> "ssubscribe"
2> "a"
3> (integer) 1
> SSUBSCRIBE b
1> "ssubscribe"
2> "b"
3> (integer) 2
@conn other
> PUBSUB SHARDNUMSUB a b c
1) "a"
2) (integer) 1
3) "b"
4) (integer) 1
5) "c"
6) (integer) 0
> SPUBLISH a hello
(integer) 1
> PUBLISH a nothing
(integer) 0
@conn main
<
1> "smessage"
2> "a"
3> "hello"
> SUNSUBSCRIBE a
1> "sunsubscribe"
2> "a"
3> (integer) 1
> SUNSUBSCRIBE
1> "sunsubscribe"
2> "b"
3> (integer) 0
> PUBSUB SHARDCHANNELS
(empty array)

== CLIENT CAPA, NO-TOUCH and SETINFO
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> CLIENT CAPA redirect
OK
> CLIENT CAPA foo bar
OK
> CLIENT CAPA
(error) ERR wrong number of arguments for 'client|capa' command
> CLIENT NO-TOUCH ON
OK
> CLIENT NO-TOUCH x
(error) ERR syntax error
> CLIENT NO-TOUCH off
OK
> CLIENT SETINFO lib-name abc
OK
> CLIENT SETINFO lib-name "a b"
(error) ERR lib-name cannot contain spaces, newlines or special characters.
> CLIENT SETINFO foo x
(error) ERR Unrecognized option 'foo'
> CLIENT SETINFO lib-ver 1.2
OK
> CLIENT SETINFO lib-name
(error) ERR wrong number of arguments for 'client|setinfo' command
