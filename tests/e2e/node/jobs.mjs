// Job queues, rate limits and locks as their libraries do them, in Lua on the server: BullMQ,
// rate-limiter-flexible and Redlock. The workload is counted: each job is done as often as the library
// promises, once unless a worker died under it.
import assert from "node:assert/strict";
import { Queue, QueueEvents, Worker } from "bullmq";
import IORedis from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import Redlock from "redlock";
import { AUTH_PORT, HOST, PASSWORD, PORT, snippet, waitFor } from "./harness.mjs";

const JOBS = Number(process.env.E2E_JOBS ?? 1000);
const connection = { host: HOST, port: PORT };
const LIMIT_MS = 90_000;

/** What job `n` of the workload asks for: every kind of job in a fixed mix. */
function plan(n) {
  const opts = { jobId: `job-${n}` };
  let failures = 0;
  if (n % 5 === 1) opts.priority = 1 + (n % 10);
  if (n % 7 === 2) opts.delay = 50 + ((n * 37) % 2000);
  if (n % 9 === 3) {
    failures = 1 + (n % 2);
    opts.attempts = 3;
    opts.backoff = { type: n % 4 === 3 ? "exponential" : "fixed", delay: 40 };
  }
  return { name: "work", data: { n, failures }, opts };
}

/** Counts what is done to each job, for the assertions at the end. */
class Ledger {
  runs = new Map();
  done = new Map();
  early = [];
  add(map, id) {
    map.set(id, (map.get(id) ?? 0) + 1);
  }
  async process(job) {
    this.add(this.runs, job.id);
    const delay = plan(job.data.n).opts.delay ?? 0;
    if (Date.now() < job.timestamp + delay - 1) this.early.push(job.id);
    if (job.attemptsMade < job.data.failures) throw new Error("planned");
    this.add(this.done, job.id);
    return job.data.n * 2;
  }
}

snippet("jobs", `${JOBS} jobs, delayed, retried, by priority`, "BullMQ", async () => {
  const queue = new Queue("load", { connection });
  const ledger = new Ledger();
  const workers = [];
  let stalled = 0;
  for (let i = 0; i < 3; i += 1) {
    const worker = new Worker("load", (job) => ledger.process(job), { connection, concurrency: 50 });
    worker.on("stalled", () => (stalled += 1));
    worker.on("error", (error) => console.log(`worker: ${error.message}`));
    workers.push(worker);
  }
  const jobs = Array.from({ length: JOBS }, (_, n) => plan(n));
  for (let at = 0; at < JOBS; at += 250) await queue.addBulk(jobs.slice(at, at + 250));
  // A job that is there already is not added again.
  await queue.addBulk(jobs.slice(0, 50));
  const isDone = async () => (await queue.getJobCountByTypes("completed", "failed")) === JOBS;
  await waitFor(isDone, "all jobs", LIMIT_MS, 100);
  const counts = await queue.getJobCounts();
  const left = Object.entries(counts).filter(([state, count]) => state !== "completed" && count);
  assert.deepEqual(left, [], "no job is left behind or failed");
  assert.equal(counts.completed, JOBS);
  assert.equal(stalled, 0, "nobody died, so nothing is run again");
  assert.deepEqual(ledger.early, [], "no job before its time");
  for (let n = 0; n < JOBS; n += 1) {
    assert.equal(ledger.done.get(`job-${n}`), 1, `job ${n} is done once`);
    assert.equal(ledger.runs.get(`job-${n}`), 1 + plan(n).data.failures, `attempts of job ${n}`);
  }
  const sample = await queue.getJob(`job-${JOBS - 1}`);
  assert.equal(sample.returnvalue, (JOBS - 1) * 2);
  await Promise.all(workers.map((worker) => worker.close()));
  await queue.obliterate({ force: true });
  await queue.close();
}, LIMIT_MS);

snippet("jobs", "the order of priorities, then of arrival", "BullMQ", async () => {
  const queue = new Queue("order", { connection });
  const levels = [3, 1, 2, 5, 1, 4, 2, 3, 1, 5];
  const jobs = Array.from({ length: 200 }, (_, n) => {
    return { name: "n", data: { n, level: levels[n % 10] }, opts: { priority: levels[n % 10] } };
  });
  await queue.addBulk(jobs);
  const seen = [];
  const worker = new Worker("order", async (job) => void seen.push(job.data), { connection });
  await waitFor(() => seen.length === jobs.length, "all jobs");
  const sorted = jobs.map((job) => job.data).sort((a, b) => a.level - b.level || a.n - b.n);
  assert.deepEqual(seen, sorted);
  await worker.close();
  await queue.close();
});

