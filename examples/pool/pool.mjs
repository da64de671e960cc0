// Three workers share a subscription, and one of them is killed while it works: node pool.mjs [SERVER]
//
// Prints what happens. Fails if a job was not done, or nobody has taken over.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const LEASE_MS = 2000;
const PATIENCE_MS = 30_000;
const QUEUES = ["red", "green", "blue"];

/** In the middle of the second queue: the first one is acknowledged. */
const KILL_AFTER_MS = 1500;

const [server = "http://127.0.0.1:8787"] = process.argv.slice(2);
const streams = `${server}/v1/stream`;
const pool = `pool-${randomUUID()}`;
const subscription = `${streams}/__ds/subscriptions/${pool}`;
const started = Date.now();
const print = (text) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`);

async function send(method, address, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
  return response;
}

/** Starts a worker, and passes on what it prints. */
function start(name, notice) {
  const file = fileURLToPath(new URL("worker.mjs", import.meta.url));
  const worker = spawn(process.execPath, [file, streams, pool, name], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface(worker.stdout).on("line", (line) => {
    print(line);
    notice(name, line);
  });
  return worker;
}

/** The jobs that were done, in order, some of them maybe twice. */
const done = async () => (await send("GET", `${streams}/${pool}/results?offset=-1`)).json();

for (const name of ["wakes", "results"]) await send("PUT", `${streams}/${pool}/${name}`);
await send("PUT", subscription, {
  type: "pull-wake",
  pattern: `${pool}/jobs/*`,
  wake_stream: `${pool}/wakes`,
  lease_ttl_ms: LEASE_MS,
});

const jobs = [];
async function append(number) {
  for (const queue of QUEUES) {
    const names = Array.from({ length: number }, (_, index) => `${queue} ${jobs.length + index}`);
    await send("POST", `${streams}/${pool}/jobs/${queue}`, names.map((job) => ({ job })));
    jobs.push(...names);
  }
  print(`${number * QUEUES.length} jobs are appended`);
}

let victim;
let takenOver = false;
const workers = new Map();
function notice(name, line) {
  if (!line.includes("has wake")) return;
  takenOver ||= victim !== undefined && victim !== name;
  if (victim !== undefined) return;
  victim = name;
  setTimeout(() => {
    workers.get(name).kill("SIGKILL");
    print(`${name} is killed`);
  }, KILL_AFTER_MS);
}

try {
  for (const queue of QUEUES) await send("PUT", `${streams}/${pool}/jobs/${queue}`);
  await append(8);
  for (const name of ["a", "b", "c"]) workers.set(name, start(name, notice));
  await sleep(2 * KILL_AFTER_MS);
  await append(1);

  const missing = async () => {
    const seen = new Set((await done()).map(({ job }) => job));
    return jobs.filter((job) => !seen.has(job));
  };
  let left;
  for (const end = Date.now() + PATIENCE_MS; (left = await missing()).length > 0 && Date.now() < end; ) await sleep(100);
  if (left.length > 0) throw new Error(`${left.length} jobs were lost: ${left.join(", ")}`);
  if (!takenOver) throw new Error(`nobody has taken over from ${victim}`);
  // The victim had done some jobs and not acknowledged them.
  const all = await done();
  print(`all ${jobs.length} jobs are done, ${all.length - jobs.length} of them twice`);
} catch (error) {
  print(error.message);
  process.exitCode = 1;
} finally {
  for (const worker of workers.values()) worker.kill();
  await send("DELETE", subscription);
}
