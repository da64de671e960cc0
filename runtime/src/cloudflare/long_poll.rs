//! Long-polls at the edge. One of those that wait at the same offset leads: it calls the Durable Object, and the others get its response.

use super::live_request::{agreed_status, call, end, leave_on_abort, limited, milliseconds, refuse_version, socket};
use super::metrics::LiveConnection;
use super::shared_poll::{Awaited, Outcome, SharedPoll};
use super::{Head, objects, refused, respond, response};
use crate::fanout::bridge;
use crate::host::UnixMs;
use crate::metrics::{Ending, Operation};
use crate::{Event, Failure, Following, Settings, set_total_time};
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::worker_sys::web_sys;
use worker::{Context, Date, Env};

/// A long-poll, and what ends it.
struct LongPoll<'a> {
    settings: &'a Settings,
    path: &'a str,
    request: &'a web_sys::Request,
    arrived: UnixMs,
    expires_at: Option<UnixMs>,
}

/// A response, how the connection has ended, and with how many bytes.
struct Ended {
    response: web_sys::Response,
    ending: Ending,
    bytes: u64,
}

/// Serves a long-poll.
///
/// # Errors
/// If the Durable Object can't be called, or the platform rejects the response.
pub async fn long_poll(
    env: &Env,
    context: &Context,
    settings: &Settings,
    path: &str,
    head: &Head,
    request: &web_sys::Request,
    expires_at: Option<UnixMs>,
) -> worker::Result<web_sys::Response> {
    let arrived = Date::now().as_millis();
    let mut live = LiveConnection::new(env, path, Operation::LongPoll, arrived);
    let poll = LongPoll { settings, path, request, arrived, expires_at };
    let awaited = Awaited::of(head, &settings.limits, arrived);
    let answer = match poll.wait_for_others(awaited.as_ref()).await {
        Ok(Shared::Ended(ended)) => Ok(Answer::Ended(ended)),
        Ok(Shared::Lead(lead)) => {
            let answer = poll.call(env, context, lead.as_ref()).await;
            lead.iter().for_each(SharedPoll::leave);
            answer
        }
        Err(error) => Err(error),
    };
    match answer {
        Ok(Answer::Ended(Ended { response, ending, bytes })) => {
            end(&mut live, ending, bytes);
            Ok(response)
        }
        // The connection ends in the Durable Object, which records it.
        Ok(Answer::Response(response)) => Ok(response),
        Err(error) => {
            end(&mut live, Ending::Failed, 0);
            Err(error)
        }
    }
}

/// How a poll that may wait for another one continues.
enum Shared {
    /// It has a response.
    Ended(Ended),
    /// It calls the Durable Object: for others, too, or only for itself.
    Lead(Option<SharedPoll>),
}

/// The answer of the Durable Object.
enum Answer {
    Ended(Ended),
    /// A complete response.
    Response(web_sys::Response),
}

