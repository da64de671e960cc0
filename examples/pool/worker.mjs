// A worker of a pool: node worker.mjs STREAMS POOL NAME
//
// It works whenever it gets a wake of the subscription POOL. Otherwise it waits for a message in the stream POOL/wakes.
import { setTimeout as sleep } from "node:timers/promises";

const [streams, pool, name] = process.argv.slice(2);
const subscription = `${streams}/__ds/subscriptions/${pool}`;
const wakes = `${streams}/${pool}/wakes`;
const results = `${streams}/${pool}/results`;

async function send(address, body, headers = {}) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  // 409 is an answer: somebody else has the wake.
  if (!response.ok && response.status !== 409) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return response;
}

/** A wake that this worker holds, as long as its lease is extended. */
class Wake {
  isHeld = true;

  constructor({ wake_id, generation, token, streams, lease_ttl_ms }) {
    this.generation = generation;
    this.pending = streams.filter((stream) => stream.has_pending);
    this.call = async (effect) => {
      const response = await send(`${subscription}/ack`, { wake_id, generation, ...effect }, { authorization: `Bearer ${token}` });
      if (!response.ok) this.isHeld = false;
    };
    // A sign of life that fails is repeated before the lease ends.
    this.timer = setInterval(() => this.call({}).catch((error) => console.error(error.message)), lease_ttl_ms / 4);
  }

  /** Does all jobs. Stops when another worker has the wake. */
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
  return response.ok ? new Wake(await response.json()) : undefined;
}

let offset;

/** Waits for a message in the wake stream, or until the long-poll ends. */
async function nextMessage() {
  const response = await fetch(`${wakes}?offset=${offset}&live=long-poll`);
  if (!response.ok) throw new Error(`${wakes}: ${response.status}`);
  offset = response.headers.get("stream-next-offset");
}

// The tail is read before the first claim, so that no message is missed in between.
const { headers } = await fetch(wakes, { method: "HEAD" });
offset = headers.get("stream-next-offset");
for (;;) {
  try {
    for (let wake; (wake = await claim()); ) {
      console.log(`${name} has wake ${wake.generation}`);
      await wake.work();
      console.log(`${name} ${wake.isHeld ? "has ended" : "has lost"} wake ${wake.generation}`);
    }
    await nextMessage();
  } catch (error) {
    // What was not acknowledged stays pending.
    console.error(`${name}: ${error.message}`);
    await sleep(1000);
  }
}
