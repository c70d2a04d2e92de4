# Commands and options younger than the reference server: recorded from Valkey 9.1 where it has them
# (`cargo xtask oracle --newer --bin valkey-server`), else written from the documentation of Redis 8.

== SET with IFEQ
@skip-oracle Valkey 8.1
> SET k v
OK
> SET k w IFEQ v
OK
> GET k
"w"
> SET k x IFEQ nope
(nil)
> GET k
"w"
> SET absent x IFEQ v
(nil)
> EXISTS absent
(integer) 0
> SET k y IFEQ w GET
"w"
> GET k
"y"
> SET k z IFEQ nope GET
"y"
> GET k
"y"
> SET k y IFEQ y EX 100
OK
> TTL k
(integer) 100
> SET k y IFEQ y KEEPTTL
OK
> TTL k
(integer) 100
> SET k v IFEQ
(error) ERR syntax error
> SET k v NX IFEQ y
(error) ERR syntax error
> SET k v XX IFEQ y
(error) ERR syntax error
> LPUSH l a
(integer) 1
> SET l x IFEQ a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SET n 12
OK
> SET n 13 IFEQ 12
OK
> GET n
"13"

== DELIFEQ
@skip-oracle Valkey 9.0
> SET k v
OK
> DELIFEQ k other
(integer) 0
> DELIFEQ k v
(integer) 1
> EXISTS k
(integer) 0
> DELIFEQ absent v
(integer) 0
> SET n 12
OK
> DELIFEQ n 12
(integer) 1
> LPUSH l a
(integer) 1
> DELIFEQ l a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> DELIFEQ k
(error) ERR wrong number of arguments for 'delifeq' command
> DELIFEQ k a b
(error) ERR wrong number of arguments for 'delifeq' command

== MSETEX
@skip-oracle Valkey 9.1, Redis 8.4
> MSETEX 2 a 1 b 2
(integer) 1
> MGET a b
1) "1"
2) "2"
> TTL a
(integer) -1
> MSETEX 2 a 1 b 2 EX 100
(integer) 1
> TTL a
(integer) 100
> MSETEX 1 a 9 KEEPTTL
(integer) 1
> TTL a
(integer) 100
> GET a
"9"
> MSETEX 2 a x c 3 NX
(integer) 0
> EXISTS c
(integer) 0
> MSETEX 2 c 3 d 4 NX
(integer) 1
> MGET c d
1) "3"
2) "4"
> MSETEX 2 c 5 absent 6 XX
(integer) 0
> EXISTS absent
(integer) 0
> MSETEX 2 c 5 d 6 XX PX 100000
(integer) 1
> TTL d
(integer) 100
> MSETEX 1 e 1 EXAT 33177117420
(integer) 1
> EXPIRETIME e
(integer) 33177117420
> MSETEX 1 e 1 PXAT 33177117420000
(integer) 1
> PEXPIRETIME e
(integer) 33177117420000
> MSETEX 0 a 1
(error) ERR invalid numkeys value or out of range
> MSETEX -1 a 1
(error) ERR invalid numkeys value or out of range
> MSETEX abc a 1
(error) ERR invalid numkeys value or out of range
> MSETEX 2 a 1
(error) ERR syntax error
> MSETEX 1 a 1 EX 0
(error) ERR invalid expire time in 'msetex' command
> MSETEX 1 a 1 EX abc
(error) ERR value is not an integer or out of range
> MSETEX 1 a 1 EX 10 PX 10
(error) ERR syntax error
> MSETEX 1 a 1 NX XX
(error) ERR syntax error
> MSETEX 1 a 1 BOGUS
(error) ERR syntax error
> MSETEX 1 a
(error) ERR wrong number of arguments for 'msetex' command
> MSETEX 1 a 1 EX
(error) ERR syntax error
> LPUSH l x
(integer) 1
> MSETEX 1 l v
(integer) 1
> GET l
"v"

