== CVE-2022-0543: nothing leads out of the interpreter
@skip-oracle limits and texts of another runtime
> EVAL "return {type(rawget(_G,'package')), type(rawget(_G,'require')), type(rawget(_G,'io')), type(rawget(_G,'debug')), type(rawget(_G,'dofile')), type(rawget(_G,'loadfile')), type(rawget(_G,'print'))}" 0
1) "nil"
2) "nil"
3) "nil"
4) "nil"
5) "nil"
6) "nil"
7) "nil"
> EVAL "local names = {} for name in pairs(os) do names[#names+1] = name end return names" 0
1) "clock"
> EVAL "return {type(rawget(_G,'buffer')), type(rawget(_G,'vector')), type(rawget(_G,'bit32')), type(rawget(_G,'utf8'))}" 0
1) "nil"
2) "nil"
3) "nil"
4) "nil"

== CVE-2022-24735, CVE-2025-46818: what another user's script will use cannot be changed
> EVAL "getmetatable('').__index = function() end" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: ab11de20298fd177937d23a2489358a3727f0c42, on @user_script:1.
> EVAL "getmetatable('').__concat = function() end" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: 4406dc98fec6031efeb63038df89ceb3ea1b7079, on @user_script:1.
> EVAL "local m = getmetatable(_G) m.__index = nil" 0
(error) ERR user_script:1: Attempt to modify a readonly table script: 804a5138c17a994b52d9e7dc703e2e4bf339b4dd, on @user_script:1.
> EVAL "setmetatable(string, {})" 0
(error) ERR Attempt to modify a readonly table script: f77b14463e19b108fd21de6f1ba202c4266299ca, on @user_script:1.
> EVAL "rawset(redis, 'call', 1)" 0
(error) ERR Attempt to modify a readonly table script: 5fe6a8883340d7b98ed047026ea0c11e1cd0fa4e, on @user_script:1.
> EVAL "rawset(cjson, 'encode', 1)" 0
(error) ERR Attempt to modify a readonly table script: 51ab21ae9155e5e899a7ada35dcfaa1c68b5307a, on @user_script:1.
> EVAL "table.insert(redis, 1)" 0
(error) ERR Attempt to modify a readonly table script: 153437512fbb40bf934091c90b83e1de3f0dda6c, on @user_script:1.
> EVAL "return type(getmetatable(1))" 0
"nil"
> EVAL "return type(getmetatable(print or type))" 0
(error) ERR user_script:1: Script attempted to access nonexistent global variable 'print' script: 41b8c4a034ce9b5afdf3424e422310c777c70267, on @user_script:1.
> EVAL "getmetatable(nil).__index = 1" 0
(error) ERR user_script:1: attempt to index a nil value script: 0cff4b5977b0a3c24d19b680491a527ea6ec5de3, on @user_script:1.

== CVE-2022-24736: a script that is nothing
> EVAL "" 0
(nil)
> EVAL " " 0
(nil)
> EVAL "--" 0
(nil)
> SCRIPT LOAD ""
"da39a3ee5e6b4b0d3255bfef95601890afd80709"

== CVE-2022-24834: lengths that a text claims
@skip-oracle limits and texts of another runtime
> EVAL "return #cjson.encode(string.rep('\\000', 100000))" 0
(integer) 600002
> EVAL "return cmsgpack.unpack('\\219\\255\\255\\255\\255x')" 0
(error) ERR user_script:1: Missing bytes in input. script: 2df8d5c6ed8d1fd49ccc0505543faa98acb9b9c3, on @user_script:1.
> EVAL "return cmsgpack.unpack('\\223\\255\\255\\255\\255')" 0
(error) ERR user_script:1: Missing bytes in input. script: 7daf2150903dbcda75a0056fb3e4c1d3764c1d80, on @user_script:1.
> EVAL "return cmsgpack.unpack_limit(cmsgpack.pack(1), 2147483647, 2147483647)" 0
(error) ERR user_script:1: Start offset 2147483647 greater than input length 1. script: 9eb1114e1a8034803bcf11999ed39b221f129b00, on @user_script:1.
> EVAL "return cmsgpack.unpack_one(cmsgpack.pack(1), 9007199254740993)" 0
(error) ERR user_script:1: Start offset 9007199254740992 greater than input length 1. script: ebf89b431258b35bccb8ce247159ce048c3d5240, on @user_script:1.
> EVAL "return pcall(cmsgpack.unpack, string.rep('\\145', 100000))" 0
(nil)
> EVAL "return #cmsgpack.pack(unpack(cjson.decode('[' .. string.rep('1,', 5000) .. '1]')))" 0
(integer) 5001

== CVE-2024-31449: digits of bit.tohex
> EVAL "return {bit.tohex(1,-2147483648), bit.tohex(1,2147483648), bit.tohex(-1,0), bit.tohex(1,-4294967296)}" 0
1) "00000001"
2) "00000001"
3) ""
4) ""

== CVE-2024-46981: the collector is not a script's to drive
> EVAL "for i=1,100 do collectgarbage('step') collectgarbage('setpause', 1) collectgarbage('stop') end return type(collectgarbage('count'))" 0
"number"
> EVAL "local t = setmetatable({}, {__gc = function() redis.call('set','gc',1) end}) t = nil collectgarbage() return redis.call('exists','gc')" 0
(integer) 0
> EVAL "local t = setmetatable({}, {__mode = 'kv'}) for i=1,1000 do t[i] = {} end collectgarbage() return #t >= 0" 0
(integer) 1

