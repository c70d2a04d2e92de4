# HOTKEYS as Redis 8.6 has it (Valkey 9.2 has another command of this name). Written from its
# documentation; no server that knows it is at hand.

== HOTKEYS before anything was counted
@skip-oracle Redis 8.6
> HOTKEYS GET
(nil)
> HOTKEYS STOP
(nil)
> HOTKEYS RESET
OK
> HOTKEYS
(error) ERR wrong number of arguments for 'hotkeys' command
> HOTKEYS NOPE
(error) ERR unknown subcommand 'NOPE'. Try HOTKEYS HELP.
> HOTKEYS GET x
(error) ERR wrong number of arguments for 'hotkeys|get' command
> HOTKEYS STOP x
(error) ERR wrong number of arguments for 'hotkeys|stop' command
> HOTKEYS RESET x
(error) ERR wrong number of arguments for 'hotkeys|reset' command
> HOTKEYS HELP x
(error) ERR wrong number of arguments for 'hotkeys|help' command

== HOTKEYS START says what is wrong with its arguments
@skip-oracle Redis 8.6
> HOTKEYS START
(error) ERR METRICS parameter is required
> HOTKEYS START METRICS
(error) ERR METRICS parameter is required
> HOTKEYS START CPU 1 NET
(error) ERR METRICS parameter is required
> HOTKEYS START METRICS 0
(error) ERR METRICS count must be > 0 and <= 2
> HOTKEYS START METRICS -1
(error) ERR METRICS count must be > 0 and <= 2
> HOTKEYS START METRICS 3 CPU NET
(error) ERR METRICS count must be > 0 and <= 2
> HOTKEYS START METRICS many CPU
(error) ERR METRICS count must be > 0 and <= 2
> HOTKEYS START METRICS 2 CPU
(error) ERR METRICS count does not match number of metric types provided
> HOTKEYS START METRICS 1 CPU NET
(error) ERR syntax error
> HOTKEYS START METRICS 1 GPU
(error) ERR METRICS no valid metrics passed. Supported: CPU|NET
> HOTKEYS START METRICS 2 CPU CPU
(error) ERR METRICS CPU defined more than once!
> HOTKEYS START METRICS 2 NET net
(error) ERR METRICS NET defined more than once!
> HOTKEYS START METRICS 1 CPU COUNT 0
(error) ERR COUNT must be between 1 and 64
> HOTKEYS START METRICS 1 CPU COUNT 65
(error) ERR COUNT must be between 1 and 64
> HOTKEYS START METRICS 1 CPU COUNT
(error) ERR syntax error
> HOTKEYS START METRICS 1 CPU COUNT 5 more
(error) ERR syntax error
> HOTKEYS START METRICS 1 CPU DURATION 0
(error) ERR DURATION must be between 1 and 1000000
> HOTKEYS START METRICS 1 CPU DURATION 1000001
(error) ERR DURATION must be between 1 and 1000000
> HOTKEYS START METRICS 1 CPU SAMPLE 0
(error) ERR SAMPLE ratio must be positive
> HOTKEYS START METRICS 1 CPU SAMPLE 2147483648
(error) ERR SAMPLE ratio must be positive
> HOTKEYS START METRICS 1 CPU SLOTS 2 0 5
(error) ERR SLOTS parameter cannot be used in non-cluster mode
> HOTKEYS START METRICS 1 CPU SLOTS
(error) ERR syntax error
> HOTKEYS GET
(nil)

== HOTKEYS counts the bytes of requests and replies by key
@skip-oracle Redis 8.6
@resp2
> HOTKEYS START METRICS 1 NET
OK
> GET one
(nil)
> SET {two}k value
OK
> GET {two}k
"value"
> MGET one {two}k
1) (nil)
2) "value"
> PING
PONG
> SET one
(error) ERR wrong number of arguments for 'set' command
> HOTKEYS STOP
OK
> GET one
(nil)
> HOTKEYS STOP
(nil)
> HOTKEYS GET
1)  1) "tracking-active"
    2) (integer) 0
    3) "sample-ratio"
    4) (integer) 1
    5) "selected-slots"
    6) 1) 1) (integer) 0
          2) (integer) 16383
    7) "all-commands-all-slots-us"
    8) *any*
    9) "net-bytes-all-commands-all-slots"
   10) (integer) 159
   11) "collection-start-time-unix-ms"
   12) *any*
   13) "collection-duration-ms"
   14) *any*
   15) "total-net-bytes"
   16) (integer) 159
   17) "by-net-bytes"
   18) 1) "{two}k"
       2) (integer) 105
       3) "one"
       4) (integer) 54
> HOTKEYS RESET
OK
> HOTKEYS GET
(nil)

