== EVAL returns what the script returns
> EVAL "return 1" 0
(integer) 1
> EVAL "return 'text'" 0
"text"
> EVAL "return 3.99" 0
(integer) 3
> EVAL "return -3.99" 0
(integer) -3
> EVAL "return true" 0
(integer) 1
> EVAL "return false" 0
(nil)
> EVAL "return nil" 0
(nil)
> EVAL "return" 0
(nil)
> EVAL "return {1,2,{3,'a'},false,true,nil,5}" 0
1) (integer) 1
2) (integer) 2
3) 1) (integer) 3
   2) "a"
4) (nil)
5) (integer) 1
> EVAL "return {}" 0
(empty array)
> EVAL "return {ok='fine'}" 0
fine
> EVAL "return {err='My error'}" 0
(error) My error
> EVAL "return {err='ERR in code'}" 0
(error) ERR in code
> EVAL "return {double=3.5}" 0
"3.5"
> EVAL "return {big_number='123456789012345678901'}" 0
"123456789012345678901"
> EVAL "return {map={a=1}}" 0
1) "a"
2) (integer) 1
> EVAL "return {set={a=true}}" 0
1) "a"
> EVAL "return {verbatim_string={format='txt',string='hi'}}" 0
"hi"
> EVAL "return {1,{err='inside'},{ok='too'}}" 0
1) (integer) 1
2) (error) inside
3) too
> EVAL "return print" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'print' script: df4c752a7558004676bbee87e38b92e0b9056d68, on @user_script:1.
> EVAL "return 1e300" 0
(integer) -9223372036854775808

== Keys and arguments
> EVAL "return {KEYS[1],KEYS[2],ARGV[1],ARGV[2]}" 2 a b c d
1) "a"
2) "b"
3) "c"
4) "d"
> EVAL "return {#KEYS,#ARGV}" 2 a b c d
1) (integer) 2
2) (integer) 2
> EVAL "return {#KEYS,#ARGV}" 0 c d
1) (integer) 0
2) (integer) 2
> EVAL "return {#KEYS,#ARGV}" 3 a b c
1) (integer) 3
2) (integer) 0
> EVAL "return KEYS" 2 a b c
1) "a"
2) "b"
> EVAL "return ARGV" 1 a b c
1) "b"
2) "c"
> EVAL "return 1" x
(error) ERR value is not an integer or out of range
> EVAL "return 1" 1
(error) ERR Number of keys can't be greater than number of args
> EVAL "return 1" -1
(error) ERR Number of keys can't be negative
> EVAL "return 1"
(error) ERR wrong number of arguments for 'eval' command

== redis.call runs commands
> EVAL "return redis.call('set',KEYS[1],ARGV[1])" 1 k v
OK
> EVAL "return redis.call('get',KEYS[1])" 1 k
"v"
> EVAL "return redis.call('get',KEYS[1])" 1 absent
(nil)
> EVAL "return redis.call('incr',KEYS[1])" 1 n
(integer) 1
> EVAL "return redis.call('rpush',KEYS[1],1,2.5,'x',1e15,0.1)" 1 l
(integer) 5
> EVAL "return redis.call('lrange',KEYS[1],0,-1)" 1 l
1) "1"
2) "2.5"
3) "x"
4) "1000000000000000"
5) "0.10000000000000001"
> EVAL "return redis.call('hset',KEYS[1],'f','v')" 1 h
(integer) 1
> EVAL "return redis.call('hgetall',KEYS[1])" 1 h
1) "f"
2) "v"
> EVAL "return type(redis.call('get',KEYS[1]))" 1 absent
"boolean"
> EVAL "return redis.call('set',KEYS[1],'v')['ok']" 1 k
"OK"
> EVAL "return redis.call('ping')" 0
PONG
> EVAL "return redis.call('echo','x')" 0
"x"
> EVAL "return redis.call('exists',KEYS[1],KEYS[2],KEYS[3])" 3 k n absent
(integer) 2

== Keys that are not declared work too
> SET hidden 5
OK
> EVAL "return redis.call('get','hidden')" 0
"5"
> EVAL "redis.call('set','other',1) return redis.call('incr','hidden')" 0
(integer) 6
> EVAL "return redis.call('dbsize')" 0
(integer) 2
> EVAL "for i=1,100 do redis.call('set','k'..i,i) end return redis.call('dbsize')" 1 k1
(integer) 102
> EVAL "redis.call('flushall') return redis.call('dbsize')" 0
(integer) 0

