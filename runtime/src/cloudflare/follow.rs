//! The edge's part in live reading: it holds the client's response, and a socket to the stream's object, which may sleep.

use super::{objects, respond, response};
use crate::bridge::PASSED;
use crate::{Failure, Following, Settings, tell_total};
use spec::stream::{Endpoint, Unavailable};
use std::convert::Infallible;
use std::time::Duration;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::worker_sys::web_sys;
use worker::{Context, Date, Env, console_error};

/// Answers a client who may have to wait: with what the stream's object says at once, or with what it says through a socket
/// within the time there is for it.
///
/// # Errors
/// If there is no answer.
pub async fn follow(
    env: &Env,
    context: &Context,
    settings: &Settings,
    endpoint: Endpoint,
    path: &str,
    request: &web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let arrived = Date::now().as_millis();
    let objects = objects(env)?;
    let answer: web_sys::Response = knock(&objects, path, request).await?.unchecked_into();
    let Some(socket) = socket(&answer) else { return Ok(answer) };
    if endpoint != Endpoint::Poll {
        let time_ms = milliseconds(settings.limits.sse_lifetime);
        return Ok(relay(&answer, &socket, &request.signal(), time_ms, PASSED)?);
    }
    let waited = Duration::from_millis(Date::now().as_millis().saturating_sub(arrived));
    let time_ms = milliseconds(settings.limits.long_poll_hold.saturating_sub(waited));
    let message = wait(&socket, &request.signal(), time_ms).await?;
    let mut timing = wire::Response::<Following>::new(answer.status());
    tell_total(&mut timing, arrived, Date::now().as_millis());
    let timing = response::headers(&timing)?;
    if message.is_undefined() {
        return Ok(said(&answer, &timing)?);
    }
    if message.is_null() {
        // The object has lost the connection, and it is not known what the client has missed.
        let detail = Failure::Host("the connection to the object is lost".to_owned()).told();
        return respond::<Infallible>(Unavailable { detail }.respond());
    }
    // Many are told the same at the same time: all of them before the first connection is done away with.
    context.wait_until(async move {
        if let Err(error) = part(&socket).await {
            console_error!("a connection to an object can't be closed: {error:?}");
        }
    });
    Ok(whole(&message, &timing)?)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[wasm_bindgen(inline_js = r#"
const STATUS = "x-status";

export function knock(objects, name, request) {
    const headers = new Headers(request.headers);
    headers.set("upgrade", "websocket");
    return objects.get(objects.idFromName(name)).fetch(request.url, { headers });
}

export function socket(answer) {
    return answer.webSocket ?? undefined;
}

// The response that was meant by the head of `answer`.
function meant(answer, body) {
    const headers = new Headers(answer.headers);
    const status = Number(headers.get(STATUS));
    headers.delete(STATUS);
    return new Response(body, { status, headers });
}

export function relay(answer, socket, signal, time, passed) {
    let client, asked, look;
    // Not an IdentityTransformStream, with which the platform keeps 64 KiB for every client.
    const events = new ReadableStream({
        start(controller) { client = controller; },
        // Called whenever nothing is left to be taken, but not again before this promise is kept.
        pull() {
            try { if (asked) socket.send("") } catch { end() }
            asked = false;
            return new Promise((resolve) => { look = resolve; });
        },
        cancel: end,
    });
    const timer = setTimeout(end, time);
    function end() {
        clearTimeout(timer);
        try { socket.close() } catch {}
        // That of a client who has gone can't be closed.
        try { client?.close() } catch {}
        client = undefined;
    }
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
        if (data === passed) {
            asked = true;
            look?.();
        } else {
            client?.enqueue(new Uint8Array(data));
        }
    });
    socket.addEventListener("close", end);
    socket.addEventListener("error", end);
    signal.addEventListener("abort", end);
    socket.accept();
    // It may have come while the object made up its mind.
    if (signal.aborted) end();
    return meant(answer, events);
}

export function wait(socket, signal, time) {
    return new Promise((resolve) => {
        const timer = setTimeout(leave, time);
        function end(message) {
            clearTimeout(timer);
            resolve(message);
        }
        function leave() {
            try { socket.close() } catch {}
            end(undefined);
        }
        socket.binaryType = "arraybuffer";
        socket.addEventListener("message", ({ data }) => end(data));
        socket.addEventListener("close", () => end(null));
        socket.addEventListener("error", () => end(null));
        signal.addEventListener("abort", leave);
        socket.accept();
        // It may have come while the object made up its mind.
        if (signal.aborted) leave();
    });
}

export async function part(socket) {
    await scheduler.wait(0);
    socket.close();
}

export function said(answer, more) {
    const response = meant(answer, null);
    for (const [name, value] of more) response.headers.set(name, value);
    return response;
}

export function whole(message, headers) {
    const length = new DataView(message).getUint32(0, true);
    const lines = new TextDecoder().decode(new Uint8Array(message, 4, length)).split("\n");
    for (let i = 1; i + 1 < lines.length; i += 2) headers.append(lines[i], lines[i + 1]);
    const body = new Uint8Array(message, 4 + length);
    return new Response(body.length ? body : null, { status: Number(lines[0]), headers });
}
"#)]
extern "C" {
    /// The answer of the object called `name`, which may have a socket.
    #[wasm_bindgen(catch)]
    async fn knock(objects: &JsValue, name: &str, request: &web_sys::Request) -> Result<JsValue, JsValue>;

    /// The socket of an answer, if it has one.
    fn socket(answer: &web_sys::Response) -> Option<web_sys::WebSocket>;

    /// A response whose body is what comes through the socket until either end hangs up, or `time` is over. The question
    /// whether all of it has been passed on is answered once that is so.
    #[wasm_bindgen(catch)]
    fn relay(
        answer: &web_sys::Response,
        socket: &web_sys::WebSocket,
        signal: &web_sys::AbortSignal,
        time: f64,
        passed: &str,
    ) -> Result<web_sys::Response, JsValue>;

    /// The one message that comes through the socket; undefined if none comes within `time`, and null if none will.
    #[wasm_bindgen(catch)]
    async fn wait(socket: &web_sys::WebSocket, signal: &web_sys::AbortSignal, time: f64) -> Result<JsValue, JsValue>;

    /// Closes the socket once whoever else has come is served.
    #[wasm_bindgen(catch)]
    async fn part(socket: &web_sys::WebSocket) -> Result<JsValue, JsValue>;

    /// The response that the object has said to give if nothing comes, with more headers.
    #[wasm_bindgen(catch)]
    fn said(answer: &web_sys::Response, more: &web_sys::Headers) -> Result<web_sys::Response, JsValue>;

    /// The response that a message is, with these headers and its own.
    #[wasm_bindgen(catch)]
    fn whole(message: &JsValue, headers: &web_sys::Headers) -> Result<web_sys::Response, JsValue>;
}
