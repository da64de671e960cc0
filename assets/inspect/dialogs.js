// Dialogs: a question with fields, which closes once the answer has been carried out.
import { button, element } from "./elements.js";

/**
 * Asks for `fields`, `{ name, label, input }`, and runs `run` with their values. An error stays in the dialog. With `typed`, the button works
 * only once this text has been typed.
 */
export function ask({ title, text, fields = [], typed, confirm, run }) {
  const proof = typed === undefined ? [] : [{ name: "typed", label: "Type this path to confirm", input: element("input", { required: true }) }];
  const all = [...fields, ...proof];
  const problem = element("p", { role: "alert", className: "problem", hidden: true });
  const submit = element("button", { type: "submit", className: typed === undefined ? "" : "danger" }, confirm);
  const form = element("form", { method: "dialog" },
    element("h2", { id: "question" }, title), ...(text ? [element("p", {}, text)] : []),
    ...(typed === undefined ? [] : [element("code", {}, typed)]),
    ...all.map(field), problem,
    element("div", { className: "bar" }, submit, button("Cancel", () => dialog.close())));
  const dialog = element("dialog", { "aria-labelledby": "question" }, form);
  const values = () => Object.fromEntries(all.map(({ name, input }) => [name, input.value]));
  const check = () => (submit.disabled = typed !== undefined && values().typed !== typed);
  form.addEventListener("input", check);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await run(values());
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      check();
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  check();
  document.body.append(dialog);
  dialog.showModal();
}

function field({ label, input }) {
  input.autocomplete = "off";
  input.spellcheck = false;
  return element("label", {}, `${label} `, input);
}
