// The messages of a stream: page by page in both directions, or live.
import { offsetAt } from "./amounts.js";
import { button, element } from "./elements.js";
import { Feed } from "./feed.js";
import { amount, formatsOf, messageItem } from "./message.js";
import { Pages } from "./pages.js";

/** Messages that stay on the page while it follows a stream. */
const SHOWN = 200;

export class Messages {
  #pages;
  #page = { start: 0, end: 0, entries: [] };
  #list = element("ol", { className: "messages" });
  #box = element("div", { className: "scroll", role: "region", tabIndex: 0, "aria-label": "Messages" }, this.#list);
  #status = element("p", { role: "status", className: "status" });
  #problem = element("p", { role: "alert", className: "problem", hidden: true });
  #format;
  #feed;
  #following; // ends following
  #pending = []; // arrived, and not on the page yet

  /**
   * `stream` has `path`, `kind`, `range`, and `refresh`, as for `Pages`. `signal` ends all of it, and `changed` is called when the tail has
   * moved.
   */
  constructor(stream, signal, changed) {
    Object.assign(this, { stream, signal, changed });
    this.#pages = new Pages(stream);
    this.#format = formatsOf(stream.kind)[0];
    const go = (label, read) => button(label, () => this.#go(read));
    this.buttons = {
      first: go("First", () => this.#pages.first(signal)),
      older: go("Older", () => this.#pages.before(this.#page.start, signal)),
      newer: go("Newer", () => this.#pages.after(this.#page.end, signal)),
      last: button("Latest", () => this.latest()),
      follow: button("Follow", () => this.#toggle()),
    };
    const bar = element("div", { className: "bar", role: "group", "aria-label": "Pages" }, ...Object.values(this.buttons), this.#formats());
    this.section = element("section", { "aria-labelledby": "messages" },
      element("h3", { id: "messages" }, "Messages"), bar, this.#status, this.#problem, this.#box);
  }

  /** Shows the newest page. */
  latest() {
    return this.#go(async () => ({ ...(await this.#pages.last(this.signal)), isNewest: true }));
  }

  /** Shows the newest page, unless the stream is followed anyway. */
  catchUp() {
    if (!this.#feed) return this.latest();
  }

  #formats() {
    const choice = element("select", { onchange: () => this.#reformat(choice.value) },
      ...formatsOf(this.stream.kind).map((format) => element("option", {}, format)));
    return element("label", {}, "Format ", choice);
  }

  #reformat(format) {
    this.#format = format;
    this.#list.replaceChildren(...this.#page.entries.map((entry) => messageItem(entry, format)));
  }

  // Shows a page. If it can't be read, the pages before and after it still can.
  async #go(read) {
    this.#stop();
    this.#box.setAttribute("aria-busy", "true");
    try {
      this.#show(await read());
      this.#describe();
    } catch (error) {
      if (this.signal.aborted) return;
      if (error.page) {
        this.#show(error.page);
        this.#describe();
      }
      this.#fail(error.message);
    } finally {
      this.#box.removeAttribute("aria-busy");
    }
  }

  #show(page) {
    this.#page = page;
    this.#fail();
    this.#list.replaceChildren(...page.entries.map((entry) => messageItem(entry, this.#format)));
    this.#box.scrollTop = page.isNewest ? this.#box.scrollHeight : 0;
    this.#enable();
  }

  #enable() {
    const { earliest, tail } = this.stream.range();
    this.buttons.first.disabled = this.buttons.older.disabled = this.#page.start <= earliest;
    this.buttons.newer.disabled = this.#page.end >= tail;
  }

  #describe() {
    const { kind, range } = this.stream, { start, end } = this.#page, { earliest, tail } = range();
    const unit = kind === "json" ? "Messages" : "Bytes";
    const sentence = `${unit} ${start} to ${end} of ${earliest} to ${tail} (${amount(kind, tail - earliest)}).`;
    this.#report(tail === earliest ? "The stream is empty." : sentence);
  }

  async #toggle() {
    if (this.#following) return this.#pause();
    if (!this.#feed) {
      await this.latest();
      this.#feed = this.#newFeed();
    }
    this.#following = new AbortController();
    this.#label("Pause");
    const signal = AbortSignal.any([this.#following.signal, this.signal]);
    await this.#feed.run(signal);
  }

  #newFeed() {
    return new Feed(this.stream, offsetAt(this.#page.end), {
      show: (entries) => this.#arrive(entries),
      report: (sentence, isOver) => {
        this.#report(sentence);
        if (isOver) this.#stop();
      },
    });
  }

  // Many messages can arrive between two frames. Only those that stay are made visible.
  #arrive(entries) {
    if (this.#pending.length === 0) requestAnimationFrame(() => this.#append(this.#pending.splice(0)));
    this.#pending.push(...entries.slice(-SHOWN));
  }

  #append(entries) {
    const isAtEnd = this.#box.scrollTop + this.#box.clientHeight > this.#box.scrollHeight - 40;
    const shown = [...this.#page.entries, ...entries].slice(-SHOWN);
    this.#page = { start: shown[0].at, end: shown.at(-1).end, entries: shown };
    this.#list.append(...entries.slice(-SHOWN).map((entry) => messageItem(entry, this.#format)));
    while (this.#list.childElementCount > SHOWN) this.#list.firstElementChild.remove();
    if (isAtEnd) this.#box.scrollTop = this.#box.scrollHeight;
    this.#enable();
    this.changed();
  }

  #pause() {
    this.#following.abort();
    this.#following = undefined;
    this.#label("Resume");
    this.#report(`Paused at ${this.#feed.offset}. Following continues there, and nothing is lost.`);
  }

  #stop() {
    this.#following?.abort();
    this.#following = this.#feed = undefined;
    this.#label("Follow");
  }

  #label(text) {
    this.buttons.follow.textContent = text;
  }

  #report(sentence) {
    this.#status.textContent = sentence;
  }

  #fail(sentence = "") {
    this.#problem.textContent = sentence;
    this.#problem.hidden = !sentence;
  }
}
