// Checks of what operators see of one stream. The page draws the description that the API returns.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ODD, append, create, database, describe, inspector, isDescribed, messages, openTab, press, rowOf, section, send, status, tokenFor, until } from "./tabs.mjs";

const MIB = 1024 * 1024;
const text = "text/plain";

const at = (offset) => parseInt(offset, 16);
const offset = (number) => number.toString(16).toUpperCase().padStart(16, "0");

/** The rows of the table with a caption, also of one that is folded. */
const rowsOf = (tab, caption) => tab.evaluate((caption) => {
  const tables = [...document.querySelectorAll("main table")];
  const { rows } = tables.find((table) => table.caption.textContent === caption).tBodies[0];
  return [...rows].map((row) => [...row.cells].map((cell) => cell.textContent));
}, caption);

/** The bars of a drawing: class, start and end as fractions of its width, and the tooltip. */
const barsOf = (tab, title) => section(tab, title).locator("svg[role=img] rect").evaluateAll((bars) => bars.map((bar) => {
  const [x, width] = ["x", "width"].map((name) => Number(bar.getAttribute(name)) / 1000);
  return { kind: bar.getAttribute("class"), from: x, to: x + width, title: bar.textContent };
}));

const isNear = (one, other, what) => assert.ok(Math.abs(one - other) < 0.004, `${what}: ${one} is not ${other}`);

/** Changes each description before the page receives it. */
const describeAs = (tab, change) => tab.route("**/v1/admin/streams/**", async (route) => {
  const response = await route.fetch();
  await route.fulfill({ response, json: change(await response.json()) });
});

/** Opens a stream in a tab that shows another one. */
async function open(tab, path) {
  await tab.goto(`${inspector}#/${path}`);
  await tab.locator(".facts dd").filter({ hasText: path }).first().waitFor();
  await isDescribed(tab);
}

/** A stream with a segment, rows, at least one part, and a row. */
async function createWithAllKinds(path) {
  await create(path, text, "a".repeat(3 * MIB));
  await append(path, text, "b".repeat(3 * MIB));
  await append(path, text, "c".repeat(2.5 * MIB));
  await send("POST", `/v1/admin/streams/${path}?action=compact`);
  await until(async () => (await describe(path)).segments.length > 0);
  await append(path, text, "d".repeat(4.2 * MIB));
  await append(path, text, "end");
  return describe(path);
}

