== WHOAMI, USERS and LIST at the start
> ACL WHOAMI
"default"
> ACL USERS
1) "default"
> ACL LIST
1) "user default on nopass ~* &* +@all"
> ACL GETUSER default
 1) "flags"
 2) 1) "on"
    2) "nopass"
 3) "passwords"
 4) (empty array)
 5) "commands"
 6) "+@all"
 7) "keys"
 8) "~*"
 9) "channels"
10) "&*"
11) "selectors"
12) (empty array)
> ACL GETUSER nobody
(nil)
> ACL WHOAMI x
(error) ERR wrong number of arguments for 'acl|whoami' command
> ACL
(error) ERR wrong number of arguments for 'acl' command
> ACL BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try ACL HELP.
> ACL CAT
 1) "keyspace"
 2) "read"
 3) "write"
 4) "set"
 5) "sortedset"
 6) "list"
 7) "hash"
 8) "string"
 9) "bitmap"
10) "hyperloglog"
11) "geo"
12) "stream"
13) "pubsub"
14) "admin"
15) "fast"
16) "slow"
17) "blocking"
18) "dangerous"
19) "connection"
20) "transaction"
21) "scripting"
> ACL CAT bogus
(error) ERR Unknown category 'bogus'
> ACL CAT transaction extra
(error) ERR unknown subcommand or wrong number of arguments for 'CAT'. Try ACL HELP.

== A user begins with nothing
> ACL SETUSER jay
OK
> ACL GETUSER jay
 1) "flags"
 2) 1) "off"
 3) "passwords"
 4) (empty array)
 5) "commands"
 6) "-@all"
 7) "keys"
 8) ""
 9) "channels"
10) ""
11) "selectors"
12) (empty array)
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all"
> ACL SETUSER jay on >secret
OK
> ACL GETUSER jay
 1) "flags"
 2) 1) "on"
 3) "passwords"
 4) 1) "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
 5) "commands"
 6) "-@all"
 7) "keys"
 8) ""
 9) "channels"
10) ""
11) "selectors"
12) (empty array)
> ACL SETUSER jay nopass
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay on nopass resetchannels -@all"
> ACL SETUSER jay resetpass
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay on resetchannels -@all"
> ACL SETUSER jay reset
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off sanitize-payload resetchannels -@all"
> ACL SETUSER jay skip-sanitize-payload
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off skip-sanitize-payload resetchannels -@all"
> ACL DELUSER jay nobody jay
(integer) 1
> ACL USERS
1) "default"
> ACL DELUSER default
(error) ERR The 'default' user cannot be removed
> ACL DELUSER jay default
(error) ERR The 'default' user cannot be removed

== Passwords are hashes
> ACL SETUSER jay >a >b >a #ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off #ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb #3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d resetchannels -@all"
> ACL SETUSER jay <a
OK
> ACL SETUSER jay <a
(error) ERR Error in ACL SETUSER modifier '<a': The password you are trying to remove from the user does not exist
> ACL SETUSER jay !3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all"
> ACL SETUSER jay #abc
(error) ERR Error in ACL SETUSER modifier '#abc': The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters
> ACL SETUSER jay #CA978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
(error) ERR Error in ACL SETUSER modifier '#CA978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb': The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters
> ACL SETUSER jay !x
(error) ERR Error in ACL SETUSER modifier '!x': The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters
> ACL SETUSER jay >
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off #e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 resetchannels -@all"
> ACL DELUSER jay
(integer) 1

== Rules on keys
> ACL SETUSER jay ~a:* %R~b:* %W~b:* %rw~c %R~d
OK
> ACL GETUSER jay
 1) "flags"
 2) 1) "off"
 3) "passwords"
 4) (empty array)
 5) "commands"
 6) "-@all"
 7) "keys"
 8) "~a:* ~b:* ~c %R~d"
 9) "channels"
10) ""
11) "selectors"
12) (empty array)
> ACL SETUSER jay allkeys
OK
> ACL SETUSER jay ~x
(error) ERR Error in ACL SETUSER modifier '~x': Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns
> ACL SETUSER jay %R~x
(error) ERR Error in ACL SETUSER modifier '%R~x': Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns
> ACL SETUSER jay resetkeys ~x
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off ~x resetchannels -@all"
> ACL SETUSER jay %~x
(error) ERR Error in ACL SETUSER modifier '%~x': Syntax error
> ACL SETUSER jay %RR~x
(error) ERR Error in ACL SETUSER modifier '%RR~x': Syntax error
> ACL SETUSER jay %X~x
(error) ERR Error in ACL SETUSER modifier '%X~x': Syntax error
> ACL SETUSER jay "~a b"
(error) ERR Error in ACL SETUSER modifier '~a b': Syntax error
> ACL SETUSER jay "~a\x00b"
(error) ERR Error in ACL SETUSER modifier '~a': Syntax error
> ACL SETUSER jay %R
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off ~x %R~ resetchannels -@all"
> ACL SETUSER jay resetkeys ~* allkeys ~*
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off ~* resetchannels -@all"
> ACL DELUSER jay
(integer) 1

