== WAIT without replicas
> SET k v
OK
> WAIT 0 0
(integer) 0
> WAIT 0 1000
(integer) 0
> WAIT -1 0
(integer) 0
> WAIT x 0
(error) ERR value is not an integer or out of range
> WAIT 0 x
(error) ERR timeout is not an integer or out of range
> WAIT 0 -1
(error) ERR timeout is negative
> WAIT 1 -1
(error) ERR timeout is negative
> WAIT 0 1.5
(error) ERR timeout is not an integer or out of range
> WAIT 0
(error) ERR wrong number of arguments for 'wait' command
> MULTI
OK
> WAIT 1 0
QUEUED
> EXEC
1) (integer) 0

== WAIT waits for its time
@socket a call waits
> WAIT 1 50
(integer) 0
@conn waiter
> CLIENT SETNAME w
OK
@blocks
> WAIT 2 400
@at +600ms
<
(integer) 0

== WAITAOF without replicas and without an append-only file
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> WAITAOF 0 0 0
1) (integer) 0
2) (integer) 0
> WAITAOF 0 0 10
1) (integer) 0
2) (integer) 0
> WAITAOF 1 0 0
(error) ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.
> WAITAOF 2 0 10
(error) ERR value is out of range, value must between 0 and 1
> WAITAOF -1 0 10
(error) ERR value is out of range, value must between 0 and 1
> WAITAOF 0 -1 10
(error) ERR value is out of range, must be positive
> WAITAOF x 0 10
(error) ERR value is not an integer or out of range
> WAITAOF 0 x 10
(error) ERR value is out of range, must be positive
> WAITAOF 0 0 x
(error) ERR timeout is not an integer or out of range
> WAITAOF 0 0 -1
(error) ERR timeout is negative
> WAITAOF 1 x 0
(error) ERR value is out of range, must be positive
> WAITAOF 1 0 x
(error) ERR timeout is not an integer or out of range
> WAIT 1 9223372036854775807
(error) ERR timeout is out of range
> WAITAOF 0 0
(error) ERR wrong number of arguments for 'waitaof' command
> MULTI
OK
> WAITAOF 0 1 0
QUEUED
> EXEC
1) 1) (integer) 0
   2) (integer) 0

== WAITAOF waits for its time
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
@socket a call waits
> WAITAOF 0 1 50
1) (integer) 0
2) (integer) 0
