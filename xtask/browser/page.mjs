// Checks of the page: the tree, one stream and its messages, what can be done to it, and how the page is used and looks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ODD, append, authorization, create, database, fact, inspector, isDescribed, item, labels, list, messages, openTab, operator, press, rowOf, send, server, status,
  until,
} from "./tabs.mjs";

const MIB = 1024 * 1024;

/** A module and all that it imports, except when it is running. */
function importedBy(file, found = []) {
  if (found.includes(file)) return found;
  found.push(file);
  const source = readFileSync(new URL(`../../assets/inspect/${file}`, import.meta.url), "utf8");
  for (const [, other] of source.matchAll(/^import .* from "\.\/(.*)";$/gm)) importedBy(other, found);
  return found;
}

/** Creates a folder of small streams. All except the first are rows that are added to D1. */
async function fill(folder, count) {
  await create(`${folder}/template`, "text/plain", "x");
  const streams = database("d1", "streams");
  const columns = streams.prepare("SELECT name FROM pragma_table_info('streams')").all().map(({ name }) => name).filter((name) => name !== "path");
  streams.exec(`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 2})
    INSERT INTO streams (path, ${columns}) SELECT printf('${folder}/%06d', n), ${columns} FROM numbers, streams WHERE path = '${folder}/template'`);
  streams.close();
}

/** The results of a task that runs several times, one after another. */
async function sequence(count, task) {
  const results = [];
  while (results.length < count) results.push(await task());
  return results;
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];

