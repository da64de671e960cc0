// The Worker with a dataset for metrics. GET /points returns its data points, and GET /rows the number of rows that each statement of each
// D1 batch has read. Both forget what they return.
import { env } from "cloudflare:workers";
import Worker, { StreamObject, SubscriptionObject } from "./index.js";

const points = [];
const rows = [];

const database = Object.values(env).find((binding) => typeof binding?.batch === "function");
const prototype = Object.getPrototypeOf(database);
const { batch } = prototype;
prototype.batch = async function (statements) {
  const results = await batch.call(this, statements);
  rows.push(results.map(({ meta }) => meta.rows_read));
  return results;
};

const METRICS = { writeDataPoint: (point) => void points.push(point) };

class RecordedObject extends StreamObject {
  constructor(state, env) {
    super(state, { ...env, METRICS });
  }
}

export { RecordedObject as StreamObject, SubscriptionObject };
export default class extends Worker {
  constructor(context, env) {
    super(context, { ...env, METRICS });
  }
  fetch(request) {
    const recorded = { "/points": points, "/rows": rows }[new URL(request.url).pathname];
    return recorded ? Response.json(recorded.splice(0)) : super.fetch(request);
  }
}
