// The Worker with its databases and its bucket farther away, in both directions: on one machine, a batch and its answer are on
// their way for so short a time that hardly a kill comes between them. One request to the bucket in ten fails, before
// it has done something or after. Around the Worker and not in it, so that what is tortured is what
// is shipped.
import { env } from "cloudflare:workers";
import Worker from "./index.js";

const FARTHEST_MS = 15;

const prototype = Object.getPrototypeOf(env.DB);
const { batch } = prototype;
const travel = () => new Promise((resolve) => setTimeout(resolve, Math.random() * FARTHEST_MS));
prototype.batch = async function (statements) {
  await travel();
  const results = await batch.call(this, statements);
  await travel();
  return results;
};

const FAILS = 0.1;

const bucket = Object.getPrototypeOf(env.R2);
const fail = (when) => {
  if (Math.random() < FAILS / 2) throw new Error(`R2 fails ${when}`);
};
for (const name of ["put", "get", "delete"]) {
  const method = bucket[name];
  bucket[name] = async function (...parameters) {
    await travel();
    fail("before");
    const result = await method.apply(this, parameters);
    fail("after");
    return result;
  };
}

// What is meant to fail is no news.
const { error } = console;
console.error = (...words) => words.some((word) => String(word).includes("R2 fails")) || error(...words);

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
