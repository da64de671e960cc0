// Reads pages of a stream, forward and back.
import { offsetAt, position } from "./amounts.js";
import { readPage } from "./api.js";
import { elements } from "./json.js";

/** Messages, or bytes, of a page. */
const LENGTH = { json: 50, text: 4096, bytes: 4096 };

/** A page of messages ends after so many bytes, even if it could have more of them. */
const LARGE = 1024 * 1024;

/**
 * The pages of a stream whose offsets are counts of messages or bytes: `{ start, end, entries }`. `range` returns the first position that is
 * still stored and the tail, as they were when `refresh` was called last.
 */
export class Pages {
  constructor({ path, kind, range, refresh }) {
    Object.assign(this, { path, kind, range, refresh, length: LENGTH[kind] });
  }

  async first(signal) {
    await this.refresh();
    const { earliest } = this.range();
    return this.#read(earliest, earliest + this.length, signal);
  }

  async last(signal) {
    await this.refresh();
    return this.before(this.range().tail, signal);
  }

  after(start, signal) {
    return this.#read(start, start + this.length, signal);
  }

  /** The page that ends at a position. It is shorter if messages are large. */
  async before(end, signal) {
    const { earliest } = this.range();
    for (let length = this.length; ; ) {
      const page = await this.#read(Math.max(earliest, end - length), end, signal);
      const read = page.end - page.start;
      if (page.end >= end || read === 0 || length === 1) return page;
      length = Math.max(1, Math.min(read, length >> 1));
    }
  }

  async #read(start, wanted, signal) {
    const { earliest, tail } = this.range();
    const end = Math.min(wanted, tail), kind = this.kind === "json" ? messages : bytes;
    const parts = [];
    try {
      // A response can end anywhere before the tail.
      for (let at = start, size = 0; at < end && size < LARGE; ) {
        const part = await kind.read(await readPage(this.path, offsetAt(at), signal), end - at);
        if (part.length === 0) break;
        parts.push(part);
        at += part.length;
        size += kind.size(part);
      }
    } catch (error) {
      // The pages around it can still be read.
      throw Object.assign(error, { page: { start, end, entries: [] } });
    }
    const entries = kind.entries(start, parts, { isText: this.kind === "text", isCut: start > earliest, isLast: end === tail });
    return entries.length > 0 ? { start: entries[0].at, end: entries.at(-1).end, entries } : { start, end: start, entries };
  }
}

/** An entry for one message of a JSON stream. */
export const message = (at, text) => ({ at, end: at + 1, text });

/** An entry for bytes of another stream. */
export const piece = (at, bytes) => ({ at, end: at + bytes.length, bytes });

const messages = {
  read: async (response, limit) => elements(await response.text()).slice(0, limit),
  size: (texts) => texts.reduce((sum, text) => sum + text.length, 0),
  entries: (start, parts) => parts.flat().map((text, index) => message(start + index, text)),
};

const bytes = {
  read: beginning,
  size: (bytes) => bytes.length,
  entries(start, parts, { isText, isCut, isLast }) {
    const all = joined(parts);
    // A page of text begins and ends with whole characters.
    const from = isText && isCut ? Math.max(0, all.findIndex((byte) => !isContinuation(byte))) : 0;
    const content = all.subarray(from, isText && !isLast ? wholeCharacters(all) : all.length);
    return content.length > 0 ? [piece(start + from, content)] : [];
  },
};

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}

const isContinuation = (byte) => (byte & 0xc0) === 0x80;

/** The number of bytes up to the end of the last whole character. */
function wholeCharacters(bytes) {
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && lead > 0 && isContinuation(bytes[lead])) lead--;
  const length = bytes[lead] >= 0xf0 ? 4 : bytes[lead] >= 0xe0 ? 3 : bytes[lead] >= 0xc0 ? 2 : 1;
  return lead > 0 && lead + length > bytes.length ? lead : bytes.length;
}

/** The first bytes of a body. The rest is not read. */
async function beginning(response, length) {
  const reader = response.body.getReader();
  const found = new Uint8Array(length);
  let filled = 0;
  for (let part; filled < length && !(part = await reader.read()).done; ) {
    const fitting = part.value.subarray(0, length - filled);
    found.set(fitting, filled);
    filled += fitting.length;
  }
  await reader.cancel();
  return found.subarray(0, filled);
}

/** The positions that headers tell: what is stored. */
export const rangeOf = (headers) => ({
  earliest: position(headers.get("stream-earliest-offset")) ?? 0,
  tail: position(headers.get("stream-next-offset")),
});
