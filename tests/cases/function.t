== FUNCTION LOAD, FCALL, FUNCTION DELETE
> FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function(keys, args) return {keys[1], args[1], #keys, #args} end)"
"lib"
> FCALL f 1 k a
1) "k"
2) "a"
3) (integer) 1
4) (integer) 1
> FCALL f 0
(empty array)
> FCALL nosuch 0
(error) ERR Function not found
> FCALL f x
(error) ERR Bad number of keys provided
> FCALL f 2 a
(error) ERR Number of keys can't be greater than number of args
> FCALL f -1
(error) ERR Number of keys can't be negative
> FCALL_RO f 0
(error) ERR Can not execute a script with write flag using *_ro command.
> FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function() return 2 end)"
(error) ERR Library 'lib' already exists
> FUNCTION LOAD REPLACE "#!lua name=lib\nredis.register_function('f', function() return 2 end)"
"lib"
> FCALL f 0
(integer) 2
> FUNCTION LOAD "#!lua name=other\nredis.register_function('f', function() return 3 end)"
(error) ERR Function f already exists
> FUNCTION DELETE lib
OK
> FUNCTION DELETE lib
(error) ERR Library not found
> FCALL f 0
(error) ERR Function not found

== What is refused at loading
> FUNCTION LOAD "return 1"
(error) ERR Missing library metadata
> FUNCTION LOAD "#!lua"
(error) ERR Invalid library metadata
> FUNCTION LOAD "#!lua\nreturn 1"
(error) ERR Library name was not given
> FUNCTION LOAD "#!lua name=a-b\nreturn 1"
(error) ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long
> FUNCTION LOAD "#!lua name=\nreturn 1"
(error) ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long
> FUNCTION LOAD "#!lua name=a name=b\nreturn 1"
(error) ERR Invalid metadata value, name argument was given multiple times
> FUNCTION LOAD "#!lua foo=a\nreturn 1"
(error) ERR Invalid metadata value given: foo=a
> FUNCTION LOAD "#!js name=a\nreturn 1"
(error) ERR Engine 'js' not found
> FUNCTION LOAD "#!lua name=a\nreturn 1"
(error) ERR No functions registered
> FUNCTION LOAD bad "#!lua name=a\nreturn 1"
(error) ERR Unknown option given: bad
> FUNCTION LOAD "#!lua name=a\nredis.register_function('f')"
(error) ERR Error registering functions: ERR calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).
> FUNCTION LOAD "#!lua name=a\nredis.register_function('f', 1)"
(error) ERR Error registering functions: ERR second argument to redis.register_function must be a function
> FUNCTION LOAD "#!lua name=a\nredis.register_function()"
(error) ERR Error registering functions: ERR wrong number of arguments to redis.register_function
> FUNCTION LOAD "#!lua name=a\nredis.register_function('f-g', function() end)"
(error) ERR Error registering functions: ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long
> FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() end)\nredis.register_function('f', function() end)"
(error) ERR Error registering functions: ERR Function already exists in the library
> FUNCTION LOAD "#!lua name=a\nredis.register_function{function_name='f', callback=1}"
(error) ERR Error registering functions: ERR callback argument given to redis.register_function must be a function
> FUNCTION LOAD "#!lua name=a\nredis.register_function{function_name='f'}"
(error) ERR Error registering functions: ERR redis.register_function must get a callback argument
> FUNCTION LOAD "#!lua name=a\nredis.register_function{callback=function() end}"
(error) ERR Error registering functions: ERR redis.register_function must get a function name argument
> FUNCTION LOAD "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'bad'}}"
(error) ERR Error registering functions: ERR unknown flag given
> FUNCTION LOAD "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, foo=1}"
(error) ERR Error registering functions: ERR unknown argument given to redis.register_function

== Flags of functions
> FUNCTION LOAD "#!lua name=lib\nredis.register_function{function_name='r', callback=function(k) return redis.call('get',k[1]) end, flags={'no-writes'}}\nredis.register_function{function_name='w', callback=function(k) return redis.call('set',k[1],1) end}\nredis.register_function{function_name='x', callback=function(k) return redis.call('set',k[1],1) end, flags={'no-writes'}}"
"lib"
> FCALL r 1 k
(nil)
> FCALL w 1 k
OK
> FCALL x 1 k
(error) ERR Write commands are not allowed from read-only scripts. script: x, on @user_function:4.
> FCALL_RO r 1 k
"1"
> FCALL_RO w 1 k
(error) ERR Can not execute a script with write flag using *_ro command.
> FCALL_RO x 1 k
(error) ERR Write commands are not allowed from read-only scripts. script: x, on @user_function:4.