== Errors of commands
> SET s text
OK
> EVAL "return redis.call('incr',KEYS[1])" 1 s
(error) ERR value is not an integer or out of range script: 6f5ade10a69975e903c6d07b10ea44c6382381a5, on @user_script:1.
> EVAL "return redis.pcall('incr',KEYS[1])" 1 s
(error) ERR value is not an integer or out of range
> EVAL "return redis.pcall('incr',KEYS[1])['err']" 1 s
"ERR value is not an integer or out of range"
> EVAL "redis.pcall('incr',KEYS[1]) return 'went on'" 1 s
"went on"
> EVAL "return {pcall(redis.call,'incr',KEYS[1])}" 1 s
1) (nil)
2) "ERR value is not an integer or out of range"
> EVAL "local ok,e=pcall(redis.call,'incr',KEYS[1]) return e" 1 s
"ERR value is not an integer or out of range"
> EVAL "redis.call('nosuch')" 0
(error) ERR Unknown Redis command called from script script: 430a4c08007a56d804d36fb3892501d47c06f338, on @user_script:1.
> EVAL "redis.call('get')" 0
(error) ERR Wrong number of args calling Redis command from script script: b43ccfd3bfa95deb6c05db45c4a6ff1e793c5791, on @user_script:1.
> EVAL "redis.call('config','nosuch')" 0
(error) ERR Unknown Redis command called from script script: 4d775d685249f903f32b543ff1a5d968c4c35cce, on @user_script:1.
> EVAL "redis.call()" 0
(error) ERR Please specify at least one argument for this redis lib call script: 23251039f40992dadef496cbfe3f3d23a6d314ce, on @user_script:1.
> EVAL "redis.call({})" 0
(error) ERR Lua redis lib command arguments must be strings or integers script: 2c79b56ef55f7dc96da28dddb6ba551017fb1480, on @user_script:1.
> EVAL "redis.call('set','a',nil)" 0
(error) ERR Lua redis lib command arguments must be strings or integers script: 9bfb2e1b9cce321825c2e5571e7fc72688aeacdd, on @user_script:1.
> EVAL "redis.call('multi')" 0
(error) ERR This Redis command is not allowed from script script: def2e0239549b300d870f6dea60827c0d5ec1b62, on @user_script:1.
> EVAL "redis.call('eval','return 1',0)" 0
(error) ERR This Redis command is not allowed from script script: 4e742736dbbfce02673a8a745135968687d21e52, on @user_script:1.
> EVAL "redis.call('subscribe','x')" 0
(error) ERR This Redis command is not allowed from script script: 2caa1d36c35bcd0d3bad4417c6c9f35e82cbdd0c, on @user_script:1.
> EVAL "\n\nredis.call('nosuch')" 0
(error) ERR Unknown Redis command called from script script: ca71006aaadecdd17cf06438ab5bd7599cc32db2, on @user_script:3.
> EVAL "local function f()\n redis.call('nosuch')\nend\nf()" 0
(error) ERR Unknown Redis command called from script script: 78a1b0e8daed5830915b480a44582622f7bbfc15, on @user_script:2.

== Errors of scripts
> EVAL "error('boom')" 0
(error) ERR user_script:1: boom script: 82903a0434f1503e152f89c03c9acd881a0e8150, on @user_script:1.
> EVAL "error({err='My error'})" 0
(error) My error script: a0a021ff2abc8e519ccab2ba96409118f985d200, on @user_script:1.
> EVAL "error('boom', 0)" 0
(error) ERR boom script: 90724e16396e5864c1184910ba6d7440461cee4f, on @user_script:1.
> EVAL "x = 10" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: df1ad3745c2d2f078f0f41377a92bb6f8ac79af0, on @user_script:1.
> EVAL "return x" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'x' script: 03c387736bb5cc009ff35151572cee04677aa374, on @user_script:1.
> EVAL "return redis.nosuch" 0
(nil)
> EVAL "redis.call = 1" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: 69f883616b1814e2dc95cf801f324e38c5cc5ed2, on @user_script:1.
> EVAL "setmetatable(_G, {})" 0
(error) ERR Attempt to modify a readonly table script: 0bf0a51fbb051c942113de0105d3f8e18cdcddb5, on @user_script:1.
> EVAL "string.len = 1" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: e40c44eb0c17d918173deebd7ee29410ecfb9c5c, on @user_script:1.
> EVAL "getmetatable('').__index = 1" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: b6891165ebdc534f0f374ecfee85c5d46f13aac3, on @user_script:1.
> EVAL "return redis.error_reply('My Err')" 0
(error) My Err
> EVAL "return redis.error_reply('word')" 0
(error) ERR word
> EVAL "return redis.error_reply('-CODE text')" 0
(error) CODE text
> EVAL "return redis.error_reply('a\\r\\nb c')" 0
(error) a  b c
> EVAL "return redis.error_reply(1)" 0
(error) ERR wrong number or type of arguments
> EVAL "return redis.status_reply('a\\r\\nb')" 0
a  b
> EVAL "return redis.status_reply()" 0
(error) ERR wrong number or type of arguments
> EVAL "return {pcall(error, 'x')}" 0
1) (nil)
2) "x"
> EVAL "return {pcall(error, {err='text'})}" 0
1) (nil)
2) "text"
> EVAL "return {xpcall(function() error('x', 0) end, function(e) return e .. '!' end)}" 0
1) (nil)
2) "x!"

