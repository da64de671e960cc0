// What the Durable Object of a stream has to do: its state, the work of its alarm, the last failure, and what earlier streams have left.
import { fromNow, instant, size } from "./amounts.js";
import { definitions, element, link } from "./elements.js";
import { hint, section } from "./figure.js";
import { table } from "./table.js";

const WORK = {
  expire: "the stream expires, or its deadline is renewed for its readers",
  move: "data moves to R2, or segments are merged or deleted",
  clean_up: "rows and R2 objects of deleted streams are deleted",
  delete_replaced: "replaced R2 objects are deleted",
  release_forks: "references of forks are released",
  late_commits: "transactions that may still be in flight are handled",
};

export function work({ database, object, stream, unreadable, memory, alarm, due, last_failure: failure, leftovers }) {
  const state = definitions([
    ["Database", database],
    ["Durable Object", object],
    ["Generation", stream?.generation],
    ["Fence", stream?.fence],
    ["State in memory", memory.loaded ? "loaded" : "not loaded"],
    ["Changes in the queue", String(memory.queued)],
    ["Changes in flight", String(memory.in_flight)],
    ["Size of these changes", size(memory.pending_bytes)],
    ["Failed moves to R2 in a row", String(memory.move_failures)],
    ["Alarm", alarm ? when(alarm) : "none"],
  ]);
  const failures = [
    unreadable && `The row of the stream can't be read: ${unreadable}`,
    failure && `The last failure: ${failure.event}, ${when(failure.at)}. ${failure.detail}`,
  ];
  const pending = due.length > 0
    ? table("Pending work of the alarm", ["Work", "Due"], due.map(({ work, at }) => [`${work}: ${WORK[work] ?? ""}`, when(at)]))
    : hint("The alarm has no pending work.");
  return section("Durable Object", ...failures.filter(Boolean).map((text) => element("p", { className: "problem" }, text)), state, pending, left(leftovers));
}

/** Rows that do not belong to the stream. */
function left({ tombstones, garbage, replaced, releases }) {
  const code = (text) => element("code", {}, text);
  const rows = [
    ...tombstones.map(({ generation, deleted_at: at }) => ["deleted stream", code(generation), `deleted ${when(at)}`]),
    ...garbage.map((generation) => ["generation to delete", code(generation), ""]),
    ...replaced.map(({ key, due_at: at }) => ["replaced R2 object", code(key), `to be deleted ${when(at)}`]),
    ...releases.map(({ source, reference, due_at: at }) =>
      ["reference to release", element("span", {}, link(source), ", ", code(reference)), `due ${when(at)}`]),
  ];
  if (rows.length === 0) return hint("Earlier streams at this path have left nothing.");
  return table("Left by earlier streams", ["What", "Name", "Time"], rows);
}

const when = (time) => `${instant(Date.parse(time))} (${fromNow(Date.parse(time))})`;
