//! The edge's part in live reading: it holds the client's response, and a socket to the stream's object, which may sleep.

use super::{objects, refused, response};
use crate::Event;
use crate::fanout::bridge;
use crate::fanout::feed;
use crate::{Failure, Following, Settings, set_total_time};
use spec::stream::Endpoint;
use std::time::Duration;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::worker_sys::web_sys;
use worker::{Context, Date, Env};

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
    let version = bridge::VERSION.to_string();
    let answer: web_sys::Response = knock(&objects, path, request, bridge::HEADER, &version).await?.unchecked_into();
    let Some(socket) = socket(&answer) else { return Ok(answer) };
    let opening = answer.headers().get(bridge::HEADER)?;
    let Some(status) = opening.as_deref().and_then(bridge::opened) else {
        refuse(&socket)?;
        let failure = Failure::Host(format!("the object of {path} is of another version: {opening:?}"));
        return Ok(refused(&failure));
    };
    let headers = web_sys::Headers::new_with_headers(&answer.headers())?;
    headers.delete(bridge::HEADER)?;
    if endpoint != Endpoint::LongPoll {
        // The platform's generator is there in every handler.
        let chance = getrandom::u64().expect("crypto.getRandomValues answers");
        let time_ms = milliseconds(feed::lifetime(&settings.limits, chance));
        let heartbeat_ms = milliseconds(settings.limits.sse_heartbeat);
        return Ok(relay(status, &headers, &socket, &request.signal(), time_ms, wire::COMMENT, heartbeat_ms)?);
    }
    let waited = Duration::from_millis(Date::now().as_millis().saturating_sub(arrived));
    let time_ms = milliseconds(settings.limits.long_poll_hold.saturating_sub(waited));
    let message = wait(&socket, &request.signal(), time_ms).await?;
    let mut timing = wire::Response::<Following>::new(status);
    set_total_time(&mut timing, arrived, Date::now().as_millis());
    let timing = response::headers(&timing)?;
    if message.is_undefined() {
        return Ok(said(status, &headers, &timing)?);
    }
    if message.is_null() {
        // The object has lost the connection, and it is not known what the client has missed.
        return Ok(refused(&Failure::Host(format!("the connection to the object of {path} is lost"))));
    }
    // Many are told the same at the same time: all of them before the first connection is done away with.
    context.wait_until(async move {
        if let Err(error) = part(&socket).await {
            super::tell(Event::SocketFailed, format!("a connection to an object can't be closed: {error:?}"));
        }
    });
    Ok(whole(&message, &timing)?)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[wasm_bindgen(inline_js = r#"
export function knock(objects, name, request, header, version) {
    const headers = new Headers(request.headers);
    headers.set("upgrade", "websocket");
    headers.set(header, version);
    return objects.get(objects.idFromName(name)).fetch(request.url, { headers });
}

export function socket(answer) {
    return answer.webSocket ?? undefined;
}

export function refuse(socket) {
    socket.accept();
    socket.close();
}

export function relay(status, headers, socket, signal, time, comment, pause) {
    let client, mark, look, idle;
    // Not an IdentityTransformStream, with which the platform keeps 64 KiB for every client.
    const events = new ReadableStream({
        start(controller) { client = controller; },
        // Called when the client has taken everything and can take more, but not again before a promise of it is kept. The platform may
        // call it once too often, while something is left to be taken.
        pull() {
            if (mark && client.desiredSize < 0) return;
            try { if (mark) socket.send(mark) } catch { end() }
            mark = undefined;
            return new Promise((resolve) => { look = resolve; });
        },
        cancel: end,
    // None is taken in advance.
    }, { highWaterMark: 0 });
    const timer = setTimeout(end, time);
    comment = new TextEncoder().encode(comment);
    // Each message has whole events, so there is no event to break between two. What the client has not taken is enough to wait for.
    function beat() {
        if (client.desiredSize === 0) client.enqueue(comment.slice());
        rest();
    }
    function rest() {
        clearTimeout(idle);
        if (pause) idle = setTimeout(beat, pause);
    }
    function end() {
        clearTimeout(timer);
        clearTimeout(idle);
        // Nothing that comes late starts it again.
        pause = 0;
        try { socket.close() } catch {}
        // That of a client who has gone can't be closed.
        try { client?.close() } catch {}
        client = undefined;
    }
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
        if (typeof data === "string") {
            mark = data;
            look?.();
        } else {
            client?.enqueue(new Uint8Array(data));
            rest();
        }
    });
    socket.addEventListener("close", end);
    socket.addEventListener("error", end);
    signal.addEventListener("abort", end);
    socket.accept();
    rest();
    // It may have come while the object made up its mind.
    if (signal.aborted) end();
    return new Response(events, { status, headers });
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

export function said(status, headers, more) {
    for (const [name, value] of more) headers.set(name, value);
    return new Response(null, { status, headers });
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
    /// The answer of the object called `name`, which may have a socket. It is told the version of this end in a header.
    #[wasm_bindgen(catch)]
    async fn knock(
        objects: &JsValue,
        name: &str,
        request: &web_sys::Request,
        header: &str,
        version: &str,
    ) -> Result<JsValue, JsValue>;

    /// The socket of an answer, if it has one.
    fn socket(answer: &web_sys::Response) -> Option<web_sys::WebSocket>;

    /// Closes the socket of an answer that nobody can read.
    #[wasm_bindgen(catch)]
    fn refuse(socket: &web_sys::WebSocket) -> Result<(), JsValue>;

    /// A response whose body is what comes through the socket until either end hangs up, or `time` is over. A mark is sent back
    /// once the client has taken everything that came before it. Where nothing comes for `pause` milliseconds, and the client has taken all
    /// there was, there is a `comment`; none, if `pause` is 0.
    #[wasm_bindgen(catch)]
    fn relay(
        status: u16,
        headers: &web_sys::Headers,
        socket: &web_sys::WebSocket,
        signal: &web_sys::AbortSignal,
        time: f64,
        comment: &str,
        pause: f64,
    ) -> Result<web_sys::Response, JsValue>;

    /// The one message that comes through the socket; undefined if none comes within `time`, and null if none will.
    #[wasm_bindgen(catch)]
    async fn wait(socket: &web_sys::WebSocket, signal: &web_sys::AbortSignal, time: f64) -> Result<JsValue, JsValue>;

    /// Closes the socket once whoever else has come is served.
    #[wasm_bindgen(catch)]
    async fn part(socket: &web_sys::WebSocket) -> Result<JsValue, JsValue>;

    /// The response that the object has said to give if nothing comes, with its headers and more.
    #[wasm_bindgen(catch)]
    fn said(status: u16, headers: &web_sys::Headers, more: &web_sys::Headers) -> Result<web_sys::Response, JsValue>;

    /// The response that a message is, with these headers and its own.
    #[wasm_bindgen(catch)]
    fn whole(message: &JsValue, headers: &web_sys::Headers) -> Result<web_sys::Response, JsValue>;
}
