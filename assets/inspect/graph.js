// A graph of three generations: one line of text for each node, and the connections beside them.
import { drawn, element } from "./elements.js";

/** Units of the drawing for a line of text, whose height is LINE_REM. */
const LINE = 28;
const LINE_REM = 1.75;
const STEP = 20;

/** Draws `source`, a list of at most one node, the node `own`, and `forks`. A node is `{ role, content, note }`. */
export function graph({ source, own, forks }) {
  const nodes = [
    ...source.map((node) => ({ ...node, depth: 0 })),
    { ...own, depth: source.length, parent: source.length > 0 ? 0 : undefined },
    ...forks.map((node) => ({ ...node, depth: source.length + 1, parent: source.length })),
  ];
  const x = ({ depth }) => 10 + depth * STEP, y = (index) => (index + 0.5) * LINE;
  const lines = nodes.flatMap((node, index) =>
    node.parent === undefined ? [] : [drawn("path", { class: "branch", d: `M ${x(nodes[node.parent])} ${y(node.parent)} V ${y(index)} H ${x(node)}` })]);
  const dots = nodes.map((node, index) => drawn("circle", { class: `node ${node === nodes[source.length] ? "own" : ""}`, cx: x(node), cy: y(index), r: 5 }));
  const width = 20 + STEP * (source.length + 1), label = nodes.map(({ role }) => role).join(", ");
  const size = { width: `${(width / LINE) * LINE_REM}rem`, height: `${nodes.length * LINE_REM}rem`, viewBox: `0 0 ${width} ${nodes.length * LINE}` };
  const svg = drawn("svg", { role: "img", "aria-label": `Graph: ${label}`, ...size }, ...lines, ...dots);
  return element("div", { className: "graph" }, svg, element("ul", {}, ...nodes.map(line)));
}

const line = ({ role, content, note }) =>
  element("li", {}, element("span", { className: "role" }, role), " ", content, ...(note ? [" ", element("span", { className: "role" }, note)] : []));
