// Drawings of one stream: where its bytes are, and its life on a time line.
import { duration, fromNow, instant, size } from "./amounts.js";
import { drawn, element } from "./elements.js";

const WIDTH = 1000;

/** Bytes in D1 and R2, to scale. */
export function storage({ hot_bytes: hot, cold_bytes: cold }, retainBytes) {
  const total = hot + cold;
  const sentence = `${size(cold)} in R2 (cold), ${size(hot)} in D1 (hot).`;
  const share = total === 0 ? 0 : (cold / total) * WIDTH;
  const bars = [
    drawn("rect", { class: "cold", x: 0, y: 0, width: share, height: 28 }),
    drawn("rect", { class: "hot", x: share, y: 0, width: total === 0 ? 0 : WIDTH - share, height: 28 }),
  ];
  const kept = retainBytes > 0 ? `Of the bytes, at least the newest ${size(retainBytes)} are kept.` : "";
  if (retainBytes > 0 && retainBytes < total) {
    const x = WIDTH * (1 - retainBytes / total);
    bars.push(drawn("line", { class: "limit", x1: x, x2: x, y1: 0, y2: 28 }));
  }
  return figure("Storage", sentence, 28, bars, [sentence, kept]);
}

/** Creation, last write, now and expiry, to scale. */
export function lifetime({ created_at: created, updated_at: updated, ttl, expires_at: expires }, retainAge, now = Date.now()) {
  const end = expires ? Date.parse(expires) : ttl === undefined ? undefined : Date.parse(updated) + ttl * 1000;
  const points = [["created", Date.parse(created)], ["last write", Date.parse(updated)], ["now", now]];
  if (end !== undefined) points.push([expires ? "expires" : "can expire", ttl === undefined ? end : Math.max(end, now)]);
  const times = points.map(([, at]) => at);
  const first = Math.min(...times), last = Math.max(...times);
  const x = (at) => 10 + ((at - first) / Math.max(1, last - first)) * (WIDTH - 20);
  const parts = [drawn("line", { class: "axis", x1: x(first), x2: x(last), y1: 14, y2: 14 })];
  if (retainAge > 0) {
    const from = x(Math.max(first, now - retainAge * 1000));
    parts.push(drawn("rect", { class: "kept", x: from, y: 8, width: x(now) - from, height: 12 }));
  }
  parts.push(...points.map(([name, at]) => drawn("rect", { class: `point ${name.replace(" ", "-")}`, x: x(at) - 3, y: 3, width: 6, height: 22 })));
  const sentences = points.filter(([name]) => name !== "now").map(([name, at]) => `${name} ${instant(at)} (${fromNow(at, now)})`);
  const rules = [
    ttl !== undefined && `It expires ${duration(ttl)} after its last read or write. Reading its messages here counts.`,
    retainAge > 0 && `Data is kept for at least ${duration(retainAge)}.`,
  ];
  return figure("Lifetime", `${sentences.join(", ")}.`, 28, parts, [`${capitalized(sentences.join(", "))}.`, ...rules]);
}

function figure(title, label, height, parts, sentences) {
  const attributes = { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label, height };
  const id = title.toLowerCase();
  return element("section", { "aria-labelledby": id }, element("h3", { id }, title), drawn("svg", attributes, ...parts),
    ...sentences.filter(Boolean).map((sentence) => element("p", { className: "hint" }, sentence)));
}

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);