export const described = {
  async "each offset is drawn to scale where the API says that it is stored"() {
    const { stream, segments, parts } = await createWithAllKinds("parts/all");
    const tail = at(stream.next_offset);
    const named = (kind) => ({ start, stop, key }) => [kind, at(start), at(stop), key];
    const objects = [...segments.map(named("segment")), ...parts.map(named("part"))];
    assert.ok(segments.length > 0 && parts.length > 0);
    const log = [["log", segments.at(-1).stop, parts[0].start], ["log", parts.at(-1).stop, stream.next_offset]];
    const expected = [...objects, ...log.map(([kind, start, stop]) => [kind, at(start), at(stop), "D1"])].sort((one, other) => one[1] - other[1]);
    const tab = await openTab("parts/all");
    await isDescribed(tab);
    const rows = await rowsOf(tab, "Stored ranges");
    assert.deepEqual(rows.map(([kind, start, stop, , where]) => [kind, Number(start), Number(stop), where]), expected);
    const bars = await barsOf(tab, "Stored ranges");
    assert.deepEqual(bars.map(({ kind }) => kind.split(" ")[0]), expected.map(([kind]) => kind));
    for (const [index, [kind, start, stop, where]] of expected.entries()) {
      isNear(bars[index].from, start / tail, `start of ${kind}`);
      isNear(bars[index].to, stop / tail, `end of ${kind}`);
      assert.ok(bars[index].title.includes(`offsets ${start} to ${stop}`), bars[index].title);
      if (where !== "D1") assert.ok(bars[index].title.includes(where), bars[index].title);
    }
    const sentence = `Reads begin at offset 0, and the tail is offset ${tail} (${tail.toLocaleString("en")} bytes).`;
    await section(tab, "Stored ranges").getByText(sentence).waitFor();
    const label = await section(tab, "Stored ranges").locator("svg[role=img]").getAttribute("aria-label");
    assert.ok(label.startsWith(sentence) && label.includes(`${segments.length} segment${segments.length === 1 ? "" : "s"} in R2 (${(stream.cold_bytes / MIB).toFixed(1)} MiB)`), label);
    assert.ok(label.includes(`the log in D1: ${stream.hot_rows - stream.part_count} rows`), label);
    await tab.context().close();
  },

  async "thousands of segments have a drawing and a table of bounded size"() {
    await create("parts/many", text, "x".repeat(100));
    const tab = await openTab();
    const key = (index) => `stream/parts/many/${index}.seg`;
    // The description lists 1,000 of 4,000 segments, then a part, and rows.
    await describeAs(tab, ({ stream, ...rest }) => ({
      ...rest,
      segments: Array.from({ length: 1000 }, (_, index) => ({ start: offset(index * 10), stop: offset((index + 1) * 10), bytes: 7, key: key(index) })),
      parts: [{ start: offset(90_000), stop: offset(95_000), bytes: 5000, key: "stream/parts/many/part" }],
      stream: { ...stream, next_offset: offset(100_000), segment_count: 4000, part_count: 1, hot_rows: 3, cold_bytes: 28_000 },
    }));
    await tab.goto(`${inspector}#/parts/many`);
    await isDescribed(tab);
    const bars = await barsOf(tab, "Stored ranges");
    assert.ok(bars.length < 60, `${bars.length} bars`);
    const joined = bars.filter(({ title }) => /^\d+ ranges/.test(title));
    const sum = joined.reduce((sum, { title }) => sum + parseInt(title, 10), 0);
    assert.equal(sum, 1000);
    await section(tab, "Stored ranges").getByText(`1,000 ranges would be narrower than a pixel, and are drawn as ${joined.length} blocks.`).waitFor();
    const rest = bars.slice(joined.length);
    assert.deepEqual(rest.map(({ kind }) => kind.split(" ")[0]), ["unlisted", "part", "log"]);
    for (const [index, place] of [0.1, 0.9, 0.95].entries()) isNear(rest[index].from, place, rest[index].title);
    await section(tab, "Stored ranges").getByText("4,000 segments in R2 (27.3 KiB)").waitFor();
    await section(tab, "Stored ranges").getByText("80,000 offsets in segments, parts or rows that are not listed").waitFor();
    await tab.getByText("1,003 ranges", { exact: true }).click();
    assert.equal((await rowsOf(tab, "Stored ranges")).length, 100);
    await press(tab, "Show 100 more of 1003");
    assert.deepEqual((await rowsOf(tab, "Stored ranges")).slice(199), [["segment", "1990", "2000", "7 bytes", key(199)]]);
    await tab.context().close();
  },

  async "a range that nothing stores is drawn as missing"() {
    await create("parts/gap", text, "x".repeat(100));
    const tab = await openTab();
    const segment = (start, stop) => ({ start: offset(start), stop: offset(stop), bytes: 7, key: `${start}` });
    await describeAs(tab, ({ stream, ...rest }) => ({
      ...rest, segments: [segment(20, 40), segment(60, 80)], stream: { ...stream, earliest_offset: offset(30), segment_count: 2, hot_rows: 0 },
    }));
    await tab.goto(`${inspector}#/parts/gap`);
    await isDescribed(tab);
    assert.deepEqual((await barsOf(tab, "Stored ranges")).map(({ kind, from }) => [kind.split(" ")[0], from]),
      [["segment", 0], ["missing", 0.25], ["segment", 0.5], ["missing", 0.75]]);
    await section(tab, "Stored ranges").getByText("Reads begin at offset 30").waitFor();
    assert.equal(Number(await section(tab, "Stored ranges").locator("line").getAttribute("x1")), 125);
    await section(tab, "Stored ranges").getByText("40 offsets that nothing stores").waitFor();
    await tab.context().close();
  },

  async "the check finds the damaged segment and draws it"() {
    await create("parts/damaged", text, "a".repeat(100_000));
    await append("parts/damaged", text, undefined, { "stream-closed": "true" });
    await until(async () => (await rowOf("parts/damaged")).hot_bytes === 0);
    const objects = database("r2", "_mf_objects");
    const { segments: [{ key }] } = await describe("parts/damaged");
    objects.prepare("DELETE FROM _mf_objects WHERE key = ?").run(key);
    objects.close();
    const tab = await openTab("parts/damaged");
    await isDescribed(tab);
    await press(tab, "Check all stored bytes");
    await tab.getByText("1 range can't be read.").waitFor();
    const report = await (await send("POST", "/v1/admin/streams/parts/damaged?action=verify")).json();
    const expected = report.damaged.map(({ start, stop, key, reason }) => [`${at(start)}`, `${at(stop)}`, key, reason]);
    assert.equal(expected.length, 1);
    assert.deepEqual(await rowsOf(tab, "Damaged ranges"), expected);
    const [damaged] = (await barsOf(tab, "Stored ranges")).filter(({ kind }) => kind === "damaged");
    assert.deepEqual([damaged.from, damaged.to], [0, 1]);
    await open(tab, "parts/all");
    await press(tab, "Check all stored bytes");
    await tab.getByText(/^Checked \d+ rows? and \d+ R2 objects? \([\d.]+ MiB\)\. Nothing is damaged\.$/).waitFor();
    assert.equal(await tab.locator(".damaged").count(), 0);
    await tab.context().close();
  },

  async "source and forks are links, inherited ranges name their source, and no name is taken for markup"() {
    const source = `odd-forks/${encodeURIComponent(ODD[0])}`, json = "application/json";
    await create(source, json, "[0,1,2]");
    await append(source, json, "[3]", { "producer-id": ODD[0], "producer-epoch": "3", "producer-seq": "0" });
    await create("elsewhere/fork", json, undefined, { "stream-forked-from": `/v1/stream/${source}`, "stream-fork-offset": offset(1) });
    const forks = ODD.slice(1).map((name) => `odd-forks/${encodeURIComponent(name)}`);
    for (const path of forks) await create(path, json, undefined, { "stream-forked-from": `/v1/stream/${source}`, "stream-fork-offset": offset(2) });
    const canonical = await Promise.all(forks.map(async (path) => (await describe(path)).path));
    const tab = await openTab(source);
    await isDescribed(tab);
    const graph = section(tab, "Forks").locator(".graph");
    const links = () => graph.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href").slice(2)));
    await graph.getByText("1 other").waitFor();
    assert.deepEqual((await links()).sort(), canonical.sort());
    await press(tab, "Look for its forks among all streams");
    await graph.getByRole("link", { name: "elsewhere/fork" }).waitFor();
    assert.equal((await links()).length, ODD.length);
    assert.equal(await graph.locator("svg circle").count(), ODD.length + 1);
    assert.equal(await graph.locator("svg path").count(), ODD.length);
    assert.equal((await rowsOf(tab, "References of forks")).length, ODD.length);
    assert.deepEqual(await rowsOf(tab, "Producers"), [[ODD[0], "3", "0"]]);
    for (const path of [canonical[0], "elsewhere/fork"]) {
      await open(tab, source);
      if (path === "elsewhere/fork") await press(tab, "Look for its forks among all streams");
      await graph.locator(`a[href="#/${path}"]`).click();
      await tab.locator(".facts dd").filter({ hasText: path }).first().waitFor();
      await isDescribed(tab);
      assert.deepEqual(await links(), [(await describe(path)).stream.origin.source]);
    }
    await graph.getByText("it branches at offset 1", { exact: true }).waitFor();
    await append("elsewhere/fork", json, "[9,9,9]");
    await press(tab, "Refresh");
    const { lineage: [{ generation }] } = (await describe("elsewhere/fork")).stream;
    await section(tab, "Stored ranges").getByText("the log in D1: 1 row").waitFor();
    const rows = await rowsOf(tab, "Stored ranges");
    assert.deepEqual(rows.map(([kind, start, stop]) => [kind, start, stop]), [["inherited", "0", "1"], ["log", "1", "4"]]);
    assert.ok(rows[0][4].includes(ODD[0]) && rows[0][4].includes(generation), rows[0][4]);
    isNear((await barsOf(tab, "Stored ranges"))[0].to, 0.25, "inherited");
    assert.equal(await tab.evaluate(() => window.injected), undefined);
    assert.equal(await tab.locator("img, iframe, object, script:not([src='main.js'])").count(), 0);
    await tab.context().close();
  },

  async "producers, readers, pending work and the last failure are those of the API"() {
    await create("work/a", text, "x", { "stream-ttl": "7200" });
    for (const [id, seq] of [["first", 0], ["first", 1], ["second", 0]]) {
      await append("work/a", text, "y", { "producer-id": id, "producer-epoch": "0", "producer-seq": `${seq}` });
    }
    const reader = await openTab("work/a");
    await press(reader, "Follow");
    await status(reader, "Following");
    const tab = await openTab();
    let last;
    await describeAs(tab, (description) => (last = { ...description, last_failure: { at: "2026-01-02T03:04:05Z", event: "move_failed", detail: "<b>R2</b> did not respond." } }));
    await open(tab, "work/a");
    // The reader reconnects every two seconds.
    await until(async () => {
      await tab.reload();
      await isDescribed(tab);
      return last.memory.feeds > 0;
    });
    assert.deepEqual(await rowsOf(tab, "Producers"), [["first", "0", "1"], ["second", "0", "0"]]);
    const kinds = [["SSE and WebSocket", "feeds"], ["long-poll that waits on a WebSocket of the edge", "long_polls"], ["long-poll that the Durable Object holds", "held_polls"]];
    assert.deepEqual(await rowsOf(tab, "Waiting readers"), kinds.map(([kind, field]) => [kind, `${last.memory[field]}`]));
    const work = await rowsOf(tab, "Pending work of the alarm");
    const time = (own) => `${own.slice(0, 10)} ${own.slice(11, 19)} UTC`;
    assert.deepEqual(work.map(([name, due]) => [name.split(":")[0], due.slice(0, 23)]), last.due.map(({ work, at }) => [work, time(at)]));
    assert.ok(work.some(([name]) => name.startsWith("expire")), `${work}`);
    await section(tab, "Durable Object").getByText(/^The last failure: move_failed, 2026-01-02 03:04:05 UTC \(.* ago\)\. <b>R2<\/b> did not respond\.$/).waitFor();
    for (const text of [last.database, last.object, last.stream.generation]) await section(tab, "Durable Object").getByText(text, { exact: true }).waitFor();
    await reader.context().close();
    await tab.context().close();
  },

  async "the time line has all times of the API, to scale"() {
    const expires = new Date(Date.now() + 10 * 86_400_000).toISOString().replace(/\.\d+Z/, "Z");
    await create("times/expires", text, "x", { "stream-expires-at": expires, "stream-retain-age": "3600" });
    await create("times/ttl", text, "x", { "stream-ttl": "7200" });
    const tab = await openTab("times/expires");
    const points = async () => {
      await isDescribed(tab);
      const names = [...(await section(tab, "Lifetime").locator("svg[role=img] rect.point").evaluateAll((all) => all.map((own) => own.textContent)))];
      const bars = (await barsOf(tab, "Lifetime")).filter(({ kind }) => kind.startsWith("point"));
      return bars.map(({ from }, index) => ({ name: names[index].split(" 20")[0], text: names[index], at: (from + 0.003 - 0.01) / 0.98 }));
    };
    const time = (own) => `${own.slice(0, 10)} ${own.slice(11, 19)} UTC`;
    const first = (await describe("times/expires")).stream, times = { created: first.created_at, "last write": first.updated_at, expires: first.expires_at, "stored deadline": first.stored_deadline };
    const shown = await points();
    assert.deepEqual(shown.map(({ name }) => name), ["created", "last write", "now", "expires", "stored deadline"].filter((name) => name === "now" || times[name]));
    const [start, end] = [Date.parse(first.created_at), Math.max(...Object.values(times).filter(Boolean).map(Date.parse))];
    for (const { name, text, at } of shown.filter(({ name }) => name !== "now")) {
      assert.ok(text.includes(time(times[name])), text);
      isNear(at, (Date.parse(times[name]) - start) / (end - start), name);
    }
    await section(tab, "Lifetime").getByText("data is kept for at least 1 hour").waitFor();
    await tab.goto(`${inspector}#/times/ttl`);
    await tab.getByText("It expires 2 hours after its last read or write.").waitFor();
    const second = (await describe("times/ttl")).stream;
    const deadline = (await points()).find(({ name }) => name === "stored deadline");
    assert.ok(deadline?.text.includes(time(second.stored_deadline)), "the stored deadline");
    assert.equal(await tab.getByRole("heading", { name: "Lifetime" }).count(), 1);
    await tab.context().close();
  },

  async "without admin, the page names the missing operation, and everything else works"() {
    await create("less/a", "application/json", "[1,2]");
    for (const ops of [["read", "list"], ["read"]]) {
      const tab = await openTab("less/a", { token: tokenFor(...ops) });
      await messages(tab, 2);
      await tab.getByText("are shown to a token with the operation admin.").waitFor();
      await tab.getByText("The operation `admin` is not permitted.").waitFor();
      assert.equal(await section(tab, "Durable Object").count(), 0);
      assert.equal(await section(tab, "Stored ranges").count(), 0);
      for (const title of ["Storage", "Lifetime"]) assert.equal(await section(tab, title).count(), ops.includes("list") ? 1 : 0, title);
      assert.equal(await tab.getByRole("alert").filter({ hasText: /./ }).count(), 0);
      await press(tab, "Refresh");
      await messages(tab, 2);
      await tab.context().close();
    }
    const tab = await openTab("less/a", { token: tokenFor("read", "admin") });
    await isDescribed(tab);
    assert.equal(await section(tab, "Lifetime").count(), 1);
    await tab.context().close();
  },

  async "an error of the description is a sentence, and what is left of a deleted stream is shown"() {
    await create("errors/a", text, "x");
    const tab = await openTab();
    await tab.route("**/v1/admin/streams/**", (route) => route.fulfill({
      status: 503, contentType: "application/problem+json", json: { type: "about:blank", title: "The server can't complete the request now.", detail: "D1 did not respond." },
    }));
    await tab.goto(`${inspector}#/errors/a`);
    await messages(tab, 1);
    await tab.getByText("The server has not described the stream. The server can't complete the request now. D1 did not respond.").waitFor();
    await section(tab, "Lifetime").waitFor();
    await tab.unroute("**/v1/admin/streams/**");
    await press(tab, "Refresh");
    await isDescribed(tab);
    const { generation } = (await describe("errors/a")).stream;
    await send("DELETE", "/v1/stream/errors/a");
    await tab.reload();
    await tab.getByRole("alert").filter({ hasText: "There is no stream at this path." }).waitFor();
    await isDescribed(tab);
    const left = await rowsOf(tab, "Left by earlier streams");
    assert.ok(left.some(([what, name]) => what === "deleted stream" && name === generation), `${left}`);
    await tab.goto(`${inspector}#/errors/nothing`);
    await tab.getByRole("alert").filter({ hasText: "There is no stream at this path." }).waitFor();
    await sleep(500);
    assert.equal(await tab.locator("main section").count(), 0);
    await tab.context().close();
  },
};