== A reply cannot be forged
> EVAL "return redis.error_reply('x y\\r\\n:1')" 0
(error) x y  :1
> EVAL "return {err='x\\r\\n+OK'}" 0
(error) x  +OK
> EVAL "return {ok='x\\r\\n+OK'}" 0
x  +OK
> EVAL "return redis.status_reply('x\\r\\n+OK')" 0
x  +OK
> EVAL "return {{err='x\\r\\n+OK'}, {ok='\\n-x'}}" 0
1) (error) x  +OK
2)  -x
> EVAL "error('x\\r\\n+OK')" 0
(error) ERR user_script:1: x  +OK script: cee7cdc4a9b141cf930a0e5992526868b762ae66, on @user_script:1.
> EVAL "return {big_number='1\\r\\n+OK'}" 0
"1  +OK"
> EVAL "redis.call('no\\r\\nsuch')" 0
(error) ERR Unknown Redis command called from script script: a555b3bb7056181cb210d90bc33eabdb95bf7dc1, on @user_script:1.
> PING
PONG

== A script sees a set in a repeatable order
> SADD s b a c aa
(integer) 4
> EVAL "return redis.call('SORT', KEYS[1], 'BY', '_')" 1 s
1) "a"
2) "aa"
3) "b"
4) "c"
> EVAL_RO "return redis.call('SORT_RO', KEYS[1], 'BY', '_', 'LIMIT', 1, 2)" 1 s
1) "aa"
2) "b"

== EVALSHA and the cache
> EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0
(error) NOSCRIPT No matching script. Please use EVAL.
> EVAL "return 1" 0
(integer) 1
> EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0
(integer) 1
> EVALSHA E0E1F9FABFC9D4800C877A703B823AC0578FF8DB 0
(integer) 1
> EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8d 0
(error) NOSCRIPT No matching script. Please use EVAL.
> EVALSHA zze1f9fabfc9d4800c877a703b823ac0578ff8db 0
(error) NOSCRIPT No matching script. Please use EVAL.
> SCRIPT LOAD "return 2"
"7f923f79fe76194c868d7e1d0820de36700eb649"
> SCRIPT LOAD "return 2"
"7f923f79fe76194c868d7e1d0820de36700eb649"
> EVALSHA 7f923f79fe76194c868d7e1d0820de36700eb649 0
(integer) 2
> EVALSHA_RO 7f923f79fe76194c868d7e1d0820de36700eb649 0
(integer) 2
> SCRIPT EXISTS 7f923f79fe76194c868d7e1d0820de36700eb649 e0e1f9fabfc9d4800c877a703b823ac0578ff8db x
1) (integer) 1
2) (integer) 1
3) (integer) 0
> SCRIPT FLUSH bad
(error) ERR SCRIPT FLUSH only support SYNC|ASYNC option
> SCRIPT FLUSH ASYNC
OK
> SCRIPT EXISTS 7f923f79fe76194c868d7e1d0820de36700eb649
1) (integer) 0
> EVALSHA 7f923f79fe76194c868d7e1d0820de36700eb649 0
(error) NOSCRIPT No matching script. Please use EVAL.
> SCRIPT KILL
(error) NOTBUSY No scripts in execution right now.
> SCRIPT DEBUG NO
OK
> SCRIPT DEBUG maybe
(error) ERR Use SCRIPT DEBUG YES/SYNC/NO

== Scripts that only read
> EVAL_RO "return redis.call('get',KEYS[1])" 1 k
(nil)
> EVAL_RO "return redis.call('set',KEYS[1],1)" 1 k
(error) ERR Write commands are not allowed from read-only scripts. script: beef354d82996a708aa0deac229a63225ff0dd9c, on @user_script:1.
> EVAL_RO "return redis.pcall('set',KEYS[1],1)" 1 k
(error) ERR Write commands are not allowed from read-only scripts.
> EVAL_RO "return redis.call('publish','c','m')" 0
(error) ERR Write commands are not allowed from read-only scripts. script: 3a955b6d325623c001913b7b9046420fd9d06fc8, on @user_script:1.
> EXISTS k
(integer) 0

== The first line of a script
> EVAL "#!lua\nreturn 1" 0
(integer) 1
> EVAL "#!lua flags=no-writes\nreturn redis.call('set',KEYS[1],1)" 1 k
(error) ERR Write commands are not allowed from read-only scripts. script: 09df4a3e444c0e50177ffdb0bcf1de90d8be8418, on @user_script:2.
> EVAL "#!lua flags=no-writes,allow-stale\nreturn redis.call('get',KEYS[1])" 1 k
(nil)
> EVAL_RO "#!lua\nreturn 1" 0
(error) ERR Can not execute a script with write flag using *_ro command.
> EVAL_RO "#!lua flags=no-writes\nreturn 1" 0
(integer) 1
> EVAL "#!lua flags=bad\nreturn 1" 0
(error) ERR Unexpected flag in script shebang: bad
> EVAL "#!lua name=x\nreturn 1" 0
(error) ERR Unknown lua shebang option: name=x
> EVAL "#!python\nreturn 1" 0
(error) ERR Unexpected engine in script shebang: #!python
> EVAL "#!lua" 0
(error) ERR Invalid script shebang
> EVAL "#!lua\n\nerror('third')" 0
(error) ERR user_script:3: third script: 63888da7bd3ef3605301add4a88723b6082f9791, on @user_script:3.

