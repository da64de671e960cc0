// Uploads files to the Worker with tus-js-client, and looks for them in R2.
//
// `cargo xtask test --only tus` builds the Worker and runs this.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { Upload, defaultOptions } from "tus-js-client";

const build = fileURLToPath(new URL("build/", import.meta.url));
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    modulesRoot: build,
    modules: [
      { type: "ESModule", path: `${build}index.js` },
      { type: "CompiledWasm", path: `${build}index_bg.wasm` },
    ],
    compatibilityDate: "2026-11-01",
    r2Buckets: ["R2"],
    bindings: { LIMIT_PIECE: "256 KiB", LIMIT_UPLOAD: "20 MiB" },
  }),
);
const url = new URL("/files", await miniflare.ready);
const bucket = await miniflare.getR2Bucket("R2");

/** Starts an upload. `ended` settles with it. */
function begin(file, options = {}) {
  let upload;
  const ended = new Promise((resolve, reject) => {
    upload = new Upload(file, {
      endpoint: url.href,
      retryDelays: null,
      ...options,
      onSuccess: () => resolve(upload.url),
      onError: reject,
    });
  });
  upload.start();
  return { upload, ended };
}

const id = (location) => new URL(location).pathname.split("/").pop();
const keys = async (location) => (await bucket.list({ prefix: `${id(location)}/` })).objects.map(({ key }) => key.split("/")[1]);
const content = async (location) => Buffer.from(await (await bucket.get(`${id(location)}/file`)).arrayBuffer());
const version = { "Tus-Resumable": "1.0.0" };

async function test(name, run) {
  await run();
  console.log(`ok ${name}`);
}

await test("a file in one request", async () => {
  const file = randomBytes(1_000_000);
  const location = await begin(file, { metadata: { filename: "größe.bin", empty: "" } }).ended;
  assert.deepEqual(await content(location), file);
  assert.deepEqual(await keys(location), ["file", "upload"]);
  const head = await fetch(location, { method: "HEAD", headers: version });
  assert.equal(head.headers.get("upload-offset"), "1000000");
  assert.equal(head.headers.get("upload-metadata"), `filename ${Buffer.from("größe.bin").toString("base64")},empty`);
});

await test("a file in many requests, longer than a part in R2", async () => {
  const file = randomBytes(9_000_001);
  const location = await begin(file, { chunkSize: 999_999 }).ended;
  assert.deepEqual(await content(location), file);
});

await test("an empty file", async () => {
  const location = await begin(Buffer.alloc(0)).ended;
  assert.equal((await content(location)).length, 0);
});

await test("an upload that stops in the middle of a request continues", async () => {
  const file = randomBytes(3_000_000);
  // The source stops after 2 MB, as a lost connection does.
  let stopped;
  const half = new Promise((resolve) => (stopped = resolve));
  const slow = Readable.from(
    (async function* () {
      for (let at = 0; at < 2_000_000; at += 100_000) yield file.subarray(at, at + 100_000);
      stopped();
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    })(),
  );
  const { upload } = begin(slow, { uploadSize: file.length, chunkSize: file.length });
  await half;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await upload.abort();
  assert(upload.url, "the upload was created");
  const head = await fetch(upload.url, { method: "HEAD", headers: version });
  const offset = Number(head.headers.get("upload-offset"));
  console.log(`   ${offset} bytes arrived`);
  assert(offset >= 256 * 1024 && offset < file.length, `${offset} bytes`);
  const location = await begin(file, { uploadUrl: upload.url }).ended;
  assert.equal(location, upload.url);
  assert.deepEqual(await content(location), file);
});

await test("two requests at one offset: one of them wins", async () => {
  const created = await fetch(url, { method: "POST", headers: { ...version, "Upload-Length": "4" } });
  const location = new URL(created.headers.get("location"), url);
  const append = (body) =>
    fetch(location, {
      method: "PATCH",
      headers: { ...version, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
      body,
    });
  const answers = await Promise.all(["aaaa", "bbbb", "cccc"].map(append));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409, 409]);
  assert.match((await content(location)).toString(), /^(aaaa|bbbb|cccc)$/);
});

await test("an upload is deleted", async () => {
  const { upload, ended } = begin(randomBytes(1000));
  await ended;
  await upload.abort(true);
  assert.deepEqual(await keys(upload.url), []);
  assert.equal((await fetch(upload.url, { method: "HEAD", headers: version })).status, 404);
});

await test("refusals", async () => {
  await assert.rejects(begin(randomBytes(21 << 20)).ended, /413/);
  const { ended } = begin(randomBytes(10), { uploadUrl: new URL("/files/none", url).href, endpoint: null });
  await assert.rejects(ended, /404/);
  const old = await fetch(url, { method: "POST", headers: { "Tus-Resumable": "0.2.2" } });
  assert.deepEqual([old.status, old.headers.get("tus-version")], [412, "1.0.0"]);
});

await test("discovery", async () => {
  const options = await fetch(url, { method: "OPTIONS" });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get("tus-extension"), "creation,termination");
  assert.equal(options.headers.get("tus-max-size"), String(20 << 20));
  assert.equal(defaultOptions.protocol, "tus-v1");
});

await miniflare.dispose();
