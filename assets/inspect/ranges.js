// Where each offset of a stream is stored, from its description.
import { position } from "./amounts.js";

/**
 * Ranges without gaps from the first stored offset to the tail: `{ kind, start, stop }`. Those in R2 have `bytes` and `key`, and those that a
 * fork inherits have `path` and `generation`. The kinds are
 *
 * - `inherited`, `segment` and `part`;
 * - `log`: rows in D1;
 * - `unlisted`: what the description leaves out, because it has more than it lists;
 * - `missing`: nothing stores it.
 */
export function rangesOf(description) {
  const { stream, segments, parts } = description;
  const earliest = position(stream.earliest_offset), tail = position(stream.next_offset);
  const known = [...inherited(stream.lineage, earliest), ...segments.map(inR2("segment")), ...parts.map(inR2("part"))];
  known.sort((one, other) => one.start - other.start);
  const found = [];
  let at = Math.min(earliest, known[0]?.start ?? earliest);
  for (const range of [...known, { start: tail, stop: tail }]) {
    if (range.start > at) found.push({ kind: kindBetween(at, description), start: at, stop: range.start });
    if (range.stop > range.start) found.push(range);
    at = Math.max(at, range.stop);
  }
  return found;
}

/** The generations that store what a fork inherits, each from the end of the one before. */
function inherited(lineage, earliest) {
  let start = earliest;
  return lineage.flatMap(({ path, generation, stop }) => {
    const range = { kind: "inherited", start, stop: position(stop), path, generation };
    if (range.stop <= start) return []; // no longer readable
    start = range.stop;
    return [range];
  });
}

const inR2 = (kind) => ({ start, stop, bytes, key }) => ({ kind, start: position(start), stop: position(stop), bytes, key });

/** What stores a range that begins at an offset and that no list contains. Segments are older than all rows and parts. */
function kindBetween(start, { stream, segments, parts }) {
  const endOf = (list) => (list.length > 0 ? position(list.at(-1).stop) : 0);
  const isCut = (list, total) => list.length < total && start === endOf(list);
  if (isCut(segments, stream.segment_count) || isCut(parts, stream.part_count)) return "unlisted";
  return start >= endOf(segments) && rowsOf(stream) > 0 ? "log" : "missing";
}

/** The number of rows of the log. A part counts as a row of it. */
export const rowsOf = (stream) => stream.hot_rows - stream.part_count;
