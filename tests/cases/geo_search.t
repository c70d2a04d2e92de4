== GEORADIUS
> GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.5 41.9 Rome 2.35 48.86 Paris
(integer) 4
> GEORADIUS g 15 37 200 km
1) "Palermo"
2) "Catania"
> GEORADIUS g 15 37 200 km ASC
1) "Catania"
2) "Palermo"
> GEORADIUS g 15 37 200 km DESC
1) "Palermo"
2) "Catania"
> GEORADIUS g 15 37 200 KM WITHDIST
1) 1) "Palermo"
   2) "190.4424"
2) 1) "Catania"
   2) "56.4413"
> GEORADIUS g 15 37 200 km WITHCOORD
1) 1) "Palermo"
   2) 1) "13.36138933897018433"
      2) "38.11555639549629859"
2) 1) "Catania"
   2) 1) "15.08726745843887329"
      2) "37.50266842333162032"
> GEORADIUS g 15 37 200 km WITHHASH
1) 1) "Palermo"
   2) (integer) 3479099956230698
2) 1) "Catania"
   2) (integer) 3479447370796909
> GEORADIUS g 15 37 200 km WITHHASH WITHDIST WITHCOORD ASC
1) 1) "Catania"
   2) "56.4413"
   3) (integer) 3479447370796909
   4) 1) "15.08726745843887329"
      2) "37.50266842333162032"
2) 1) "Palermo"
   2) "190.4424"
   3) (integer) 3479099956230698
   4) 1) "13.36138933897018433"
      2) "38.11555639549629859"
> GEORADIUS g 15 37 200000 m withdist
1) 1) "Palermo"
   2) "190442.4298"
2) 1) "Catania"
   2) "56441.2579"
> GEORADIUS g 15 37 600 mi WITHDIST
1) 1) "Palermo"
   2) "118.3357"
2) 1) "Catania"
   2) "35.0711"
3) 1) "Rome"
   2) "363.9408"
> GEORADIUS g 15 37 600000 ft WITHDIST
1) 1) "Catania"
   2) "185174.7305"
> GEORADIUS g 15 37 2000 km COUNT 1
1) "Catania"
> GEORADIUS g 15 37 2000 km COUNT 2 WITHDIST
1) 1) "Catania"
   2) "56.4413"
2) 1) "Palermo"
   2) "190.4424"
> GEORADIUS g 15 37 2000 km COUNT 2 DESC
1) "Paris"
2) "Rome"
> GEORADIUS g 15 37 2000 km COUNT 100
1) "Catania"
2) "Palermo"
3) "Rome"
4) "Paris"
> GEORADIUS g 15 37 2000 km COUNT 2 ANY
1) "Palermo"
2) "Catania"
> GEORADIUS g 15 37 2000 km COUNT 2 ANY ASC
1) "Catania"
2) "Palermo"
> GEORADIUS g 15 37 2000 km ANY COUNT 3
1) "Palermo"
2) "Catania"
3) "Rome"
> GEORADIUS g 15 37 0 km
(empty array)
> GEORADIUS g 15 37 inf km ASC
1) "Catania"
2) "Palermo"
3) "Rome"
4) "Paris"
> GEORADIUS g 15 37 1e308 km ASC
1) "Catania"
2) "Palermo"
3) "Rome"
4) "Paris"
> GEORADIUS g 15 37 1e-300 km
(empty array)
> GEORADIUS absent 15 37 200 km
(empty array)
> GEORADIUS_RO g 15 37 200 km ASC
1) "Catania"
2) "Palermo"
> GEORADIUS_RO g 15 37 200 km WITHDIST COUNT 1
1) 1) "Catania"
   2) "56.4413"
> GEORADIUS_RO g 15 37 200 km STORE d
(error) ERR syntax error
> GEORADIUSBYMEMBER g Palermo 500 km ASC
1) "Palermo"
2) "Catania"
3) "Rome"
> GEORADIUSBYMEMBER g Palermo 500 km WITHDIST DESC COUNT 2
1) 1) "Rome"
   2) "427.2716"
2) 1) "Catania"
   2) "166.2742"
> GEORADIUSBYMEMBER g Palermo 0 m
1) "Palermo"
> GEORADIUSBYMEMBER absent Palermo 500 km
(empty array)
> GEORADIUSBYMEMBER_RO g Rome 500 km WITHDIST
1) 1) "Palermo"
   2) "427.2716"
