// The Worker with its databases farther away, in both directions: on one machine, a batch and its answer are on their way for
// so short a time that hardly a kill comes between them. Around the Worker and not in it, so that what is tortured is what
// is shipped.
import { env } from "cloudflare:workers";

const FARTHEST_MS = 15;

const prototype = Object.getPrototypeOf(env.DB);
const { batch } = prototype;
const travel = () => new Promise((resolve) => setTimeout(resolve, Math.random() * FARTHEST_MS));
prototype.batch = async function (statements) {
  await travel();
  const results = await batch.call(this, statements);
  await travel();
  return results;
};

export * from "./index.js";
export { default } from "./index.js";
