// @durable-streams/y-durable-streams, with all its data on the server at SERVER_URL. A document whose snapshot is longer than a page can be
// opened. The package sends one request for the snapshot, and takes its response for all of it.
import assert from "node:assert/strict";
import { YjsProvider } from "@durable-streams/y-durable-streams";
import { YjsServer } from "@durable-streams/y-durable-streams/server";
import * as Y from "yjs";

const LENGTH = 1_800_000;
const PATIENCE_MS = 20_000;
const docId = `yjs-snapshot-${Date.now()}`;

const translator = new YjsServer({ port: 0, dsServerUrl: process.env.SERVER_URL, compactionThreshold: 1024 });
await translator.start();

// Polls until a condition holds.
async function until(what, holds) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function open() {
  const doc = new Y.Doc();
  const baseUrl = `${translator.url}/v1/yjs/clients`;
  const provider = new YjsProvider({ doc, baseUrl, docId, liveMode: "sse", connect: false });
  await provider.connect();
  await until("the document is open", () => provider.synced);
  return { doc, provider };
}

const text = Array.from({ length: LENGTH / 10 }, (_, number) => String(number).padStart(10, "0")).join("");
const writer = await open();
writer.doc.getText("text").insert(0, text);
await writer.provider.flush();
await until("there is a snapshot", async () => {
  const found = await fetch(`${translator.url}/v1/yjs/clients/docs/${docId}?offset=snapshot`, { redirect: "manual" });
  return found.headers.get("location")?.endsWith("_snapshot");
});

const reader = await open();
assert.ok(reader.doc.getText("text").toJSON() === text, "the documents differ");
// The translator continues to follow this server for up to a minute.
process.exit();