2) 1) "Rome"
   2) "0.0000"
> GEORADIUSBYMEMBER_RO g Rome 500 km STOREDIST d
(error) ERR syntax error

== GEORADIUS with STORE
> GEOADD g{t} 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.5 41.9 Rome
(integer) 3
> GEORADIUS g{t} 15 37 200 km STORE d{t}
(integer) 2
> ZRANGE d{t} 0 -1
1) "Palermo"
2) "Catania"
> ZSCORE d{t} Palermo
"3479099956230698"
> ZSCORE d{t} Catania
"3479447370796909"
> GEORADIUS g{t} 15 37 200 km STOREDIST d{t}
(integer) 2
> ZRANGE d{t} 0 -1
1) "Catania"
2) "Palermo"
> GEORADIUS g{t} 15 37 200 km STORE d{t} STOREDIST e{t}
(integer) 2
> ZRANGE e{t} 0 -1
1) "Catania"
2) "Palermo"
> GEORADIUSBYMEMBER g{t} Rome 500 km COUNT 2 STORE g{t}
(integer) 2
> ZRANGE g{t} 0 -1
1) "Palermo"
2) "Rome"
> GEORADIUS g{t} 0 0 1 m STORE d{t}
(integer) 0
> EXISTS d{t}
(integer) 0
> SET d{t} x
OK
> GEORADIUS g{t} 15 37 2000 km STORE d{t}
(integer) 2
> TYPE d{t}
zset
> EXPIRE d{t} 100
(integer) 1
> GEORADIUS g{t} 15 37 2000 km STORE d{t}
(integer) 2
> TTL d{t}
(integer) -1
> GEORADIUS absent{t} 15 37 2000 km STORE d{t}
(integer) 0
> EXISTS d{t}
(integer) 0
> GEORADIUSBYMEMBER absent{t} x 2000 km STORE d{t}
(integer) 0
> GEORADIUS g{t} 15 37 200 km STORE d{t} WITHDIST
(error) ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options
> GEORADIUS g{t} 15 37 200 km WITHCOORD STOREDIST d{t}
(error) ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options
> GEORADIUS g{t} 15 37 200 km STORE
(error) ERR syntax error
> GEORADIUS g{t} 15 37 200 km STOREDIST
(error) ERR syntax error

== GEORADIUS refuses
> GEOADD g 13.361389 38.115556 Palermo
(integer) 1
> GEORADIUS g 15 37 200
(error) ERR wrong number of arguments for 'georadius' command
> GEORADIUS g 15 37 200 parsec
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEORADIUS g 15 37 x km
(error) ERR need numeric radius
> GEORADIUS g 15 37 -1 km
(error) ERR radius cannot be negative
> GEORADIUS g 15 37 nan km
(error) ERR need numeric radius
> GEORADIUS g 15 87 200 km
(error) ERR invalid longitude,latitude pair 15.000000,87.000000
> GEORADIUS g x 37 200 km
(error) ERR value is not a valid float
> GEORADIUS g 15 37 200 km COUNT 0
(error) ERR COUNT must be > 0
> GEORADIUS g 15 37 200 km COUNT -1
(error) ERR COUNT must be > 0
> GEORADIUS g 15 37 200 km COUNT x
(error) ERR value is not an integer or out of range
> GEORADIUS g 15 37 200 km COUNT 9223372036854775808
(error) ERR value is not an integer or out of range
> GEORADIUS g 15 37 200 km COUNT 9223372036854775807
1) "Palermo"
> GEORADIUS g 15 37 200 km COUNT -9223372036854775808
(error) ERR COUNT must be > 0
> GEORADIUS g 15 37 200 km COUNT
(error) ERR syntax error
> GEORADIUS g 15 37 200 km ANY
(error) ERR the ANY argument requires COUNT argument
> GEORADIUS g 15 37 200 km FOO
(error) ERR syntax error
> GEORADIUS g 15 37 200 km FROMMEMBER Palermo
(error) ERR syntax error
> GEORADIUS g 15 37 200 km BYBOX 1 1 km
(error) ERR syntax error
> GEORADIUS absent 15 37 200 parsec
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEORADIUS absent 15 37 200 km FOO
(error) ERR syntax error
> GEORADIUSBYMEMBER g Rome 200 km
(error) ERR could not decode requested zset member
> GEORADIUSBYMEMBER g Palermo -1 km
(error) ERR radius cannot be negative
> GEORADIUSBYMEMBER g Palermo 200 parsec
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEORADIUSBYMEMBER absent x y z
(empty array)
> GEORADIUSBYMEMBER absent x y z FOO
(error) ERR syntax error
> GEORADIUSBYMEMBER absent x y z ANY
(error) ERR the ANY argument requires COUNT argument
> SET s x
OK
> GEORADIUS s 15 37 200 km
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEORADIUS s 15 37 x km
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEORADIUSBYMEMBER s x 200 km
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== GEOSEARCH
> GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.5 41.9 Rome 2.35 48.86 Paris
(integer) 4
> GEOADD g 12.758489 38.788135 edge1 17.241510 38.788135 edge2
(integer) 2
> GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC
1) "Catania"
2) "Palermo"
> GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHCOORD WITHDIST
1) 1) "Catania"
   2) "56.4413"
   3) 1) "15.08726745843887329"
      2) "37.50266842333162032"
