// Throughput and latency of a stream over the last minutes: what has been followed, and the `Server-Timing` of responses.
import { size } from "./amounts.js";
import { drawn, element } from "./elements.js";
import { KEPT_MS, samplesOf } from "./samples.js";

const WIDTH = 1000;
const HEIGHT = 80;
const SLOTS = 60; // of five seconds
const REDRAW_MS = 1000;

/** A section that is drawn again each second until the signal ends it. */
export function activity(path, signal) {
  const bars = drawn("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", height: HEIGHT });
  const dots = drawn("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", height: HEIGHT });
  const throughput = element("p", { className: "hint" }), latency = element("p", { className: "hint" });
  const draw = () => {
    const samples = samplesOf(path), now = Date.now();
    drawThroughput(bars, throughput, samples.filter(({ bytes }) => bytes !== undefined), now);
    drawLatency(dots, latency, samples.filter(({ total }) => total !== undefined), now);
  };
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  const title = element("h3", { id: "activity" }, "The last five minutes");
  return element("section", { "aria-labelledby": "activity" }, title, bars, throughput, dots, latency);
}

const place = (at, now) => 1 - (now - at) / KEPT_MS;

function drawThroughput(svg, text, samples, now) {
  const slots = new Array(SLOTS).fill(0);
  for (const { at, bytes } of samples) slots[Math.min(SLOTS - 1, Math.floor(place(at, now) * SLOTS))] += bytes;
  const most = Math.max(1, ...slots), width = WIDTH / SLOTS;
  const bars = slots.map((bytes, slot) => {
    const height = (bytes / most) * HEIGHT;
    return drawn("rect", { class: "flow", x: slot * width, y: HEIGHT - height, width: width - 2, height });
  });
  const sum = (name) => samples.reduce((sum, sample) => sum + sample[name], 0);
  const sentence = samples.length === 0
    ? "Throughput: nothing has been followed."
    : `Throughput: ${size(sum("bytes"))} followed, at most ${size(Math.round(most / (KEPT_MS / SLOTS / 1000)))} per second.`;
  show(svg, text, bars, sentence);
}

function drawLatency(svg, text, samples, now) {
  const totals = samples.map(({ total }) => total).sort((one, other) => one - other);
  const most = Math.max(1, ...totals);
  const dots = samples.map(({ at, total }) =>
    drawn("rect", { class: "dot", x: place(at, now) * WIDTH - 3, y: (1 - total / most) * (HEIGHT - 6), width: 6, height: 6 }));
  const quantile = (part) => totals[Math.min(totals.length - 1, Math.floor(totals.length * part))];
  const sentence = samples.length === 0
    ? "Latency: no request yet."
    : `Latency of ${totals.length} requests in the server: median ${quantile(0.5)} ms, at most ${most} ms.`;
  show(svg, text, dots, sentence);
}

function show(svg, text, parts, sentence) {
  svg.replaceChildren(...parts);
  svg.setAttribute("aria-label", sentence);
  text.textContent = sentence;
}
