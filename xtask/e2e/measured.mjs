// Adds GET /memory: the bytes of wasm memory. It never shrinks, so this is the peak of the edge and all Durable Objects in the process.
// Wraps the shipped Worker unchanged.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memories.push(instance.exports.memory);
  return instance;
};

const { default: Worker, StreamObject, SubscriptionObject } = await import("./index.js");

export { StreamObject, SubscriptionObject };
export default class extends Worker {
  fetch(request) {
    if (new URL(request.url).pathname !== "/memory") return super.fetch(request);
    return new Response(memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
  }
}
