use super::{Cloudflare, HibernatingSocket, boundary, refused, response};
use crate::fanout::bridge;
use crate::host::UnixMs;
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
    let expires_at = if reaches_client { expiry(request)? } else { None };
    if let Some(at) = expires_at
        && let Err(failure) = object.end_reader_at(at).await
    {
        return Ok(refused(Some(path), &failure));
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    state.accept_web_socket(&server);
    let peer = match reaches_client {
        true => Peer::Client { since: Date::now().as_millis(), expires_at },
        false => Peer::Edge,
    };
    object.accept_reader(HibernatingSocket::new(server.as_ref().clone(), path), reader_state, peer);
    let headers = response::headers(response)?;
    if !reaches_client {
        headers.set(bridge::HEADER, &bridge::write_handshake(response.status))?;
    }
    Ok(boundary::upgrade(headers, client.as_ref().clone())?)
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
