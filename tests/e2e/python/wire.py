"""Streams of requests that do not fit into one read, or end in the middle of something.

Written over plain sockets: what the clients above never do, but others may.
"""

import socket
import threading
import time

from harness import AUTH_PORT, HOST, PASSWORD, PORT, snippet, wait_for


def connect(port=PORT):
    s = socket.create_connection((HOST, port))
    s.settimeout(20)
    return s


def request(*args):
    parts = [a if isinstance(a, bytes) else str(a).encode() for a in args]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


def receive(s, count):
    got = bytearray()
    while len(got) < count:
        chunk = s.recv(1 << 20)
        assert chunk, f"closed after {len(got)} of {count} bytes"
        got += chunk
    assert len(got) == count, f"{len(got) - count} bytes too many"
    return bytes(got)


@snippet("wire", "pipelines longer than a read", "socket")
def long_pipelines():
    s = connect()
    for size in (60_000, 65_536, 110_000, 1_000_000):
        rounds = 10
        adds = [
            request("SADD", "big", *[f"member:{i * 100 + j}" for j in range(100)])
            for i in range(size // 1_700)
        ]
        for _ in range(rounds):
            s.sendall(b"".join(adds) + request("DEL", "big"))
            receive(s, len(b":100\r\n") * len(adds) + len(b":1\r\n"))


@snippet("wire", "requests before the sending side is closed", "socket")
def half_closed():
    s, count = connect(), 300_000
    sender = threading.Thread(
        target=lambda: (s.sendall(request("PING") * count), s.shutdown(socket.SHUT_WR))
    )
    sender.start()
    assert receive(s, 7 * count) == b"+PONG\r\n" * count
    assert s.recv(1) == b""
    sender.join()


@snippet("wire", "replies larger than the socket takes", "socket")
def large_replies():
    s, value = connect(), b"x" * 3_000_000
    s.sendall(request("SET", "large", value))
    receive(s, 5)
    s.sendall(request("GET", "large") * 8 + request("PING"))
    one = b"$3000000\r\n" + value + b"\r\n"
    assert receive(s, 8 * len(one) + 7) == one * 8 + b"+PONG\r\n"


@snippet("wire", "one byte at a time", "socket")
def byte_by_byte():
    s = connect()
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in request("SET", "k", "v") + request("GET", "k") + b"GET k\r\nPING\r\n":
        s.sendall(bytes([byte]))
    assert receive(s, 5 + 7 + 7 + 7) == b"+OK\r\n$1\r\nv\r\n$1\r\nv\r\n+PONG\r\n"


@snippet("wire", "many clients in the middle of their requests", "socket")
def interleaved():
    clients = [connect() for _ in range(40)]
    body = request("SET", "k", "v" * 30_000) + request("PING") * 50
    cut = [len(body) * i // 41 for i in range(1, 41)]
    for s, at in zip(clients, cut):
        s.sendall(body[:at])
    for s, at in zip(clients, cut):
        s.sendall(body[at:] + body)
    for s in clients:
        assert receive(s, 2 * (5 + 350)) == (b"+OK\r\n" + b"+PONG\r\n" * 50) * 2


@snippet("wire", "a client that does not read is ended when asked", "socket")
def killed():
    deaf, other = connect(), connect()
    deaf.sendall(request("CLIENT", "ID"))
    number = deaf.recv(100)[1:].strip()
    other.sendall(request("SET", "k", "v" * 60_000))
    receive(other, 5)
    deaf.sendall(request("GET", "k") * 1_000)
    time.sleep(0.2)
    other.sendall(request("CLIENT", "KILL", "ID", number))
    receive(other, 4)

    def gone():
        other.sendall(request("CLIENT", "LIST", "ID", number))
        return other.recv(4096) == b"$0\r\n\r\n"

    wait_for(gone, "the killed client to be gone")


@snippet("wire", "replies that come late follow CLIENT REPLY", "socket")
def late_replies():
    pusher = connect()
    for mode, answer in (("OFF", b"+OK\r\n+PONG\r\n"), ("SKIP", b"+OK\r\n+PONG\r\n")):
        s = connect()
        s.sendall(request("CLIENT", "REPLY", mode) + request("BLPOP", "list", 0))
        time.sleep(0.1)
        pusher.sendall(request("LPUSH", "list", "a"))
        receive(pusher, 4)
        time.sleep(0.1)
        s.sendall(request("CLIENT", "REPLY", "ON") + request("PING"))
        assert receive(s, len(answer)) == answer


@snippet("wire", "what expires in a pause is gone for every reader", "socket")
def expired_in_a_pause():
    s = connect()
    s.sendall(request("SADD", "s", "a") + request("PEXPIRE", "s", 200))
    receive(s, 8)
    s.sendall(request("CLIENT", "PAUSE", 600, "WRITE"))
    receive(s, 5)
    time.sleep(0.4)
    readers = (request("SMEMBERS", "s"), request("SUNION", "s"), request("SINTERCARD", 1, "s"))
    s.sendall(b"".join(readers))
    assert receive(s, 12) == b"*0\r\n*0\r\n:0\r\n"
    s.sendall(request("CLIENT", "UNPAUSE"))
    receive(s, 5)


def peak_kib(s):
    """The most memory that the server ever had resident."""
    s.sendall(request("INFO", "server"))
    info = s.recv(1 << 16).decode().split("\r\n")
    pid = next(line for line in info if line.startswith("process_id:")).split(":")[1]
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmHWM:")).split()[1])


@snippet("wire", "one read of requests cannot outgrow the output limit", "socket")
def output_limit_within_a_turn():
    s, deaf = connect(), connect()
    before = peak_kib(s)
    limit = "client-output-buffer-limit"
    s.sendall(request("CONFIG", "SET", limit, "normal 1mb 0 0"))
    s.sendall(request("RPUSH", "l", *["x" * 1_000] * 1_000))
    receive(s, len(b"+OK\r\n:1000\r\n"))
    deaf.sendall(request("LRANGE", "l", 0, -1) * 1_000)  # 1 GB of replies

    def ended():
        try:
            while deaf.recv(1 << 20):
                pass
        except TimeoutError:
            return False
        except ConnectionResetError:
            pass
        return True

    assert ended()
    s.sendall(request("CONFIG", "SET", limit, "normal 0 0 0"))
    receive(s, 5)
    grown = peak_kib(s) - before
    assert grown < 64 * 1024, f"the server grew by {grown} KiB"


@snippet("wire", "a hundred thousand ids in one call", "socket")
def many_ids():
    s = connect()
    s.sendall(request("XADD", "s", "1-1", "f", "v") + request("XGROUP", "CREATE", "s", "g", "0"))
    receive(s, len(b"$3\r\n1-1\r\n+OK\r\n"))
    ids = [f"{n}-1" for n in range(2, 100_002)]
    s.sendall(request("XACK", "s", "g", *ids) + request("XDEL", "s", *ids))
    assert receive(s, 8) == b":0\r\n:0\r\n"
    for command in (["XACKDEL", "s", "g"], ["XDELEX", "s"]):
        s.sendall(request(*command, "IDS", len(ids), *ids))
        assert receive(s, len(b"*100000\r\n") + 5 * len(ids)).count(b":-1\r\n") == len(ids)


@snippet("wire", "a transaction that ends its own client", "socket")
def killed_by_itself():
    s = connect()
    s.sendall(b"".join(
        request(*words.split())
        for words in (
            "MULTI",
            "SSUBSCRIBE shard",
            "SUBSCRIBE channel",
            "CLIENT KILL TYPE normal SKIPME no",
            "CLIENT KILL TYPE pubsub SKIPME no",
            "PING",
            "EXEC",
        )
    ))
    s.settimeout(20)
    while s.recv(1 << 16):
        pass
    again = connect()
    again.sendall(request("PUBSUB", "SHARDNUMSUB", "shard") + request("PING"))
    assert receive(again, 26).endswith(b":0\r\n+PONG\r\n")


def stranger_is_let_go(send):
    """Sends as an unauthenticated client that never reads; the server grows by little."""
    known = connect(AUTH_PORT)
    known.sendall(request("AUTH", PASSWORD))
    receive(known, 5)
    before, stranger = peak_kib(known), connect(AUTH_PORT)
    try:
        send(stranger)
        stranger.shutdown(socket.SHUT_WR)
        while stranger.recv(1 << 20):
            pass
    except OSError:
        pass
    grown = peak_kib(known) - before
    assert grown < 16 * 1024, f"the server grew by {grown} KiB"


@snippet("wire", "a stranger who does not read is let go", "socket")
def deaf_stranger():
    def send(stranger):
        for _ in range(1_000):
            stranger.sendall(request("GET", "k") * 1_000)

    stranger_is_let_go(send)


@snippet("wire", "a stranger's requests are small", "socket")
def large_stranger():
    for start, text in ((b"*11\r\n", b"multibulk"), (b"*1\r\n$16385\r\n", b"bulk")):
        s = connect(AUTH_PORT)
        s.sendall(start)
        error = b"-ERR Protocol error: unauthenticated " + text + b" length\r\n"
        assert receive(s, len(error)) == error
        assert s.recv(1) == b""
    stranger_is_let_go(lambda s: s.sendall(b"*1\r\n$16000\r\n" * 100_000))


def let_go_in_time(s, seconds):
    """Whether the server closes this connection within so long."""
    s.settimeout(seconds)
    try:
        return s.recv(1) == b""
    except TimeoutError:
        return False


@snippet("wire", "who is idle is let go, who waits is not", "socket")
def idle():
    idler, waiter, listener = connect(), connect(), connect()
    idler.sendall(request("PING"))
    receive(idler, 7)
    waiter.sendall(request("BLPOP", "list", 0))
    listener.sendall(request("SUBSCRIBE", "news"))
    receive(listener, len(b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n"))
    idler.sendall(request("CONFIG", "SET", "timeout", 1))
    receive(idler, 5)
    try:
        assert let_go_in_time(idler, 15)
        assert not let_go_in_time(waiter, 0.1)
        assert not let_go_in_time(listener, 0.1)
    finally:
        last = connect()
        last.sendall(request("CONFIG", "SET", "timeout", 0) + request("LPUSH", "list", "a"))
        receive(last, 9)
    waiter.settimeout(20)
    receive(waiter, len(b"*2\r\n$4\r\nlist\r\n$1\r\na\r\n"))


@snippet("wire", "giant pipelines keep nobody waiting", "socket")
def fair():
    # The same amount of work for all that other clients could be made to wait for: half a million
    # requests, all there before the first is answered. There are more clients than workers.
    greedy = [connect() for _ in range(4)]
    others = [connect() for _ in range(4)]
    pipeline = request("INCR", "counter") * 125_000
    done = []

    def send(s):
        s.sendall(pipeline)

    def drain(s):
        s.settimeout(60)
        left = 125_000
        while left:
            left -= s.recv(1 << 20).count(b"\n")
        done.append(s)

    threads = [threading.Thread(target=act, args=(s,)) for s in greedy for act in (send, drain)]
    for thread in threads:
        thread.start()
    rounds = 0
    while len(done) < len(greedy):
        for s in others:
            s.sendall(request("PING"))
        for s in others:
            receive(s, 7)
        rounds += 1
    for thread in threads:
        thread.join()
    # Whoever had to wait for a pipeline would have been served a few times.
    assert rounds > 20, f"others were served {rounds} times"