== FUNCTION LIST and STATS
> FUNCTION LIST
(empty array)
> FUNCTION LOAD "#!lua name=lib\nredis.register_function{function_name='f', callback=function() end, description='what it does', flags={'no-writes','allow-oom'}}"
"lib"
> FUNCTION LIST
1) 1) "library_name"
   2) "lib"
   3) "engine"
   4) "LUA"
   5) "functions"
   6) 1) 1) "name"
         2) "f"
         3) "description"
         4) "what it does"
         5) "flags"
         6) 1) no-writes
            2) allow-oom
> FUNCTION LIST WITHCODE
1) 1) "library_name"
   2) "lib"
   3) "engine"
   4) "LUA"
   5) "functions"
   6) 1) 1) "name"
         2) "f"
         3) "description"
         4) "what it does"
         5) "flags"
         6) 1) no-writes
            2) allow-oom
   7) "library_code"
   8) "#!lua name=lib\nredis.register_function{function_name='f', callback=function() end, description='what it does', flags={'no-writes','allow-oom'}}"
> FUNCTION LIST LIBRARYNAME l*
1) 1) "library_name"
   2) "lib"
   3) "engine"
   4) "LUA"
   5) "functions"
   6) 1) 1) "name"
         2) "f"
         3) "description"
         4) "what it does"
         5) "flags"
         6) 1) no-writes
            2) allow-oom
> FUNCTION LIST LIBRARYNAME L*
1) 1) "library_name"
   2) "lib"
   3) "engine"
   4) "LUA"
   5) "functions"
   6) 1) 1) "name"
         2) "f"
         3) "description"
         4) "what it does"
         5) "flags"
         6) 1) no-writes
            2) allow-oom
> FUNCTION LIST LIBRARYNAME x*
(empty array)
> FUNCTION LIST LIBRARYNAME
(error) ERR library name argument was not given
> FUNCTION LIST BAD
(error) ERR Unknown argument BAD
> FUNCTION STATS
1) "running_script"
2) (nil)
3) "engines"
4) 1) "LUA"
   2) 1) "libraries_count"
      2) (integer) 1
      3) "functions_count"
      4) (integer) 1
> FUNCTION FLUSH bad
(error) ERR FUNCTION FLUSH only supports SYNC|ASYNC option
> FUNCTION FLUSH SYNC
OK
> FUNCTION LIST
(empty array)
> FUNCTION KILL
(error) NOTBUSY No scripts in execution right now.

== FUNCTION DUMP and RESTORE
> FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function() return 7 end)"
"lib"
> FUNCTION DUMP
"\xf5@D#!lua name=lib\nredis.register_function('f', function() return 7 end)\n\x007u)vq\xc9B3"
> FUNCTION RESTORE x BAD
(error) ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.
> FUNCTION FLUSH
OK
> FUNCTION RESTORE "\xf5@D#!lua name=lib\nredis.register_function('f', function() return 7 end)\n\x007u)vq\xc9B3"
OK
> FCALL f 0
(integer) 7
> FUNCTION RESTORE "\xf5@D#!lua name=lib\nredis.register_function('f', function() return 7 end)\n\x007u)vq\xc9B3"
(error) ERR Library lib already exists
> FUNCTION RESTORE "\xf5@D#!lua name=lib\nredis.register_function('f', function() return 7 end)\n\x007u)vq\xc9B3" REPLACE
OK
> FUNCTION RESTORE "\xf5@D#!lua name=lib\nredis.register_function('f', function() return 7 end)\n\x007u)vq\xc9B3" FLUSH
OK
> FUNCTION RESTORE "\xf5@D#!lua name=lib\nredis.register_function('f', function() return 7 end)\n\x007u)vq\xc9B4" APPEND
(error) ERR DUMP payload version or checksum are wrong

== Errors name the function
> FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function(keys)\n return redis.call('nosuch')\nend)\nredis.register_function('g', function() error('boom') end)\nredis.register_function('h', function() x = 1 end)"
"lib"
> FCALL f 0
(error) ERR Unknown Redis command called from script script: f, on @user_function:3.
> FCALL g 0
(error) ERR user_function:5: boom script: g, on @user_function:5.
> FCALL h 0
(error) ERR user_function:6: Attempt to modify a readonly table script: h, on @user_function:6.
