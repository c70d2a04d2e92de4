== LPUSH, RPUSH, LRANGE, LLEN
> LPUSH l a b c
(integer) 3
> RPUSH l x y
(integer) 5
> LRANGE l 0 -1
1) "c"
2) "b"
3) "a"
4) "x"
5) "y"
> LRANGE l 1 2
1) "b"
2) "a"
> LRANGE l -2 -1
1) "x"
2) "y"
> LRANGE l 0 100
1) "c"
2) "b"
3) "a"
4) "x"
5) "y"
> LRANGE l -100 100
1) "c"
2) "b"
3) "a"
4) "x"
5) "y"
> LRANGE l 3 1
(empty array)
> LRANGE l 100 200
(empty array)
> LRANGE none 0 -1
(empty array)
> LRANGE l a b
(error) ERR value is not an integer or out of range
> LRANGE l 0
(error) ERR wrong number of arguments for 'lrange' command
> LLEN l
(integer) 5
> LLEN none
(integer) 0
> LPUSH l
(error) ERR wrong number of arguments for 'lpush' command
> RPUSH
(error) ERR wrong number of arguments for 'rpush' command
> LPUSHX none a
(integer) 0
> RPUSHX none a
(integer) 0
> LPUSHX l z1 z2
(integer) 7
> RPUSHX l q
(integer) 8
> LRANGE l 0 -1
1) "z2"
2) "z1"
3) "c"
4) "b"
5) "a"
6) "x"
7) "y"
8) "q"
> EXISTS none
(integer) 0

== LPOP and RPOP
> RPUSH l 1 2 3 4 5 6
(integer) 6
> LPOP l
"1"
> RPOP l
"6"
> LPOP l 2
1) "2"
2) "3"
> RPOP l 2
1) "5"
2) "4"
> EXISTS l
(integer) 0
> LPOP l
(nil)
> LPOP l 2
(nil)
> RPUSH l a
(integer) 1
> LPOP l 0
(empty array)
> LPOP none 0
(nil)
> LPOP l -1
(error) ERR value is out of range, must be positive
> LPOP l abc
(error) ERR value is out of range, must be positive
> LPOP l 100
1) "a"
> EXISTS l
(integer) 0
> LPOP
(error) ERR wrong number of arguments for 'lpop' command
> LPOP l 1 2
(error) ERR wrong number of arguments for 'lpop' command

== LINDEX, LSET, LINSERT
> RPUSH l a b c
(integer) 3
> LINDEX l 0
"a"
> LINDEX l -1
"c"
> LINDEX l 3
(nil)
> LINDEX l -4
(nil)
> LINDEX none 0
(nil)
> LINDEX l abc
(error) ERR value is not an integer or out of range
> LSET l 1 B
OK
> LSET l -1 C
OK
> LSET l 3 x
(error) ERR index out of range
> LSET l -4 x
(error) ERR index out of range
> LSET none 0 x
(error) ERR no such key
> LSET l abc x
(error) ERR value is not an integer or out of range
> LINSERT l BEFORE B new
(integer) 4
> LINSERT l AFTER C end
(integer) 5
> LINSERT l BEFORE nope x
(integer) -1
> LINSERT none BEFORE a x
(integer) 0
> LINSERT l BOGUS a x
(error) ERR syntax error
> LRANGE l 0 -1
1) "a"
2) "new"
3) "B"
4) "C"
5) "end"

== LREM and LTRIM
> RPUSH l a b a c a d a
(integer) 7
> LREM l 2 a
(integer) 2
> LRANGE l 0 -1
1) "b"
2) "c"
3) "a"
4) "d"
5) "a"
> LREM l -1 a
(integer) 1
> LRANGE l 0 -1
1) "b"
2) "c"
3) "a"
4) "d"
> LREM l 0 a
(integer) 1
> LREM l 0 nope
(integer) 0
> LREM none 0 a
(integer) 0
> LREM l abc a
(error) ERR value is not an integer or out of range
> LRANGE l 0 -1
1) "b"
2) "c"
3) "d"
> LTRIM l 0 1
OK
> LRANGE l 0 -1
1) "b"
2) "c"
> LTRIM l -1 -1
OK
> LRANGE l 0 -1
1) "c"
> LTRIM l 5 10
OK
> EXISTS l
(integer) 0
> LTRIM none 0 1
OK
> RPUSH l a b
(integer) 2
> LTRIM l a b
(error) ERR value is not an integer or out of range
> LTRIM l 1 0
OK
> EXISTS l
(integer) 0

== LMOVE and RPOPLPUSH
> RPUSH src a b c
(integer) 3
> RPOPLPUSH src dst
"c"
> LMOVE src dst LEFT RIGHT
"a"
> LRANGE dst 0 -1
1) "c"
2) "a"
> RPOPLPUSH none dst
(nil)
> LMOVE src src LEFT RIGHT
"b"
> LMOVE src dst LEFT LEFT
"b"
> EXISTS src
(integer) 0
> LRANGE dst 0 -1
1) "b"
2) "c"
3) "a"
> LMOVE dst dst LEFT RIGHT
"b"
> LRANGE dst 0 -1
1) "c"
2) "a"
3) "b"
> SET s v
OK
> LMOVE dst s LEFT LEFT
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LMOVE s dst LEFT LEFT
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LMOVE dst x UP LEFT
(error) ERR syntax error

== LPOS
> RPUSH l a b c a b a
(integer) 6
> LPOS l a
(integer) 0
> LPOS l z
(nil)
> LPOS l a RANK 2
(integer) 3
> LPOS l a RANK -1
(integer) 5
> LPOS l a COUNT 0
1) (integer) 0
2) (integer) 3
3) (integer) 5
> LPOS l a COUNT 2
1) (integer) 0
2) (integer) 3
> LPOS l a COUNT 0 MAXLEN 3
1) (integer) 0
> LPOS l a RANK 0
(error) ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list
> LPOS l a COUNT -1
(error) ERR COUNT can't be negative
> LPOS none a
(nil)
> LPOS none a COUNT 1
(empty array)

== Wrong types
> SET s v
OK
> LPUSH s a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LPOP s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LLEN s
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LRANGE s 0 -1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LINDEX s 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> LTRIM s 0 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
