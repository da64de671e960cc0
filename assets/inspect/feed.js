// Follows a stream. It can stop at any time and continue at the same offset, so nothing is lost and nothing comes twice.
import { position } from "./amounts.js";
import { Problem, follow } from "./api.js";
import { events } from "./events.js";
import { elements } from "./json.js";
import { message, piece } from "./pages.js";
import { recordData } from "./samples.js";

const RETRY_MS = 1000;
const encoder = new TextEncoder();

export class Feed {
  #cursor;

  /** Entries arrive at `show`, and sentences about the connection at `report`, with whether it is over. */
  constructor({ path, kind }, offset, { show, report }) {
    Object.assign(this, { path, kind, offset, show, report });
  }

  /** Follows until the stream is closed, or the signal ends it. The server ends each response after a while, and networks fail. */
  async run(signal) {
    while (!signal.aborted) {
      try {
        if (await this.#once(signal)) return this.report("The stream is closed, and everything has been shown.", true);
      } catch (error) {
        if (signal.aborted) return;
        const isFinal = error instanceof Problem && error.status !== 429 && error.status < 500;
        this.report(error instanceof Problem ? error.message : "The connection was lost. It is tried again.", isFinal);
        if (isFinal) return;
        await new Promise((resume) => setTimeout(resume, RETRY_MS));
      }
    }
  }

  /** Reads one response, and returns whether the stream is closed. */
  async #once(signal) {
    const response = await follow(this.path, this.offset, this.#cursor, signal);
    this.report(`Following from ${this.offset}.`);
    const isEncoded = response.headers.get("stream-sse-data-encoding") === "base64";
    let data = []; // read, but without their offset yet
    for await (const event of events(response)) {
      if (signal.aborted) return false;
      if (event.event === "data") data.push(event.data);
      if (event.event === "control" && this.#accept(JSON.parse(event.data), data.splice(0), isEncoded)) return true;
    }
    return false;
  }

  /** Takes the data that a control event confirms. Returns whether no more follows. */
  #accept({ streamNextOffset, streamCursor, streamClosed }, data, isEncoded) {
    const start = position(this.offset) ?? 0;
    this.offset = streamNextOffset;
    this.#cursor = streamCursor;
    const entries = this.kind === "json" ? messagesFrom(start, data) : piecesFrom(start, data, isEncoded);
    if (entries.length > 0) {
      const bytes = entries.reduce((sum, { text, bytes }) => sum + (bytes ?? text).length, 0);
      recordData(this.path, bytes, entries.length);
      this.show(entries);
    }
    return streamClosed;
  }
}

const messagesFrom = (start, data) => data.flatMap(elements).map((text, index) => message(start + index, text));

function piecesFrom(start, data, isEncoded) {
  return data.map((text) => {
    const bytes = isEncoded ? decoded(text) : encoder.encode(text);
    const entry = piece(start, bytes);
    start += bytes.length;
    return entry;
  });
}

const decoded = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
