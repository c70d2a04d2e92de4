== GEOADD, GEOPOS, GEOHASH, GEODIST
> GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
(integer) 2
> GEOADD g 13.361389 38.115556 Palermo
(integer) 0
> GEOPOS g Palermo Catania absent
1) 1) "13.36138933897018433"
   2) "38.11555639549629859"
2) 1) "15.08726745843887329"
   2) "37.50266842333162032"
3) (nil)
> GEOHASH g Palermo Catania absent
1) "sqc8b49rny0"
2) "sqdtr74hyu0"
3) (nil)
> GEODIST g Palermo Catania
"166274.1516"
> GEODIST g Palermo Catania km
"166.2742"
> GEODIST g Palermo Catania MI
"103.3182"
> GEODIST g Palermo Catania ft
"545518.8700"
> GEODIST g Palermo Catania M
"166274.1516"
> GEODIST g Palermo Palermo
"0.0000"
> GEODIST g Palermo absent
(nil)
> GEODIST g absent absent
(nil)
> GEODIST absent a b
(nil)
> ZSCORE g Palermo
"3479099956230698"
> ZRANGE g 0 -1
1) "Palermo"
2) "Catania"
> ZSCORE g Palermo
"3479099956230698"
> ZSCORE g Catania
"3479447370796909"
> TYPE g
zset
> GEOPOS g
(empty array)
> GEOHASH g
(empty array)
> GEOPOS absent a b
1) (nil)
2) (nil)
> GEOHASH absent a
1) (nil)
> GEOPOS absent
(empty array)
> GEODIST g Palermo Catania x
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEODIST g Palermo Catania km x
(error) ERR syntax error
> GEODIST g Palermo
(error) ERR wrong number of arguments for 'geodist' command

== GEOADD with conditions
> GEOADD g NX 1 2 a
(integer) 1
> GEOADD g nx 3 4 a 5 6 b
(integer) 1
> GEOPOS g a
1) 1) "0.99999994039535522"
   2) "2.0000001856465488"
> GEOADD g XX 3 4 a 7 8 c
(integer) 0
> GEOADD g XX CH 4 5 a 7 8 c
(integer) 1
> GEOADD g CH 4 5 a 9 9 b 1 1 d
(integer) 2
> GEOADD g ch NX 5 5 a 2 2 e
(integer) 1
> ZCARD g
(integer) 4
> GEOADD absent XX 1 1 a
(integer) 0
> EXISTS absent
(integer) 0
> GEOADD g NX XX 1 1 a
(error) ERR syntax error
> GEOADD g XX NX CH
(error) ERR syntax error
> GEOADD g CH CH CH
(error) ERR syntax error
> GEOADD g 1 1
(error) ERR wrong number of arguments for 'geoadd' command
> GEOADD g 1 1 a 2
(error) ERR syntax error
> GEOADD g 1 1 a 2 2
(error) ERR syntax error
> GEOADD g FOO 1 1 a
(error) ERR syntax error
> GEOADD g GT 1 1 a
(error) ERR syntax error
> GEOADD g INCR 1 1 a
(error) ERR syntax error

== GEOADD at the edges of the map
> GEOADD g 180 85.05112878 ne -180 -85.05112878 sw 180 -85.05112878 se -180 85.05112878 nw 0 0 middle
(integer) 5
> GEOPOS g ne sw se nw middle
1) 1) "180"
   2) "85.0511287799999991"
2) 1) "-179.99999731779098511"
   2) "-85.05112751263942528"
3) 1) "180"
   2) "-85.05112751263942528"
4) 1) "-179.99999731779098511"
   2) "85.0511287799999991"
5) 1) "0.00000268220901489"
   2) "0.00000126736058093"
> GEOHASH g ne sw se nw middle
1) "bp05b5048p0"
2) "00bh0hbj200"
3) "00bh0hbj200"
4) "bp05b5048p0"
5) "s0000000000"
> ZRANGE g 0 -1
1) "sw"
2) "middle"
3) "nw"
4) "se"
5) "ne"
> ZSCORE g sw
"0"
> ZSCORE g middle
"3377699720527872"
> ZSCORE g nw
"4503599627370496"
> ZSCORE g se
"9007199254740992"
> ZSCORE g ne
"13510798882111488"
> GEODIST g ne sw km
"18919.8446"
> GEODIST g nw ne
"0.0257"
> GEODIST g sw se
"0.0257"
> GEORADIUS g 180 85 100 km
(empty array)
> GEORADIUS g -180 -85 100 km WITHDIST
1) 1) "sw"
   2) "5.6867"
