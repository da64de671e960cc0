// How the tests follow a stream of JSON messages with the official client.
import { stream } from "@durable-streams/client";

// Follows the stream at `url` in one mode from an offset on, until it has `enough` messages or the stream ends.
export async function follow(url, live, from, enough = Infinity) {
  const seen = [];
  let offset = from;
  const response = await stream({ url, offset, live });
  await new Promise((resolve, reject) => {
    response.subscribeJson((batch) => {
      // After cancellation, the client may still deliver what it has received before.
      if (seen.length >= enough) return;
      seen.push(...batch.items);
      offset = batch.offset;
      if (seen.length >= enough) {
        response.cancel("enough for now");
        resolve();
      }
    });
    response.closed.then(resolve, (error) => (seen.length >= enough ? resolve() : reject(error)));
  });
  return { seen, offset };
}
