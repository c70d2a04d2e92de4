== CVE-2022-35977: offsets and limits at the end of the range
> RPUSH l 3 1 2
(integer) 3
> SORT l LIMIT 9223372036854775807 9223372036854775807
(empty array)
> SORT l LIMIT -9223372036854775808 9223372036854775807
1) "1"
2) "2"
3) "3"
> SORT l LIMIT 1 -9223372036854775808
1) "2"
2) "3"
> SETRANGE s 9223372036854775807 x
(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)
> SETRANGE s 536870912 x
(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)
> SETRANGE s -1 x
(error) ERR offset is out of range
> EXISTS s
(integer) 0
> LRANGE l -9223372036854775808 9223372036854775807
1) "3"
2) "1"
3) "2"
> GETRANGE l 0 -1
(error) WRONGTYPE Operation against a key holding the wrong kind of value

== CVE-2023-22458, CVE-2023-25155, CVE-2026-111279: counts of random members that nobody can hold
> HSET h a 1
(integer) 1
> SADD s a
(integer) 1
> ZADD z 1 a
(integer) 1
> HRANDFIELD h -9223372036854775808
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> HRANDFIELD h -9223372036854775808 WITHVALUES
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> HRANDFIELD h -4611686018427387905 WITHVALUES
(error) ERR value is out of range
> HRANDFIELD h 9223372036854775807 WITHVALUES
(error) ERR value is out of range
> SRANDMEMBER s -9223372036854775808
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> ZRANDMEMBER z -9223372036854775808
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> ZRANDMEMBER z -9223372036854775808 WITHSCORES
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> ZRANDMEMBER z -4611686018427387905 WITHSCORES
(error) ERR value is out of range
> HRANDFIELD none -9223372036854775808
(error) ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807
> SRANDMEMBER none -9223372036854775807
(empty array)
> ZRANDMEMBER none -9223372036854775807
(empty array)
> SPOP s -1
(error) ERR value is out of range, must be positive
> SPOP s 9223372036854775808
(error) ERR value is out of range, must be positive
> LPOP none 9223372036854775808
(error) ERR value is out of range, must be positive

== Redis 8.10: indexes of more than 32 bits are not cut
> RPUSH l a b
(integer) 2
> LSET l 4294967296 x
(error) ERR index out of range
> LSET l -4294967297 x
(error) ERR index out of range
> LINDEX l 4294967296
(nil)
> LINDEX l -9223372036854775808
(nil)
> LRANGE l 0 -1
1) "a"
2) "b"
> LREM l -9223372036854775808 a
(integer) 1
> LTRIM l 4294967296 4294967297
OK
> EXISTS l
(integer) 0

== Redis 8.6.4: a huge COUNT of SCAN
> SADD s a
(integer) 1
> SCAN 0 COUNT 9223372036854775807
1) "0"
2) 1) "s"
> SSCAN s 0 COUNT 9223372036854775807
1) "0"
2) 1) "a"
> SCAN 0 COUNT 9223372036854775808
(error) ERR value is not an integer or out of range
> SCAN 0 COUNT -1
(error) ERR syntax error
> SCAN 18446744073709551616
(error) ERR invalid cursor

== CVE-2023-28425: MSETNX names a key twice
> MSETNX a 1 a 2
(integer) 1
> GET a
"2"
> MSETNX a 3 b 4 b 5
(integer) 0
> EXISTS b
(integer) 0

== CVE-2023-28856: HINCRBYFLOAT leaves no field that cannot be read
> HINCRBYFLOAT h f nan
(error) ERR value is not a valid float
> HINCRBYFLOAT h f inf
(error) ERR value is NaN or Infinity
> HSET h f abc
(integer) 1
> HINCRBYFLOAT h f 1
(error) ERR hash value is not a float
> HGETALL h
1) "f"
2) "abc"

