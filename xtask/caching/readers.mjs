// Counts the requests of READERS readers that pass the cache at CACHE_URL and reach the Worker at WORKER_URL. ASKED is the log of those
// requests. Every reader must get all data in order. Prints a row of docs/caching.md for each case. TOKEN is the Worker's token, if it
// has one; PAGES means that the Worker returns pages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { CACHE_URL, WORKER_URL, ASKED, TOKEN, PAGES } = process.env;
const READERS = 500;
const MESSAGES = 20;
const PACE_MS = 1000;
const HISTORY = 1200;
const headers = TOKEN ? { authorization: `Bearer ${TOKEN}` } : {};

let streams = 0;
let sent = 0;

class Stream {
  constructor() {
    this.path = `/v1/stream/caching/${process.pid}-${++streams}`;
    this.count = 0;
    this.tail = undefined;
  }

  async send(method, more, body) {
    const response = await fetch(WORKER_URL + this.path, {
      method, headers: { ...headers, "content-type": "application/json", ...more }, body,
    });
    assert.ok(response.ok, `${method}: ${response.status}`);
    this.tail = response.headers.get("stream-next-offset");
  }

  static async create() {
    const stream = new Stream();
    await stream.send("PUT");
    return stream;
  }

  // Appends numbered messages. The last one may close the stream.
  async append(messages, padding = "", more = {}) {
    const batch = Array.from({ length: messages }, (_, index) => ({ number: this.count + index, padding }));
    await this.send("POST", more, JSON.stringify(batch));
    this.count += messages;
  }

  // Appends messages with pauses. The last one closes the stream.
  async live() {
    for (let index = 1; index <= MESSAGES; index++) {
      await sleep(PACE_MS);
      await this.append(1, "", index === MESSAGES ? { "stream-closed": "true" } : {});
    }
  }
}

// One response through the cache.
async function ask(stream, query) {
  sent++;
  const response = await fetch(`${CACHE_URL}${stream.path}?${query}`, { headers });
  assert.ok(response.ok, `${response.status} for ${query}`);
  const text = await response.text();
  const header = (name) => response.headers.get(name);
  return {
    numbers: text ? JSON.parse(text).map(({ number }) => number) : [],
    offset: header("stream-next-offset"),
    cursor: header("stream-cursor"),
    upToDate: header("stream-up-to-date") === "true",
    closed: header("stream-closed") === "true",
  };
}

// Reads from an offset to the tail.
async function catchUp(stream, offset = "-1") {
  const numbers = [];
  let page = { offset };
  do {
    page = await ask(stream, `offset=${page.offset}`);
    numbers.push(...page.numbers);
  } while (!page.upToDate);
  return numbers;
}

// Long-polls from an offset until the stream ends, with the cursors of the responses.
async function poll(stream, offset) {
  const numbers = [];
  let answer = { offset };
  do {
    const cursor = answer.cursor ? `cursor=${answer.cursor}&` : "";
    answer = await ask(stream, `${cursor}live=long-poll&offset=${answer.offset}`);
    numbers.push(...answer.numbers);
  } while (!answer.closed);
  return numbers;
}

// Runs all readers, with `meanwhile` beside them, and compares what they got with the stream's content: from their first message on, or for
// readers that stop at the tail, with the content before they arrived.
async function measure(name, stream, read, happening = Promise.resolve(), first = () => 0, leave = false) {
  sent = 0;
  const before = stream.count;
  const readers = Array.from({ length: READERS }, (_, index) => read(index));
  await happening;
  for (const [index, numbers] of (await Promise.all(readers)).entries()) {
    const from = first(index);
    const count = leave ? numbers.length : stream.count - from;
    assert.ok(from + count >= before, `${name}: reader ${index} left too early`);
    const expected = Array.from({ length: count }, (_, number) => from + number);
    assert.deepEqual(numbers, expected, `${name}: reader ${index}`);
  }
  await sleep(500);
  const asked = readFileSync(ASKED, "utf8").split("\n").filter((line) => line.startsWith(`${stream.path}?`));
  const bytes = asked.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  const megabytes = (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
  console.log(`| ${name} | ${sent.toLocaleString("en")} | ${asked.length.toLocaleString("en")} | ${megabytes} |`);
}

const as = TOKEN ? ", with a token" : PAGES ? ", in pages" : "";

async function written() {
  const stream = await Stream.create();
  for (let batch = 0; batch < 10; batch++) await stream.append(HISTORY / 10, "x".repeat(1000));
  return stream;
}

const history = await written();
await measure(`a history, all at once${as}`, history, () => catchUp(history));

if (!TOKEN) {
  // One after the other, while the stream grows.
  const later = (index) => sleep((index / READERS) * MESSAGES * PACE_MS);
  const growing = await written();
  const one = (index) => later(index).then(() => catchUp(growing));
  await measure(`a history that grows, one reader after the other${as}`, growing, one, growing.live(), undefined, true);

  // Each one continues where it stopped.
  const known = await written();
  const where = (index) => index * 2;
  const offset = (index) => where(index).toString(16).toUpperCase().padStart(16, "0");
  const back = (index) => later(index).then(() => catchUp(known, offset(index)));
  await measure(`the same, each from another offset on${as}`, known, back, known.live(), where, true);
}
if (PAGES) process.exit();

const head = await fetch(CACHE_URL + history.path, { method: "HEAD", headers });
assert.equal(head.headers.get("stream-next-offset"), history.tail, "HEAD tells where the tail is");

const events = await fetch(`${CACHE_URL}${history.path}?live=sse&offset=now`, { headers, signal: AbortSignal.timeout(5000) });
const { value } = await events.body.getReader().read();
assert.match(new TextDecoder().decode(value), /^event: control/, "events come at once");

const together = await Stream.create();
const start = together.tail;
await measure(`live, all from the first message on${as}`, together, () => poll(together, start), together.live());

if (!TOKEN) {
  // As an application does that gets its state elsewhere, with the offset of that state.
  const apart = await Stream.create();
  const firsts = [];
  const come = async (index) => {
    await sleep((index / READERS) * (MESSAGES - 4) * PACE_MS);
    firsts[index] = apart.count;
    return poll(apart, apart.tail);
  };
  await measure("live, each from another moment on", apart, come, apart.live(), (index) => firsts[index]);

  const quiet = await Stream.create();
  const silence = quiet.tail;
  const end = () => quiet.append(1, "", { "stream-closed": "true" });
  await measure("nothing for ten seconds, then the end", quiet, () => poll(quiet, silence), sleep(10_000).then(end));
}