snippet("jobs", "jobs of a worker that died are run again", "BullMQ", async () => {
  const queue = new Queue("deaths", { connection });
  const events = new QueueEvents("deaths", { connection });
  await events.waitUntilReady();
  const stalled = new Set();
  events.on("stalled", ({ jobId }) => stalled.add(jobId));
  const settings = { connection, concurrency: 10, lockDuration: 1000, stalledInterval: 500 };
  const started = new Map();
  const done = new Map();
  // The first worker takes ten jobs, ends none and dies without a word.
  const note = (map, id) => map.set(id, (map.get(id) ?? 0) + 1);
  const hang = async (job) => {
    note(started, job.id);
    await new Promise(() => {});
  };
  const mortal = new Worker("deaths", hang, settings);
  mortal.on("error", () => {});
  await queue.addBulk(Array.from({ length: 100 }, (_, n) => ({ name: "d", data: n })));
  await waitFor(() => started.size === 10, "ten jobs under way");
  await mortal.close(true);
  const heir = new Worker("deaths", async (job) => note(done, job.id), settings);
  await waitFor(() => done.size === 100, "all jobs");
  assert.ok([...done.values()].every((count) => count === 1));
  await waitFor(() => stalled.size === 10, "ten jobs reported as stalled");
  assert.ok([...stalled].every((id) => started.has(id)));
  await heir.close();
  await events.close();
  await queue.close();
});

snippet("jobs", "10,000 calls, limited", "rate-limiter-flexible", async () => {
  const clients = Array.from({ length: 4 }, () => new IORedis(PORT, HOST));
  const limiters = clients.map(
    (storeClient) =>
      new RateLimiterRedis({ storeClient, keyPrefix: "rl", points: 60, duration: 30 }),
  );
  const allowed = new Map();
  const calls = Array.from({ length: 10_000 }, async (_, n) => {
    const key = `user-${n % 100}`;
    try {
      const state = await limiters[n % 4].consume(key);
      assert.ok(state.remainingPoints >= 0);
      allowed.set(key, (allowed.get(key) ?? 0) + 1);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      assert.ok(refusal.msBeforeNext > 0 && refusal.msBeforeNext <= 30_000);
    }
  });
  await Promise.all(calls);
  assert.equal(allowed.size, 100);
  assert.ok([...allowed.values()].every((count) => count === 60), "sixty of a hundred each");
  const short = new RateLimiterRedis({
    storeClient: clients[0], keyPrefix: "short", points: 2, duration: 1, blockDuration: 1,
  });
  await short.consume("a");
  await short.consume("a");
  await assert.rejects(short.consume("a"), RateLimiterRes);
  await waitFor(() => short.consume("a").then(() => true, () => false), "the next second", 5000, 50);
  await short.delete("a");
  assert.equal(await short.get("a"), null);
  for (const client of clients) client.disconnect();
}, LIMIT_MS);

/** How long a lock lasts that nobody gives back. */
const LOCK_MS = 3000;

/** Holds the lock 40 times for each set of clients in `all`, one holder at a time. */
async function contend(all, settings) {
  let held = 0;
  let count = 0;
  const work = async (clients) => {
    const redlock = new Redlock(clients, settings);
    redlock.on("error", () => {});
    for (let i = 0; i < 40; i += 1) {
      let lock = await redlock.acquire(["resource:a", "resource:b"], LOCK_MS);
      held += 1;
      assert.equal(held, 1, "one holder");
      // The library counts a lock's time from the first try, the servers from the one that won.
      const left = lock.expiration - Date.now();
      if (i % 8 === 0 && left > LOCK_MS / 2) lock = await lock.extend(LOCK_MS);
      count += 1;
      held -= 1;
      await lock.release().catch((error) => {
        if (left > 0) throw error;
      });
    }
  };
  await Promise.all(all.map(work));
  assert.equal(count, 40 * all.length);
}

// The library keeps what a lost vote has locked, so contenders may block each other for as long as a
// lock lasts: with two that is seldom, and short.
snippet("jobs", "a lock over three servers", "Redlock", async () => {
  const masters = () => [
    new IORedis(PORT, HOST),
    new IORedis(PORT, HOST, { db: 1 }),
    new IORedis(AUTH_PORT, HOST, { password: PASSWORD }),
  ];
  const all = [masters(), masters()];
  await all[0][2].flushall();
  await contend(all, { retryCount: -1, retryDelay: 3, retryJitter: 5 });
  const redlock = new Redlock(all[0], { retryCount: 0 });
  const lock = await redlock.acquire(["resource:a"], 5000);
  await assert.rejects(redlock.acquire(["resource:a"], 5000));
  await lock.release();
  for (const client of all.flat()) client.disconnect();
}, LIMIT_MS);

snippet("jobs", "a lock that six contend for", "Redlock", async () => {
  const all = Array.from({ length: 6 }, () => [new IORedis(PORT, HOST)]);
  await contend(all, { retryCount: -1, retryDelay: 3, retryJitter: 5 });
  for (const client of all.flat()) client.disconnect();
}, LIMIT_MS);