== Inside of a transaction
> MULTI
OK
> EVAL "return redis.call('incr',KEYS[1])" 1 n
QUEUED
> EVAL "return redis.call('incr','undeclared')" 0
QUEUED
> EVAL "return redis.call('nosuch')" 0
QUEUED
> EXEC
1) (integer) 1
2) (integer) 1
3) (error) ERR Unknown Redis command called from script script: 206396248e12c6e742fd7296250433c8d7343b74, on @user_script:1.
> GET undeclared
"1"

== The database of a script is its own
> EVAL "redis.call('select',9) redis.call('set','z',1) return redis.call('dbsize')" 0
(integer) 1
> GET z
(nil)
> SELECT 9
OK
> GET z
"1"

== Numbers as text
> EVAL "return tostring(1e15)" 0
"1e+15"
> EVAL "return tostring(0.1+0.2)" 0
"0.3"
> EVAL "return tostring(10/3)" 0
"3.3333333333333"
> EVAL "return tostring(1e100)" 0
"1e+100"
> EVAL "return tostring(123456789012345)" 0
"1.2345678901234e+14"
> EVAL "return tostring(12345678901234)" 0
"12345678901234"
> EVAL "return tostring(-0.5) .. tostring(2^53)" 0
"-0.59.007199254741e+15"
> EVAL "return string.format('%s %d %5.2f %q', 0.1+0.2, 3.9, 2.345, 'a')" 0
"0.3 3  2.35 \"a\""
> EVAL "return table.concat({1,0.1+0.2,'x'}, ',')" 0
"1,0.3,x"
> EVAL "return table.concat({1,2,3})" 0
"123"
> EVAL "return 5 .. ''" 0
"5"
> EVAL "return tonumber('0x10') + tonumber('1e1')" 0
(integer) 26

== Lua 5.1's library
> EVAL "return {unpack({1,2,3})}" 0
1) (integer) 1
2) (integer) 2
3) (integer) 3
> EVAL "return {unpack({1,2,3}, 2)}" 0
1) (integer) 2
2) (integer) 3
> EVAL "return table.getn({1,2,3})" 0
(integer) 3
> EVAL "return table.maxn({1,2,[9]=1})" 0
(integer) 9
> EVAL "return math.mod(7,3)" 0
(integer) 1
> EVAL "return loadstring('return 1+1')()" 0
(integer) 2
> EVAL "local f,e = loadstring('x x') return type(e)" 0
"string"
> EVAL "return type(loadstring('\x1bLua'))" 0
"nil"
> EVAL "local t={} table.foreach({5}, function(k,v) t[1]=k t[2]=v end) return t" 0
1) (integer) 1
2) (integer) 5
> EVAL "local t={} for w in string.gfind('a b','%a') do t[#t+1]=w end return t" 0
1) "a"
2) "b"
> EVAL "return _VERSION" 0
"Lua 5.1"
> EVAL "return type(_G)" 0
"table"
> EVAL "return io" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'io' script: badfe324d30f60abd2dbecf4d4b0f915038384e2, on @user_script:1.
> EVAL "return dofile" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'dofile' script: 0c5f629ecf4a281cada464398cd571c2f6828b27, on @user_script:1.
> EVAL "return require" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'require' script: 68c9d8918a98cebaec1948aff703e96c57af9fdd, on @user_script:1.
> EVAL "return package" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'package' script: bfab18646c3a65e87365badef4807726c27a0041, on @user_script:1.
> EVAL "return debug" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'debug' script: 7f0eed9eaa523ec9e1ff69159f45a399473d9771, on @user_script:1.
> EVAL "return {select('#', 1, 2), select(2, 'a', 'b')}" 0
1) (integer) 2
2) "b"
> EVAL "local co = coroutine.wrap(function() coroutine.yield(1) end) return co()" 0
(integer) 1
> EVAL "math.randomseed(10) return {math.random(1000), math.random(1000), math.random(5,6)}" 0
1) (integer) 879
2) (integer) 796
3) (integer) 5
> EVAL "math.randomseed(ARGV[1]) return {math.random(ARGV[2]), math.random('1e3'), math.random('5',6)}" 0 10 1000
1) (integer) 879
2) (integer) 796
3) (integer) 5
> EVAL "local t = {3,1,2} table.sort(t) return t" 0
1) (integer) 1
2) (integer) 2
3) (integer) 3
> EVAL "return ('abc'):upper():rep(2)" 0
"ABCABC"
> EVAL "return string.find('hello world', 'o w')" 0
(integer) 5
> EVAL "return {string.gsub('hello', 'l', 'L')}" 0
1) "heLLo"
2) (integer) 2

