# Commands younger than the reference server: written from the documentation of Redis 8.10.

== SUNIONCARD and SDIFFCARD count
@skip-oracle Redis 8.10
> SADD a 1 2 3
(integer) 3
> SADD b 3 4 5
(integer) 3
> SUNIONCARD 2 a b
(integer) 5
> SUNIONCARD 2 a b LIMIT 3
(integer) 3
> SUNIONCARD 2 a b LIMIT 0
(integer) 5
> SUNIONCARD 1 nosuch
(integer) 0
> SDIFFCARD 2 a b
(integer) 2
> SDIFFCARD 2 a b LIMIT 1
(integer) 1
> SDIFFCARD 2 nosuch a
(integer) 0

== SUNIONCARD and SDIFFCARD check their arguments
@skip-oracle Redis 8.10
> SUNIONCARD 0 a
(error) ERR numkeys should be greater than 0
> SUNIONCARD x a
(error) ERR numkeys should be greater than 0
> SUNIONCARD 3 a b
(error) ERR Number of keys can't be greater than number of args
> SUNIONCARD 1 a LIMIT -1
(error) ERR LIMIT can't be negative
> SUNIONCARD 1 a FOO
(error) ERR syntax error
> SDIFFCARD 0 a
(error) ERR numkeys should be greater than 0
> SDIFFCARD 1 a LIMIT x
(error) ERR LIMIT can't be negative
> SET s x
OK
> SUNIONCARD 1 s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
