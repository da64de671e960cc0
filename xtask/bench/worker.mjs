// Serves the Worker of another project on 127.0.0.1:$PORT as `cargo xtask serve` serves ours, with its data in $DIR. Its argument is a file
// with options of Miniflare as JSON, in which paths are relative to the file, and perhaps `migrations`: SQL files for each D1 binding.
// It ends with SIGINT or SIGTERM. If workerd is killed, Miniflare starts another one.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { migrate } from "../migrate.mjs";

const file = resolve(process.argv[2]);
const { PORT, DIR } = process.env;
const { migrations = {}, modulesRoot = ".", ...options } = JSON.parse(readFileSync(file, "utf8"));
const here = (path) => join(dirname(file), path);

const persist = resolve(DIR);
const databases = Object.entries(migrations).map(([binding, files]) => ({
  id: options.d1Databases[binding],
  files: files.map(here),
}));
if (databases.length > 0) await migrate({ persist, databases });

const root = here(modulesRoot);
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    ...options,
    modulesRoot: root,
    modules: options.modules.map(({ path, ...module }) => ({ ...module, path: join(root, path) })),
    resourcePersistencePath: persist,
    unsafeDirectSockets: [{ host: "127.0.0.1", port: Number(PORT) }],
    logRequests: false,
    log: new Log(LogLevel.ERROR),
    cf: false,
  }),
);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    await miniflare.dispose();
    process.exit(0);
  });
}
await miniflare.ready;
