// Who writes and reads a stream: its producers, and the readers that wait for data.
import { count } from "./amounts.js";
import { element } from "./elements.js";
import { hint, section } from "./figure.js";
import { table } from "./table.js";

export function producers({ stream, producers }) {
  if (producers.length === 0) return section("Producers", hint("No producer has appended."));
  const rows = producers.map(({ id, epoch, seq }) => [element("bdi", { className: "name" }, id), String(epoch), String(seq)]);
  const rest = stream.producer_count - producers.length;
  return section("Producers", table("Producers", ["Producer", "Epoch", "Sequence number"], rows),
    ...(rest > 0 ? [hint(`${count(rest, "other producer")} not listed, because a description has at most 1,000.`)] : []));
}

export function readers({ memory: { feeds, long_polls: polls, held_polls: held } }) {
  const kinds = [["SSE and WebSocket", feeds], ["long-poll that waits on a WebSocket of the edge", polls], ["long-poll that the Durable Object holds", held]];
  if (feeds + polls + held === 0) return section("Readers", hint("No reader waits for data."));
  return section("Readers", table("Waiting readers", ["Kind", "Number"], kinds.map(([kind, number]) => [kind, String(number)])));
}
