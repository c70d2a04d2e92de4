== LMPOP pops from the first list that has elements
> LMPOP 2 a b LEFT
(nil)
> RPUSH b 1 2 3 4 5
(integer) 5
> LMPOP 2 a b LEFT
1) "b"
2) 1) "1"
> LMPOP 2 a b RIGHT COUNT 2
1) "b"
2) 1) "5"
   2) "4"
> LMPOP 2 a b LEFT COUNT 10
1) "b"
2) 1) "2"
   2) "3"
> EXISTS b
(integer) 0

== LMPOP checks its arguments
> LMPOP 0 a LEFT
(error) ERR numkeys should be greater than 0
> LMPOP -1 a LEFT
(error) ERR numkeys should be greater than 0
> LMPOP x a LEFT
(error) ERR numkeys should be greater than 0
> LMPOP 2 a LEFT
(error) ERR syntax error
> LMPOP 1 a
(error) ERR wrong number of arguments for 'lmpop' command
> LMPOP 1 a MIDDLE
(error) ERR syntax error
> LMPOP 1 a LEFT COUNT 0
(error) ERR count should be greater than 0
> LMPOP 1 a LEFT COUNT -1
(error) ERR count should be greater than 0
> LMPOP 1 a LEFT COUNT
(error) ERR syntax error
> LMPOP 1 a LEFT COUNT 1 COUNT 2
(error) ERR syntax error
> LMPOP 1 a LEFT FOO 1
(error) ERR syntax error
> LMPOP 9223372036854775807 a LEFT
(error) ERR syntax error
> SET a x
OK
> LMPOP 1 a LEFT
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== BLMPOP serves at once what is there
> RPUSH l 1 2 3
(integer) 3
> BLMPOP 1 1 l LEFT
1) "l"
2) 1) "1"
> BLMPOP 1 2 k l RIGHT COUNT 5
1) "l"
2) 1) "3"
   2) "2"
> BLMPOP -1 1 l LEFT
(error) ERR timeout is negative
> BLMPOP x 1 l LEFT
(error) ERR timeout is not a float or out of range
> BLMPOP 1 0 l LEFT
(error) ERR numkeys should be greater than 0
> BLMPOP 1 1 l LEFT COUNT 0
(error) ERR count should be greater than 0

== BLMPOP waits for a push
@blocks
> BLMPOP 5 2 a b LEFT COUNT 2
@conn other
> RPUSH b 1 2 3
(integer) 3
@conn main
<
1) "b"
2) 1) "1"
   2) "2"
> LRANGE b 0 -1
1) "3"

== BLMOVE moves at once, or waits
> RPUSH s 1 2 3
(integer) 3
> BLMOVE s d LEFT RIGHT 1
"1"
> BLMOVE s d RIGHT LEFT 1
"3"
> LRANGE s 0 -1
1) "2"
> LRANGE d 0 -1
1) "3"
2) "1"
> DEL s d
(integer) 2
@blocks
> BLMOVE s d LEFT RIGHT 5
@conn other
> RPUSH s x y
(integer) 2
@conn main
<
"x"
> LRANGE s 0 -1
1) "y"
> LRANGE d 0 -1
1) "x"
> BLMOVE s d UP RIGHT 1
(error) ERR syntax error
> BLMOVE s d LEFT RIGHT -1
(error) ERR timeout is negative
> BLMOVE s d LEFT RIGHT x
(error) ERR timeout is not a float or out of range

== BRPOPLPUSH moves at once, or waits
> RPUSH s 1 2
(integer) 2
> BRPOPLPUSH s d 1
"2"
> BRPOPLPUSH s s 1
"1"
> DEL s d
(integer) 2
@blocks
> BRPOPLPUSH s d 5
@conn other
> RPUSH s x
(integer) 1
@conn main
<
"x"
> LRANGE d 0 -1
1) "x"
> EXISTS s
(integer) 0
> BRPOPLPUSH s d -1
(error) ERR timeout is negative

== BRPOPLPUSH gives up at its deadline
@blocks
> BRPOPLPUSH s d 0.1
@at +300ms
<
(nil)