2) 1) "Palermo"
   2) "190.4424"
   3) 1) "13.36138933897018433"
      2) "38.11555639549629859"
3) 1) "edge2"
   2) "279.7403"
   3) 1) "17.24151045083999634"
      2) "38.78813451624225195"
4) 1) "edge1"
   2) "279.7405"
   3) 1) "12.7584877610206604"
      2) "38.78813451624225195"
> GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km
1) "Palermo"
2) "edge1"
3) "Catania"
4) "edge2"
> GEOSEARCH g BYBOX 400 400 km FROMLONLAT 15 37 WITHHASH DESC
1) 1) "edge1"
   2) (integer) 3479273021651468
2) 1) "edge2"
   2) (integer) 3481342659049484
3) 1) "Palermo"
   2) (integer) 3479099956230698
4) 1) "Catania"
   2) (integer) 3479447370796909
> GEOSEARCH g FROMMEMBER Rome BYRADIUS 500 km WITHDIST
1) 1) "Palermo"
   2) "427.2716"
2) 1) "edge1"
   2) "346.8136"
3) 1) "Rome"
   2) "0.0000"
> GEOSEARCH g FROMMEMBER Rome BYBOX 3000 100 km WITHDIST ASC
1) 1) "Rome"
   2) "0.0000"
> GEOSEARCH g FROMMEMBER Rome BYBOX 100 3000 km WITHDIST ASC
1) 1) "Rome"
   2) "0.0000"
2) 1) "edge1"
   2) "346.8136"
> GEOSEARCH g FROMMEMBER Rome BYBOX 0 0 m
1) "Rome"
> GEOSEARCH g FROMMEMBER Rome BYBOX inf inf km ASC
1) "Rome"
2) "edge1"
3) "Palermo"
4) "edge2"
5) "Catania"
6) "Paris"
> GEOSEARCH g FROMMEMBER Rome BYRADIUS 3000 km COUNT 3
1) "Rome"
2) "edge1"
3) "Palermo"
> GEOSEARCH g FROMMEMBER Rome BYRADIUS 3000 km COUNT 3 ANY
1) "Palermo"
2) "edge1"
3) "Catania"
> GEOSEARCH g FROMMEMBER Rome BYRADIUS 3000 km COUNT 3 DESC WITHDIST
1) 1) "Paris"
   2) "1106.3913"
2) 1) "Catania"
   2) "536.8070"
3) 1) "edge2"
   2) "530.2855"
> GEOSEARCH g FROMMEMBER Rome BYRADIUS 3000 km
1) "Palermo"
2) "edge1"
3) "Catania"
4) "Rome"
5) "edge2"
6) "Paris"
> GEOSEARCH g FROMMEMBER Rome FROMMEMBER Palermo BYRADIUS 1 km
1) "Palermo"
> GEOSEARCH g FROMLONLAT 0 0 FROMLONLAT 15 37 BYRADIUS 1 km BYRADIUS 200 km ASC
1) "Catania"
2) "Palermo"
> GEOSEARCH absent FROMLONLAT 15 37 BYRADIUS 200 km
(empty array)
> GEOSEARCH absent FROMMEMBER x BYRADIUS 200 km
(empty array)

