// The Worker, and two ways to make its wasm fail. After POST /fail/panic, the next random number that it needs is missing, which is a
// panic. After POST /fail/trap, the allocator is called with an invalid size at that point, and aborts without a panic.
// Requests bypass the edge, except live reads, so that a Durable Object gets the first request after a failure.
// GET /fail returns whether a failure is still to come, and how many instances of the wasm have been started.
let instance;
let instances = 0;
let pending = false;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  instance = new Instance(module, imports);
  instances += 1;
  return instance;
};

const { default: Worker, StreamObject, SubscriptionObject } = await import("./index.js");

const failures = {
  "/fail/panic": () => {
    throw new Error("no random numbers");
  },
  "/fail/trap": () => instance.exports.__wbindgen_malloc(-1, 1),
};

function failOnce(failure) {
  pending = true;
  crypto.getRandomValues = (array) => {
    delete crypto.getRandomValues;
    pending = false;
    failure();
    return crypto.getRandomValues(array);
  };
}

export { StreamObject, SubscriptionObject };
export default class extends Worker {
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/fail") return Response.json({ pending, instances });
    const failure = failures[pathname];
    if (failure) {
      failOnce(failure);
      return new Response(null, { status: 204 });
    }
    if (searchParams.has("live")) return super.fetch(request);
    const objects = this.env.STREAMS;
    return objects.get(objects.idFromName(pathname.replace("/v1/stream/", ""))).fetch(request);
  }
}
