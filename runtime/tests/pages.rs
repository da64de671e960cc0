//! What a page takes of the database, which bills each row that it looks at.

use native::{Request, Server, run};

const PATH: &str = "/v1/stream/s";

async fn create(server: &Server, content_type: &str) {
    let created = server.send(Request::new("PUT", PATH).header("content-type", content_type)).await;
    assert_eq!(created.status, 201);
}

async fn append(server: &Server, content_type: &str, body: &[u8]) {
    let appended = server.send(Request::new("POST", PATH).header("content-type", content_type).body(body)).await;
    assert_eq!(appended.status, 204);
}

/// The body of a page that an object answers which remembers nothing, and how many batches and steps that took.
async fn cold_page(server: &Server, query: &str) -> (Vec<u8>, u64, u64) {
    server.crash_all();
    let (batches, steps) = (server.database().batches(), server.database().steps());
    let reply = server.send(Request::new("GET", &format!("{PATH}{query}"))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    (reply.bytes().to_vec(), server.database().batches() - batches, server.database().steps() - steps)
}

#[test]
fn an_object_that_remembers_nothing_reads_a_page_in_one_round_trip() {
    run(async {
        let server = Server::new();
        create(&server, "text/plain").await;
        for part in ["abc", "def", "ghi"] {
            append(&server, "text/plain", part.as_bytes()).await;
        }
        for (query, body) in [
            ("", "abcdefghi"),
            ("?offset=-1", "abcdefghi"),
            ("?offset=0000000000000004", "efghi"),
            ("?offset=0000000000000004&live=long-poll", "efghi"),
            ("?offset=0000000000000009", ""),
        ] {
            let (found, batches, _) = cold_page(&server, query).await;
            assert_eq!((String::from_utf8(found).unwrap().as_str(), batches), (body, 1), "{query}");
        }
    });
}

#[test]
fn a_page_takes_as_much_however_long_the_stream_is() {
    run(async {
        let server = Server::with(|settings| (settings.limits.response, settings.limits.page) = (100, 100));
        create(&server, "application/octet-stream").await;
        let mut taken = Vec::new();
        for _ in 0..2 {
            for _ in 0..50 {
                append(&server, "application/octet-stream", &[7; 100]).await;
            }
            for query in ["?offset=-1", "?offset=00000000000003E8"] {
                let (page, _, steps) = cold_page(&server, query).await;
                assert_eq!(page.len(), 100);
                taken.push(steps);
            }
        }
        assert_eq!(taken[..2], taken[2..]);
        // Not the two rows only, but none of the others either.
        assert!(taken.iter().all(|steps| *steps < 500), "{taken:?}");
    });
}
