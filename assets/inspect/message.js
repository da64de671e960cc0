// One message of a JSON stream, or one piece of another stream, in the list of messages.
import { count, size } from "./amounts.js";
import { button, element } from "./elements.js";
import { pretty } from "./json.js";

/** Characters, or bytes in hexadecimal, that are shown at first. More would make the page slow. */
const PREVIEW = { pretty: 4096, raw: 4096, text: 4096, hex: 512 };

/** Characters that are laid out together. */
const BLOCK = 32_768;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The kind of a stream with a content type. */
export function kindOf(type) {
  const essence = type.split(";")[0].trim().toLowerCase();
  return essence === "application/json" ? "json" : essence.startsWith("text/") ? "text" : "bytes";
}

/** The formats in which messages of a kind of stream can be shown, the preferred one first. */
export const formatsOf = (kind) => ({ json: ["pretty", "raw", "hex"], text: ["text", "hex"], bytes: ["hex", "text"] })[kind];

/** A list item for an entry of a page. */
export function messageItem({ at, text, bytes }, format) {
  const content = text ?? bytes;
  const body = element("pre", { tabIndex: -1 }, formatted(content.slice(0, PREVIEW[format]), format));
  const length = bytes?.length ?? encoder.encode(text).length;
  const label = bytes ? `Bytes from ${at}` : `Message ${at}`;
  const item = element("li", {}, element("p", { className: "label" }, element("span", {}, label), " ", element("span", {}, size(length))), body);
  if (content.length > PREVIEW[format]) item.append(showAll(body, content, length, format));
  return item;
}

function showAll(body, content, length, format) {
  const more = button(`Show all ${size(length)}`, () => {
    body.replaceChildren(...blocks(formatted(content, format)));
    more.remove();
    body.focus();
  });
  return more;
}

/** Long text as blocks, of which the browser lays out only those on the screen. They end with a line if they can. */
function blocks(text) {
  const found = [];
  for (let start = 0, end; start < text.length; start = end) {
    const newline = text.lastIndexOf("\n", start + BLOCK);
    end = start + BLOCK >= text.length ? text.length : newline >= start ? newline + 1 : start + BLOCK;
    if (isHighSurrogate(text.charCodeAt(end - 1))) end++;
    found.push(element("div", {}, text.slice(start, end)));
  }
  return found;
}

const isHighSurrogate = (unit) => unit >= 0xd800 && unit < 0xdc00;

function formatted(content, format) {
  if (format === "hex") return hex(typeof content === "string" ? encoder.encode(content) : content);
  const text = typeof content === "string" ? content : decoder.decode(content);
  return format === "pretty" ? pretty(text) : text;
}

/** Bytes in lines of 16: position, hexadecimal, printable ASCII. */
function hex(bytes) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const line = Array.from(bytes.subarray(start, start + 16));
    const digits = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = line.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${start.toString(16).padStart(6, "0")}  ${digits.padEnd(47)}  ${ascii}`);
  }
  return lines.join("\n");
}

/** How many messages or bytes, in words. */
export const amount = (kind, number) => count(number, kind === "json" ? "message" : "byte");
