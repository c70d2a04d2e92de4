"""Job queues and locks as their libraries do them: Celery with its broker and its results, Pottery's
Redlock. Each job is counted where it is done."""

import contextlib
import os
import subprocess
import sys
import threading
import time

import redis
from harness import AUTH_PORT, HOST, PASSWORD, PORT, snippet, wait_for

JOBS = int(os.environ.get("E2E_JOBS", "1000"))


@contextlib.contextmanager
def celery_worker(*options):
    """A worker process of its own; it ends as an operator would end it."""
    command = [sys.executable, "-B", "-m", "celery", "-A", "celery_app", "worker", "--loglevel=ERROR"]
    command += ["--without-gossip", "--without-mingle", *options]
    # A superuser's worker only warns about itself.
    env = dict(os.environ, C_FORCE_ROOT="1")
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env)
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


@snippet("jobs", f"{JOBS} tasks, delayed, retried, by priority", "Celery")
def celery_load():
    from celery_app import app, failures, ledger, work

    with contextlib.ExitStack() as stack:
        stack.enter_context(celery_worker("-P", "threads", "-c", "8", "-n", "one@%h"))
        stack.enter_context(celery_worker("-P", "prefork", "-c", "2", "-n", "two@%h"))
        results = []
        with app.producer_pool.acquire(block=True) as producer:
            for n in range(JOBS):
                delay = (n * 37 % 200) / 100 if n % 10 == 2 else 0
                options = {"countdown": delay} if delay else {"priority": (0, 3, 6, 9)[n % 4]}
                due = time.time() + delay
                results.append(work.apply_async((n, due), producer=producer, **options))
        wait_for(lambda: ledger.hlen("done") == JOBS, "all tasks", 90)
        for n, result in enumerate(results):
            assert result.get(timeout=10) == 2 * n
    done, runs = ledger.hgetall("done"), ledger.hgetall("runs")
    wrong = {n: count for n, count in done.items() if count != "1"}
    assert len(done) == JOBS and not wrong, ("done more than once", wrong)
    wrong = {n: count for n, count in runs.items() if int(count) != 1 + failures(int(n))}
    assert not wrong, ("attempts", wrong)
    assert ledger.lrange("early", 0, -1) == []
    broker = redis.Redis(HOST, PORT, db=2)
    assert broker.hlen("unacked") == 0 and broker.llen("celery") == 0


@snippet("jobs", "the order of priorities", "Celery")
def celery_order():
    from celery_app import ledger, note

    for n in range(100):
        note.apply_async((n % 4, n), priority=(0, 3, 6, 9)[n % 4])
    with celery_worker("-P", "solo", "--prefetch-multiplier=1"):
        wait_for(lambda: ledger.llen("order") == 100, "all tasks", 30)
    levels = [int(entry.split(":")[0]) for entry in ledger.lrange("order", 0, -1)]
    assert levels == sorted(levels), levels


@snippet("jobs", "a chord over 200 tasks", "Celery")
def celery_chord():
    from celery import chord
    from celery_app import total, work

    with celery_worker("-P", "threads", "-c", "8"):
        result = chord(work.s(n, 0) for n in range(200))(total.s())
        assert result.get(timeout=60) == 2 * sum(range(200))


@snippet("jobs", "tasks of a worker that died are run again", "Celery")
def celery_death():
    from celery_app import app, ledger, work

    broker = redis.Redis(HOST, PORT, db=2)

    def holds_tasks():
        # A task that has been popped and is not yet among these is lost with the worker: so says
        # the library. It is killed when it takes no more.
        held = broker.hlen("unacked")
        time.sleep(0.2)
        return held >= 16 and broker.hlen("unacked") == held

    with celery_worker("-P", "solo", "-n", "mortal@%h") as mortal:
        wait_for(lambda: app.control.ping(timeout=0.5), "the worker", 30)
        for n in range(30):
            work.apply_async((2 * n + 1, time.time() + 3), countdown=3)
        wait_for(holds_tasks, "tasks that it holds", 10)
        mortal.kill()
        mortal.wait()
    assert ledger.hlen("done") < 30
    # Its tasks come back when their time of visibility is over.
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        channel.qos.visibility_timeout = 0
        channel.qos.restore_visible(num=100)
    with celery_worker("-P", "threads", "-c", "4", "-n", "heir@%h"):
        wait_for(lambda: ledger.hlen("done") == 30, "all tasks", 30)


@snippet("jobs", "a lock over three servers", "Pottery")
def redlock():
    from pottery import Redlock

    def masters():
        return {
            redis.Redis(HOST, PORT),
            redis.Redis(HOST, PORT, db=1),
            redis.Redis(HOST, AUTH_PORT, password=PASSWORD),
        }

    held, most, count, failures = [0], [0], [0], []

    def hold():
        lock = Redlock(key="resource", masters=masters(), auto_release_time=5)
        for turn in range(20):
            with lock:
                held[0] += 1
                most[0] = max(most[0], held[0])
                count[0] += 1
                if turn % 5 == 0:
                    lock.extend()
                held[0] -= 1

    def guarded():
        try:
            hold()
        except Exception as e:  # noqa: BLE001
            failures.append(e)

    threads = [threading.Thread(target=guarded) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:2]
    assert most[0] == 1 and count[0] == 80, (most, count)
