//! Live reads at the edge: it holds the client's response, and a socket to the Durable Object, which can hibernate.

use super::metrics::LiveConnection;
use super::{objects, refused, response};
use crate::Event;
use crate::fanout::bridge;
use crate::fanout::feed;
use crate::host::UnixMs;
use crate::host::timer::timer;
use crate::metrics::{Ending, Operation};
use crate::{Failure, Following, Settings, set_total_time};
use spec::stream::Endpoint;
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::worker_sys::web_sys;
use worker::{Context, Date, Env};

/// Serves a live read. The response is that of the Durable Object if it responds immediately. Otherwise it contains the messages
/// that arrive through a socket within the time limit, and before the credentials of the client expire.
///
/// # Errors
/// If the Durable Object can't be called, or the platform rejects the response.
pub async fn follow(
    env: &Env,
    context: &Context,
    settings: &Settings,
    endpoint: Endpoint,
    path: &str,
    request: &web_sys::Request,
    expires_at: Option<UnixMs>,
) -> worker::Result<web_sys::Response> {
    let arrived = Date::now().as_millis();
    let operation = if endpoint == Endpoint::LongPoll { Operation::LongPoll } else { Operation::Sse };
    let mut live = LiveConnection::new(env, path, operation, arrived);
    let objects = objects(env)?;
    let version = bridge::VERSION.to_string();
    let answer = open_socket(&objects, path, request, bridge::HEADER, &version).await;
    let answer: web_sys::Response = answer.inspect_err(|_| end(&mut live, Ending::Failed, 0))?.unchecked_into();
    // Without a socket, the connection ends in the Durable Object, which records it.
    let Some(socket) = socket(&answer) else { return Ok(answer) };
    let opening = answer.headers().get(bridge::HEADER)?;
    let Some(status) = opening.as_deref().and_then(bridge::read_handshake) else {
        refuse(&socket)?;
        end(&mut live, Ending::Failed, 0);
        let failure = Failure::Host(format!("the Durable Object has another version: {opening:?}"));
        return Ok(refused(Some(path), &failure));
    };
    let headers = web_sys::Headers::new_with_headers(&answer.headers())?;
    headers.delete(bridge::HEADER)?;
    if endpoint != Endpoint::LongPoll {
        // The platform's random generator works in every handler.
        let chance = getrandom::u64().expect("crypto.getRandomValues answers");
        let (time, at_limit) = limited(feed::lifetime(&settings.limits, chance), expires_at);
        let heartbeat_ms = milliseconds(settings.limits.sse_heartbeat);
        let signal = request.signal();
        let ended = live.map_or(JsValue::UNDEFINED, |live| on_end(live, at_limit));
        return Ok(relay(status, &headers, &socket, &signal, milliseconds(time), wire::COMMENT, heartbeat_ms, &ended)?);
    }
    let waited = Duration::from_millis(Date::now().as_millis().saturating_sub(arrived));
    let (time, at_limit) = limited(settings.limits.long_poll_hold.saturating_sub(waited), expires_at);
    let message = first_message(&socket, &request.signal(), milliseconds(time)).await?;
    let mut timing = wire::Response::<Following>::new(status);
    set_total_time(&mut timing, arrived, Date::now().as_millis());
    let timing = response::headers(&timing)?;
    if message.is_undefined() {
        end(&mut live, if request.signal().aborted() { Ending::ClientGone } else { at_limit }, 0);
        return Ok(empty_response(status, &headers, &timing)?);
    }
    if message.is_null() {
        end(&mut live, Ending::Failed, 0);
        // The socket was closed early, so the client may have missed data.
        return Ok(refused(Some(path), &Failure::Host("the connection to the Durable Object was lost".to_owned())));
    }
    // Many clients get their responses at the same time. All responses are sent before the first socket is closed.
    context.wait_until(async move {
        if let Err(error) = close_later(&socket).await {
            super::log_event(
                Event::SocketFailed,
                format!("a connection to a Durable Object can't be closed: {error:?}"),
            );
        }
    });
    let response = full_response(&message, &timing)?;
    let bytes = if response.ok() { body_length(&message) } else { 0 };
    end(&mut live, Ending::of_response(response.status(), bytes as usize), bytes.into());
    Ok(response)
}