== Rules on channels
> ACL SETUSER jay &a:* &b &b
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels &a:* &b -@all"
> ACL SETUSER jay allchannels
OK
> ACL SETUSER jay &x
(error) ERR Error in ACL SETUSER modifier '&x': Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels
> ACL SETUSER jay resetchannels &x
OK
> ACL GETUSER jay
 1) "flags"
 2) 1) "off"
 3) "passwords"
 4) (empty array)
 5) "commands"
 6) "-@all"
 7) "keys"
 8) ""
 9) "channels"
10) "&x"
11) "selectors"
12) (empty array)
> ACL SETUSER jay "&a b"
(error) ERR Error in ACL SETUSER modifier '&a b': Syntax error
> ACL DELUSER jay
(integer) 1

== Rules on commands
@skip-oracle Redis 7.0 lists commands in the order of its hash table, which differs from run to run
> ACL SETUSER jay +get
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all +get"
> ACL SETUSER jay +select|0 +select|1 +SELECT|0
OK
> ACL SETUSER jay -config
OK
> ACL SETUSER jay +config|get|x
(error) ERR Error in ACL SETUSER modifier '+config|get|x': Allowing first-arg of a subcommand is not supported
> ACL SETUSER jay +get|
(error) ERR Error in ACL SETUSER modifier '+get|': Syntax error
> ACL SETUSER jay +get|x|y
(error) ERR Error in ACL SETUSER modifier '+get|x|y': Unknown command or category name in ACL
> ACL SETUSER jay -get|x
(error) ERR Error in ACL SETUSER modifier '-get|x': Unknown command or category name in ACL
> ACL SETUSER jay +config|bogus
(error) ERR Error in ACL SETUSER modifier '+config|bogus': Unknown command or category name in ACL
> ACL SETUSER jay +bogus
(error) ERR Error in ACL SETUSER modifier '+bogus': Unknown command or category name in ACL
> ACL SETUSER jay -bogus
(error) ERR Error in ACL SETUSER modifier '-bogus': Unknown command or category name in ACL
> ACL SETUSER jay +@bogus
(error) ERR Error in ACL SETUSER modifier '+@bogus': Unknown command or category name in ACL
> ACL SETUSER jay +@
(error) ERR Error in ACL SETUSER modifier '+@': Unknown command or category name in ACL
> ACL SETUSER jay +
(error) ERR Error in ACL SETUSER modifier '+': Unknown command or category name in ACL
> ACL SETUSER jay bogus
(error) ERR Error in ACL SETUSER modifier 'bogus': Syntax error
> ACL SETUSER jay @all
(error) ERR Error in ACL SETUSER modifier '@all': Syntax error
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all +get +select|0 +select|1"
> ACL SETUSER jay +select
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all +get +select"
> ACL SETUSER jay +@all -@string +get
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels +@all -@string +get"
> ACL SETUSER jay allcommands
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels +@all"
> ACL SETUSER jay nocommands +@hash
OK
> ACL GETUSER jay
 1) "flags"
 2) 1) "off"
 3) "passwords"
 4) (empty array)
 5) "commands"
 6) "-@all +@hash"
 7) "keys"
 8) ""
 9) "channels"
10) ""
11) "selectors"
12) (empty array)
> ACL SETUSER jay -@hash
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all"
> ACL DELUSER jay
(integer) 1

== All rules of a call count or none
> ACL SETUSER jay on >x ~a +get
OK
> ACL SETUSER jay off +set bogus ~b
(error) ERR Error in ACL SETUSER modifier 'bogus': Syntax error
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay on #2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 ~a resetchannels -@all +get"
> ACL SETUSER kay on bogus
(error) ERR Error in ACL SETUSER modifier 'bogus': Syntax error
> ACL USERS
1) "default"
2) "jay"
> ACL DELUSER jay
(integer) 1
> ACL SETUSER "a b" on
(error) ERR Usernames can't contain spaces or null characters
> ACL SETUSER "a\x00b" on
(error) ERR Usernames can't contain spaces or null characters
> ACL SETUSER jay ""
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all"
> ACL DELUSER jay
(integer) 1

