// The official TypeScript client, against the server at SERVER_URL. A reader that does not follow a long stream gets every message, in every
// form that the client offers. The client sends one request, and takes its response for the whole stream.
import assert from "node:assert/strict";
import { DurableStream, stream } from "@durable-streams/client";

const COUNT = 6_000;
const BATCH = 1_000;
const url = `${process.env.SERVER_URL}/v1/stream/clients/catch-up-${Date.now()}`;

const handle = await DurableStream.create({ url, contentType: "application/json" });
const messages = Array.from({ length: COUNT }, (_, number) => ({ number, text: "x".repeat(500) }));
for (let first = 0; first < COUNT; first += BATCH) {
  const body = JSON.stringify(messages.slice(first, first + BATCH));
  const { ok, status } = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.ok(ok, `POST: ${status}`);
}

for (const offset of ["-1", "0000000000000000"]) {
  const read = () => stream({ url, offset, live: false });
  const response = await read();
  assert.deepEqual(await response.json(), messages);
  assert.equal(response.upToDate, true);
  assert.deepEqual(JSON.parse(await (await read()).text()), messages);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(await (await read()).body())), messages);
}