== CVE-2022-36021, CVE-2024-31228: patterns end soon
> SET aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1
OK
> KEYS a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
(empty array)
> SCAN 0 MATCH a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
1) "0"
2) (empty array)
> KEYS [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
(empty array)
> COMMAND LIST FILTERBY PATTERN a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
(empty array)
> CONFIG GET a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
(empty array)
> PUBSUB CHANNELS a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
(empty array)
> FUNCTION LIST LIBRARYNAME a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
(empty array)

== CVE-2025-67733: a reply has one line, whatever it echoes
> "GET\r\n+OK" x
(error) ERR unknown command 'GET  +OK', with args beginning with: 'x'\x20
> CLIENT "a\r\n+OK"
(error) ERR unknown subcommand 'a  +OK'. Try CLIENT HELP.
> CONFIG SET "a\r\n+OK" 1
(error) ERR Unknown option or number of arguments for CONFIG SET - 'a  +OK'
> OBJECT "a\r\n+OK" k
(error) ERR unknown subcommand 'a  +OK'. Try OBJECT HELP.
> ACL SETUSER u "x\r\n+OK"
(error) ERR Error in ACL SETUSER modifier 'x  +OK': Syntax error
> EVAL "return redis.error_reply(ARGV[1])" 0 "A b\r\n+OK"
(error) A b  +OK
> EVAL "return redis.status_reply(ARGV[1])" 0 "A b\r\n+OK"
A b  +OK
> EVAL "return {err=ARGV[1]}" 0 "A b\r\n+OK"
(error) A b  +OK
> EVAL "error(ARGV[1])" 0 "A b\r\n+OK"
(error) ERR user_script:1: A b  +OK script: 913fe641966fcaeb713b90856ef1c03b8b877ba5, on @user_script:1.
> XADD s "1\r\n-1" f v
(error) ERR Invalid stream ID specified as stream command argument
> SET k v "EX\r\n" 1
(error) ERR syntax error
> FCALL "a\r\n+OK" 0
(error) ERR Function not found
> XREADGROUP GROUP "g\r\n" c STREAMS none >
(error) NOGROUP No such key 'none' or consumer group 'g  ' in XREADGROUP with GROUP option
> PING
PONG

== CVE-2023-41053, Redis #15478: the keys that are read are those that are checked
> ACL SETUSER reader on nopass ~a* +@all
OK
> ACL DRYRUN reader SORT_RO a1 BY b* GET c*
OK
> ACL DRYRUN reader SORT a1 BY nosort GET #
OK
> ACL DRYRUN reader SORT a1 STORE b1
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader GEORADIUS a1 0 0 1 m STORE b1
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader GEORADIUS a1 0 0 1 m STORE a2 STOREDIST b2
"This user has no permissions to access the 'b2' key"
> ACL DRYRUN reader XREAD STREAMS a1 b1 0 0
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader XREAD COUNT 1 STREAMS a1 0
OK
> ACL DRYRUN reader EVAL x 2 a1 b1
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader ZUNIONSTORE a1 2 a2 b1
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader MEMORY USAGE b1
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader OBJECT ENCODING b1
"This user has no permissions to access the 'b1' key"
> ACL DRYRUN reader BITOP AND a1 a2 b3
"This user has no permissions to access the 'b3' key"
> ACL DRYRUN reader MIGRATE host 1 b1 0 1
"This user has no permissions to access the 'b1' key"
> ACL DELUSER reader
(integer) 1

== CVE-2023-36824: keys of requests that end early
> COMMAND GETKEYS ZUNIONSTORE d 9223372036854775807 a
(error) ERR Invalid arguments specified for command
> COMMAND GETKEYS EVAL x -1 a
(empty array)
> COMMAND GETKEYS XREAD STREAMS a
(error) ERR Invalid number of arguments specified for command
> COMMAND GETKEYS SORT a STORE
1) "a"
> COMMAND GETKEYS LMPOP 2 a
(error) ERR Invalid number of arguments specified for command
> COMMAND GETKEYS MSET a
(error) ERR Invalid number of arguments specified for command

== CVE-2023-36824: a count of keys is not cut to 32 bits
@skip-oracle Redis 7.0 cuts it
> COMMAND GETKEYS EVAL x 4294967297 a
(empty array)
> COMMAND GETKEYS MIGRATE h 1 k 0 1 KEYS
(error) ERR Invalid arguments specified for command

== Redis #14659: each key of MSETEX is checked
@skip-oracle newer than Redis 7.0
> ACL SETUSER writer on nopass ~a* +@all
OK
> ACL DRYRUN writer MSETEX 2 a1 x a2 y
OK
> ACL DRYRUN writer MSETEX 2 a1 x b2 y EX 10
"This user has no permissions to access the 'b2' key"
> ACL DRYRUN writer MSETEX 3 b1 x a2 y a3 z
"This user has no permissions to access the 'b1' key"
> ACL DELUSER writer
(integer) 1
