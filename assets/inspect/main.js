// The inspector: a tree of streams, and one of them. The address contains the path of the stream after its `#/`.
import { ask } from "./dialogs.js";
import { element } from "./elements.js";
import { escaped, readable } from "./paths.js";
import { showStream } from "./stream.js";
import { keepToken, token } from "./token.js";
import { Tree } from "./tree.js";

const TYPING_MS = 200;

const byId = (id) => document.getElementById(id);
const form = byId("filter"), main = byId("stream");
const empty = [...main.childNodes];
const tree = new Tree(byId("tree"), go, (sentence) => (byId("found").textContent = sentence));

let view = new AbortController(); // the stream that is shown
let typing;

/** Goes to a stream. The same one is read again. */
function go(path) {
  const hash = path ? `#/${path}` : "";
  if (location.hash === hash) show();
  else location.hash = hash;
}

function gone(path) {
  tree.remove(path);
  go("");
}

function show() {
  view.abort();
  view = new AbortController();
  const path = escaped(location.hash.replace(/^#\/?/, ""));
  document.title = path ? `${readable(path)} – Streams` : "Streams";
  tree.select(path);
  // Paths below `__ds` are no streams.
  if (path.startsWith("__ds/")) showOthers(path, view.signal);
  else if (path) showStream(main, path, view.signal, { go, gone });
  else main.replaceChildren(...empty);
}

/** This module is not loaded with the page, so that the page is usable sooner. */
async function showOthers(address, signal) {
  const { showSubscriptions } = await import("./subscriptions.js");
  if (!signal.aborted) await showSubscriptions(main, address, signal, go);
}

/** The query of the filter, or undefined if nothing is filtered. Incomplete values are left out while they are typed. */
function filter() {
  const { contains, closed, content_type: type, label } = Object.fromEntries(new FormData(form));
  const query = {
    ...(contains && { contains: escaped(contains) }),
    ...(closed && { closed }),
    ...(/^[^/\s]+\/[^/\s]+$/.test(type) && { content_type: type }),
    ...(/^[^=\s]+=/.test(label) && { label }),
  };
  return Object.keys(query).length > 0 ? query : undefined;
}

function askToken() {
  const run = ({ text }) => {
    const token = text.trim();
    if (/[^\x21-\x7e]/.test(token)) throw new Error("A token consists of printable ASCII characters without spaces.");
    keepToken(token);
    showAccess();
    tree.show(filter());
    show();
  };
  const input = element("input", { type: "password", value: token() });
  const text = "It stays in this tab, and is sent only to this server. Without a token, leave it empty.";
  ask({ title: "Token", text, fields: [{ name: "text", label: "Bearer token", input }], confirm: "Use", run });
}

const showAccess = () => (byId("access").textContent = token() ? "With a token" : "Without a token");

form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => tree.show(filter()), TYPING_MS);
});
form.addEventListener("submit", (event) => event.preventDefault());
byId("reload").addEventListener("click", () => tree.show(filter()));
byId("token").addEventListener("click", askToken);
window.addEventListener("hashchange", show);
showAccess();
tree.show();
show();
