== MEMORY USAGE checks its arguments
> SET k v
OK
> MEMORY USAGE nosuch
(nil)
> MEMORY USAGE nosuch SAMPLES 0
(nil)
> MEMORY USAGE k SAMPLES -1
(error) ERR syntax error
> MEMORY USAGE k SAMPLES x
(error) ERR value is not an integer or out of range
> MEMORY USAGE k SAMPLES
(error) ERR syntax error
> MEMORY USAGE k FOO 1
(error) ERR syntax error
> MEMORY USAGE
(error) ERR wrong number of arguments for 'memory|usage' command
> MEMORY NOSUCH
(error) ERR unknown subcommand 'NOSUCH'. Try MEMORY HELP.

== MEMORY PURGE answers OK
> MEMORY PURGE
OK
> MEMORY PURGE x
(error) ERR wrong number of arguments for 'memory|purge' command
> MEMORY DOCTOR x
(error) ERR wrong number of arguments for 'memory|doctor' command
> MEMORY STATS x
(error) ERR wrong number of arguments for 'memory|stats' command
> MEMORY MALLOC-STATS x
(error) ERR wrong number of arguments for 'memory|malloc-stats' command
> MEMORY HELP x
(error) ERR wrong number of arguments for 'memory|help' command

== LOLWUT checks its arguments
> LOLWUT VERSION x
(error) ERR value is not an integer or out of range

== The policies of eviction
@skip-oracle newer: 8.6
> CONFIG SET maxmemory-policy allkeys-lrm
OK
> CONFIG GET maxmemory-policy
1) "maxmemory-policy"
2) "allkeys-lrm"
> SET k v
OK
> OBJECT FREQ k
(error) ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
> CONFIG SET maxmemory-policy volatile-lrm
OK
> CONFIG SET maxmemory-policy allkeys-lfu
OK
> OBJECT IDLETIME k
(error) ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
> CONFIG SET maxmemory-policy noeviction
OK
