// The Worker with its databases farther away: each batch takes TEST_D1_DELAY_MS longer, as it does where D1 is not on the
// same machine. Around the Worker and not in it, so that what is measured is what is shipped.
import { env } from "cloudflare:workers";

const prototype = Object.getPrototypeOf(env.DB);
const { batch } = prototype;
prototype.batch = async function (statements) {
  await new Promise((resolve) => setTimeout(resolve, Number(env.TEST_D1_DELAY_MS)));
  return batch.call(this, statements);
};

export * from "./index.js";
export { default } from "./index.js";
