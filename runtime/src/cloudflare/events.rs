//! Responses of events at the edge. Readers of one stream share a socket to its Durable Object, if they have the same state.
//!
//! A request must not use what belongs to another one: its socket, its timers, its response. But it may resolve a promise of another
//! request, whose own code then runs. So readers share only memory, an [`EventReader`] each, and wake one another.

use super::event_reader::{EventReader, shared_answer};
use super::live_request::{agreed_status, call, end, leave_on_abort, limited, milliseconds, on_end, refuse, socket};
use super::metrics::LiveConnection;
use super::{boundary, objects, refused};
use crate::fanout::bridge;
use crate::fanout::channel::{Approach, CHECK_INTERVAL_MS};
use crate::fanout::feed;
use crate::fanout::share::{self, Placement};
use crate::host::UnixMs;
use crate::metrics::{Ending, Operation};
use crate::{Failure, Settings};
use js_sys::{Float64Array, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::worker_sys::web_sys;
use worker::{Date, Env};

/// How long a reader waits for another one to open a socket for both.
const OPENER_WAIT_MS: f64 = 2_000.0;

/// Serves events.
///
/// # Errors
/// If the Durable Object can't be called, or the platform rejects the response.
pub async fn events(
    env: &Env,
    settings: &Settings,
    path: &str,
    request: &web_sys::Request,
    expires_at: Option<UnixMs>,
) -> worker::Result<web_sys::Response> {
    let mut live = LiveConnection::new(env, path, Operation::Sse, Date::now().as_millis());
    let (objects, signal) = (objects(env)?, request.signal());
    let reader = approach(path, settings, &signal).await?;
    let answered = match call(&objects, path, request, Some(&reader.offer())).await {
        Ok(answer) => place(answer, &reader).await,
        Err(error) => Err(error.into()),
    };
    let (status, headers, own) = match answered {
        Ok(Answered::Events { status, headers, own }) => (status, headers, own),
        // The connection ends in the Durable Object, which records it.
        Ok(Answered::Response(response)) => {
            reader.leave();
            return Ok(response);
        }
        Ok(Answered::OtherVersion) => {
            reader.leave();
            end(&mut live, Ending::Failed, 0);
            return Ok(refused(Some(path), &Failure::Host("the Durable Object has another version".to_owned())));
        }
        Err(error) => {
            reader.leave();
            end(&mut live, Ending::Failed, 0);
            return Err(error);
        }
    };
    // The platform's random generator works in every handler.
    let chance = getrandom::u64().expect("crypto.getRandomValues answers");
    let (time, at_limit) = limited(feed::lifetime(&settings.limits, chance), expires_at);
    let ended = live.map_or(JsValue::UNDEFINED, |live| on_end(live, at_limit));
    let (socket, id) = own.unzip();
    let url = format!("https://object{}", share::RESUME_PATH);
    let open = opener(&objects, path, &url, bridge::HEADER, &bridge::VERSION.to_string(), share::HEADER);
    let times = Float64Array::from(
        &[milliseconds(time), milliseconds(settings.limits.sse_heartbeat), CHECK_INTERVAL_MS as f64][..],
    );
    Ok(relay(status, &headers, reader.into(), id, socket.as_ref(), &open, &signal, &times, wire::COMMENT, &ended)?)
}

/// A new reader. If another one is opening a socket, it waits, so that both can share that.
async fn approach(path: &str, settings: &Settings, signal: &web_sys::AbortSignal) -> worker::Result<EventReader> {
    let mut waited = false;
    loop {
        let reader = EventReader::new(path, settings.limits.reader_window);
        leave_on_abort(signal, reader.clone().into());
        if reader.approach() != Approach::Wait || waited {
            return Ok(reader);
        }
        wait_for_source(&reader.clone().into(), OPENER_WAIT_MS).await?;
        reader.leave();
        waited = true;
    }
}

/// The answer of the Durable Object.
enum Answered {
    /// The head of a response of events, and the reader's own socket with its id, if it needs one.
    Events {
        status: u16,
        headers: web_sys::Headers,
        own: Option<(web_sys::WebSocket, u64)>,
    },
    /// A complete response.
    Response(web_sys::Response),
    OtherVersion,
}

/// Reads the answer of the Durable Object, and gives the reader its place.
async fn place(answer: web_sys::Response, reader: &EventReader) -> worker::Result<Answered> {
    let placement = answer.headers().get(share::HEADER)?;
    let socket = socket(&answer);
    if socket.is_none() && placement.is_none() {
        return Ok(Answered::Response(answer));
    }
    let Some((status, placement)) =
        agreed_status(&answer)?.zip(placement.as_deref().and_then(share::read::<Placement>))
    else {
        if let Some(socket) = socket {
            refuse(&socket)?;
        }
        return Ok(Answered::OtherVersion);
    };
    match (socket, placement) {
        (Some(socket), Placement::Own { socket: id, reader_state }) => {
            let headers = web_sys::Headers::new_with_headers(&answer.headers())?;
            headers.delete(bridge::HEADER)?;
            headers.delete(share::HEADER)?;
            reader.place(Placement::Own { socket: id, reader_state }, None);
            Ok(Answered::Events { status, headers, own: Some((socket, id)) })
        }
        (None, placement @ Placement::Shared { .. }) => {
            let body = Uint8Array::from(body(&answer).await?).to_vec();
            let Some((lines, events)) = shared_answer(&body) else { return Ok(Answered::OtherVersion) };
            reader.place(placement, events);
            Ok(Answered::Events { status, headers: boundary::headers(lines)?, own: None })
        }
        _ => Ok(Answered::OtherVersion),
    }
}

#[wasm_bindgen(inline_js = r#"
export async function wait_for_source(reader, ms) {
    let timer;
    const is_known = await new Promise((resolve) => {
        timer = setTimeout(() => resolve(false), ms);
        // Another request calls this function, so it must not use the timer.
        reader.wait_for_source(() => resolve(true));
    });
    clearTimeout(timer);
    if (!is_known) reader.give_up_opener();
}

export function body(answer) {
    return answer.bytes();
}

export function opener(objects, name, url, header, version, share) {
    return async (offer) => {
        const headers = { upgrade: "websocket", [header]: version, [share]: offer };
        const answer = await objects.get(objects.idFromName(name)).fetch(url, { headers });
        return [answer.webSocket, answer.headers.get(share)];
    };
}

export function relay(status, headers, reader, id, socket, open, signal, [lifetime, heartbeat, check], comment, ended) {
    const sockets = new Map();
    let client, timer, waits = false, sent = Date.now(), bytes = 0;
    // Not an IdentityTransformStream: for that, the platform allocates 64 KiB per client.
    const events = new ReadableStream({
        start(controller) { client = controller; },
        // Called when the client has received everything and can receive more, but not while the promise of the last call is pending. The
        // platform may call it once too often, while data is still queued.
        async pull() {
            while (client && client.desiredSize >= 0) {
                const next = take();
                if (typeof next === "string") return end(next);
                if (next) return send(next);
                waits = true;
                await new Promise((resume) => reader.wait(resume));
                waits = false;
            }
        },
        cancel: leave,
    // Nothing is read in advance.
    }, { highWaterMark: 0 });

    function take() {
        // It throws if the wasm has been restarted.
        try { return reader.take() } catch { return "failed" }
    }

    function send(events) {
        bytes += events.length;
        sent = Date.now();
        // The platform may keep the array, which others read, too.
        client.enqueue(events.slice());
    }

    function attach(id, socket) {
        sockets.set(id, socket);
        socket.binaryType = "arraybuffer";
        socket.addEventListener("message", ({ data }) => reader.receive(id, data));
        socket.addEventListener("close", ({ reason }) => lose(id, reason));
        socket.addEventListener("error", () => lose(id, ""));
        socket.accept();
    }

    function lose(id, reason) {
        const socket = sockets.get(id);
        sockets.delete(id);
        reader.lose(id, reason);
        try { socket?.close() } catch {}
    }

    async function work() {
        while (client) {
            const [text, id] = reader.work() ?? [];
            if (text === undefined) await new Promise((resume) => reader.wait_for_work(resume));
            // The socket may be closed.
            else if (id !== undefined) try { sockets.get(id)?.send(text) } catch {}
            else await resume(text);
        }
    }

    async function resume(offer) {
        let socket, answer;
        try { [socket, answer] = await open(offer) } catch {}
        const id = reader.resume(socket ? answer : undefined);
        if (id !== undefined && client) attach(id, socket);
        else if (socket) { socket.accept(); socket.close(); }
    }

    // Each message contains complete events, so a comment between two messages never breaks one. While there is data that the client has
    // not received, no comment is needed.
    function tick() {
        const now = Date.now();
        if (heartbeat && now - sent >= heartbeat) {
            if (waits && client.desiredSize === 0) client.enqueue(comment.slice());
            sent = now;
        }
        reader.check();
        timer = setTimeout(tick, heartbeat ? Math.min(check, sent + heartbeat - now) : check);
    }

    function leave() { end("client_gone") }

    function end(ending) {
        const report = ended;
        ended = undefined;
        clearTimeout(timer);
        clearTimeout(limit);
        // Before the sockets are closed, so that another reader replaces a shared one.
        reader.leave();
        for (const socket of sockets.values()) try { socket.close() } catch {}
        sockets.clear();
        // If the client has disconnected, this throws.
        try { client?.close() } catch {}
        client = undefined;
        report?.(ending, bytes);
    }

    comment = new TextEncoder().encode(comment);
    const limit = setTimeout(() => end("timeout"), lifetime);
    timer = setTimeout(tick, heartbeat ? Math.min(check, heartbeat) : check);
    signal.addEventListener("abort", leave);
    if (socket) attach(id, socket);
    // The client may have disconnected before the Durable Object responded.
    if (signal.aborted) leave();
    work().catch(() => end("failed"));
    return new Response(events, { status, headers });
}
"#)]
extern "C" {
    /// Waits until another reader has opened a socket, or has failed to. After `ms` milliseconds, that reader is given up.
    #[wasm_bindgen(catch)]
    async fn wait_for_source(reader: &JsValue, ms: f64) -> Result<JsValue, JsValue>;

    /// The body of an answer.
    #[wasm_bindgen(catch)]
    async fn body(answer: &web_sys::Response) -> Result<JsValue, JsValue>;

    /// A function that sends an offer to the Durable Object called `name`, and returns a socket and a placement.
    fn opener(objects: &JsValue, name: &str, url: &str, header: &str, version: &str, share: &str) -> JsValue;

    /// A response whose body consists of the events that `reader` takes, from `socket` with this id if it has its own. `open` opens another
    /// one. The response ends when either end disconnects, or after the first of `times`, in milliseconds. After the second one without
    /// events, `comment` is sent, unless data is still queued for the client. If it is 0, no comments are sent. The third one is the
    /// interval at which readers check one another. At the end, `ended` is called with the name of the ending, and with the bytes of the
    /// events. If the Durable Object has ended the response, the name is the reason in its close frame.
    #[wasm_bindgen(catch)]
    fn relay(
        status: u16,
        headers: &web_sys::Headers,
        reader: JsValue,
        id: Option<u64>,
        socket: Option<&web_sys::WebSocket>,
        open: &JsValue,
        signal: &web_sys::AbortSignal,
        times: &Float64Array,
        comment: &str,
        ended: &JsValue,
    ) -> Result<web_sys::Response, JsValue>;
}
