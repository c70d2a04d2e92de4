"""HOTKEYS as redis-py calls it: which keys cost the most, whichever worker ran their calls."""

import time

import redis
from caching import connect
from harness import PORT, snippet, wait_for
from redis.commands.core import HotkeysMetricsTypes

BOTH = [HotkeysMetricsTypes.CPU, HotkeysMetricsTypes.NET]


def fields(reply):
    """The one map of the reply, however the protocol shows it."""
    (found,) = reply
    if not isinstance(found, dict):
        found = dict(zip(found[::2], found[1::2]))
    return {text(name): value for name, value in found.items()}


def text(name):
    return name.decode() if isinstance(name, bytes) else name


def ranking(found, name):
    pairs = found[name]
    if isinstance(pairs, dict):
        return pairs
    return dict(zip(pairs[::2], pairs[1::2]))


def counted(r, work, metrics=BOTH, **options):
    """What is counted while `work` runs."""
    assert r.hotkeys_start(metrics=metrics, **options)
    try:
        work()
    finally:
        r.hotkeys_stop()
    found = fields(r.hotkeys_get())
    assert r.hotkeys_reset() and r.hotkeys_get() is None
    return found


@snippet("hotkeys", "every worker's keys appear in one answer")
def several_workers():
    r = connect()
    others = [connect(single_connection_client=True) for _ in range(8)]
    [other.ping() for other in others]

    def work():
        for number, other in enumerate(others):
            for _ in range(10 * (number + 1)):
                other.set(f"key:{number}", "value")
                other.get("shared")

    found = counted(r, work)
    net = ranking(found, "by-net-bytes")
    one = len("*3\r\n$3\r\nSET\r\n$5\r\nkey:0\r\n$5\r\nvalue\r\n+OK\r\n")
    for number in range(8):
        assert net[f"key:{number}"] == 10 * (number + 1) * one, net
    nothing = 3 if connect_speaks_resp3(r) else 5
    assert net["shared"] == 360 * (len("*2\r\n$3\r\nGET\r\n$6\r\nshared\r\n") + nothing), net
    assert found["total-net-bytes"] == sum(net.values()) == found["net-bytes-all-commands-all-slots"]
    cpu = ranking(found, "by-cpu-time-us")
    assert set(cpu) == set(net) and all(us > 0 for us in cpu.values()), cpu
    assert found["tracking-active"] == 0 and found["sample-ratio"] == 1
    assert found["selected-slots"] == [[0, 16383]]


def connect_speaks_resp3(r):
    return r.client_info()["resp"] in (3, "3")


@snippet("hotkeys", "pipelines, transactions and scripts")
def ways_to_call():
    r = connect()

    def work():
        with r.pipeline(transaction=False) as p:
            [p.set("{t}piped", "v") for _ in range(100)]
            p.execute()
        with r.pipeline(transaction=True) as p:
            [p.set("{t}queued", "v") for _ in range(50)]
            p.execute()
        copy = "return redis.call('SET', KEYS[1], redis.call('GET', '{t}piped'))"
        for _ in range(20):
            r.eval(copy, 1, "{t}script")

    net = ranking(counted(r, work), "by-net-bytes")
    assert net["{t}piped"] == 100 * len("*3\r\n$3\r\nSET\r\n$8\r\n{t}piped\r\n$1\r\nv\r\n+OK\r\n")
    assert net["{t}queued"] == 50 * len("*3\r\n$3\r\nSET\r\n$9\r\n{t}queued\r\n$1\r\nv\r\n+OK\r\n")
    assert set(net) == {"{t}piped", "{t}queued", "{t}script"}, net


@snippet("hotkeys", "the hot among many, with few counters and with samples")
def few_counters():
    r = connect()

    def work():
        for begin in range(0, 20_000, 1000):
            with r.pipeline(transaction=False) as p:
                for number in range(begin, begin + 1000):
                    p.get(f"cold:{number}")
                    p.get(f"hot:{number % 5}")
                p.execute()

    for sample in (1, 10):
        found = counted(r, work, count=5, sample_ratio=sample)
        assert set(ranking(found, "by-net-bytes")) == {f"hot:{n}" for n in range(5)}, found
        assert "total-cpu-time-user-ms" in found and found["sample-ratio"] == sample


@snippet("hotkeys", "names of any bytes, an end by itself, one session at a time")
def odds_and_ends():
    r = redis.Redis(port=PORT)
    assert r.hotkeys_start(metrics=[HotkeysMetricsTypes.NET], duration=1)
    try:
        r.hotkeys_start(metrics=[HotkeysMetricsTypes.CPU])
    except redis.ResponseError as error:
        assert "hotkey tracking session already in progress" in str(error)
    else:
        raise AssertionError("a second session began")
    name = bytes(range(256))
    r.set(name, "v")
    wait_for(lambda: fields(r.hotkeys_get())["tracking-active"] == 0, "the end")
    r.set("late", "v")
    found = fields(r.hotkeys_get())
    assert set(ranking(found, "by-net-bytes")) == {name}, found
    assert found["collection-duration-ms"] == 1000
    assert abs(found["collection-start-time-unix-ms"] / 1000 - time.time()) < 60
    r.hotkeys_reset()