/// Records how a live connection has ended, if the deployment has a dataset.
fn end(live: &mut Option<LiveConnection>, ending: Ending, bytes: u64) {
    if let Some(live) = live.take() {
        live.end(ending, bytes);
    }
}

/// The function that [`relay`] calls when the response has ended: with the name of the ending, and how many bytes were sent. At the
/// time limit, the ending is `at_limit`. The platform frees the function after that call.
fn on_end(live: LiveConnection, at_limit: Ending) -> JsValue {
    Closure::once_into_js(move |name: String, bytes: f64| {
        let ending = match Ending::named(&name) {
            Some(Ending::Timeout) => at_limit,
            ending => ending.unwrap_or(Ending::Failed),
        };
        live.end(ending, bytes as u64);
    })
}

/// The time for a response: at most `time`, and until the credentials of the client expire; and how it ends then.
fn limited(time: Duration, expires_at: Option<UnixMs>) -> (Duration, Ending) {
    let left = time_left(expires_at);
    if left < time { (left, Ending::TokenEnded) } else { (time, Ending::Timeout) }
}

/// The time until the credentials of the client expire.
fn time_left(expires_at: Option<UnixMs>) -> Duration {
    expires_at.map_or(Duration::MAX, |at| Duration::from_millis(at.saturating_sub(Date::now().as_millis())))
}

fn milliseconds(time: Duration) -> f64 {
    timer(time).as_secs_f64() * 1000.0
}

#[wasm_bindgen(inline_js = r#"
export function open_socket(objects, name, request, header, version) {
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

export function relay(status, headers, socket, signal, time, comment, heartbeatMs, ended) {
    let client, mark, resolvePull, idle, bytes = 0;
    // Not an IdentityTransformStream: for that, the platform allocates 64 KiB per client.
    const events = new ReadableStream({
        start(controller) { client = controller; },
        // Called when the client has received everything and can receive more, but not while the promise of the last call is pending. The
        // platform may call it once too often, while data is still queued.
        pull() {
            if (mark && client.desiredSize < 0) return;
            try { if (mark) socket.send(mark) } catch { end("failed") }
            mark = undefined;
            return new Promise((resolve) => { resolvePull = resolve; });
        },
        cancel: leave,
    // Nothing is read in advance.
    }, { highWaterMark: 0 });
    const timer = setTimeout(() => end("timeout"), time);
    comment = new TextEncoder().encode(comment);
    // Each message contains complete events, so a comment between two messages never breaks one. While data is queued for the client,
    // no comment is needed.
    function sendHeartbeat() {
        if (client.desiredSize === 0) client.enqueue(comment.slice());
        restartHeartbeat();
    }
    function restartHeartbeat() {
        clearTimeout(idle);
        if (heartbeatMs) idle = setTimeout(sendHeartbeat, heartbeatMs);
    }
    function leave() { end("client_gone") }
    function end(ending) {
        // Closing the socket can call this function again.
        const report = ended;
        ended = undefined;
        clearTimeout(timer);
        clearTimeout(idle);
        // A late message must not restart the heartbeat.
        heartbeatMs = 0;
        try { socket.close() } catch {}
        // If the client has disconnected, this throws.
        try { client?.close() } catch {}
        client = undefined;
        report?.(ending, bytes);
    }
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
        if (typeof data === "string") {
            mark = data;
            resolvePull?.();
        } else {
            if (client) bytes += data.byteLength;
            client?.enqueue(new Uint8Array(data));
            restartHeartbeat();
        }
    });
    socket.addEventListener("close", ({ reason }) => end(reason || "failed"));
    socket.addEventListener("error", () => end("failed"));
    signal.addEventListener("abort", leave);
    socket.accept();
    restartHeartbeat();
    // The client may have disconnected before the Durable Object responded.
    if (signal.aborted) leave();
    return new Response(events, { status, headers });
}

