//! Streams to list, and lists as tests read them.

use native::{Request, Server};
use serde_json::Value;

pub fn url(path: &str) -> String {
    format!("/v1/stream/{path}")
}

pub async fn create(server: &Server, path: &str, headers: &[(&str, &str)]) {
    let request =
        headers.iter().fold(Request::new("PUT", &url(path)), |request, (name, value)| request.header(name, *value));
    assert_eq!(server.send(request).await.status, 201, "{path}");
}

pub async fn send(server: &Server, method: &str, path: &str) -> u16 {
    server.send(Request::new(method, &url(path))).await.status
}

/// A page of a list.
pub async fn page(server: &Server, query: &str) -> Value {
    let reply = server.send(Request::new("GET", &format!("/v1/streams?{query}"))).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    serde_json::from_str(&reply.text()).expect("JSON")
}

/// The paths in a page.
pub fn paths(page: &Value) -> Vec<String> {
    let streams = page["streams"].as_array().expect("streams");
    streams.iter().map(|stream| stream["path"].as_str().expect("a path").to_owned()).collect()
}

/// The paths that a query finds, which fit in a page.
pub async fn found(server: &Server, query: &str) -> Vec<String> {
    let page = page(server, query).await;
    assert_eq!(page["next"], Value::Null, "{query}");
    paths(&page)
}
