// The tree of streams. Folders are read when they are opened, and long ones page by page. With a filter, it is a flat list of matches.
import { list } from "./api.js";
import { element } from "./elements.js";
import { readable } from "./paths.js";

const PAGE = 200;

/** A page of a folder that is shown: streams and folders in the order of their paths. */
const entriesOf = ({ streams, prefixes = [] }) =>
  [...streams, ...prefixes.map((prefix) => ({ prefix }))].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));

const keyOf = ({ path, prefix }) => path ?? prefix;

export class Tree {
  #root;
  #report;
  #open;
  #actions = new WeakMap(); // what Enter or a click does to an item
  #search = new AbortController();
  #selected = "";

  /** `open` gets the path of a stream, and `report` what has been found, in a sentence. */
  constructor(root, open, report) {
    this.#root = root;
    this.#open = open;
    this.#report = report;
    root.addEventListener("click", ({ target }) => this.#act(target.closest("[role=treeitem]")));
    root.addEventListener("keydown", (event) => this.#press(event));
    root.addEventListener("focusin", ({ target }) => this.#makeCurrent(target));
  }

  /** Shows everything, or the streams that a filter selects. */
  async show(filter) {
    this.#search.abort();
    this.#search = new AbortController();
    const { signal } = this.#search;
    const query = filter ? { ...filter, limit: PAGE } : folderQuery("");
    this.#root.setAttribute("aria-busy", "true");
    const items = document.createDocumentFragment();
    try {
      await this.#addPage(items, query, 1, signal);
      if (signal.aborted) return;
      this.#root.replaceChildren(items);
      this.#root.firstElementChild?.setAttribute("tabindex", "0");
    } catch (error) {
      if (signal.aborted) return;
      this.#root.replaceChildren();
      this.#report(error.message);
    }
    this.#root.removeAttribute("aria-busy");
  }

  /** Marks the stream that is shown, if it is in the part of the tree that is open. */
  select(path) {
    this.#selected = path;
    this.#root.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.#find(path)?.setAttribute("aria-selected", "true");
  }

  /** Removes a stream that has been deleted. */
  remove(path) {
    this.#find(path)?.remove();
  }

  #find(path) {
    return this.#root.querySelector(`[data-path="${CSS.escape(path)}"]`);
  }

  // A filtered page can be empty although matches follow, because the server looks at a bounded number of rows for each.
  async #addPage(group, query, level, signal = this.#search.signal) {
    let page = await list(query, signal);
    while (page.next !== null && entriesOf(page).length === 0) {
      this.#report(`Nothing found up to ${readable(page.next)}. The search continues.`);
      page = await list({ ...query, after: page.next }, signal);
    }
    signal.throwIfAborted();
    const isTree = "delimiter" in query;
    for (const entry of entriesOf(page)) group.append(this.#item(entry, isTree ? query.prefix.length : 0, level));
    if (page.next !== null) group.append(this.#more({ ...query, after: page.next }, level));
    if (level === 1) this.#reportCount(group, page.next !== null);
  }

  #reportCount(group, more) {
    const total = group.childElementCount - (more ? 1 : 0);
    const follow = more ? ", and more follow" : "";
    this.#report(total === 0 ? "Nothing found." : `${total} ${total === 1 ? "entry" : "entries"}${follow}.`);
  }

  #item({ path, prefix, closed }, skipped, level) {
    const shown = readable((path ?? prefix).slice(skipped));
    const label = closed ? `${shown}, closed` : shown;
    const name = element("bdi", { className: "name" }, shown);
    const item = element("li", { role: "treeitem", tabIndex: -1, "aria-label": label, "aria-level": level }, name);
    if (prefix) {
      item.setAttribute("aria-expanded", "false");
      this.#actions.set(item, () => this.#toggle(item, prefix, level));
    } else {
      item.setAttribute("aria-selected", path === this.#selected);
      item.dataset.path = path;
      if (closed) item.append(element("span", { className: "mark" }, "closed"));
      this.#actions.set(item, () => this.#open(path));
    }
    return item;
  }

  #more(query, level) {
    const item = element("li", { role: "treeitem", tabIndex: -1, className: "more", "aria-level": level }, "Show more");
    this.#actions.set(item, async () => {
      const group = item.parentElement, last = item.previousElementSibling;
      if (await this.#attempt(item, () => this.#replace(item, query, level))) {
        focus(last ? last.nextElementSibling : group.firstElementChild);
      }
    });
    return item;
  }

  async #replace(item, query, level) {
    const next = document.createDocumentFragment();
    await this.#addPage(next, query, level);
    item.replaceWith(next);
    if (level === 1) this.#reportCount(this.#root, this.#root.lastElementChild.className === "more");
  }

  async #toggle(item, prefix, level) {
    const isOpen = item.getAttribute("aria-expanded") === "true";
    if (isOpen) {
      item.querySelector("ul").remove();
      item.setAttribute("aria-expanded", "false");
      return;
    }
    const group = element("ul", { role: "group" });
    if (await this.#attempt(item, () => this.#addPage(group, folderQuery(prefix), level + 1))) {
      item.append(group);
      item.setAttribute("aria-expanded", "true");
    }
  }

  // Reads a part of the tree for an item. While it does, the item does nothing else.
  async #attempt(item, read) {
    if (item.getAttribute("aria-busy") === "true") return false;
    item.setAttribute("aria-busy", "true");
    try {
      await read();
      return true;
    } catch (error) {
      if (error.name !== "AbortError") this.#report(error.message);
      return false;
    } finally {
      item.removeAttribute("aria-busy");
    }
  }

  #act(item) {
    if (!item) return;
    focus(item);
    return this.#actions.get(item)();
  }

  #press(event) {
    const item = event.target.closest("[role=treeitem]");
    const expanded = item?.getAttribute("aria-expanded");
    const moves = {
      ArrowDown: () => focus(following(item)),
      ArrowUp: () => focus(preceding(item)),
      ArrowRight: () => (expanded === "true" ? focus(firstIn(item)) : expanded === "false" && this.#act(item)),
      ArrowLeft: () => (expanded === "true" ? this.#act(item) : focus(parentOf(item))),
      Home: () => focus(this.#root.firstElementChild),
      End: () => focus(lastIn(this.#root.lastElementChild)),
      Enter: () => this.#act(item),
      " ": () => this.#act(item),
    };
    if (!item || event.ctrlKey || event.metaKey || event.altKey || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  }

  // One item is in the tab order: the one that had the focus last.
  #makeCurrent(item) {
    this.#root.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
  }
}

const folderQuery = (prefix) => ({ prefix, delimiter: "/", limit: PAGE });

const focus = (item) => item?.focus();
const parentOf = (item) => item.parentElement.closest("[role=treeitem]");
const firstIn = (item) => item.querySelector("[role=treeitem]");

function following(item) {
  for (let next = firstIn(item); item; item = parentOf(item)) {
    next ??= item.nextElementSibling;
    if (next) return next;
  }
}

function preceding(item) {
  return item.previousElementSibling ? lastIn(item.previousElementSibling) : parentOf(item);
}

function lastIn(item) {
  const group = item?.querySelector(":scope > ul");
  return group?.lastElementChild ? lastIn(group.lastElementChild) : item;
}
