== HSCAN
> HSCAN nosuch 0
1) "0"
2) (empty array)
> HSET h a 1
(integer) 1
> HSCAN h 0
1) "0"
2) 1) "a"
   2) "1"
> HSET h b 22
(integer) 1
> HSCAN h 0 MATCH b*
1) "0"
2) 1) "b"
   2) "22"
> HSCAN h 0 MATCH z* COUNT 100
1) "0"
2) (empty array)
> HSCAN h 0 COUNT 0
(error) ERR syntax error
> HSCAN h 0 COUNT x
(error) ERR value is not an integer or out of range
> HSCAN h 0 BOGUS
(error) ERR syntax error
> HSCAN h x
(error) ERR invalid cursor
> HSCAN nosuch x
(error) ERR invalid cursor
> HSCAN nosuch 0 BOGUS
1) "0"
2) (empty array)
> SET s x
OK
> HSCAN s 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== SSCAN
> SSCAN nosuch 0
1) "0"
2) (empty array)
> SADD s 3 1 2
(integer) 3
> SSCAN s 0
1) "0"
2) 1) "1"
   2) "2"
   3) "3"
> SSCAN s 0 MATCH 2
1) "0"
2) 1) "2"
> SADD t abc
(integer) 1
> SSCAN t 0 MATCH a*
1) "0"
2) 1) "abc"
> SSCAN t 0 COUNT 0
(error) ERR syntax error
> SSCAN t 0 MATCH
(error) ERR syntax error
> SSCAN t -
(error) ERR invalid cursor
> HSET h a 1
(integer) 1
> SSCAN h 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== ZSCAN
> ZSCAN nosuch 0
1) "0"
2) (empty array)
> ZADD z 1.5 a 2 b inf c
(integer) 3
> ZSCAN z 0
1) "0"
2) 1) "a"
   2) "1.5"
   3) "b"
   4) "2"
   5) "c"
   6) "inf"
> ZSCAN z 0 MATCH b
1) "0"
2) 1) "b"
   2) "2"
> ZSCAN z 0 COUNT -1
(error) ERR syntax error
> ZSCAN z 0 COUNT 2 BOGUS
(error) ERR syntax error
> HSET h a 1
(integer) 1
> ZSCAN h 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