impl LongPoll<'_> {
    /// The time that is left for it, and how it ends then.
    fn time_left(&self) -> (Duration, Ending) {
        let waited = Duration::from_millis(Date::now().as_millis().saturating_sub(self.arrived));
        limited(self.settings.limits.long_poll_hold.saturating_sub(waited), self.expires_at)
    }

    /// Waits for the response of another poll at the same offset, if there is one.
    async fn wait_for_others(&self, awaited: Option<&Awaited>) -> worker::Result<Shared> {
        let (Some(awaited), signal) = (awaited, self.request.signal()) else { return Ok(Shared::Lead(None)) };
        loop {
            let poll = SharedPoll::enter(awaited, &self.settings.limits);
            if poll.leads() {
                leave_on_abort(&signal, poll.clone().into());
                return Ok(Shared::Lead(Some(poll)));
            }
            let (time, at_limit) = self.time_left();
            let outcome = wait_for_response(&poll.into(), &signal, milliseconds(time)).await?;
            match Outcome::of(outcome) {
                Outcome::Response(message) => return Ok(Shared::Ended(self.respond(&message)?)),
                Outcome::LeadLeft => {}
                Outcome::NotShared => return Ok(Shared::Lead(None)),
                Outcome::TimedOut if signal.aborted() => return self.time_out(awaited, Ending::ClientGone),
                Outcome::TimedOut if awaited.is_confirmed() => return self.time_out(awaited, at_limit),
                Outcome::TimedOut => return Ok(Shared::Lead(None)),
            }
        }
    }

    fn time_out(&self, awaited: &Awaited, ending: Ending) -> worker::Result<Shared> {
        let now = Date::now().as_millis();
        let mut response = awaited.timed_out(&self.settings.limits, now);
        set_total_time(&mut response, self.arrived, now);
        Ok(Shared::Ended(Ended { response: respond(response)?, ending, bytes: 0 }))
    }

    /// The headers that are different for each client.
    fn timing(&self, status: u16) -> worker::Result<web_sys::Headers> {
        let mut timing = wire::Response::<Following>::new(status);
        set_total_time(&mut timing, self.arrived, Date::now().as_millis());
        response::headers(&timing)
    }

    /// The response in a message.
    fn respond(&self, message: &JsValue) -> worker::Result<Ended> {
        let response = full_response(message, &self.timing(200)?)?;
        let bytes = if response.ok() { body_length(message) } else { 0 };
        let ending = Ending::of_response(response.status(), bytes as usize);
        Ok(Ended { response, ending, bytes: bytes.into() })
    }

    /// Calls the Durable Object, and gives those that wait for the same its response.
    async fn call(&self, env: &Env, context: &Context, lead: Option<&SharedPoll>) -> worker::Result<Answer> {
        let answer = call(&objects(env)?, self.path, self.request, None).await?;
        let Some(socket) = socket(&answer) else { return self.pass_on(answer, lead).await };
        let Some(status) = agreed_status(&answer)? else {
            let response = refuse_version(self.path, &answer)?;
            return Ok(Answer::Ended(Ended { response, ending: Ending::Failed, bytes: 0 }));
        };
        if let Some(lead) = lead {
            lead.confirm();
        }
        let headers = web_sys::Headers::new_with_headers(&answer.headers())?;
        headers.delete(bridge::HEADER)?;
        let (time, at_limit) = self.time_left();
        let signal = self.request.signal();
        let message = first_message(&socket, &signal, milliseconds(time)).await?;
        if message.is_undefined() {
            let ending = if signal.aborted() { Ending::ClientGone } else { at_limit };
            let response = empty_response(status, &headers, &self.timing(status)?)?;
            return Ok(Answer::Ended(Ended { response, ending, bytes: 0 }));
        }
        if message.is_null() {
            // The socket was closed early, so the client may have missed data.
            let failure = Failure::Host("the connection to the Durable Object was lost".to_owned());
            let response = refused(Some(self.path), &failure);
            return Ok(Answer::Ended(Ended { response, ending: Ending::Failed, bytes: 0 }));
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
        let ended = self.respond(&message)?;
        if let Some(lead) = lead {
            lead.settle(ended.response.ok().then_some(&message));
        }
        Ok(Answer::Ended(ended))
    }

    /// The response of the Durable Object that needs no socket.
    async fn pass_on(&self, answer: web_sys::Response, lead: Option<&SharedPoll>) -> worker::Result<Answer> {
        let Some(lead) = lead else { return Ok(Answer::Response(answer)) };
        if !answer.ok() || !lead.is_shared() {
            lead.settle(None);
            return Ok(Answer::Response(answer));
        }
        let message = message_of(&answer).await?;
        lead.settle(Some(&message));
        Ok(Answer::Response(full_response(&message, &self.timing(answer.status())?)?))
    }
}

#[wasm_bindgen(inline_js = r#"
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

export function full_response(message, more) {
    const length = new DataView(message).getUint32(0, true);
    const lines = new TextDecoder().decode(new Uint8Array(message, 4, length)).split("\n");
    const headers = {};
    for (let i = 1; i + 1 < lines.length; i += 2) headers[lines[i]] = lines[i + 1];
    for (const [name, value] of more) headers[name] = value;
    // Others may read the same message.
    const body = message.slice(4 + length);
    return new Response(body.byteLength ? body : null, { status: Number(lines[0]), headers });
}

export async function message_of(response) {
    const body = await response.bytes();
    let lines = response.status + "\n";
    for (const [name, value] of response.headers) lines += name + "\n" + value + "\n";
    const head = new TextEncoder().encode(lines);
    const message = new Uint8Array(4 + head.length + body.length);
    new DataView(message.buffer).setUint32(0, head.length, true);
    message.set(head, 4);
    message.set(body, 4 + head.length);
    return message.buffer;
}

export async function wait_for_response(poll, signal, time) {
    let timer;
    const response = await new Promise((resolve) => {
        timer = setTimeout(() => resolve(undefined), time);
        signal.addEventListener("abort", () => resolve(undefined));
        // Another request calls this function, so it must not use the timer.
        poll.wait((response) => resolve(response));
        if (signal.aborted) resolve(undefined);
    });
    clearTimeout(timer);
    poll.leave();
    return response;
}

export function body_length(message) {
    return message.byteLength - 4 - new DataView(message).getUint32(0, true);
}
"#)]
extern "C" {
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

    /// The response that a message contains, with its headers and `more`.
    #[wasm_bindgen(catch)]
    fn full_response(message: &JsValue, more: &web_sys::Headers) -> Result<web_sys::Response, JsValue>;

    /// A complete response as one message.
    #[wasm_bindgen(catch)]
    async fn message_of(response: &web_sys::Response) -> Result<JsValue, JsValue>;

    /// The outcome that `poll` gets from another request. Undefined after `time` milliseconds, or if the client disconnects.
    #[wasm_bindgen(catch)]
    async fn wait_for_response(poll: &JsValue, signal: &web_sys::AbortSignal, time: f64) -> Result<JsValue, JsValue>;

    /// Number of bytes of the body of the response that a message contains.
    fn body_length(message: &JsValue) -> u32;
}
