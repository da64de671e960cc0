// Checks of subscriptions: the list, and one of them.
import assert from "node:assert/strict";
import { append, create, fact, inspector, openTab, press, section, send, tokenFor, until } from "./tabs.mjs";

const json = "application/json";
const base = "/v1/stream/__ds/subscriptions";

/** An id that would break a page, and that needs escapes in a URL. */
const ODD_ID = "subscribed <img src=x onerror=window.injected=1> #?";

const addressOf = (id) => `${base}/${encodeURIComponent(id)}`;
const subscribe = (id, body) => send("PUT", addressOf(id), { "content-type": json }, JSON.stringify(body));
const shown = async (id) => (await send("GET", addressOf(id))).json();

/** The row of a subscription in the table. */
const cells = (tab, id) => tab.locator("main tr", { has: tab.getByRole("link", { name: id, exact: true }) }).locator("td");

/** Subscriptions that are idle, held, and without a receiver. They are created once. */
let created;
const subscribeAll = () => (created ??= createAll());

async function createAll() {
  await create("subscribed/wakes", json);
  await subscribe(ODD_ID, { type: "pull-wake", streams: ["subscribed/a"], wake_stream: "subscribed/wakes", description: "nothing to do" });
  await subscribe("subscribed-held", { type: "pull-wake", pattern: "subscribed/work/*", wake_stream: "subscribed/wakes", lease_ttl_ms: 600_000 });
  await subscribe("subscribed-mail", { type: "webhook", pattern: "subscribed/mail/*", webhook: { url: "http://127.0.0.1:1/" } });
  await create("subscribed/work/b", "text/plain", "abc");
  await send("POST", `${base}/subscribed-held/claim`, { "content-type": json }, JSON.stringify({ worker: "worker <1>" }));
  await create("subscribed/mail/c", "text/plain", "abc");
  await until(async () => (await shown("subscribed-mail")).status === "failed");
}

export const subscribed = {
  async "subscriptions are listed with their state"() {
    await subscribeAll();
    const tab = await openTab();
    await tab.getByRole("link", { name: "Subscriptions" }).click();
    await tab.getByLabel("Id begins with").fill("subscribed");
    await tab.getByLabel("Id begins with").press("Enter");
    await cells(tab, "subscribed-mail").first().waitFor();
    const { subscriptions } = await (await send("GET", `${base}?prefix=subscribed`)).json();
    assert.deepEqual(subscriptions.map(({ id }) => id), [ODD_ID, "subscribed-held", "subscribed-mail"]);
    for (const { id, type } of subscriptions) assert.deepEqual((await cells(tab, id).allTextContents()).slice(0, 2), [id, type]);
    assert.deepEqual((await cells(tab, ODD_ID).allTextContents()).slice(2), ["idle", "", "0", "", ""]);
    assert.deepEqual((await cells(tab, "subscribed-held").allTextContents()).slice(2), ["held", "worker <1>", "0", "", ""]);
    const [phase, , retries, next, error] = (await cells(tab, "subscribed-mail").allTextContents()).slice(2);
    assert.ok(["retrying", "held"].includes(phase), phase);
    assert.ok(Number(retries) >= 1, retries);
    if (phase === "retrying") {
      assert.match(next, /^\d{4}-.* UTC \(.*\)$/);
      assert.equal(error, "The webhook could not be reached.");
    }
    assert.equal(await tab.evaluate(() => window.injected), undefined);
    await tab.context().close();
  },

  async "a subscription is shown with its links"() {
    await subscribeAll();
    const tab = await openTab("__ds/subscriptions/subscribed-held");
    await section(tab, "Links").waitFor();
    const { streams, generation } = await shown("subscribed-held");
    assert.equal(await fact(tab, "Pattern"), "subscribed/work/*");
    assert.equal(await fact(tab, "Holder"), "worker <1>");
    assert.equal(await fact(tab, "Wakes"), String(generation));
    assert.equal(await fact(tab, "Lease"), "10 minutes");
    const row = section(tab, "Links").locator("tbody td");
    assert.deepEqual(await row.allTextContents(), [streams[0].path, "glob", "0000000000000000"]);
    await send("POST", `${base}/subscribed-held/streams`, { "content-type": json }, JSON.stringify({ streams: ["subscribed/work/b", "subscribed/d"] }));
    await press(tab, "Refresh");
    await section(tab, "Links").getByRole("link", { name: "subscribed/d" }).waitFor();
    assert.deepEqual((await row.allTextContents()).slice(3), ["subscribed/work/b", "explicit", "0000000000000000"]);
    await append("subscribed/work/b", "text/plain", "def");
    await section(tab, "Links").getByRole("link", { name: "subscribed/work/b" }).click();
    await tab.locator(".facts dd", { hasText: "subscribed/work/b" }).first().waitFor();
    await tab.goto(`${inspector}#/__ds/subscriptions/${encodeURIComponent(ODD_ID)}`);
    assert.equal(await fact(tab, "Description"), "nothing to do");
    await tab.context().close();
  },

  async "errors of subscriptions are shown"() {
    const tab = await openTab("__ds/subscriptions/nothing");
    await tab.getByRole("alert").filter({ hasText: "No subscription has this id." }).waitFor();
    await tab.context().close();
    const other = await openTab("__ds/subscriptions", { token: tokenFor("list", "read") });
    await other.getByRole("alert").filter({ hasText: "subscribe" }).waitFor();
    await other.context().close();
  },
};
