use super::{Cloudflare, HibernatingSocket, boundary, refused, response};
use crate::fanout::bridge;
use crate::{Failure, Following, Object, ReaderState};
use worker::worker_sys::web_sys;
use worker::{State, WebSocketPair};

/// The status of a response whose socket is the client's own.
const UPGRADED: u16 = 101;

/// Accepts a reader: creates a connection, and returns a response with its other end, for the client or the edge. An edge of another
/// version gets 503, so that the client retries.
///
/// # Errors
/// If the platform rejects the connection or the response.
pub fn accept_reader(
    state: &State,
    object: &Object<Cloudflare>,
    request: &web_sys::Request,
    path: &str,
    reader_state: ReaderState,
    response: &wire::Response<Following>,
) -> worker::Result<web_sys::Response> {
    let reaches_client = response.status == UPGRADED;
    if !reaches_client && !bridge::is_supported(request.headers().get(bridge::HEADER)?.as_deref()) {
        return Ok(refused(&Failure::Host(format!("the edge has another version than the Durable Object of {path}"))));
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    state.accept_web_socket(&server);
    object.accept_reader(HibernatingSocket::new(server.as_ref().clone(), path), reader_state);
    let headers = response::headers(response)?;
    if !reaches_client {
        headers.set(bridge::HEADER, &bridge::write_handshake(response.status))?;
    }
    Ok(boundary::upgrade(headers, client.as_ref().clone())?)
}
