// Publish and subscribe in the three styles in use: the callbacks of node-redis 3 as seed 002 has
// them, the promises of its successors, and ioredis.
import assert from "node:assert/strict";
import { once } from "node:events";
import IORedis from "ioredis";
import { createRequire } from "node:module";
import { createClient as createV4 } from "redis-v4";
import { createClient as createV5 } from "redis-v5";
import { HOST, PORT, snippet, url, waitFor } from "./harness.mjs";

const require = createRequire(import.meta.url);
const legacy = require("redis-v3");
const note = { type: "new_message", userId: 123, message: "Hello!" };

snippet("002", "publish and subscribe with events", "node-redis 3", async () => {
  const publisher = legacy.createClient({ host: HOST, port: PORT });
  const subscriber = legacy.createClient({ host: HOST, port: PORT });
  const arrived = once(subscriber, "message");
  subscriber.subscribe("notifications");
  await once(subscriber, "subscribe");
  publisher.publish("notifications", JSON.stringify(note));
  const [channel, message] = await arrived;
  assert.equal(channel, "notifications");
  assert.deepEqual(JSON.parse(message), note);
  publisher.quit();
  subscriber.quit();
  await Promise.all([once(publisher, "end"), once(subscriber, "end")]);
});

snippet("002", "commands with callbacks", "node-redis 3", async () => {
  const client = legacy.createClient({ host: HOST, port: PORT });
  const call = (name, ...args) =>
    new Promise((resolve, reject) => {
      client[name](...args, (error, reply) => (error ? reject(error) : resolve(reply)));
    });
  assert.equal(await call("set", "key", "value"), "OK");
  assert.equal(await call("get", "key"), "value");
  assert.equal(await call("setex", "session:123", 3600, "user_data"), "OK");
  assert.equal(await call("hset", "user:1", "name", "John"), 1);
  assert.deepEqual({ ...(await call("hgetall", "user:1")) }, { name: "John" });
  const multi = client.multi().incr("n").incr("n");
  assert.deepEqual(await new Promise((done) => multi.exec((_e, replies) => done(replies))), [1, 2]);
  client.quit();
  await once(client, "end");
});

snippet("002", "commands with callbacks", "node-redis 4 in legacy mode", async () => {
  const client = createV4({ url, legacyMode: true });
  await client.connect();
  const set = await new Promise((done) => client.set("key", "value", (_e, reply) => done(reply)));
  const get = await new Promise((done) => client.get("key", (_e, reply) => done(reply)));
  assert.deepEqual([set, get], ["OK", "value"]);
  await client.disconnect();
});

snippet("002", "commands with callbacks", "node-redis 5 legacy()", async () => {
  const client = await createV5({ url }).connect();
  const old = client.legacy();
  const set = await new Promise((done) => old.set("key", "value", (_e, reply) => done(reply)));
  const get = await new Promise((done) => old.get("key", (_e, reply) => done(reply)));
  assert.deepEqual([set, get], ["OK", "value"]);
  client.destroy();
});

for (const [label, createClient] of [["node-redis 4", createV4], ["node-redis 5", createV5]]) {
  for (const RESP of label === "node-redis 5" ? [2, 3] : [2]) {
    snippet("002", `publish and subscribe, RESP${RESP}`, label, async () => {
      const options = label === "node-redis 5" ? { url, RESP } : { url };
      const publisher = await createClient(options).connect();
      const subscriber = await createClient(options).connect();
      const got = [];
      await subscriber.subscribe("notifications", (message) => got.push(JSON.parse(message)));
      await subscriber.pSubscribe("news.*", (message, channel) => got.push([channel, message]));
      assert.equal(await publisher.publish("notifications", JSON.stringify(note)), 1);
      assert.equal(await publisher.publish("news.sport", "goal"), 1);
      await waitFor(() => got.length === 2, "two messages");
      assert.deepEqual(got, [note, ["news.sport", "goal"]]);
      await subscriber.unsubscribe("notifications");
      assert.equal(await publisher.publish("notifications", "nobody"), 0);
      await subscriber.disconnect();
      await publisher.disconnect();
    });
  }
}

snippet("002", "publish and subscribe", "ioredis 5", async () => {
  const publisher = new IORedis(url);
  const subscriber = new IORedis(url);
  const got = [];
  subscriber.on("message", (channel, message) => got.push([channel, JSON.parse(message)]));
  assert.equal(await subscriber.subscribe("notifications"), 1);
  assert.equal(await publisher.publish("notifications", JSON.stringify(note)), 1);
  await waitFor(() => got.length === 1, "the message");
  assert.deepEqual(got, [["notifications", note]]);
  publisher.disconnect();
  subscriber.disconnect();
});
