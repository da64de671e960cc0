//! Credentials that a page can send: signed URLs, subprotocols, and what is public.

use crate::setup::{NOW_S, answer, claims, configured, entry, key, secret, send, server};
use native::{Request, Server, run};
use serde_json::{Value, json};
use token::{Algorithm, SigningKey, mint, signed_prefix_query, signed_query};

async fn get(server: &Server, target: &str) -> u16 {
    server.send(Request::new("GET", target)).await.status
}

#[test]
fn a_signed_url_lets_anyone_read_one_stream() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        for path in ["a", "b", "a/c", "%C3%BC"] {
            answer(&server, "PUT", &format!("/v1/stream/{path}"), "operator").await;
        }
        let query = signed_query(&key, "a", NOW_S + 600);
        assert_eq!(get(&server, &format!("/v1/stream/a?{query}")).await, 200);
        assert_eq!(get(&server, &format!("/v1/stream/a?offset=-1&{query}")).await, 200);
        assert_eq!(get(&server, &format!("/v1/stream/%61?{query}")).await, 200);
        assert_eq!(server.send(Request::new("HEAD", &format!("/v1/stream/a?{query}"))).await.status, 200);
        let umlaut = signed_query(&key, "%C3%BC", NOW_S + 600);
        assert_eq!(get(&server, &format!("/v1/stream/%c3%bc?{umlaut}")).await, 200);
        let mut reordered: Vec<_> = query.split('&').collect();
        reordered.reverse();
        assert_eq!(get(&server, &format!("/v1/stream/a?{}", reordered.join("&"))).await, 200);

        for path in ["b", "a/c", "none"] {
            assert_eq!(get(&server, &format!("/v1/stream/{path}?{query}")).await, 401, "{path}");
        }
        for (method, expected) in [("PUT", 403), ("POST", 403), ("DELETE", 403)] {
            let request = Request::new(method, &format!("/v1/stream/a?{query}"));
            assert_eq!(server.send(request).await.status, expected, "{method}");
        }
        assert_eq!(server.send(Request::new("POST", &format!("/v1/restore/a?{query}"))).await.status, 401);
        let (exp, later) = (format!("exp={}", NOW_S + 600), format!("exp={}", NOW_S + 601));
        let parts: Vec<_> = query.split('&').collect();
        for changed in [
            query.replace(&exp, &later),
            query.replace("kid=k", "kid=other"),
            query.replace("sig=", "sig=A"),
            format!("{query}&{}", parts[0]),
            format!("{query}&{}", parts[2]),
            format!("{query}&{later}"),
            parts[..2].join("&"),
            parts[1..].join("&"),
        ] {
            assert_eq!(get(&server, &format!("/v1/stream/a?{changed}")).await, 401, "{changed}");
        }
        // Two kinds of credentials, even if both are valid.
        let both = send("GET", &format!("/v1/stream/a?{query}"), "operator");
        assert_eq!(server.send(both).await.status, 401);
        server.run_for(660_000).await;
        assert_eq!(get(&server, &format!("/v1/stream/a?{query}")).await, 401);
    });
}

#[test]
fn a_signed_prefix_lets_anyone_read_all_streams_below_it() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        for path in ["chat/1", "chat/2/a", "chat", "chats/1", "%C3%BC/a"] {
            answer(&server, "PUT", &format!("/v1/stream/{path}"), "operator").await;
        }
        let query = signed_prefix_query(&key, "chat/", NOW_S + 600);
        for (path, expected) in [
            ("chat/1", 200),
            ("chat/2/a", 200),
            ("ch%61t/1", 200),
            ("chat/none", 404),
            // The boundary is between segments.
            ("chat", 401),
            ("chats/1", 401),
            ("chat%2F1", 401),
            ("chat/../chats/1", 401),
            ("other", 401),
        ] {
            assert_eq!(get(&server, &format!("/v1/stream/{path}?{query}")).await, expected, "{path}");
        }
        assert_eq!(get(&server, &format!("/v1/stream/chat/1?offset=-1&{query}")).await, 200);
        assert_eq!(server.send(Request::new("HEAD", &format!("/v1/stream/chat/1?{query}"))).await.status, 200);
        // A prefix is compared in its canonical form, like a path.
        let umlaut = signed_prefix_query(&key, "%C3%BC/", NOW_S + 600);
        assert_eq!(get(&server, &format!("/v1/stream/%c3%bc/a?{umlaut}")).await, 200);
        for method in ["PUT", "POST", "DELETE"] {
            let request = Request::new(method, &format!("/v1/stream/chat/1?{query}"));
            assert_eq!(server.send(request).await.status, 403, "{method}");
        }
        assert_eq!(server.send(Request::new("POST", &format!("/v1/restore/chat/1?{query}"))).await.status, 401);
        assert_eq!(get(&server, &format!("/v1/streams?prefix=chat%2F&{query}")).await, 401);
        let mut reordered: Vec<_> = query.split('&').collect();
        reordered.reverse();
        assert_eq!(get(&server, &format!("/v1/stream/chat/1?{}", reordered.join("&"))).await, 200);
        // Two kinds of credentials, even if both are valid.
        let both = send("GET", &format!("/v1/stream/chat/1?{query}"), "operator");
        assert_eq!(server.send(both).await.status, 401);
        server.run_for(660_000).await;
        assert_eq!(get(&server, &format!("/v1/stream/chat/1?{query}")).await, 401);
    });
}

