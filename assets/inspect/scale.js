// Ranges to scale. A drawing has a bounded number of parts, however many ranges there are.
import { WIDTH } from "./figure.js";

/** Units of a drawing that are about one pixel on a narrow screen. */
const PIXEL = 3;

/** A function from an offset to its place in a drawing from `first` to `last`. */
export const scale = (first, last) => (offset) => ((offset - first) / Math.max(1, last - first)) * WIDTH;

/** Ranges in the order of their offsets as blocks, `{ start, stop, ranges }`. Neighbors that are narrower than a pixel are in one block. */
export function blocksOf(ranges, x) {
  const blocks = [];
  for (const range of ranges) {
    const last = blocks.at(-1);
    if (last && isNarrow(last, x) && isNarrow(range, x) && x(range.stop) - x(last.start) < 2 * PIXEL) {
      last.stop = range.stop;
      last.ranges.push(range);
    } else blocks.push({ start: range.start, stop: range.stop, ranges: [range] });
  }
  return blocks;
}

const isNarrow = ({ start, stop }, x) => x(stop) - x(start) < PIXEL;

/** Where a block is, at least as wide as a pixel. */
export function extent({ start, stop }, x) {
  const width = Math.max(PIXEL, x(stop) - x(start));
  return { x: Math.min(x(start), WIDTH - width), width };
}
