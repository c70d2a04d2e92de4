// TLS as seed 000 writes it: `createClient` and ioredis with the authority's certificate.
import assert from "node:assert/strict";
import fs from "node:fs";
import IORedis from "ioredis";
import IORedisV6 from "ioredis-v6";
import { createClient as createV4 } from "redis-v4";
import { createClient as createV5 } from "redis-v5";
import { createClient as createV6 } from "redis-v6";
import { PASSWORD, snippet } from "./harness.mjs";

const dir = process.env.E2E_TLS_DIR ?? ".";
const file = (name) => fs.readFileSync(`${dir}/${name}`);
const url = `rediss://default:${PASSWORD}@localhost:${process.env.E2E_TLS_PORT}`;
const profile = JSON.stringify({ name: "Ana", plan: "pro" });

/** What the tutorial does with its connection, and a value that takes several records. */
async function use(redis, set) {
  await set("usuario:123:perfil", profile);
  assert.equal(await redis.get("usuario:123:perfil"), profile);
  const large = "0123456789".repeat(100_000);
  await redis.set("large", large);
  assert.equal(await redis.get("large"), large);
  const many = Array.from({ length: 500 }, (_, n) => redis.set(`k:${n}`, `${n}`));
  await Promise.all(many);
  assert.equal(await redis.get("k:499"), "499");
}

for (const [name, create] of [["node-redis 4", createV4], ["node-redis 5", createV5], ["node-redis 6", createV6]]) {
  snippet("000", "rediss:// with ca-certificate.crt", name, async () => {
    const client = create({ url, socket: { tls: true, ca: file("ca-certificate.crt") } });
    await client.connect();
    await use(client, (key, value) => client.set(key, value, { EX: 3600 }));
    await client.flushAll();
    await client.quit();
  });
  snippet("000", "rediss:// refuses another authority", name, async () => {
    const socket = { tls: true, ca: file("stranger.crt"), reconnectStrategy: false };
    const client = create({ url, socket });
    client.on("error", () => {});
    await assert.rejects(client.connect());
  });
}

for (const [name, Redis] of [["ioredis 5", IORedis], ["ioredis 6", IORedisV6]]) {
  snippet("000", "rediss:// with ca-certificate.crt", name, async () => {
    const redis = new Redis(url, { tls: { ca: file("ca-certificate.crt") } });
    await use(redis, (key, value) => redis.set(key, value, "EX", 3600));
    await redis.flushall();
    await redis.quit();
  });
  snippet("000", "rediss:// with a client certificate", name, async () => {
    const tls = {
      ca: file("ca-certificate.crt"),
      cert: file("client.crt"),
      key: file("client.key"),
    };
    const redis = new Redis(url, { tls });
    assert.equal(await redis.ping(), "PONG");
    await redis.quit();
  });
  snippet("000", "rediss:// refuses another authority", name, async () => {
    const tls = { ca: file("stranger.crt") };
    const redis = new Redis(url, { tls, lazyConnect: true, retryStrategy: null });
    redis.on("error", () => {});
    await assert.rejects(redis.connect());
    redis.disconnect();
  });
}
