use native::{Reply, Request, Server};
use runtime::Settings;

/// A server whose database is full at a megabyte.
pub fn server(change: impl FnOnce(&mut Settings)) -> Server {
    Server::with(|settings| {
        settings.limits.database_size = 1;
        change(settings);
    })
}

pub fn request(method: &str, path: &str) -> Request {
    Request::new(method, &format!("/v1/stream/{path}")).header("content-type", "text/plain")
}

pub async fn send(server: &Server, method: &str, path: &str, size: usize) -> Reply {
    server.send(request(method, path).body("x".repeat(size))).await
}

/// Creates a stream of this size.
pub async fn create(server: &Server, path: &str, size: usize) {
    let reply = send(server, "PUT", path, size).await;
    assert_eq!(reply.status, 201, "{path}: {}", reply.text());
}

/// Creates a stream that fills the database to so many percent.
pub async fn fill(server: &Server, path: &str, percent: u64) {
    create(server, path, missing(server, percent)).await;
}

/// Bytes of a stream that fill the database to so many percent.
pub fn missing(server: &Server, percent: u64) -> usize {
    usize::try_from(percent * 10_000 - server.database().size()).expect("a size")
}

pub async fn delete(server: &Server, path: &str) -> u16 {
    server.send(Request::new("DELETE", &format!("/v1/stream/{path}"))).await.status
}

pub async fn compact(server: &Server, path: &str) -> u16 {
    server.send(Request::new("POST", &format!("/v1/admin/streams/{path}?action=compact"))).await.status
}

/// All of a stream.
pub async fn read(server: &Server, path: &str) -> String {
    let reply = server.send(Request::new("GET", &format!("/v1/stream/{path}"))).await;
    assert_eq!((reply.status, reply.header("stream-up-to-date")), (200, Some("true")), "{path}: {}", reply.text());
    reply.text()
}

/// The paths of the streams that have rows in the database.
pub fn hot(server: &Server) -> Vec<String> {
    let rows = server.database().rows("SELECT path FROM streams WHERE hot_rows > 0 ORDER BY path");
    rows.iter().map(|row| row["path"].as_str().expect("a path").to_owned()).collect()
}

/// The response to a request for which there is no room.
pub fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.header("retry-after")), (507, Some("60")), "{}", reply.text());
    assert!(reply.text().contains("no-room"), "{}", reply.text());
}

/// How often an event was reported.
pub fn reported(server: &Server, event: &str) -> usize {
    let name = format!(r#""event":"{event}""#);
    server.reports().iter().filter(|report| report.contains(&name)).count()
}
