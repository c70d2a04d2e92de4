"""redis.asyncio and FastAPI: lifespan, dependency, rate-limit middleware; in-process and over HTTP."""

import asyncio
import contextlib
import threading
import time

import httpx
import redis as sync_redis
import redis.asyncio as redis
import uvicorn
from caching import connect
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from harness import HOST, PORT, snippet
from sessions import RateLimiter


def cache_app():
    @contextlib.asynccontextmanager
    async def lifespan(app):
        app.state.redis = redis.Redis(host=HOST, port=PORT, decode_responses=True)
        yield
        await app.state.redis.aclose()

    app = FastAPI(lifespan=lifespan)

    async def client(request: Request):
        return request.app.state.redis

    @app.get("/cached/{key}")
    async def get_cached(key: str, r=Depends(client)):
        return {"key": key, "value": await r.get(key)}

    @app.post("/cache/{key}")
    async def set_cached(key: str, value: str, ttl: int = 3600, r=Depends(client)):
        await r.set(key, value, ex=ttl)
        return {"status": "cached"}

    return app


def limited_app(limit):
    app = FastAPI()
    limiter = RateLimiter(sync_redis.Redis(host=HOST, port=PORT))

    @app.middleware("http")
    async def rate_limit(request: Request, call_next):
        key = f"rate_limit:{request.client.host}"
        allowed, left = limiter.is_allowed(key, max_requests=limit, window_seconds=60)
        if not allowed:
            return JSONResponse({"detail": "Too many requests"}, status_code=429)
        response = await call_next(request)
        response.headers["X-RateLimit-Remaining"] = str(left)
        return response

    @app.get("/")
    async def index():
        return {"hello": "world"}

    return app


@contextlib.contextmanager
def served(app):
    """Serves `app` with uvicorn on a free port; yields its base URL."""
    config = uvicorn.Config(app, host=HOST, port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 10
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def drive_cache(http):
    r = connect()
    assert http.get("/cached/greeting").json() == {"key": "greeting", "value": None}
    assert http.post("/cache/greeting", params={"value": "hi", "ttl": 60}).json() == {
        "status": "cached"
    }
    assert http.get("/cached/greeting").json() == {"key": "greeting", "value": "hi"}
    assert 55 <= r.ttl("greeting") <= 60
    http.post("/cache/other", params={"value": "x"})
    assert 3590 <= r.ttl("other") <= 3600


def drive_limit(http, limit):
    answers = [http.get("/") for _ in range(limit + 3)]
    assert [a.status_code for a in answers] == [200] * limit + [429] * 3
    left = [int(a.headers["X-RateLimit-Remaining"]) for a in answers[:limit]]
    assert left == list(range(limit - 1, -1, -1))


@snippet("004", "FastAPI cache with lifespan, in-process", "redis.asyncio + FastAPI")
def fastapi_testclient():
    with TestClient(cache_app()) as http:
        drive_cache(http)


@snippet("004", "FastAPI cache with lifespan, over HTTP", "redis.asyncio + FastAPI + uvicorn")
def fastapi_uvicorn():
    with served(cache_app()) as url, httpx.Client(base_url=url) as http:
        drive_cache(http)


@snippet("004", "FastAPI rate-limit middleware, in-process", "redis-py + FastAPI")
def middleware_testclient():
    with TestClient(limited_app(100)) as http:
        drive_limit(http, 100)


@snippet("004", "FastAPI rate-limit middleware, over HTTP", "redis-py + FastAPI + uvicorn")
def middleware_uvicorn():
    with served(limited_app(20)) as url, httpx.Client(base_url=url) as http:
        drive_limit(http, 20)


def asyncio_test(name):
    """Registers an async test with the asyncio client."""

    def register(function):
        snippet("004", name, "redis.asyncio")(lambda: asyncio.run(function()))
        return function

    return register


@asyncio_test("get, set, pipeline, many at once")
async def async_basics():
    async with redis.Redis(host=HOST, port=PORT, decode_responses=True) as r:
        assert await r.set("k", "v", ex=60)
        assert await r.get("k") == "v"
        async with r.pipeline() as pipe:
            assert await pipe.set("n", 1).incr("n").execute() == [True, 2]
        await asyncio.gather(*(r.incr("n") for _ in range(50)))
        assert await r.get("n") == "52"
        assert [k async for k in r.scan_iter(match="k*")] == ["k"]


@asyncio_test("messages and a blocking pop")
async def async_pubsub():
    async with redis.Redis(host=HOST, port=PORT, decode_responses=True) as r:
        async with r.pubsub() as subscriber:
            await subscriber.subscribe("room")
            assert (await subscriber.get_message(timeout=5))["type"] == "subscribe"
            assert await r.publish("room", "hello") == 1
            message = await subscriber.get_message(ignore_subscribe_messages=True, timeout=5)
            assert message["data"] == "hello"
        waiting = asyncio.create_task(r.blpop("jobs", timeout=5))
        await asyncio.sleep(0.05)
        async with redis.Redis(host=HOST, port=PORT) as producer:
            await producer.rpush("jobs", "work")
        assert list(await waiting) == ["jobs", "work"]
