== What MIGRATE refuses before it looks for a server
> MIGRATE
(error) ERR wrong number of arguments for 'migrate' command
> MIGRATE 127.0.0.1 1 k 0
(error) ERR wrong number of arguments for 'migrate' command
> MIGRATE 127.0.0.1 1 k x 10
(error) ERR value is not an integer or out of range
> MIGRATE 127.0.0.1 1 k 0 x
(error) ERR value is not an integer or out of range
> MIGRATE 127.0.0.1 1 k 0 10 FOO
(error) ERR syntax error
> MIGRATE 127.0.0.1 1 k 0 10 AUTH
(error) ERR syntax error
> MIGRATE 127.0.0.1 1 k 0 10 AUTH2 user
(error) ERR syntax error
> MIGRATE 127.0.0.1 1 k 0 10 KEYS a
(error) ERR When using MIGRATE KEYS option, the key argument must be set to the empty string
> MIGRATE 127.0.0.1 1 k x y FOO
(error) ERR syntax error
> MIGRATE 127.0.0.1 1 k 0 10
NOKEY
> MIGRATE 127.0.0.1 1 "" 0 10 KEYS a b
NOKEY
> MIGRATE 127.0.0.1 1 "" 0 10 KEYS
NOKEY
> MIGRATE 127.0.0.1 1 "" 0 10 COPY REPLACE AUTH secret KEYS a
NOKEY

== MIGRATE keeps a key that nobody takes
> SET k v
OK
> MIGRATE 127.0.0.1 1 k 0 100
(error) IOERR error or timeout writing to target instance
> GET k
"v"
> COMMAND GETKEYS MIGRATE 127.0.0.1 1 "" 0 10 KEYS a b
1) "a"
2) "b"
> COMMAND GETKEYS MIGRATE 127.0.0.1 1 k 0 10
1) "k"
