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
Date.now = () => now;

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
const CHECK = 100_000;
const ID = 7n;

/// The reader of one socket, as the wasm has it.
class EventReader {
  checks = 0;
  offers = [];
  #events = [];
  #marks = [];
  #count = 0;
  #received = 0;
  #ending;
  #left = false;
  #resume = [];

  #wake() {
    for (const resume of this.#resume.splice(0)) resume();
  }
  receive(id, data) {
    assert.equal(id, ID);
    if (typeof data === "string") this.#marks.push([this.#count, data]);
    else this.#count = this.#events.push(new Uint8Array(data)) + this.#received;
    this.#wake();
  }
  lose(id, reason) {
    this.#ending ??= reason || "failed";
    this.#wake();
  }
  take() {
    this.#received = this.#count - this.#events.length;
    this.#wake();
    return this.#events.shift() ?? this.#ending;
  }
  wait(resume) {
    this.#resume.push(resume);
  }
  work() {
    if (this.offers.length) return [this.offers.shift()];
    const [due] = this.#marks;
    return due && due[0] <= this.#received ? [this.#marks.shift()[1], ID] : undefined;
  }
  wait_for_work(resume) {
    this.#resume.push(resume);
  }
  offer(text) {
    this.offers.push(text);
    this.#wake();
  }
  resume(answer) {
    this.answer = answer;
    return answer === undefined ? undefined : ID;
  }
  check() {
    this.checks += 1;
  }
  leave() {
    this.#left = true;
  }
  get left() {
    return this.#left;
  }
}

/// The body that `reader` gets from `socket`.
function respond(reader, socket, signal, pause, ended, open) {
  return relay(200, {}, reader, ID, socket, open, signal, [LIFETIME, pause, CHECK], COMMENT, ended);
}

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
  events = new EventReader();
  #reading;

  constructor(pause, signal = this.abort.signal) {
    timers.clear();
    const ended = (...ending) => this.endings.push(ending);
    const response = respond(this.events, this.socket, signal, pause, ended, (offer) => this.open(offer));
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
  assert.equal(timers.size, 2, "the end of its life is waited for, and the next check");
  await pass(LIFETIME - 1);
  await client.expect();
  assert.equal(client.events.checks, LIFETIME / CHECK - 1);
  await pass(1);
  assert.equal(await client.read(), null);
}

async function stalled() {
  const client = new Client(PAUSE);
  await client.expect();
  await pass(10 * PAUSE);
  // One that the client waited for, and one that it has not received.
  await client.expect(COMMENT, COMMENT);
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
  await settle();
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
    await client.expect("event", "événement");
    assert.deepEqual(client.endings, [], why);
    await end(client);
    await settle();
    // What was on its way comes late.
    client.socket.post("late");
    assert.equal(timers.size, 0, why);
    assert.equal(client.socket.isOpen, false, why);
    assert.equal(client.events.left, true, why);
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
  const response = respond(new EventReader(), socket, new AbortController().signal, 0, undefined);
  socket.dispatchEvent(new Event("error"));
  assert.equal((await response.body.getReader().read()).done, true);
  assert.equal(socket.isOpen, false);
}

async function withAnotherSocket() {
  const client = new Client(0);
  const other = new Socket();
  client.open = async (offer) => [other, `answer to ${offer}`];
  await client.expect();
  client.events.offer("offer");
  await settle();
  assert.equal(client.events.answer, "answer to offer");
  other.post("event");
  await client.expect("event");
  other.post("mark");
  await settle();
  assert.deepEqual(other.marks, ["mark"]);
  client.abort.abort();
  assert.deepEqual([client.socket.isOpen, other.isOpen], [true, false]);
}

async function withoutAnotherSocket() {
  const client = new Client(0);
  client.open = async () => {
    throw new Error("the object can't be reached");
  };
  client.events.answer = "none yet";
  client.events.offer("offer");
  await settle();
  assert.equal(client.events.answer, undefined);
}

async function withoutTheWasm() {
  const client = new Client(0);
  client.events.take = () => {
    throw new Error("the object belongs to another instance");
  };
  assert.equal(await client.read(), null);
  assert.deepEqual(client.endings, [["failed", 0]]);
}

const tests = [idle, withoutHeartbeat, stalled, stalledBeforeAnEvent, ended, endedWhileTheObjectWasCalled, unmeasured];
for (const test of [...tests, withAnotherSocket, withoutAnotherSocket, withoutTheWasm]) {
  try {
    await test();
  } catch (error) {
    error.message = `${test.name}: ${error.message}`;
    throw error;
  }
}
console.log("all cases have passed");
