// Adds TOKEN, if it is set, to every request to the server. The suite and its client send all of them with the global `fetch`, and the
// suite itself takes no token.
const { SERVER_URL: server, TOKEN: token } = process.env;

if (token) {
  const send = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (!String(input.url ?? input).startsWith(server)) return send(input, init);
    const headers = new Headers(init?.headers ?? input.headers);
    // The holder of a wake sends the token of the wake instead.
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
    return send(input, { ...init, headers });
  };
}