/// All of these get the response of every other refusal.
#[test]
fn a_signature_is_for_what_was_signed() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        for path in ["a", "a/b", "a/b/c", "b/c"] {
            answer(&server, "PUT", &format!("/v1/stream/{path}"), "operator").await;
        }
        let exp = NOW_S + 600;
        let (below, stream) = (signed_prefix_query(&key, "a/", exp), signed_query(&key, "a/b", exp));
        assert_eq!(get(&server, &format!("/v1/stream/a/b?{below}")).await, 200);
        assert_eq!(get(&server, &format!("/v1/stream/a/b?{stream}")).await, 200);
        let refused = server.send(Request::new("GET", "/v1/stream/a/b")).await;
        let sig_of = |query: &str| query.rsplit_once("sig=").unwrap().1.to_owned();
        let signature = |sig: &str| format!("exp={exp}&kid=k&sig={sig}");
        let unmarked = signed_query(&key, "a/", exp);
        for query in [
            // A signature of a prefix without it, and one of a stream with a prefix.
            signature(&sig_of(&below)),
            format!("below=a%2F&{stream}"),
            format!("below=a%2Fb&{stream}"),
            // The text of a path is not that of a prefix, even if it ends with a slash.
            unmarked.clone(),
            format!("below=a%2F&{unmarked}"),
            // Another prefix than the one that was signed.
            below.replace("below=a%2F", "below=a%2Fb%2F"),
            below.replace("below=a%2F", "below=b%2F"),
            below.replace("below=a%2F", "below="),
            below.replace("below=a%2F", "below"),
            below.replace("below=a%2F", "below=a"),
            below.replace("below=a%2F", "below=%2F"),
            below.replace("below=a%2F", "below=a%2F%2F"),
            below.replace("below=a%2F", "below=.%2F"),
            below.replace("below", "Below"),
            // A prefix twice, alone, and beside any other credentials.
            format!("below=a%2F&{below}"),
            format!("{below}&below=b%2F"),
            format!("below=&{stream}"),
            format!("below&{stream}"),
            format!("{below}&{stream}"),
            "below=a%2F".to_owned(),
            "below=".to_owned(),
            format!("below=a%2F&exp={exp}&kid=k"),
            format!("below=a%2F&kid=k&sig={}", sig_of(&below)),
            below.replace("sig=", "sig=A"),
            below.replace("kid=k", "kid=other"),
            below.replace(&format!("exp={exp}"), &format!("exp={}", exp + 1)),
            // No signature opens all streams.
            signed_prefix_query(&key, "", exp),
            // Signed as written, and not well-formed.
            signed_prefix_query(&key, "a", exp),
            signed_prefix_query(&key, "/", exp),
            signed_prefix_query(&key, "b/../a/", exp),
            // The prefix of another stream.
            signed_prefix_query(&key, "a/b/", exp),
            signed_prefix_query(&key, "b/", exp),
            signed_prefix_query(&key, "a/", NOW_S + 86_401),
        ] {
            let reply = server.send(Request::new("GET", &format!("/v1/stream/a/b?{query}"))).await;
            assert_eq!((reply.status, reply.text()), (401, refused.text()), "{query}");
        }
        // A prefix without a signature is no credentials, so it makes a valid token worthless, too.
        assert_eq!(answer(&server, "GET", "/v1/stream/a/b?below=a%2F", "operator").await.status, 401);
    });
}

#[test]
fn a_signed_url_ends_within_a_day() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        let until = |exp: u64| format!("/v1/stream/a?{}", signed_query(&key, "a", exp));
        assert_eq!(get(&server, &until(NOW_S + 86_400)).await, 404);
        assert_eq!(get(&server, &until(NOW_S + 86_401)).await, 401);
        assert_eq!(get(&server, &until(NOW_S - 59)).await, 404);
        assert_eq!(get(&server, &until(NOW_S - 60)).await, 401);
    });
}

