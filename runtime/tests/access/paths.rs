//! Permissions are about the path that is served, whatever the path looks like that is sent.

use crate::setup::{answer, entry, granting, secret, send, server, status};
use native::run;
use serde_json::json;
use token::mint;

#[test]
fn what_is_permitted_is_what_is_served() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        let token = mint(
            &key,
            &granting(json!([{ "path": "a/b", "ops": ["read"] }, { "prefix": "users/1/", "ops": ["read"] }])),
        );
        for path in ["a/b", "a%2Fb", "A/b", "users/1", "users/1/x", "users/10/x", "users/1%2Fx", "ü"] {
            answer(&server, "PUT", &format!("/v1/stream/{path}"), "operator").await;
        }
        for (path, expected) in [
            ("a/b", 200),
            ("%61/b", 200),
            ("a/%62", 200),
            ("users/1/x", 200),
            ("users/%31/x", 200),
            ("users/1/x/y", 404),
            ("a%2Fb", 403),
            ("a%2fb", 403),
            ("A/b", 403),
            ("a/b/c", 403),
            ("a", 403),
            ("users/1", 403),
            ("users/10/x", 403),
            ("users/1%2Fx", 403),
            ("%75sers/1%2F%2E%2E/x", 403),
            ("%C3%BC", 403),
        ] {
            assert_eq!(status(&server, "GET", &format!("/v1/stream/{path}"), &token).await, expected, "{path}");
        }
        // These are no path of a stream, so no permission is about them; a malformed path is told after the credentials.
        for path in
            ["a/b/", "a//b", "/a/b", "./a/b", "a/./b", "a/../a/b", "a/%2e%2e/a/b", "users/1/../../a", "%zz", "%ff"]
        {
            let target = format!("/v1/stream/{path}");
            assert_eq!(status(&server, "GET", &target, "wrong").await, 401, "{path}");
            assert!(matches!(status(&server, "GET", &target, &token).await, 400 | 404), "{path}");
        }
        for target in
            ["/v1//stream/a/b", "/v1/%73tream/a/b", "//v1/stream/a/b", "/V1/stream/a/b", "/v1/stream/../stream/a/b"]
        {
            let reply = answer(&server, "GET", target, &token).await;
            assert!(matches!(reply.status, 400 | 403 | 404), "{target}: {}", reply.status);
        }
    });
}

/// No operation implies another.
#[test]
fn each_request_needs_its_own_operation() {
    run(async {
        let key = secret("k");
        let operations = ["create", "fork", "append", "close", "read", "delete", "list", "admin"];
        for granted in operations {
            let server = server(&[entry(&key)]);
            for path in ["a", "source"] {
                let put = send("PUT", &format!("/v1/stream/{path}"), "operator").header("content-type", "text/plain");
                assert_eq!(server.send(put.body("x")).await.status, 201);
            }
            let token = mint(&key, &granting(json!([{ "prefix": "", "ops": [granted, "list", "no such operation"] }])));
            let text = |method: &str, target: &str| send(method, target, &token).header("content-type", "text/plain");
            let requests = [
                (send("PUT", "/v1/stream/new", &token), &["create"][..], 201),
                (
                    send("PUT", "/v1/stream/f", &token).header("stream-forked-from", "/v1/stream/source"),
                    &["fork", "read"],
                    201,
                ),
                (text("POST", "/v1/stream/a").body("x"), &["append"], 204),
                (send("GET", "/v1/stream/a", &token), &["read"], 200),
                (send("HEAD", "/v1/stream/a", &token), &["read"], 200),
                (text("POST", "/v1/stream/a").header("stream-closed", "true"), &["append", "close"], 204),
                (send("DELETE", "/v1/stream/a", &token), &["delete"], 204),
            ];
            for (request, needed, expected) in requests {
                let shown = format!("{request:?}");
                let status = server.send(request).await.status;
                let is_permitted = needed.iter().all(|name| *name == granted);
                assert_eq!(status, if is_permitted { expected } else { 403 }, "{granted}: {shown}");
            }
            let restore = server.send(send("POST", "/v1/restore/a", &token)).await.status;
            assert_eq!(restore == 403, granted != "admin", "{granted}: {restore}");
        }
    });
}

/// A token that is bound to one stream writes nowhere else, neither by a second path in the request.
#[test]
fn every_path_in_a_request_needs_a_permission() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        for path in ["open", "hidden"] {
            answer(&server, "PUT", &format!("/v1/stream/{path}"), "operator").await;
        }
        let streams =
            json!([{ "path": "own", "ops": ["create", "fork", "append"] }, { "path": "open", "ops": ["read"] }]);
        let token = mint(&key, &granting(streams));
        let fork = |source: &str| send("PUT", "/v1/stream/own", &token).header("stream-forked-from", source);
        for (source, expected) in [
            ("/v1/stream/hidden", 403),
            ("/v1/stream/%68idden", 403),
            ("/v1/stream/none", 403),
            ("/v1/stream/a/../open", 400),
            ("/v1/stream/open", 201),
        ] {
            assert_eq!(server.send(fork(source)).await.status, expected, "{source}");
        }
        for path in ["open", "hidden", "own/x", "none"] {
            let post =
                send("POST", &format!("/v1/stream/{path}"), &token).header("content-type", "text/plain").body("x");
            assert_eq!(server.send(post).await.status, 403, "{path}");
        }
    });
}
