// A wake of a subscription, as the receiver of a webhook holds it.

/** The wake has ended: it took longer than its lease. */
export class Fenced extends Error {}

export class Wake {
  #content;
  #headers;

  /** `content` is the body of the request to the webhook. `headers` permit reading the streams. */
  constructor(content, headers) {
    this.#content = content;
    this.#headers = headers;
  }

  /** The streams with new data. */
  get pending() {
    return this.#content.streams.filter((stream) => stream.has_pending);
  }

  /** The new messages of a stream, and the offset after them. */
  async read(streams, { path, acked_offset }) {
    const at = (offset) => fetch(`${streams}/${path}?offset=${offset}`, { headers: this.#headers });
    let response = await at(acked_offset);
    // The oldest data is not kept any more.
    if (response.status === 410) response = await at(response.headers.get("stream-earliest-offset"));
    if (!response.ok) throw new Error(`${path} can't be read: ${response.status}`);
    return { messages: await response.json(), offset: response.headers.get("stream-next-offset") };
  }

  /** Acknowledges a stream up to an offset. This extends the lease, too. */
  acknowledge(stream, offset) {
    return this.#call({ acks: [{ stream, offset }] });
  }

  /** Ends the wake. If there is new data, the next one begins. */
  end() {
    return this.#call({ done: true });
  }

  async #call(effect) {
    const { wake_id, generation, callback_url, callback_token } = this.#content;
    const response = await fetch(callback_url, {
      method: "POST",
      headers: { authorization: `Bearer ${callback_token}`, "content-type": "application/json" },
      body: JSON.stringify({ wake_id, generation, ...effect }),
    });
    if (response.ok) return;
    const { error } = await response.json();
    throw error.code === "FENCED" ? new Fenced(error.message) : new Error(`${error.code}: ${error.message}`);
  }
}
