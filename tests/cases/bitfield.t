== BITFIELD reads and writes
> BITFIELD k SET i8 0 -100 SET i8 8 101 GET i8 0 GET u8 0 GET i8 8
1) (integer) 0
2) (integer) 0
3) (integer) -100
4) (integer) 156
5) (integer) 101
> GET k
"\x9ce"
> BITFIELD k SET u4 4 15 GET u8 0 GET u4 4
1) (integer) 12
2) (integer) 159
3) (integer) 15
> BITFIELD k INCRBY u8 0 1 INCRBY i8 8 -1
1) (integer) 160
2) (integer) 100
> BITFIELD k SET u8 #0 65 SET u8 #1 66 SET u8 #2 67
1) (integer) 160
2) (integer) 100
3) (integer) 0
> GET k
"ABC"
> BITFIELD k GET u8 #2 GET u24 0 GET u23 1 GET i63 0 GET u63 0 GET i64 0
1) (integer) 67
2) (integer) 4276803
3) (integer) 4276803
4) (integer) 2351197314103640064
5) (integer) 2351197314103640064
6) (integer) 4702394628207280128
> BITFIELD k GET u1 1 GET u1 0 GET i1 1 GET u1 100000
1) (integer) 1
2) (integer) 0
3) (integer) -1
4) (integer) 0
> BITFIELD k GET i5 7 GET u5 13 GET u64 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k get u8 0 Set U8 0 1
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k get u8 0 Set u8 0 1
1) (integer) 65
2) (integer) 65
> BITFIELD k
(empty array)
> BITFIELD absent
(empty array)
> EXISTS absent
(integer) 0
> BITFIELD absent GET u8 0 GET i64 4294967295
1) (integer) 0
2) (integer) 0
> EXISTS absent
(integer) 0
> BITFIELD long SET u1 63 1
1) (integer) 0
> STRLEN long
(integer) 8
> BITFIELD long SET i64 3 -2
1) (integer) 8
> STRLEN long
(integer) 9
> GET long
"\x1f\xff\xff\xff\xff\xff\xff\xff\xc0"
> BITFIELD long GET i64 3 GET u63 4 GET u3 0
1) (integer) -2
2) (integer) 9223372036854775806
3) (integer) 0

== BITFIELD wraps
> BITFIELD k SET u8 0 255 INCRBY u8 0 1 INCRBY u8 0 -1
1) (integer) 0
2) (integer) 0
3) (integer) 255
> BITFIELD k SET i8 0 127 INCRBY i8 0 1 INCRBY i8 0 -1
1) (integer) -1
2) (integer) -128
3) (integer) 127
> BITFIELD k SET i8 0 1000 GET i8 0 SET u8 0 1000 GET u8 0 SET u8 0 -1 GET u8 0
1) (integer) 127
2) (integer) -24
3) (integer) 232
4) (integer) 232
5) (integer) 232
6) (integer) 255
> BITFIELD k SET i64 0 9223372036854775807 INCRBY i64 0 1 INCRBY i64 0 -1
1) (integer) -72057594037927936
2) (integer) -9223372036854775808
3) (integer) 9223372036854775807
> BITFIELD k INCRBY i64 0 9223372036854775807 INCRBY i64 0 -9223372036854775808
1) (integer) -2
2) (integer) 9223372036854775806
> BITFIELD k SET u63 1 9223372036854775807 INCRBY u63 1 1 INCRBY u63 1 -1
1) (integer) 9223372036854775806
2) (integer) 0
3) (integer) 9223372036854775807
> BITFIELD k SET u63 1 -1 GET u63 1 SET u63 1 -9223372036854775808 GET u63 1
1) (integer) 9223372036854775807
2) (integer) 9223372036854775807
3) (integer) 9223372036854775807
4) (integer) 0
> BITFIELD k OVERFLOW WRAP INCRBY u1 0 1 INCRBY u1 0 1 INCRBY i1 0 1 INCRBY i1 0 1
1) (integer) 1
2) (integer) 0
3) (integer) -1
4) (integer) 0
> BITFIELD k INCRBY u8 0 9223372036854775807 INCRBY u8 0 -9223372036854775808
1) (integer) 255
2) (integer) 255

