//! What operators see of a database that fills up.

use crate::setup::{create, fill, reported, server};
use native::{Request, Server, run};
use serde_json::Value;

async fn health(server: &Server) -> (u16, Value) {
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let reply = server.send(Request::new("GET", "/health")).await;
    (reply.status, serde_json::from_str(&reply.text()).expect("JSON"))
}

#[test]
fn health_and_the_log_warn_before_streams_are_refused() {
    run(async {
        let server = server(|_| {});
        create(&server, "a", 500_000).await;
        assert_eq!(health(&server).await.1["status"], "pass");
        fill(&server, "b", 82).await;
        let (status, report) = health(&server).await;
        assert_eq!((status, &report["status"]), (200, &"warn".into()));
        let check = report["checks"].as_array().and_then(|checks| checks.last()).expect("a check");
        assert_eq!((&check["component"], &check["status"]), (&"database".into(), &"warn".into()));
        let reason = check["reason"].as_str().expect("a reason");
        assert!(reason.starts_with("The database is 8") && reason.ends_with(" % full."), "{reason}");
        server.make_room().await.expect("a run");
        assert_eq!((reported(&server, "database_filling"), reported(&server, "database_full")), (1, 0));
        fill(&server, "c", 96).await;
        server.make_room().await.expect("a run");
        assert_eq!((reported(&server, "database_filling"), reported(&server, "database_full")), (1, 1));
        let (status, report) = health(&server).await;
        assert_eq!((status, &report["status"]), (200, &"warn".into()));
    });
}

#[test]
fn the_measurements_contain_the_size_and_its_limit() {
    run(async {
        let server = server(|_| {});
        create(&server, "a", 500_000).await;
        let text = server.send(Request::new("GET", "/v1/metrics")).await.text();
        assert!(text.contains("durable_streams_database_size_limit_bytes 1000000\n"), "{text}");
        let size = format!("durable_streams_database_size_bytes{{database=\"DB\"}} {}\n", server.database().size());
        assert!(text.contains(&size), "{text}");
    });
}