== GEOSEARCH refuses
> GEOADD g 13.361389 38.115556 Palermo
(integer) 1
> GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200
(error) ERR syntax error
> GEOSEARCH g FROMLONLAT 15 BYRADIUS 200 km ASC
(error) ERR value is not a valid float
> GEOSEARCH g FROMMEMBER Rome BYRADIUS 200 km
(error) ERR could not decode requested zset member
> GEOSEARCH g FROMMEMBER Palermo FROMLONLAT 1 1 BYRADIUS 200 km
(error) ERR syntax error
> GEOSEARCH g FROMLONLAT 1 1 FROMMEMBER Palermo BYRADIUS 200 km
(error) ERR syntax error
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS 200 km BYBOX 1 1 km
(error) ERR syntax error
> GEOSEARCH g FROMMEMBER Palermo BYBOX 1 1 km BYRADIUS 200 km
(error) ERR syntax error
> GEOSEARCH g BYRADIUS 200 km ASC ASC
(error) ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GEOSEARCH
> geoSearch g ASC ASC ASC ASC ASC
(error) ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geoSearch
> GEOSEARCH g FROMLONLAT 1 1 ASC ASC
(error) ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH
> GeoSearch g FROMMEMBER Palermo ASC ASC ASC
(error) ERR exactly one of BYRADIUS and BYBOX can be specified for GeoSearch
> GEOSEARCH g FROMMEMBER Palermo BYBOX 1 1 parsec
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEOSEARCH g FROMMEMBER Palermo BYBOX -1 1 km
(error) ERR height or width cannot be negative
> GEOSEARCH g FROMMEMBER Palermo BYBOX x 1 km
(error) ERR need numeric width
> GEOSEARCH g FROMMEMBER Palermo BYBOX 1 x km
(error) ERR need numeric height
> GEOSEARCH g FROMMEMBER Palermo BYBOX 1 nan km
(error) ERR need numeric height
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS -1 km
(error) ERR radius cannot be negative
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 parsec
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km STOREDIST
(error) ERR syntax error
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km STORE d
(error) ERR syntax error
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km ANY
(error) ERR the ANY argument requires COUNT argument
> GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km COUNT 0
(error) ERR COUNT must be > 0
> GEOSEARCH g FROMLONLAT 200 100 BYRADIUS 1 km
(error) ERR invalid longitude,latitude pair 200.000000,100.000000
> GEOSEARCH absent FROMMEMBER x BYRADIUS 200 parsec
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEOSEARCH absent FROMMEMBER x BYRADIUS 200 km FOO
(error) ERR syntax error
> SET s x
OK
> GEOSEARCH s FROMLONLAT 1 1 BYRADIUS 1 km
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEOSEARCH s FROMLONLAT 1 1 BYRADIUS x km
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== GEOSEARCHSTORE
> GEOADD g{t} 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.5 41.9 Rome
(integer) 3
> GEOSEARCHSTORE d{t} g{t} FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 3
(integer) 2
> ZRANGE d{t} 0 -1
1) "Palermo"
2) "Catania"
> ZSCORE d{t} Palermo
"3479099956230698"
> ZSCORE d{t} Catania
"3479447370796909"
> GEOSEARCHSTORE d{t} g{t} FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST
(integer) 2
> ZRANGE d{t} 0 -1
1) "Catania"
2) "Palermo"
> GEOSEARCHSTORE d{t} g{t} FROMMEMBER Rome BYRADIUS 1000 km COUNT 1 ANY
(integer) 1
> ZCARD d{t}
(integer) 1
> GEOSEARCHSTORE g{t} g{t} FROMMEMBER Rome BYRADIUS 1000 km COUNT 2
(integer) 2
> ZRANGE g{t} 0 -1
1) "Palermo"
2) "Rome"
> GEOSEARCHSTORE d{t} g{t} FROMLONLAT 0 0 BYRADIUS 1 m
(integer) 0
> EXISTS d{t}
(integer) 0
> GEOSEARCHSTORE d{t} absent{t} FROMLONLAT 0 0 BYRADIUS 1 m
(integer) 0
> SET d{t} x
OK
> GEOSEARCHSTORE d{t} absent{t} FROMMEMBER x BYRADIUS 1 m
(integer) 0
> EXISTS d{t}
(integer) 0
> GEOSEARCHSTORE d{t} g{t} FROMMEMBER Rome BYRADIUS 1000 km WITHDIST
(error) ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options
> GEOSEARCHSTORE d{t} g{t} FROMMEMBER Rome BYRADIUS 1000 km STORE x{t}
(error) ERR syntax error
> GEOSEARCHSTORE d{t} g{t} FROMMEMBER nobody BYRADIUS 1000 km
(error) ERR could not decode requested zset member
> geosearchSTORE d{t} g{t} FROMMEMBER Rome ASC ASC ASC
(error) ERR exactly one of BYRADIUS and BYBOX can be specified for geosearchSTORE
> SET s{t} x
OK
> GEOSEARCHSTORE d{t} s{t} FROMLONLAT 0 0 BYRADIUS 1 m
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== Members at the same place keep their order
> GEOADD g 1 1 c 1 1 a 1 1 b 1.1 1.1 d 1 1.00001 e
(integer) 5
> GEOSEARCH g FROMLONLAT 1 1 BYRADIUS 100 km
1) "a"
2) "b"
3) "c"
4) "e"
5) "d"
> GEOSEARCH g FROMLONLAT 1 1 BYRADIUS 100 km ASC
1) "a"
2) "b"
3) "c"
4) "e"
5) "d"
> GEOSEARCH g FROMLONLAT 1 1 BYRADIUS 100 km DESC
1) "d"
2) "e"
3) "a"
4) "b"
5) "c"