== CVE-2025-49844: the compiler under collection
> EVAL "for i=1,300 do loadstring('local x = {' .. string.rep('{},', i) .. '}', string.rep('n', i * 100)) collectgarbage() end return 1" 0
(integer) 1
> EVAL "for i=1,50 do pcall(loadstring, string.rep('x', 1000), nil) end return 1" 0
(integer) 1

== CVE-2025-46817: ranges beyond all tables
@skip-oracle limits and texts of another runtime
> EVAL "return unpack({}, 0, 2147483647)" 0
(error) ERR user_script:1: too many results to unpack script: 3a4193fc65890b86ebd0375fcfb6f126af3fe303, on @user_script:1.
> EVAL "return unpack({}, -2147483648, 2147483647)" 0
(error) ERR user_script:1: too many results to unpack script: ff80ce8031dde29a02dd2ca2c847842aaab85224, on @user_script:1.
> EVAL "return unpack({}, 2147483646, 2147483647)" 0
(nil)
> EVAL "return select('#', unpack({}, 1, 5))" 0
(integer) 5
> EVAL "return pcall(string.rep, 'x', -1)" 0
(integer) 1
> EVAL "return #string.sub('abc', -2147483648, 2147483647)" 0
(integer) 3
> EVAL "return table.concat({}, ',', 1, 3)" 0
(error) ERR invalid value (nil) at index 1 in table for 'concat' script: 254a04235ebd43588581ca99d3ff7a775b72cf16, on @user_script:1.
> EVAL "return string.byte('abc', 1, 2147483647)" 0
(integer) 97

== CVE-2025-46819: texts that do not end
@skip-oracle limits and texts of another runtime
> EVAL "return loadstring('return [' .. string.rep('=', 100000))" 0
(nil)
> EVAL "local s = string.rep('=', 50000) return #loadstring('return [' .. s .. '[x]' .. s .. ']')()" 0
(integer) 1
> EVAL "local f = loadstring('return ' .. string.rep('(', 100000)) return type(f)" 0
"nil"
> EVAL "local f = loadstring('return ' .. string.rep('{', 100000)) return type(f)" 0
"nil"
> EVAL "local f = loadstring('x = ' .. string.rep('a.', 100000) .. 'b') return type(f)" 0
"nil"

== Dragonfly CVE-2025-52935: sizes of struct
> EVAL "return struct.pack('!2147483648 i4', 1)" 0
(error) ERR user_script:1: integral size overflow script: 159d365fae85f37d503119585807041c3f845ff1, on @user_script:1.
> EVAL "return struct.unpack('i4', 'abcd', 9007199254740992)" 0
(error) ERR user_script:1: bad argument #2 to 'unpack' (data string too short) script: 2ab358c38993247ba533c1c27d5ba8eec854e1bd, on @user_script:1.
> EVAL "return struct.unpack('c0', 'abcd')" 0
(error) ERR user_script:1: format 'c0' needs a previous size script: 59e7f1d8af41d70e2ee48a1077382ea7d201a567, on @user_script:1.
> EVAL "return struct.unpack('Lc0', '\\255\\255\\255\\255\\255\\255\\255\\127')" 0
(error) ERR user_script:1: bad argument #2 to 'unpack' (data string too short) script: cc793f862f374f360b822cb37bbb60f72fcafe90, on @user_script:1.
> EVAL "return struct.size(string.rep('c2147483647', 10))" 0
(integer) 21474836470
> EVAL "return {struct.unpack('i0I0b', 'a')}" 0
1) (integer) 0
2) (integer) 0
3) (integer) 97
4) (integer) 2
> EVAL "return #struct.pack(string.rep('I32', 100), unpack(cjson.decode('[' .. string.rep('1,', 99) .. '1]')))" 0
(integer) 3200

== Neither code of the machine nor memory without end
@skip-oracle limits and texts of another runtime
> EVAL "return loadstring(string.char(27) .. 'Lua')" 0
(nil)
> EVAL "return {loadstring(string.char(6) .. 'x')}" 0
(empty array)
> EVAL "return string.dump(type)" 0
(error) ERR user_script:1: attempt to call a nil value script: 2929ad72ccbb179436b966fdc47a095c7a52cfcc, on @user_script:1.
> EVAL "return pcall(string.rep, 'x', 2000000000)" 0
(nil)
> EVAL "return type(string.find(string.rep('a', 3000), string.rep('a?', 30) .. string.rep('a', 30)))" 0
"number"
> EVAL "return string.find('x', string.rep('(', 100))" 0
(error) ERR user_script:1: too many captures script: d7f09d4383536969d3fbfe5a7fa97b03859805c5, on @user_script:1.
> EVAL "local function f() return 1 + f() end return pcall(f)" 0
(nil)
> EVAL "local t = {} t.__index = t setmetatable(t, t) return t.x" 0
(error) ERR user_script:1: '__index' chain too long; possible loop script: de30aa15ad0db59184e595820ffaa912fff4c126, on @user_script:1.
> EVAL "local t = setmetatable({}, {__tostring = function() error('no') end}) return pcall(tostring, t)" 0
(nil)
> EVAL "return coroutine.wrap(function() return redis.call('ping') end)()" 0
PONG
> EVAL "coroutine.yield()" 0
(error) ERR attempt to yield across metamethod/C-call boundary script: 28fa9aab8f13eb98b7d555b1121c4e2f64da5b24, on @user_script:1.
> EVAL "local t = {3,1,2} table.sort(t, function(a, b) redis.call('ping') return a < b end) return t" 0
1) (integer) 1
2) (integer) 2
3) (integer) 3
> EVAL "return (string.gsub('abc', '%w', function(c) redis.call('ping') return c .. c end))" 0
"aabbcc"