== SET with IFNE
@skip-oracle Redis 8.4
> SET k v IFNE other
OK
> GET k
"v"
> SET k w IFNE v
(nil)
> GET k
"v"
> SET k w IFNE other
OK
> GET k
"w"
> SET k x IFNE w GET
"w"
> GET k
"w"
> SET k x NX IFNE w
~(error) ERR *
> LPUSH l a
(integer) 1
> SET l x IFNE a
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== SET with IFDEQ and IFDNE
@skip-oracle Redis 8.4
> SET k hello
OK
> SET k w IFDEQ eaf06c6480b2cd11
(nil)
> SET k w IFDEQ 9555e8555c62dcfd
OK
> GET k
"w"
> SET k x IFDNE aceee8f5de193e29
(nil)
> SET k x IFDNE 9555e8555c62dcfd
OK
> GET k
"x"
> SET absent x IFDEQ 9555e8555c62dcfd
(nil)
> EXISTS absent
(integer) 0
> SET absent v IFDNE 9555e8555c62dcfd
OK
> GET absent
"v"
> SET k y IFDEQ EAF06C6480B2CD11
OK

== DIGEST
@skip-oracle Redis 8.4
> SET k hello
OK
> DIGEST k
"9555e8555c62dcfd"
> SET k ""
OK
> DIGEST k
"2d06800538d394c2"
> SET n 12
OK
> DIGEST n
"7ecd2e572c949f74"
> DIGEST absent
(nil)
> LPUSH l a
(integer) 1
> DIGEST l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> DIGEST
(error) ERR wrong number of arguments for 'digest' command

== DELEX
@skip-oracle Redis 8.4
> SET k hello
OK
> DELEX k IFEQ other
(integer) 0
> DELEX k IFNE hello
(integer) 0
> DELEX k IFDEQ f7042be43fb80714
(integer) 0
> DELEX k IFDNE 9555e8555c62dcfd
(integer) 0
> EXISTS k
(integer) 1
> DELEX k IFEQ hello
(integer) 1
> EXISTS k
(integer) 0
> SET k hello
OK
> DELEX k IFDEQ 9555e8555c62dcfd
(integer) 1
> SET k hello
OK
> DELEX k IFNE other
(integer) 1
> DELEX absent
(integer) 0
> DELEX absent IFEQ x
(integer) 0
> LPUSH l a
(integer) 1
> DELEX l IFEQ a
~(error) *
> DELEX l
(integer) 1
> EXISTS l
(integer) 0
> DELEX k BOGUS x
~(error) ERR *
> DELEX
(error) ERR wrong number of arguments for 'delex' command

== INCREX
@skip-oracle Redis 8.8
> INCREX n
1) (integer) 1
2) (integer) 1
> INCREX n BYINT 9
1) (integer) 10
2) (integer) 9
> INCREX n BYINT -3
1) (integer) 7
2) (integer) -3
> TTL n
(integer) -1
> INCREX n EX 100
1) (integer) 8
2) (integer) 1
> TTL n
(integer) 100
> INCREX n BYINT 5 UBOUND 10
1) (integer) 8
2) (integer) 0
> INCREX n BYINT 5 UBOUND 10 SATURATE
1) (integer) 10
2) (integer) 2
> INCREX n BYINT -50 LBOUND 0 SATURATE
1) (integer) 0
2) (integer) -10
> INCREX n EX 500 ENX
1) (integer) 1
2) (integer) 1
> TTL n
(integer) 100
> INCREX n PERSIST
1) (integer) 2
2) (integer) 1
> TTL n
(integer) -1
> INCREX n EX 500 ENX
1) (integer) 3
2) (integer) 1
> TTL n
(integer) 500
> SET s abc
OK
> INCREX s
(error) ERR value is not an integer or out of range
> LPUSH l a
(integer) 1
> INCREX l
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> INCREX n BYINT 1 BYFLOAT 1
~(error) ERR *
> INCREX
(error) ERR wrong number of arguments for 'increx' command
