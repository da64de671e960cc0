// @durable-streams/state, against the server at SERVER_URL. An idempotent producer writes inserts, updates and deletes of two types, and
// three readers build the final state: one disconnects and returns, one is a database that is closed and opened again, and one starts
// at the end. All of them must have the producer's state.
import assert from "node:assert/strict";
import { DurableStream, IdempotentProducer } from "@durable-streams/client";
import { MaterializedState } from "@durable-streams/state";
import { createStateSchema, createStreamDB } from "@durable-streams/state/db";
import { follow } from "./follow.mjs";

const CHANGES = 400;
const PAUSE = 120;
const KEYS = 30;
const KINDS = ["task", "user"];
const url = `${process.env.SERVER_URL}/v1/stream/clients/state-${Date.now()}`;
const streamOptions = { url, contentType: "application/json" };

// A row of either type has an id.
const thing = {
  "~standard": {
    version: 1,
    vendor: "durable-streams-worker",
    validate: (value) => (typeof value?.id === "string" ? { value } : { issues: [{ message: "a thing has an id" }] }),
  },
};
const schema = createStateSchema(
  Object.fromEntries(KINDS.map((kind) => [kind, { schema: thing, type: kind, primaryKey: "id" }])),
);

// The changes, each valid for the state before it, and the final state.
function history() {
  const truth = { task: new Map(), user: new Map() };
  const counts = { insert: 0, update: 0, delete: 0 };
  const changes = Array.from({ length: CHANGES }, (_, number) => {
    const kind = KINDS[number % 2];
    const id = `${kind}-${(number * 7) % KEYS}`;
    const old = truth[kind].get(id);
    const value = { id, number, note: `“${number}” \u{1f600}\n`, nested: { of: [number, null] } };
    const operation = old === undefined ? "insert" : number % 3 === 0 ? "delete" : "update";
    counts[operation]++;
    if (operation === "delete") truth[kind].delete(id);
    else truth[kind].set(id, value);
    return schema[kind][operation]({ key: id, value, oldValue: old, headers: { txid: `change-${number}` } });
  });
  assert.ok(Object.values(counts).every((count) => count > CHANGES / 10), JSON.stringify(counts));
  return { changes, truth };
}

async function writer(handle, changes) {
  const errors = [];
  const producer = new IdempotentProducer(handle, "writer", { autoClaim: true, onError: (error) => errors.push(error) });
  for (const [number, change] of changes.entries()) {
    producer.append(JSON.stringify(change));
    if (number % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await producer.flush();
  await producer.close();
  assert.deepEqual(errors, []);
}

// Follows in one mode, disconnects, and continues at the same offset in the other mode.
async function materialized(first, second) {
  const state = new MaterializedState();
  const { seen, offset } = await follow(url, first, "-1", PAUSE);
  assert.ok(seen.length < CHANGES, "it broke off after all was over");
  state.applyBatch(seen);
  const rest = await follow(url, second, offset);
  state.applyBatch(rest.seen);
  assert.equal(seen.length + rest.seen.length, CHANGES, `${first}, then ${second}`);
  return Object.fromEntries(KINDS.map((kind) => [kind, state.getType(kind)]));
}

// The rows of a database of the stream, once it has received a given change.
async function database(live, change) {
  const db = createStreamDB({ streamOptions, state: schema, live });
  await db.preload();
  await db.utils.awaitTxId(change.headers.txid, 30_000);
  const rows = (kind) => db.collections[kind].toArray.map((row) => [row.id, asWritten(row)]);
  const found = Object.fromEntries(KINDS.map((kind) => [kind, new Map(rows(kind))]));
  db.close();
  return found;
}

// A row without the fields that the database adds.
function asWritten(row) {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("$") && name !== "_seq"));
}

const { changes, truth } = history();
const handle = await DurableStream.create(streamOptions);
const [, byLongPoll, bySse, reopened] = await Promise.all([
  writer(handle, changes),
  materialized("sse", "long-poll"),
  materialized("long-poll", "sse"),
  database("sse", changes[PAUSE]).then(() => database("long-poll", changes.at(-1))),
]);
assert.deepEqual(byLongPoll, truth);
assert.deepEqual(bySse, truth);
assert.deepEqual(reopened, truth);
assert.deepEqual(await database(false, changes.at(-1)), truth);
