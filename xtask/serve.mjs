// Serves a Worker with the Miniflare options given as JSON, as long as stdin stays open: a parent that dies, however it
// dies, takes the server with it.
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";

const options = JSON.parse(process.argv[2]);
const miniflare = new Miniflare(convertV4MiniflareOptions({ ...options, log: new Log(LogLevel.WARN) }));

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
