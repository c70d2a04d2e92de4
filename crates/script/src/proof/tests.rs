use super::keeps_to_its_keys;
use commands::table::CommandTable;

fn is_proven(code: &str) -> bool {
    thread_local! {
        static TABLE: CommandTable = CommandTable::new(commands::families());
    }
    TABLE.with(|table| keeps_to_its_keys(code.as_bytes(), table))
}

#[test]
fn scripts_that_name_only_their_keys() {
    let scripts = [
        "return 1",
        "return redis.call('GET', KEYS[1])",
        "if redis.call(\"get\",KEYS[1]) == ARGV[1] then return redis.call(\"del\",KEYS[1]) \
         else return 0 end",
        "-- a comment with redis.call('GET', 'x')\nreturn server.pcall('incr', KEYS[ #KEYS ])",
        "local key = KEYS[1]\nlocal n = redis.call('INCR', key)\n\
         if n == 1 then redis.call('EXPIRE', key, ARGV[1]) end return n",
        "local n, t = 0, {}\nfor i, k in ipairs(KEYS) do n = n + redis.call('DEL', k) t[i] = k end \
         return n",
        "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i]) end",
        "return redis.call('MGET', unpack(KEYS))",
        "return redis.call('RPUSH', KEYS[1], unpack(ARGV))",
        "return redis.call('MSET', KEYS[1], ARGV[1], KEYS[2], '2')",
        "return redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[2], KEYS[3], 'WEIGHTS', ARGV[1], 2)",
        "return redis.call('RPOPLPUSH', KEYS[1], KEYS[2])",
        "return redis.call('SMOVE', KEYS[1], KEYS[2], ARGV[1])",
        "return redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '$')",
        "redis.call('PUBLISH', ARGV[1], ARGV[2]) redis.log(redis.LOG_NOTICE, KEYS[1])",
        "local e = redis.call('LPOP', KEYS[1]) if e then redis.call('RPUSH', KEYS[2], e) end return e",
        "local t = redis.call('TIME') local x = {[KEYS[1]] = t[1]} x.a = KEYS[2] return x",
        "local function twice(n) return n * 2 end return redis.call('INCRBY', KEYS[1], twice(2))",
        "return redis.call('SET', KEYS[1], redis.call('GET', KEYS[2]) or [==[ ]] ]==])",
    ];
    for script in scripts {
        assert!(is_proven(script), "{script}");
    }
}

#[test]
fn whatever_may_name_another_key_is_not_proven() {
    let scripts = [
        // Keys that are none of KEYS.
        "return redis.call('GET', ARGV[1])",
        "return redis.call('GET', 'x')",
        "return redis.call('GET', KEYS[1] .. ':x')",
        "local key = KEYS[1] .. 'x' return redis.call('GET', key)",
        "local key = KEYS[1] key = 'x' return redis.call('GET', key)",
        "local key = KEYS[1] key ..= 'x' return redis.call('GET', key)",
        "local key = KEYS[1] local a, key = 1, 'x' return redis.call('GET', key)",
        "local key = KEYS[1] local function f(key) return redis.call('GET', key) end return f('x')",
        "local key = KEYS[1] for key in pairs({x = 1}) do redis.call('GET', key) end",
        "local key = KEYS[1] function f<T>(key) return redis.call('GET', key) end",
        "local key = KEYS[1] local f = function(a: string, key) return redis.call('GET', key) end",
        "local key = KEYS[1] local a: number, key = 1, 'x' return redis.call('GET', key)",
        "local self = KEYS[1] local t = {} function t:m() redis.call('GET', self) end t.m('x')",
        "local a, b = 1, 2 a, KEYS[1] = 'x', 'y' return redis.call('GET', KEYS[1])",
        "return redis.call('MGET', KEYS[1], 'x')",
        "return redis.call('MSET', KEYS[1], unpack(ARGV))",
        "return redis.call('MSET', KEYS[1], f'x')",
        "return redis.call('ZUNIONSTORE', KEYS[1], ARGV[1], KEYS[2])",
        "return redis.call('SORT', KEYS[1], 'BY', ARGV[1])",
        "return redis.call('XREAD', 'STREAMS', KEYS[1], '0')",
        "return redis.call('GET', unpack(ARGV))",
        "return redis.call(unpack(ARGV))",
        "return redis.call('GE' .. 'T', KEYS[1])",
        "return redis.call('KEYS', '*')",
        "return redis.call('FLUSHALL')",
        "return redis.call('RANDOMKEY')",
        "return redis.call('NOSUCH', KEYS[1])",
        "return redis.call('OBJECT', ARGV[1], KEYS[1])",
        // A call under another name.
        "local call = redis.call return call('GET', ARGV[1])",
        "return pcall(redis.call, 'GET', ARGV[1])",
        "return redis['call']('GET', ARGV[1])",
        "return redis.call 'PING'",
        "local r = redis return r.call('GET', 'x')",
        "return _G.redis.call('GET', 'x')",
        "return loadstring('return redis.call(\"GET\", \"x\")')()",
        "return load('return 1')()",
        // Other contents of KEYS.
        "KEYS[1] = 'x' return redis.call('GET', KEYS[1])",
        "KEYS[1], KEYS[2] = 'x', 'y' return redis.call('GET', KEYS[1])",
        "KEYS[1] ..= 'x' return redis.call('GET', KEYS[1])",
        "KEYS = ARGV return redis.call('GET', KEYS[1])",
        "local KEYS = ARGV return redis.call('GET', KEYS[1])",
        "local t = KEYS t[1] = 'x' return redis.call('GET', KEYS[1])",
        "table.insert(KEYS, 1, 'x') return redis.call('GET', KEYS[1])",
        "local f, t = ipairs(KEYS) t[1] = 'x' return redis.call('GET', KEYS[1])",
        "local k, a = ... k[1] = 'x' return redis.call('GET', KEYS[1])",
        "local ipairs = function(t) t[1] = 'x' return next, t end \
         for i, k in ipairs(KEYS) do redis.call('GET', k) end",
        "local t = {KEYS = ARGV} return redis.call('GET', t.KEYS[1])",
        "local unpack = function() return 'x' end return redis.call('MGET', unpack(KEYS))",
        // What the lexer does not know.
        "return `{redis.call('GET', ARGV[1])}`",
        "return 'open",
        "--[[ open",
    ];
    for script in scripts {
        assert!(!is_proven(script), "{script}");
    }
}

#[test]
fn text_in_quotes_and_comments_is_none_of_the_script() {
    assert!(is_proven("--[==[ redis.call('GET', 'x') ]] ]==] return 1"));
    assert!(is_proven("return 'redis.call(\\'GET\\', \\'x\\')' .. [[ KEYS[1] = 2 ]]"));
    assert!(is_proven("return 0x1e+1 .. 3e-1"));
    assert!(!is_proven(&format!("return 1 --{}", "x".repeat(32 * 1024))));
}

#[test]
fn scraps_never_panic() {
    let pieces = [
        "redis", ".", "call", "(", ")", "KEYS", "[", "]", "'GET'", ",", "local", "k", "=", "for",
        "in", "ipairs", "function", "unpack", "{", "}", "--", "[[", "'", "1", "..", "#",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut script = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            script.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            script.push(' ');
        }
        let _ = is_proven(&script);
    }
}
