== ZUNION, ZINTER and ZDIFF return members
@resp2
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZADD b 10 y 20 z 30 w
(integer) 3
> ZUNION 2 a b
1) "x"
2) "y"
3) "z"
4) "w"
> ZUNION 2 a b WITHSCORES
1) "x"
2) "1"
3) "y"
4) "12"
5) "z"
6) "23"
7) "w"
8) "30"
> ZUNION 2 a b WEIGHTS 2 1 AGGREGATE MAX WITHSCORES
1) "x"
2) "2"
3) "y"
4) "10"
5) "z"
6) "20"
7) "w"
8) "30"
> ZINTER 2 a b WITHSCORES
1) "y"
2) "12"
3) "z"
4) "23"
> ZINTER 2 a b WEIGHTS 1 0.5 AGGREGATE MIN WITHSCORES
1) "y"
2) "2"
3) "z"
4) "3"
> ZINTER 2 a nosuch
(empty array)
> ZDIFF 2 a b WITHSCORES
1) "x"
2) "1"
> ZDIFF 2 nosuch a
(empty array)
> ZUNION 1 nosuch
(empty array)

== Sets count as sorted sets with score 1
@resp2
> SADD s x q
(integer) 2
> ZADD a 5 x
(integer) 1
> ZUNION 2 a s WITHSCORES
1) "q"
2) "1"
3) "x"
4) "6"
> ZINTER 2 a s WITHSCORES
1) "x"
2) "6"

== ZINTERCARD counts up to a limit
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZADD b 1 x 2 y 3 z
(integer) 3
> ZINTERCARD 2 a b
(integer) 3
> ZINTERCARD 2 a b LIMIT 2
(integer) 2
> ZINTERCARD 2 a b LIMIT 0
(integer) 3
> ZINTERCARD 2 a b LIMIT -1
(error) ERR LIMIT can't be negative
> ZINTERCARD 2 a b LIMIT x
(error) ERR LIMIT can't be negative
> ZINTERCARD 0 a
(error) ERR at least 1 input key is needed for 'zintercard' command
> ZINTERCARD 3 a b
(error) ERR syntax error
> ZINTERCARD 2 a b FOO 1
(error) ERR syntax error

== The STORE forms
@resp2
> ZADD a 1 x 2 y
(integer) 2
> ZADD b 10 y 20 z
(integer) 2
> ZUNIONSTORE d 2 a b
(integer) 3
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "1"
3) "y"
4) "12"
5) "z"
6) "20"
> ZINTERSTORE d 2 a b WEIGHTS 1 2
(integer) 1
> ZRANGE d 0 -1 WITHSCORES
1) "y"
2) "22"
> ZDIFFSTORE d 2 a b
(integer) 1
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "1"
> ZINTERSTORE d 2 a nosuch
(integer) 0
> EXISTS d
(integer) 0
> ZUNIONSTORE a 2 a b
(integer) 3
> ZCARD a
(integer) 3
> ZRANGESTORE r a 0 1
(integer) 2
> ZRANGE r 0 -1
1) "x"
2) "y"
> ZRANGESTORE r a (2 +inf BYSCORE LIMIT 0 1
(integer) 1
> ZRANGE r 0 -1 WITHSCORES
1) "y"
2) "12"
> ZRANGESTORE r nosuch 0 -1
(integer) 0
> EXISTS r
(integer) 0

== Argument errors of the combining commands
> ZUNION 0 a
(error) ERR at least 1 input key is needed for 'zunion' command
> ZUNION -1 a
(error) ERR at least 1 input key is needed for 'zunion' command
> ZUNION x a
(error) ERR value is not an integer or out of range
> ZUNION 2 a
(error) ERR syntax error
> ZUNION 1 a WEIGHTS
(error) ERR syntax error
> ZUNION 1 a WEIGHTS x
(error) ERR weight value is not a float
> ZUNION 1 a AGGREGATE FOO
(error) ERR syntax error
> ZUNION 1 a FOO
(error) ERR syntax error
> ZUNIONSTORE d 0 a
(error) ERR at least 1 input key is needed for 'zunionstore' command
> ZUNIONSTORE d 9223372036854775807 a
(error) ERR syntax error
> ZUNIONSTORE d 1 a WITHSCORES
(error) ERR syntax error
> ZDIFF 1 a WEIGHTS 1
(error) ERR syntax error
> ZDIFFSTORE d 1
(error) ERR wrong number of arguments for 'zdiffstore' command
> SET s x
OK
> ZUNION 1 s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZRANGESTORE d s 0 -1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== ZRANDMEMBER draws members
@resp2
> ZRANDMEMBER nosuch
(nil)
> ZRANDMEMBER nosuch 3
(empty array)
> ZADD a 1 x
(integer) 1
> ZRANDMEMBER a
"x"
> ZRANDMEMBER a 5
1) "x"
> ZRANDMEMBER a -3
1) "x"
2) "x"
3) "x"
> ZRANDMEMBER a 0
(empty array)
> ZRANDMEMBER a 5 WITHSCORES
1) "x"
2) "1"
> ZRANDMEMBER a -2 WITHSCORES
1) "x"
2) "1"
3) "x"
4) "1"
> ZRANDMEMBER a x
(error) ERR value is not an integer or out of range
> ZRANDMEMBER a 1 FOO
(error) ERR syntax error
> ZRANDMEMBER a -9223372036854775808
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> ZRANDMEMBER a -9223372036854775807 WITHSCORES
(error) ERR value is out of range