export function first_message(socket, signal, time) {
    return new Promise((resolve) => {
        const timer = setTimeout(giveUp, time);
        function end(message) {
            clearTimeout(timer);
            resolve(message);
        }
        function giveUp() {
            try { socket.close() } catch {}
            end(undefined);
        }
        socket.binaryType = "arraybuffer";
        socket.addEventListener("message", ({ data }) => end(data));
        socket.addEventListener("close", () => end(null));
        socket.addEventListener("error", () => end(null));
        signal.addEventListener("abort", giveUp);
        socket.accept();
        // The client may have disconnected before the Durable Object responded.
        if (signal.aborted) giveUp();
    });
}

export async function close_later(socket) {
    await scheduler.wait(0);
    socket.close();
}

export function empty_response(status, headers, more) {
    for (const [name, value] of more) headers.set(name, value);
    return new Response(null, { status, headers });
}

export function full_response(message, headers) {
    const length = new DataView(message).getUint32(0, true);
    const lines = new TextDecoder().decode(new Uint8Array(message, 4, length)).split("\n");
    for (let i = 1; i + 1 < lines.length; i += 2) headers.append(lines[i], lines[i + 1]);
    const body = new Uint8Array(message, 4 + length);
    return new Response(body.length ? body : null, { status: Number(lines[0]), headers });
}

export function body_length(message) {
    return message.byteLength - 4 - new DataView(message).getUint32(0, true);
}
"#)]
extern "C" {
    /// The response of the Durable Object called `name`, which may include a socket. `header` is set to this end's version.
    #[wasm_bindgen(catch)]
    async fn open_socket(
        objects: &JsValue,
        name: &str,
        request: &web_sys::Request,
        header: &str,
        version: &str,
    ) -> Result<JsValue, JsValue>;

    /// The socket of a response, if it has one.
    fn socket(answer: &web_sys::Response) -> Option<web_sys::WebSocket>;

    /// Closes the socket of a response that has another version.
    #[wasm_bindgen(catch)]
    fn refuse(socket: &web_sys::WebSocket) -> Result<(), JsValue>;

    /// A response whose body consists of the messages from the socket. It ends when either end disconnects, or after `time`
    /// milliseconds. A mark is returned as soon as the client has received everything before it. After `pause` milliseconds without a
    /// message, `comment` is sent, unless data is still queued for the client. If `pause` is 0, no comments are sent. At the end, `ended`
    /// is called with the name of the ending, and with the bytes of the messages. If the Durable Object has ended the response, the name is
    /// the reason in its close frame.
    #[wasm_bindgen(catch)]
    fn relay(
        status: u16,
        headers: &web_sys::Headers,
        socket: &web_sys::WebSocket,
        signal: &web_sys::AbortSignal,
        time: f64,
        comment: &str,
        pause: f64,
        ended: &JsValue,
    ) -> Result<web_sys::Response, JsValue>;

    /// The first message from the socket. It is undefined if none arrives within `time` milliseconds or the client disconnects, and
    /// null if the socket closes.
    #[wasm_bindgen(catch)]
    async fn first_message(
        socket: &web_sys::WebSocket,
        signal: &web_sys::AbortSignal,
        time: f64,
    ) -> Result<JsValue, JsValue>;

    /// Closes the socket after all events that are already pending.
    #[wasm_bindgen(catch)]
    async fn close_later(socket: &web_sys::WebSocket) -> Result<JsValue, JsValue>;

    /// The response that the Durable Object returned for the case that no message arrives, with additional headers.
    #[wasm_bindgen(catch)]
    fn empty_response(
        status: u16,
        headers: &web_sys::Headers,
        more: &web_sys::Headers,
    ) -> Result<web_sys::Response, JsValue>;

    /// The response that a message contains, with its headers and `headers`.
    #[wasm_bindgen(catch)]
    fn full_response(message: &JsValue, headers: &web_sys::Headers) -> Result<web_sys::Response, JsValue>;

    /// Number of bytes of the body of the response that a message contains.
    fn body_length(message: &JsValue) -> u32;
}
