== ZMPOP
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZMPOP 2 nosuch a MIN
1) "a"
2) 1) 1) "x"
      2) "1"
> ZMPOP 1 a MAX COUNT 5
1) "a"
2) 1) 1) "z"
      2) "3"
   2) 1) "y"
      2) "2"
> EXISTS a
(integer) 0
> ZMPOP 1 a MIN
(nil)
> ZMPOP 0 a MIN
(error) ERR numkeys should be greater than 0
> ZMPOP x a MIN
(error) ERR numkeys should be greater than 0
> ZMPOP 2 a MIN
(error) ERR syntax error
> ZMPOP 1 a BOGUS
(error) ERR syntax error
> ZMPOP 1 a MIN COUNT 0
(error) ERR count should be greater than 0
> ZMPOP 1 a MIN COUNT x
(error) ERR count should be greater than 0
> ZMPOP 1 a MIN COUNT 1 COUNT 2
(error) ERR syntax error
> ZMPOP 1 a MIN BOGUS
(error) ERR syntax error
> SET s x
OK
> ZMPOP 1 s MIN
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZMPOP 9223372036854775807 a MIN
(error) ERR syntax error

== BZPOPMIN, BZPOPMAX and BZMPOP with members there
> ZADD a 1 x 2 y 3 z 4 w
(integer) 4
> BZPOPMIN nosuch a 0
1) "a"
2) "x"
3) "1"
> BZPOPMAX a 1
1) "a"
2) "w"
3) "4"
> BZMPOP 0 2 nosuch a MIN COUNT 10
1) "a"
2) 1) 1) "y"
      2) "2"
   2) 1) "z"
      2) "3"
> BZPOPMIN a 0.01x
(error) ERR timeout is not a float or out of range
> BZPOPMIN a -1
(error) ERR timeout is negative
> BZMPOP -1 1 a MIN
(error) ERR timeout is negative
> SET s x
OK
> BZPOPMIN s 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BZMPOP 0 1 s MIN
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== ZRANDMEMBER
@resp2
> ZRANDMEMBER nosuch
(nil)
> ZRANDMEMBER nosuch 3
(empty array)
> ZADD a 1.5 x
(integer) 1
> ZRANDMEMBER a
"x"
> ZRANDMEMBER a 5
1) "x"
> ZRANDMEMBER a 5 WITHSCORES
1) "x"
2) "1.5"
> ZRANDMEMBER a -3
1) "x"
2) "x"
3) "x"
> ZRANDMEMBER a -2 WITHSCORES
1) "x"
2) "1.5"
3) "x"
4) "1.5"
> ZRANDMEMBER a 0
(empty array)
> ZRANDMEMBER a x
(error) ERR value is not an integer or out of range
> ZRANDMEMBER a 1 BOGUS
(error) ERR syntax error
> ZRANDMEMBER a 1 WITHSCORES BOGUS
(error) ERR syntax error
> ZRANDMEMBER a -9223372036854775808
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> ZRANDMEMBER a -9223372036854770000 WITHSCORES
(error) ERR value is out of range
> ZRANDMEMBER a 9223372036854770000 WITHSCORES
(error) ERR value is out of range
> SET s x
OK
> ZRANDMEMBER s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZRANDMEMBER s 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== Pairs nest in RESP3
@resp3
> ZADD a 1.5 x 2 y
(integer) 2
> ZRANGE a 0 -1 WITHSCORES
1) 1) "x"
   2) (double) 1.5
2) 1) "y"
   2) (double) 2
> ZREVRANGEBYSCORE a 9 0 WITHSCORES
1) 1) "y"
   2) (double) 2
2) 1) "x"
   2) (double) 1.5
> ZRANDMEMBER a -1 BOGUS
(error) ERR syntax error
> ZPOPMIN a
1) "x"
2) (double) 1.5
> ZADD a 1.5 x
(integer) 1
> ZPOPMIN a 1
1) 1) "x"
   2) (double) 1.5
> ZADD a 1.5 x
(integer) 1
> ZUNION 1 a WITHSCORES
1) 1) "x"
   2) (double) 1.5
2) 1) "y"
   2) (double) 2
> ZMPOP 1 a MIN
1) "a"
2) 1) 1) "x"
      2) (double) 1.5
> BZPOPMIN a 0
1) "a"
2) "y"
3) (double) 2