== Wide searches look at every cell once
> GEOADD g -170 10 a -80 10 b 10 10 c 100 10 d 170 10 e -170 -60 f -80 -60 g 10 -60 h 100 -60 i 170 -60 j 0 80 k
(integer) 11
> GEOSEARCH g FROMLONLAT 10 10 BYRADIUS 5000 km
1) "c"
> GEOSEARCH g FROMLONLAT 10 10 BYRADIUS 10000 km
1) "c"
2) "k"
3) "d"
4) "h"
5) "b"
> GEOSEARCH g FROMLONLAT 10 10 BYRADIUS 20000 km
 1) "c"
 2) "k"
 3) "d"
 4) "e"
 5) "h"
 6) "i"
 7) "j"
 8) "a"
 9) "b"
10) "f"
11) "g"
> GEOSEARCH g FROMLONLAT 170 10 BYRADIUS 5000 km
1) "e"
2) "a"
> GEOSEARCH g FROMLONLAT 170 -60 BYRADIUS 20000 km
 1) "h"
 2) "i"
 3) "j"
 4) "c"
 5) "k"
 6) "d"
 7) "e"
 8) "f"
 9) "g"
10) "a"
11) "b"
> GEOSEARCH g FROMLONLAT 0 80 BYRADIUS 9000 km
1) "c"
2) "k"
3) "b"
> GEOSEARCH g FROMLONLAT -100 -80 BYBOX 20000 9000 km
1) "f"
2) "g"
3) "h"
4) "i"
5) "j"
> GEOSEARCH g FROMLONLAT 10 70 BYBOX 20000 9000 km
1) "k"

== Changes of positions are announced
> CONFIG SET notify-keyspace-events Ezg
OK
> PSUBSCRIBE __keyevent@0__:*
1) "psubscribe"
2) "__keyevent@0__:*"
3) (integer) 1
@conn other
> GEOADD g{t} 1 1 a
(integer) 1
> GEOADD g{t} 1 1 a
(integer) 0
> GEOADD g{t} 1 2 a
(integer) 0
> GEORADIUS g{t} 1 1 1000 km STORE d{t}
(integer) 1
> GEOSEARCHSTORE d{t} g{t} FROMLONLAT 1 1 BYRADIUS 1000 km
(integer) 1
> GEOSEARCHSTORE d{t} g{t} FROMLONLAT 100 1 BYRADIUS 1 km
(integer) 0
> GEOSEARCHSTORE d{t} g{t} FROMLONLAT 100 1 BYRADIUS 1 km
(integer) 0
> CONFIG SET notify-keyspace-events ""
OK
@conn main
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:zadd"
4) "g{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:zadd"
4) "g{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:georadiusstore"
4) "d{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:geosearchstore"
4) "d{t}"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:del"
4) "d{t}"
