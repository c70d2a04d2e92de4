"""The data types as the tutorial shows them, with the values that it prints."""

import time

import redis
from caching import connect
from harness import snippet


@snippet("004", "basic operations")
def basics():
    r = connect()
    assert r.set("name", "John") is True
    r.set("age", 30)
    r.set("session", "abc123", ex=3600)
    assert r.get("name") == "John"
    assert r.get("age") == "30"
    assert 3590 <= r.ttl("session") <= 3600
    assert r.exists("name") == 1
    assert r.delete("name") == 1
    assert r.exists("name") == 0
    assert r.mset({"key1": "value1", "key2": "value2"}) is True
    assert r.mget(["key1", "key2"]) == ["value1", "value2"]
    r.set("counter", 0)
    assert r.incr("counter") == 1
    assert r.incrby("counter", 5) == 6
    assert r.decr("counter") == 5


@snippet("004", "lists and a blocking pop")
def lists():
    r = connect()
    r.lpush("queue", "task1", "task2")
    assert r.rpush("queue", "task3") == 3
    assert r.lrange("queue", 0, -1) == ["task2", "task1", "task3"]
    assert r.lpop("queue") == "task2"
    assert r.rpop("queue") == "task3"
    assert list(r.blpop("queue", timeout=5)) == ["queue", "task1"]
    assert r.llen("queue") == 0
    assert r.lindex("queue", 0) is None
    r.rpush("queue", "a", "b")
    assert r.lindex("queue", 0) == "a" and r.lindex("queue", -1) == "b"
    # An empty queue: the pop waits, then gives up, or is woken by a push.
    start = time.monotonic()
    assert r.blpop("empty", timeout=0.2) is None
    assert time.monotonic() - start >= 0.19


@snippet("004", "a queue worker woken by a push")
def worker():
    import threading

    got = []

    def consume():
        consumer = connect()
        for _ in range(3):
            got.append(consumer.blpop("jobs", timeout=5)[1])

    thread = threading.Thread(target=consume)
    thread.start()
    producer = connect()
    for job in ("one", "two", "three"):
        producer.rpush("jobs", job)
    thread.join(10)
    assert got == ["one", "two", "three"]


@snippet("004", "hashes")
def hashes():
    r = connect()
    assert r.hset("user:1", mapping={"name": "John", "email": "john@example.com", "age": 30}) == 3
    assert r.hget("user:1", "name") == "John"
    assert r.hgetall("user:1") == {"name": "John", "email": "john@example.com", "age": "30"}
    assert r.hset("user:1", "age", 31) == 0
    assert r.hincrby("user:1", "age", 1) == 32
    assert r.hdel("user:1", "email") == 1
    assert r.hexists("user:1", "name") is True
    assert r.hexists("user:1", "email") is False


@snippet("004", "sets")
def sets():
    r = connect()
    r.sadd("tags:article1", "python", "redis", "database")
    r.sadd("tags:article2", "python", "django", "web")
    assert r.smembers("tags:article1") == {"python", "redis", "database"}
    assert r.sismember("tags:article1", "python")
    assert set(r.sinter("tags:article1", "tags:article2")) == {"python"}
    every = {"python", "redis", "database", "django", "web"}
    assert set(r.sunion("tags:article1", "tags:article2")) == every
    assert set(r.sdiff("tags:article1", "tags:article2")) == {"redis", "database"}
    assert r.srandmember("tags:article1") in {"python", "redis", "database"}
    assert r.srem("tags:article1", "database") == 1
    assert r.scard("tags:article1") == 2


@snippet("004", "sorted sets: a leaderboard")
def sorted_sets():
    r = connect()
    assert r.zadd("leaderboard", {"player1": 100, "player2": 200, "player3": 150}) == 3
    top = [tuple(pair) for pair in r.zrevrange("leaderboard", 0, 2, withscores=True)]
    assert top == [("player2", 200.0), ("player3", 150.0), ("player1", 100.0)]
    assert r.zrevrank("leaderboard", "player1") == 2
    assert r.zscore("leaderboard", "player1") == 100.0
    assert r.zincrby("leaderboard", 50, "player1") == 150.0
    # Equal scores are ordered by name.
    assert r.zrangebyscore("leaderboard", 100, 200) == ["player1", "player3", "player2"]
    assert r.zrank("leaderboard", "absent") is None


@snippet("004", "every type, over RESP2 and RESP3")
def protocols():
    for protocol in (2, 3):
        r = connect(protocol=protocol)
        r.flushall()
        r.hset("h", "f", "v")
        r.zadd("z", {"m": 1.5})
        assert r.hgetall("h") == {"f": "v"}
        assert r.zscore("z", "m") == 1.5
        assert r.get("absent") is None
        assert r.type("z") == "zset"
        assert r.smembers("absent") == set()


@snippet("004", "pipelines, transactions and WATCH")
def pipelines():
    r = connect()
    with r.pipeline() as pipe:
        pipe.set("a", 1).incr("a").get("a")
        assert pipe.execute() == [True, 2, "2"]
    with r.pipeline(transaction=False) as pipe:
        for i in range(1000):
            pipe.set(f"k:{i}", i)
        assert pipe.execute() == [True] * 1000
    with r.pipeline() as pipe:
        pipe.watch("a")
        connect().set("a", 10)
        pipe.multi()
        pipe.incr("a")
        try:
            pipe.execute()
        except redis.WatchError:
            pass
        else:
            raise AssertionError("a watched key changed, yet EXEC ran")
    assert r.get("a") == "10"
    with r.pipeline() as pipe:
        pipe.lpush("l", 1).get("l").set("after", 1)
        results = pipe.execute(raise_on_error=False)
    assert isinstance(results[1], redis.ResponseError) and results[2] is True

    def increment(p):
        value = int(p.get("a"))
        p.multi()
        p.set("a", value + 1)

    assert r.transaction(increment, "a") == [True] and r.get("a") == "11"
