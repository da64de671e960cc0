// A Worker that is woken when there are new orders, and writes a receipt for each.
import { Keys } from "./signature.js";
import { Fenced, Wake } from "./wake.js";

// An isolate has the same variables for all requests.
let keys;

export default {
  async fetch(request, env, context) {
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    keys ??= new Keys(env.STREAMS);
    const body = await request.arrayBuffer();
    if (!(await keys.accept(request.headers.get("webhook-signature"), body))) return new Response(null, { status: 401 });
    context.waitUntil(work(JSON.parse(new TextDecoder().decode(body)), env));
    return new Response(null, { status: 202 });
  },
};

async function work(content, env) {
  const headers = env.TOKEN ? { authorization: `Bearer ${env.TOKEN}` } : {};
  const wake = new Wake(content, headers);
  try {
    for (const stream of wake.pending) {
      const { messages, offset } = await wake.read(env.STREAMS, stream);
      for (const order of messages) await writeReceipt(env.STREAMS, headers, order);
      await wake.acknowledge(stream.path, offset);
    }
    await wake.end();
  } catch (error) {
    // The next wake repeats what was not acknowledged.
    console.error(error instanceof Fenced ? "The lease ended too early." : error);
  }
}

/** Creates a stream with the receipt. Its name is that of the order, so an order that comes twice has one receipt. */
async function writeReceipt(streams, headers, { order, sum }) {
  const response = await fetch(`${streams}/receipts/${order}`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ order, paid: sum }),
  });
  if (!response.ok) throw new Error(`The receipt of ${order} was not written: ${response.status}`);
}
