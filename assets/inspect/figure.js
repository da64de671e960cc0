// What all drawings of a stream have in common. Each has a label, and its sentences or a table say the same.
import { drawn, element } from "./elements.js";

/** The width of a drawing. The page stretches it to its own. */
export const WIDTH = 1000;

/** A section with a title. */
export function section(title, ...children) {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return element("section", { "aria-labelledby": id }, element("h3", { id }, title), ...children);
}

/** A drawing of bars or points on one line. */
export function drawing(label, height, parts) {
  const attributes = { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label, height };
  return drawn("svg", attributes, ...parts);
}

/** What the colors of a drawing mean: pairs of a class and what it stands for. */
export function legend(entries) {
  return element("ul", { className: "legend" }, ...entries.map(([name, ...children]) => element("li", {}, swatch(name), ...children)));
}

const swatch = (name) =>
  drawn("svg", { class: "swatch", viewBox: "0 0 1 1", "aria-hidden": "true" }, drawn("rect", { class: name, width: 1, height: 1 }));

export const hint = (...children) => element("p", { className: "hint" }, ...children);
