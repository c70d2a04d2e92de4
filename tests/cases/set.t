== SADD, SREM, SISMEMBER, SCARD, SMEMBERS
> SADD s a b c a
(integer) 3
> SADD s a
(integer) 0
> SCARD s
(integer) 3
> SCARD none
(integer) 0
> SISMEMBER s a
(integer) 1
> SISMEMBER s z
(integer) 0
> SISMEMBER none a
(integer) 0
> SMISMEMBER s a z b
1) (integer) 1
2) (integer) 0
3) (integer) 1
> SMISMEMBER none a b
1) (integer) 0
2) (integer) 0
@unordered
> SMEMBERS s
1) "c"
2) "b"
3) "a"
> SMEMBERS none
(empty array)
> SREM s a z
(integer) 1
> SREM none a
(integer) 0
> SREM s b c
(integer) 2
> EXISTS s
(integer) 0
> SADD s
(error) ERR wrong number of arguments for 'sadd' command
> SREM s
(error) ERR wrong number of arguments for 'srem' command
> SISMEMBER s
(error) ERR wrong number of arguments for 'sismember' command
> SMISMEMBER s
(error) ERR wrong number of arguments for 'smismember' command

== SINTER, SUNION, SDIFF
> SADD a 1 2 3 x
(integer) 4
> SADD b 2 3 4 y
(integer) 4
> SADD c 3 9
(integer) 2
@unordered
> SINTER a b
1) "3"
2) "2"
> SINTER a b c
1) "3"
> SINTER a none
(empty array)
@unordered
> SUNION a b
1) "3"
2) "2"
3) "1"
4) "4"
5) "y"
6) "x"
@unordered
> SUNION a none
1) "3"
2) "2"
3) "1"
4) "x"
@unordered
> SDIFF a b
1) "1"
2) "x"
> SDIFF a b c none
1) *any*
2) *any*
> SDIFF none a
(empty array)
> SINTER
(error) ERR wrong number of arguments for 'sinter' command
> SUNION
(error) ERR wrong number of arguments for 'sunion' command
> SDIFF
(error) ERR wrong number of arguments for 'sdiff' command
> SINTERCARD 2 a b
(integer) 2
> SINTERCARD 2 a b LIMIT 1
(integer) 1
> SINTERCARD 0 a
(error) ERR numkeys should be greater than 0
> SINTERCARD 3 a b
(error) ERR Number of keys can't be greater than number of args
> SINTERCARD 2 a b LIMIT -1
(error) ERR LIMIT can't be negative
> SINTERSTORE dst a b
(integer) 2
@unordered
> SMEMBERS dst
1) "2"
2) "3"
> SUNIONSTORE dst a b
(integer) 6
> SCARD dst
(integer) 6
> SDIFFSTORE dst c c
(integer) 0
> EXISTS dst
(integer) 0

== SPOP and SRANDMEMBER
> SADD s a
(integer) 1
> SRANDMEMBER s
"a"
> SRANDMEMBER s 5
1) "a"
> SRANDMEMBER s -3
1) "a"
2) "a"
3) "a"
> SRANDMEMBER s 0
(empty array)
> SRANDMEMBER none
(nil)
> SRANDMEMBER none 3
(empty array)
> SRANDMEMBER s abc
(error) ERR value is not an integer or out of range
> SPOP s
"a"
> EXISTS s
(integer) 0
> SPOP s
(nil)
> SPOP s 3
(empty array)
> SADD s a b c
(integer) 3
> SPOP s 0
(empty array)
> SPOP s -1
(error) ERR value is out of range, must be positive
@unordered
> SPOP s 5
1) "b"
2) "c"
3) "a"
> EXISTS s
(integer) 0

== SMOVE
> SADD a x y
(integer) 2
> SADD b z
(integer) 1
> SMOVE a b x
(integer) 1
> SMOVE a b nope
(integer) 0
> SMOVE none b x
(integer) 0
> SMOVE a b y
(integer) 1
> EXISTS a
(integer) 0
@unordered
> SMEMBERS b
1) "y"
2) "z"
3) "x"
> SMOVE b b x
(integer) 1

== Wrong types and encodings
> SET k v
OK
> SADD k a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SREM k a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SMEMBERS k
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SINTER k
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SADD i 1 2 3
(integer) 3
> OBJECT ENCODING i
"intset"
> SADD i x
(integer) 1
> SADD big 9223372036854775807 9223372036854775808
(integer) 2
> SCARD big
(integer) 2

== Sets in RESP3
@resp3
> SADD s a
(integer) 1
> SMEMBERS s
1~ "a"
> SINTER s s
1~ "a"
> SMEMBERS none
(empty set)
> SPOP s 1
1~ "a"
> SISMEMBER s a
(integer) 0

== SUNIONCARD and SDIFFCARD
@skip-oracle newer than Redis 7.0; as announced for Redis 8.10
> SADD a 1 2 3
(integer) 3
> SADD b 3 4
(integer) 2
> SUNIONCARD 2 a b
(integer) 4
> SUNIONCARD 2 a b LIMIT 2
(integer) 2
> SUNIONCARD 3 a b nosuch APPROX LIMIT 0
(integer) 4
> SDIFFCARD 2 a b
(integer) 2
> SDIFFCARD 2 a b LIMIT 1
(integer) 1
> SDIFFCARD 2 nosuch a
(integer) 0
> SDIFFCARD 2 a b APPROX
(error) ERR syntax error
> SUNIONCARD 0 a
(error) ERR numkeys should be greater than 0
> SUNIONCARD 3 a b
(error) ERR Number of keys can't be greater than number of args
> SUNIONCARD 1 a LIMIT -1
(error) ERR LIMIT can't be negative

== SDIFFSTORE of a first set that is large among the others keeps the encoding it had
> SADD first ab 211 212 213 214 215
(integer) 6
> SADD words ab
(integer) 1
> SADD more b
(integer) 1
> SDIFFSTORE dst first words
(integer) 5
> OBJECT ENCODING dst
"intset"
> SDIFFSTORE dst first words more
(integer) 5
> OBJECT ENCODING dst
"hashtable"
> SISMEMBER dst ab
(integer) 0
