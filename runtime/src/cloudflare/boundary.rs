//! Calls between wasm and JavaScript that transfer many values at once.
//!
//! Each call has a high fixed cost. Reading headers one by one, binding parameters one by one and collecting rows column by column
//! took most of a request's time.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::worker_sys::web_sys;

#[wasm_bindgen(inline_js = r#"
// Each step of a future queues a microtask. The platform's own queueMicrotask is much slower than a promise: it took a tenth of the
// total time of an append.
const settled = Promise.resolve();
globalThis.queueMicrotask = (task) => void settled.then(task);

export function head(request, names) {
    const headers = request.headers;
    let text = request.method + "\n" + request.url;
    for (const name of names) {
        const value = headers.get(name);
        text += value === null ? "\n" : "\n=" + value;
    }
    return text;
}

export function log(level, line) {
    // Logged as an object, so that its fields can be searched.
    console[level](JSON.parse(line));
}

export function bytes(request) {
    return request.bytes();
}

// A reader for a body.
export function pieces(body) {
    return body.getReader({ mode: "byob" });
}

// The next `length` bytes, or fewer at the end of the body.
export async function next(reader, length) {
    const { value } = await reader.readAtLeast(length, new Uint8Array(length));
    return value ?? new Uint8Array();
}

export async function discard(reader, most) {
    let buffer = new Uint8Array(4096);
    for (let left = most; left >= 0; left -= buffer.length) {
        const { done, value } = await reader.read(new Uint8Array(buffer.buffer, 0, 4096));
        if (done) return;
        buffer = value;
    }
    cancel(reader);
}

export function cancel(reader) {
    // A body that has ended or failed need not be canceled.
    reader.cancel().catch(() => {});
}

// The platform creates headers fastest from an object. No header occurs twice.
function record(lines) {
    const headers = {};
    const parts = lines.split("\n");
    for (let i = 0; i + 1 < parts.length; i += 2) headers[parts[i]] = parts[i + 1];
    return headers;
}

export function headers(lines) {
    return new Headers(record(lines));
}

export function respond(status, lines, body) {
    return new Response(body, { status, headers: record(lines) });
}

export function respond_on(status, lines, first, next) {
    let part = first;
    const body = new ReadableStream({
        // Called when the client has received everything before.
        async pull(controller) {
            const bytes = part ?? await next(true);
            part = undefined;
            if (bytes) controller.enqueue(bytes); else controller.close();
        },
        cancel() { return next(false) },
    // Nothing is read in advance.
    }, { highWaterMark: 0 });
    return new Response(body, { status, headers: record(lines) });
}

export function forward(objects, name, request, lost) {
    try {
        return objects.get(objects.idFromName(name)).fetch(request).catch(lost);
    } catch (error) {
        return Promise.resolve(lost(error));
    }
}

export function send(sockets, message) {
    // A closed socket throws.
    for (const socket of sockets) try { socket.send(message) } catch {}
}

export function save_attachment(socket, text) {
    socket.serializeAttachment(text);
}

export function attachment(socket) {
    return socket.deserializeAttachment() ?? "";
}

export function text(message, length) {
    return typeof message === "string" && message.length <= length ? message : undefined;
}

export function upgrade(headers, socket) {
    return new Response(null, { status: 101, headers, webSocket: socket });
}

const algorithms = {
    EdDSA: { name: "Ed25519" },
    ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
    RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    HS256: { name: "HMAC", hash: "SHA-256" },
};
// Importing a key takes as long as verifying a signature. There are few keys.
const imported = new Map();

async function key_of(jwk, parameters, use) {
    let key = imported.get(jwk);
    if (!key) {
        if (imported.size >= 100) imported.clear();
        key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), parameters, false, [use]);
        imported.set(jwk, key);
    }
    return key;
}

export async function verify(algorithm, jwk, message, signature) {
    const parameters = algorithms[algorithm];
    return crypto.subtle.verify(parameters, await key_of(jwk, parameters, "verify"), signature, message);
}

