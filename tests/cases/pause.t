== CLIENT PAUSE checks its arguments
> CLIENT PAUSE
(error) ERR wrong number of arguments for 'client|pause' command
> CLIENT PAUSE x
(error) ERR timeout is not an integer or out of range
> CLIENT PAUSE 1.5
(error) ERR timeout is not an integer or out of range
> CLIENT PAUSE -1
(error) ERR timeout is negative
> CLIENT PAUSE 10 SOME
(error) ERR CLIENT PAUSE mode must be WRITE or ALL
> CLIENT PAUSE 0
OK
> CLIENT PAUSE 0 WRITE
OK
> CLIENT PAUSE x SOME
(error) ERR CLIENT PAUSE mode must be WRITE or ALL
> CLIENT UNPAUSE
OK
> CLIENT UNPAUSE x
(error) ERR wrong number of arguments for 'client|unpause' command

== A pause of writes holds what may write, until it is ended
@socket requests are held on their connections
> SET k 1
OK
> PFADD hll a
(integer) 1
> CLIENT PAUSE 100000 WRITE
OK
> GET k
"1"
> SET k
(error) ERR wrong number of arguments for 'set' command
@conn writer
@blocks
> SET k 2
@conn publisher
@blocks
> PUBLISH ch m
@conn counter
@blocks
> PFCOUNT hll
@conn main
> GET k
"1"
> CLIENT UNPAUSE
OK
@conn writer
<
OK
@conn publisher
<
(integer) 0
@conn counter
<
(integer) 1
@conn main
> GET k
"2"

== A pause ends by itself, and what was sent meanwhile runs in order
@socket requests are held on their connections
> CLIENT PAUSE 150 WRITE
OK
@conn writer
@blocks
> RPUSH l 1
@conn main
> LLEN l
(integer) 0
@at +400ms
@conn writer
<
(integer) 1
> RPUSH l 2
(integer) 2

== Transactions that write are held at EXEC, others are not
@socket requests are held on their connections
@conn writer
> MULTI
OK
> SET k v
QUEUED
@conn reader
> MULTI
OK
> GET k
QUEUED
@conn main
> CLIENT PAUSE 100000 WRITE
OK
@conn reader
> EXEC
1) (nil)
@conn writer
@blocks
> EXEC
@conn main
> EXISTS k
(integer) 0
> CLIENT UNPAUSE
OK
@conn writer
<
1) OK

== A pause that a transaction begins holds only what follows it
@socket requests are held on their connections
> MULTI
OK
> SET a 1
QUEUED
> CLIENT PAUSE 60000 WRITE
QUEUED
> SET b 1
QUEUED
> EXEC
1) OK
2) OK
3) OK
@conn writer
@blocks
> SET c 1
@conn main
> MGET a b c
1) "1"
2) "1"
3) (nil)
> CLIENT UNPAUSE
OK
@conn writer
<
OK

== A pause of everything holds everything
@socket requests are held on their connections
> SET k v
OK
> CLIENT PAUSE 200 ALL
OK
@blocks
> GET k
@at +500ms
<
"v"

== A longer and a stricter pause win
@socket requests are held on their connections
> CLIENT PAUSE 100000 WRITE
OK
> CLIENT PAUSE 10 WRITE
OK
@conn writer
@blocks
> SET k v
@conn main
@at +200ms
> GET k
(nil)
> CLIENT UNPAUSE
OK
@conn writer
<
OK

== Nothing is removed for its time while writes are paused
@socket requests are held on their connections
> SET k v PX 60
OK
> HSET h a 1
(integer) 1
> CLIENT PAUSE 100000 WRITE
OK
@at +200ms
> GET k
(nil)
> TTL k
(integer) -2
> DBSIZE
(integer) 2
> CLIENT UNPAUSE
OK
> GET k
(nil)
> EXISTS k h
(integer) 1

== CLIENT PAUSE cannot end after the last instant
@skip-oracle Redis 7.0 lets the sum overflow; recorded from Valkey 9.1.2
> CLIENT PAUSE 9223372036854775807
(error) ERR timeout is out of range