== redis.*
> EVAL "return redis.sha1hex('')" 0
"da39a3ee5e6b4b0d3255bfef95601890afd80709"
> EVAL "return redis.sha1hex(123)" 0
"40bd001563085fc35165329ea1ff5c5ecbdbbeef"
> EVAL "return redis.sha1hex()" 0
(error) ERR wrong number of arguments script: 3c7ce947ae74a835cc575b6ee87fb27503cb7ba4, on @user_script:1.
> EVAL "return redis.log(redis.LOG_DEBUG, 'x')" 0
(nil)
> EVAL "return redis.log('x')" 0
(error) ERR redis.log() requires two arguments or more. script: 1fcd6a303159eb531344e55c3a1258a5faf371df, on @user_script:1.
> EVAL "return redis.log('a', 'x')" 0
(error) ERR First argument must be a number (log level). script: 6e3a00a16f7fdeb91375a702194617cbeea8bc10, on @user_script:1.
> EVAL "return redis.log(10, 'x')" 0
(error) ERR Invalid debug level. script: c528c28f2cb34d2864917019605002a5cc147790, on @user_script:1.
> EVAL "return {redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING}" 0
1) (integer) 0
2) (integer) 1
3) (integer) 2
4) (integer) 3
> EVAL "return {redis.REPL_NONE, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_ALL}" 0
1) (integer) 0
2) (integer) 1
3) (integer) 2
4) (integer) 2
5) (integer) 3
> EVAL "return redis.replicate_commands()" 0
(integer) 1
> EVAL "return redis.breakpoint()" 0
(nil)
> EVAL "return redis.set_repl(redis.REPL_ALL)" 0
(nil)
> EVAL "return redis.set_repl(17)" 0
(error) ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE. script: 4242b9e834b4f93459c5a1cd015bc1a255069cc6, on @user_script:1.
> EVAL "return redis.set_repl()" 0
(error) ERR redis.set_repl() requires two arguments. script: 9504533b41060c143a92eb2f8878e77d33b6dc33, on @user_script:1.
> EVAL "return redis.setresp(4)" 0
(error) ERR RESP version must be 2 or 3. script: 921c0a48021d97dfd5884aeea41875972c7804d9, on @user_script:1.
> EVAL "return redis.acl_check_cmd('get', 'x')" 0
(integer) 1
> EVAL "return redis.acl_check_cmd('nosuch')" 0
(error) ERR Invalid command passed to redis.acl_check_cmd() script: d2491587bab5149c93be0dce4426f7a06ba9e1a1, on @user_script:1.

== RESP3 inside of a script
> HSET h f v
(integer) 1
> SADD s m
(integer) 1
> ZADD z 1.5 m
(integer) 1
> EVAL "redis.setresp(3) return redis.call('hgetall',KEYS[1])['map']['f']" 1 h
"v"
> EVAL "redis.setresp(3) return redis.call('smembers',KEYS[1])['set']['m']" 1 s
(integer) 1
> EVAL "redis.setresp(3) return tostring(redis.call('zscore',KEYS[1],'m')['double'])" 1 z
"1.5"
> EVAL "redis.setresp(3) return type(redis.call('get',KEYS[1]))" 1 absent
"nil"
> EVAL "redis.setresp(3) return redis.call('hgetall',KEYS[1])" 1 h
1) "f"
2) "v"
> EVAL "redis.setresp(3) return redis.call('smembers',KEYS[1])" 1 s
1) "m"

== bit
> EVAL "return {bit.band(0xff,0x0f), bit.bor(1,2,4), bit.bxor(5,1), bit.bnot(0)}" 0
1) (integer) 15
2) (integer) 7
3) (integer) 4
4) (integer) -1
> EVAL "return {bit.lshift(1,4), bit.rshift(-1,28), bit.arshift(-256,8), bit.rol(1,31), bit.ror(1,1)}" 0
1) (integer) 16
2) (integer) 15
3) (integer) -1
4) (integer) -2147483648
5) (integer) -2147483648
> EVAL "return {bit.tobit(0xffffffff), bit.bswap(0x12345678), bit.tobit(4294967296+5)}" 0
1) (integer) -1
2) (integer) 2018915346
3) (integer) 5
> EVAL "return {bit.tohex(255), bit.tohex(255,4), bit.tohex(255,-4), bit.tohex(1,-2147483648), bit.tohex(1,100)}" 0
1) "000000ff"
2) "00ff"
3) "00FF"
4) "00000001"
5) "00000001"

