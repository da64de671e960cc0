// Puts the streams that xtask/bench/src/list.rs lists into local D1 databases, whose migrations have been applied. Its argument is JSON: the
// folder of Miniflare's state, and the ids of the databases in the order of their numbers.
import { Miniflare, convertV4MiniflareOptions } from "miniflare";

const STREAMS = 100_000;
const PREFIXES = 1_000;

const INSERT = `INSERT INTO streams
  (path, generation, fence, content_type, tail, closed, gone, created_ms, hot_bytes, hot_rows, earliest)
  SELECT value, 'bench ' || value, 'bench', 'application/json', 0, 0, 0, 1793000000000, 0, 0, 0 FROM json_each(?1)`;

const { persist, databases } = JSON.parse(process.argv[2]);

// The number of the database that holds a stream: FNV-1a of its path, as in runtime/src/host/databases.rs. The load generator checks that
// the server finds the streams.
function numberOf(path) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(path)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return Number(hash % BigInt(databases.length));
}

const digits = (number, count) => String(number).padStart(count, "0");
const paths = databases.map(() => []);
for (let number = 0; number < STREAMS; number += 1) {
  const path = `${digits(number % PREFIXES, 4)}/${digits(number, 6)}`;
  paths[numberOf(path)].push(path);
}

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: "export default {}",
    d1Databases: Object.fromEntries(databases.map((id) => [id, id])),
    resourcePersistencePath: persist,
    cf: false,
  }),
);
try {
  for (const [number, id] of databases.entries()) {
    const database = await miniflare.getD1Database(id);
    await database.prepare(INSERT).bind(JSON.stringify(paths[number].sort())).run();
  }
} finally {
  await miniflare.dispose();
}
