// Checks the stored data of a stream, and shows what is damaged.
import { count, offsetAt, position, size } from "./amounts.js";
import { verify } from "./api.js";
import { button, drawn, element } from "./elements.js";
import { hint } from "./figure.js";
import { blocksOf, extent } from "./scale.js";
import { table } from "./table.js";

/** A button that reads all stored bytes, and what it has found. Damage is drawn on `svg`, too. */
export function check(path, { svg, x, height }, signal) {
  const status = element("p", { role: "status", className: "hint" }), found = element("div");
  const problem = element("p", { role: "alert", className: "problem", hidden: true });
  const start = button("Check all stored bytes", async () => {
    start.disabled = true;
    problem.hidden = true;
    svg.querySelectorAll(".damaged").forEach((mark) => mark.remove());
    found.replaceChildren();
    try {
      const damaged = await checkAll(path, (sentence) => (status.textContent = sentence), signal);
      svg.append(...marks(damaged, x, height));
      if (damaged.length > 0) found.append(damageTable(damaged));
    } catch (error) {
      if (signal.aborted) return;
      problem.textContent = error.message;
      problem.hidden = false;
    }
    start.disabled = false;
  });
  const cost = hint("The check reads every row and R2 object of this stream. It ends when another stream is opened.");
  return element("div", {}, element("div", { className: "bar" }, start), cost, status, problem, found);
}

/** Checks in as many steps as the server needs, and returns the damaged ranges. */
async function checkAll(path, report, signal) {
  const sums = { rows: 0, objects: 0, bytes: 0 }, damaged = [];
  for (let from = offsetAt(0); from !== null; ) {
    const step = await verify(path, from, signal);
    for (const name of Object.keys(sums)) sums[name] += step[name];
    damaged.push(...step.damaged.map(({ start, stop, ...what }) => ({ start: position(start), stop: position(stop), ...what })));
    from = step.next;
    const read = `${count(sums.rows, "row")} and ${count(sums.objects, "R2 object")} (${size(sums.bytes)})`;
    const result = damaged.length === 0 ? "Nothing is damaged." : `${count(damaged.length, "range")} can't be read.`;
    report(`Checked ${read}${from === null ? "" : `, up to offset ${position(from)}`}. ${result}`);
  }
  return damaged;
}

const marks = (damaged, x, height) => blocksOf(damaged, x).map((block) => drawn("rect", { class: "damaged", ...extent(block, x), y: 0, height }));

function damageTable(damaged) {
  const rows = damaged.map(({ start, stop, key, reason }) => [start, stop, key ? element("code", {}, key) : "D1", reason]);
  return table("Damaged ranges", ["From", "To", "Where", "Reason"], rows);
}
