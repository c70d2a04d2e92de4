# Operations younger than the reference server: recorded from Redis 8.2
# (`cargo xtask oracle --newer --bin redis-server`).

== BITOP DIFF, DIFF1, ANDOR and ONE
@skip-oracle Redis 8.2
> SET a{t} abcdef
OK
> SET b{t} xyz
OK
> SET c{t} 12345678
OK
> BITOP DIFF d{t} a{t} b{t}
(integer) 6
> GET d{t}
"\x01\x02\x01def"
> BITOP DIFF d{t} b{t} a{t} c{t}
(integer) 8
> GET d{t}
"\b\t\b\x00\x00\x00\x00\x00"
> BITOP diff1 d{t} a{t} b{t}
(integer) 6
> GET d{t}
"\x18\x19\x18\x00\x00\x00"
> BITOP DIFF1 d{t} b{t} a{t} c{t}
(integer) 8
> GET d{t}
"\x01\x02\x01tuv78"
> BITOP ANDOR d{t} a{t} b{t}
(integer) 6
> GET d{t}
"``b\x00\x00\x00"
> BITOP ANDOR d{t} b{t} a{t} c{t}
(integer) 8
> GET d{t}
"ppr\x00\x00\x00\x00\x00"
> BITOP ONE d{t} a{t} b{t}
(integer) 6
> GET d{t}
"\x19\x1b\x19def"
> BITOP ONE d{t} a{t} b{t} c{t}
(integer) 8
> GET d{t}
"\b\t\bPPP78"
> BITOP ONE d{t} a{t}
(integer) 6
> GET d{t}
"abcdef"
> BITOP ONE d{t} a{t} a{t} c{t}
(integer) 8
> GET d{t}
"\x10\x10\x10\x10\x10\x1078"
> BITOP DIFF d{t} absent{t} a{t}
(integer) 6
> GET d{t}
"\x00\x00\x00\x00\x00\x00"
> BITOP DIFF1 d{t} absent{t} a{t}
(integer) 6
> GET d{t}
"abcdef"
> BITOP ANDOR d{t} absent{t} a{t}
(integer) 6
> GET d{t}
"\x00\x00\x00\x00\x00\x00"
> BITOP DIFF d{t} absent{t} absent{t}
(integer) 0
> EXISTS d{t}
(integer) 0

== BITOP refuses a single source where it needs more
@skip-oracle Redis 8.2
> SET a{t} abc
OK
> BITOP DIFF d{t} a{t}
(error) ERR BITOP DIFF must be called with at least two source keys.
> BITOP DIFF1 d{t} a{t}
(error) ERR BITOP DIFF1 must be called with at least two source keys.
> BITOP ANDOR d{t} a{t}
(error) ERR BITOP ANDOR must be called with at least two source keys.
> BITOP NOT d{t} a{t} a{t}
(error) ERR BITOP NOT must be called with a single source key.
> BITOP DIFF2 d{t} a{t}
(error) ERR syntax error
