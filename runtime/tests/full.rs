//! A database that is full, as SQLite is when it may have no more pages: what clients see, and what makes room.

use native::{Reply, Request, Server, run};

fn url(path: &str) -> String {
    format!("/v1/stream/{path}")
}

async fn send(server: &Server, method: &str, path: &str, size: usize) -> Reply {
    let request = Request::new(method, &url(path)).header("content-type", "text/plain");
    server.send(request.body("x".repeat(size))).await
}

/// The number of bytes that a stream has.
async fn size(server: &Server, path: &str) -> usize {
    let reply = server.send(Request::new("GET", &url(path))).await;
    assert_eq!((reply.status, reply.header("stream-up-to-date")), (200, Some("true")), "{}", reply.text());
    reply.text().len()
}

/// Two long streams in a database that must not grow.
async fn full() -> Server {
    let server = Server::with(|settings| settings.limits.hot = 400_000);
    for path in ["a", "b"] {
        assert_eq!(send(&server, "PUT", path, 300_000).await.status, 201);
    }
    // SQLite does not go below the present number.
    server.database().limit_size(0);
    server
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.header("retry-after")), (507, Some("60")), "{}", reply.text());
}

#[test]
fn a_full_database_is_read_and_refuses_what_needs_another_page() {
    run(async {
        let server = full().await;
        for _ in 0..3 {
            refused(&send(&server, "POST", "a", 100_000).await);
            refused(&send(&server, "PUT", "c", 100_000).await);
        }
        assert_eq!((size(&server, "a").await, size(&server, "b").await), (300_000, 300_000));
        assert_eq!(server.send(Request::new("GET", &url("c"))).await.status, 404);
        let cause = "database or disk is full";
        let reports = server.reports();
        let mut named = reports.iter().filter(|report| report.contains(r#""event":"state_discarded""#));
        assert!(named.any(|report| report.contains(cause)), "{reports:?}");
        assert!(reports.iter().any(|report| report.contains(r#""event":"database_full""#)), "{reports:?}");
    });
}

#[test]
fn a_deletion_makes_room() {
    run(async {
        let server = full().await;
        refused(&send(&server, "POST", "a", 100_000).await);
        assert_eq!(server.send(Request::new("DELETE", &url("b"))).await.status, 204);
        server.run_for(5_000).await;
        assert_eq!(send(&server, "POST", "a", 100_000).await.status, 204);
        assert_eq!(size(&server, "a").await, 400_000);
    });
}

/// The index of a segment takes little, and rows are deleted in the same transaction.
#[test]
fn a_move_to_the_bucket_makes_room() {
    run(async {
        let server = full().await;
        refused(&send(&server, "POST", "a", 100_000).await);
        // Another version is deployed, whose streams keep less in the database.
        let server = Server::over(vec![server.database().clone()], |settings| settings.limits.hot = 100_000);
        assert_eq!(server.send(Request::new("POST", "/v1/admin/streams/a?action=compact")).await.status, 200);
        assert_eq!(server.database().count("SELECT hot_rows FROM streams WHERE path = 'a'"), 0);
        assert_eq!(send(&server, "POST", "a", 100_000).await.status, 204);
        assert_eq!((size(&server, "a").await, size(&server, "b").await), (400_000, 300_000));
    });
}
