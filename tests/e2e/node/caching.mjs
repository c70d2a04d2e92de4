// Caching, rate limiting and lifetimes: seeds 000, 002 and 003, with ioredis and node-redis.
import assert from "node:assert/strict";
import RedisV5 from "ioredis";
import RedisV6 from "ioredis-v6";
import { createClient as createV4 } from "redis-v4";
import { createClient as createV5 } from "redis-v5";
import { createClient as createV6 } from "redis-v6";
import { AUTH_PORT, Database, HOST, PASSWORD, PORT, assertTtl, snippet, url } from "./harness.mjs";

const ioredis = { "ioredis 5": RedisV5, "ioredis 6": RedisV6 };
const nodeRedis = { "node-redis 4": createV4, "node-redis 5": createV5, "node-redis 6": createV6 };

/** Registers one test for each ioredis; the client is closed after it. */
function withIoredis(seed, name, run) {
  for (const [label, Redis] of Object.entries(ioredis)) {
    snippet(seed, name, label, async () => {
      const redis = new Redis(url);
      try {
        await run(redis, Redis);
      } finally {
        redis.disconnect();
      }
    });
  }
}

/** Registers one test for each node-redis; the client is closed after it. */
function withNodeRedis(seed, name, run) {
  for (const [label, createClient] of Object.entries(nodeRedis)) {
    snippet(seed, name, label, async () => {
      const client = createClient({ socket: { host: HOST, port: PORT } });
      client.on("error", () => {});
      await client.connect();
      try {
        await run(client, createClient);
      } finally {
        await client.disconnect();
      }
    });
  }
}

const profile = { id: 123, nome: "Ana", papeis: ["admin", "editor"] };

withIoredis("000", "cache a profile for an hour", async (redis, Redis) => {
  await redis.set("usuario:123:perfil", JSON.stringify(profile), "EX", 3600);
  assert.deepEqual(JSON.parse(await redis.get("usuario:123:perfil")), profile);
  assertTtl(await redis.ttl("usuario:123:perfil"), 3600);
  const secured = new Redis(`redis://default:${PASSWORD}@${HOST}:${AUTH_PORT}`);
  assert.equal(await secured.ping(), "PONG");
  secured.disconnect();
});

withNodeRedis("000", "client from a URL with a password", async (_client, createClient) => {
  const address = `redis://default:${PASSWORD}@${HOST}:${AUTH_PORT}`;
  const client = await createClient({ url: address }).connect();
  await client.set("usuario:123:perfil", JSON.stringify(profile), { EX: 3600 });
  assert.deepEqual(JSON.parse(await client.get("usuario:123:perfil")), profile);
  await client.disconnect();
  const stranger = createClient({
    socket: { host: HOST, port: AUTH_PORT, reconnectStrategy: false },
  });
  stranger.on("error", () => {});
  const ask = () => stranger.connect().then(() => stranger.get("usuario:123:perfil"));
  await assert.rejects(ask(), /NOAUTH/);
  if (stranger.isOpen) await stranger.disconnect();
});

withIoredis("002", "cache-aside, write-through, invalidation", async (redis) => {
  const db = new Database();
  await db.update(7, { id: 7, name: "Jo" });
  async function getUser(id) {
    const hit = await redis.get(`user:${id}`);
    if (hit) return JSON.parse(hit);
    const user = await db.find(id);
    await redis.setex(`user:${id}`, 3600, JSON.stringify(user));
    return user;
  }
  async function updateUser(id, data) {
    const user = await db.update(id, data);
    await redis.setex(`user:${id}`, 3600, JSON.stringify(user));
    return user;
  }
  async function deleteUser(id) {
    await db.remove(id);
    return redis.del(`user:${id}`);
  }
  assert.deepEqual(await getUser(7), await getUser(7));
  assert.equal(db.reads, 1);
  await updateUser(7, { name: "Joe" });
  assert.equal((await getUser(7)).name, "Joe");
  assert.equal(db.reads, 1);
  assertTtl(await redis.ttl("user:7"), 3600);
  assert.equal(await deleteUser(7), 1);
  assert.equal(await getUser(7), null);
});

withIoredis("002", "rate limiter: 100 an hour", async (redis) => {
  async function check(user) {
    const key = `ratelimit:${user}:${Math.floor(Date.now() / 3_600_000)}`;
    const count = await redis.incr(key);
    if (count === 1) await redis.expire(key, 3600);
    if (count > 100) throw new Error("Rate limit exceeded");
    return key;
  }
  const key = await check("u");
  for (let i = 1; i < 100; i += 1) await check("u");
  await assert.rejects(check("u"), /Rate limit exceeded/);
  assertTtl(await redis.ttl(key), 3600);
});

withNodeRedis("002", "basic operations", async (client) => {
  await client.set("key", "value");
  assert.equal(await client.get("key"), "value");
  await client.setEx("session:123", 3600, "user_data");
  assertTtl(await client.ttl("session:123"), 3600);
  assert.equal(await client.hSet("user:1", "name", "John"), 1);
  assert.equal(await client.hGet("user:1", "name"), "John");
  assert.equal(await client.get("absent"), null);
  const replies = await client.multi().set("a", "1").incr("a").get("a").exec();
  assert.deepEqual(replies, ["OK", 2, "2"]);
  await assert.rejects(client.lPush("key", "x"), /WRONGTYPE/);
});

