// Plays a model that writes an answer, token by token, into a new stream: node model.mjs [SERVER] [PAUSE]
//
// SERVER is where `cargo xtask dev` listens; PAUSE is how long a token of the answer takes, in milliseconds. If the server requires
// credentials, WRITE_TOKEN permits creating, appending and closing below examples/, and READ_TOKEN reading there. The page gets the latter.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const [server = "http://127.0.0.1:8787", pause = "250"] = process.argv.slice(2);
const { WRITE_TOKEN, READ_TOKEN } = process.env;
const authorization = WRITE_TOKEN ? { authorization: `Bearer ${WRITE_TOKEN}` } : {};
const stream = `${server}/v1/stream/examples/${randomUUID()}`;
const tokens = readFileSync(new URL("answer.txt", import.meta.url), "utf8").match(/\s*\S{1,6}/g);

// Asks until there is an answer that is not "try again".
async function send(method, headers, body) {
  for (;;) {
    const response = await fetch(stream, { method, headers: { ...headers, ...authorization }, body }).catch(() => undefined);
    if (response?.ok) return;
    if (response && response.status !== 429 && response.status !== 503) throw new Error(await response.text());
    await sleep(1000);
  }
}

// A name for this writer and a number for each append: if one is sent again, the server knows it, and doesn't append it again.
let number = 0;
const append = (message, headers = {}) => send("POST", {
  "content-type": "application/json",
  "producer-id": "model",
  "producer-epoch": "0",
  "producer-seq": String(number++),
  ...headers,
}, JSON.stringify(message));

await send("PUT", { "content-type": "application/json" });

const page = new URL("index.html", import.meta.url);
page.searchParams.set("stream", stream);
if (READ_TOKEN) page.hash = new URLSearchParams({ token: READ_TOKEN });
console.log(`Open this in two tabs:\n${page}`);

const last = tokens.pop();
for (const token of tokens) {
  await append(token);
  await sleep(Number(pause));
}
// The last token closes the stream, in one step.
await append(last, { "stream-closed": "true" });
