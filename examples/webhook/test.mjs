// The Worker with a local server: node examples/webhook/test.mjs [SERVER]
//
// `cargo xtask test --only subscribers` runs this.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { Miniflare, convertV4MiniflareOptions } from "miniflare";

const [server = "http://127.0.0.1:8787"] = process.argv.slice(2);
const streams = `${server}/v1/stream`;
const json = { "content-type": "application/json" };
// Each run has its own names.
const run = randomUUID();
const subscription = `${streams}/__ds/subscriptions/receipts-${run}`;
const orders = `orders-${run}`;

/** A port that was free. Each start of the Worker uses it. */
const port = await new Promise((resolve) => {
  const socket = createServer().listen(0, "127.0.0.1", () => {
    const { port } = socket.address();
    socket.close(() => resolve(port));
  });
});
const url = `http://127.0.0.1:${port}/`;
const folder = fileURLToPath(new URL(".", import.meta.url));

async function start() {
  const modules = ["worker.js", "signature.js", "wake.js"].map((name) => ({ type: "ESModule", path: `${folder}${name}` }));
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modulesRoot: folder,
      modules,
      compatibilityDate: "2026-11-01",
      bindings: { STREAMS: streams },
      host: "127.0.0.1",
      port,
    }),
  );
  await worker.ready;
  return worker;
}

async function send(method, address, body) {
  const response = await fetch(address, { method, headers: body === undefined ? {} : json, body: body && JSON.stringify(body) });
  assert(response.ok, `${method} ${address}: ${response.status} ${await response.clone().text()}`);
  return response;
}

const shown = async () => (await send("GET", subscription)).json();

/** Waits until something is true. */
async function until(what, isSo) {
  for (const end = Date.now() + 20_000; !(await isSo()); await sleep(50)) assert(Date.now() < end, `${what} takes too long`);
}

/** Waits until an order has its receipt, and checks that it has one. */
async function receipt(order, paid) {
  const address = `${streams}/receipts/${order}`;
  await until(`the receipt of ${order}`, async () => (await fetch(address)).ok);
  assert.deepEqual(await (await send("GET", address)).json(), [{ order, paid }]);
}

async function test(name, steps) {
  await steps();
  console.log(`ok ${name}`);
}

const order = (number) => `${run}-${number}`;
let worker = await start();

try {
  await test("each order has a receipt", async () => {
    await send("PUT", subscription, { type: "webhook", pattern: `${orders}/*`, lease_ttl_ms: 5000, webhook: { url } });
    await send("PUT", `${streams}/${orders}/berlin`, [{ order: order(1), sum: 100 }, { order: order(2), sum: 20 }]);
    await receipt(order(1), 100);
    await receipt(order(2), 20);
  });

  await test("orders that arrive while the Worker is stopped have a receipt later", async () => {
    await until("the end of the wake", async () => (await shown()).phase === "idle");
    await worker.dispose();
    worker = undefined;
    await send("POST", `${streams}/${orders}/berlin`, { order: order(3), sum: 30 });
    await send("PUT", `${streams}/${orders}/hamburg`, [{ order: order(4), sum: 40 }]);
    await until("a failed attempt", async () => (await shown()).status === "failed");
    worker = await start();
    await receipt(order(3), 30);
    await receipt(order(4), 40);
  });

  await test("everything is acknowledged", async () => {
    await until("the end of the wake", async () => (await shown()).phase === "idle");
    for (const { path, acked_offset } of (await shown()).streams) {
      const { headers } = await send("HEAD", `${streams}/${path}`);
      assert.equal(acked_offset, headers.get("stream-next-offset"), path);
    }
  });

  await test("a request that the server has not signed is refused", async () => {
    const forged = { streams: [], callback_url: url };
    const { keys } = await (await send("GET", `${streams}/__ds/jwks.json`)).json();
    const now = Math.floor(Date.now() / 1000);
    for (const signature of [
      undefined,
      "",
      `t=${now},kid=${keys[0].kid},ed25519=${"A".repeat(86)}`,
      `t=${now},kid=ds_other,ed25519=${"A".repeat(86)}`,
      `t=${now - 301},kid=${keys[0].kid},ed25519=${"A".repeat(86)}`,
    ]) {
      const headers = { ...json, ...(signature === undefined ? {} : { "webhook-signature": signature }) };
      const { status } = await fetch(url, { method: "POST", headers, body: JSON.stringify(forged) });
      assert.equal(status, 401, `${signature}`);
    }
    assert.equal((await fetch(url)).status, 405);
  });
} finally {
  await worker?.dispose();
  await send("DELETE", subscription);
}
