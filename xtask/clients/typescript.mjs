// The official TypeScript client, against the server at SERVER_URL. An idempotent producer writes while readers follow. Each reader disconnects
// and returns. Every reader must get every message once, in order.
import assert from "node:assert/strict";
import { DurableStream, IdempotentProducer } from "@durable-streams/client";
import { follow } from "./follow.mjs";

const COUNT = 300;
const PAUSE = 100;
const url = `${process.env.SERVER_URL}/v1/stream/clients/typescript-${Date.now()}`;

const handle = await DurableStream.create({ url, contentType: "application/json" });

// Disconnects after a while, and continues at the same offset in the other mode.
async function reader(first, second) {
  const { seen, offset } = await follow(url, first, "-1", PAUSE);
  const rest = await follow(url, second, offset);
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