== Selectors
> ACL SETUSER jay (%W~a* +set) (~b +get &c)
OK
> ACL GETUSER jay
 1) "flags"
 2) 1) "off"
 3) "passwords"
 4) (empty array)
 5) "commands"
 6) "-@all"
 7) "keys"
 8) ""
 9) "channels"
10) ""
11) "selectors"
12) 1) 1) "commands"
       2) "-@all +set"
       3) "keys"
       4) "%W~a*"
       5) "channels"
       6) ""
    2) 1) "commands"
       2) "-@all +get"
       3) "keys"
       4) "~b"
       5) "channels"
       6) "&c"
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all (%W~a* resetchannels -@all +set) (~b resetchannels &c -@all +get)"
> ACL SETUSER jay (+get ~c "%R~d)"
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all (%W~a* resetchannels -@all +set) (~b resetchannels &c -@all +get) (~c %R~d resetchannels -@all +get)"
> ACL SETUSER jay clearselectors
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all"
> ACL SETUSER jay ()
OK
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all (resetchannels -@all)"
> ACL SETUSER jay clearselectors (+get
(error) ERR Unmatched parenthesis in acl selector starting at '(+get'.
> ACL SETUSER jay (+get ~a
(error) ERR Unmatched parenthesis in acl selector starting at '(+get'.
> ACL SETUSER jay (+get)x
(error) ERR Unmatched parenthesis in acl selector starting at '(+get)x'.
> ACL SETUSER jay (>pass)
(error) ERR Error in ACL SETUSER modifier '(>pass)': Syntax error
> ACL SETUSER jay (on)
(error) ERR Error in ACL SETUSER modifier '(on)': Syntax error
> ACL SETUSER jay ((+get))
(error) ERR Error in ACL SETUSER modifier '((+get))': Syntax error
> ACL SETUSER jay (+bogus)
(error) ERR Error in ACL SETUSER modifier '(+bogus)': Unknown command or category name in ACL
> ACL SETUSER jay "(~* ~a)"
(error) ERR Error in ACL SETUSER modifier '(~* ~a)': Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns
> ACL SETUSER jay )
(error) ERR Error in ACL SETUSER modifier ')': Syntax error
> ACL SETUSER jay (
(error) ERR Unmatched parenthesis in acl selector starting at '('.
> ACL LIST
1) "user default on nopass ~* &* +@all"
2) "user jay off resetchannels -@all (resetchannels -@all)"
> ACL DELUSER jay
(integer) 1

== AUTH of users
> ACL SETUSER jay on >secret +acl|whoami +ping
OK
> ACL SETUSER off >secret +ping
OK
@conn other
> AUTH jay wrong
(error) WRONGPASS invalid username-password pair or user is disabled.
> AUTH nobody secret
(error) WRONGPASS invalid username-password pair or user is disabled.
> AUTH off secret
(error) WRONGPASS invalid username-password pair or user is disabled.
> AUTH jay secret
OK
> ACL WHOAMI
"jay"
> ACL USERS
(error) NOPERM this user has no permissions to run the 'acl|users' command
> GET k
(error) NOPERM this user has no permissions to run the 'get' command
> CLIENT LIST
(error) NOPERM this user has no permissions to run the 'client|list' command
> PING
PONG
> AUTH a b c
(error) ERR syntax error
> AUTH default anything
OK
> ACL WHOAMI
"default"
> HELLO 2 AUTH jay wrong
(error) WRONGPASS invalid username-password pair or user is disabled.
> RESET
RESET
> ACL WHOAMI
"default"
> ACL DELUSER jay off
(integer) 2

== What is denied is said by its kind
> ACL SETUSER jay on nopass +get +set +sort +publish +subscribe +psubscribe +multi +exec ~a %R~r %W~w &ch
OK
@conn jay
> AUTH jay x
OK
> GET a
(nil)
> GET b
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> DEL a
(error) NOPERM this user has no permissions to run the 'del' command
> GET r
(nil)
> GET w
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> SET r 1
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> SET w 1
OK
> SET w 1 GET
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> SET a 1
OK
> SET a 1 GET
"1"
> PUBLISH ch x
(integer) 0
> PUBLISH no x
(error) NOPERM this user has no permissions to access one of the channels used as arguments
> config get x
(error) NOPERM this user has no permissions to run the 'config|get' command
> CONFIG SET a b
(error) NOPERM this user has no permissions to run the 'config|set' command
> SORT a BY x* GET y
(error) ERR BY option of SORT denied due to insufficient ACL permissions.
> SORT a GET #
(error) ERR GET option of SORT denied due to insufficient ACL permissions.
> SORT a STORE b
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> SORT a STORE w
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SORT r
(empty array)
> SORT r STORE r
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> MULTI
OK
> GET b
(error) NOPERM this user has no permissions to access one of the keys used as arguments
> EXEC
(error) EXECABORT Transaction discarded because of previous errors.
> MULTI
OK
> SET w 1
QUEUED
> EXEC
1) OK
> QUIT
OK
@conn main
> ACL DELUSER jay
(integer) 1

