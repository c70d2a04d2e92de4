// express-session over connect-redis, over real HTTP, with the import styles of seeds 002 and 003.
import assert from "node:assert/strict";
import express from "express";
import session from "express-session";
import IORedis from "ioredis";
import { createRequire } from "node:module";
import { RedisStore as StoreV8 } from "connect-redis-v8";
import { RedisStore as StoreV9 } from "connect-redis-v9";
import { createClient as createV4 } from "redis-v4";
import { createClient as createV5 } from "redis-v5";
import { createClient as createV6 } from "redis-v6";
import { HOST, assertTtl, snippet, url } from "./harness.mjs";

const require = createRequire(import.meta.url);
const StoreV7 = require("connect-redis-v7").default;
const DAY_MS = 24 * 60 * 60 * 1000;

/** An application with login, profile, a counter and logout; cookies are secure, as in the seeds. */
function application(store) {
  const app = express();
  app.set("trust proxy", 1);
  app.use(
    session({
      store,
      secret: "not a secret here",
      resave: false,
      saveUninitialized: false,
      cookie: { secure: true, maxAge: DAY_MS },
    }),
  );
  app.post("/login/:user", (req, res) => {
    req.session.userId = req.params.user;
    res.json({ success: true });
  });
  app.get("/me", (req, res) => {
    if (!req.session.userId) return res.status(401).json({ error: "not logged in" });
    req.session.views = (req.session.views ?? 0) + 1;
    return res.json({ user: req.session.userId, views: req.session.views });
  });
  app.post("/logout", (req, res) => {
    req.session.destroy(() => res.json({ success: true }));
  });
  return app;
}

/** A browser of one user: keeps its cookie, says that a proxy ended TLS. */
function browser(base) {
  let cookie;
  return async (method, path) => {
    const headers = { "X-Forwarded-Proto": "https", ...(cookie ? { cookie } : {}) };
    const response = await fetch(base + path, { method, headers });
    const set = response.headers.getSetCookie()[0];
    if (set) cookie = set.split(";")[0];
    return { status: response.status, body: await response.json(), set };
  };
}

async function serve(app) {
  const server = await new Promise((resolve) => {
    const s = app.listen(0, HOST, () => resolve(s));
  });
  return { server, base: `http://${HOST}:${server.address().port}` };
}

/** Logs two users in, out of order, through two application servers that share the store. */
async function drive(makeStore, inspect) {
  const one = await serve(application(makeStore()));
  const two = await serve(application(makeStore()));
  try {
    const ann = browser(one.base);
    const bob = browser(two.base);
    assert.equal((await ann("GET", "/me")).status, 401);
    const login = await ann("POST", "/login/ann");
    assert.match(login.set, /Secure/);
    await bob("POST", "/login/bob");
    assert.deepEqual((await ann("GET", "/me")).body, { user: "ann", views: 1 });
    assert.deepEqual((await ann("GET", "/me")).body, { user: "ann", views: 2 });
    assert.deepEqual((await bob("GET", "/me")).body, { user: "bob", views: 1 });
    const keys = await inspect.keys("sess:*");
    assert.equal(keys.length, 2);
    for (const key of keys) assertTtl(await inspect.ttl(key), DAY_MS / 1000);
    // The session is in the store, not in the process: the other server knows it.
    const cookie = login.set.split(";")[0];
    const headers = { "X-Forwarded-Proto": "https", cookie };
    const elsewhere = await fetch(`${two.base}/me`, { headers });
    assert.deepEqual(await elsewhere.json(), { user: "ann", views: 3 });
    await ann("POST", "/logout");
    assert.equal((await inspect.keys("sess:*")).length, 1);
    assert.equal((await ann("GET", "/me")).status, 401);
  } finally {
    one.server.closeAllConnections();
    one.server.close();
    two.server.closeAllConnections();
    two.server.close();
  }
}

async function withClients(connect, close, Store) {
  const client = await connect();
  const inspect = new IORedis(url);
  try {
    await drive(() => new Store({ client }), inspect);
  } finally {
    inspect.disconnect();
    await close(client);
  }
}

const disconnect = (client) => client.disconnect();
const names = "express-session + connect-redis";
snippet("002", "Express sessions, `.default` import", `${names} 7 + node-redis 4`, () =>
  withClients(() => createV4({ url }).connect(), disconnect, StoreV7));
snippet("002", "Express sessions, `.default` import", `${names} 7 + ioredis 5`, () =>
  withClients(async () => new IORedis(url), disconnect, StoreV7));
snippet("003", "Express sessions, named import", `${names} 8 + ioredis 5`, () =>
  withClients(async () => new IORedis(url), disconnect, StoreV8));
snippet("003", "Express sessions, named import", `${names} 8 + node-redis 5`, () =>
  withClients(() => createV5({ url }).connect(), disconnect, StoreV8));
snippet("003", "Express sessions, named import", `${names} 9 + node-redis 5`, () =>
  withClients(() => createV5({ url }).connect(), disconnect, StoreV9));
snippet("003", "Express sessions, named import", `${names} 9 + node-redis 6`, () =>
  withClients(() => createV6({ url }).connect(), disconnect, StoreV9));