withNodeRedis("002", "shop project: products, carts, stock, best sellers", async (client) => {
  // Products, cached for an hour.
  await client.setEx("product:1", 3600, JSON.stringify({ id: 1, price: 10 }));
  assert.equal(JSON.parse(await client.get("product:1")).price, 10);
  // A cart: quantities in a hash.
  await client.hIncrBy("cart:u1", "product:1", 2);
  await client.hIncrBy("cart:u1", "product:1", 1);
  await client.expire("cart:u1", 1800);
  assert.deepEqual({ ...(await client.hGetAll("cart:u1")) }, { "product:1": "3" });
  // Stock changes go to whoever looks at the page.
  const watcher = client.duplicate();
  watcher.on("error", () => {});
  await watcher.connect();
  const seen = [];
  await watcher.subscribe("stock", (message) => seen.push(JSON.parse(message)));
  assert.equal(await client.publish("stock", JSON.stringify({ id: 1, left: 4 })), 1);
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(seen, [{ id: 1, left: 4 }]);
  await watcher.disconnect();
  // Best sellers.
  await client.zIncrBy("sold", 3, "product:1");
  await client.zIncrBy("sold", 5, "product:2");
  const top = await client.zRangeWithScores("sold", 0, 1, { REV: true });
  assert.deepEqual(
    top.map(({ value, score }) => [value, score]),
    [["product:2", 5], ["product:1", 3]],
  );
  // A price change drops the cached copy.
  assert.equal(await client.del("product:1"), 1);
});

withIoredis("003", "cache-aside and invalidation on update", async (redis) => {
  const db = new Database();
  await db.update(1, { id: 1, name: "Ada" });
  async function getUserById(id) {
    const key = `user:${id}`;
    const hit = await redis.get(key);
    if (hit) return JSON.parse(hit);
    const user = await db.find(id);
    await redis.setex(key, 300, JSON.stringify(user));
    return user;
  }
  assert.equal((await getUserById(1)).name, "Ada");
  assert.equal((await getUserById(1)).name, "Ada");
  assert.equal(db.reads, 1);
  assertTtl(await redis.ttl("user:1"), 300);
  await db.update(1, { name: "Eve" });
  assert.equal(await redis.del("user:1"), 1);
  assert.equal((await getUserById(1)).name, "Eve");
});

withIoredis("003", "rate limiting", async (redis) => {
  async function allowed(ip, limit = 100, window = 60) {
    const key = `ratelimit:${ip}`;
    const count = await redis.incr(key);
    if (count === 1) await redis.expire(key, window);
    return count <= limit;
  }
  // All at once: ioredis sends them as one pipeline.
  const answers = await Promise.all(Array.from({ length: 150 }, () => allowed("1.2.3.4")));
  assert.equal(answers.filter(Boolean).length, 100);
  assertTtl(await redis.ttl("ratelimit:1.2.3.4"), 60);
});

withIoredis("003", "lifetimes: setex, ttl, expire, del", async (redis) => {
  await redis.setex("key", 300, "value");
  assertTtl(await redis.ttl("key"), 300);
  assert.equal(await redis.expire("key", 600), 1);
  assertTtl(await redis.ttl("key"), 600);
  assert.equal(await redis.get("key"), "value");
  assert.equal(await redis.del("key"), 1);
  assert.equal(await redis.ttl("key"), -2);
  await redis.set("forever", 1);
  assert.equal(await redis.ttl("forever"), -1);
});

withIoredis("003", "the table of types", async (redis) => {
  await redis.hset("h", { a: "1", b: "2" });
  assert.deepEqual(await redis.hmget("h", "a", "b", "c"), ["1", "2", null]);
  assert.deepEqual(await redis.hgetall("h"), { a: "1", b: "2" });
  await redis.lpush("recent", "x", "y");
  await redis.rpush("recent", "z");
  assert.deepEqual(await redis.lrange("recent", 0, -1), ["y", "x", "z"]);
  assert.deepEqual(await redis.brpop("recent", 1), ["recent", "z"]);
  await redis.sadd("tags", "a", "b");
  assert.equal(await redis.sismember("tags", "a"), 1);
  assert.deepEqual((await redis.smembers("tags")).sort(), ["a", "b"]);
  await redis.zadd("board", 1, "one", 2, "two");
  assert.deepEqual(await redis.zrange("board", 0, -1), ["one", "two"]);
  assert.equal(await redis.zscore("board", "two"), "2");
  const blocked = redis.duplicate();
  const waiting = blocked.brpop("jobs", 5);
  await redis.lpush("jobs", "work");
  assert.deepEqual(await waiting, ["jobs", "work"]);
  blocked.disconnect();
});

withIoredis("003", "pipelines and transactions", async (redis) => {
  const piped = await redis.pipeline().set("a", 1).incr("a").get("a").exec();
  assert.deepEqual(piped, [[null, "OK"], [null, 2], [null, "2"]]);
  const done = await redis.multi().incr("a").lpush("a", "x").exec();
  assert.deepEqual(done[0], [null, 3]);
  assert.match(done[1][0].message, /WRONGTYPE/);
});
