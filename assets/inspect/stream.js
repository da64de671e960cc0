// The view of one stream.
import { actions } from "./actions.js";
import { activity } from "./activity.js";
import { position } from "./amounts.js";
import { describe, list } from "./api.js";
import { lifetime, storage } from "./bars.js";
import { element } from "./elements.js";
import { facts } from "./facts.js";
import { Messages } from "./messages.js";
import { rangeOf } from "./pages.js";
import { readable } from "./paths.js";

/** At most once in this time, a followed stream is described again. */
const REFRESH_MS = 1000;

/** Shows a stream in `main` until the signal ends it. `go` opens another path, and `gone` is called after the stream has been deleted. */
export async function showStream(main, path, signal, { go, gone }) {
  const title = element("h2", { tabIndex: -1 }, element("bdi", {}, readable(path)));
  const problem = element("p", { role: "alert", className: "problem", hidden: true });
  main.replaceChildren(title, problem);
  title.focus();
  const fail = (error) => {
    if (signal.aborted) return;
    problem.textContent = error.message;
    problem.hidden = false;
  };
  try {
    await showParts(main, path, signal, { go, gone, fail });
  } catch (error) {
    fail(error);
  }
}

async function showParts(main, path, signal, { go, gone, fail }) {
  const head = element("div"), figures = element("div");
  let headers = await describe(path, signal);
  let timer;
  const refresh = async () => (headers = await describe(path, signal));
  const stream = { path, kind: kindOf(headers.get("content-type")), range: () => rangeOf(headers), refresh };

  async function show() {
    clearTimeout(timer);
    timer = undefined;
    const row = await rowOf(path, signal);
    const now = { ...stream, type: headers.get("content-type"), closed: headers.has("stream-closed") };
    const changed = () => refresh().then(show).then(() => messages.catchUp()).catch(fail);
    const buttons = actions(now, { changed, gone: () => gone(path), open: go });
    const hadFocus = head.contains(document.activeElement);
    head.replaceChildren(buttons, facts(now, headers, row));
    if (hadFocus) buttons.querySelector("button:enabled").focus();
    const retained = (name) => Number(headers.get(name) ?? 0);
    figures.replaceChildren(...(row ? [storage(row, retained("stream-retain-bytes")), lifetime(row, retained("stream-retain-age"))] : []));
  }

  const later = () => (timer ??= setTimeout(() => refresh().then(show).catch(fail), REFRESH_MS));
  signal.addEventListener("abort", () => clearTimeout(timer));
  const messages = new Messages(stream, signal, later);
  await show();
  signal.throwIfAborted();
  main.append(head, messages.section, activity(path, signal), figures);
  if (position(headers.get("stream-next-offset")) === undefined) {
    throw new Error("The offsets of this stream do not count messages or bytes, so it has no pages.");
  }
  await messages.latest();
}

/** The stream in the list of streams, unless the token may not list. */
async function rowOf(path, signal) {
  const { streams } = await list({ prefix: path, limit: 1 }, signal).catch((error) => {
    if (error.status === 403) return { streams: [] };
    throw error;
  });
  return streams.find((stream) => stream.path === path);
}

function kindOf(type) {
  const essence = type.split(";")[0].trim().toLowerCase();
  return essence === "application/json" ? "json" : essence.startsWith("text/") ? "text" : "bytes";
}