== ZMPOP pops from the first sorted set that has members
> ZMPOP 2 a b MIN
(nil)
> ZADD b 1 x 2 y 3 z
(integer) 3
> ZMPOP 2 a b MIN
1) "b"
2) 1) 1) "x"
      2) "1"
> ZMPOP 2 a b MAX COUNT 5
1) "b"
2) 1) 1) "z"
      2) "3"
   2) 1) "y"
      2) "2"
> EXISTS b
(integer) 0
> ZMPOP 0 a MIN
(error) ERR numkeys should be greater than 0
> ZMPOP x a MIN
(error) ERR numkeys should be greater than 0
> ZMPOP 2 a MIN
(error) ERR syntax error
> ZMPOP 1 a FOO
(error) ERR syntax error
> ZMPOP 1 a MIN COUNT 0
(error) ERR count should be greater than 0
> ZMPOP 1 a MIN COUNT x
(error) ERR count should be greater than 0
> SET s x
OK
> ZMPOP 1 s MIN
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== The blocking pops serve at once what is there
> ZADD a 1 x 2 y 3 z
(integer) 3
> BZPOPMIN a 1
1) "a"
2) "x"
3) "1"
> BZPOPMAX nosuch a 1
1) "a"
2) "z"
3) "3"
> BZMPOP 1 2 nosuch a MIN COUNT 5
1) "a"
2) 1) 1) "y"
      2) "2"
> EXISTS a
(integer) 0
> BZPOPMIN a x
(error) ERR timeout is not a float or out of range
> BZPOPMIN a -1
(error) ERR timeout is negative
> BZMPOP 1 0 a MIN
(error) ERR numkeys should be greater than 0
> BZMPOP x 1 a MIN
(error) ERR timeout is not a float or out of range
> SET s x
OK
> BZPOPMIN s 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== The blocking pops wait for a member
@blocks
> BZPOPMIN a b 5
@conn other
> ZADD b 2 y 1 x
(integer) 2
@conn main
<
1) "b"
2) "x"
3) "1"
> ZRANGE b 0 -1
1) "y"
@blocks
> BZPOPMAX c 5
@conn other
> ZADD c 2 y 1 x
(integer) 2
@conn main
<
1) "c"
2) "y"
3) "2"
@blocks
> BZMPOP 5 1 d MAX COUNT 3
@conn other
> ZADD d 2 y 1 x
(integer) 2
@conn main
<
1) "d"
2) 1) 1) "y"
      2) "2"
   2) 1) "x"
      2) "1"
> EXISTS d
(integer) 0
@blocks
> BZPOPMIN a 0.1
@at +300ms
<
(nil)

== Members with scores in RESP3
@resp3
> ZADD a 1 x 2.5 y
(integer) 2
> ZUNION 1 a WITHSCORES
1) 1) "x"
   2) (double) 1
2) 1) "y"
   2) (double) 2.5
> ZRANDMEMBER a -0
(error) ERR value is not an integer or out of range
> ZDIFF 2 a nosuch WITHSCORES
1) 1) "x"
   2) (double) 1
2) 1) "y"
   2) (double) 2.5
> ZINTER 1 a WEIGHTS 2 WITHSCORES
1) 1) "x"
   2) (double) 2
2) 1) "y"
   2) (double) 5

== A zero keeps its sign where an equal score is given, in the large form
> ZADD z 0 a 0 b 0 mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm
(integer) 3
> ZUNIONSTORE n 1 z WEIGHTS -0
(integer) 3
> ZADD n 0 a
(integer) 0
> ZSCORE n a
"-0"
> ZADD n CH 1 a
(integer) 1
> ZADD n CH 0 a
(integer) 1
> ZSCORE n a
"0"