export async function generate_key() {
    const { privateKey } = await crypto.subtle.generateKey(algorithms.EdDSA, true, ["sign", "verify"]);
    const { crv, d, kty, x } = await crypto.subtle.exportKey("jwk", privateKey);
    return JSON.stringify({ crv, d, kty, x });
}

export async function sign(jwk, message) {
    const parameters = algorithms.EdDSA;
    return new Uint8Array(await crypto.subtle.sign(parameters, await key_of(jwk, parameters, "sign"), message));
}

export async function post(url, lines, body, ms, most) {
    const abort = new AbortController();
    // A timer that is not cleared would keep a Durable Object in memory.
    const timer = setTimeout(() => abort.abort(), ms);
    try {
        const { signal } = abort;
        const response = await fetch(url, { method: "POST", redirect: "manual", headers: record(lines), body, signal });
        const pieces = [];
        let left = most;
        if (!response.ok) response.body?.cancel().catch(() => {});
        // Leaving the loop cancels the body.
        else for await (const piece of response.body ?? []) {
            pieces.push(piece);
            if ((left -= piece.length) < 0) break;
        }
        return [response.status, await new Blob(pieces).bytes()];
    } catch (error) {
        if (abort.signal.aborted) return [0];
        throw error;
    } finally {
        clearTimeout(timer);
    }
}

export function sleep(ms) {
    return new Promise((resume) => setTimeout(resume, ms));
}

