== ZUNION and ZUNIONSTORE
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
> ZUNION 3 a nosuch b WITHSCORES
1) "x"
2) "1"
3) "y"
4) "12"
5) "z"
6) "23"
7) "w"
8) "30"
> ZUNION 2 a b WEIGHTS 2 0.5 WITHSCORES
1) "x"
2) "2"
3) "y"
4) "9"
5) "w"
6) "15"
7) "z"
8) "16"
> ZUNION 2 a b AGGREGATE MIN WITHSCORES
1) "x"
2) "1"
3) "y"
4) "2"
5) "z"
6) "3"
7) "w"
8) "30"
> ZUNION 2 a b aggregate max withscores
1) "x"
2) "1"
3) "y"
4) "10"
5) "z"
6) "20"
7) "w"
8) "30"
> ZUNION 2 a b WEIGHTS 1 -1 AGGREGATE max WITHSCORES
1) "w"
2) "-30"
3) "x"
4) "1"
5) "y"
6) "2"
7) "z"
8) "3"
> ZUNIONSTORE d 2 a b
(integer) 4
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "1"
3) "y"
4) "12"
5) "z"
6) "23"
7) "w"
8) "30"
> ZUNIONSTORE a 2 a a
(integer) 3
> ZRANGE a 0 -1 WITHSCORES
1) "x"
2) "2"
3) "y"
4) "4"
5) "z"
6) "6"
> ZUNIONSTORE d 1 nosuch
(integer) 0
> EXISTS d
(integer) 0

== ZINTER and ZINTERSTORE
@resp2
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZADD b 10 y 20 z 30 w
(integer) 3
> ZINTER 2 a b
1) "y"
2) "z"
> ZINTER 2 a b WITHSCORES
1) "y"
2) "12"
3) "z"
4) "23"
> ZINTER 2 a b WEIGHTS 2 3 WITHSCORES
1) "y"
2) "34"
3) "z"
4) "66"
> ZINTER 2 a b AGGREGATE MIN WITHSCORES
1) "y"
2) "2"
3) "z"
4) "3"
> ZINTER 2 a nosuch WITHSCORES
(empty array)
> ZINTERSTORE d 2 a b AGGREGATE MAX
(integer) 2
> ZRANGE d 0 -1 WITHSCORES
1) "y"
2) "10"
3) "z"
4) "20"
> ZINTERSTORE d 2 a nosuch
(integer) 0
> EXISTS d
(integer) 0
> SET d text
OK
> ZINTERSTORE d 2 a a
(integer) 3
> TYPE d
zset
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "2"
3) "y"
4) "4"
5) "z"
6) "6"

== ZDIFF and ZDIFFSTORE
@resp2
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZADD b 10 y
(integer) 1
> ZDIFF 2 a b
1) "x"
2) "z"
> ZDIFF 2 a b WITHSCORES
1) "x"
2) "1"
3) "z"
4) "3"
> ZDIFF 1 a WITHSCORES
1) "x"
2) "1"
3) "y"
4) "2"
5) "z"
6) "3"
> ZDIFF 2 a a
(empty array)
> ZDIFF 2 nosuch a
(empty array)
> ZDIFFSTORE d 2 a b
(integer) 2
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "1"
3) "z"
4) "3"
> ZDIFFSTORE d 2 a a
(integer) 0
> EXISTS d
(integer) 0
> ZDIFF 2 a b WEIGHTS 1 2
(error) ERR syntax error

== ZINTERCARD
@resp2
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZADD b 10 y 20 z 30 w
(integer) 3
> ZINTERCARD 2 a b
(integer) 2
> ZINTERCARD 2 a b LIMIT 1
(integer) 1
> ZINTERCARD 2 a b LIMIT 0
(integer) 2
> ZINTERCARD 2 a b LIMIT 9
(integer) 2
> ZINTERCARD 2 a nosuch
(integer) 0
> ZINTERCARD 2 a b LIMIT -1
(error) ERR LIMIT can't be negative
> ZINTERCARD 2 a b LIMIT x
(error) ERR LIMIT can't be negative
> ZINTERCARD 2 a b LIMIT
(error) ERR syntax error
> ZINTERCARD 0 a b
(error) ERR at least 1 input key is needed for 'zintercard' command
> ZINTERCARD x a b
(error) ERR value is not an integer or out of range
> ZINTERCARD 2 a b WITHSCORES
(error) ERR syntax error

