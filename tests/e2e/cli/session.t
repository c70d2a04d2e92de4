== 002 / connecting
> PING
PONG
> INFO server
~*redis_version:*

== 002 / strings
> SET user:1:name "John Doe"
OK
> GET user:1:name
"John Doe"
> SETEX session:abc123 3600 "user_data"
OK
> GET session:abc123
"user_data"
> TTL session:abc123
(integer) 3600
> SET views:post:1 0
OK
> INCR views:post:1
(integer) 1
> INCRBY views:post:1 10
(integer) 11
> MSET key1 "value1" key2 "value2"
OK
> MGET key1 key2
1) "value1"
2) "value2"

== 002 / hashes
> HSET user:1 name "John" email "john@example.com" age 30
(integer) 3
> HGET user:1 name
"John"
@unordered
> HGETALL user:1
1) "name"
2) "John"
3) "email"
4) "john@example.com"
5) "age"
6) "30"
> HINCRBY user:1 age 1
(integer) 31
> HEXISTS user:1 email
(integer) 1
> HEXISTS user:1 absent
(integer) 0

== 002 / lists
> LPUSH notifications "New message"
(integer) 1
> RPUSH notifications "Friend request"
(integer) 2
> LRANGE notifications 0 9
1) "New message"
2) "Friend request"
> LPOP notifications
"New message"
> RPOP notifications
"Friend request"
> LRANGE notifications 0 9
(empty array)
> RPUSH notifications a b c
(integer) 3
> LLEN notifications
(integer) 3
> LTRIM notifications 0 1
OK
> LRANGE notifications 0 -1
1) "a"
2) "b"

== 002 / sets
> SADD tags:post:1 "redis" "caching" "database"
(integer) 3
> SADD tags:post:2 "redis" "queues"
(integer) 2
> SISMEMBER tags:post:1 "redis"
(integer) 1
@unordered
> SMEMBERS tags:post:1
1) "database"
2) "redis"
3) "caching"
> SINTER tags:post:1 tags:post:2
1) "redis"
@unordered
> SUNION tags:post:1 tags:post:2
1) "queues"
2) "database"
3) "redis"
4) "caching"
@unordered
> SDIFF tags:post:1 tags:post:2
1) "database"
2) "caching"

== 002 / sorted sets
> ZADD leaderboard 100 "player1" 250 "player2" 180 "player3"
(integer) 3
> ZRANK leaderboard "player1"
(integer) 0
> ZREVRANGE leaderboard 0 9 WITHSCORES
1) "player2"
2) "250"
3) "player3"
4) "180"
5) "player1"
6) "100"
> ZINCRBY leaderboard 50 "player1"
"150"
> ZRANGEBYSCORE leaderboard 100 200
1) "player1"
2) "player3"

== 003 / the lifetime commands
> SETEX key 300 value
OK
> TTL key
(integer) 300
> EXPIRE key 600
(integer) 1
> TTL key
(integer) 600
> DEL key
(integer) 1
> TTL key
(integer) -2
