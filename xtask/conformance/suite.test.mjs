// The upstream suite against the server at SERVER_URL (vite has a BASE_URL of its own). `cargo xtask test --only suite` runs
// all of it; for a part, with `cargo xtask serve --port 8787 --var "LIMIT_LONG_POLL_HOLD=2 s"` in another terminal:
//
//     SERVER_URL=http://127.0.0.1:8787 npm run suite -- -t "SSE Mode"
import { runConformanceTests } from "@durable-streams/server-conformance-tests";

runConformanceTests({ baseUrl: process.env.SERVER_URL, subscriptions: true });
