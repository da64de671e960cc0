//! Who may list what.

use native::{Request, Server, run};
use runtime::access::Access;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use token::{Algorithm, SigningKey, mint};

const NOW_S: u64 = 1_767_225_600;

fn server(key: &SigningKey, tenant: Option<&str>) -> Server {
    let entry = json!([{ "issuer": "i", "audience": "a", "prefix": tenant, "jwk": key.verifying_jwk() }]);
    let mut entry = entry;
    if tenant.is_none() {
        entry[0].as_object_mut().expect("an object").remove("prefix");
    }
    let variables = BTreeMap::from([
        ("AUTH_TOKEN", "operator".to_owned()),
        ("AUTH_KEYS", entry.to_string()),
        ("PUBLIC_READ", r#"["news/"]"#.to_owned()),
    ]);
    let access = Access::read(|name| variables.get(name).cloned()).expect("keys");
    Server::sharded(2, |settings| settings.access = access)
}

/// The status, and the paths that a caller sees.
async fn listed(server: &Server, token: &str, query: &str) -> (u16, Vec<String>, Value) {
    let request = Request::new("GET", &format!("/v1/streams?{query}"));
    let request = if token.is_empty() { request } else { request.header("authorization", format!("Bearer {token}")) };
    let reply = server.send(request).await;
    let page: Value = serde_json::from_str(&reply.text()).unwrap_or_default();
    let streams = page["streams"].as_array().cloned().unwrap_or_default();
    let paths = streams.iter().map(|stream| stream["path"].as_str().expect("a path").to_owned()).collect();
    (reply.status, paths, page)
}

#[test]
fn a_caller_sees_only_what_it_may_list() {
    run(async {
        let key = SigningKey::generate(Algorithm::EdDsa, "k").expect("a key");
        let server = server(&key, None);
        for path in ["chat/1", "chat/10", "chat/2/a", "news/1", "users/1/x", "users/10/x", "users/2/y"] {
            let create = Request::new("PUT", &format!("/v1/stream/{path}")).header("authorization", "Bearer operator");
            assert_eq!(server.send(create).await.status, 201);
        }
        let grant = |streams: Value| {
            let claims = json!({ "iss": "i", "aud": "a", "sub": "s", "exp": NOW_S + 60, "streams": streams });
            mint(&key, &claims)
        };
        let both =
            grant(json!([{ "prefix": "users/1/", "ops": ["list"] }, { "path": "chat/1", "ops": ["list", "read"] }]));
        assert_eq!(listed(&server, &both, "").await.1, ["chat/1", "users/1/x"]);
        assert_eq!(listed(&server, &both, "prefix=users/").await.1, ["users/1/x"]);
        assert_eq!(listed(&server, &both, "prefix=users/2").await.1, [""; 0]);
        assert_eq!(
            listed(&server, &both, "delimiter=/").await.2,
            json!({ "streams": [], "prefixes": ["chat/", "users/"], "next": null })
        );
        let (_, first, page) = listed(&server, &both, "limit=1").await;
        assert_eq!((first, &page["next"]), (vec!["chat/1".to_owned()], &json!("chat/1")));
        assert_eq!(listed(&server, &both, "limit=1&after=chat/1").await.2["next"], Value::Null);
        // `read` does not permit to list, and neither does anything else.
        let reads = grant(json!([{ "prefix": "", "ops": ["read", "admin", "delete"] }]));
        assert_eq!(listed(&server, &reads, "").await.0, 403);
        assert_eq!(listed(&server, "", "prefix=news/").await.0, 401, "anyone may read news, and not list it");
        assert_eq!(listed(&server, "operator", "").await.1.len(), 7);
    });
}

#[test]
fn a_tenant_sees_only_its_own_streams() {
    run(async {
        let key = SigningKey::generate(Algorithm::EdDsa, "k").expect("a key");
        let server = server(&key, Some("users/1/"));
        for path in ["users/1/x", "users/10/x", "chat/1"] {
            let create = Request::new("PUT", &format!("/v1/stream/{path}")).header("authorization", "Bearer operator");
            assert_eq!(server.send(create).await.status, 201);
        }
        let streams = json!([{ "prefix": "", "ops": ["list"] }]);
        let token = mint(&key, &json!({ "iss": "i", "aud": "a", "sub": "s", "exp": NOW_S + 60, "streams": streams }));
        assert_eq!(listed(&server, &token, "").await.1, ["users/1/x"]);
        assert_eq!(listed(&server, &token, "prefix=users/10").await.1, [""; 0]);
        // A search that ends early does not reveal another tenant's path.
        assert_eq!(listed(&server, &token, "contains=zzz").await.2["next"], Value::Null);
    });
}

#[test]
fn a_token_of_many_paths_lists_all_of_them() {
    run(async {
        let key = SigningKey::generate(Algorithm::EdDsa, "k").expect("a key");
        let server = server(&key, None);
        for index in 0..60 {
            let create =
                Request::new("PUT", &format!("/v1/stream/p{index:02}")).header("authorization", "Bearer operator");
            assert_eq!(server.send(create).await.status, 201);
        }
        let streams: Vec<Value> =
            (0..60).step_by(2).map(|index| json!({ "path": format!("p{index:02}"), "ops": ["list"] })).collect();
        let token = mint(&key, &json!({ "iss": "i", "aud": "a", "sub": "s", "exp": NOW_S + 60, "streams": streams }));
        let expected: Vec<String> = (0..60).step_by(2).map(|index| format!("p{index:02}")).collect();
        assert_eq!(listed(&server, &token, "").await.1, expected);
        let (_, first, page) = listed(&server, &token, "limit=10").await;
        assert_eq!((&first[..], &page["next"]), (&expected[..10], &json!("p18")));
        assert_eq!(listed(&server, &token, "limit=10&after=p18").await.1, expected[10..20]);
    });
}
