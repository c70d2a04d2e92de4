"""TLS with the tutorial's own arguments: the authority is verified, another one is refused."""

import asyncio
import os
import ssl
import threading
from pathlib import Path

import redis
import redis.asyncio

from harness import PASSWORD, snippet

PORT = int(os.environ.get("E2E_TLS_PORT", "0"))
DIR = Path(os.environ.get("E2E_TLS_DIR", "."))
URL = f"rediss://default:{PASSWORD}@localhost:{PORT}"
CA = str(DIR / "ca-certificate.crt")


def connect(**options):
    options = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": CA, **options}
    return redis.from_url(URL, decode_responses=True, **options)


@snippet("000", "rediss:// with ca-certificate.crt")
def tutorial():
    r = connect()
    r.setex("sessao:token_abc", 1800, "usuario_id_45")
    assert r.get("sessao:token_abc") == "usuario_id_45"
    assert 1795 <= r.ttl("sessao:token_abc") <= 1800
    r.delete("sessao:token_abc")


@snippet("000", "rediss:// with a client certificate and either version")
def versions():
    own = {"ssl_certfile": str(DIR / "client.crt"), "ssl_keyfile": str(DIR / "client.key")}
    assert connect(**own).ping()
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert connect(ssl_min_version=version).ping()


@snippet("000", "rediss:// refuses another authority")
def stranger():
    try:
        connect(ssl_ca_certs=str(DIR / "stranger.crt")).ping()
    except redis.exceptions.ConnectionError as error:
        assert "certificate verify failed" in str(error).lower(), error
    else:
        raise AssertionError("a certificate of an unknown authority was accepted")


@snippet("000", "rediss:// moves large values, pipelines and messages")
def large():
    r = connect()
    value = "0123456789" * 200_000
    r.set("large", value)
    assert r.get("large") == value
    pipe = r.pipeline(transaction=False)
    for n in range(2000):
        pipe.set(f"k:{n}", n).get(f"k:{n}")
    assert pipe.execute()[1::2] == [str(n) for n in range(2000)]
    listener = r.pubsub()
    listener.subscribe("news")
    assert listener.get_message(timeout=5)["type"] == "subscribe"
    r.publish("news", value)
    assert listener.get_message(timeout=5)["data"] == value
    listener.close()
    r.flushall()


@snippet("000", "rediss:// wakes a blocked client")
def blocked():
    found = []
    waiter = threading.Thread(target=lambda: found.append(connect().blpop("queue", 10)))
    waiter.start()
    connect().rpush("queue", "job")
    waiter.join(10)
    assert found == [("queue", "job")], found


@snippet("000", "rediss:// with fifty tasks", "redis.asyncio")
def tasks():
    async def run():
        options = {"ssl_cert_reqs": "required", "ssl_ca_certs": CA}
        r = redis.asyncio.from_url(URL, decode_responses=True, **options)

        async def one(n):
            for _ in range(20):
                await r.incr(f"counter:{n % 5}")

        await asyncio.gather(*(one(n) for n in range(50)))
        counts = [int(await r.get(f"counter:{n}")) for n in range(5)]
        await r.flushall()
        await r.aclose()
        assert counts == [200] * 5, counts

    asyncio.run(run())
