// Verifies that a request comes from the server, by its header `webhook-signature`.

/** Difference between clocks, and age of a request, that is accepted. */
const TOLERANCE_S = 300;

/** Time for which keys are kept. The server publishes a new key this long before it signs with it. */
const KEYS_LIFETIME_MS = 300_000;

/** The keys of one server. */
export class Keys {
  #url;
  #keys = [];
  #fetchedAt = -Infinity;

  constructor(streams) {
    this.#url = `${streams}/__ds/jwks.json`;
  }

  async #find(kid) {
    if (Date.now() - this.#fetchedAt > KEYS_LIFETIME_MS) {
      const response = await fetch(this.#url);
      if (!response.ok) throw new Error(`The keys can't be fetched: ${response.status}`);
      ({ keys: this.#keys } = await response.json());
      this.#fetchedAt = Date.now();
    }
    return this.#keys.find((key) => key.kid === kid);
  }

  /** Whether the owner of the keys has signed these bytes lately. */
  async accept(header, body) {
    const [, time, kid, signature] = /^t=(\d+),kid=([\w-]+),ed25519=([\w-]+)$/.exec(header ?? "") ?? [];
    if (!signature || Math.abs(Date.now() / 1000 - Number(time)) > TOLERANCE_S) return false;
    const found = await this.#find(kid);
    if (!found) return false;
    const { kty, crv, x } = found;
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]);
    const signed = await new Blob([`${time}.`, body]).arrayBuffer();
    return crypto.subtle.verify("Ed25519", key, bytes(signature), signed);
  }
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
