== An entry serves all who wait for it with XREAD
@socket three connections
@resp2
@conn one
@blocks
> XREAD BLOCK 5000 STREAMS s $
@conn two
@blocks
> XREAD BLOCK 5000 COUNT 5 STREAMS t s 0 0
@conn main
@at +50ms
> XADD s 1-1 a b
"1-1"
> XADD s 1-2 a c
"1-2"
@conn one
<
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"
@conn two
<
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"
> PING
PONG

== What is waited for stays what it was
@socket two connections
@resp2
> XADD s 5-1 a b
"5-1"
@conn waiter
@blocks
> XREAD BLOCK 5000 STREAMS s t $ 7-7
@conn main
@at +50ms
> XDEL s 5-1
(integer) 1
> XADD t 7-7 a b
"7-7"
> SET u v
OK
> XADD s 5-2 a b
"5-2"
@conn waiter
<
1) 1) "s"
   2) 1) 1) "5-2"
         2) 1) "a"
            2) "b"

== Another type leaves XREAD waiting
@socket two connections
@resp2
@conn waiter
@blocks
> XREAD BLOCK 5000 STREAMS s $
@conn main
@at +50ms
> LPUSH s a
(integer) 1
> DEL s
(integer) 1
> XADD s 1-1 a b
"1-1"
@conn waiter
<
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"

== An entry that comes and goes in one transaction
@skip-oracle 7.0 answers with an empty list of entries, 7.2 goes on waiting
@socket two connections
@resp2
@conn waiter
@blocks
> XREAD BLOCK 5000 STREAMS s $
@conn main
@at +50ms
> MULTI
OK
> XADD s 1-1 a b
QUEUED
> XDEL s 1-1
QUEUED
> EXEC
1) "1-1"
2) (integer) 1
> XADD s 2-1 a b
"2-1"
@conn waiter
<
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "a"
            2) "b"

== The first of a group to wait is the first to be served
@socket three connections
@resp2
> XGROUP CREATE s g $ MKSTREAM
OK
@conn one
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> PING
PONG
@conn two
@blocks
> XREADGROUP GROUP g b BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> XADD s 1-1 n 1
"1-1"
> XADD s 2-1 n 2
"2-1"
@conn one
<
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
@conn two
<
1) 1) "s"
   2) 1) 1) "2-1"
         2) 1) "n"
            2) "2"
@conn main
> XPENDING s g
1) (integer) 2
2) "1-1"
3) "2-1"
4) 1) 1) "a"
      2) "1"
   2) 1) "b"
      2) "1"

== A timeout
@socket it takes time
> XREAD BLOCK 50 STREAMS s $
(nil)
> XGROUP CREATE s g $ MKSTREAM
OK
> XREADGROUP GROUP g a BLOCK 50 STREAMS s >
(nil)
> XINFO CONSUMERS s g
(empty array)

== XREADGROUP ends when its group goes
@socket two connections
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> XGROUP DESTROY s g
(integer) 1
@conn waiter
<
(error) NOGROUP the consumer group this client was blocked on no longer exists
> PING
PONG

== XREADGROUP ends when its stream goes
@socket two connections
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> DEL s
(integer) 1
@conn waiter
<
(error) UNBLOCKED the stream key no longer exists
> PING
PONG

== XREADGROUP ends when its stream is overwritten
@socket two connections
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> SET s v
OK
@conn waiter
<
(error) UNBLOCKED the stream key no longer exists

== XREADGROUP ends when its stream is replaced in a transaction
@socket two connections
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> MULTI
OK
> DEL s
QUEUED
> SADD s x
QUEUED
> EXEC
1) (integer) 1
2) (integer) 1
@conn waiter
<
(error) UNBLOCKED the stream key no longer exists

== XREADGROUP ends when its stream expires
@socket two connections, and it takes time
> XGROUP CREATE s g $ MKSTREAM
OK
> PEXPIRE s 150
(integer) 1
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
<
(error) UNBLOCKED the stream key no longer exists
> EXISTS s
(integer) 0

== XREADGROUP ends when its database is flushed or swapped
@socket two connections
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> FLUSHDB
OK
@conn waiter
<
(error) UNBLOCKED the stream key no longer exists
@conn main
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> SWAPDB 0 9
OK
@conn waiter
<
(error) UNBLOCKED the stream key no longer exists
@conn main
> SWAPDB 0 9
OK

== RENAME serves who waits under the new name and ends who waits under the old
@socket three connections
@resp2
> XGROUP CREATE from g $ MKSTREAM
OK
> XGROUP CREATE to g $ MKSTREAM
OK
@conn old
@blocks
> XREADGROUP GROUP g a BLOCK 5000 STREAMS from >
@conn main
@at +50ms
> XADD other 1-1 n 1
"1-1"
> XGROUP CREATE other g 0
OK
@conn new
@blocks
> XREADGROUP GROUP g b BLOCK 5000 STREAMS to >
@conn main
@at +50ms
> RENAME other to
OK
@conn new
<
1) 1) "to"
   2) 1) 1) "1-1"
         2) 1) "n"
            2) "1"
@conn main
> RENAME from gone
OK
@conn old
<
(error) UNBLOCKED the stream key no longer exists

== History never waits
@socket it takes time
@resp2
> XGROUP CREATE s g $ MKSTREAM
OK
> XREADGROUP GROUP g a BLOCK 0 STREAMS s 0
1) 1) "s"
   2) (empty array)

== The count of a call that waited
@socket two connections
@resp2
@conn waiter
@blocks
> XREAD BLOCK 5000 COUNT 1 STREAMS s $
@conn main
@at +50ms
> MULTI
OK
> XADD s 1-1 a b
QUEUED
> XADD s 1-2 a b
QUEUED
> EXEC
1) "1-1"
2) "1-2"
@conn waiter
<
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"

== XREAD from the last entry waits for the next
@skip-oracle newer: 7.4
@socket two connections
@resp2
@conn waiter
@blocks
> XREAD BLOCK 5000 STREAMS s +
@conn main
@at +50ms
> XADD s 1-1 a b
"1-1"
@conn waiter
<
1) 1) "s"
   2) 1) 1) "1-1"
         2) 1) "a"
            2) "b"

== Served with NOACK nothing is pending
@socket two connections
@resp3
> XGROUP CREATE s g $ MKSTREAM
OK
@conn waiter
@blocks
> XREADGROUP GROUP g a NOACK BLOCK 5000 STREAMS s >
@conn main
@at +50ms
> XADD s 1-1 a b
"1-1"
@conn waiter
<
*any*
@conn main
> XPENDING s g
1) (integer) 0
2) (nil)
3) (nil)
4) (nil)
