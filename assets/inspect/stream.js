// The view of one stream.
import { actions } from "./actions.js";
import { activity } from "./activity.js";
import { position } from "./amounts.js";
import { head, list } from "./api.js";
import { element } from "./elements.js";
import { facts } from "./facts.js";
import { lifetime } from "./lifetime.js";
import { kindOf } from "./message.js";
import { Messages } from "./messages.js";
import { rangeOf } from "./pages.js";
import { readable } from "./paths.js";
import { storage } from "./storage.js";

/** At most once in this time, a followed stream is described again. */
const REFRESH_MS = 1000;

/** Shows a stream in `main` until the signal ends it. `go` opens another path, and `gone` is called after the stream has been deleted. */
export async function showStream(main, path, signal, { go, gone }) {
  const title = element("h2", { tabIndex: -1 }, element("bdi", {}, readable(path)));
  const problem = element("p", { role: "alert", className: "problem", hidden: true });
  const parts = element("div"), administration = element("div");
  main.replaceChildren(title, problem, parts, administration);
  title.focus();
  const fail = (error) => {
    if (signal.aborted) return;
    problem.textContent = error.message;
    problem.hidden = false;
  };
  // These modules are not loaded with the page, so that it is usable sooner.
  const describe = async (isOptional) => (await import("./administration.js")).showDescription(administration, path, signal, isOptional);
  try {
    await showParts(parts, path, signal, { go, gone, fail, describe });
  } catch (error) {
    fail(error);
    // What is left of a stream that can't be read, or of a deleted one.
    if (parts.childElementCount === 0) await describe(true).catch(fail);
  }
}

async function showParts(parts, path, signal, { go, gone, fail, describe }) {
  const top = element("div"), figures = element("div");
  let headers = await head(path, signal);
  let timer, row, isDescribed = false;
  const refresh = async () => (headers = await head(path, signal));
  const stream = { path, kind: kindOf(headers.get("content-type")), range: () => rangeOf(headers), refresh };

  async function show() {
    clearTimeout(timer);
    timer = undefined;
    row = await rowOf(path, signal);
    const now = { ...stream, type: headers.get("content-type"), closed: headers.has("stream-closed") };
    const changed = () => refresh().then(show).then(() => messages.catchUp()).then(showDescription).catch(fail);
    const buttons = actions(now, { changed, gone: () => gone(path), open: go });
    const hadFocus = top.contains(document.activeElement);
    top.replaceChildren(buttons, facts(now, headers, row));
    if (hadFocus) buttons.querySelector("button:enabled").focus();
    showFigures();
  }

  // The description has more about the lifetime than the list.
  function showFigures() {
    const retained = (name) => Number(headers.get(name) ?? 0);
    const bytes = row ? [storage(row, retained("stream-retain-bytes"))] : [];
    const times = row && !isDescribed ? [lifetime(row, retained("stream-retain-age"))] : [];
    figures.replaceChildren(...bytes, ...times);
  }

  async function showDescription() {
    isDescribed = await describe();
    showFigures();
  }

  const later = () => (timer ??= setTimeout(() => refresh().then(show).catch(fail), REFRESH_MS));
  signal.addEventListener("abort", () => clearTimeout(timer));
  const messages = new Messages(stream, signal, later);
  await show();
  signal.throwIfAborted();
  parts.append(top, messages.section, activity(path, signal), figures);
  const isCounted = position(headers.get("stream-next-offset")) !== undefined;
  if (isCounted) await messages.latest();
  await showDescription();
  if (!isCounted) throw new Error("The offsets of this stream do not count messages or bytes, so it has no pages.");
}

/** The stream in the list of streams, unless the token may not list. */
async function rowOf(path, signal) {
  const { streams } = await list({ prefix: path, limit: 1 }, signal).catch((error) => {
    if (error.status === 401 || error.status === 403) return { streams: [] };
    throw error;
  });
  return streams.find((stream) => stream.path === path);
}