== Rules that change between MULTI and EXEC
> ACL SETUSER jay on nopass +@all ~a ~b &ch
OK
@conn jay
> AUTH jay x
OK
> MULTI
OK
> SET a 1
QUEUED
> SET b 1
QUEUED
> PUBLISH ch x
QUEUED
> INCR a
QUEUED
@conn main
> ACL SETUSER jay resetkeys ~b resetchannels -incr
OK
@conn jay
> EXEC
1) (error) NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to touch the specified keys
2) OK
3) (error) NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to access one of the channels used as arguments
4) (error) NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to execute the command or subcommand
@conn main
> ACL DELUSER jay
(integer) 1

== Each key of a call is checked
> ACL SETUSER jay on nopass +@all ~a* %R~r* %W~w*
OK
> ACL DRYRUN jay MGET a1 r1
OK
> ACL DRYRUN jay MGET a1 w1
"This user has no permissions to access the 'w1' key"
> ACL DRYRUN jay MSET a1 1 w1 1
OK
> ACL DRYRUN jay MSET a1 1 r1 1
"This user has no permissions to access the 'r1' key"
> ACL DRYRUN jay COPY r1 w1
OK
> ACL DRYRUN jay COPY w1 r1
"This user has no permissions to access the 'w1' key"
> ACL DRYRUN jay RENAME r1 w1
"This user has no permissions to access the 'r1' key"
> ACL DRYRUN jay RENAME a1 w1
OK
> ACL DRYRUN jay SUNIONSTORE w1 r1 r2
OK
> ACL DRYRUN jay SUNIONSTORE w1 w2
"This user has no permissions to access the 'w2' key"
> ACL DRYRUN jay ZUNIONSTORE w1 2 r1 a1
OK
> ACL DRYRUN jay ZUNIONSTORE w1 2 r1 x1
"This user has no permissions to access the 'x1' key"
> ACL DRYRUN jay SORT r1 STORE w1
OK
> ACL DRYRUN jay SORT r1 STORE r2
"This user has no permissions to access the 'r2' key"
> ACL DRYRUN jay SORT_RO r1
OK
> ACL DRYRUN jay SORT_RO x1
"This user has no permissions to access the 'x1' key"
> ACL DRYRUN jay GEORADIUS r1 1 1 1 m STORE w1
OK
> ACL DRYRUN jay GEORADIUS r1 1 1 1 m STOREDIST x1
"This user has no permissions to access the 'x1' key"
> ACL DRYRUN jay XREAD STREAMS r1 r2 0 0
OK
> ACL DRYRUN jay XREAD STREAMS r1 w2 0 0
"This user has no permissions to access the 'w2' key"
> ACL DRYRUN jay XREADGROUP GROUP g c STREAMS r1 0
OK
> ACL DRYRUN jay BITFIELD r1 GET u8 0
OK
> ACL DRYRUN jay BITFIELD r1 SET u8 0 1
"This user has no permissions to access the 'r1' key"
> ACL DRYRUN jay SET w1 1
OK
> ACL DRYRUN jay SET w1 1 GET
"This user has no permissions to access the 'w1' key"
> ACL DRYRUN jay LMOVE r1 w1 LEFT LEFT
"This user has no permissions to access the 'r1' key"
> ACL DRYRUN jay LMOVE a1 w1 LEFT LEFT
OK
> ACL DRYRUN jay PFMERGE w1 r1 w2
"This user has no permissions to access the 'w1' key"
> ACL DRYRUN jay BITOP AND w1 r1 r2
OK
> ACL DRYRUN jay OBJECT ENCODING x1
"This user has no permissions to access the 'x1' key"
> ACL DRYRUN jay OBJECT ENCODING w1
OK
> ACL DRYRUN jay EXISTS w1 r1
OK
> ACL DRYRUN jay EXISTS x1
"This user has no permissions to access the 'x1' key"
> ACL DRYRUN jay MIGRATE h 1 "" 0 10 KEYS a1 r1
"This user has no permissions to access the 'r1' key"
> ACL DRYRUN jay MIGRATE h 1 a1 0 10
OK
> ACL DRYRUN jay WATCH r1 w1
OK
> ACL DRYRUN jay WATCH x1
"This user has no permissions to access the 'x1' key"
> ACL DRYRUN jay BLPOP a1 a2 0
OK
> ACL DRYRUN jay LMPOP 2 a1 r1 LEFT
"This user has no permissions to access the 'r1' key"
> ACL DRYRUN jay MEMORY USAGE x1
"This user has no permissions to access the 'x1' key"
> ACL DELUSER jay
(integer) 1

