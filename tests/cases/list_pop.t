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
