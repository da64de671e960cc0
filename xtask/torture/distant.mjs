// Adds latency and faults to D1 and R2, so that kills hit requests in flight. 10 % of R2 requests and 2 % of D1 batches fail, before or after
// they take effect; 0.3 % hang for up to 3 s. Wraps the shipped Worker unchanged.
import { env } from "cloudflare:workers";
import Worker from "./index.js";

const FARTHEST_MS = 15;

const HANGS = 0.003;
const LONGEST_HANG_MS = 3000;

const travel = () => {
  const farthest = Math.random() < HANGS ? LONGEST_HANG_MS : FARTHEST_MS;
  return new Promise((resolve) => setTimeout(resolve, Math.random() * farthest));
};

function unreliable(prototype, name, store, fails) {
  const method = prototype[name];
  const fail = (when) => {
    if (Math.random() < fails / 2) throw new Error(`${store} fails ${when}`);
  };
  prototype[name] = async function (...parameters) {
    await travel();
    fail("before");
    const result = await method.apply(this, parameters);
    await travel();
    fail("after");
    return result;
  };
}

unreliable(Object.getPrototypeOf(env.DB), "batch", "D1", 0.02);
for (const name of ["put", "get", "delete"]) unreliable(Object.getPrototypeOf(env.R2), name, "R2", 0.1);

// Hides injected errors.
const { error } = console;
console.error = (...words) => words.some((word) => /(D1|R2) fails/.test(word)) || error(...words);

export * from "./index.js";

// `/sweep` runs the sweep of the cron trigger, and returns the R2 keys and the referenced keys.
export default class extends Worker {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/sweep") return super.fetch(request);
    await super.scheduled({ type: "scheduled", scheduledTime: Date.now(), cron: "" });
    const objects = [];
    let list;
    do {
      list = await env.R2.list({ cursor: list?.cursor });
      objects.push(...list.objects.map(({ key }) => key));
    } while (list.truncated);
    const named = async (table) => (await env.DB.prepare(`SELECT object FROM ${table}`).raw()).flat();
    return Response.json({ objects, needed: await named("segments"), discarded: await named("discarded") });
  }
}
