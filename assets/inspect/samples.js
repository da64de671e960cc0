// What the last minutes have brought: the duration of requests, and data that was followed.

/** How long samples are kept. */
export const KEPT_MS = 5 * 60_000;
const MAXIMUM = 10_000;

let samples = [];

/** Records the value of `Server-Timing` of a response about a stream. */
export function recordTiming(path, header) {
  const total = milliseconds(header, "total");
  if (path !== undefined && total !== undefined) record({ path, total, database: milliseconds(header, "d1") });
}

/** Records data of a stream that has just arrived. */
export const recordData = (path, bytes, messages) => record({ path, bytes, messages });

/** The samples of one stream, oldest first. */
export const samplesOf = (path) => samples.filter((sample) => sample.path === path && sample.at > Date.now() - KEPT_MS);

function record(sample) {
  samples.push({ at: Date.now(), ...sample });
  if (samples.length > MAXIMUM) samples = samples.slice(MAXIMUM / 2);
}

function milliseconds(header, phase) {
  const duration = new RegExp(`(?:^|[ ,])${phase};dur=([0-9.]+)`).exec(header ?? "");
  return duration ? Number(duration[1]) : undefined;
}
