//! What the edge reads by itself: it asks the database for no more than it has to, and serves nothing that is no longer so.

use native::{Reply, Request, Server, run};

const PATH: &str = "/v1/stream/s";

/// A block holds four bytes, besides their length, and a page takes one block. All rows move to the bucket as soon as an alarm rings.
fn server(edge_index: usize) -> Server {
    let server = Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.response, limits.page, limits.block, limits.seek, limits.tail_cache) = (4, 4, 8, 4, 0);
        (limits.hot_rows, limits.snapshot, limits.merge) = (0, 0, 2);
        limits.edge_index = edge_index;
    });
    server.replay_at_the_edge();
    server
}

async fn create(server: &Server, body: &str) {
    let put = Request::new("PUT", PATH).header("content-type", "text/plain").body(body);
    assert_eq!(server.send(put).await.status, 201);
    server.run_for(1_000).await;
}

async fn append(server: &Server, body: &str) {
    let post = Request::new("POST", PATH).header("content-type", "text/plain").body(body);
    assert_eq!(server.send(post).await.status, 204);
}

/// The page at an offset, and the batches and statements that it took. It is the edge's, since no object tells how long it took.
async fn page(server: &Server, offset: u64) -> (Reply, u64, u64) {
    let database = server.database();
    let before = (database.batches(), database.statements());
    let reply = server.send(Request::new("GET", &format!("{PATH}?offset={offset:016X}"))).await;
    assert!(reply.header("server-timing").is_none(), "{offset} was read by the object");
    (reply, database.batches() - before.0, database.statements() - before.1)
}

const TEXT: &str = "0123456789abcdefghijklmn";

#[test]
fn a_page_of_a_known_segment_takes_one_statement() {
    run(async {
        for (edge_index, statements) in [(4 << 20, [3, 1, 1, 1]), (0, [3; 4])] {
            let server = server(edge_index);
            create(&server, TEXT).await;
            for (offset, statements) in [8, 0, 8, 16].into_iter().zip(statements) {
                let (reply, batches, found) = page(&server, offset).await;
                let text = &TEXT[offset as usize..][..4];
                assert_eq!((reply.status, &*reply.text(), batches, found), (200, text, 1, statements), "{offset}");
            }
        }
    });
}

#[test]
fn a_known_segment_serves_neither_a_stream_that_has_ended_nor_an_old_tail() {
    run(async {
        let server = server(4 << 20);
        create(&server, TEXT).await;
        for _ in 0..2 {
            let (reply, ..) = page(&server, 20).await;
            assert_eq!((reply.text(), reply.header("stream-up-to-date")), ("klmn".into(), Some("true")));
        }
        append(&server, "more").await;
        let (reply, _, statements) = page(&server, 20).await;
        assert_eq!((reply.text(), reply.header("stream-up-to-date"), statements), ("klmn".into(), None, 1));

        assert_eq!(server.send(Request::new("DELETE", PATH)).await.status, 204);
        let at = |offset: u64| Request::new("GET", &format!("{PATH}?offset={offset:016X}"));
        assert_eq!(server.send(at(20)).await.status, 404);
        create(&server, &TEXT.to_uppercase()).await;
        for _ in 0..2 {
            assert_eq!(server.send(at(20)).await.status, 410);
        }
        // The edge has found that there was nothing, and looks again after a minute.
        server.run_for(60_000).await;
        for statements in [3, 1] {
            let (reply, _, found) = page(&server, 29 + 8).await;
            assert_eq!((reply.text(), found), ("89AB".to_owned(), statements));
        }
    });
}

#[test]
fn a_segment_that_has_been_replaced_is_looked_up_again() {
    run(async {
        let server = server(4 << 20);
        create(&server, TEXT).await;
        let key = server.bucket().keys()[0].clone();
        page(&server, 8).await;
        // It becomes part of another one, and its object is removed.
        append(&server, TEXT).await;
        server.run_for(200_000).await;
        assert!(!server.bucket().keys().contains(&key));
        for statements in [4, 1] {
            let (reply, _, found) = page(&server, 8).await;
            assert_eq!((reply.text(), found), ("89ab".to_owned(), statements));
        }
    });
}

#[test]
fn a_known_segment_is_not_served_once_it_is_trimmed() {
    run(async {
        let server = server(4 << 20);
        let put = Request::new("PUT", PATH).header("content-type", "text/plain").header("stream-retain-bytes", 150);
        assert_eq!(server.send(put.body(TEXT)).await.status, 201);
        server.run_for(1_000).await;
        page(&server, 8).await;
        // Longer ones are of another size, so nothing is merged.
        for _ in 0..2 {
            append(&server, &TEXT.repeat(20)).await;
            server.run_for(1_000).await;
        }
        let reply = server.send(Request::new("GET", &format!("{PATH}?offset={:016X}", 8))).await;
        assert_eq!((reply.status, reply.header("stream-earliest-offset")), (410, Some("0000000000000018")));
    });
}
