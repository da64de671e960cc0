// What operators see of a stream: everything that the server stores for it, drawn from its description.
import { instant } from "./amounts.js";
import { describe } from "./api.js";
import { producers, readers } from "./clients.js";
import { element } from "./elements.js";
import { hint } from "./figure.js";
import { forks } from "./forks.js";
import { lifetime } from "./lifetime.js";
import { stored } from "./stored.js";
import { work } from "./work.js";

const MISSING = "Stored ranges, producers, readers, forks and the work of the Durable Object are shown to a token with the operation admin.";

/** Describes a path in `body`, and returns whether the server has done so. An error is shown unless `isOptional`. The signal ends all requests. */
export async function showDescription(body, path, signal, isOptional) {
  try {
    const description = await describe(path, signal);
    replace(body, sectionsOf(description, signal));
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    const isDenied = error.status === 401 || error.status === 403;
    const sentence = isDenied ? MISSING : "The server has not described the stream.";
    replace(body, isOptional ? [] : [hint(`${sentence} ${error.message}`)]);
    return false;
  }
}

/** What was unfolded stays so. */
function replace(body, sections) {
  const open = [...body.querySelectorAll("details[open]")].map(({ id }) => id);
  body.replaceChildren(...sections);
  for (const one of body.querySelectorAll("details")) one.open = open.includes(one.id);
}

function sectionsOf(description, signal) {
  const { stream } = description, now = Date.now();
  const ofStream = () => [
    stored(description, signal), lifetime(stream, stream.retain_age ?? 0, now), producers(description), readers(description), forks(description, signal),
  ];
  const age = hint(`Described at ${instant(now)}. Following a stream does not update this.`);
  return [age, ...(stream ? ofStream() : []), work(description)];
}
