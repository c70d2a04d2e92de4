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