== struct
> EVAL "return struct.pack('>I4', 258)" 0
"\x00\x00\x01\x02"
> EVAL "return struct.pack('<hBc0s', -2, 255, 'abc', 'z')" 0
"\xfe\xff\xffabcz\x00"
> EVAL "return {struct.unpack('>I4', '\\000\\000\\001\\002')}" 0
1) (integer) 258
2) (integer) 5
> EVAL "return {struct.unpack('<hB', '\\254\\255\\255')}" 0
1) (integer) -2
2) (integer) 255
3) (integer) 4
> EVAL "return {struct.unpack('Bc0s', '\\003abcz\\000')}" 0
1) "abc"
2) "z"
3) (integer) 7
> EVAL "return struct.size('!i1i4')" 0
(integer) 8
> EVAL "return struct.size('s')" 0
(error) ERR user_script:1: bad argument #1 to 'size' (option 's' has no fixed size) script: a2a0525826ab7939ccd3f54427a862205642f28f, on @user_script:1.
> EVAL "return struct.pack('I33', 1)" 0
(error) ERR user_script:1: integral size 33 is larger than limit of 32 script: 17a008e38c0ced333acc77109731500bd2796b05, on @user_script:1.
> EVAL "return struct.pack('c2147483648', 'x')" 0
(error) ERR user_script:1: integral size overflow script: 484174bac15c3828ff25e48414659a91874ea837, on @user_script:1.
> EVAL "return struct.unpack('c2147483647', 'x')" 0
(error) ERR user_script:1: bad argument #2 to 'unpack' (data string too short) script: e534f27834c20dff4e87a6d76c6ba78e53b6aa52, on @user_script:1.
> EVAL "return struct.unpack('I4', 'abc')" 0
(error) ERR user_script:1: bad argument #2 to 'unpack' (data string too short) script: 34a2dd26269cc0229878be151864a77c8ee44cd3, on @user_script:1.
> EVAL "return struct.unpack('I4', 'abcd', 0)" 0
(error) ERR user_script:1: bad argument #3 to 'unpack' (offset must be 1 or greater) script: a313fdd5b851b9388ccda8a96fb0c1eecad2c0f5, on @user_script:1.
> EVAL "return struct.unpack('I4', 'abcd', 4294967295)" 0
(error) ERR user_script:1: bad argument #2 to 'unpack' (data string too short) script: d376ec4f795b9d5ab300c92266a3a21f30b2e96a, on @user_script:1.
> EVAL "return struct.pack('z', 1)" 0
(error) ERR user_script:1: bad argument #1 to 'pack' (invalid format option 'z') script: b1a49a62278d772f47cfca6a679bc33c0fa64430, on @user_script:1.
> EVAL "return struct.pack('!3', 1)" 0
(error) ERR user_script:1: alignment 3 is not a power of 2 script: 015083070625e0c8535172e55b13a94acdf4c3c6, on @user_script:1.
> EVAL "return {struct.unpack('>d', struct.pack('>d', 0.5))}" 0
1) (integer) 0
2) (integer) 9

== cjson
> EVAL "return cjson.encode({1,2,3})" 0
"[1,2,3]"
> EVAL "return cjson.encode({})" 0
"{}"
> EVAL "return cjson.encode({a=1})" 0
"{\"a\":1}"
> EVAL "return cjson.encode('a\"/\\\\\x01\x7f')" 0
"\"a\\\"\\/\\\\\\u0001\\u007f\""
> EVAL "return cjson.encode({0.1+0.2, 1e15, 10/3, -0.5, 123456789012})" 0
"[0.3,1e+15,3.3333333333333,-0.5,123456789012]"
> EVAL "return cjson.encode({true,false,cjson.null})" 0
"[true,false,null]"
> EVAL "return cjson.encode({[1]=1,[3]=3})" 0
"[1,null,3]"
> EVAL "return cjson.encode({[1]=1,[100]=3})" 0
(error) ERR user_script:1: Cannot serialise table: excessively sparse array script: 323b44c965f482c5cb1b8085cce9cdcd6ab884fd, on @user_script:1.
> EVAL "cjson.encode_sparse_array(true) return cjson.encode({[100]=3})" 0
"{\"100\":3}"
> EVAL "return cjson.encode(print)" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'print' script: 8d87d02dc9dc22ef8e1a9ef2fc499a776fb0dbdd, on @user_script:1.
> EVAL "return cjson.encode({[true]=1})" 0
(error) ERR user_script:1: Cannot serialise boolean: table key must be a number or string script: 376a640005c8509c694166527ca834359bf69aa8, on @user_script:1.
> EVAL "return cjson.encode(0/0)" 0
(error) ERR user_script:1: Cannot serialise number: must not be NaN or Inf script: d3f8d4e745d6587b04e9dd216e0d4631f0a306d9, on @user_script:1.
> EVAL "return cjson.decode('[1,2,[3,\"x\"],true,null]')" 0
1) (integer) 1
2) (integer) 2
3) 1) (integer) 3
   2) "x"
