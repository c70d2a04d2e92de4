// Runs the Node end-to-end tests: `E2E_PORT=6379 node run.mjs [part of a name]`.
import "./caching.mjs";
import "./jobs.mjs";
import "./messages.mjs";
import "./sessions.mjs";
import "./tls.mjs";
import { runAll } from "./harness.mjs";

await runAll();
