== The slow log keeps what takes as long as it is told
@socket a server's own clock
> CONFIG SET slowlog-log-slower-than 0
OK
> SLOWLOG RESET
OK
> PING hello
"hello"
> SLOWLOG GET 2
1) 1) *any*
   2) *any*
   3) *any*
   4) 1) "PING"
      2) "hello"
   5) ~"127.0.0.1:#"
   6) ""
2) 1) *any*
   2) *any*
   3) *any*
   4) 1) "SLOWLOG"
      2) "RESET"
   5) ~"127.0.0.1:#"
   6) ""
> SLOWLOG LEN
(integer) 3
> CONFIG SET slowlog-log-slower-than 10000
OK
> SLOWLOG RESET
OK
> SLOWLOG LEN
(integer) 0
> SLOWLOG GET
(empty array)
> SLOWLOG GET -2
(error) ERR count should be greater than or equal to -1
> SLOWLOG GET x
(error) ERR count should be greater than or equal to -1
> SLOWLOG GET 1 2
(error) ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.

== Secrets are not in the slow log, long arguments are cut
@socket a server's own clock
> CONFIG SET slowlog-log-slower-than 0
OK
> SLOWLOG RESET
OK
> CONFIG SET masterauth secret slowlog-max-len 128
OK
> AUTH someone secret
(error) WRONGPASS invalid username-password pair or user is disabled.
> SADD s aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
(integer) 31
> SLOWLOG GET 3
1) 1) *any*
   2) *any*
   3) *any*
   4)  1) "SADD"
       2) "s"
       3) "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... (1 more bytes)"
       4) "1"
       5) "2"
       6) "3"
       7) "4"
       8) "5"
       9) "6"
      10) "7"
      11) "8"
      12) "9"
      13) "10"
      14) "11"
      15) "12"
      16) "13"
      17) "14"
      18) "15"
      19) "16"
      20) "17"
      21) "18"
      22) "19"
      23) "20"
      24) "21"
      25) "22"
      26) "23"
      27) "24"
      28) "25"
      29) "26"
      30) "27"
      31) "28"
      32) "... (2 more arguments)"
   5) *any*
   6) *any*
2) 1) *any*
   2) *any*
   3) *any*
   4) 1) "AUTH"
      2) "(redacted)"
      3) "(redacted)"
   5) *any*
   6) *any*
3) 1) *any*
   2) *any*
   3) *any*
   4) 1) "CONFIG"
      2) "SET"
      3) "masterauth"
      4) "(redacted)"
      5) "slowlog-max-len"
      6) "128"
   5) *any*
   6) *any*
> CONFIG SET slowlog-log-slower-than 10000 masterauth ""
OK

== Logs of large requests and replies
@skip-oracle COMMANDLOG is of Valkey 8.1
> COMMANDLOG RESET large-request
OK
> COMMANDLOG RESET large-reply
OK
> COMMANDLOG RESET slow
OK
> COMMANDLOG LEN large-reply
(integer) 0
> CONFIG SET commandlog-request-larger-than 100 commandlog-reply-larger-than 100
OK
> SET k aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
OK
> GET k
~"a*
> CONFIG SET commandlog-request-larger-than -1 commandlog-reply-larger-than -1
OK
> COMMANDLOG LEN large-reply
(integer) 1
> COMMANDLOG GET -1 large-reply
1) 1) (integer) 0..99
   2) *any*
   3) (integer) 128..150
   4) 1) "GET"
      2) "k"
   5) ~"127.0.0.1:#"
   6) ""
> COMMANDLOG GET 1 large-request
1) 1) *any*
   2) *any*
   3) (integer) 130..180
   4) 1) "SET"
      2) "k"
      3) ~"a*
   5) *any*
   6) *any*
> COMMANDLOG GET 1 other
(error) ERR type should be one of the following: slow, large-request, large-reply
> COMMANDLOG GET x slow
(error) ERR count should be greater than or equal to -1
> COMMANDLOG LEN other
(error) ERR type should be one of the following: slow, large-request, large-reply
> COMMANDLOG GET 1
(error) ERR wrong number of arguments for 'commandlog|get' command
> CONFIG SET commandlog-request-larger-than 1048576 commandlog-reply-larger-than 1048576
OK

== Latency events
@socket a server's own clock
> LATENCY RESET
*any*
> LATENCY LATEST
(empty array)
> CONFIG SET latency-monitor-threshold 5
OK
> DEBUG SLEEP 0.02
OK
> LATENCY LATEST
1) 1) "command"
   2) *any*
   3) (integer) 20..1000
   4) (integer) 20..1000
> LATENCY HISTORY command
1) 1) *any*
   2) (integer) 20..1000
> LATENCY HISTORY nothing
(empty array)
> LATENCY GRAPH command
~*command - high # ms, low # ms (all time high # ms)*
> LATENCY GRAPH nothing
(error) ERR No samples available for event 'nothing'
> LATENCY DOCTOR
~*1. command: 1 latency spikes (average #ms, mean deviation 0ms, period 1.00 sec). Worst all time event #ms.*
> LATENCY RESET nothing
(integer) 0
> LATENCY RESET nothing COMMAND
(integer) 1
> LATENCY LATEST
(empty array)
> CONFIG SET latency-monitor-threshold 0
OK

== Latency of commands
@socket counters of a whole server
@resp2
> CONFIG RESETSTAT
OK
> SET k v
OK
> GET k
"v"
> GET k
"v"
> LATENCY HISTOGRAM get nosuch
1) "get"
2) 1) "calls"
   2) (integer) 2
   3) "histogram_usec"
   4) *any*
> LATENCY HISTOGRAM nosuch
(empty array)
> CONFIG SET latency-tracking-info-percentiles "0 50 100"
OK
> INFO latencystats
~*latency_percentiles_usec_get:p0=*,p50=*,p100=*
> CONFIG SET latency-tracking-info-percentiles "50 99 99.9"
OK
> INFO commandstats
~*cmdstat_get:calls=2,usec=*,usec_per_call=*,rejected_calls=0,failed_calls=0*

== MONITOR shows what others call
@socket two connections
@conn main
> PING
PONG
@conn eye
> MONITOR
OK
@conn main
> SET k "a b\n"
OK
> PING
PONG
> CONFIG GET maxmemory
*any*
> AUTH someone secret
(error) WRONGPASS invalid username-password pair or user is disabled.
> MULTI
OK
> GET k
QUEUED
> EXEC
1) "a b\n"
@conn eye
<
~#.# [0 127.0.0.1:#] "SET" "k" "a b\\n"
<
~#.# [0 127.0.0.1:#] "PING"
<
~#.# [0 127.0.0.1:#] "AUTH" "(redacted)" "(redacted)"
<
~#.# [0 127.0.0.1:#] "MULTI"
<
~#.# [0 127.0.0.1:#] "GET" "k"
<
~#.# [0 127.0.0.1:#] "EXEC"
> GET k
(error) ERR Replica can't interact with the keyspace
> RESET
RESET
@conn main
> PING again
"again"
@conn eye
> GET k
"a b\n"
