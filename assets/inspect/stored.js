// The section that shows where each offset of a stream is stored.
import { count, position, size } from "./amounts.js";
import { check } from "./check.js";
import { details, drawn, element, link } from "./elements.js";
import { WIDTH, drawing, hint, legend, section } from "./figure.js";
import { amount, kindOf } from "./message.js";
import { rangesOf, rowsOf } from "./ranges.js";
import { blocksOf, extent, scale } from "./scale.js";
import { table } from "./table.js";

const HEIGHT = 36;

const NAMES = { inherited: "inherited", segment: "segment", part: "part", log: "log", unlisted: "not listed", missing: "missing" };

/** Where each offset is stored, to scale, with a table and a check of the data. */
export function stored(description, signal) {
  const { path, stream } = description, ranges = rangesOf(description);
  const earliest = position(stream.earliest_offset), tail = position(stream.next_offset);
  if (ranges.length === 0) return section("Stored ranges", hint(`The stream is empty. Its tail is offset ${tail}.`));
  const first = ranges[0].start, x = scale(first, tail), blocks = blocksOf(ranges, x), kinds = kindsOf(ranges, stream);
  const length = amount(kindOf(stream.content_type), tail - earliest);
  const sentence = `Reads begin at offset ${earliest}, and the tail is offset ${tail} (${length}).`;
  const parts = [...blocks.map((block, index) => bar(block, index, x)), mark(x(earliest))];
  const svg = drawing(`${sentence} ${kinds.map(([, text]) => text).join(", ")}.`, HEIGHT, parts);
  const rows = ranges.map((range) => row(range, stream));
  return section("Stored ranges", svg, ends(first, tail), legend(kinds), hint(sentence, joined(blocks)),
    details("all-ranges", count(ranges.length, "range"), table("Stored ranges", ["Kind", "From", "To", "Bytes", "Where"], rows)),
    check(path, { svg, x, height: HEIGHT }, signal));
}

function bar(block, index, x) {
  const kind = kindOfBlock(block), shade = index % 2 === 0 ? "even" : "odd";
  return drawn("rect", { class: `${kind} ${shade}`, ...extent(block, x), y: 0, height: HEIGHT }, drawn("title", {}, described(block)));
}

/** Missing data is always seen. Otherwise, a block has the color of its widest range. */
function kindOfBlock({ ranges }) {
  const widest = ranges.reduce((one, other) => (other.stop - other.start > one.stop - one.start ? other : one));
  return ranges.some(({ kind }) => kind === "missing") ? "missing" : widest.kind;
}

function described({ start, stop, ranges }) {
  const [{ kind, bytes, key, path }] = ranges;
  const where = `offsets ${start} to ${stop}`;
  if (ranges.length > 1) return `${count(ranges.length, "range")}, ${where}`;
  return [NAMES[kind], where, bytes !== undefined && size(bytes), key ?? path].filter(Boolean).join(", ");
}

/** Where reads begin. */
const mark = (at) => drawn("line", { class: "limit", x1: at, x2: at, y1: 0, y2: HEIGHT });

const ends = (first, tail) => element("p", { className: "label" }, element("span", {}, `offset ${first}`), element("span", {}, `tail ${tail}`));

/** The kinds of ranges that there are, and how much each has. */
function kindsOf(ranges, stream) {
  const of = (kind) => ranges.filter((range) => range.kind === kind);
  const offsets = (kind) => of(kind).reduce((sum, { start, stop }) => sum + stop - start, 0);
  const bytes = (kind) => of(kind).reduce((sum, { bytes }) => sum + bytes, 0);
  const sources = new Set(of("inherited").map(({ path }) => path));
  const texts = {
    inherited: () => `${count(of("inherited").length, "range")} inherited from ${count(sources.size, "other stream")}`,
    segment: () => `${count(stream.segment_count, "segment")} in R2 (${size(stream.cold_bytes)})`,
    part: () => `${count(stream.part_count, "part")} in R2 (${size(bytes("part"))})`,
    log: () => `the log in D1: ${count(rowsOf(stream), "row")}${stream.part_count > 0 ? "" : ` (${size(stream.hot_bytes)})`}`,
    unlisted: () => `${count(offsets("unlisted"), "offset")} in segments, parts or rows that are not listed (at most 1,000 of each are)`,
    missing: () => `${count(offsets("missing"), "offset")} that nothing stores`,
  };
  return Object.keys(NAMES).filter((kind) => of(kind).length > 0).map((kind) => [kind, texts[kind]()]);
}

function joined(blocks) {
  const several = blocks.filter(({ ranges }) => ranges.length > 1);
  const all = several.reduce((sum, { ranges }) => sum + ranges.length, 0);
  return several.length === 0 ? "" : ` ${count(all, "range")} would be narrower than a pixel, and are drawn as ${count(several.length, "block")}.`;
}

function row({ kind, start, stop, bytes, key, path, generation }, stream) {
  const isWholeLog = kind === "log" && stream.part_count === 0;
  const stored = bytes ?? (isWholeLog ? stream.hot_bytes : undefined);
  const inherited = path && element("span", {}, link(path), ", generation ", element("code", {}, generation));
  const where = key ? element("code", {}, key) : inherited ?? (kind === "log" ? "D1" : "");
  return [NAMES[kind], String(start), String(stop), stored === undefined ? "" : size(stored), where];
}
