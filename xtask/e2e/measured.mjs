// The Worker with a look at the memory of its wasm: GET /memory says how many bytes it has. It never shrinks, so that is the
// most that was ever needed, by the edge and by all objects together, which share it where they run in one process.
// Around the Worker and not in it, so that what is measured is what is shipped.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memories.push(instance.exports.memory);
  return instance;
};

const { default: Worker, StreamObject } = await import("./index.js");

export { StreamObject };
export default class extends Worker {
  fetch(request) {
    if (new URL(request.url).pathname !== "/memory") return super.fetch(request);
    return new Response(memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
  }
}
