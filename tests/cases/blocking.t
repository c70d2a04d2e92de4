== BLPOP and BRPOP of a list that is there
> RPUSH l a b c
(integer) 3
> BLPOP l 0
1) "l"
2) "a"
> BRPOP l 0
1) "l"
2) "c"
> BLPOP none l 1
1) "l"
2) "b"
> EXISTS l
(integer) 0
> RPUSH x 1
(integer) 1
> RPUSH y 2
(integer) 1
> BLPOP y x 0
1) "y"
2) "2"
> BLPOP y x 0
1) "x"
2) "1"

== A timeout
@socket it takes time
> BLPOP none 0.05
(nil)
> BRPOP none 0.05
(nil)
> BLPOP none none2 0.05
(nil)

== Bad arguments
> BLPOP l
(error) ERR wrong number of arguments for 'blpop' command
> BLPOP
(error) ERR wrong number of arguments for 'blpop' command
> BLPOP l abc
(error) ERR timeout is not a float or out of range
> BLPOP l -1
(error) ERR timeout is negative
> BLPOP l 99999999999999999999
(error) ERR timeout is negative
> BRPOP l nan
(error) ERR timeout is not a float or out of range
> SET s v
OK
> BLPOP s 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BLPOP none s 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== A push wakes the waiter
@socket two connections
@conn waiter
@blocks
> BLPOP l 5
@conn main
@at +50ms
> RPUSH l a b
(integer) 2
> LRANGE l 0 -1
1) "b"
@conn waiter
<
1) "l"
2) "a"
> PING
PONG

== The first to wait is the first to be served
@socket three connections
@conn one
@blocks
> BLPOP l 5
@conn main
@at +50ms
> PING
PONG
@conn two
@blocks
> BLPOP l 5
@conn main
@at +50ms
> RPUSH l first second
(integer) 2
@conn one
<
1) "l"
2) "first"
@conn two
<
1) "l"
2) "second"
@conn main
> EXISTS l
(integer) 0

== A waiter on several keys takes the one that comes
@socket two connections
@conn waiter
@blocks
> BRPOP a b c 5
@conn main
@at +50ms
> RPUSH b x y
(integer) 2
@conn waiter
<
1) "b"
2) "y"
@conn main
> LRANGE b 0 -1
1) "x"

== One push with several elements serves several waiters
@socket three connections
@conn one
@blocks
> BLPOP l 5
@conn two
@blocks
> BRPOP l 5
@conn main
@at +80ms
> RPUSH l a b c
(integer) 3
> LLEN l
(integer) 1
@conn one
<
1) "l"
2) "a"
@conn two
<
1) "l"
2) "c"

== A waiter is not served inside MULTI but after EXEC
@socket two connections
@conn waiter
@blocks
> BLPOP l 5
@conn main
@at +50ms
> MULTI
OK
> RPUSH l a
QUEUED
> RPUSH l b
QUEUED
> EXEC
1) (integer) 1
2) (integer) 2
@conn waiter
<
1) "l"
2) "a"
@conn main
> LRANGE l 0 -1
1) "b"

== In MULTI a blocking command does not block
> MULTI
OK
> BLPOP none 0
QUEUED
> EXEC
1) (nil)

== A key of another type does not wake the waiter
@socket two connections
@conn waiter
@blocks
> BLPOP k 5
@conn main
@at +50ms
> SET k v
OK
> DEL k
(integer) 1
> RPUSH k x
(integer) 1
@conn waiter
<
1) "k"
2) "x"

== RENAME of a list wakes the waiter
@socket two connections
@conn waiter
@blocks
> BLPOP dst 5
@conn main
@at +50ms
> RPUSH src a
(integer) 1
> RENAME src dst
OK
@conn waiter
<
1) "dst"
2) "a"

== CLIENT UNBLOCK
@socket two connections
@conn waiter
> CLIENT ID
*any*
@blocks
> BLPOP l 5
@conn main
@at +50ms
> CLIENT LIST TYPE normal
~*cmd=blpop*
> CLIENT UNBLOCK 1000000
(integer) 0

== A waiter that left takes nothing
@socket the connection is closed
@conn waiter
@blocks
> BLPOP l 0.05
@conn main
@at +150ms
> RPUSH l a
(integer) 1
> LLEN l
(integer) 1
@conn waiter
<
(nil)