4) (integer) 1
5) (nil)
> EVAL "return cjson.decode('{\"a\":{\"b\":5}}')['a']['b']" 0
(integer) 5
> EVAL "return cjson.decode('null') == cjson.null" 0
(integer) 1
> EVAL "return cjson.decode('\"\\\\u00e4\\\\ud83d\\\\ude00\\\\n\"')" 0
"\xc3\xa4\xf0\x9f\x98\x80\n"
> EVAL "return cjson.decode('{')" 0
(error) ERR user_script:1: Expected object key string but found T_END at character 2 script: 6c60bbb22c4b71b0415e4e539d6dc66cc27df21d, on @user_script:1.
> EVAL "return cjson.decode('[1,2')" 0
(error) ERR user_script:1: Expected comma or array end but found T_END at character 5 script: c107001b5ba2ff860ee2557f64da37c4767ef4bd, on @user_script:1.
> EVAL "return cjson.decode('[1,]')" 0
(error) ERR user_script:1: Expected value but found T_ARR_END at character 4 script: d31ab1dd313d99d4ad3dac6e48cdff283bea270c, on @user_script:1.
> EVAL "return cjson.decode('nope')" 0
(error) ERR user_script:1: Expected value but found invalid token at character 1 script: 765d2c31a58a800303d3c85c08339aaf0b35d684, on @user_script:1.
> EVAL "return cjson.decode('[1] 2')" 0
(error) ERR user_script:1: Expected the end but found T_NUMBER at character 5 script: fd9607da28a2f82880ef8913e9e5e7250804b693, on @user_script:1.
> EVAL "return cjson.decode('\"\\\\ud83d\"')" 0
(error) ERR user_script:1: Expected value but found invalid unicode escape code at character 2 script: a6c52b6928b77ab585254f4aad3a29c682736f38, on @user_script:1.
> EVAL "return cjson.decode('')" 0
(error) ERR user_script:1: Expected value but found T_END at character 1 script: 7ff8cf86abed928f4d61a01dcc9713f0117b180a, on @user_script:1.
> EVAL "return cjson.decode('0x10')" 0
(integer) 16
> EVAL "cjson.decode_max_depth(2) return cjson.decode('[[[1]]]')" 0
(error) ERR user_script:1: Found too many nested data structures (3) at character 3 script: 5a0b1c03f69d3be9d7ba781b9ec01af70c484d6f, on @user_script:1.
> EVAL "return cjson.encode_max_depth()" 0
(integer) 1000
> EVAL "return cjson.encode_number_precision(3)" 0
(integer) 3
> EVAL "return cjson.encode_number_precision(20)" 0
(error) ERR user_script:1: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14) script: ea15ad7558efbc5f98ee9d0fa4e7d058acf4061d, on @user_script:1.
> EVAL "cjson.encode_number_precision(3) return cjson.encode(10/3)" 0
"3.33"
> EVAL "return cjson.decode()" 0
(error) ERR user_script:1: bad argument #1 to 'decode' (expected 1 argument) script: 5378278d59343caf5c3375a655dfea5e69ab8a74, on @user_script:1.

== cmsgpack
> EVAL "return cmsgpack.pack(1,-1,255,65536,4294967296,-33,-129,-32769,-2147483649)" 0
"\x01\xff\xcc\xff\xce\x00\x01\x00\x00\xcf\x00\x00\x00\x01\x00\x00\x00\x00\xd0\xdf\xd1\xff\x7f\xd2\xff\xff\x7f\xff\xd3\xff\xff\xff\xff\x7f\xff\xff\xff"
> EVAL "return cmsgpack.pack('x',true,false,nil,0.5,0.1)" 0
"\xa1x\xc3\xc2\xc0\xca?\x00\x00\x00\xcb?\xb9\x99\x99\x99\x99\x99\x9a"
> EVAL "return cmsgpack.pack({1,2,3})" 0
"\x93\x01\x02\x03"
> EVAL "return cmsgpack.pack({a=1})" 0
"\x81\xa1a\x01"
> EVAL "return cmsgpack.pack({})" 0
"\x90"
> EVAL "return {cmsgpack.unpack(cmsgpack.pack(1,'x',{2,3}))}" 0
1) (integer) 1
2) "x"
3) 1) (integer) 2
   2) (integer) 3