> GEOSEARCH g FROMMEMBER ne BYRADIUS 1 m
1) "ne"
> GEOSEARCH g FROMLONLAT 0 0 BYRADIUS 30000 km ASC
1) "middle"
2) "sw"
> GEOSEARCH g FROMLONLAT 0 0 BYRADIUS 30000 km
1) "middle"
2) "sw"
> GEOSEARCH g FROMLONLAT 0 0 BYBOX 100000 100000 km
1) "middle"
2) "sw"

== GEOADD refuses
> GEOADD g 181 1 a
(error) ERR invalid longitude,latitude pair 181.000000,1.000000
> GEOADD g -180.0001 1 a
(error) ERR invalid longitude,latitude pair -180.000100,1.000000
> GEOADD g 1 85.0511288 a
(error) ERR invalid longitude,latitude pair 1.000000,85.051129
> GEOADD g 1 -90 a
(error) ERR invalid longitude,latitude pair 1.000000,-90.000000
> GEOADD g nan 1 a
(error) ERR value is not a valid float
> GEOADD g 1 nan a
(error) ERR value is not a valid float
> GEOADD g inf 1 a
(error) ERR invalid longitude,latitude pair inf,1.000000
> GEOADD g 1 -inf a
(error) ERR invalid longitude,latitude pair 1.000000,-inf
> GEOADD g 1e400 1 a
(error) ERR value is not a valid float
> GEOADD g 1 2 a 1000 1 b
(error) ERR invalid longitude,latitude pair 1000.000000,1.000000
> GEOADD g a 1 b
(error) ERR value is not a valid float
> GEOADD g 1 "" b
(error) ERR value is not a valid float
> GEOADD g 0x10 1e1 a
(integer) 1
> GEOPOS g a
1) 1) "16.00000172853469849"
   2) "10.00000092823272979"
> EXISTS g
(integer) 1
> SET s x
OK
> GEOADD s 1 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEOADD s 1 x a
(error) ERR value is not a valid float
> GEOPOS s a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEOHASH s a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEODIST s a b
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GEODIST s a b x
(error) ERR unsupported unit provided. please use M, KM, FT, MI
> GEOPOS s
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== Scores that are no positions
> ZADD z -1 minus 1e300 huge inf inf -inf minusinf 4503599627370496 beyond 0.5 half 18446744073709551615 max 9223372036854775807 big
(integer) 8
> GEOPOS z minus huge inf minusinf beyond half max big
1) 1) "180"
   2) "85.0511287799999991"
2) 1) "-179.99999731779098511"
   2) "-85.05112751263942528"
3) 1) "-179.99999731779098511"
   2) "-85.05112751263942528"
4) 1) "180"
   2) "-85.05112751263942528"
5) 1) "-179.99999731779098511"
   2) "85.0511287799999991"
6) 1) "-179.99999731779098511"
   2) "-85.05112751263942528"
7) 1) "-179.99999731779098511"
   2) "-85.05112751263942528"
8) 1) "180"
   2) "-85.05112751263942528"
> GEOHASH z minus huge inf minusinf beyond half max big
1) "bp05b5048p0"
2) "00bh0hbj200"
3) "00bh0hbj200"
4) "00bh0hbj200"
5) "bp05b5048p0"
6) "00bh0hbj200"
7) "00bh0hbj200"
8) "00bh0hbj200"
> GEODIST z minus huge
"18919844.5891"
> GEODIST z inf half km
"0.0000"
> GEOSEARCH z FROMMEMBER half BYRADIUS 1 km WITHHASH WITHDIST
1) 1) "half"
   2) "0.0000"
   3) (integer) 0
> GEOSEARCH z FROMMEMBER minus BYRADIUS 50000 km ASC
(empty array)
> GEOSEARCH z FROMLONLAT 0 0 BYRADIUS 50000 km WITHHASH
1) 1) "half"
   2) (integer) 0
> GEOSEARCH z FROMLONLAT -180 -85 BYBOX 500000 500000 km ASC
1) "half"

== Numbers in RESP3
@resp3
> GEOADD g 13.361389 38.115556 Palermo
(integer) 1
> GEOPOS g Palermo absent
1) 1) (double) 13.36138933897018433
   2) (double) 38.11555639549629859
2) (nil)
> GEODIST g Palermo Palermo
"0.0000"
> GEODIST g Palermo absent
(nil)
> GEODIST absent a b
(nil)
> GEOHASH g absent
1) (nil)
> GEOSEARCH g FROMLONLAT 13 38 BYRADIUS 100 km WITHCOORD WITHDIST WITHHASH
1) 1) "Palermo"
   2) "34.1601"
   3) (integer) 3479099956230698
   4) 1) (double) 13.36138933897018433
      2) (double) 38.11555639549629859
> GEOSEARCH absent FROMLONLAT 13 38 BYRADIUS 100 km
(empty array)
