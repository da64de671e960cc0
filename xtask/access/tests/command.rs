//! `cargo xtask token`, as people type it.

use runtime::access::Access;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Runs the command in a folder, and returns whether it succeeds, and what it prints.
fn run(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_access")).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap().trim_end().to_owned())
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let (succeeds, text) = run(folder, arguments);
    assert!(succeeds, "{arguments:?}: {text}");
    text
}

fn fail(folder: &Path, arguments: &[&str]) -> String {
    let (succeeds, text) = run(folder, arguments);
    assert!(!succeeds, "{arguments:?}: {text}");
    text
}

/// A folder with the file `key`, and the entry that was printed for it.
fn with_key(more: &[&str]) -> (TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let more = if more.contains(&"--id") { more.to_vec() } else { [more, &["--id", "k"]].concat() };
    let arguments = ["keygen", "--issuer", "https://app.example", "--audience", "streams", "--out", "key"];
    let entry = succeed(folder.path(), &[&arguments[..], &more].concat());
    (folder, serde_json::from_str(&entry).unwrap())
}

#[test]
fn a_key_is_for_its_owner_and_its_entry_for_the_server() {
    for (algorithm, private) in [("EdDSA", "d"), ("ES256", "d"), ("HS256", "none")] {
        let (folder, entry) = with_key(&["--alg", algorithm, "--prefix", "red/"]);
        let file = folder.path().join("key");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(entry["jwk"][private].is_null(), "{entry}");
        assert_eq!(written["jwk"]["d"].is_string(), private == "d", "{written}");
        let keys = succeed(folder.path(), &["keys", "key"]);
        assert_eq!(serde_json::from_str::<Value>(&keys).unwrap(), json!([entry]));
        let access = Access::read(|name| (name == "AUTH_KEYS").then(|| keys.clone()));
        assert!(matches!(access, Ok(Access::Guarded(_))), "{access:?}");
    }
}

#[test]
fn a_key_that_a_server_refuses_is_not_written() {
    let (folder, _) = with_key(&[]);
    let before = std::fs::read(folder.path().join("key")).unwrap();
    let arguments = ["keygen", "--id", "k", "--issuer", "i", "--audience", "a", "--out"];
    let text = fail(folder.path(), &[&arguments[..], &["key"]].concat());
    assert_eq!(text, "error: key exists already, and is not overwritten");
    assert_eq!(std::fs::read(folder.path().join("key")).unwrap(), before);
    let text = fail(folder.path(), &[&arguments[..], &["new", "--prefix", "red"]].concat());
    assert_eq!(text, "error: the variable AUTH_KEYS: a prefix must be empty or end with `/`");
    assert!(!folder.path().join("new").exists());
    let text = fail(folder.path(), &["keys", "key", "key"]);
    assert_eq!(text, "error: the variable AUTH_KEYS: two keys have the `kid` `k`");
}