== A counting is one at a time, and a new one replaces what was counted
@skip-oracle Redis 8.6
> HOTKEYS START METRICS 2 GPU NET COUNT 1 SAMPLE 1 COUNT 2
OK
> HOTKEYS START METRICS 1 CPU
(error) ERR hotkey tracking session already in progress
> HOTKEYS START
(error) ERR hotkey tracking session already in progress
> HOTKEYS RESET
(error) ERR hotkey tracking session in progress, stop tracking first
> HOTKEYS STOP
OK
> HOTKEYS START METRICS 1 CPU
OK
> HOTKEYS STOP
OK
> HOTKEYS RESET
OK

== HOTKEYS GET while it counts, with both metrics, is a map in an array
@skip-oracle Redis 8.6
@resp3
> HOTKEYS START METRICS 2 NET CPU SAMPLE 7
OK
> HOTKEYS GET
1)  1# "tracking-active" => (integer) 1
    2# "sample-ratio" => (integer) 7
    3# "selected-slots" => 1) 1) (integer) 0
          2) (integer) 16383
    4# "all-commands-all-slots-us" => (integer) 0
    5# "net-bytes-all-commands-all-slots" => (integer) 0
    6# "collection-start-time-unix-ms" => *any*
    7# "collection-duration-ms" => *any*
    8# "total-cpu-time-user-ms" => *any*
    9# "total-cpu-time-sys-ms" => *any*
   10# "total-net-bytes" => (integer) 0
   11# "by-cpu-time-us" => (empty array)
   12# "by-net-bytes" => (empty array)
> HOTKEYS STOP
OK
> HOTKEYS RESET
OK

== A counting with a duration ends by itself
@skip-oracle Redis 8.6
@resp2
> HOTKEYS START METRICS 1 NET DURATION 1
OK
> GET k
(nil)
@at +1500ms
> GET other
(nil)
> HOTKEYS STOP
(nil)
> HOTKEYS GET
1)  1) "tracking-active"
    2) (integer) 0
    3) "sample-ratio"
    4) (integer) 1
    5) *any*
    6) *any*
    7) *any*
    8) *any*
    9) "net-bytes-all-commands-all-slots"
   10) (integer) 25
   11) *any*
   12) *any*
   13) "collection-duration-ms"
   14) (integer) 1000
   15) "total-net-bytes"
   16) (integer) 25
   17) "by-net-bytes"
   18) 1) "k"
       2) (integer) 25
> HOTKEYS RESET
OK

== Queued calls count one by one, a script for the keys that it declares
@skip-oracle Redis 8.6
@resp2
> MULTI
OK
> HOTKEYS START METRICS 1 NET
QUEUED
> SET {t}a 1
QUEUED
> GET {t}a
QUEUED
> EVAL "redis.call('SET', KEYS[1], 2) return redis.call('GET', '{t}a')" 1 {t}b
QUEUED
> EXEC
1) OK
2) OK
3) "1"
4) "1"
> HOTKEYS STOP
OK
> HOTKEYS GET
1)  1) *any*
    2) *any*
    3) *any*
    4) *any*
    5) *any*
    6) *any*
    7) *any*
    8) *any*
    9) "net-bytes-all-commands-all-slots"
   10) (integer) 172
   11) *any*
   12) *any*
   13) *any*
   14) *any*
   15) *any*
   16) *any*
   17) "by-net-bytes"
   18) 1) "{t}b"
       2) (integer) 107
       3) "{t}a"
       4) (integer) 65
> HOTKEYS RESET
OK

== A call that waited counts when it is served
@skip-oracle Redis 8.6
@resp2
@socket two connections
> HOTKEYS START METRICS 1 NET
OK
@conn waiter
@blocks
> BLPOP {t}list 5
@conn main
@at +50ms
> RPUSH {t}list x
(integer) 1
@conn waiter
<
1) "{t}list"
2) "x"
@conn main
> HOTKEYS STOP
OK
> HOTKEYS GET
1)  1) *any*
    2) *any*
    3) *any*
    4) *any*
    5) *any*
    6) *any*
    7) *any*
    8) *any*
    9) "net-bytes-all-commands-all-slots"
   10) (integer) 98
   11) *any*
   12) *any*
   13) *any*
   14) *any*
   15) *any*
   16) *any*
   17) "by-net-bytes"
   18) 1) "{t}list"
       2) (integer) 98
> HOTKEYS RESET
OK

== HOTKEYS is for administrators
@skip-oracle Redis 8.6
> ACL SETUSER watcher on nopass ~* +@all -@admin
OK
@conn watcher
> AUTH watcher x
OK
> HOTKEYS GET
(error) NOPERM this user has no permissions to run the 'hotkeys|get' command
> HOTKEYS START METRICS 1 CPU
(error) NOPERM this user has no permissions to run the 'hotkeys|start' command
@conn main
> ACL SETUSER watcher +@admin -@dangerous
OK
@conn watcher
> HOTKEYS GET
(error) NOPERM this user has no permissions to run the 'hotkeys|get' command
@conn main
> ACL DELUSER watcher
(integer) 1
