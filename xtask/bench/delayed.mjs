// Adds TEST_D1_DELAY_MS to each D1 batch, as if D1 were on another machine. Wraps the shipped Worker unchanged.
import { env } from "cloudflare:workers";

const prototype = Object.getPrototypeOf(env.DB);
const { batch } = prototype;
prototype.batch = async function (statements) {
  await new Promise((resolve) => setTimeout(resolve, Number(env.TEST_D1_DELAY_MS)));
  return batch.call(this, statements);
};

export * from "./index.js";
export { default } from "./index.js";
