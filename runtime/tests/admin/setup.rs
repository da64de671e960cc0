//! Requests of operators, and streams for them.

use native::{Reply, Request, Server};
use serde_json::Value;

pub fn path(name: &str) -> String {
    format!("/v1/stream/{name}")
}

pub async fn create(server: &Server, name: &str) {
    let create = Request::new("PUT", &path(name)).header("content-type", "text/plain");
    assert_eq!(server.send(create).await.status, 201);
}

pub fn append(name: &str, body: &str) -> Request {
    Request::new("POST", &path(name)).header("content-type", "text/plain").body(body)
}

pub async fn read(server: &Server, name: &str) -> String {
    let reply = server.send(Request::new("GET", &format!("{}?offset=-1", path(name)))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

pub async fn act(server: &Server, name: &str, action: &str) -> Reply {
    server.send(Request::new("POST", &format!("/v1/admin/streams/{name}?action={action}"))).await
}

/// The description of a path, which must exist.
pub async fn describe(server: &Server, name: &str) -> Value {
    let reply = server.send(Request::new("GET", &format!("/v1/admin/streams/{name}"))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_str(&reply.text()).unwrap()
}

/// A server that leaves rows in the database until there are `hot_rows`, and makes a segment of each.
pub fn server(hot_rows: usize) -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.segment, limits.snapshot) = (hot_rows, 1, 1);
    })
}
