"""Scripts over real connections: many at once, over their time, and as libraries use them."""

import threading
import time

import redis
from caching import connect
from harness import snippet, wait_for
from wire import connect as plain_connect
from wire import receive, request


@snippet("scripts", "declared and undeclared keys under load, on all workers")
def keys_under_load():
    declared = "redis.call('incr', KEYS[1]) return redis.call('incr', KEYS[2])"
    undeclared = "redis.call('incr', ARGV[1]) redis.call('incr', ARGV[2]) return 1"
    late = """
        redis.call('incr', KEYS[1])
        if tonumber(ARGV[2]) % 3 == 0 then redis.call('incr', ARGV[1]) end
        return redis.call('incr', KEYS[2])"""
    threads, rounds, keys = 8, 300, [f"k:{n}" for n in range(24)]
    failures = []

    def work(seed):
        r = connect()
        for i in range(rounds):
            a, b = keys[(i * 5 + seed) % 24], keys[(i * 7 + seed * 3) % 24]
            try:
                r.eval(declared, 2, a, b)
                r.eval(undeclared, 0, b, a)
                r.eval(late, 2, b, keys[(i + seed) % 24], a, i)
                r.mset({f"m:{seed}:{n}": i for n in range(3)})
                with r.pipeline() as p:
                    p.incr(a).incr(b).execute()
                r.get(a)
                if i % 50 == 0:
                    r.dbsize()
                    r.eval("return redis.call('dbsize')", 0)
            except Exception as e:  # noqa: BLE001
                failures.append(e)

    workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures, failures[:3]
    r = connect()
    total = sum(int(r.get(key) or 0) for key in keys)
    # Two in each of four calls, and one more in every third.
    expected = threads * (rounds * 8 + rounds // 3)
    assert total == expected, (total, expected)


@snippet("scripts", "a script is atomic")
def atomic():
    script = """
        local n = redis.call('get', KEYS[1])
        for i = 1, 50 do redis.call('echo', 'x') end
        redis.call('set', KEYS[1], (n or 0) + 1)
        return n == redis.call('getset', KEYS[2], (n or 0) + 1)"""

    def work():
        r = connect()
        for _ in range(100):
            r.eval(script, 2, "atomic:a", "atomic:b")

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert connect().get("atomic:a") in ("600", b"600")


@snippet("scripts", "a pop that waits is served after the script", "redis-py")
def served_after():
    r, got = connect(), []
    waiting = threading.Thread(target=lambda: got.append(connect().blpop("wait", 5)))
    waiting.start()
    time.sleep(0.2)
    r.eval("redis.call('rpush', KEYS[1], 'a') return redis.call('llen', KEYS[1])", 1, "wait")
    waiting.join()
    assert got[0][1] in ("a", b"a")


@snippet("scripts", "loaded once, known to every connection")
def loaded():
    digest = connect().script_load("return redis.call('incrby', KEYS[1], ARGV[1])")
    for n in range(12):
        connect().evalsha(digest, 1, "loaded", n)
    r = connect()
    assert int(r.get("loaded")) == 66
    r.function_load(
        "#!lua name=e2e\nredis.register_function('twice', function(k) "
        "return redis.call('incrby', k[1], 2) end)",
        replace=True,
    )
    for _ in range(12):
        connect().fcall("twice", 1, "loaded")
    assert int(r.get("loaded")) == 90


def endless(r, script, keys):
    s = plain_connect()
    s.sendall(request("EVAL", script, len(keys), *keys))
    # A call that comes before the limit waits for the script's keys, and is not told.
    time.sleep(0.2)

    def is_busy():
        try:
            for key in keys or ["any"]:
                connect().dbsize()
        except redis.exceptions.BusyLoadingError:
            return True
        except redis.exceptions.ResponseError as e:
            return "BUSY" in str(e)
        return False

    wait_for(is_busy, "BUSY")
    return s


@snippet("scripts", "an endless script is killed", "socket")
def killed():
    r = connect()
    r.config_set("lua-time-limit", 50)
    for script in (
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(redis.call, 'ping') end",
        "local function f() return pcall(f) end while true do f() end",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "while true do xpcall(function() while true do end end, function() end) end",
    ):
        s = endless(r, script, [])
        connect().script_kill()
        reply = s.recv(1000)
        assert b"-ERR Script killed by user with SCRIPT KILL" in reply, reply
        s.sendall(request("PING"))
        assert receive(s, 7) == b"+PONG\r\n"
    try:
        r.script_kill()
    except redis.exceptions.ResponseError as e:
        assert "NOTBUSY" in str(e)
    r.config_set("lua-time-limit", 5000)


@snippet("scripts", "a script that has written is not killed", "socket")
def unkillable():
    r = connect()
    r.config_set("lua-time-limit", 50)
    script = "redis.call('set', KEYS[1], 1) local t = {} for i = 1, 3e8 do t[1] = i end return 1"
    s = endless(r, script, ["written"])
    try:
        connect().script_kill()
    except redis.exceptions.ResponseError as e:
        assert "UNKILLABLE" in str(e), e
    else:
        raise AssertionError("it was killed")
    s.settimeout(120)
    assert s.recv(100) == b":1\r\n"
    r.config_set("lua-time-limit", 5000)


@snippet("scripts", "a lock in Lua", "redis-py")
def lock():
    held, most, counts = [0], [0], []

    def work():
        r = connect()
        for _ in range(20):
            with r.lock("the-lock", timeout=5, sleep=0.002):
                held[0] += 1
                most[0] = max(most[0], held[0])
                counts.append(1)
                held[0] -= 1

    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most[0] == 1 and len(counts) == 100


@snippet("scripts", "rate limits in Lua", "limits")
def rate_limits():
    from harness import HOST, PORT
    from limits import parse, storage, strategies

    store = storage.RedisStorage(f"redis://{HOST}:{PORT}")
    for strategy in (
        strategies.FixedWindowRateLimiter,
        strategies.MovingWindowRateLimiter,
        strategies.SlidingWindowCounterRateLimiter,
    ):
        limiter, limit = strategy(store), parse("10/minute")
        name = strategy.__name__
        hits = [limiter.hit(limit, name) for _ in range(14)]
        assert hits == [True] * 10 + [False] * 4, (name, hits)
        assert limiter.get_window_stats(limit, name).remaining == 0
        limiter.clear(limit, name)
        assert limiter.hit(limit, name)
