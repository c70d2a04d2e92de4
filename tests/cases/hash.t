== HSET, HGET, HGETALL, HDEL
> HSET h f v
(integer) 1
> HSET h f w g x
(integer) 1
> HGET h f
"w"
> HGET h absent
(nil)
> HGET none f
(nil)
@unordered
> HGETALL h
1) "f"
2) "w"
3) "g"
4) "x"
> HGETALL none
(empty array)
> HLEN h
(integer) 2
> HLEN none
(integer) 0
> HEXISTS h f
(integer) 1
> HEXISTS h absent
(integer) 0
> HEXISTS none f
(integer) 0
> HDEL h f absent
(integer) 1
> HDEL h g
(integer) 1
> EXISTS h
(integer) 0
> HDEL none f
(integer) 0
> HSET h f
(error) ERR wrong number of arguments for 'hset' command
> HSET h f v g
(error) ERR wrong number of arguments for 'hset' command
> HSET h
(error) ERR wrong number of arguments for 'hset' command
> HGET h
(error) ERR wrong number of arguments for 'hget' command
> HDEL h
(error) ERR wrong number of arguments for 'hdel' command
> HGETALL
(error) ERR wrong number of arguments for 'hgetall' command
> HEXISTS h
(error) ERR wrong number of arguments for 'hexists' command

== HMSET, HMGET, HSETNX
> HMSET h a 1 b 2
OK
> HMGET h a b c a
1) "1"
2) "2"
3) (nil)
4) "1"
> HMGET none a b
1) (nil)
2) (nil)
> HMSET h a
(error) ERR wrong number of arguments for 'hmset' command
> HMSET h a 1 b
(error) ERR wrong number of arguments for 'hmset' command
> HMGET h
(error) ERR wrong number of arguments for 'hmget' command
> HSETNX h a 9
(integer) 0
> HSETNX h c 3
(integer) 1
> HGET h a
"1"
> HGET h c
"3"
> HSETNX new f v
(integer) 1

== HKEYS, HVALS, HSTRLEN
> HSET h one 1 two 22
(integer) 2
@unordered
> HKEYS h
1) "one"
2) "two"
@unordered
> HVALS h
1) "1"
2) "22"
> HKEYS none
(empty array)
> HVALS none
(empty array)
> HSTRLEN h two
(integer) 2
> HSTRLEN h absent
(integer) 0
> HSTRLEN none f
(integer) 0

== HINCRBY and HINCRBYFLOAT
> HINCRBY h n 5
(integer) 5
> HINCRBY h n -7
(integer) -2
> HINCRBY h n abc
(error) ERR value is not an integer or out of range
> HSET h s text max 9223372036854775807 sp " 1"
(integer) 3
> HINCRBY h s 1
(error) ERR hash value is not an integer
> HINCRBY h max 1
(error) ERR increment or decrement would overflow
> HINCRBY h sp 1
(error) ERR hash value is not an integer
> HINCRBYFLOAT h f 1.5
"1.5"
> HINCRBYFLOAT h f 0.1
"1.6"
> HINCRBYFLOAT h f abc
(error) ERR value is not a valid float
> HINCRBYFLOAT h s 1
(error) ERR hash value is not a float
> HINCRBYFLOAT h n 0.5
"-1.5"
> HINCRBYFLOAT h n inf
(error) ERR value is NaN or Infinity
> HINCRBY h n 1
(error) ERR hash value is not an integer
> HINCRBY h n
(error) ERR wrong number of arguments for 'hincrby' command

== Wrong types
> SET s v
OK
> HSET s f v
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HGET s f
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HGETALL s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HDEL s f
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HINCRBY s f 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HLEN s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HMGET s f
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HEXISTS s f
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== Encodings of hashes
> HSET h f v
(integer) 1
> OBJECT ENCODING h
"listpack"
> HSET h long aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg
(integer) 1
> OBJECT ENCODING h
"listpack"
> HSET h long aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg
(integer) 0
> OBJECT ENCODING h
"hashtable"
> HDEL h long
(integer) 1
> OBJECT ENCODING h
"hashtable"

== Hashes in RESP3
@resp3
> HSET h a 1
(integer) 1
> HGETALL h
1# "a" => "1"
> HGETALL none
(empty hash)
> HMGET h a b
1) "1"
2) (nil)
> HINCRBYFLOAT h a 0.5
"1.5"
> HRANDFIELD h 1 WITHVALUES
1) 1) "a"
   2) "1.5"
