// The official client for TypeScript, against the server at SERVER_URL: an idempotent producer writes while readers follow, each
// of whom breaks off in between and comes back. Every one of them has every message once, in order.
import assert from "node:assert/strict";
import { DurableStream, IdempotentProducer, stream } from "@durable-streams/client";

const COUNT = 300;
const PAUSE = 100;
const url = `${process.env.SERVER_URL}/v1/stream/clients/typescript-${Date.now()}`;

const handle = await DurableStream.create({ url, contentType: "application/json" });

// Follows the stream in one mode, from where it is, until it has so many messages or the stream ends.
async function follow(live, from, until) {
  const seen = [];
  let offset = from;
  const response = await stream({ url, offset, live });
  await new Promise((resolve, reject) => {
    response.subscribeJson((batch) => {
      seen.push(...batch.items);
      offset = batch.offset;
      if (seen.length >= until) {
        response.cancel("enough for now");
        resolve();
      }
    });
    response.closed.then(resolve, (error) => (seen.length >= until ? resolve() : reject(error)));
  });
  return { seen, offset };
}

// Breaks off after a while, and goes on from there in the other mode.
async function reader(first, second) {
  const { seen, offset } = await follow(first, "-1", PAUSE);
  const rest = await follow(second, offset, Infinity);
  return [...seen, ...rest.seen];
}

async function writer() {
  const errors = [];
  const producer = new IdempotentProducer(handle, "writer", { autoClaim: true, onError: (error) => errors.push(error) });
  for (let number = 0; number < COUNT; number++) {
    producer.append(JSON.stringify({ number }));
    if (number % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await producer.flush();
  await producer.close();
  assert.deepEqual(errors, []);
}

const pairs = [["sse", "long-poll"], ["long-poll", "sse"], ["sse", "sse"], ["long-poll", "long-poll"]];
const [, ...read] = await Promise.all([writer(), ...pairs.map(([first, second]) => reader(first, second))]);
const expected = Array.from({ length: COUNT }, (_, number) => ({ number }));
for (const [index, seen] of read.entries()) assert.deepEqual(seen, expected, pairs[index].join(", then "));
assert.equal((await handle.head()).streamClosed, true);
