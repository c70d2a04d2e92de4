== OBJECT ENCODING tells how a string is kept
> SET i 12345
OK
> OBJECT ENCODING i
"int"
> SET e 01234567890123456789012345678901234567890123
OK
> OBJECT ENCODING e
"embstr"
> SET r 012345678901234567890123456789012345678901234
OK
> OBJECT ENCODING r
"raw"
> OBJECT ENCODING nosuch
(nil)
> SET n 9223372036854775807
OK
> OBJECT ENCODING n
"int"
> SET n 9223372036854775808
OK
> OBJECT ENCODING n
"embstr"
> SET n " 1"
OK
> OBJECT ENCODING n
"embstr"
> APPEND i 6
(integer) 6
> OBJECT ENCODING i
"raw"

== OBJECT REFCOUNT knows shared integers
> SET i 9999
OK
> OBJECT REFCOUNT i
(integer) 2147483647
> SET i 10000
OK
> OBJECT REFCOUNT i
(integer) 1
> SET s x
OK
> OBJECT REFCOUNT s
(integer) 1
> OBJECT REFCOUNT nosuch
(nil)

== OBJECT IDLETIME and FREQ depend on the policy
> SET s x
OK
> OBJECT IDLETIME s
(integer) 0
> OBJECT IDLETIME nosuch
(nil)
> OBJECT FREQ nosuch
(nil)
> OBJECT FREQ s
(error) ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
> CONFIG SET maxmemory-policy allkeys-lfu
OK
> SET f x
OK
> OBJECT FREQ f
(integer) 5
> OBJECT IDLETIME f
(error) ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
> OBJECT IDLETIME nosuch
(nil)
> CONFIG SET maxmemory-policy noeviction
OK
> OBJECT IDLETIME nosuch
(nil)

== OBJECT checks its arguments
> OBJECT
(error) ERR wrong number of arguments for 'object' command
> OBJECT ENCODING
(error) ERR wrong number of arguments for 'object|encoding' command
> OBJECT ENCODING a b
(error) ERR wrong number of arguments for 'object|encoding' command
> OBJECT FREQ a b
(error) ERR wrong number of arguments for 'object|freq' command
> OBJECT nosuch a
(error) ERR unknown subcommand 'nosuch'. Try OBJECT HELP.
> OBJECT HELP x
(error) ERR wrong number of arguments for 'object|help' command

== OBJECT does not touch the key
> SET s x
OK
@at +2100ms
> OBJECT ENCODING s
"embstr"
> OBJECT IDLETIME s
(integer) 2..4
> GET s
"x"
> OBJECT IDLETIME s
(integer) 0
