// What is known about a stream, in words.
import { duration, instant, position } from "./amounts.js";
import { definitions, link } from "./elements.js";
import { amount } from "./message.js";

/** A description list from the headers of HEAD, and the stream's row in the list if the token may list. */
export function facts({ path, type, kind, closed }, headers, row) {
  const earliest = headers.get("stream-earliest-offset"), tail = headers.get("stream-next-offset");
  const number = (name) => (headers.has(name) ? Number(headers.get(name)) : undefined);
  const ttl = number("stream-ttl"), age = number("stream-retain-age"), bytes = number("stream-retain-bytes");
  return definitions([
    ["Path in URLs", path],
    ["Content type", type],
    ["State", closed ? "closed" : "open"],
    ["Tail offset", tail],
    ["Earliest offset", earliest],
    ["Stored", stored(kind, earliest, tail)],
    ["Created", row && instant(Date.parse(row.created_at))],
    ["Last write", row && instant(Date.parse(row.updated_at))],
    ["Time to live", ttl === undefined ? undefined : duration(ttl)],
    ["Expires", headers.get("stream-expires-at")],
    ["Retention", retention(age, bytes)],
    ["Forked from", row?.forked_from && link(row.forked_from)],
    ["Labels", headers.get("stream-label")],
    ["Entity tag", headers.get("etag")],
  ]);
}

function stored(kind, earliest, tail) {
  const from = earliest === null ? 0 : position(earliest), to = position(tail);
  return from === undefined || to === undefined ? undefined : amount(kind, to - from);
}

function retention(age, bytes) {
  const kept = [age && duration(age), bytes && amount("bytes", bytes)].filter(Boolean);
  return age === undefined && bytes === undefined ? undefined : kept.join(", ") || "everything";
}
