== SETBIT and GETBIT
> SETBIT k 1 1
(integer) 0
> GET k
"@"
> SETBIT k 2 1
(integer) 0
> SETBIT k 1 0
(integer) 1
> GET k
" "
> GETBIT k 2
(integer) 1
> GETBIT k 3
(integer) 0
> GETBIT k 100
(integer) 0
> GETBIT absent 0
(integer) 0
> SETBIT k 23 0
(integer) 0
> GET k
" \x00\x00"
> SET n 1
OK
> SETBIT n 6 1
(integer) 0
> GET n
"3"
> SETBIT n 2 0
(integer) 1
> GET n
"\x13"
> SETBIT z 0 0
(integer) 0
> STRLEN z
(integer) 1
> LPUSH l a
(integer) 1
> SETBIT l 0 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> GETBIT l 0
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> SETBIT k 4294967296 1
(error) ERR bit offset is not an integer or out of range
> SETBIT k -1 1
(error) ERR bit offset is not an integer or out of range
> GETBIT k abc
(error) ERR bit offset is not an integer or out of range
> SETBIT k 0 2
(error) ERR bit is not an integer or out of range
> SETBIT k 0 -1
(error) ERR bit is not an integer or out of range
> SETBIT k 0 abc
(error) ERR bit is not an integer or out of range
> SETBIT k 0
(error) ERR wrong number of arguments for 'setbit' command
> GETBIT k
(error) ERR wrong number of arguments for 'getbit' command
> SET t v EX 100
OK
> SETBIT t 7 1
(integer) 0
> TTL t
(integer) 100
