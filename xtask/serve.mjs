// Serves a Worker with the Miniflare options given as JSON. The server stops when stdin closes, so it never outlives its parent.
// If workerd is killed, Miniflare starts another one at the same address, with the same state. If `crashes` is set, its warning
// is hidden.
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { migrate } from "./migrate.mjs";

const { crashes, migrations, ...options } = JSON.parse(process.argv[2]);
const log = new Log(crashes ? LogLevel.ERROR : LogLevel.WARN);
if (migrations) await migrate(migrations);
const miniflare = new Miniflare(convertV4MiniflareOptions({ ...options, log }));

let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  await miniflare.dispose();
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
process.stdin.on("end", end).resume();

await miniflare.ready;
