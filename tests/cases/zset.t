== ZADD and its options
> ZADD z 1 a 2 b
(integer) 2
> ZADD z 3 a
(integer) 0
> ZADD z CH 4 a 2 b
(integer) 1
> ZADD z NX 9 a 9 c
(integer) 1
> ZSCORE z a
"4"
> ZADD z XX 5 a 5 new
(integer) 0
> ZSCORE z new
(nil)
> ZADD z GT 4 a
(integer) 0
> ZSCORE z a
"5"
> ZADD z GT CH 6 a
(integer) 1
> ZADD z LT 1 a
(integer) 0
> ZSCORE z a
"1"
> ZADD z INCR 2 a
"3"
> ZADD z NX INCR 2 a
(nil)
> ZADD z XX INCR 2 nope
(nil)
> ZADD z NX XX 1 a
(error) ERR XX and NX options at the same time are not compatible
> ZADD z GT LT 1 a
(error) ERR GT, LT, and/or NX options at the same time are not compatible
> ZADD z NX GT 1 a
(error) ERR GT, LT, and/or NX options at the same time are not compatible
> ZADD z INCR 1 a 2 b
(error) ERR INCR option supports a single increment-element pair
> ZADD z abc a
(error) ERR value is not a valid float
> ZADD z nan a
(error) ERR value is not a valid float
> ZADD z inf top
(integer) 1
> ZADD z -inf bottom
(integer) 1
> ZSCORE z top
"inf"
> ZSCORE z bottom
"-inf"
> ZADD z 1
(error) ERR wrong number of arguments for 'zadd' command
> ZADD z 1 a 2
(error) ERR syntax error
> ZADD z
(error) ERR wrong number of arguments for 'zadd' command
> ZADD z 1e3 e
(integer) 1
> ZSCORE z e
"1000"
> ZADD z 0.1 d
(integer) 1
> ZSCORE z d
"0.10000000000000001"
> ZADD z XX
(error) ERR wrong number of arguments for 'zadd' command
> ZADD f XX 1 a
(integer) 0
> EXISTS f
(integer) 0

== ZRANGE by index
@resp2
> ZADD z 1 a 2 b 3 c 4 d
(integer) 4
> ZRANGE z 0 -1
1) "a"
2) "b"
3) "c"
4) "d"
> ZRANGE z 0 -1 WITHSCORES
1) "a"
2) "1"
3) "b"
4) "2"
5) "c"
6) "3"
7) "d"
8) "4"
> ZRANGE z 1 2
1) "b"
2) "c"
> ZRANGE z -2 -1
1) "c"
2) "d"
> ZRANGE z 5 10
(empty array)
> ZRANGE z 0 1 REV
1) "d"
2) "c"
> ZRANGE z 0 -1 LIMIT 0 1
(error) ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX
> ZRANGE none 0 -1
(empty array)
> ZRANGE z a b
(error) ERR value is not an integer or out of range
> ZREVRANGE z 0 1
1) "d"
2) "c"
> ZREVRANGE z 0 -1 WITHSCORES
1) "d"
2) "4"
3) "c"
4) "3"
5) "b"
6) "2"
7) "a"
8) "1"
> ZRANGE z 0 -1 BOGUS
(error) ERR syntax error

