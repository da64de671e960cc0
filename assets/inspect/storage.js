// How many bytes of a stream are in D1 and R2.
import { size } from "./amounts.js";
import { drawn } from "./elements.js";
import { WIDTH, drawing, hint, section } from "./figure.js";

const HEIGHT = 28;

/** Bytes in D1 and R2, to scale. */
export function storage({ hot_bytes: hot, cold_bytes: cold }, retainBytes) {
  const total = hot + cold;
  const sentence = `${size(cold)} in R2 (cold), ${size(hot)} in D1 (hot).`;
  const share = total === 0 ? 0 : (cold / total) * WIDTH;
  const bars = [
    drawn("rect", { class: "cold", x: 0, y: 0, width: share, height: HEIGHT }),
    drawn("rect", { class: "hot", x: share, y: 0, width: total === 0 ? 0 : WIDTH - share, height: HEIGHT }),
  ];
  if (retainBytes > 0 && retainBytes < total) {
    const x = WIDTH * (1 - retainBytes / total);
    bars.push(drawn("line", { class: "limit", x1: x, x2: x, y1: 0, y2: HEIGHT }));
  }
  const kept = retainBytes > 0 ? [hint(`Of the bytes, at least the newest ${size(retainBytes)} are kept.`)] : [];
  return section("Storage", drawing(sentence, HEIGHT, bars), hint(sentence), ...kept);
}
