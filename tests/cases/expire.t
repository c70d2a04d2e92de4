== EXPIRE and TTL
> SET k v
OK
> TTL k
(integer) -1
> PTTL k
(integer) -1
> EXPIRETIME k
(integer) -1
> PEXPIRETIME k
(integer) -1
> EXPIRE k 100
(integer) 1
> TTL k
(integer) 100
> PTTL k
(integer) 99000..100000
> PEXPIRE k 200000
(integer) 1
> TTL k
(integer) 200
> EXPIRE absent 10
(integer) 0
> TTL absent
(integer) -2
> PTTL absent
(integer) -2
> EXPIRETIME absent
(integer) -2
> PEXPIRETIME absent
(integer) -2
> EXPIRE k abc
(error) ERR value is not an integer or out of range
> EXPIRE k 1.5
(error) ERR value is not an integer or out of range
> EXPIRE k
(error) ERR wrong number of arguments for 'expire' command
> EXPIRE k ""
(error) ERR value is not an integer or out of range
> EXPIRE k 9223372036854775807
(error) ERR invalid expire time in 'expire' command
> EXPIRE k -9223372036854775808
(error) ERR invalid expire time in 'expire' command
> PEXPIRE k 9223372036854775807
(error) ERR invalid expire time in 'pexpire' command
> EXPIREAT k 9223372036854775807
(error) ERR invalid expire time in 'expireat' command
> EXPIREAT k 33177117420
(integer) 1
> EXPIRETIME k
(integer) 33177117420
> PEXPIREAT k 33177117420123
(integer) 1
> PEXPIRETIME k
(integer) 33177117420123
> EXPIRETIME k
(integer) 33177117420
> TTL
(error) ERR wrong number of arguments for 'ttl' command
> PTTL a b
(error) ERR wrong number of arguments for 'pttl' command

== PERSIST
> SET k v EX 100
OK
> PERSIST k
(integer) 1
> TTL k
(integer) -1
> PERSIST k
(integer) 0
> PERSIST absent
(integer) 0
> PERSIST
(error) ERR wrong number of arguments for 'persist' command

== A time in the past deletes
> SET k v
OK
> EXPIRE k 0
(integer) 1
> EXISTS k
(integer) 0
> SET k v
OK
> EXPIRE k -1
(integer) 1
> EXISTS k
(integer) 0
> SET k v
OK
> PEXPIRE k -1
(integer) 1
> EXISTS k
(integer) 0
> SET k v
OK
> EXPIREAT k 1
(integer) 1
> EXISTS k
(integer) 0
> SET k v
OK
> PEXPIREAT k 1
(integer) 1
> EXISTS k
(integer) 0
> SET k v
OK
> EXPIREAT k 0
(integer) 1
> EXISTS k
(integer) 0
> DBSIZE
(integer) 0

== EXPIRE with NX, XX, GT, LT
> SET k v
OK
> EXPIRE k 100 XX
(integer) 0
> TTL k
(integer) -1
> EXPIRE k 100 NX
(integer) 1
> TTL k
(integer) 100
> EXPIRE k 200 NX
(integer) 0
> TTL k
(integer) 100
> EXPIRE k 200 XX
(integer) 1
> TTL k
(integer) 200
> EXPIRE k 100 GT
(integer) 0
> TTL k
(integer) 200
> EXPIRE k 300 GT
(integer) 1
> TTL k
(integer) 300
> EXPIRE k 400 LT
(integer) 0
> TTL k
(integer) 300
> EXPIRE k 200 LT
(integer) 1
> TTL k
(integer) 200
> SET p v
OK
> EXPIRE p 100 GT
(integer) 0
> TTL p
(integer) -1
> EXPIRE p 100 LT
(integer) 1
> TTL p
(integer) 100
> EXPIRE k 100 NX XX
(error) ERR NX and XX, GT or LT options at the same time are not compatible
> EXPIRE k 100 NX GT
(error) ERR NX and XX, GT or LT options at the same time are not compatible
> EXPIRE k 100 NX LT
(error) ERR NX and XX, GT or LT options at the same time are not compatible
> EXPIRE k 100 GT LT
(error) ERR GT and LT options at the same time are not compatible
> EXPIRE k 100 BOGUS
(error) ERR Unsupported option BOGUS
> EXPIRE k 100 XX GT
(integer) 0
> EXPIRE k 500 XX GT
(integer) 1
> TTL k
(integer) 500
> EXPIRE k 100 xx lt
(integer) 1
> TTL k
(integer) 100
> PEXPIRE k 1000000 GT
(integer) 1
> EXPIREAT k 33177117420 GT
(integer) 1
> PEXPIREAT k 33177117420000 LT
(integer) 0
> EXPIRE absent 100 NX
(integer) 0
> EXPIRE absent 100 BOGUS
(error) ERR Unsupported option BOGUS
> EXPIRE k -1 GT
(integer) 0
> EXPIRE k -1 LT
(integer) 1
> EXISTS k
(integer) 0