export const page = {
  async "the page is public, and everything else goes to the Worker"() {
    const page = await fetch(inspector);
    assert.equal(page.status, 200);
    const policy = page.headers.get("content-security-policy");
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for"]) {
      assert.ok(policy.includes(rule), policy);
    }
    assert.ok(!policy.includes("unsafe"), policy);
    assert.equal(page.headers.get("x-frame-options"), "DENY");
    assert.equal(page.headers.get("referrer-policy"), "no-referrer");
    assert.equal((await fetch(`${server}/inspect/main.js`)).headers.get("content-security-policy"), policy);
    assert.equal((await fetch(`${server}/inspect`)).url, inspector);
    const named = [...(await page.text()).matchAll(/(?:href|src)="([a-z]+\.js)"/g)].map(([, file]) => file);
    assert.deepEqual(named.sort(), importedBy("main.js").sort(), "a module that the page does not name is requested late");
    for (const path of ["/", "/v1", "/index.html", "/_headers", "/inspected"]) {
      const response = await fetch(server + path, { headers: { authorization } });
      assert.equal(response.status, 404, path);
      assert.equal((await response.json()).type, "urn:durable-streams:problem:no-such-resource", path);
    }
    assert.equal((await fetch(`${server}/inspect/nothing`)).status, 404);
    for (const path of ["/v1/streams", "/v1/stream/inspect/index.html"]) assert.equal((await fetch(server + path)).status, 401, path);
  },

  async "a token is pasted, and stays in its tab"() {
    await create("token/a", "text/plain");
    const tab = await openTab("", { token: null });
    await tab.locator("#found", { hasText: "credentials" }).waitFor();
    await press(tab, "Token…");
    await tab.getByLabel("Bearer token").fill(operator);
    await press(tab, "Use");
    await tab.locator("#found", { hasText: "entr" }).waitFor();
    assert.ok(!tab.url().includes(operator));
    await tab.reload();
    await tab.locator("#found", { hasText: "entr" }).waitFor();
    assert.equal(await tab.textContent("#access"), "With a token");
    const other = await tab.context().newPage();
    await other.goto(inspector);
    await other.locator("#found", { hasText: "credentials" }).waitFor();
    assert.deepEqual(await tab.context().cookies(), []);
    await tab.context().close();
  },

  async "the facts are those of the API"() {
    await create("facts/a", "application/json", "[1,2,3]", { "stream-ttl": "7200", "stream-label": "env=prod, team=blue", "stream-retain-age": "86400" });
    await send("PUT", "/v1/stream/facts/b", { "content-type": "application/json", "stream-forked-from": "/v1/stream/facts/a" });
    const tab = await openTab("facts/a");
    await messages(tab, 3);
    const head = (await send("HEAD", "/v1/stream/facts/a")).headers;
    assert.equal(await fact(tab, "Path in URLs"), "facts/a");
    assert.equal(await fact(tab, "Content type"), head.get("content-type"));
    assert.equal(await fact(tab, "Tail offset"), head.get("stream-next-offset"));
    assert.equal(await fact(tab, "Stored"), "3 messages");
    assert.equal(await fact(tab, "State"), "open");
    assert.equal(await fact(tab, "Time to live"), "2 hours");
    assert.equal(await fact(tab, "Retention"), "1 day");
    assert.equal(await fact(tab, "Labels"), head.get("stream-label"));
    assert.equal(await fact(tab, "Entity tag"), head.get("etag"));
    const row = await rowOf("facts/a");
    const time = (text) => new Date(text).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
    assert.equal(await fact(tab, "Created"), time(row.created_at));
    const bytes = `0 bytes in R2 (cold), ${row.hot_bytes} bytes in D1 (hot).`;
    await tab.getByRole("img", { name: bytes }).waitFor();
    await tab.getByText("It expires 2 hours after its last read or write.").waitFor();
    assert.deepEqual(await tab.locator(".messages pre").allTextContents(), ["1", "2", "3"]);
    await tab.goto(`${inspector}#/facts/b`);
    await tab.locator(".facts").getByRole("link", { name: "facts/a" }).click();
    await tab.getByRole("heading", { name: "facts/a" }).waitFor();
    await tab.goto(`${inspector}#/facts/nothing`);
    await tab.getByRole("alert").filter({ hasText: "There is no stream at this path." }).waitFor();
    await tab.context().close();
  },

  async "no name and no message is taken for markup"() {
    const paths = ODD.map((name) => `odd/${encodeURIComponent(name)}`);
    for (const [index, path] of paths.entries()) await create(path, "application/json", JSON.stringify([ODD[index]]));
    await create("odd/folder/a", "text/html", "<script>window.injected=1</script>");
    const tab = await openTab();
    await item(tab, "odd/").click();
    await item(tab, "folder/").waitFor();
    const { streams } = await list({ prefix: "odd/", delimiter: "/" });
    assert.equal(streams.length, ODD.length);
    const shown = await tab.locator("#tree [data-path^='odd/']").evaluateAll((items) => items.map((item) => [item.dataset.path, item.textContent]));
    for (const { path } of streams) assert.ok(shown.some(([own]) => own === path), path);
    assert.equal(new Set(shown.map(([, text]) => text)).size, shown.length, "two streams look the same");
    const text = shown.map(([, text]) => text).join("\n");
    for (const name of ["<img src=x onerror=window.injected=1>", "שלום", "a%2Fb", "%252F", "%E2%80%AEgnp.exe", "50%25"]) {
      assert.ok(text.includes(name), `${name} is not in\n${text}`);
    }
    for (const { path } of streams) {
      await tab.locator(`#tree [data-path="${path}"]`).click();
      await tab.locator(".facts dd").filter({ hasText: path }).first().waitFor();
      await messages(tab, 1);
      const stored = await (await send("GET", `/v1/stream/${path}`)).json();
      assert.equal(JSON.parse(await tab.locator(".messages pre").textContent()), stored[0]);
    }
    await tab.goto(`${inspector}#/odd/folder/a`);
    await tab.locator(".messages pre", { hasText: "<script>" }).waitFor();
    await isDescribed(tab);
    const requested = [];
    tab.on("request", (request) => requested.push(new URL(request.url()).pathname));
    for (const path of ["../restore/a", "%2e%2E/restore/a", "a/../../streams"]) {
      await tab.goto(`${inspector}#/${path}`);
      await tab.getByRole("alert").filter({ hasText: "This is not the path of a stream." }).waitFor();
    }
    assert.deepEqual(requested, []);
    assert.equal(await tab.evaluate(() => window.injected), undefined);
    assert.equal(await tab.locator("img, iframe, object, script:not([src='main.js'])").count(), 0);
    await tab.locator("#filter [name=contains]").fill("odd/<img src");
    await tab.locator("#found", { hasText: /^1 entry\./ }).waitFor();
    await tab.context().close();
  },

  async "pages go back from the tail, and forward again"() {
    const all = Array.from({ length: 180 }, (_, number) => ({ number }));
    await create("pages/json", "application/json", JSON.stringify(all));
    const tab = await openTab("pages/json");
    const shows = async (from, until) => {
      await status(tab, `Messages ${from} to ${until} of 0 to 180`);
      const expected = Array.from({ length: until - from }, (_, index) => `Message ${from + index}`);
      assert.deepEqual(await labels(tab), expected);
      const bodies = await tab.locator(".messages pre").allTextContents();
      assert.deepEqual(bodies.map((body) => JSON.parse(body)), all.slice(from, until));
    };
    await shows(130, 180);
    assert.ok(await tab.getByRole("button", { name: "Newer" }).isDisabled());
    for (const [button, from, until] of [["Older", 80, 130], ["Older", 30, 80], ["Older", 0, 30], ["Newer", 30, 80], ["Latest", 130, 180], ["First", 0, 50]]) {
      await press(tab, button);
      await shows(from, until);
    }
    assert.ok(await tab.getByRole("button", { name: "Older" }).isDisabled());
    await tab.getByLabel("Format").selectOption("raw");
    assert.equal(await tab.locator(".messages pre").first().textContent(), '{"number":0}');
    await tab.getByLabel("Format").selectOption("hex");
    assert.match(await tab.locator(".messages pre").first().textContent(), /^000000 {2}7b 22 6e/);
    // A page of text contains whole characters, and nothing is lost between pages.
    const text = "äöü€😀-".repeat(800);
    await create("pages/text", "text/plain", text);
    await tab.goto(`${inspector}#/pages/text`);
    let read = "";
    for (let button = "Older"; ; await press(tab, button)) {
      await tab.waitForFunction((read) => document.querySelector(".messages pre") && !read.startsWith(document.querySelector(".messages pre").textContent), read);
      const all = tab.getByRole("button", { name: /^Show all/ });
      if (await all.count()) await all.click();
      read = (await tab.locator(".messages pre").textContent()) + read;
      if (await tab.getByRole("button", { name: "Older" }).isDisabled()) break;
    }
    assert.equal(read, text);
    await tab.context().close();
  },

  async "numbers and duplicate names stay as they were sent"() {
    const raw = '{"a":1.0,"a":1e400,"big":12345678901234567890}';
    await create("exact", "application/json", raw);
    const tab = await openTab("exact");
    await messages(tab, 1);
    assert.equal((await tab.locator(".messages pre").textContent()).replace(/\s/g, ""), raw);
    await tab.context().close();
  },

  async "a message of 1 MiB does not block the page"() {
    await create("large", "application/json", JSON.stringify([{ text: "x".repeat(MIB) }, { after: true }]));
    const tab = await openTab("large");
    await tab.evaluate(() => {
      window.longest = 0;
      new PerformanceObserver((tasks) => {
        for (const { duration } of tasks.getEntries()) window.longest = Math.max(window.longest, duration);
      }).observe({ type: "longtask", buffered: true });
    });
    await status(tab, "Messages 1 to 2 of 0 to 2");
    await press(tab, "Older");
    await status(tab, "Messages 0 to 1 of 0 to 2");
    assert.ok((await tab.locator(".messages pre").textContent()).length < 5000);
    await tab.getByRole("button", { name: "Show all 1.0 MiB" }).click();
    await tab.waitForFunction((length) => document.querySelector(".messages pre").textContent.length > length, MIB);
    assert.equal(JSON.parse(await tab.locator(".messages pre").first().textContent()).text.length, MIB);
    const longest = await tab.evaluate(() => window.longest);
    console.log(`  longest task: ${Math.round(longest)} ms`);
    // No claim of speed: work that grows with the square of the message would take minutes.
    assert.ok(longest < 10_000, `a task took ${longest} ms`);
    await tab.context().close();
  },

  async "damaged data has the sentence of the API, and the rest is shown"() {
    await create("damaged", "text/plain");
    await append("damaged", "text/plain", "a".repeat(100_000), { "stream-closed": "true" });
    await until(async () => (await rowOf("damaged")).hot_bytes === 0);
    database("r2", "_mf_objects").exec("DELETE FROM _mf_objects");
    const tab = await openTab("damaged");
    await tab.getByRole("alert").filter({ hasText: "damaged or missing in storage" }).waitFor();
    const response = await fetch(`${server}/v1/stream/damaged?offset=${(95_904).toString(16).toUpperCase().padStart(16, "0")}&live=long-poll`, { headers: { authorization } });
    const { title, detail } = await response.json();
    assert.equal(await tab.getByRole("alert").filter({ hasText: "damaged" }).textContent(), `${title} ${detail}`);
    await tab.getByRole("img", { name: `${((await rowOf("damaged")).cold_bytes / 1024).toFixed(1)} KiB in R2 (cold), 0 bytes in D1 (hot).` }).waitFor();
    await status(tab, "Bytes 95904 to 100000");
    await press(tab, "Older");
    await status(tab, "Bytes 91808 to 95904");
    await tab.context().close();
  },

  async "a followed stream can pause, and nothing is lost"() {
    await create("live", "application/json", "[0]");
    const tab = await openTab("live");
    await messages(tab, 1);
    await press(tab, "Follow");
    await status(tab, "Following");
    await append("live", "application/json", "[1,2]");
    await messages(tab, 3);
    await press(tab, "Pause");
    await append("live", "application/json", "[3,4]");
    await sleep(500);
    assert.equal(await tab.locator(".messages li").count(), 3);
    await press(tab, "Resume");
    await messages(tab, 5);
    assert.deepEqual(await tab.locator(".messages pre").allTextContents(), ["0", "1", "2", "3", "4"]);
    await tab.locator(".facts dd", { hasText: /^0000000000000005$/ }).waitFor();
    await tab.getByText(/^Throughput: \d+ bytes followed/).waitFor();
    await tab.getByText(/^Latency of \d+ requests/).waitFor();
    await append("live", "application/json", "[5]", { "stream-closed": "true" });
    await messages(tab, 6);
    await status(tab, "The stream is closed");
    await tab.context().close();
  },

  async "bytes are followed as bytes"() {
    await create("live-bytes", "application/octet-stream", new Uint8Array([0, 1, 2]));
    const tab = await openTab("live-bytes");
    await messages(tab, 1);
    await press(tab, "Follow");
    await status(tab, "Following");
    await append("live-bytes", "application/octet-stream", new Uint8Array([255, 254]));
    await messages(tab, 2);
    assert.match(await tab.locator(".messages pre").last().textContent(), /^000000 {2}ff fe/);
    assert.deepEqual(await labels(tab), ["Bytes from 0", "Bytes from 3"]);
    await tab.context().close();
  },

  async "a stream is appended to, forked, closed and deleted"() {
    await create("acts/one", "application/json");
    const tab = await openTab("acts/one");
    await status(tab, "The stream is empty.");
    await press(tab, "Append…");
    await tab.getByLabel("Data").fill("{");
    const submit = tab.locator("dialog [type=submit]");
    await submit.click();
    await tab.locator("dialog").getByRole("alert").waitFor();
    await tab.getByLabel("Data").fill('{"a":1}');
    await submit.click();
    await messages(tab, 1);
    assert.deepEqual(await (await send("GET", "/v1/stream/acts/one")).json(), [{ a: 1 }]);

    await press(tab, "Fork…");
    await tab.getByLabel("Path of the fork").fill("acts/two words");
    await submit.click();
    await tab.getByRole("heading", { name: "acts/two words" }).waitFor();
    assert.equal((await rowOf("acts/two%20words")).forked_from, "acts/one");

    await press(tab, "Close…");
    const proof = tab.getByLabel("Type this path to confirm");
    assert.ok(await submit.isDisabled());
    await proof.fill("acts/one");
    assert.ok(await submit.isDisabled());
    await proof.fill("acts/two%20words");
    await submit.click();
    await tab.locator(".facts dd", { hasText: /^closed$/ }).waitFor();
    assert.equal((await rowOf("acts/two%20words")).closed, true);
    assert.ok(await tab.getByRole("button", { name: "Append…" }).isDisabled());

    await press(tab, "Delete…");
    await proof.fill("acts/two%20words");
    await tab.keyboard.press("Escape");
    assert.ok(await rowOf("acts/two%20words"));
    await press(tab, "Delete…");
    await proof.fill("acts/two%20words");
    await tab.keyboard.press("Enter");
    await tab.getByText("Choose a stream.").waitFor();
    assert.equal(await rowOf("acts/two%20words"), undefined);
    await tab.context().close();
  },

  async "the filter selects as the API does"() {
    await create("filter/a", "text/plain", "x", { "stream-label": "env=prod" });
    await create("filter/b", "application/json");
    await append("filter/b", "application/json", undefined, { "stream-closed": "true" });
    const tab = await openTab();
    const field = (name) => tab.locator(`#filter [name=${name}]`);
    const shows = (...paths) => tab.waitForFunction((paths) => {
      const shown = [...document.querySelectorAll("#tree [data-path]")].map((item) => item.dataset.path);
      return shown.join() === paths.join();
    }, paths);
    await field("contains").fill("filter/");
    await shows("filter/a", "filter/b");
    await field("closed").selectOption("true");
    await shows("filter/b");
    await field("closed").selectOption("");
    await field("label").fill("env=prod");
    await shows("filter/a");
    await field("label").fill("");
    await field("content_type").fill("application/json");
    await shows("filter/b");
    await tab.context().close();
  },

  async "the tree is used with the keyboard, and has roles and names"() {
    const tab = await openTab();
    await item(tab, "facts/").waitFor();
    const focused = () => tab.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.id);
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate(() => document.activeElement.textContent), "Skip to the stream");
    await tab.locator("#reload").focus();
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Home");
    while ((await focused()) !== "facts/") await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("ArrowRight");
    await item(tab, "a").waitFor();
    await tab.keyboard.press("ArrowRight");
    assert.equal(await focused(), "a");
    await tab.keyboard.press("ArrowLeft");
    assert.equal(await focused(), "facts/");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Enter");
    await tab.getByRole("heading", { name: "facts/a" }).waitFor();
    assert.equal(await tab.evaluate(() => document.activeElement.tagName), "H2");
    await messages(tab, 3);
    await isDescribed(tab);
    const complaints = await tab.evaluate(() => {
      const named = (node) => node.ariaLabel || node.textContent.trim() || node.labels?.length || document.getElementById(node.getAttribute("aria-labelledby"));
      const all = (selector) => [...document.querySelectorAll(selector)];
      const ids = all("[id]").map(({ id }) => id);
      return [
        ...all("button, a, input, select, textarea, nav, main, section, summary, table, svg:not([aria-hidden]), [role]:not([role=group]):not([role=status]):not([role=alert])")
          .filter((node) => !named(node)).map((node) => `no name: ${node.outerHTML.slice(0, 100)}`),
        ...all("svg:not([aria-hidden])").filter((node) => node.getAttribute("role") !== "img").map(() => "a drawing without a role"),
        ...all("table").filter((node) => !node.caption || node.querySelectorAll("th:not([scope=col])").length > 0).map(() => "a table without a caption or scopes"),
        ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: #${id}`),
        ...all("[role=tree] > :not([role=treeitem]), [role=group] > li:not([role=treeitem])").map(() => "not an item of the tree"),
        ...(all("#tree [tabindex='0']").length === 1 ? [] : ["not one item of the tree is in the tab order"]),
        ...(document.documentElement.lang ? [] : ["no language"]),
      ];
    });
    assert.deepEqual(complaints, []);
    await tab.context().close();
  },

  async "text has enough contrast in light and dark, and a narrow screen shows everything"() {
    for (const colorScheme of ["light", "dark"]) {
      const tab = await openTab("facts/a", { colorScheme });
      await messages(tab, 3);
      await isDescribed(tab);
      await item(tab, "facts/").click();
      for (const summary of await tab.locator("summary").all()) await summary.click();
      const faint = await tab.evaluate(() => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        const luminance = (color) => {
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          const parts = [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part / 255);
          const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const background = (node) => {
          for (; node; node = node.parentElement) {
            const color = getComputedStyle(node).backgroundColor;
            if (color !== "rgba(0, 0, 0, 0)") return color;
          }
        };
        const texts = [...document.querySelectorAll("p, dt, dd, h1, h2, h3, li, th, td, caption, summary, label, pre, .name, a, button:enabled")].filter((node) => node.offsetHeight > 0);
        return texts.flatMap((node) => {
          const [dark, light] = [luminance(getComputedStyle(node).color), luminance(background(node))].sort((one, other) => one - other);
          const contrast = (light + 0.05) / (dark + 0.05);
          return contrast < 4.5 ? [`${node.tagName} ${node.textContent.slice(0, 40)}: ${contrast.toFixed(1)}`] : [];
        });
      });
      assert.deepEqual(faint, [], colorScheme);
      await tab.context().close();
    }
    const tab = await openTab("facts/a", { viewport: { width: 360, height: 720 } });
    await messages(tab, 3);
    await isDescribed(tab);
    for (const summary of await tab.locator("summary").all()) await summary.click();
    assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
    await tab.context().close();
  },

  async "a folder of 100,000 streams opens like one of 200"() {
    await fill("few", 200);
    const timesOf = async (folder) => {
      const tab = await openTab();
      await item(tab, folder).waitFor();
      const opened = await tab.evaluate(async (folder) => {
        const start = performance.now();
        document.querySelector(`[role=treeitem][aria-label='${folder}']`).click();
        while (document.querySelectorAll(`[data-path^='${folder}']`).length < 200) await new Promise(requestAnimationFrame);
        return performance.now() - start;
      }, folder);
      const usable = await tab.evaluate(() => window.usableAt);
      await tab.context().close();
      return { usable, opened };
    };
    const before = await sequence(5, () => timesOf("few/"));
    await fill("many", 100_000);
    const after = await sequence(5, async () => ({ few: await timesOf("few/"), many: await timesOf("many/") }));
    const tab = await openTab();
    await item(tab, "many/").click();
    await tab.locator("#tree").getByRole("treeitem", { name: "Show more" }).click();
    await item(tab, "000399").waitFor({ state: "attached" });
    assert.equal(await tab.evaluate(() => document.activeElement.getAttribute("aria-label")), "000200");
    await tab.locator("#filter [name=contains]").fill("99998");
    await tab.locator("#tree [data-path='many/099998']").waitFor();
    await tab.context().close();
    const pages = [before, after.map(({ many }) => many)].map((times) => median(times.map(({ usable }) => usable)));
    const folders = ["few", "many"].map((name) => median(after.map((times) => times[name].opened)));
    for (const [what, [few, many]] of Object.entries({ page: pages, folder: folders })) {
      console.log(`  ${what}: ${Math.round(few)} ms for 200 streams, ${Math.round(many)} ms for 100,000`);
      assert.ok(many < 5 * few, `the ${what} takes ${many} ms instead of ${few} ms`);
    }
  },
};
