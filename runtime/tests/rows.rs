//! Rows: none is longer than D1 documents, whatever is appended at the same time. The database of these tests refuses longer ones.

use futures_util::future::join_all;
use native::{Request, Server, run};

const PATH: &str = "/v1/stream/s";

/// The longest row of the log, in bytes of all its columns.
fn longest(server: &Server) -> u64 {
    let columns = ["generation", "start", "stop", "form", "coalesce(lengths, '')", "payload"];
    let bytes = columns.map(|column| format!("octet_length({column})")).join(" + ");
    server.database().count(&format!("SELECT max({bytes}) FROM log"))
}

/// Appends `body` so often at once that the log is packed into rows that are as long as they can be.
async fn crowd(content_type: &str, body: &[u8], writers: usize) -> Server {
    let server = Server::new();
    let create = Request::new("PUT", PATH).header("content-type", content_type);
    assert_eq!(server.send(create).await.status, 201);
    let append = || Request::new("POST", PATH).header("content-type", content_type).body(body);
    let replies = join_all((0..writers).map(|_| server.send(append()))).await;
    assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), vec![204; writers]);
    server
}

#[test]
fn messages_of_one_byte_fit_their_rows() {
    run(async {
        let messages = format!("[{}]", vec!["1"; 10_000].join(","));
        let server = crowd("application/json", messages.as_bytes(), 160).await;
        let longest = longest(&server);
        assert!((1_900_000..=2_000_000).contains(&longest), "{longest}");
    });
}

#[test]
fn bytes_that_are_not_text_fit_their_rows() {
    run(async {
        let server = crowd("application/octet-stream", &[0xFF; 100_000], 40).await;
        let longest = longest(&server);
        assert!((1_300_000..=2_000_000).contains(&longest), "{longest}");
    });
}
