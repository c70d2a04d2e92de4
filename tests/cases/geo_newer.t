# Shapes younger than the reference server: recorded from Valkey 9.1
# (`cargo xtask oracle --newer --bin valkey-server`).

== GEOSEARCH BYPOLYGON
@skip-oracle Valkey 9.0
> GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 12.5 41.9 Rome 2.35 48.86 Paris
(integer) 4
> GEOSEARCH g BYPOLYGON 3 12 37 16 37 14 39
1) "Palermo"
2) "Catania"
> GEOSEARCH g BYPOLYGON 3 12 37 16 37 14 39 WITHDIST WITHCOORD WITHHASH ASC
1) 1) "Palermo"
   2) "74231.3029"
   3) (integer) 3479099956230698
   4) 1) "13.36138933897018433"
      2) "38.11555639549629859"
2) 1) "Catania"
   2) "97789.7329"
   3) (integer) 3479447370796909
   4) 1) "15.08726745843887329"
      2) "37.50266842333162032"
> GEOSEARCH g BYPOLYGON 4 0 30 20 30 20 50 0 50 DESC
1) "Paris"
2) "Catania"
3) "Palermo"
4) "Rome"
> GEOSEARCH g BYPOLYGON 4 0 30 20 30 20 50 0 50 COUNT 2
1) "Rome"
2) "Palermo"
> GEOSEARCH g BYPOLYGON 4 0 30 20 30 20 50 0 50 COUNT 2 ANY
1) "Palermo"
2) "Catania"
> GEOSEARCH g BYPOLYGON 4 0 30 20 50 20 30 0 50
1) "Palermo"
2) "Catania"
3) "Rome"
> GEOSEARCH g BYPOLYGON 3 12 37 12 37 12 37
(empty array)
> GEOSEARCH g BYPOLYGON 3 12 37 16 37 14 39 BYPOLYGON 3 0 30 0 60 20 60
1) "Paris"
> GEOSEARCH g BYPOLYGON 4 -180 -85 180 -85 180 85 -180 85
1) "Palermo"
2) "Catania"
3) "Rome"
4) "Paris"
> GEOSEARCH g ASC BYPOLYGON 3 12 37 16 37 14 39 WITHDIST
1) 1) "Palermo"
   2) "74231.3029"
2) 1) "Catania"
   2) "97789.7329"
> GEOSEARCH absent BYPOLYGON 3 12 37 16 37 14 39
(empty array)
> GEOSEARCHSTORE d g BYPOLYGON 3 12 37 16 37 14 39
(integer) 2
> ZRANGE d 0 -1
1) "Palermo"
2) "Catania"
> GEOSEARCHSTORE d g BYPOLYGON 3 12 37 16 37 14 39 STOREDIST
(integer) 2
> ZRANGE d 0 -1
1) "Palermo"
2) "Catania"

== GEOSEARCH BYPOLYGON refuses
@skip-oracle Valkey 9.0
> GEOADD g 13.361389 38.115556 Palermo
(integer) 1
> GEOSEARCH g BYPOLYGON 2 1 1 2 2
(error) ERR GEOSEARCH BYPOLYGON must have at least 3 vertices
> GEOSEARCH g BYPOLYGON 3 1 1 2 2
(error) ERR GEOSEARCH BYPOLYGON must have at least 3 vertices
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3
(error) ERR GEOSEARCH BYPOLYGON must have at least 3 vertices
> GEOSEARCH g BYPOLYGON -1 1 1 2 2 3 3
(error) ERR GEOSEARCH BYPOLYGON must have at least 3 vertices
> GEOSEARCH g BYPOLYGON 4 1 1 2 2 3 3
(error) ERR GEOSEARCH BYPOLYGON must have at least 3 vertices
> GEOSEARCH g BYPOLYGON x 1 1 2 2 3 3
(error) ERR invalid number of vertices
> GEOSEARCH g BYPOLYGON 2147483647 1 1 2 2 3 3
(error) ERR GEOSEARCH BYPOLYGON must have at least 3 vertices
> GEOSEARCH g BYPOLYGON 2147483648 1 1 2 2 3 3
(error) ERR invalid number of vertices
> GEOSEARCH g BYPOLYGON 9223372036854775807 1 1 2 2 3 3
(error) ERR invalid number of vertices
> GEOSEARCH g BYPOLYGON -9223372036854775808 1 1 2 2 3 3
(error) ERR invalid number of vertices
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 x
(error) ERR value is not a valid float
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 90
(error) ERR invalid longitude,latitude pair 3.000000,90.000000
> GEOSEARCH g FROMLONLAT 1 1 BYPOLYGON 3 1 1 2 2 3 3
(error) ERR syntax error
> GEOSEARCH g FROMMEMBER Palermo BYPOLYGON 3 1 1 2 2 3 3
(error) ERR syntax error
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 3 FROMLONLAT 1 1
(error) ERR syntax error
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 3 FROMMEMBER Palermo
(error) ERR syntax error
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 3 BYRADIUS 1 km
(error) ERR syntax error
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 3 BYBOX 1 1 km
(error) ERR syntax error
> GEOSEARCH g BYRADIUS 1 km BYPOLYGON 3 1 1 2 2 3 3
(error) ERR syntax error
> GEOSEARCH g BYBOX 1 1 km BYPOLYGON 3 1 1 2 2 3 3
(error) ERR syntax error
> GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 3 STOREDIST
(error) ERR syntax error
> GEORADIUS g 1 1 1 km BYPOLYGON 3 1 1 2 2 3 3
(error) ERR syntax error
> SET s x
OK
> GEOSEARCH s BYPOLYGON 3 1 1 2 2 3 3
(error) WRONGTYPE Operation against a key holding the wrong kind of value
