// Applies migrations to local D1 databases, and records them in the table of `wrangler d1 migrations apply`, which takes a second for
// each migration. As a program, it takes the argument of `migrate` as JSON.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

// `persist` is the folder of Miniflare's state. `databases` has the id of each database, and the paths of its migrations in order.
export async function migrate({ persist, databases }) {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      d1Databases: Object.fromEntries(databases.map(({ id }) => [id, id])),
      resourcePersistencePath: persist,
      cf: false,
    }),
  );
  try {
    for (const { id, files } of databases) await apply(await miniflare.getD1Database(id), files);
  } finally {
    await miniflare.dispose();
  }
}

async function apply(database, files) {
  await database.prepare(TABLE).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map(({ name }) => name));
  for (const file of files.filter((file) => !applied.has(basename(file)))) {
    const record = database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(basename(file));
    // A batch is a transaction.
    await database.batch([database.prepare(readFileSync(file, "utf8")), record]);
  }
}

if (import.meta.main) await migrate(JSON.parse(process.argv[2]));
