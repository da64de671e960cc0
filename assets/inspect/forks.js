// The source and the forks of a stream as a graph.
import { count, position } from "./amounts.js";
import { list } from "./api.js";
import { button, details, element, link } from "./elements.js";
import { hint, section } from "./figure.js";
import { graph } from "./graph.js";
import { readable } from "./paths.js";
import { table } from "./table.js";

/** Forks that are drawn. All of them are in a table. */
const DRAWN = 20;

/** Streams of a page of the list. */
const PAGE = 1000;

/**
 * The graph. A description has references of forks and no paths, so they are looked for in the list of streams: at first among the neighbors of
 * this stream, and in the whole list if asked.
 */
export function forks({ path, stream, forks: references }, signal) {
  const total = stream.fork_count, found = new Set();
  if (!stream.origin && total === 0) return section("Forks", hint("It is not a fork, and has no forks."));
  const drawing = element("div"), status = element("p", { role: "status", className: "hint" });
  const search = button("Look for its forks among all streams", () => attempt(lookEverywhere));

  function draw() {
    const paths = [...found], others = count(total - found.size, "fork");
    const all = details("all-forks", count(found.size, "fork"), table("Forks", ["Path"], paths.map((own) => [link(own)])));
    drawing.replaceChildren(graph(nodesOf(path, stream, paths)), ...(found.size > 0 ? [all] : []));
    status.textContent = total > found.size ? `The paths of ${others} are not known yet.` : "";
    search.hidden = total <= found.size;
  }

  /** Looks at a page of the list, and returns where the next one begins. */
  async function look(query) {
    const { streams, next } = await list({ ...query, limit: PAGE }, signal);
    for (const own of streams) if (own.forked_from === path) found.add(own.path);
    draw();
    return next;
  }

  async function lookEverywhere() {
    for (let after = ""; after !== null && found.size < total; ) {
      after = await look(after ? { after } : {});
      if (after !== null) status.textContent += ` The search has reached ${readable(after)}.`;
    }
    if (found.size === total) return;
    const others = count(total - found.size, "fork");
    status.textContent = `Not in the list: ${others}, deleted and kept for forks of their own, or hidden from this token.`;
  }

  async function attempt(run) {
    search.disabled = true;
    await run().catch((error) => (status.textContent = signal.aborted ? "" : `The list of streams can't be read. ${error.message}`));
    search.disabled = false;
  }

  draw();
  if (total > 0) attempt(() => look({ prefix: path.slice(0, path.lastIndexOf("/") + 1) }));
  const rows = references.map((reference) => [element("code", {}, reference)]);
  const known = total > 0 ? [details("references", count(total, "reference"), table("References of forks", ["Reference"], rows))] : [];
  return section("Forks", drawing, status, search, ...known);
}

function nodesOf(path, { origin, fork_count: total }, found) {
  const source = origin ? [{ role: "source", content: link(origin.source), note: `it branches at offset ${position(origin.offset)}` }] : [];
  const drawn = found.slice(0, DRAWN).map((own) => ({ role: "fork", content: link(own) }));
  const others = total - drawn.length;
  const rest = others > 0 ? [{ role: others === 1 ? "fork" : "forks", content: count(others, "other") }] : [];
  return { source, own: { role: "this stream", content: element("bdi", {}, readable(path)) }, forks: [...drawn, ...rest] };
}