== BITFIELD saturates
> BITFIELD k OVERFLOW SAT SET u8 0 250 INCRBY u8 0 10 INCRBY u8 0 -300 SET u8 0 300 GET u8 0
1) (integer) 0
2) (integer) 255
3) (integer) 0
4) (integer) 0
5) (integer) 255
> BITFIELD k OVERFLOW sat SET i8 0 120 INCRBY i8 0 10 INCRBY i8 0 -300 SET i8 0 -129 GET i8 0
1) (integer) -1
2) (integer) 127
3) (integer) -128
4) (integer) -128
5) (integer) -128
> BITFIELD k OVERFLOW SAT SET u8 0 -1 GET u8 0
1) (integer) 128
2) (integer) 255
> BITFIELD k OVERFLOW SAT SET i64 0 9223372036854775807 INCRBY i64 0 1 INCRBY i64 0 -1
1) (integer) -72057594037927936
2) (integer) 9223372036854775807
3) (integer) 9223372036854775806
> BITFIELD k OVERFLOW SAT SET i64 0 -9223372036854775808 INCRBY i64 0 -1 INCRBY i64 0 1
1) (integer) 9223372036854775806
2) (integer) -9223372036854775808
3) (integer) -9223372036854775807
> BITFIELD k OVERFLOW SAT SET u63 0 0 INCRBY u63 0 -1 INCRBY u63 0 9223372036854775807 INCRBY u63 0 1
1) (integer) 4611686018427387904
2) (integer) 0
3) (integer) 9223372036854775807
4) (integer) 9223372036854775807
> BITFIELD k OVERFLOW SAT INCRBY u8 0 9223372036854775807 INCRBY u8 0 -9223372036854775808
1) (integer) 255
2) (integer) 0
> BITFIELD k OVERFLOW SAT SET i8 0 -9223372036854775808 GET i8 0 SET i8 0 -9223372036854775681 GET i8 0
1) (integer) 0
2) (integer) 127
3) (integer) 127
4) (integer) 127
> BITFIELD k OVERFLOW SAT SET i8 0 -9223372036854775680 GET i8 0 INCRBY i8 0 -9223372036854775808 GET i8 0
1) (integer) 127
2) (integer) -128
3) (integer) -128
4) (integer) -128
> BITFIELD k OVERFLOW WRAP SET i8 0 -9223372036854775807 GET i8 0 OVERFLOW FAIL SET i8 0 -9223372036854775808
1) (integer) -128
2) (integer) 1
3) (nil)
> BITFIELD k OVERFLOW SAT SET i63 0 -9223372036854775808 GET i63 0 SET i64 0 -9223372036854775808 GET i64 0
1) (integer) 72057594037927935
2) (integer) 4611686018427387903
3) (integer) 9223372036854775807
4) (integer) -9223372036854775808

== BITFIELD fails
> BITFIELD k OVERFLOW FAIL SET u8 0 255 INCRBY u8 0 1 GET u8 0 SET u8 0 256 SET u8 0 -1 GET u8 0
1) (integer) 0
2) (nil)
3) (integer) 255
4) (nil)
5) (nil)
6) (integer) 255
> BITFIELD k OVERFLOW FAIL INCRBY i8 8 127 INCRBY i8 8 1 OVERFLOW SAT INCRBY i8 8 1 OVERFLOW WRAP INCRBY i8 8 1
1) (integer) 127
2) (nil)
3) (integer) 127
4) (integer) -128
> BITFIELD k OVERFLOW FAIL OVERFLOW WRAP INCRBY u8 0 1
1) (integer) 0
> BITFIELD fresh OVERFLOW FAIL SET u8 16 256
1) (nil)
> STRLEN fresh
(integer) 3
> BITFIELD fresh OVERFLOW FAIL
(empty array)
> BITFIELD fresh OVERFLOW FAIL GET u8 0
1) (integer) 0