/// A public key can't sign URLs, a tenant's key signs only its own, and what signs a token signs no URL.
#[test]
fn only_secrets_sign_urls_and_only_their_own() {
    run(async {
        let (public, bound) = (key(Algorithm::EdDsa, "public"), secret("bound"));
        let bounded = crate::setup::with(entry(&bound), "prefix", Some("red/".into()));
        let server = server(&[entry(&public), bounded]);
        let at = |key: &SigningKey, path: &str| format!("/v1/stream/{path}?{}", signed_query(key, path, NOW_S + 60));
        assert_eq!(get(&server, &at(&bound, "red/a")).await, 404);
        assert_eq!(get(&server, &at(&bound, "blue/a")).await, 403);
        assert_eq!(get(&server, &at(&public, "red/a")).await, 401);
        let below = |key: &SigningKey, prefix: &str, path: &str| {
            format!("/v1/stream/{path}?{}", signed_prefix_query(key, prefix, NOW_S + 60))
        };
        assert_eq!(get(&server, &below(&bound, "red/", "red/a")).await, 404);
        assert_eq!(get(&server, &below(&bound, "red/a/", "red/a/b")).await, 404);
        assert_eq!(get(&server, &below(&bound, "blue/", "blue/a")).await, 403);
        assert_eq!(get(&server, &below(&public, "red/", "red/a")).await, 401);
        let token = mint(&bound, &claims());
        let signature = token.rsplit('.').next().unwrap();
        assert_eq!(get(&server, &format!("/v1/stream/red/a?exp={}&kid=bound&sig={signature}", NOW_S + 60)).await, 401);
    });
}

#[test]
fn a_token_in_a_query_is_never_looked_at() {
    run(async {
        let server = server(&[entry(&secret("k"))]);
        for query in ["token=operator", "access_token=operator", "authorization=Bearer%20operator"] {
            assert_eq!(get(&server, &format!("/v1/stream/a?{query}")).await, 401, "{query}");
        }
    });
}

#[test]
fn a_web_socket_has_its_token_among_the_subprotocols() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        answer(&server, "PUT", "/v1/stream/a", "operator").await;
        let attend = |protocols: String| {
            let request = Request::new("GET", "/v1/stream/a?offset=now&live=ws").header("upgrade", "websocket");
            request.header("sec-websocket-protocol", protocols)
        };
        let token = mint(&key, &claims());
        let reply = server.send(attend(format!("durable-streams, bearer.{token}"))).await;
        assert_eq!((reply.status, reply.header("sec-websocket-protocol")), (101, Some("durable-streams")));
        for (protocols, expected) in [
            ("durable-streams, bearer.wrong".to_owned(), 401),
            ("durable-streams".to_owned(), 401),
            (format!("durable-streams, bearer.{token}x"), 401),
            // The server selects none of these, so that a browser would give up.
            (format!("bearer.{token}"), 400),
        ] {
            assert_eq!(server.send(attend(protocols.clone())).await.status, expected, "{protocols}");
        }
    });
}

#[test]
fn anyone_may_read_what_is_public_and_nothing_else() {
    run(async {
        let variables = [
            ("AUTH_TOKEN", "operator".to_owned()),
            ("AUTH_KEYS", Value::from([entry(&secret("k"))]).to_string()),
            ("PUBLIC_READ", json!(["news/", "docs/v1/"]).to_string()),
        ];
        let server = configured(&variables);
        for path in ["news/a", "newsletter/a", "docs/v2/a"] {
            let put = send("PUT", &format!("/v1/stream/{path}"), "operator").header("content-type", "text/plain");
            assert_eq!(server.send(put.body("text")).await.status, 201);
        }
        for (path, expected) in [
            ("news/a", 200),
            ("n%65ws/a", 200),
            ("news/none", 404),
            ("docs/v1/none", 404),
            ("news", 401),
            ("newsletter/a", 401),
            ("news%2Fa", 401),
            ("docs/v2/a", 401),
            ("news/../newsletter/a", 401),
        ] {
            assert_eq!(get(&server, &format!("/v1/stream/{path}")).await, expected, "{path}");
        }
        for method in ["PUT", "POST", "DELETE"] {
            assert_eq!(server.send(Request::new(method, "/v1/stream/news/a")).await.status, 401, "{method}");
        }
        // A token that is not valid is no less wrong for that.
        assert_eq!(answer(&server, "GET", "/v1/stream/news/a", "wrong").await.status, 401);
        // Shared caches may keep what anyone may read, and nothing else.
        let cached = |path: &'static str| {
            let server = server.clone();
            async move {
                let reply = answer(&server, "GET", &format!("/v1/stream/{path}?offset=-1"), "operator").await;
                reply.header("cache-control").unwrap().to_owned()
            }
        };
        assert!(cached("news/a").await.starts_with("public"));
        assert!(cached("docs/v2/a").await.starts_with("private"));
    });
}
