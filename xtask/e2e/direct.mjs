// The Worker without its edge: each request goes to the object that the path of its URL names, whatever the edge would say of it. So the
// object shows what it says itself, as it does while a new version is being deployed and the edge is still the old one.
import Worker, { StreamObject } from "./index.js";

export { StreamObject };
export default class extends Worker {
  fetch(request) {
    const objects = this.env.STREAMS;
    return objects.get(objects.idFromName(new URL(request.url).pathname)).fetch(request);
  }
}