== BITFIELD refuses
> BITFIELD k GET
(error) ERR syntax error
> BITFIELD k GET u8
(error) ERR syntax error
> BITFIELD k SET u8 0
(error) ERR syntax error
> BITFIELD k INCRBY u8 0
(error) ERR syntax error
> BITFIELD k OVERFLOW
(error) ERR syntax error
> BITFIELD k OVERFLOW x
(error) ERR Invalid OVERFLOW type specified
> BITFIELD k OVERFLOW x GET u8 0
(error) ERR Invalid OVERFLOW type specified
> BITFIELD k FOO u8 0
(error) ERR syntax error
> BITFIELD k GET u64 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET i65 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET u0 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET i0 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET i-1 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET x8 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET "" 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET u 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET u08 0
(error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
> BITFIELD k GET "u8\x00x" 0
1) (integer) 0
> BITFIELD k GET u8 -1
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 a
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 #
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 #-1
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 ##1
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 4294967295
1) (integer) 0
> BITFIELD k GET u8 4294967296
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 9223372036854775807
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 9223372036854775808
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u8 #536870911
1) (integer) 0
> BITFIELD k GET u8 #536870912
(error) ERR bit offset is not an integer or out of range
> BITFIELD k SET u8 0 a
(error) ERR value is not an integer or out of range
> BITFIELD k SET u8 0 9223372036854775808
(error) ERR value is not an integer or out of range
> BITFIELD k INCRBY u8 0 1.5
(error) ERR value is not an integer or out of range
> BITFIELD k SET u8 0 1 GET u8 x
(error) ERR bit offset is not an integer or out of range
> EXISTS k
(integer) 0
> RPUSH l x
(integer) 1
> BITFIELD l GET u8 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITFIELD l SET u8 0 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITFIELD l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITFIELD l GET u8 x
(error) ERR bit offset is not an integer or out of range

== BITFIELD multiplies large indexes without wrapping
@skip-oracle the reference multiplies past 64 bits
> BITFIELD k GET u8 #1152921504606846976
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET i64 #4611686018427387904
(error) ERR bit offset is not an integer or out of range
> BITFIELD k GET u63 #9223372036854775807
(error) ERR bit offset is not an integer or out of range

== BITFIELD on numbers and on text
> SET n 12
OK
> BITFIELD n GET u8 0 GET u8 8 GET u8 16
1) (integer) 49
2) (integer) 50
3) (integer) 0
> OBJECT ENCODING n
"int"
> BITFIELD n SET u8 0 57
1) (integer) 49
> GET n
"92"
> OBJECT ENCODING n
"raw"
> SET t abc EX 100
OK
> BITFIELD t INCRBY u8 #1 1
1) (integer) 99
> GET t
"acc"
> TTL t
(integer) 100
> OBJECT ENCODING t
"raw"

== BITFIELD_RO
> SET k abc
OK
> BITFIELD_RO k GET u8 0 GET i8 8
1) (integer) 97
2) (integer) 98
> BITFIELD_RO k
(empty array)
> BITFIELD_RO absent GET u8 0
1) (integer) 0
> BITFIELD_RO k SET u8 0 1
(error) ERR BITFIELD_RO only supports the GET subcommand
> BITFIELD_RO k GET u8 0 SET u8 0 1
(error) ERR BITFIELD_RO only supports the GET subcommand
> BITFIELD_RO k OVERFLOW SAT GET u8 0
1) (integer) 97
> BITFIELD_RO k INCRBY u8 0 1
(error) ERR BITFIELD_RO only supports the GET subcommand
> BITFIELD_RO k GET u8
(error) ERR syntax error
> BITFIELD_RO
(error) ERR wrong number of arguments for 'bitfield_ro' command
> RPUSH l x
(integer) 1
> BITFIELD_RO l GET u8 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> BITFIELD_RO l SET u8 0 1
(error) ERR BITFIELD_RO only supports the GET subcommand
