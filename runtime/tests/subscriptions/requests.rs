//! Requests as a client sends them, while something fails or others come in between.

use crate::setup::*;
use native::{Fault, Reply, Request, Server, run};
use std::time::Duration;

const SUBSCRIPTION: &str = "/v1/stream/__ds/subscriptions/runner%3A1";

fn request(method: &str, below: &str, body: &str) -> Request {
    let request = Request::new(method, &format!("{SUBSCRIPTION}{below}")).header("content-type", "application/json");
    if body.is_empty() { request } else { request.body(body) }
}

async fn send(server: &Server, method: &str, below: &str, body: &str) -> Reply {
    server.send(request(method, below, body)).await
}

#[test]
fn a_claim_that_gets_no_token_takes_no_wake() {
    run(async {
        let server = waking().await;
        server.database().script("ALTER TABLE secrets RENAME TO elsewhere");
        assert_eq!(send(&server, "POST", "/claim", r#"{"worker":"a"}"#).await.status, 503);
        server.database().script("ALTER TABLE elsewhere RENAME TO secrets");
        assert_eq!(send(&server, "POST", "/claim", r#"{"worker":"a"}"#).await.status, 200);
    });
}

#[test]
fn a_creation_that_meets_a_deletion_is_answered_with_what_it_has_created() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        let body = r#"{"type":"pull-wake","streams":["jobs"],"wake_stream":"pool"}"#;
        server.database().inject([Fault::Slow(Duration::from_secs(1))]);
        let end = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            send(&server, "DELETE", "", "").await
        };
        let (created, ended) = tokio::join!(send(&server, "PUT", "", body), end);
        assert_eq!((created.status, ended.status), (201, 204), "{} {:?}", created.text(), server.reports());
        assert_eq!((send(&server, "GET", "", "").await.status, server.reports()), (404, Vec::<String>::new()));
    });
}

#[test]
fn a_holder_is_recognized_while_the_database_with_the_keys_is_down() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        create_stream(&server, "jobs", &[]).await;
        let body = r#"{"type":"pull-wake","streams":["jobs"],"wake_stream":"pool","lease_ttl_ms":600000}"#;
        assert_eq!(send(&server, "PUT", "", body).await.status, 201);
        append_and_poke(&server, "jobs").await;
        let claimed = send(&server, "POST", "/claim", r#"{"worker":"a"}"#).await;
        let claimed: serde_json::Value = serde_json::from_str(&claimed.text()).expect("JSON");
        let text = |name: &str| claimed[name].as_str().expect("a text").to_owned();
        let body = format!(r#"{{"wake_id":"{}","generation":1}}"#, text("wake_id"));
        let heartbeat = || request("POST", "/ack", &body).header("authorization", format!("Bearer {}", text("token")));
        server.database().script("ALTER TABLE secrets RENAME TO elsewhere");
        tokio::time::sleep(Duration::from_secs(100)).await;
        assert_eq!(server.send(heartbeat()).await.status, 200);
        assert_eq!(server.reports(), Vec::<String>::new());
    });
}

#[test]
fn a_key_of_tokens_that_can_not_be_read_is_reported() {
    run(async {
        let server = waking().await;
        server.database().script("DROP TABLE secrets");
        let body = r#"{"wake_id":"w_000000000000000000000000","generation":1}"#;
        let heartbeat = request("POST", "/ack", body).header("authorization", "Bearer a.b");
        assert_eq!(server.send(heartbeat).await.status, 503);
        assert!(server.reports().iter().any(|report| report.contains("keys_unusable")), "{:?}", server.reports());
    });
}

#[test]
fn a_configuration_that_does_not_fit_into_a_row_is_invalid() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        // Less than 1 MiB, and three times as long where paths are stored.
        let put = |count: usize| {
            let streams: Vec<_> = (0..count).map(|number| format!("{number:04}{}", "\u{e9}".repeat(165))).collect();
            serde_json::json!({ "type": "pull-wake", "wake_stream": "pool", "streams": streams }).to_string()
        };
        let refused = send(&server, "PUT", "", &put(3_100)).await;
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert!(refused.text().contains("percent-encoded"), "{}", refused.text());
        assert_eq!(server.database().count("SELECT count(*) FROM subscribers"), 0);
        assert_eq!(send(&server, "PUT", "", &put(1_300)).await.status, 201);
    });
}