== Combinations of sorted sets with sets
@resp2
> ZADD z 2 a 3 b
(integer) 2
> SADD s a c
(integer) 2
> ZUNION 2 z s WITHSCORES
1) "c"
2) "1"
3) "a"
4) "3"
5) "b"
6) "3"
> ZINTER 2 z s WITHSCORES
1) "a"
2) "3"
> ZDIFF 2 s z WITHSCORES
1) "c"
2) "1"
> ZUNION 2 z s WEIGHTS 1 10 WITHSCORES
1) "b"
2) "3"
3) "c"
4) "10"
5) "a"
6) "12"
> SADD i 1 2 3
(integer) 3
> ZADD n 5 2
(integer) 1
> ZINTER 2 i n WITHSCORES
1) "2"
2) "6"

== Combinations of infinities
@resp2
> ZADD a +inf x
(integer) 1
> ZADD b -inf x
(integer) 1
> ZUNION 2 a b WITHSCORES
1) "x"
2) "0"
> ZINTER 2 a b WITHSCORES
1) "x"
2) "0"
> ZUNION 1 a WEIGHTS 0 WITHSCORES
1) "x"
2) "0"
> ZUNION 1 a WEIGHTS -1 WITHSCORES
1) "x"
2) "-inf"

== Combinations check their arguments
@resp2
> SET str x
OK
> ZADD a 1 x
(integer) 1
> ZUNION 0 a
(error) ERR at least 1 input key is needed for 'zunion' command
> ZUNION -1 a
(error) ERR at least 1 input key is needed for 'zunion' command
> ZUNION x a
(error) ERR value is not an integer or out of range
> ZUNION 3 a b
(error) ERR syntax error
> ZUNIONSTORE d 0 a
(error) ERR at least 1 input key is needed for 'zunionstore' command
> ZINTERSTORE d 0 a
(error) ERR at least 1 input key is needed for 'zinterstore' command
> ZDIFFSTORE d 0 a
(error) ERR at least 1 input key is needed for 'zdiffstore' command
> ZUNION 2 a str
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZUNIONSTORE d 2 str a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZUNION 2 str a BOGUS
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZUNION 1 a WEIGHTS
(error) ERR syntax error
> ZUNION 1 a WEIGHTS x
(error) ERR weight value is not a float
> ZUNION 1 a WEIGHTS nan
(error) ERR weight value is not a float
> ZUNION 2 a b WEIGHTS 1
(error) ERR syntax error
> ZUNION 1 a AGGREGATE
(error) ERR syntax error
> ZUNION 1 a AGGREGATE avg
(error) ERR syntax error
> ZUNION 1 a BOGUS
(error) ERR syntax error
> ZUNIONSTORE d 1 a WITHSCORES
(error) ERR syntax error

== ZRANGESTORE
@resp2
> ZADD a 1 x 2 y 3 z
(integer) 3
> ZRANGESTORE d a 0 1
(integer) 2
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "1"
3) "y"
4) "2"
> ZRANGESTORE d a 0 0 REV
(integer) 1
> ZRANGE d 0 -1 WITHSCORES
1) "z"
2) "3"
> ZRANGESTORE d a 2 +inf BYSCORE
(integer) 2
> ZRANGE d 0 -1 WITHSCORES
1) "y"
2) "2"
3) "z"
4) "3"
> ZRANGESTORE d a +inf 1 BYSCORE REV LIMIT 1 1
(integer) 1
> ZRANGE d 0 -1 WITHSCORES
1) "y"
2) "2"
> ZRANGESTORE d a - + BYLEX LIMIT 0 2
(integer) 2
> ZRANGE d 0 -1 WITHSCORES
1) "x"
2) "1"
3) "y"
4) "2"
> ZRANGESTORE d a 5 9
(integer) 0
> EXISTS d
(integer) 0
> ZRANGESTORE d nosuch 0 -1
(integer) 0
> SET str x
OK
> ZRANGESTORE d str 0 -1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> ZRANGESTORE str a 0 -1
(integer) 3
> TYPE str
zset
> ZRANGESTORE d a 0 -1 WITHSCORES
(error) ERR syntax error
> ZRANGESTORE d a 0 -1 LIMIT 0 1
(error) ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX
