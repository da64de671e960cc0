// Creates elements. Text only ever becomes text nodes, so that no name and no message is taken for markup.
import { readable } from "./paths.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties, or attributes where there is no such property, and children: nodes or text. */
export function element(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

/** An SVG element with attributes and children. */
export function drawn(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A button with a label and what it does. */
export function button(label, onclick, properties = {}) {
  return element("button", { type: "button", onclick, ...properties }, label);
}

/** A link to a stream. */
export const link = (path) => element("a", { href: `#/${path}` }, element("bdi", {}, readable(path)));

/** Something that is closed at first. */
export const details = (id, summary, ...children) => element("details", { id }, element("summary", {}, summary), ...children);

/** Names with values, without those that have none. */
export function definitions(rows) {
  const shown = rows.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return element("dl", { className: "facts" }, ...shown.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function filled(node, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else if (value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}
