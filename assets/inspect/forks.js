// The source and the forks of a stream as a graph.
import { count, position } from "./amounts.js";
import { button, details, element, link } from "./elements.js";
import { hint, section } from "./figure.js";
import { graph } from "./graph.js";
import { list } from "./api.js";
import { readable } from "./paths.js";
import { table } from "./table.js";

/** Forks that are drawn. All of them are in a table. */
const DRAWN = 20;
const PAGE = 1000;

/**
 * The graph. A description has references of forks and no paths, so they are looked for in the list of streams: at first among the neighbors of
 * this stream, and in the whole list if asked.
 */
export function forks({ path, stream, forks: references }, signal) {
  const total = stream.fork_count, found = [];
  if (!stream.origin && total === 0) return section("Forks", hint("It is not a fork, and has no forks."));
  const drawing = element("div"), status = element("p", { role: "status", className: "hint" });
  const all = button("Look for its forks among all streams", () => look(""));

  function draw() {
    drawing.replaceChildren(graph(nodesOf(path, stream, found, total)),
      ...(found.length > 0 ? [details("all-forks", count(found.length, "fork"), table("Forks", ["Path"], found.map((own) => [link(own)])))] : []));
    status.textContent = total > found.length ? `The paths of ${count(total - found.length, "fork")} are not known yet.` : "";
    all.hidden = total === found.length;
  }

  /** Looks through the list below a prefix, or through one page of it. */
  async function look(prefix, pages = Infinity) {
    all.disabled = true;
    try {
      for (let after = "", page = 0; after !== null && page < pages && found.length < total; page++) {
        const { streams, next } = await list({ prefix, limit: PAGE, ...(after && { after }) }, signal);
        const own = streams.filter((stream) => stream.forked_from === path && !found.includes(stream.path));
        found.push(...own.map((stream) => stream.path));
        draw();
        if (pages === Infinity && next !== null) status.textContent += ` Streams up to ${readable(next)} have been looked at.`;
        after = next;
      }
      if (pages === Infinity && found.length < total) status.textContent = `The list has no other forks. ${count(total - found.length, "fork")} may be deleted and kept for forks of their own, or the token may not list them.`;
    } catch (error) {
      if (!signal.aborted) status.textContent = `The paths of forks are looked for in the list of streams. ${error.message}`;
    }
    all.disabled = false;
  }

  draw();
  look(path.slice(0, path.lastIndexOf("/") + 1), 1);
  const known = details("references", count(total, "reference"), table("References of forks", ["Reference"], references.map((reference) => [element("code", {}, reference)])));
  return section("Forks", drawing, status, all, ...(total > 0 ? [known] : []));
}

function nodesOf(path, { origin }, found, total) {
  const source = origin ? [{ role: "source", content: link(origin.source), note: `it branches at offset ${position(origin.offset)}` }] : [];
  const drawn = found.slice(0, DRAWN).map((own) => ({ role: "fork", content: link(own) }));
  const others = total - drawn.length;
  const rest = others > 0 ? [{ role: others === 1 ? "fork" : "forks", content: count(others, "other") }] : [];
  return { source, own: { role: "this stream", content: element("bdi", {}, readable(path)) }, forks: [...drawn, ...rest] };
}
