// The Worker with its databases and its bucket farther away, in both directions: on one machine, a batch and its answer are on
// their way for so short a time that hardly a kill comes between them. One request to the bucket in ten fails, and one batch
// in fifty, before it has done something or after; now and then one of either hangs for seconds. Around the Worker and not in it, so that what is tortured is what
// is shipped.
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

// What is meant to fail is no news.
const { error } = console;
console.error = (...words) => words.some((word) => /(D1|R2) fails/.test(word)) || error(...words);

export * from "./index.js";

// At a path of its own, sweeps the bucket as the cron trigger does, and tells what is there and what the rows name.
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
