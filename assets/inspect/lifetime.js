// The life of a stream on a time line.
import { duration, fromNow, instant } from "./amounts.js";
import { drawn } from "./elements.js";
import { WIDTH, drawing, hint, legend, section } from "./figure.js";

const HEIGHT = 28;
const MARGIN = 10;

/**
 * Creation, last write, now and expiry, to scale, from the description of a stream or from its entry in the list. Only the description has the
 * stored deadline.
 */
export function lifetime(stream, retainAge, now = Date.now()) {
  const points = pointsOf(stream, now);
  const times = points.map(([, at]) => at);
  const first = Math.min(...times), last = Math.max(...times);
  const x = (at) => MARGIN + ((at - first) / Math.max(1, last - first)) * (WIDTH - 2 * MARGIN);
  const parts = [drawn("line", { class: "axis", x1: x(first), x2: x(last), y1: HEIGHT / 2, y2: HEIGHT / 2 })];
  if (retainAge > 0) {
    const from = x(Math.max(first, now - retainAge * 1000));
    parts.push(drawn("rect", { class: "kept", x: from, y: 8, width: x(now) - from, height: 12 }));
  }
  const texts = points.map(([name, at]) => [classOf(name), `${name} ${instant(at)}${name === "now" ? "" : ` (${fromNow(at, now)})`}`]);
  parts.push(...points.map(([name, at], index) =>
    drawn("rect", { class: classOf(name), x: x(at) - 3, y: 3, width: 6, height: 22 }, drawn("title", {}, texts[index][1]))));
  const kept = retainAge > 0 ? [["kept", `data is kept for at least ${duration(retainAge)}`]] : [];
  const sentence = `${texts.map(([, text]) => text).join(", ")}.`;
  return section("Lifetime", drawing(sentence, HEIGHT, parts), legend([...texts, ...kept]), ...rule(stream));
}

function pointsOf({ created_at: created, updated_at: updated, ttl, expires_at: expires, stored_deadline: deadline }, now) {
  const points = [["created", Date.parse(created)], ["last write", Date.parse(updated)], ["now", now]];
  if (expires !== undefined) points.push(["expires", Date.parse(expires)]);
  // A read restarts the TTL, too, so it does not end before now.
  if (ttl !== undefined) points.push(["can expire", Math.max(now, Date.parse(updated) + ttl * 1000)]);
  if (deadline !== undefined) points.push(["stored deadline", Date.parse(deadline)]);
  return points;
}

const rule = ({ ttl }) => (ttl === undefined ? [] : [hint(`It expires ${duration(ttl)} after its last read or write. Reading its messages here counts.`)]);

const classOf = (name) => `point ${name.replaceAll(" ", "-")}`;
