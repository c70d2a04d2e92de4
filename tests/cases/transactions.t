== MULTI queues, EXEC runs
> MULTI
OK
> SET k 1
QUEUED
> INCR k
QUEUED
> GET k
QUEUED
> EXEC
1) OK
2) (integer) 2
3) "2"
> GET k
"2"
> EXEC
(error) ERR EXEC without MULTI

== DISCARD forgets the queue
> DISCARD
(error) ERR DISCARD without MULTI
> MULTI
OK
> SET k 1
QUEUED
> DISCARD
OK
> GET k
(nil)
> EXEC
(error) ERR EXEC without MULTI

== A call that cannot be queued spoils the transaction
> MULTI
OK
> SET k
(error) ERR wrong number of arguments for 'set' command
> SET k 1
QUEUED
> EXEC
(error) EXECABORT Transaction discarded because of previous errors.
> GET k
(nil)
> MULTI
OK
> NOSUCH
(error) ERR unknown command 'NOSUCH', with args beginning with:\x20
> EXEC
(error) EXECABORT Transaction discarded because of previous errors.
> PING
PONG

== An error at run time leaves the others
> SET s text
OK
> MULTI
OK
> INCR s
QUEUED
> SET t 1
QUEUED
> EXEC
1) (error) ERR value is not an integer or out of range
2) OK
> GET t
"1"

== MULTI and WATCH do not nest
> MULTI
OK
> MULTI
(error) ERR MULTI calls can not be nested
> WATCH k
(error) ERR WATCH inside MULTI is not allowed
> PING
QUEUED
> EXEC
1) PONG

== WATCH notices a change by another client
> WATCH k
OK
@conn other
> SET k 1
OK
@conn main
> MULTI
OK
> SET k 2
QUEUED
> EXEC
(nil)
> GET k
"1"
> MULTI
OK
> SET k 3
QUEUED
> EXEC
1) OK

== WATCH lets an untouched key pass
> SET k 1
OK
> WATCH k j
OK
> GET k
"1"
> MULTI
OK
> SET k 2
QUEUED
> EXEC
1) OK

== WATCH notices one's own change, a deletion and FLUSHDB
> WATCH k
OK
> SET k 1
OK
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)
> WATCH k
OK
> DEL k
(integer) 1
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)
> SET k 1
OK
> WATCH k
OK
> FLUSHDB
OK
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)
> WATCH k
OK
> FLUSHDB
OK
> MULTI
OK
> PING
QUEUED
> EXEC
1) PONG

== UNWATCH forgets the keys
> WATCH k
OK
> SET k 1
OK
> UNWATCH
OK
> MULTI
OK
> GET k
QUEUED
> EXEC
1) "1"
> MULTI
OK
> UNWATCH
QUEUED
> EXEC
1) OK

== A watched key that expires
> SET k 1 PX 100
OK
> WATCH k
OK
@at +200ms
> MULTI
OK
> PING
QUEUED
> EXEC
(nil)
> SET k 1 PX 1
OK
@at +50ms
> WATCH k
OK
> MULTI
OK
> PING
QUEUED
> EXEC
1) PONG

== Commands that answer at once inside MULTI
> MULTI
OK
> WATCH
(error) ERR wrong number of arguments for 'watch' command
> EXEC
(error) EXECABORT Transaction discarded because of previous errors.
> MULTI
OK
> RESET
RESET
> EXEC
(error) ERR EXEC without MULTI

== an EXEC that is refused ends the transaction
> WATCH k
OK
> MULTI
OK
> SET k v
QUEUED
> EXEC now
(error) EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command
> GET k
(nil)
> EXEC
(error) ERR EXEC without MULTI
> EXEC now
(error) EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command

== what a SCAN meets whose time is over is gone
> SET k v PXAT 1000000000000
OK
> MULTI
OK
> SCAN 0 COUNT 1000
QUEUED
> DBSIZE
QUEUED
> EXEC
1) 1) "0"
   2) (empty array)
2) (integer) 0
