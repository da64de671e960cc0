// Tests of `relay`, which the module named on the command line exports: what is in the body that it makes, and when.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

// Time passes only where a test lets it.
let now = 0;
let count = 0;
const timers = new Map();
const turn = setImmediate;
globalThis.setTimeout = (task, time) => {
  timers.set(++count, { task, due: now + time });
  return count;
};
globalThis.clearTimeout = (timer) => timers.delete(timer);

/// Lets everything happen that needs no time.
const settle = () => new Promise((resolve) => turn(resolve));

/// Lets time pass.
async function pass(time) {
  const end = now + time;
  await settle();
  for (;;) {
    const [next] = [...timers].filter(([, { due }]) => due <= end).sort(([, one], [, other]) => one.due - other.due);
    if (!next) break;
    const [timer, { task, due }] = next;
    timers.delete(timer);
    now = due;
    task();
    await settle();
  }
  now = end;
}

const { relay } = await import(pathToFileURL(process.argv[2]).href);

const LIFETIME = 1_000_000;
const PAUSE = 25_000;
const COMMENT = ":\n\n";

/// An object's end of a socket.
class Socket extends EventTarget {
  marks = [];
  isOpen = true;
  accept() {}
  send(mark) {
    this.marks.push(mark);
  }
  /// The object's end is told, as on the platform.
  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.dispatchEvent(new Event("close"));
  }
  post(text) {
    const data = text.startsWith("mark") ? text : new TextEncoder().encode(text).buffer;
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

/// A client, and the object whose events it is sent.
class Client {
  socket = new Socket();
  abort = new AbortController();
  endings = [];
  #reading;

  constructor(pause, signal = this.abort.signal) {
    timers.clear();
    const response = relay(200, {}, this.socket, signal, LIFETIME, COMMENT, pause, (...ending) => this.endings.push(ending));
    this.reader = response.body.getReader();
  }

  /// What comes next, if it is there; undefined if nothing is, and null at the end.
  async read() {
    let piece;
    this.#reading ??= this.reader.read();
    this.#reading.then(({ done, value }) => (piece = done ? null : new TextDecoder().decode(value)));
    await settle();
    if (piece !== undefined) this.#reading = undefined;
    return piece;
  }

  async expect(...pieces) {
    for (const piece of pieces) assert.equal(await this.read(), piece);
    assert.equal(await this.read(), undefined);
  }
}

async function idle() {
  const client = new Client(PAUSE);
  await client.expect();
  for (let beats = 0; beats < 10; beats++) {
    await pass(PAUSE - 1);
    await client.expect();
    await pass(1);
    await client.expect(COMMENT);
  }
  await pass(PAUSE - 1);
  client.socket.post("event");
  await client.expect("event");
  await pass(PAUSE - 1);
  await client.expect();
  await pass(1);
  await client.expect(COMMENT);
}

async function withoutHeartbeat() {
  const client = new Client(0);
  await client.expect();
  client.socket.post("event");
  await client.expect("event");
  assert.equal(timers.size, 1, "only the end of its life is waited for");
  await pass(LIFETIME - 1);
  await client.expect();
  await pass(1);
  assert.equal(await client.read(), null);
}

async function stalled() {
  const client = new Client(PAUSE);
  await pass(10 * PAUSE);
  await client.expect(COMMENT);
  await pass(PAUSE);
  await client.expect(COMMENT);
}

async function stalledBeforeAnEvent() {
  const client = new Client(PAUSE);
  client.socket.post("event");
  client.socket.post("mark");
  await pass(10 * PAUSE);
  assert.deepEqual(client.socket.marks, []);
  await client.expect("event");
  assert.deepEqual(client.socket.marks, ["mark"]);
  await pass(PAUSE);
  await client.expect(COMMENT);
}

async function ended() {
  const hangUp = (reason) => (client) => client.socket.dispatchEvent(Object.assign(new Event("close"), { reason }));
  const ends = {
    "its life is over": [() => pass(LIFETIME), "timeout"],
    "the client has gone": [(client) => client.abort.abort(), "client_gone"],
    "the client takes no more": [(client) => client.reader.cancel(), "client_gone"],
    "the object has ended it": [hangUp("deleted"), "deleted"],
    "the object has hung up": [hangUp(""), "failed"],
    "the connection is lost": [(client) => client.socket.dispatchEvent(new Event("error")), "failed"],
  };
  for (const [why, [end, ending]] of Object.entries(ends)) {
    const client = new Client(PAUSE);
    client.socket.post("event");
    client.socket.post("mark");
    client.socket.post("événement");
    assert.deepEqual(client.endings, [], why);
    await end(client);
    await settle();
    // What was on its way comes late.
    client.socket.post("late");
    assert.equal(timers.size, 0, why);
    assert.equal(client.socket.isOpen, false, why);
    // It is told once, and neither marks nor comments count.
    assert.deepEqual(client.endings, [[ending, 16]], why);
  }
}

async function endedWhileTheObjectWasCalled() {
  const client = new Client(0, AbortSignal.abort());
  await settle();
  assert.deepEqual(client.endings, [["client_gone", 0]]);
}

async function unmeasured() {
  const socket = new Socket();
  relay(200, {}, socket, new AbortController().signal, LIFETIME, COMMENT, 0, undefined);
  socket.dispatchEvent(new Event("error"));
  assert.equal(socket.isOpen, false);
}

for (const test of [idle, withoutHeartbeat, stalled, stalledBeforeAnEvent, ended, endedWhileTheObjectWasCalled, unmeasured]) {
  try {
    await test();
  } catch (error) {
    error.message = `${test.name}: ${error.message}`;
    throw error;
  }
}
console.log("all cases have passed");