== A key is gone when its time has come
> SET k v PX 100
OK
> GET k
"v"
> SET other v
OK
@at +150ms
> GET k
(nil)
> EXISTS k
(integer) 0
> TTL k
(integer) -2
> TYPE k
none
> STRLEN k
(integer) 0
> KEYS *
1) "other"
> DBSIZE
(integer) 1
> SET k w NX
OK
> TTL k
(integer) -1

== Every read sees an expired key as absent
> RPUSH l a
(integer) 1
> PEXPIRE l 60
(integer) 1
> HSET h f v
(integer) 1
> PEXPIRE h 60
(integer) 1
> SADD s a
(integer) 1
> PEXPIRE s 60
(integer) 1
> ZADD z 1 a
(integer) 1
> PEXPIRE z 60
(integer) 1
> SET a 1 PX 60
OK
> SET b 1 PX 60
OK
@at +120ms
> LRANGE l 0 -1
(empty array)
> HGETALL h
(empty array)
> SMEMBERS s
(empty array)
> ZRANGE z 0 -1
(empty array)
> MGET a b
1) (nil)
2) (nil)
> RENAME a c
(error) ERR no such key
> COPY b c
(integer) 0
> PERSIST a
(integer) 0
> EXPIRE a 100
(integer) 0
> OBJECT ENCODING l
(nil)
> TOUCH a b
(integer) 0
> DEL a b l h s z
(integer) 0
> DBSIZE
(integer) 0

== SCAN removes expired keys that it looks for
> MULTI
OK
> SET key 1 EXAT 1000000000
QUEUED
> SCAN 0 COUNT 1000 MATCH other*
QUEUED
> DBSIZE
QUEUED
> SCAN 0 COUNT 1000 MATCH k* TYPE list
QUEUED
> DBSIZE
QUEUED
> EXEC
1) OK
2) 1) "0"
   2) (empty array)
3) (integer) 1
4) 1) "0"
   2) (empty array)
5) (integer) 0

== Writes keep or drop the time
> SET k 1 EX 100
OK
> INCR k
(integer) 2
> TTL k
(integer) 100
> APPEND k 0
(integer) 2
> TTL k
(integer) 100
> SETRANGE k 0 9
(integer) 2
> TTL k
(integer) 100
> SET k v
OK
> TTL k
(integer) -1
> SET k v EX 100
OK
> GETSET k w
"v"
> TTL k
(integer) -1
> RPUSH l a
(integer) 1
> EXPIRE l 100
(integer) 1
> RPUSH l b
(integer) 2
> TTL l
(integer) 100
> LPOP l
"a"
> TTL l
(integer) 100
> LPOP l
"b"
> RPUSH l a
(integer) 1
> TTL l
(integer) -1
> SET a 1 EX 100
OK
> SET b 2
OK
> RENAME b a
OK
> TTL a
(integer) -1
> SADD s a
(integer) 1
> EXPIRE s 100
(integer) 1
> SADD s b
(integer) 1
> TTL s
(integer) 100
> HSET h f 1
(integer) 1
> EXPIRE h 100
(integer) 1
> HINCRBY h f 5
(integer) 6
> TTL h
(integer) 100
> ZADD z 1 a
(integer) 1
> EXPIRE z 100
(integer) 1
> ZINCRBY z 5 a
"6"
> TTL z
(integer) 100

== An expired counter starts again
> SET k 41 PX 60
OK
> INCR k
(integer) 42
@at +120ms
> INCR k
(integer) 1
> TTL k
(integer) -1

== RESP3 of the expiry commands
@resp3
> SET k v EX 100
OK
> TTL k
(integer) 100
> PERSIST k
(integer) 1
> PERSIST k
(integer) 0
> EXPIRE k 10 XX
(integer) 0
> TTL absent
(integer) -2

== The last instant of all
> SET k v
OK
> PEXPIREAT k 9223372036854775807
(integer) 1
> PEXPIRETIME k
(integer) 9223372036854775807
> EXPIRETIME k
(integer) 9223372036854776
> PEXPIREAT k 9223372036854775807 GT
(integer) 0
> PEXPIREAT k 9223372036854775806 LT
(integer) 1
> PEXPIRETIME k
(integer) 9223372036854775806
> PERSIST k
(integer) 1
> TTL k
(integer) -1
> SET k w PXAT 9223372036854775807
OK
> PEXPIRETIME k
(integer) 9223372036854775807
> SET k x KEEPTTL
OK
> PEXPIRETIME k
(integer) 9223372036854775807
> COPY k j
(integer) 1
> PEXPIRETIME j
(integer) 9223372036854775807
