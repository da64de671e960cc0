//! Permissions are about the path that is served, whatever the client sends.

use e2e::raw;
use serde_json::json;
use token::{Algorithm, mint};

use super::{KEYED, append, claims, now_s, stream_on};

/// The status and the whole answer to a GET whose target is sent as it is.
fn get(target: &str, token: Option<&str>) -> (u16, String) {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{authorization}Connection: close\r\n\r\n");
    let answer = String::from_utf8_lossy(&raw(&KEYED.server.url(""), head.as_bytes())).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer)
}

#[test]
fn no_spelling_of_a_path_gets_around_permissions() {
    let secret = stream_on(&KEYED.server, "private/", "secret");
    let public = stream_on(&KEYED.server, "public/", "known to all");
    let own = stream_on(&KEYED.server, "own/", "mine");
    append(&KEYED.server, &own, "!");
    let scopes = json!([{ "prefix": "own/", "ops": ["read"] }]);
    let token = mint(KEYED.key(Algorithm::EdDsa), &claims(&scopes, now_s() + 100));
    assert_eq!(get(&format!("/v1/stream/{own}"), Some(&token)).0, 200);
    assert_eq!(get(&format!("/v1/stream/%6Fwn/{}", &own[4..]), Some(&token)).0, 200, "the same path");
    assert_eq!(get(&format!("/v1/stream/{public}"), None).0, 200);

    for start in ["own/", "public/", "own/x/", "public/x/"] {
        for trick in [
            format!("/v1/stream/{start}../{secret}"),
            format!("/v1/stream/{start}%2e%2e/{secret}"),
            format!("/v1/stream/{start}%2E./{secret}"),
            format!("/v1/stream/{start}..%2F{secret}"),
            format!("/v1/stream/{start}../../{secret}"),
            format!("/v1/stream/{start}..\\{secret}"),
            format!("/v1/stream/{start}/../../{secret}"),
            format!("/v1/stream/{secret}?/v1/stream/{start}"),
            format!("/v1/stream/{secret}#/v1/stream/{start}"),
            format!("/v1/stream/{secret}/"),
            format!("/v1/stream//{secret}"),
            format!("/v1//stream/{secret}"),
            format!("//v1/stream/{secret}"),
            format!("/v1/%73tream/{secret}"),
            format!("/V1/stream/{secret}"),
            format!("/v1/stream/./{secret}"),
            format!("/v1/stream/{}", secret.replace('/', "%2F")),
            format!("/v1/stream/{}", secret.replacen('p', "%70", 1)),
            format!("http://localhost/v1/stream/{start}../{secret}"),
            format!("http://localhost/v1/stream/{secret}"),
        ] {
            for token in [Some(token.as_str()), None] {
                let (status, answer) = get(&trick, token);
                assert!(matches!(status, 400 | 401 | 403 | 404), "{trick}: {answer}");
                assert!(!answer.contains("secret"), "{trick}: {answer}");
            }
        }
    }
}
