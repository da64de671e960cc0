// What can be done to a stream.
import { append, close, fork, remove } from "./api.js";
import { ask } from "./dialogs.js";
import { button, element } from "./elements.js";
import { escaped } from "./paths.js";

/** Buttons for one stream. `changed` is called after an append or a close, `gone` after the deletion, and `open` with the path of a fork. */
export function actions({ path, type, closed }, { changed, gone, open }) {
  const offers = [["Append…", askAppend], ["Close…", askClose]].map(([label, run]) => button(label, run, { disabled: closed }));

  function askAppend() {
    const input = element("textarea", { rows: 6, required: true });
    const run = async ({ body }) => {
      await append(path, type, body);
      changed();
    };
    ask({ title: "Append", text: `The content type is ${type}.`, fields: [{ name: "body", label: "Data", input }], confirm: "Append", run });
  }

  function askClose() {
    const run = async () => {
      await close(path);
      changed();
    };
    ask({ title: "Close the stream", text: "A closed stream accepts no more data, and can't be opened again.", typed: path, confirm: "Close", run });
  }

  function askFork() {
    const fields = [
      { name: "to", label: "Path of the fork", input: element("input", { required: true, value: `${path}-fork` }) },
      { name: "at", label: "Offset at which it branches (the tail if empty)", input: element("input") },
    ];
    const run = async ({ to, at }) => {
      await fork(escaped(to), path, type, at);
      open(escaped(to));
    };
    ask({ title: "Fork", fields, confirm: "Fork", run });
  }

  function askDelete() {
    const run = async () => {
      await remove(path);
      gone();
    };
    ask({ title: "Delete the stream", text: "Its data is deleted, too, unless it has forks.", typed: path, confirm: "Delete", run });
  }

  return element("div", { className: "bar", role: "group", "aria-label": "Actions" },
    ...offers, button("Fork…", askFork), button("Delete…", askDelete, { className: "danger" }), button("Refresh", changed));
}