export async function fetch_text(url, most) {
    const response = await fetch(url, { redirect: "manual" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "", left = most;
    for await (const piece of response.body) {
        left -= piece.length;
        if (left < 0) throw new Error(`more than ${most} bytes`);
        text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
}

const utf8 = new TextEncoder();

export async function batch(database, statements, texts) {
    const whole = (parameter) => typeof parameter === "object" && parameter ? texts[parameter[0]] : parameter;
    const prepare = ([sql, parameters]) => database.prepare(sql).bind(...parameters.map(whole));
    const results = await database.batch(JSON.parse(statements).map(prepare));
    const long = [];
    for (const { results: rows } of results) for (const row of rows) for (const column in row) {
        const value = row[column];
        if (typeof value === "string" && value.length > 512) row[column] = [long.push(utf8.encode(value)) - 1];
    }
    const outcome = ({ meta: { changes, rows_read, rows_written, size_after }, results: rows }) =>
        ({ changes, rows, usage: [rows_read ?? 0, rows_written ?? 0, size_after ?? 0] });
    return [JSON.stringify(results.map(outcome)), ...long];
}

export function measure(dataset, texts, doubles) {
    const blobs = texts.split("\n");
    dataset.writeDataPoint({ indexes: [blobs[0]], blobs, doubles: [...doubles] });
}
"#)]
extern "C" {
    /// Method, URL, and a line for each header in `names`: empty, or `=` and its value.
    pub fn head(request: &web_sys::Request, names: &Array) -> String;

    /// Logs JSON.
    pub fn log(level: &str, line: &str);

    /// The whole body.
    #[wasm_bindgen(catch)]
    pub async fn bytes(request: &web_sys::Request) -> Result<JsValue, JsValue>;

    /// A reader for a body.
    pub fn pieces(body: &web_sys::ReadableStream) -> JsValue;

    /// The next `length` bytes of a body; fewer at its end.
    #[wasm_bindgen(catch)]
    pub async fn next(pieces: &JsValue, length: f64) -> Result<JsValue, JsValue>;

    /// Reads and discards the rest of a body. After about `most` bytes, it cancels the body instead.
    #[wasm_bindgen(catch)]
    pub async fn discard(pieces: &JsValue, most: f64) -> Result<JsValue, JsValue>;

    /// Cancels a body: the platform discards the rest.
    pub fn cancel(pieces: &JsValue);

    /// Headers, from lines that alternate between a name and its value.
    #[wasm_bindgen(catch)]
    pub fn headers(lines: &str) -> Result<web_sys::Headers, JsValue>;

    /// A response, with [`headers`] from `lines`.
    #[wasm_bindgen(catch)]
    pub fn respond(status: u16, lines: &str, body: Option<Vec<u8>>) -> Result<web_sys::Response, JsValue>;

    /// Like [`respond`], with a body that starts with `first`. `next` is called with `true` for each further part, until it returns
    /// undefined. It is called with `false` if the client disconnects.
    #[wasm_bindgen(catch)]
    pub fn respond_on(
        status: u16,
        lines: &str,
        first: Vec<u8>,
        next: Closure<dyn FnMut(bool) -> Promise>,
    ) -> Result<web_sys::Response, JsValue>;

    /// The unchanged response of the Durable Object called `name`. On an error, the response that `lost` returns.
    pub fn forward(
        objects: &JsValue,
        name: &str,
        request: &web_sys::Request,
        lost: &Closure<dyn FnMut(JsValue) -> JsValue>,
    ) -> Promise;

    /// Sends a message to each of an array of sockets.
    pub fn send(sockets: &Array, message: &JsValue);

    /// Saves a text as the attachment of a socket.
    #[wasm_bindgen(catch)]
    pub fn save_attachment(socket: &web_sys::WebSocket, text: &str) -> Result<(), JsValue>;

    /// The attachment of a socket; empty if it has none.
    pub fn attachment(socket: &web_sys::WebSocket) -> String;

    /// A text message of at most `length` characters. Longer messages are not copied.
    pub fn text(message: &JsValue, length: usize) -> Option<String>;

    /// A response with one end of a socket, for the client or the edge.
    #[wasm_bindgen(catch)]
    pub fn upgrade(headers: web_sys::Headers, socket: web_sys::WebSocket) -> Result<web_sys::Response, JsValue>;

    /// Whether `signature` is one of `message` by a key, with the algorithm of this name.
    #[wasm_bindgen(catch)]
    pub async fn verify(algorithm: &str, jwk: &str, message: Vec<u8>, signature: Vec<u8>) -> Result<JsValue, JsValue>;

    /// A new key pair of Ed25519, as a JSON Web Key with its private part.
    #[wasm_bindgen(catch)]
    pub async fn generate_key() -> Result<JsValue, JsValue>;

    /// The signature of `message` by such a key.
    #[wasm_bindgen(catch)]
    pub async fn sign(jwk: &str, message: Vec<u8>) -> Result<JsValue, JsValue>;

    /// The response to a POST request with [`headers`] from `lines`, as an array: its status, and for a success its body. Of a body that is longer
    /// than `most` bytes, a longer beginning is read. The only element is 0 if the response was not complete after `ms` milliseconds.
    #[wasm_bindgen(catch)]
    pub async fn post(url: &str, lines: &str, body: Vec<u8>, ms: f64, most: f64) -> Result<JsValue, JsValue>;

    /// Waits this many milliseconds.
    pub async fn sleep(ms: f64);

    /// The body of a successful response to a GET request, as text. It has at most `most` bytes.
    #[wasm_bindgen(catch)]
    pub async fn fetch_text(url: &str, most: f64) -> Result<JsValue, JsValue>;

    /// Executes a batch. `statements` is JSON of statements and their parameters. The result is an array: first JSON of changes and
    /// rows, then byte arrays. A long text is passed outside the JSON, which contains `[index]` instead: an index of `texts` for
    /// parameters, and of the byte arrays (UTF-8) for results.
    #[wasm_bindgen(catch)]
    pub async fn batch(database: &JsValue, statements: &str, texts: Array) -> Result<JsValue, JsValue>;

    /// Writes a data point with the lines of `texts`, of which the first one is also the index, and these numbers.
    #[wasm_bindgen(catch)]
    pub fn measure(dataset: &JsValue, texts: &str, doubles: &[f64]) -> Result<(), JsValue>;
}
