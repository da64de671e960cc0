// The page of examples/ in Chromium, against the server at SERVER_URL. A model writes an answer, two tabs show it, and one tab is reloaded
// in the middle. At the end, both tabs show the complete answer, each token once, and no address contains READ_TOKEN, with which the pages
// read. A page without it says that it is refused. CHROMIUM is the path of the browser.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const PAUSE_MS = 40;
const MIDDLE = 30;
const PATIENCE_MS = 60_000;
const examples = new URL("../../examples/", import.meta.url);
const answer = readFileSync(new URL("answer.txt", examples), "utf8").trimEnd();

// The model, and the address that it prints.
async function startModel() {
  const program = fileURLToPath(new URL("model.mjs", examples));
  const model = spawn(process.execPath, [program, process.env.SERVER_URL, PAUSE_MS], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(model.stdout)) {
    if (line.startsWith("file:")) return { model, ended: once(model, "exit"), address: new URL(line) };
  }
  throw new Error("the model prints no address");
}

async function openTab(context, address, errors) {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => errors.push(error));
  await tab.goto(address.href);
  return tab;
}

const count = async (tab) => Number(await tab.textContent("#count"));
const reaches = (tab, tokens) => tab.waitForFunction((tokens) => Number(document.all.count.textContent) >= tokens, tokens);
const isComplete = (tab) => tab.locator("#state", { hasText: "complete" }).waitFor();

const { model, ended, address } = await startModel();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, timeout: PATIENCE_MS });
try {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const errors = [];
  const tabs = [await openTab(context, address, errors), await openTab(context, address, errors)];
  await Promise.all(tabs.map((tab) => reaches(tab, MIDDLE)));
  await tabs[1].reload();
  await reaches(tabs[1], MIDDLE);
  const middle = await count(tabs[1]);
  await Promise.all(tabs.map(isComplete));

  assert.deepEqual(await ended, [0, null], "the model has failed");
  const authorization = `Bearer ${process.env.READ_TOKEN}`;
  const stored = await (await fetch(address.searchParams.get("stream"), { headers: { authorization } })).json();
  assert.equal(stored.join(""), answer);
  assert.ok(middle < stored.length, "the answer was complete before the reload was");
  for (const tab of tabs) {
    assert.deepEqual(await tab.locator("#answer span").allTextContents(), stored);
    assert.equal(await tab.locator("#answer").textContent(), answer);
    assert.equal(await count(tab), stored.length);
    assert.equal(new URL(tab.url()).hash, "");
  }
  address.hash = "";
  const stranger = await openTab(context, address, errors);
  await stranger.locator("#state", { hasText: "refused" }).waitFor();
  assert.deepEqual(errors, []);
} finally {
  model.kill();
  await browser.close();
}
