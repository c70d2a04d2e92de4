"""Caching snippets: cache-aside, decorator, write-through, invalidation, stampede lock, jitter."""

import functools
import json
import random
import threading

import redis
from harness import AUTH_PORT, HOST, PASSWORD, PORT, snippet


def connect(**options):
    return redis.Redis(host=HOST, port=PORT, db=0, decode_responses=True, **options)


class Database:
    """Stands for the slow store behind the cache and counts how often it is asked."""

    def __init__(self):
        self.rows = {}
        self.reads = 0

    def save(self, key, value):
        self.rows[key] = value

    def get(self, key):
        self.reads += 1
        return self.rows.get(key)


@snippet("000", "session with a time to live, from a URL with a password")
def url_with_password():
    r = redis.from_url(f"redis://default:{PASSWORD}@{HOST}:{AUTH_PORT}", decode_responses=True)
    r.setex("sessao:token_abc", 1800, "usuario_id_45")
    assert r.get("sessao:token_abc") == "usuario_id_45"
    assert 1790 <= r.ttl("sessao:token_abc") <= 1800
    wrong = redis.from_url(f"redis://default:wrong@{HOST}:{AUTH_PORT}")
    try:
        wrong.ping()
    except redis.AuthenticationError:
        pass
    else:
        raise AssertionError("a wrong password was accepted")


@snippet("001", "stampede lock, stale data, session hash, jitter, hit rate")
def practices():
    r = connect()
    # Of many workers that miss at once, one gets the lock and rebuilds.
    winners = []

    def rebuild(worker):
        if connect().set("lock:product:1", worker, nx=True, ex=10):
            winners.append(worker)

    workers = [threading.Thread(target=rebuild, args=(i,)) for i in range(20)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert len(winners) == 1
    # The cache key goes when the row changes.
    r.set("cache:product:1", "old", ex=600)
    assert r.delete("cache:product:1") == 1
    assert r.get("cache:product:1") is None
    # A session is a hash, updated field by field.
    r.hset("sess:t0ken", mapping={"user_id": 7, "cart": 0})
    r.expire("sess:t0ken", 1800)
    r.hset("sess:t0ken", "cart", 2)
    assert r.hgetall("sess:t0ken") == {"user_id": "7", "cart": "2"}
    assert r.ttl("sess:t0ken") > 1790
    # Lifetimes are spread.
    for i in range(50):
        r.set(f"cache:item:{i}", i, ex=3600 + random.randint(-300, 300))
    assert all(3290 <= r.ttl(f"cache:item:{i}") <= 3900 for i in range(50))
    # The hit rate is in INFO.
    before = r.info("stats")
    r.get("cache:item:1")
    r.get("cache:nothing")
    after = r.info("stats")
    assert after["keyspace_hits"] - before["keyspace_hits"] == 1
    assert after["keyspace_misses"] - before["keyspace_misses"] == 1


@snippet("004", "cache-aside")
def cache_aside():
    r, db = connect(), Database()
    db.save(1, {"id": 1, "name": "User 1"})

    def get_user(user_id):
        key = f"user:{user_id}"
        hit = r.get(key)
        if hit:
            return json.loads(hit)
        user = db.get(user_id)
        r.set(key, json.dumps(user), ex=3600)
        return user

    assert get_user(1) == get_user(1) == {"id": 1, "name": "User 1"}
    assert db.reads == 1
    assert 3590 <= r.ttl("user:1") <= 3600


@snippet("004", "cache decorator")
def decorator():
    r = connect()
    calls = []

    def cached(prefix, ttl=3600):
        def wrap(function):
            @functools.wraps(function)
            def inner(*args):
                key = ":".join([prefix, *map(str, args)])
                hit = r.get(key)
                if hit:
                    return json.loads(hit)
                result = function(*args)
                r.set(key, json.dumps(result), ex=ttl)
                return result

            return inner

        return wrap

    @cached("product", ttl=1800)
    def get_product(product_id):
        calls.append(product_id)
        return {"id": product_id, "name": f"Product {product_id}"}

    assert get_product(5) == get_product(5)
    assert get_product(6)["id"] == 6
    assert calls == [5, 6]
    assert 1790 <= r.ttl("product:5") <= 1800


@snippet("004", "write-through cache")
def write_through():
    r, db = connect(), Database()

    def store(key, value, ttl=3600):
        db.save(key, value)
        r.set(key, json.dumps(value), ex=ttl)

    def load(key):
        hit = r.get(key)
        if hit:
            return json.loads(hit)
        value = db.get(key)
        if value:
            r.set(key, json.dumps(value), ex=3600)
        return value

    store("settings", {"dark": True})
    assert load("settings") == {"dark": True} and db.reads == 0
    r.delete("settings")
    assert load("settings") == {"dark": True} and db.reads == 1
    assert load("settings") == {"dark": True} and db.reads == 1
    assert load("absent") is None


@snippet("004", "invalidation by pattern with SCAN")
def invalidation():
    r = connect()

    def invalidate(pattern):
        cursor, removed = 0, 0
        while True:
            cursor, keys = r.scan(cursor, match=pattern, count=100)
            if keys:
                removed += r.delete(*keys)
            if cursor == 0:
                return removed

    pipe = r.pipeline(transaction=False)
    for i in range(2000):
        pipe.set(f"user:7:page:{i}", i)
        pipe.set(f"user:8:page:{i}", i)
        pipe.set(f"orders:user:7:{i}", i)
    pipe.set("user:7", "x")
    pipe.execute()
    assert invalidate("user:7") == 1
    assert invalidate("user:7:*") == 2000
    assert invalidate("orders:user:7:*") == 2000
    assert r.dbsize() == 2000
    assert len(list(r.scan_iter(match="user:8:*", count=50))) >= 2000
