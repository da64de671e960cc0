// Sends every request to its Durable Object without the edge, as an old edge can do during a deployment.
import Worker, { StreamObject, SubscriptionObject } from "./index.js";

export { StreamObject, SubscriptionObject };
export default class extends Worker {
  fetch(request) {
    const objects = this.env.STREAMS;
    return objects.get(objects.idFromName(new URL(request.url).pathname)).fetch(request);
  }
}