> EVAL "return cmsgpack.unpack(cmsgpack.pack({a={b='deep'}}))['a']['b']" 0
"deep"
> EVAL "return {cmsgpack.unpack_one(cmsgpack.pack(1,2,3))}" 0
1) (integer) 1
2) (integer) 1
> EVAL "return {cmsgpack.unpack_one(cmsgpack.pack(1,2,3), 2)}" 0
1) (integer) -1
2) (integer) 3
> EVAL "return {cmsgpack.unpack_limit(cmsgpack.pack(1,2,3), 2)}" 0
1) (integer) 2
2) (integer) 1
3) (integer) 2
> EVAL "return {cmsgpack.unpack_limit(cmsgpack.pack(1,2,3), 2, 1)}" 0
1) (integer) -1
2) (integer) 2
3) (integer) 3
> EVAL "return cmsgpack.unpack('\\221\\255\\255\\255\\255')" 0
(error) ERR user_script:1: Missing bytes in input. script: d927de6b02ace026366ff615f6b86eded580403b, on @user_script:1.
> EVAL "return cmsgpack.unpack('\\219\\255\\255\\255\\255')" 0
(error) ERR user_script:1: Missing bytes in input. script: dbc322a288a3d7dab7e4d188ca5882072068820d, on @user_script:1.
> EVAL "return cmsgpack.unpack('\\193')" 0
(error) ERR user_script:1: Bad data format in input. script: dc135bd7bc2955014f03280e151acf74360378e7, on @user_script:1.
> EVAL "return cmsgpack.unpack_one('abc', 10)" 0
(error) ERR user_script:1: Start offset 10 greater than input length 3. script: 06d8b1f4a797089f2dcf370427eabc1453bcbccd, on @user_script:1.
> EVAL "return cmsgpack.unpack_one('abc', -1)" 0
(error) ERR user_script:1: Invalid request to unpack with offset of -1 and limit of 3. script: 008013fe85557ab6cd81661d5e22e649a9e8da7c, on @user_script:1.
> EVAL "return cmsgpack.pack()" 0
(error) ERR user_script:1: bad argument #0 to 'pack' (MessagePack pack needs input.) script: 6bc235afa55de88253e203cc5fe5844792e25209, on @user_script:1.
> EVAL "return {cmsgpack.unpack('\\208\\255\\209\\255\\254\\210\\255\\255\\255\\253\\211\\255\\255\\255\\255\\255\\255\\255\\252')}" 0
1) (integer) -1
2) (integer) -2
3) (integer) -3
4) (integer) -4

== What one script leaves no other finds
> EVAL "local m = getmetatable('') m.__index.x = 1" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: aca1b8394e852e51466308a637ec9eb0bfe110e3, on @user_script:1.
> EVAL "string.x = 1" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: c3eb0a2a15b3d4790b323c4104029c1ae425a769, on @user_script:1.
> EVAL "rawset(_G, 'leak', 1)" 0
(error) ERR Attempt to modify a readonly table script: bb118e4bc50a1bb6c6d4704a9dd3c38d90860468, on @user_script:1.
> EVAL "return leak" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'leak' script: e3339d19af770f82ca3b88d5bd51d26ba1ad5af5, on @user_script:1.
> EVAL "table.insert(KEYS, 'x') KEYS.a = 1 return #KEYS" 1 k
(integer) 2
> EVAL "return #KEYS" 1 k
(integer) 1
> EVAL "cjson.decode_max_depth(1) return 1" 0
(integer) 1


== Blocking calls do not block
@skip-oracle Redis 7.0 allows none of them in scripts
> EVAL "return redis.call('blpop',KEYS[1],0)" 1 l
(nil)
> EVAL "return redis.call('brpoplpush',KEYS[1],KEYS[2],0)" 2 l m
(nil)

== Words of the runtime's own
@skip-oracle Lua 5.1 has other words for the same
> SCRIPT LOAD "syntax error"
(error) ERR Error compiling script (new function): user_script:1: Incomplete statement: expected assignment or a function call
> EVAL "local x; x.y = 1" 0
(error) ERR user_script:1: attempt to index a nil value script: 4776e6feff506b016777a7f4e8e59c1cb0717394, on @user_script:1.
> EVAL "return type(os.clock())" 0
"number"
> EVAL "return os.time()" 0
(error) ERR user_script:1: attempt to call a nil value script: 13dea82ee9da896aebcd10f5e36f4a1eeb839b48, on @user_script:1.
> EVAL "return server.call('ping')" 0
PONG
> SCRIPT SHOW e0e1f9fabfc9d4800c877a703b823ac0578ff8db
(error) NOSCRIPT No matching script. Please use EVAL.
> EVAL "return 1" 0
(integer) 1
> SCRIPT SHOW e0e1f9fabfc9d4800c877a703b823ac0578ff8db
"return 1"
> SCRIPT DEBUG YES
(error) ERR This server has no debugger for scripts

== Nesting has a limit
@socket it needs the stack of a worker
> EVAL "local t={} t[1]=t return cjson.encode(t)" 0
(error) ERR user_script:1: Cannot serialise, excessive nesting (1001) script: a506053e74ab4b60484b77ae0b676d988172bc86, on @user_script:1.
> EVAL "return cjson.decode(string.rep('[',1001))" 0
(error) ERR user_script:1: Found too many nested data structures (1001) at character 1001 script: 3f9e99ea360e5a68adf972ec047746d5b9bda33e, on @user_script:1.
