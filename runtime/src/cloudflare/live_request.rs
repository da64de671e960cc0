//! Parts of the responses to SSE readers and long-polls.

use super::metrics::LiveConnection;
use super::refused;
use crate::Failure;
use crate::fanout::bridge;
use crate::fanout::share::{self, Offer};
use crate::host::UnixMs;
use crate::host::timer::timer;
use crate::metrics::Ending;
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Date;
use worker::worker_sys::web_sys;

/// The answer of the Durable Object of the stream at `path` to the request of a reader. With an offer, the reader can share a socket.
pub(super) async fn call(
    objects: &JsValue,
    path: &str,
    request: &web_sys::Request,
    offer: Option<&Offer>,
) -> Result<web_sys::Response, JsValue> {
    let version = bridge::VERSION.to_string();
    let offer = offer.map(share::write);
    let answer = open_socket(objects, path, request, bridge::HEADER, &version, share::HEADER, offer.as_deref()).await?;
    Ok(answer.unchecked_into())
}

/// The status of the response of a reader that the Durable Object serves through a socket. `None` if it has another version.
pub(super) fn agreed_status(answer: &web_sys::Response) -> worker::Result<Option<u16>> {
    Ok(answer.headers().get(bridge::HEADER)?.as_deref().and_then(bridge::read_handshake))
}

/// The response if the Durable Object has another version. The client retries.
pub(super) fn refuse_version(path: &str, answer: &web_sys::Response) -> worker::Result<web_sys::Response> {
    if let Some(socket) = socket(answer) {
        refuse(&socket)?;
    }
    let opening = answer.headers().get(bridge::HEADER)?;
    let failure = Failure::Host(format!("the Durable Object has another version: {opening:?}"));
    Ok(refused(Some(path), &failure))
}

/// Records how a live connection has ended, if the deployment has a dataset.
pub(super) fn end(live: &mut Option<LiveConnection>, ending: Ending, bytes: u64) {
    if let Some(live) = live.take() {
        live.end(ending, bytes);
    }
}

/// The function that is called when a response of events has ended: with the name of the ending, and how many bytes were sent. At the
/// time limit, the ending is `at_limit`. The platform frees the function after that call.
pub(super) fn on_end(live: LiveConnection, at_limit: Ending) -> JsValue {
    Closure::once_into_js(move |name: String, bytes: f64| {
        let ending = match Ending::named(&name) {
            Some(Ending::Timeout) => at_limit,
            ending => ending.unwrap_or(Ending::Failed),
        };
        live.end(ending, bytes as u64);
    })
}

/// The time for a response: at most `time`, and until the credentials of the client expire; and how it ends then.
pub(super) fn limited(time: Duration, expires_at: Option<UnixMs>) -> (Duration, Ending) {
    let left = time_left(expires_at);
    if left < time { (left, Ending::TokenEnded) } else { (time, Ending::Timeout) }
}

/// The time until the credentials of the client expire.
fn time_left(expires_at: Option<UnixMs>) -> Duration {
    expires_at.map_or(Duration::MAX, |at| Duration::from_millis(at.saturating_sub(Date::now().as_millis())))
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    timer(time).as_secs_f64() * 1000.0
}

#[wasm_bindgen(inline_js = r#"
export function open_socket(objects, name, request, header, version, share, offer) {
    const headers = new Headers(request.headers);
    headers.set("upgrade", "websocket");
    headers.set(header, version);
    // The client may have sent it.
    headers.delete(share);
    if (offer !== undefined) headers.set(share, offer);
    return objects.get(objects.idFromName(name)).fetch(request.url, { headers });
}

export function socket(answer) {
    return answer.webSocket ?? undefined;
}

export function refuse(socket) {
    socket.accept();
    socket.close();
}

export function leave_on_abort(signal, reader) {
    signal.addEventListener("abort", () => reader.leave());
    if (signal.aborted) reader.leave();
}
"#)]
extern "C" {
    /// The response of the Durable Object called `name`, which may include a socket. `header` is set to this end's version, and `share` to
    /// the offer.
    #[wasm_bindgen(catch)]
    async fn open_socket(
        objects: &JsValue,
        name: &str,
        request: &web_sys::Request,
        header: &str,
        version: &str,
        share: &str,
        offer: Option<&str>,
    ) -> Result<JsValue, JsValue>;

    /// The socket of a response, if it has one.
    pub(super) fn socket(answer: &web_sys::Response) -> Option<web_sys::WebSocket>;

    /// Closes the socket of a response that has another version.
    #[wasm_bindgen(catch)]
    pub(super) fn refuse(socket: &web_sys::WebSocket) -> Result<(), JsValue>;

    /// Makes a reader leave when its client disconnects.
    pub(super) fn leave_on_abort(signal: &web_sys::AbortSignal, reader: JsValue);
}
