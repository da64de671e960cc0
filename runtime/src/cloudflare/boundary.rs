//! The few places where much crosses between JavaScript and wasm, each in one call.
//!
//! A call across the boundary costs more than what most of them carry: reading headers one by one, binding parameters
//! one by one and collecting rows column by column used to take most of a request's time.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::worker_sys::web_sys;

#[wasm_bindgen(inline_js = r#"
// Each step of a future asks for one of these, and the platform's own takes much longer than a promise: a tenth of all the
// time that an append took.
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

export function log(isError, line) {
    // An object, so that its fields can be searched for.
    (isError ? console.error : console.log)(JSON.parse(line));
}

export function bytes(request) {
    return request.bytes();
}

// What reads a body in pieces.
export function pieces(body) {
    return body.getReader({ mode: "byob" });
}

// The next piece: fewer bytes only at the end of the body.
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
    // One that has ended or failed needs no end.
    reader.cancel().catch(() => {});
}

// Of what the platform makes headers from, an object takes least. No header comes twice.
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
        // Called when the client has taken all that came before.
        async pull(controller) {
            const bytes = part ?? await next(true);
            part = undefined;
            if (bytes) controller.enqueue(bytes); else controller.close();
        },
        cancel() { return next(false) },
    // None is read in advance.
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
    // One that has gone throws.
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
    return [JSON.stringify(results.map(({ meta, results }) => ({ changes: meta.changes, rows: results }))), ...long];
}
"#)]
extern "C" {
    /// Method, URL, and a line for each header in `names`: empty, or `=` and its value.
    pub fn head(request: &web_sys::Request, names: &Array) -> String;

    /// Logs JSON.
    pub fn log(is_error: bool, line: &str);

    /// The whole body.
    #[wasm_bindgen(catch)]
    pub async fn bytes(request: &web_sys::Request) -> Result<JsValue, JsValue>;

    /// What reads a body in pieces.
    pub fn pieces(body: &web_sys::ReadableStream) -> JsValue;

    /// The next `length` bytes of a body; fewer at its end.
    #[wasm_bindgen(catch)]
    pub async fn next(pieces: &JsValue, length: f64) -> Result<JsValue, JsValue>;

    /// Reads what is left of a body and discards it; cancels what is beyond `most` bytes.
    #[wasm_bindgen(catch)]
    pub async fn discard(pieces: &JsValue, most: f64) -> Result<JsValue, JsValue>;

    /// Tells that nothing more of a body will be read.
    pub fn cancel(pieces: &JsValue);

    /// Headers, from lines of which the first is a name, the second its value, and so on.
    #[wasm_bindgen(catch)]
    pub fn headers(lines: &str) -> Result<web_sys::Headers, JsValue>;

    /// A response, with [`headers`] from `lines`.
    #[wasm_bindgen(catch)]
    pub fn respond(status: u16, lines: &str, body: Option<Vec<u8>>) -> Result<web_sys::Response, JsValue>;

    /// The same, with a body that begins with `first` and goes on with what `next` gives, called with `true`, until that is undefined. It is
    /// called with `false` if the client hangs up.
    #[wasm_bindgen(catch)]
    pub fn respond_on(
        status: u16,
        lines: &str,
        first: Vec<u8>,
        next: Closure<dyn FnMut(bool) -> Promise>,
    ) -> Result<web_sys::Response, JsValue>;

    /// The answer of the object called `name`, untouched, or what `lost` makes of an error.
    pub fn forward(
        objects: &JsValue,
        name: &str,
        request: &web_sys::Request,
        lost: &Closure<dyn FnMut(JsValue) -> JsValue>,
    ) -> Promise;

    /// Sends a message to each of an array of sockets.
    pub fn send(sockets: &Array, message: &JsValue);

    /// Keeps a text with a socket.
    #[wasm_bindgen(catch)]
    pub fn save_attachment(socket: &web_sys::WebSocket, text: &str) -> Result<(), JsValue>;

    /// The text that is kept with a socket, or an empty one.
    pub fn attachment(socket: &web_sys::WebSocket) -> String;

    /// A message that is text of at most so many characters. Nothing longer is copied.
    pub fn text(message: &JsValue, length: usize) -> Option<String>;

    /// An answer with one end of a socket, for the client or for the edge.
    #[wasm_bindgen(catch)]
    pub fn upgrade(headers: web_sys::Headers, socket: web_sys::WebSocket) -> Result<web_sys::Response, JsValue>;

    /// Executes a batch: JSON in, of statements and their parameters; an array out, of JSON, of changes and rows, and then of
    /// bytes. A long text goes beside the JSON, in which `[index]` takes its place: in as a text, out as its bytes in UTF-8.
    #[wasm_bindgen(catch)]
    pub async fn batch(database: &JsValue, statements: &str, texts: Array) -> Result<JsValue, JsValue>;
}
