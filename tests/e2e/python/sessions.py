"""Session management, rate limiting and messages with the synchronous client."""

import json
import threading
import time
import uuid
from datetime import datetime, timedelta

from caching import connect
from harness import snippet, wait_for


class Sessions:
    """Sessions as JSON strings whose lifetime starts anew with each access."""

    def __init__(self, client, ttl=86400):
        self.redis, self.ttl, self.prefix = client, ttl, "session:"

    def create(self, user_id, data=None):
        session_id = str(uuid.uuid4())
        record = {"user_id": user_id, "created_at": str(datetime.now()), **(data or {})}
        self.redis.set(self.prefix + session_id, json.dumps(record), ex=self.ttl)
        return session_id

    def get(self, session_id):
        data = self.redis.get(self.prefix + session_id)
        if data is None:
            return None
        self.redis.expire(self.prefix + session_id, self.ttl)
        return json.loads(data)

    def update(self, session_id, data):
        current = self.get(session_id)
        if current:
            current.update(data)
            self.redis.set(self.prefix + session_id, json.dumps(current), ex=self.ttl)

    def destroy(self, session_id):
        return self.redis.delete(self.prefix + session_id)

    def of_user(self, user_id):
        found, cursor = [], 0
        while True:
            cursor, keys = self.redis.scan(cursor, match=f"{self.prefix}*")
            for key in keys:
                data = self.redis.get(key)
                if data and json.loads(data).get("user_id") == user_id:
                    found.append(key.removeprefix(self.prefix))
            if cursor == 0:
                return found


@snippet("004", "session manager")
def session_manager():
    r = connect()
    sessions = Sessions(r, ttl=100)
    first = sessions.create(1, {"cart": []})
    second = sessions.create(1)
    other = sessions.create(2)
    r.expire(f"session:{first}", 10)
    assert sessions.get(first)["user_id"] == 1
    assert r.ttl(f"session:{first}") > 90, "an access starts the lifetime anew"
    sessions.update(first, {"cart": ["book"]})
    assert sessions.get(first)["cart"] == ["book"]
    assert set(sessions.of_user(1)) == {first, second}
    assert sessions.destroy(first) == 1
    assert sessions.get(first) is None
    assert sessions.of_user(2) == [other]
    assert r.set("t", 1, ex=timedelta(minutes=2)) and r.ttl("t") > 110


@snippet("004", "a session ends by itself")
def session_expires():
    r = connect()
    r.psetex("session:short", 80, "x")
    assert r.get("session:short") == "x"
    wait_for(lambda: r.get("session:short") is None, "the session to expire")
    assert r.exists("session:short") == 0 and r.ttl("session:short") == -2


class RateLimiter:
    """The tutorial's two limiters: a log of requests in a sorted set, and a counter a window."""

    def __init__(self, client):
        self.redis = client

    def is_allowed(self, key, max_requests, window_seconds):
        now = time.time()
        pipe = self.redis.pipeline()
        pipe.zremrangebyscore(key, 0, now - window_seconds)
        pipe.zcard(key)
        pipe.zadd(key, {str(now): now})
        pipe.expire(key, window_seconds)
        count = pipe.execute()[1]
        return (True, max_requests - count - 1) if count < max_requests else (False, 0)

    def in_window(self, key, max_requests, window_seconds):
        current = self.redis.incr(key)
        if current == 1:
            self.redis.expire(key, window_seconds)
        return current <= max_requests


@snippet("004", "rate limiter token bucket")
def token_bucket():
    r = connect()
    limiter = RateLimiter(r)
    answers = [limiter.is_allowed("rate:ip", 5, 60) for _ in range(8)]
    assert answers == [(True, 4), (True, 3), (True, 2), (True, 1), (True, 0)] + [(False, 0)] * 3
    assert 55 <= r.ttl("rate:ip") <= 60
    # With the entries older than the window, requests are let through again.
    for member, score in r.zrange("rate:ip", 0, -1, withscores=True):
        r.zadd("rate:ip", {member: score - 61})
    assert limiter.is_allowed("rate:ip", 5, 60) == (True, 4)
    assert r.zcard("rate:ip") == 1


@snippet("004", "rate limiter with a counter")
def counter_window():
    r = connect()
    limiter = RateLimiter(r)
    assert [limiter.in_window("count:ip", 3, 60) for _ in range(5)] == [True] * 3 + [False] * 2
    assert 55 <= r.ttl("count:ip") <= 60
    # Many clients at once: exactly the limit gets through.
    allowed = []

    def client():
        mine = RateLimiter(connect())
        for _ in range(50):
            if mine.in_window("count:shared", 120, 60):
                allowed.append(1)

    threads = [threading.Thread(target=client) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(allowed) == 120


@snippet("004", "messages to a subscriber thread")
def pubsub():
    r = connect()
    got = []

    def listen():
        subscriber = connect().pubsub()
        subscriber.subscribe("notifications")
        for message in subscriber.listen():
            if message["type"] == "message":
                got.append(json.loads(message["data"]))
                if len(got) == 3:
                    subscriber.unsubscribe()
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    wait_for(lambda: dict(r.pubsub_numsub("notifications"))["notifications"] == 1, "a subscriber")
    for i in range(3):
        assert r.publish("notifications", json.dumps({"type": "alert", "n": i})) == 1
    thread.join(5)
    assert [m["n"] for m in got] == [0, 1, 2]


@snippet("004", "pattern subscription with run_in_thread")
def psubscribe():
    r = connect()
    got = []
    subscriber = connect().pubsub()
    subscriber.psubscribe(**{"news.*": lambda m: got.append((m["channel"], m["data"]))})
    thread = subscriber.run_in_thread(sleep_time=0.01, daemon=True)
    try:
        wait_for(lambda: r.pubsub_numpat() == 1, "a pattern subscriber")
        assert r.publish("news.sport", "goal") == 1
        assert r.publish("weather", "rain") == 0
        wait_for(lambda: got == [("news.sport", "goal")], "the message")
    finally:
        thread.stop()
        thread.join(5)
