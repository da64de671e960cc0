// Requests to the API, which has the same origin as this page.
import { recordTiming } from "./samples.js";
import { token } from "./token.js";

/** A response that reports an error. Its message consists of sentences for people. */
export class Problem extends Error {
  constructor(status, { title, detail, violations = [] }) {
    const rules = violations.map(({ name, rule }) => `${name} must be ${rule}.`);
    super([title, detail, ...rules].filter(Boolean).join(" "));
    this.status = status;
  }
}

/** Sends a request, and returns the response unless it reports an error. */
async function send(method, url, path, { headers, body, signal } = {}) {
  const authorization = token() ? { authorization: `Bearer ${token()}` } : {};
  // `no-store`: what is shown is what the server has now.
  const options = { method, headers: { ...headers, ...authorization }, body, signal, cache: "no-store", credentials: "omit" };
  const response = await fetch(url, options).catch((error) => {
    throw signal?.aborted ? error : new Error("The server did not respond.");
  });
  recordTiming(path, response.headers.get("server-timing"));
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get("content-type"));
  const body = isJson ? await response.json().catch(() => undefined) : undefined;
  // Errors about subscriptions have another format.
  const sentences = body?.error ? { title: body.error.message } : body;
  return new Problem(response.status, sentences ?? { title: `The server responded with ${response.status}.` });
}

const streamUrl = (path, query) => urlBelow("/v1/stream/", path, query);
const adminUrl = (path, query) => urlBelow("/v1/admin/streams/", path, query);

function urlBelow(base, path, query = {}) {
  const url = new URL(base + path, location.origin);
  // Segments of dots would lead elsewhere.
  if (url.pathname !== base + path) throw new Error("This is not the path of a stream.");
  url.search = new URLSearchParams(query);
  return url;
}

/** A page of the list of streams. */
export async function list(query, signal) {
  return (await send("GET", `/v1/streams?${new URLSearchParams(query)}`, undefined, { signal })).json();
}

/** A page of the list of subscriptions. */
export async function listSubscriptions(query, signal) {
  return (await send("GET", `/v1/stream/__ds/subscriptions?${new URLSearchParams(query)}`, undefined, { signal })).json();
}

/** The subscription whose escaped id this is. */
export async function readSubscription(id, signal) {
  return (await send("GET", `/v1/stream/__ds/subscriptions/${id}`, undefined, { signal })).json();
}

/** What the server stores for a path. */
export async function describe(path, signal) {
  return (await send("GET", adminUrl(path), path, { signal })).json();
}

/** Checks the stored data of a stream from an offset on, as far as the server does at once. */
export async function verify(path, from, signal) {
  return (await send("POST", adminUrl(path, { action: "verify", from }), path, { signal })).json();
}

/** The headers of a stream. */
export async function head(path, signal) {
  try {
    return (await send("HEAD", streamUrl(path), path, { signal })).headers;
  } catch (error) {
    // The response to HEAD has no sentences. That to GET has, and no data.
    if (error instanceof Problem) await send("GET", streamUrl(path, { offset: "now" }), path, { signal });
    throw error;
  }
}

/** Stored data from an offset on, at most one page. At the tail of an open stream, it waits for new data. */
export async function readPage(path, offset, signal) {
  return send("GET", streamUrl(path, { live: "long-poll", offset }), path, { signal });
}

/** Data from an offset on, as server-sent events. */
export async function follow(path, offset, cursor, signal) {
  return send("GET", streamUrl(path, { ...(cursor && { cursor }), live: "sse", offset }), path, { signal });
}

export async function append(path, type, body) {
  return send("POST", streamUrl(path), path, { headers: { "content-type": type }, body });
}

export async function close(path) {
  return send("POST", streamUrl(path), path, { headers: { "stream-closed": "true" } });
}

export async function remove(path) {
  return send("DELETE", streamUrl(path), path);
}

export async function fork(path, source, type, offset) {
  const at = offset ? { "stream-fork-offset": offset } : {};
  const headers = { "content-type": type, "stream-forked-from": `/v1/stream/${source}`, ...at };
  return send("PUT", streamUrl(path), path, { headers });
}
