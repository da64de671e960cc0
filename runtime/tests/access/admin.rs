//! Which requests of operators a token permits.

use crate::setup::{entry, granting, secret, send, server, status};
use native::Server;
use serde_json::{Value, json};
use token::mint;

async fn streams(server: &Server) {
    for name in ["users/7/a", "users/7/b", "users/70/a", "users/8/a"] {
        assert_eq!(status(server, "PUT", &format!("/v1/stream/{name}"), "operator").await, 201);
    }
    server.run_for(1_000).await;
}

async fn json_of(server: &Server, method: &str, target: &str, token: &str) -> Value {
    let reply = server.send(send(method, target, token)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_str(&reply.text()).unwrap()
}

#[test]
fn only_streams_with_both_permissions_are_deleted_by_prefix() {
    native::run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        streams(&server).await;
        let token = |scopes: Value| mint(&key, &granting(scopes));
        let target = "/v1/admin/deletions?prefix=users/";
        for (scopes, operation) in [
            (json!([{ "prefix": "", "ops": ["admin", "delete"] }]), "list"),
            (json!([{ "prefix": "", "ops": ["list", "delete"] }]), "admin"),
            (json!([{ "prefix": "", "ops": ["list", "admin"] }]), "delete"),
            (json!([{ "prefix": "others/", "ops": ["list", "admin", "delete"] }]), "admin"),
        ] {
            let reply = server.send(send("POST", target, &token(scopes))).await;
            assert_eq!(
                (reply.status, reply.text().contains(&format!("`{operation}`"))),
                (403, true),
                "{}",
                reply.text()
            );
        }
        let some = token(json!([
            { "prefix": "users/", "ops": ["list", "admin"] },
            { "prefix": "users/7/", "ops": ["delete"] },
            { "path": "users/8/a", "ops": ["delete"] }
        ]));
        let receipt = json_of(&server, "POST", target, &some).await;
        assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(3), &json!(0)), "{receipt}");
        assert_eq!(status(&server, "HEAD", "/v1/stream/users/70/a", "operator").await, 200);
        assert_eq!(status(&server, "HEAD", "/v1/stream/users/8/a", "operator").await, 404);
    });
}

#[test]
fn the_usage_of_a_prefix_is_shown_only_to_those_who_operate_all_of_it() {
    native::run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        streams(&server).await;
        assert!(server.count_streams().await.unwrap());
        let token = |prefix: &str| mint(&key, &granting(json!([{ "prefix": prefix, "ops": ["list", "admin"] }])));
        for (prefix, seen) in [("", 1), ("users/", 1), ("users/7/", 0)] {
            let usage = json_of(&server, "GET", "/v1/admin/usage", &token(prefix)).await;
            assert_eq!(usage["prefixes"].as_array().unwrap().len(), seen, "{prefix}: {usage}");
        }
        assert_eq!(status(&server, "GET", "/v1/admin/usage", "").await, 401);
    });
}

#[test]
fn paths_in_r2_are_shown_only_to_those_who_operate_all_with_the_prefix() {
    native::run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        streams(&server).await;
        for name in ["users/7/a", "users/7/b", "users/7-secret"] {
            assert_eq!(status(&server, "PUT", &format!("/v1/stream/{name}"), "operator").await / 100, 2);
            let append = send("POST", &format!("/v1/stream/{name}"), "operator").header("stream-closed", "true");
            let append = append.header("content-type", "application/octet-stream").body("x".repeat(100_000));
            assert_eq!(server.send(append).await.status, 204);
        }
        server.run_for(1_000).await;
        assert_eq!(server.bucket().keys().len(), 3);
        let token = |scope: Value| mint(&key, &granting(json!([scope])));
        let own = token(json!({ "prefix": "users/7/", "ops": ["list", "admin"] }));
        let stored = json_of(&server, "GET", "/v1/admin/stored?prefix=users/7/", &own).await;
        assert_eq!(stored, json!({ "streams": [{ "path": "users/7/a" }, { "path": "users/7/b" }], "next": null }));
        // A place is one among the paths of the prefix.
        let stored = json_of(&server, "GET", "/v1/admin/stored?prefix=users/7/&limit=1", &own).await;
        let next = stored["next"].as_str().unwrap();
        assert!(next.starts_with("dXNlcnMvNy9h/"), "{next}");
        for prefix in ["", "users/", "users/7", "users/7-secret"] {
            let target = format!("/v1/admin/stored?prefix={prefix}");
            assert_eq!(status(&server, "GET", &target, &own).await, 403, "{prefix}");
        }
        for scope in [
            json!({ "prefix": "", "ops": ["list", "read", "delete"] }),
            json!({ "prefix": "", "ops": ["admin"] }),
            json!({ "path": "users/7/a", "ops": ["list", "admin"] }),
        ] {
            assert_eq!(status(&server, "GET", "/v1/admin/stored?prefix=users/7/", &token(scope)).await, 403);
        }
        assert_eq!(status(&server, "GET", "/v1/admin/stored", "operator").await, 200);
        assert_eq!(status(&server, "GET", "/v1/admin/stored", "").await, 401);
    });
}
