// Serves a Worker with the Miniflare options given as JSON, as long as stdin stays open: a parent that dies, however it
// dies, takes the server with it. If workerd is killed, Miniflare starts another one, at the same address and on the same
// state, and warns of it: that is left out for a parent who means to.
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";

const { crashes, ...options } = JSON.parse(process.argv[2]);
const log = new Log(crashes ? LogLevel.ERROR : LogLevel.WARN);
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
