// Offsets, sizes and times as numbers and as text.

const plain = new Intl.NumberFormat("en");
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];
const SPANS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** The number that an offset of this server stands for, or undefined for the opaque offset of another server. */
export function position(offset) {
  const number = /^[0-9A-F]{16}$/.test(offset ?? "") ? parseInt(offset, 16) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}

export const offsetAt = (position) => position.toString(16).toUpperCase().padStart(16, "0");

export const count = (number, unit) => `${plain.format(number)} ${unit}${number === 1 ? "" : "s"}`;

export function size(bytes) {
  const step = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return step === 0 ? count(bytes, "byte") : `${(bytes / 1024 ** step).toFixed(1)} ${UNITS[step]}`;
}

/** "in 3 hours", "2 days ago". */
export function fromNow(unixMs, now = Date.now()) {
  const seconds = Math.round((unixMs - now) / 1000);
  const [unit, length] = SPANS.find(([, length]) => Math.abs(seconds) >= length) ?? SPANS.at(-1);
  return relative.format(Math.trunc(seconds / length), unit);
}

export function duration(seconds) {
  const [unit, length] = SPANS.find(([, length]) => seconds >= length && seconds % length === 0) ?? SPANS.at(-1);
  return count(seconds / length, unit);
}

export const instant = (unixMs) => new Date(unixMs).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
