// The Worker with a dataset for metrics. GET /points returns its data points, and forgets them.
import Worker, { StreamObject } from "./index.js";

const points = [];
const METRICS = { writeDataPoint: (point) => void points.push(point) };

class RecordedObject extends StreamObject {
  constructor(state, env) {
    super(state, { ...env, METRICS });
  }
}

export { RecordedObject as StreamObject };
export default class extends Worker {
  constructor(context, env) {
    super(context, { ...env, METRICS });
  }
  fetch(request) {
    if (new URL(request.url).pathname !== "/points") return super.fetch(request);
    return Response.json(points.splice(0));
  }
}