== DRYRUN refuses what is not there
> ACL DRYRUN nobody GET k
(error) ERR User 'nobody' not found
> ACL SETUSER jay +get
OK
> ACL DRYRUN jay BOGUS
(error) ERR Command 'BOGUS' not found
> ACL DRYRUN jay CONFIG BOGUS
(error) ERR Command 'CONFIG' not found
> ACL DRYRUN jay GET
(error) ERR wrong number of arguments for 'get' command
> ACL DRYRUN jay SET a b
"This user has no permissions to run the 'set' command"
> ACL DRYRUN jay GET k
"This user has no permissions to access the 'k' key"
> ACL DRYRUN jay
(error) ERR wrong number of arguments for 'acl|dryrun' command
> ACL SETUSER jay +@all ~*
OK
> ACL DRYRUN jay SUBSCRIBE ch
"This user has no permissions to access the 'ch' channel"
> ACL DRYRUN jay PSUBSCRIBE c*
"This user has no permissions to access the 'c*' channel"
> ACL DRYRUN jay SPUBLISH ch x
"This user has no permissions to access the 'ch' channel"
> ACL SETUSER jay &c*
OK
> ACL DRYRUN jay SUBSCRIBE ch cc x
"This user has no permissions to access the 'x' channel"
> ACL DRYRUN jay PSUBSCRIBE c*
OK
> ACL DRYRUN jay PSUBSCRIBE ch*
"This user has no permissions to access the 'ch*' channel"
> ACL DRYRUN jay SPUBLISH ch x
OK
> ACL DRYRUN jay UNSUBSCRIBE x
OK
> ACL DRYRUN jay PUBSUB NUMSUB x
OK
> ACL DELUSER jay
(integer) 1

== Selectors allow whole calls
> ACL SETUSER jay on nopass -@all +mget ~a (+mget ~b) (+set %W~w)
OK
> ACL DRYRUN jay MGET a
OK
> ACL DRYRUN jay MGET b
OK
> ACL DRYRUN jay MGET a b
"This user has no permissions to access the 'b' key"
> ACL DRYRUN jay SET w 1
OK
> ACL DRYRUN jay SET w 1 GET
"This user has no permissions to access the 'w' key"
> ACL DRYRUN jay SET b 1
"This user has no permissions to access the 'b' key"
> ACL DRYRUN jay GET b
"This user has no permissions to run the 'get' command"
> ACL DELUSER jay
(integer) 1

== First arguments
> ACL SETUSER jay on nopass -@all +select|1 +get|a allkeys
OK
@conn jay
> AUTH jay x
OK
> SELECT 0
(error) NOPERM this user has no permissions to run the 'select' command
> SELECT 1
OK
> GET a
(nil)
> GET A
(nil)
> GET b
(error) NOPERM this user has no permissions to run the 'get' command
@conn main
> ACL DELUSER jay
(integer) 1

== GENPASS
> ACL GENPASS 0
(error) ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096
> ACL GENPASS -1
(error) ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096
> ACL GENPASS 4097
(error) ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096
> ACL GENPASS x
(error) ERR value is not an integer or out of range
> ACL GENPASS 5 6
(error) ERR unknown subcommand or wrong number of arguments for 'GENPASS'. Try ACL HELP.

== LOAD and SAVE need a file
> ACL LOAD
(error) ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.
> ACL SAVE
(error) ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.

== LOG
> ACL LOG RESET
OK
> ACL LOG
(empty array)
> ACL LOG x
(error) ERR value is not an integer or out of range
> ACL LOG -1
(empty array)
> ACL LOG RESET x
(error) ERR unknown subcommand or wrong number of arguments for 'LOG'. Try ACL HELP.

== A deleted user's connection is closed
@socket two connections
> ACL SETUSER jay on nopass +@all ~*
OK
@conn jay
> AUTH jay x
OK
> SET k 1
OK
@conn main
> ACL DELUSER jay
(integer) 1
@at +50ms
@conn jay
> GET k
(closed)