== ZRANGE by score and by lex
@resp2
> ZADD z 1 a 2 b 3 c 4 d
(integer) 4
> ZRANGEBYSCORE z 2 3
1) "b"
2) "c"
> ZRANGEBYSCORE z (2 3
1) "c"
> ZRANGEBYSCORE z -inf +inf WITHSCORES
1) "a"
2) "1"
3) "b"
4) "2"
5) "c"
6) "3"
7) "d"
8) "4"
> ZRANGEBYSCORE z -inf +inf LIMIT 1 2
1) "b"
2) "c"
> ZRANGEBYSCORE z -inf +inf LIMIT 1 -1
1) "b"
2) "c"
3) "d"
> ZRANGEBYSCORE z 3 2
(empty array)
> ZRANGEBYSCORE z a b
(error) ERR min or max is not a float
> ZREVRANGEBYSCORE z 3 2
1) "c"
2) "b"
> ZREVRANGEBYSCORE z +inf (2 WITHSCORES LIMIT 0 1
1) "d"
2) "4"
> ZRANGE z 2 3 BYSCORE
1) "b"
2) "c"
> ZRANGE z 3 2 BYSCORE REV LIMIT 0 1
1) "c"
> ZCOUNT z 2 (4
(integer) 2
> ZCOUNT none 0 1
(integer) 0
> ZCOUNT z a b
(error) ERR min or max is not a float
> ZADD l 0 a 0 b 0 c
(integer) 3
> ZRANGEBYLEX l - +
1) "a"
2) "b"
3) "c"
> ZRANGEBYLEX l [b +
1) "b"
2) "c"
> ZRANGEBYLEX l (a (c
1) "b"
> ZRANGEBYLEX l a c
(error) ERR min or max not valid string range item
> ZREVRANGEBYLEX l + -
1) "c"
2) "b"
3) "a"
> ZRANGE l [a [b BYLEX
1) "a"
2) "b"
> ZLEXCOUNT l [a [b
(integer) 2

== ZRANK, ZSCORE, ZCARD
> ZADD z 1 a 1 b 2 c
(integer) 3
> ZRANK z a
(integer) 0
> ZRANK z b
(integer) 1
> ZRANK z nope
(nil)
> ZRANK none a
(nil)
> ZREVRANK z a
(integer) 2
> ZREVRANK z c
(integer) 0
> ZSCORE z nope
(nil)
> ZSCORE none a
(nil)
> ZMSCORE z a nope c
1) "1"
2) (nil)
3) "2"
> ZCARD z
(integer) 3
> ZCARD none
(integer) 0

== ZINCRBY
> ZINCRBY z 5 a
"5"
> ZINCRBY z 1.5 a
"6.5"
> ZINCRBY z -10 a
"-3.5"
> ZINCRBY z abc a
(error) ERR value is not a valid float
> ZADD z inf i
(integer) 1
> ZINCRBY z -inf i
(error) ERR resulting score is not a number (NaN)
> ZINCRBY z 1
(error) ERR wrong number of arguments for 'zincrby' command

== ZREM and the ranges that remove
> ZADD z 1 a 2 b 3 c 4 d 5 e
(integer) 5
> ZREM z a nope
(integer) 1
> ZREM none a
(integer) 0
> ZREMRANGEBYSCORE z 2 3
(integer) 2
> ZRANGE z 0 -1
1) "d"
2) "e"
> ZREMRANGEBYRANK z 0 0
(integer) 1
> ZRANGE z 0 -1
1) "e"
> ZREMRANGEBYSCORE z -inf +inf
(integer) 1
> EXISTS z
(integer) 0
> ZREMRANGEBYSCORE z 0 1
(integer) 0
> ZREMRANGEBYSCORE z a b
(error) ERR min or max is not a float
> ZADD l 0 a 0 b 0 c
(integer) 3
> ZREMRANGEBYLEX l [a [b
(integer) 2
> ZRANGE l 0 -1
1) "c"
> ZREM l c
(integer) 1
> EXISTS l
(integer) 0

== ZPOPMIN and ZPOPMAX
@resp2
> ZADD z 1 a 2 b 3 c
(integer) 3
> ZPOPMIN z
1) "a"
2) "1"
> ZPOPMAX z
1) "c"
2) "3"
> ZPOPMIN z 5
1) "b"
2) "2"
> EXISTS z
(integer) 0
> ZPOPMIN z
(empty array)
> ZPOPMIN z 0
(empty array)
> ZPOPMIN z -1
(error) ERR value is out of range, must be positive

== Wrong types and encodings
> SET s v
OK
> ZADD s 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZRANGE s 0 -1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZSCORE s a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZADD z 1 a
(integer) 1
> OBJECT ENCODING z
"listpack"