== Inside a transaction nothing waits
> MULTI
OK
> BLMPOP 0 1 l LEFT
QUEUED
> BLMOVE s d LEFT RIGHT 0
QUEUED
> BRPOPLPUSH s d 0
QUEUED
> EXEC
1) (nil)
2) (nil)
3) (nil)

== LMOVEM moves elements in bulk or one by one
@skip-oracle newer than Redis 7.0; from the documents of Redis 8.10
> RPUSH a 1 2 3 4 5 6 7 8
(integer) 8
> RPUSH d 5 6 7
(integer) 3
> LMOVEM a d LEFT LEFT COUNT 2 OBO
1) "2"
2) "1"
> LRANGE d 0 -1
1) "2"
2) "1"
3) "5"
4) "6"
5) "7"
> LMOVEM a d LEFT LEFT COUNT 2 BULK
1) "3"
2) "4"
> LMOVEM a d RIGHT RIGHT EXACTLY 2 BULK
1) "7"
2) "8"
> LRANGE d 0 -1
1) "3"
2) "4"
3) "2"
4) "1"
5) "5"
6) "6"
7) "7"
8) "7"
9) "8"
> LMOVEM a e RIGHT LEFT
1) "6"
> LMOVEM a e LEFT RIGHT COUNT 10 OBO
1) "5"
> EXISTS a
(integer) 0
> LMOVEM e e LEFT RIGHT COUNT 1 BULK
1) "6"
> LMOVEM d d RIGHT LEFT COUNT 2 OBO
1) "7"
2) "8"
> LRANGE d 0 2
1) "7"
2) "8"
3) "3"
> LMOVEM d d LEFT LEFT COUNT 2 OBO
1) "8"
2) "7"
> LMOVEM e x LEFT LEFT EXACTLY 3 BULK
(nil)
> LMOVEM nosuch x LEFT LEFT
(nil)
> EXISTS x
(integer) 0
> LRANGE e 0 -1
1) "5"
2) "6"

== LMOVEM checks its arguments
@skip-oracle newer than Redis 7.0; from the documents of Redis 8.10
> LMOVEM a b LEFT
(error) ERR wrong number of arguments for 'lmovem' command
> LMOVEM a b LEFT UP
(error) ERR syntax error
> LMOVEM a b LEFT LEFT COUNT 1
(error) ERR syntax error
> LMOVEM a b LEFT LEFT COUNT 1 FOO
(error) ERR syntax error
> LMOVEM a b LEFT LEFT COUNT 1 OBO BULK
(error) ERR syntax error
> LMOVEM a b LEFT LEFT SOME 1 OBO
(error) ERR syntax error
> LMOVEM a b LEFT LEFT COUNT 0 OBO
(error) ERR count should be greater than 0
> LMOVEM a b LEFT LEFT COUNT -1 BULK
(error) ERR count should be greater than 0
> LMOVEM a b LEFT LEFT COUNT x BULK
(error) ERR count should be greater than 0
> SET s x
OK
> LMOVEM s b LEFT LEFT
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> RPUSH l 1
(integer) 1
> LMOVEM l s LEFT LEFT
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LMOVEM l s LEFT LEFT COUNT 9223372036854775807 BULK
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LRANGE l 0 -1
1) "1"

== BLMOVEM waits for as many as it asks for
@skip-oracle newer than Redis 7.0; from the documents of Redis 8.10
> BLMOVEM s d LEFT LEFT -1
(error) ERR timeout is negative
> RPUSH s 1
(integer) 1
> BLMOVEM s d LEFT LEFT 0
1) "1"
@conn waiter
@blocks
> BLMOVEM s d LEFT RIGHT 5 EXACTLY 3 BULK
@conn main
> RPUSH s 2
(integer) 1
> RPUSH s 3
(integer) 2
> LLEN s
(integer) 2
> RPUSH s 4 5
(integer) 4
@conn waiter
<
1) "2"
2) "3"
3) "4"
@conn main
> LRANGE d 0 -1
1) "1"
2) "2"
3) "3"
4) "4"
> LRANGE s 0 -1
1) "5"
> MULTI
OK
> BLMOVEM s d LEFT LEFT 0 EXACTLY 2 OBO
QUEUED
> EXEC
1) (nil)
> BLMOVEM s d LEFT LEFT 0.01 EXACTLY 2 OBO
(nil)
