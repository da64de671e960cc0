// @durable-streams/y-durable-streams, with all its data on the server at SERVER_URL. Two people edit a document at the same time, all connections
// break, one of them reloads the page and continues, and a third person opens the document later. All three must have the same document,
// with every edit once.
//
// The package has its own protocol for snapshots and presence. Its own server translates that, and stores updates, snapshots, their index and
// presence in streams of this server. The translator is required: without it, the package (0.2.7) reads and writes a document well, but sends
// presence as edits, and closes the stream when a client leaves.
// With any server, the package never sends edits made while disconnected, and after a reconnect takes new edits for repetitions, because the
// same producer starts at 0 again. So a returning client uses a new document, as after a reload.
import assert from "node:assert/strict";
import { YjsProvider } from "@durable-streams/y-durable-streams";
import { YjsServer } from "@durable-streams/y-durable-streams/server";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

const ROUNDS = 20;
const COMPACT_AFTER = 1024;
const PATIENCE_MS = 20_000;
const docId = `yjs-${Date.now()}`;

// The translator in front of SERVER_URL; on the same port again after a break.
let translator;
async function translate(port) {
  translator = new YjsServer({ port, dsServerUrl: process.env.SERVER_URL, compactionThreshold: COMPACT_AFTER });
  await translator.start();
}

async function breakConnections() {
  const { port } = new URL(translator.url);
  await translator.stop();
  await translate(Number(port));
}

// Polls until a condition holds.
async function until(what, holds) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// A person who has the document open.
class Person {
  constructor(liveMode) {
    this.doc = new Y.Doc();
    this.awareness = new Awareness(this.doc);
    this.errors = [];
    this.provider = new YjsProvider({
      doc: this.doc, awareness: this.awareness, baseUrl: `${translator.url}/v1/yjs/clients`, docId, liveMode, connect: false,
    });
    this.provider.on("error", (error) => this.errors.push(error));
  }

  static async open(liveMode) {
    const person = new Person(liveMode);
    await person.provider.connect();
    await until("the document is open", () => person.provider.synced);
    return person;
  }

  // Writes a word at the beginning, in the middle or at the end. Every fifth is deleted again.
  edit(number) {
    const words = this.doc.getArray("words");
    const word = `${this.doc.clientID}/${number}`;
    words.insert([0, words.length >> 1, words.length][number % 3], [word]);
    if (number % 5 === 4) words.delete(words.toArray().indexOf(word), 1);
    this.doc.getMap("last").set(String(this.doc.clientID), number);
    this.doc.getText("text").insert(0, `${number} \u{1f600}\n`);
  }

  content() {
    const [words, last, text] = [this.doc.getArray("words"), this.doc.getMap("last"), this.doc.getText("text")];
    return { words: words.toJSON(), last: last.toJSON(), text: text.toJSON() };
  }

  // Whether it has all edits and deletions of another one.
  has(other) {
    return Y.equalSnapshots(Y.snapshot(this.doc), Y.snapshot(other.doc));
  }

  sees(other) {
    return this.awareness.getStates().get(other.doc.clientID)?.reading;
  }

  async leave() {
    await this.provider.disconnect();
    this.provider.destroy();
    this.awareness.destroy();
    assert.deepEqual(this.errors, []);
  }
}

// All of them edit at once, in rounds.
async function edit(people, first) {
  for (let number = first; number < first + ROUNDS; number++) {
    for (const person of people) person.edit(number);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(people.map((person) => person.provider.flush()));
}

async function agree(people) {
  const [first, ...others] = people;
  await until(`${people.length} have the same document`, () => others.every((other) => other.has(first)));
  for (const other of others) assert.deepEqual(other.content(), first.content());
}

await translate(0);
const one = await Person.open("sse");
const two = await Person.open("long-poll");
await edit([one, two], 0);
await agree([one, two]);
await breakConnections();
await edit([one, two], ROUNDS);
await agree([one, two]);

await two.leave();
await edit([one], 2 * ROUNDS);
const again = await Person.open("long-poll");
await edit([one, again], 3 * ROUNDS);
const late = await Person.open("sse");
await agree([one, again, late]);

const written = [[one, 0, 4], [two, 0, 2], [again, 3, 4]].flatMap(([{ doc }, first, end]) =>
  Array.from({ length: (end - first) * ROUNDS }, (_, index) => ({ by: doc.clientID, number: first * ROUNDS + index })),
);
const { words, last, text } = late.content();
const kept = written.filter(({ number }) => number % 5 !== 4).map(({ by, number }) => `${by}/${number}`);
assert.deepEqual(words.toSorted(), kept.toSorted());
assert.deepEqual(last, Object.fromEntries(written.map(({ by, number }) => [by, number])));
const lines = written.map(({ number }) => `${number} \u{1f600}`);
assert.deepEqual(text.trimEnd().split("\n").toSorted(), lines.toSorted());

one.awareness.setLocalState({ reading: "page 7" });
await until("another one sees where the first is", () => again.sees(one) === "page 7");
await one.leave();
await until("another one sees that the first has gone", () => again.sees(one) === undefined);

const found = await fetch(`${translator.url}/v1/yjs/clients/docs/${docId}?offset=snapshot`, { redirect: "manual" });
assert.match(found.headers.get("location"), /_snapshot$/, "the late one has begun with a snapshot");
for (const person of [again, late]) await person.leave();
// The translator goes on listening to our server for those who have left, up to a minute.
process.exit();
