// The inspector in Chromium. What the page shows is what the API says. An argument selects the checks whose names contain it.
import { closeAll, problems } from "./tabs.mjs";
import assert from "node:assert/strict";
import { described } from "./described.mjs";
import { page } from "./page.mjs";
import { subscribed } from "./subscribed.mjs";

let failed = 0;
try {
  // The checks of the page end with 100,000 streams.
  for (const [name, check] of Object.entries({ ...described, ...subscribed, ...page })) {
    if (process.argv[2] && !name.includes(process.argv[2])) continue;
    problems.length = 0;
    try {
      await check();
      assert.deepEqual(problems, []);
      console.log(`✓ ${name}`);
    } catch (error) {
      failed++;
      console.log(`✗ ${name}\n${error.stack}`, problems);
    }
  }
} finally {
  await closeAll();
}
process.exitCode = failed > 0 ? 1 : 0;
