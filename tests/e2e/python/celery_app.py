"""The Celery application of jobs.py: what its workers import."""

import os
import time

import redis
from celery import Celery

URL = f"redis://127.0.0.1:{os.environ['E2E_PORT']}"
app = Celery("celery_app", broker=f"{URL}/2", backend=f"{URL}/3")
app.conf.update(
    # Late acknowledgement: a task that a dead worker held is delivered again.
    task_acks_late=True,
    worker_prefetch_multiplier=16,
    broker_connection_retry_on_startup=True,
    task_default_priority=3,
    broker_transport_options={
        "priority_steps": [0, 3, 6, 9],
        "sep": ":",
        "queue_order_strategy": "priority",
    },
)
ledger = redis.Redis.from_url(f"{URL}/4", decode_responses=True)


def failures(n):
    """How often task `n` fails before it succeeds."""
    return 1 + n % 2 if n % 11 == 3 else 0


@app.task(bind=True, max_retries=3)
def work(self, n, due):
    """Fails as often as planned, then counts itself as done; returns 2n."""
    ledger.hincrby("runs", n, 1)
    if time.time() < due:
        ledger.rpush("early", n)
    if self.request.retries < failures(n):
        raise self.retry(countdown=0.05 * (n % 3))
    ledger.hincrby("done", n, 1)
    return 2 * n


@app.task
def note(level, n):
    """Writes down when it was run."""
    ledger.rpush("order", f"{level}:{n}")


@app.task
def total(numbers):
    """The body of a chord."""
    return sum(numbers)
