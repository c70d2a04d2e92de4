== HELP takes no arguments
> SCRIPT HELP x
(error) ERR wrong number of arguments for 'script|help' command
> FUNCTION HELP x
(error) ERR wrong number of arguments for 'function|help' command
> ACL HELP x
(error) ERR wrong number of arguments for 'acl|help' command
> CLIENT HELP x
(error) ERR wrong number of arguments for 'client|help' command
> COMMAND HELP x
(error) ERR wrong number of arguments for 'command|help' command
> CONFIG HELP x
(error) ERR wrong number of arguments for 'config|help' command
> MEMORY HELP x
(error) ERR wrong number of arguments for 'memory|help' command
> OBJECT HELP x
(error) ERR wrong number of arguments for 'object|help' command
> PUBSUB HELP x
(error) ERR wrong number of arguments for 'pubsub|help' command
> SLOWLOG HELP x
(error) ERR wrong number of arguments for 'slowlog|help' command
> LATENCY HELP x
(error) ERR wrong number of arguments for 'latency|help' command

== COMMANDLOG HELP takes no arguments
@skip-oracle COMMANDLOG is of Valkey 8.1
> COMMANDLOG HELP x
(error) ERR wrong number of arguments for 'commandlog|help' command