== Sorted sets in RESP3
@resp3
> ZADD z 1 a 2.5 b
(integer) 2
> ZSCORE z b
(double) 2.5
> ZRANGE z 0 -1 WITHSCORES
1) 1) "a"
   2) (double) 1
2) 1) "b"
   2) (double) 2.5
> ZADD z INCR 1 a
(double) 2
> ZINCRBY z 1 a
(double) 3
> ZPOPMIN z
1) "b"
2) (double) 2.5
> ZMSCORE z a b
1) (double) 3
2) (nil)
> ZADD z XX INCR 1 nope
(nil)

== a zero loses its sign in a small set
@resp2
> ZADD z -0 a
(integer) 1
> ZINCRBY z -0 b
"-0"
> ZRANGE z 0 -1 WITHSCORES
1) "a"
2) "0"
3) "b"
4) "0"
> ZUNION 1 z WEIGHTS -1 WITHSCORES
1) "a"
2) "-0"
3) "b"
4) "-0"
> ZUNIONSTORE w 1 z WEIGHTS -1
(integer) 2
> ZRANGE w 0 -1 WITHSCORES
1) "a"
2) "0"
3) "b"
4) "0"

== bounds of scores may begin with blanks, as strtod reads them
> ZADD z 1 a 2 b
(integer) 2
> ZRANGEBYSCORE z " 1" "( 2"
1) "a"
> ZCOUNT z " " 1
(error) ERR min or max is not a float
> ZCOUNT z "1 " 2
(error) ERR min or max is not a float

== an infinite score weighed with nothing
@resp2
> ZADD z inf a
(integer) 1
> ZINTER 2 z z WEIGHTS 0.1 0 WITHSCORES
1) "a"
2) "0"
> ZINTER 2 z z WEIGHTS 0 0.1 AGGREGATE MIN WITHSCORES
1) "a"
2) "0"
> ZUNION 2 z z WEIGHTS 0.1 0 WITHSCORES
1) "a"
2) "inf"

== bounds of scores may be out of a double's range
> ZADD z 1 a
(integer) 1
> ZRANGEBYSCORE z -1e400 1e400
1) "a"
> ZCOUNT z 1e-400 1e400
(integer) 1
> ZADD z 1e400 b
(error) ERR value is not a valid float

== ZSCAN shows whole scores of a small set as integers
> ZADD z 123456789012345678 a 1e300 b 1.5 c
(integer) 3
> ZSCAN z 0
1) "0"
2) 1) "c"
   2) "1.5"
   3) "a"
   4) "123456789012345680"
   5) "b"
   6) "1.0000000000000001e+300"
> ZSCORE z a
"1.2345678901234568e+17"

== ZRANGESTORE of a small set drops the sign of a zero
@resp2
> ZADD z -0 a 1 b
(integer) 2
> ZRANGESTORE w z 0 -1
(integer) 2
> ZRANGE w 0 -1 WITHSCORES
1) "a"
2) "0"
3) "b"
4) "1"

== ZRANGESTORE adds members in the order of the range, which tells where a large set begins
@resp2
> CONFIG SET zset-max-listpack-entries 2
OK
> ZADD z 1 a 2 b 3 c
(integer) 3
> ZUNIONSTORE n 1 z WEIGHTS -0
(integer) 3
> ZRANGESTORE r n +inf -inf BYSCORE REV
(integer) 3
> ZRANGE r 0 -1 WITHSCORES
1) "a"
2) "-0"
3) "b"
4) "0"
5) "c"
6) "0"
> ZRANGESTORE r n -inf +inf BYSCORE
(integer) 3
> ZRANGE r 0 -1 WITHSCORES
1) "a"
2) "0"
3) "b"
4) "0"
5) "c"
6) "-0"
> ZRANGESTORE r n 0 -1 REV
(integer) 3
> ZRANGE r 0 -1 WITHSCORES
1) "a"
2) "-0"
3) "b"
4) "-0"
5) "c"
6) "-0"
