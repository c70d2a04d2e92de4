== HGETDEL returns the values of fields and deletes them
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HGETDEL h FIELDS 2 a x
1) "1"
2) (nil)
> HGETDEL h FIELDS 1 a
1) (nil)
> HGETDEL nosuch FIELDS 2 a b
1) (nil)
2) (nil)
> HGETDEL h FIELDS 2 b c
1) "2"
2) "3"
> EXISTS h
(integer) 0

== HGETDEL checks its arguments
@skip-oracle newer than Redis 7.0; recorded from Redis 8.2.3
> HSET h a 1
(integer) 1
> HGETDEL h FIELDS 0
(error) ERR wrong number of arguments for 'hgetdel' command
> HGETDEL h FIELDS 2 b
(error) ERR The `numfields` parameter must match the number of arguments
> HGETDEL h FIELDS -1 a
(error) ERR Number of fields must be a positive integer
> HGETDEL h FIELDS 1 a b
(error) ERR The `numfields` parameter must match the number of arguments
> HGETDEL h FIELDS x b
(error) ERR Number of fields must be a positive integer
> HGETDEL h FIELD 1 b
(error) ERR Mandatory argument FIELDS is missing or not at the right position
> SET s x
OK
> HGETDEL s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
