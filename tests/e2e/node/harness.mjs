// Registers the tests of the tutorials' Node snippets, runs them, prints a line each.
// A test starts with an empty keyspace: `seed 003 / rate limiting / ioredis 5 ... ok`.
import assert from "node:assert/strict";
import { createClient } from "redis-v5";

export const HOST = "127.0.0.1";
export const PORT = Number(process.env.E2E_PORT);
export const AUTH_PORT = Number(process.env.E2E_AUTH_PORT ?? 0);
export const PASSWORD = process.env.E2E_PASSWORD ?? "";
export const url = `redis://${HOST}:${PORT}`;
const LIMIT_MS = 20_000;

const tests = [];

/** Registers the test of one snippet; it may take `limitMs`. */
export function snippet(seed, name, client, run, limitMs = LIMIT_MS) {
  tests.push({ name: `seed ${seed} / ${name} / ${client}`, run, limitMs });
}

/** Polls every `stepMs` until `condition()` is true; rejects after `limitMs`. */
export async function waitFor(condition, what, limitMs = 5000, stepMs = 5) {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  assert.fail(`waited ${limitMs / 1000} s for ${what}`);
}

/** Asserts that a lifetime is within five seconds below `seconds`. */
export function assertTtl(actual, seconds) {
  assert.ok(actual <= seconds && actual > seconds - 5, `ttl ${actual}, wanted about ${seconds}`);
}

/** Stands for the slow store behind the cache and counts how often it is asked. */
export class Database {
  rows = new Map();
  reads = 0;
  async find(id) {
    this.reads += 1;
    return this.rows.get(String(id)) ?? null;
  }
  async update(id, data) {
    const row = { ...this.rows.get(String(id)), ...data };
    this.rows.set(String(id), row);
    return row;
  }
  async remove(id) {
    this.rows.delete(String(id));
  }
}

/** Runs every registered test and exits. */
export async function runAll() {
  const wanted = process.argv[2] ?? "";
  const admin = await createClient({ url }).connect();
  let passed = 0;
  let failed = 0;
  for (const { name, run, limitMs } of tests.filter((t) => t.name.includes(wanted))) {
    await admin.flushAll();
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([run(), late]);
      passed += 1;
      console.log(`${name} ... ok`);
    } catch (error) {
      failed += 1;
      console.log(`${name} ... FAILED\n${error.stack}`);
    }
    clearTimeout(timer);
  }
  await admin.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}
