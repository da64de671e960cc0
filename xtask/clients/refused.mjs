// The idempotent producer of the official TypeScript client, whose appends the server at SERVER_URL refuses. It must report an error, and neither
// repeat the request for ever nor wait for ever. OPERATOR may do everything, and READER may only read.
import assert from "node:assert/strict";
import { DurableStream, IdempotentProducer } from "@durable-streams/client";

const { SERVER_URL, OPERATOR, READER } = process.env;
const ATTEMPTS_MAX = 3;
const PATIENCE = 10_000;

let number = 0;

function created(contentType = "text/plain") {
  const url = `${SERVER_URL}/v1/stream/clients/refused-${Date.now()}-${number++}`;
  return DurableStream.create({ url, contentType, headers: bearer(OPERATOR) });
}

function bearer(token) {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

// A producer, the errors that it reports, and how often it has sent a request since the last success.
function produce(handle, headers, autoClaim) {
  const errors = [];
  const sent = { statuses: [] };
  const count = async (...request) => {
    if (sent.statuses.length === ATTEMPTS_MAX) throw new Error("the request is repeated");
    const response = await fetch(...request);
    if (response.ok) sent.statuses = [];
    else sent.statuses.push(response.status);
    return response;
  };
  const onError = (error) => errors.push(error);
  const producer = new IdempotentProducer(handle, "p", { autoClaim, headers, fetch: count, onError, lingerMs: 0 });
  return { producer, errors, sent };
}

async function flushed(producer) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(reject, PATIENCE, new Error("the producer waits"))));
  await Promise.race([producer.flush(), late]).finally(() => clearTimeout(timer));
}

// Appends with these headers, after as many successful appends as there are steps, each of which prepares the next one.
async function isRefused(what, autoClaim, expected, headers, ...steps) {
  const handle = await created();
  const { producer, errors, sent } = produce(handle, headers, autoClaim);
  for (const step of steps) {
    producer.append("x");
    await flushed(producer);
    assert.deepEqual(errors, [], what);
    await step(handle);
  }
  producer.append("y");
  await flushed(producer);
  assert.equal(errors.length, 1, `${what}: ${errors}`);
  assert.deepEqual(sent.statuses, [expected], `${what}, autoClaim ${autoClaim}: ${errors}`);
}

const nothing = () => {};
const operator = bearer(OPERATOR);
for (const autoClaim of [false, true]) {
  const refused = (what, expected, headers, ...steps) => isRefused(what, autoClaim, expected, headers, ...steps);
  await refused("no token", 401, { authorization: "" });
  await refused("a wrong token", 401, bearer("wrong"));
  await refused("a token to read", 401, bearer(READER));
  await refused("an equal Stream-Seq", 409, { ...operator, "stream-seq": "1" }, nothing);
  await refused("an old offset", 409, { ...operator, "stream-expected-offset": "0".repeat(16) }, nothing);
  await refused("a closed stream", 409, operator, nothing, (handle) => handle.close());
  await refused("another type", 409, operator, nothing, (handle) => void (handle.contentType = "application/json"));
  await refused("a deleted stream", 404, operator, nothing, (handle) => handle.delete());
  await refused("a failed precondition", 412, { ...operator, "if-none-match": "*" });
}
