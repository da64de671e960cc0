// The server at SERVER_URL, which accepts TOKEN and tokens of the first of its KEYS, and keeps its data in the folder STATE; and tabs with its
// inspector in Chromium, whose path is CHROMIUM.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { chromium } from "playwright-core";

const { SERVER_URL, STATE, TOKEN, KEYS, CHROMIUM } = process.env;
export const server = SERVER_URL, operator = TOKEN;
export const PATIENCE_MS = 30_000;
export const inspector = `${server}/inspect/`;
export const authorization = `Bearer ${operator}`;

export async function send(method, url, headers = {}, body) {
  const response = await fetch(`${server}${url}`, { method, headers: { authorization, ...headers }, body });
  assert.ok(response.ok, `${method} ${url}: ${response.status} ${response.ok ? "" : await response.text()}`);
  return response;
}

export const create = (path, type, body, headers = {}) => send("PUT", `/v1/stream/${path}`, { "content-type": type, ...headers }, body);
export const append = (path, type, body, headers = {}) => send("POST", `/v1/stream/${path}`, { "content-type": type, ...headers }, body);
export const list = async (query) => (await send("GET", `/v1/streams?${new URLSearchParams(query)}`)).json();
export const rowOf = async (path) => (await list({ prefix: path, limit: 1 })).streams.find((stream) => stream.path === path);
export const describe = async (path) => (await send("GET", `/v1/admin/streams/${path}`)).json();

/** The first truthy result of `find`, which is called until PATIENCE_MS have passed. */
export async function until(find) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const found = await find();
    if (found) return found;
  }
  throw new Error(`not within ${PATIENCE_MS} ms: ${find}`);
}

/** A token that permits some operations on all streams. */
export function tokenFor(...ops) {
  const [{ issuer: iss, audience: aud, jwk: { kid, alg, k } }] = JSON.parse(KEYS);
  const claims = { iss, aud, sub: "reader", exp: Math.floor(Date.now() / 1000) + 3600, streams: [{ prefix: "", ops }] };
  const text = [{ alg, kid, typ: "JWT" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${createHmac("sha256", Buffer.from(k, "base64url")).update(text).digest("base64url")}`;
}

/** The database of a kind that has a table. */
export function database(kind, table) {
  const folder = join(STATE, "v3", kind);
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".sqlite"));
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file));
    database.exec("PRAGMA busy_timeout = 10000");
    if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(table)) return database;
    database.close();
  }
  throw new Error(`no database has the table ${table}`);
}

/** Names that would break a page, a URL or a sentence. */
export const ODD = [
  "<img src=x onerror=window.injected=1>", "\"><script>window.injected=1</script>", "a&lt;b&amp;", "'quotes\" and `ticks`", "a/b", "50%", "%2F",
  "שלום", "\u202Egnp.exe", "👩‍👩‍👧 café", "  spaces  ", "a?b#c", "javascript:window.injected=1", "__proto__", "constructor", "\\",
];

const browser = await chromium.launch({ executablePath: CHROMIUM, timeout: PATIENCE_MS });

/** What has gone wrong in tabs. */
export const problems = [];

export const closeAll = () => browser.close();

/** Opens the inspector at a path, in a tab of its own that has the token. */
export async function openTab(path = "", { token = operator, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(() => {
    const look = () => (window.usableAt ??= document.querySelector("[role=treeitem]") ? performance.now() : undefined);
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  if (token) await context.addInitScript((token) => sessionStorage.setItem("inspect-token", token), token);
  const tab = await context.newPage();
  tab.on("pageerror", (error) => problems.push(error.stack));
  tab.on("console", (message) => message.text().includes("Security Policy") && problems.push(message.text()));
  await tab.goto(inspector + (path && `#/${path}`));
  return tab;
}

export const item = (tab, name) => tab.locator("#tree").getByRole("treeitem", { name, exact: true });
export const fact = (tab, name) => tab.locator(".facts div", { has: tab.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd").textContent();
export const status = (tab, text) => tab.locator(".status", { hasText: text }).waitFor();
export const labels = (tab) => tab.locator(".messages .label span:first-child").allTextContents();
export const press = (tab, name) => tab.getByRole("button", { name, exact: true }).click();
export const messages = (tab, count) => tab.waitForFunction((count) => document.querySelectorAll(".messages li").length === count, count);
export const section = (tab, title) => tab.locator("main section", { has: tab.getByRole("heading", { name: title, exact: true }) });
/** The description has been drawn. */
export const isDescribed = (tab) => section(tab, "Durable Object").waitFor();
