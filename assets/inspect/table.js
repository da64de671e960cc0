// Tables. A long one is shown in steps, so that the page stays fast.
import { button, element } from "./elements.js";

const STEP = 100;

/** A table with a caption. Each row is a list of nodes or texts. */
export function table(caption, columns, rows) {
  const body = element("tbody"), more = button("", () => show(true));
  const head = element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name))));
  const grid = element("table", {}, element("caption", {}, caption), head, body);
  const box = element("div", { className: "wide", role: "region", tabIndex: 0, "aria-label": caption }, grid);
  function show(isAsked) {
    const shown = body.childElementCount;
    body.append(...rows.slice(shown, shown + STEP).map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell)))));
    const left = rows.length - body.childElementCount;
    more.textContent = `Show ${Math.min(STEP, left)} more of ${rows.length}`;
    more.hidden = left === 0;
    if (isAsked && more.hidden) box.focus();
  }
  show(false);
  return element("div", {}, box, more);
}
