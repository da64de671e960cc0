// A worker of a pool: node worker.mjs STREAMS POOL NAME
//
// It works whenever it gets a wake of the subscription POOL. Otherwise it waits for an event in the stream POOL/wakes.
import { setTimeout as sleep } from "node:timers/promises";

const [streams, pool, name] = process.argv.slice(2);
const subscription = `${streams}/__ds/subscriptions/${pool}`;
const wakes = `${streams}/${pool}/wakes`;
const results = `${streams}/${pool}/results`;

/** Codes of 409: there is no work, or this worker does not have the wake. */
const NOT_HELD = ["ALREADY_CLAIMED", "NO_PENDING_WORK", "FENCED"];

/** Sends a request. Returns `undefined` if the response has one of these codes, and throws any other error. */
async function send(address, body, headers = {}) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  const text = await response.text();
  const { error } = response.status === 409 ? JSON.parse(text) : {};
  if (NOT_HELD.includes(error?.code)) return undefined;
  throw new Error(`${address}: ${response.status} ${text}`);
}

/** A wake that this worker holds, as long as its lease is extended. */
class Wake {
  isHeld = true;

  constructor({ wake_id, generation, token, streams, lease_ttl_ms }) {
    this.generation = generation;
    this.pending = streams.filter((stream) => stream.has_pending);
    this.call = async (effect) => {
      const response = await send(`${subscription}/ack`, { wake_id, generation, ...effect }, { authorization: `Bearer ${token}` });
      if (!response) this.isHeld = false;
    };
    // A heartbeat that fails is retried before the lease ends.
    this.timer = setInterval(() => this.call({}).catch((error) => console.error(error.message)), lease_ttl_ms / 4);
  }

  /** Does all jobs. Stops when this worker has lost the wake. */
  async work() {
    try {
      for (const { path, acked_offset } of this.pending) {
        const response = await fetch(`${streams}/${path}?offset=${acked_offset}`);
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        for (const { job } of await response.json()) {
          if (!this.isHeld) return;
          await doJob(job);
        }
        await this.call({ acks: [{ stream: path, offset: response.headers.get("stream-next-offset") }] });
        if (!this.isHeld) return;
      }
      await this.call({ done: true });
    } finally {
      clearInterval(this.timer);
    }
  }
}

async function doJob(job) {
  await sleep(100);
  await send(results, { job, worker: name });
}

/** The wake, if no other worker has it and there is work. */
async function claim() {
  const response = await send(`${subscription}/claim`, { worker: name });
  return response && new Wake(await response.json());
}

let offset;

/** Waits for an event in the wake stream, or until the long-poll ends. */
async function nextEvent() {
  const response = await fetch(`${wakes}?offset=${offset}&live=long-poll`);
  if (!response.ok) throw new Error(`${wakes}: ${response.status}`);
  offset = response.headers.get("stream-next-offset");
}

// The tail is read before the first claim, so that no event is missed in between.
const { headers } = await fetch(wakes, { method: "HEAD" });
offset = headers.get("stream-next-offset");
for (;;) {
  try {
    for (let wake; (wake = await claim()); ) {
      console.log(`${name} has wake ${wake.generation}`);
      await wake.work();
      console.log(`${name} ${wake.isHeld ? "has ended" : "has lost"} wake ${wake.generation}`);
    }
    await nextEvent();
  } catch (error) {
    // What was not acknowledged stays pending.
    console.error(`${name}: ${error.message}`);
    await sleep(1000);
  }
}