#[test]
fn a_token_grants_what_was_asked_for() {
    let (folder, _) = with_key(&[]);
    let mint = ["mint", "--key", "key", "--sub", "alice", "--expires", "1h"];
    let grants = ["--read", "chat/", "--append", "chat/42", "--read", "chat/42", "--list-nothing"];
    fail(folder.path(), &[&mint[..], &grants[..]].concat());
    let token = succeed(folder.path(), &[&mint[..], &grants[..6]].concat());
    for keys in ["key", &succeed(folder.path(), &["keys", "key"])] {
        let text = succeed(folder.path(), &["explain", &token, "--keys", keys]);
        for line in [
            "subject    \"alice\"",
            "issuer     \"https://app.example\"",
            "grants     append, read on the stream \"chat/42\"",
            "grants     read on all streams below \"chat/\"",
            "\nA server with these keys accepts it until ",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
    assert!(succeed(folder.path(), &["explain", &token]).contains("Nothing was verified."));
    // Each operation of the spec is an option.
    for operation in spec::client::Operation::ALL {
        let option = format!("--{}", operation.name());
        let token = succeed(folder.path(), &[&mint[..], &[&option, ""]].concat());
        let text = succeed(folder.path(), &["explain", &token, "--keys", "key"]);
        assert!(text.contains(&format!("grants     {} on all streams", operation.name())), "{text}");
    }
}

#[test]
fn a_token_that_a_server_refuses_is_not_minted() {
    let (folder, _) = with_key(&["--prefix", "red/"]);
    let mint = ["mint", "--key", "key", "--sub", "alice", "--expires", "1h"];
    for (grants, rule) in [
        ("red//", "a server would refuse this token: its claims can't be used: each segment of a prefix must be"),
        ("red/../a", "a server would refuse this token: its claims can't be used: `path` must be"),
        ("blue/", "`blue/` is not below `red/`, the prefix of the key, so the token would grant nothing there"),
        ("red", "`red` is not below `red/`, the prefix of the key, so the token would grant nothing there"),
    ] {
        let text = fail(folder.path(), &[&mint[..], &["--read", grants]].concat());
        assert!(text.starts_with(&format!("error: {rule}")), "{text}");
    }
    let long = "x".repeat(9_000);
    let text = fail(folder.path(), &[&mint[..], &["--read", &format!("red/{long}")]].concat());
    assert!(text.contains("too long"), "{text}");
    for grants in ["", "red/", "red/a", "%72ed/a"] {
        succeed(folder.path(), &[&mint[..], &["--read", grants]].concat());
    }
}

#[test]
fn a_refusal_is_explained_as_the_server_decides_it() {
    let (folder, _) = with_key(&[]);
    let (other, _) = with_key(&[]);
    let mint = ["mint", "--key", "key", "--sub", "a", "--expires", "1h", "--read", ""];
    let token = succeed(folder.path(), &mint);
    let refused = |token: &str, keys: &Path| {
        let text = fail(folder.path(), &["explain", token, "--keys", keys.join("key").to_str().unwrap()]);
        text.rsplit_once("refuses it: ").unwrap().1.to_owned()
    };
    assert_eq!(refused(&token, other.path()), "its signature is not one of the key.");
    for operator in ["operator", "/with/slashes=="] {
        assert!(refused(operator, folder.path()).starts_with("it is not a JWT"));
    }
    let file = std::fs::read_to_string(folder.path().join("key")).unwrap();
    std::fs::write(folder.path().join("key"), file.replace("\"streams\"", "\"others\"")).unwrap();
    assert_eq!(refused(&token, folder.path()), "its audience is not that of the key.");
    let key = serde_json::from_str::<Value>(&file).unwrap()["jwk"].clone();
    let key = token::SigningKey::read(key).unwrap();
    let claims = json!({ "iss": "https://app.example", "aud": "others", "sub": "a", "exp": 1_000_000_000,
        "streams": [{ "prefix": "", "ops": ["fly"] }] });
    let old = token::mint(&key, &claims);
    assert_eq!(refused(&old, folder.path()), "it expired at 1000000000 (seconds since 1970).");
    let text = fail(folder.path(), &["explain", &old, "--keys", "key"]);
    let forged = json!({ "iss": "x\nA server accepts it", "aud": "others", "sub": "a\nb", "exp": 1, "streams": [{ "path": "a\nb",
        "ops": ["a\nb"] }] });
    let lines = fail(folder.path(), &["explain", &token::mint(&key, &forged), "--keys", "key"]);
    assert!(!lines.contains("a\nb") && !lines.contains("\nA server accepts"), "{lines}");
    assert!(text.contains("expires    2001-09-09 ") && text.contains("\"fly\" (unknown, grants nothing)"), "{text}");
}

#[test]
fn a_signed_url_is_that_of_the_canonical_path() {
    let (folder, _) = with_key(&["--alg", "HS256", "--id", "2026 & more", "--prefix", "red/"]);
    let sign = |url: &str, expires: &str| run(folder.path(), &["sign", url, "--key", "key", "--expires", expires]);
    let (signs, url) = sign("https://s.example/v1/stream/%72ed/ü%20%25%2f?live=sse", "10m");
    assert!(signs, "{url}");
    assert!(url.starts_with("https://s.example/v1/stream/red/%C3%BC%20%25%2F?live=sse&exp="), "{url}");
    assert!(url.contains("&kid=2026%20%26%20more&sig="), "{url}");
    let text = succeed(folder.path(), &["explain", &url, "--keys", "key"]);
    assert!(text.contains("grants     read on the stream \"red/%C3%BC%20%25%2F\""), "{text}");
    for changed in [
        url.replace("sig=", "sig=A"),
        format!("{url}&exp=1"),
        url.replace("/red/", "/red/a"),
        url.replace("exp=", "exp=1"),
    ] {
        let text = fail(folder.path(), &["explain", &changed, "--keys", "key"]);
        assert!(text.contains("A server with these keys refuses it: "), "{text}");
    }
    for (url, expires, rule) in [
        ("/v1/stream/blue/a", "10m", "the stream is not below `red/`, the prefix of the key"),
        ("/v1/stream/red/a", "25h", "a server would refuse this URL: it is signed for more than a day"),
        ("/v1/stream/red/a b", "10m", "the path of the URL must be free of spaces, `?` and `#` that are not escaped"),
        ("/v1/stream/red/a#b", "10m", "the part of a URL after `#` is not sent to servers: leave it out"),
        ("/v1/stream/red/a", "10", "--expires is a duration such as 1h, 30m or 7d, and not `10`"),
        (
            "/v1/stream/red/a?exp=1",
            "10m",
            "a server would refuse this URL: a parameter is malformed, missing or repeated",
        ),
    ] {
        let (signs, text) = sign(url, expires);
        assert!(!signs && text.starts_with(&format!("error: {rule}")), "{text}");
    }
    let (public, _) = with_key(&[]);
    let text = fail(public.path(), &["sign", "/v1/stream/a", "--key", "key", "--expires", "1h"]);
    assert_eq!(text, "error: only a key for HS256 signs URLs, and key is for EdDSA");
}

#[test]
fn a_signature_of_a_prefix_is_for_all_streams_below_it() {
    let (folder, _) = with_key(&["--alg", "HS256", "--prefix", "red/"]);
    let sign = |url: &str, prefix: &str| {
        run(folder.path(), &["sign", url, "--prefix", prefix, "--key", "key", "--expires", "10m"])
    };
    let (signs, url) = sign("/v1/stream/red/\u{fc}/a?live=sse", "%72ed/\u{fc}/");
    assert!(signs, "{url}");
    assert!(url.starts_with("/v1/stream/red/%C3%BC/a?live=sse&below=red%2F%25C3%25BC%2F&exp="), "{url}");
    for url in [url.clone(), url.replace("/a?", "/b/c?")] {
        let text = succeed(folder.path(), &["explain", &url, "--keys", "key"]);
        assert!(text.contains("grants     read on all streams below \"red/%C3%BC/\""), "{text}");
    }
    for (changed, reason) in [
        (url.replace("/a?", "?"), "the stream is not below `red/%C3%BC/`"),
        (url.replace("below=red", "below=r"), "the stream is not below `r/%C3%BC/`"),
        (url.replace("%25C3%25BC%2F&", "&"), "its signature is not one of the key"),
        (url.replace("%2F&", "&"), "its prefix can't be used: a prefix must be empty or end with `/`"),
        (format!("{url}&below=red%2F"), "a parameter is malformed, missing or repeated"),
    ] {
        let text = fail(folder.path(), &["explain", &changed, "--keys", "key"]);
        assert!(text.contains(&format!("A server with these keys refuses it: {reason}")), "{text}");
    }
    for (url, prefix, rule) in [
        ("/v1/stream/red/a", "red/b/", "a server would refuse this URL: the stream is not below `red/b/`"),
        ("/v1/stream/red/a", "red", "a prefix must be empty or end with `/`"),
        ("/v1/stream/red/a", "", "no signature is for all streams: name a prefix that ends with `/`"),
        ("/v1/stream/blue/a", "blue/", "`blue/` is not below `red/`, the prefix of the key"),
    ] {
        let (signs, text) = sign(url, prefix);
        assert!(!signs && text.starts_with(&format!("error: {rule}")), "{text}");
    }
}
