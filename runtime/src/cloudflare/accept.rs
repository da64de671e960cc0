use super::{Cloudflare, HibernatingSocket, boundary, refused, response};
use crate::fanout::bridge;
use crate::fanout::share::{self, Offer, Placement, Resume};
use crate::host::{Socket as _, UnixMs};
use crate::object::Shared;
use crate::{Failure, Following, Object, Peer, ReaderState};
use worker::worker_sys::web_sys;
use worker::{Date, State, WebSocketPair};

/// The status of a response whose socket is the client's own.
const UPGRADED: u16 = 101;

/// Accepts a reader: creates a connection, and returns a response with its other end, for the client or the edge. An edge of another
/// version gets 503, so that the client retries.
///
/// # Errors
/// If the platform rejects the connection or the response.
pub async fn accept_reader(
    state: &State,
    object: &Object<Cloudflare>,
    request: &web_sys::Request,
    path: &str,
    reader_state: ReaderState,
    response: &wire::Response<Following>,
) -> worker::Result<web_sys::Response> {
    let reaches_client = response.status == UPGRADED;
    if !reaches_client && !bridge::is_supported(request.headers().get(bridge::HEADER)?.as_deref()) {
        return Ok(refused(
            Some(path),
            &Failure::Host("the edge has another version than the Durable Object".to_owned()),
        ));
    }
    let offer = if reaches_client { None } else { offer(request)? };
    if let Some(Offer { socket: Some(socket), resume: None }) = &offer
        && let Some(shared) = object.share(*socket, &reader_state)
    {
        return share_socket(response, &shared);
    }
    let expires_at = if reaches_client { expiry(request)? } else { None };
    if let Some(at) = expires_at
        && let Err(failure) = object.end_reader_at(at).await
    {
        return Ok(refused(Some(path), &failure));
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    state.accept_web_socket(&server);
    let peer = match (reaches_client, &offer) {
        (true, _) => Peer::Client { since: Date::now().as_millis(), expires_at },
        (false, Some(offer)) => Peer::Sharing { follows: offer.socket },
        (false, None) => Peer::Edge,
    };
    let socket = HibernatingSocket::new(server.as_ref().clone(), path);
    let headers = response::headers(response)?;
    if !reaches_client {
        headers.set(bridge::HEADER, &bridge::write_handshake(response.status))?;
    }
    if offer.is_some() {
        let placement = Placement::Own { socket: socket.id(), reader_state: reader_state.clone() };
        headers.set(share::HEADER, &share::write(&placement))?;
    }
    object.accept_reader(socket, reader_state, peer);
    Ok(boundary::upgrade(headers, client.as_ref().clone())?)
}

/// The answer to the edge about a reader that needs no socket. Its body contains the head of the reader's response, and the first events.
fn share_socket(response: &wire::Response<Following>, shared: &Shared) -> worker::Result<web_sys::Response> {
    let lines = format!(
        "{}\n{}\n{}\n{}\n",
        bridge::HEADER,
        bridge::write_handshake(response.status),
        share::HEADER,
        share::write(&shared.placement)
    );
    Ok(boundary::respond(200, &lines, Some(bridge::encode(&bridge::head(response), &shared.message)))?)
}

/// The offer of the edge for a reader of events. `None` for other readers.
///
/// # Errors
/// If the platform rejects the header.
fn offer(request: &web_sys::Request) -> worker::Result<Option<Offer>> {
    Ok(request.headers().get(share::HEADER)?.and_then(|offer| share::read(&offer)))
}

/// Whether a request is for a socket at the state of a reader.
#[must_use]
pub fn is_resumption(path: &str) -> bool {
    path == share::RESUME_PATH
}

/// Where the reader of such a request continues. `None` if the edge has another version.
///
/// # Errors
/// If the platform rejects the header.
pub fn resumption(request: &web_sys::Request) -> worker::Result<Option<Resume>> {
    Ok(offer(request)?.and_then(|offer| offer.resume))
}

/// A request for a WebSocket, with the time at which the credentials of the client expire, if they do.
///
/// # Errors
/// If the platform rejects the request.
pub fn expiring(request: &web_sys::Request, at: Option<UnixMs>) -> worker::Result<web_sys::Request> {
    let headers = web_sys::Headers::new_with_headers(&request.headers())?;
    match at {
        Some(at) => headers.set(bridge::EXPIRY_HEADER, &at.to_string())?,
        // The client may have sent it.
        None => headers.delete(bridge::EXPIRY_HEADER)?,
    }
    let init = web_sys::RequestInit::new();
    init.set_headers(&headers);
    Ok(web_sys::Request::new_with_str_and_init(&request.url(), &init)?)
}

/// When the credentials of the client expire, as the edge states it. For SSE and long-polls, the edge itself ends the connection.
fn expiry(request: &web_sys::Request) -> worker::Result<Option<UnixMs>> {
    Ok(request.headers().get(bridge::EXPIRY_HEADER)?.and_then(|at| at.parse().ok()))
}
