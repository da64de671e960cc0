// The subscriptions of the server, and one of them with its links.
import { duration, fromNow, instant } from "./amounts.js";
import { listSubscriptions, readSubscription } from "./api.js";
import { button, definitions, element, link } from "./elements.js";
import { hint, section } from "./figure.js";
import { readable } from "./paths.js";
import { table } from "./table.js";

const PAGE = 100;

/** The address of the list. Below it are those of the subscriptions. No stream has such a path. */
export const SUBSCRIPTIONS = "__ds/subscriptions";

/** Shows the list in `main`, or the subscription whose address it is, until the signal ends it. `go` opens another address. */
export async function showSubscriptions(main, address, signal, go) {
  const id = address.slice(SUBSCRIPTIONS.length + 1);
  const title = element("h2", { tabIndex: -1 }, id ? element("bdi", {}, readable(id)) : "Subscriptions");
  const problem = element("p", { role: "alert", className: "problem", hidden: true });
  const body = element("div");
  const refresh = button("Refresh", () => go(address));
  main.replaceChildren(title, element("div", { className: "bar" }, refresh), problem, body);
  title.focus();
  try {
    if (id) body.append(...one(await readSubscription(id, signal)));
    else await all(body, signal, (error) => signal.aborted || fail(problem, error));
  } catch (error) {
    if (!signal.aborted) fail(problem, error);
  }
}

function fail(problem, error) {
  problem.textContent = error.message;
  problem.hidden = false;
}

/** The list by id, in pages. A page can have fewer subscriptions than asked for, and others follow. */
async function all(body, signal, failed) {
  const prefix = element("input", { type: "search", name: "prefix", autocomplete: "off", spellcheck: false });
  const found = element("div");
  const form = element("form", { role: "search", "aria-label": "Subscriptions" }, element("label", {}, "Id begins with ", prefix));
  const show = async () => found.replaceChildren(...(await page({ prefix: prefix.value, limit: PAGE }, signal, failed)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show().catch(failed);
  });
  body.append(form, found);
  await show();
}

async function page(query, signal, failed) {
  const { subscriptions, next } = await listSubscriptions(query, signal);
  const more = button("Show more", () =>
    page({ ...query, after: next }, signal, failed).then((following) => more.replaceWith(...following)).catch(failed));
  const rows = subscriptions.map((own) => [
    idLink(own.id), own.type, own.phase, own.holder ? element("bdi", {}, own.holder) : "", String(own.retry_count), attempt(own), own.last_error ?? "",
  ]);
  const columns = ["Subscription", "Type", "Phase", "Holder", "Retries", "Next attempt", "Last error"];
  const shown = rows.length > 0 ? table("Subscriptions", columns, rows) : hint("Nothing found.");
  return [shown, ...(next === null ? [] : [more])];
}

const idLink = (id) => element("a", { href: `#/${SUBSCRIPTIONS}/${encodeURIComponent(id)}` }, element("bdi", {}, readable(encodeURIComponent(id))));

const when = (time) => `${instant(Date.parse(time))} (${fromNow(Date.parse(time))})`;

const attempt = ({ next_attempt_at: time }) => (time ? when(time) : "");

function one(subscription) {
  const { wake_stream: wakes, lease_until: lease, webhook, streams } = subscription;
  const facts = definitions([
    ["Type", subscription.type],
    ["Description", subscription.description],
    ["Pattern", subscription.pattern],
    ["Webhook", webhook?.url],
    ["Key", webhook?.signing.kid],
    ["Wake stream", wakes && link(wakes)],
    ["Lease", duration(subscription.lease_ttl_ms / 1000)],
    ["Created", instant(Date.parse(subscription.created_at))],
    ["Status", subscription.status],
    ["Phase", subscription.phase],
    ["Wakes", String(subscription.generation)],
    ["Holder", subscription.holder && element("bdi", {}, subscription.holder)],
    ["Lease ends", lease && when(lease)],
    ["Failed attempts", String(subscription.retry_count)],
    ["Next attempt", attempt(subscription)],
    ["Last error", subscription.last_error],
  ]);
  const rows = streams.map(({ path, link_type: reason, acked_offset: acked }) => [link(path), reason, acked]);
  const links = rows.length > 0 ? table("Linked streams", ["Stream", "Link", "Acknowledged offset"], rows) : hint("No stream is linked.");
  return [facts, section("Links", links)];
}
