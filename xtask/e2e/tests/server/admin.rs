//! Requests of operators, and `cargo xtask admin`.

use std::process::{Command, Output};

use e2e::stores::Setup;
use e2e::{Stream, request};
use serde_json::Value;

/// A request of an operator, and the JSON of its response.
fn ask(setup: &Setup, method: &str, target: &str) -> Value {
    let reply = request(method, &setup.server.url(target)).send();
    assert!((200..300).contains(&reply.status), "{reply:?}");
    serde_json::from_str(reply.text()).unwrap_or_default()
}

/// Runs `cargo xtask admin`, without the messages of cargo.
fn admin(setup: &Setup, action: &[&str]) -> Output {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", "admin", "--"]).args(action).args(["--url", &setup.server.url("")]);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo")
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[test]
fn a_stream_is_described_moved_forgotten_and_verified() {
    let setup = Setup::new(&[]);
    let stream = Stream::new_on(&setup.server, "text/plain");
    stream.append("abc");
    let target = format!("/v1/admin/streams{}", stream.path().trim_start_matches("/v1/stream"));
    let shown = ask(&setup, "GET", &target);
    assert_eq!(shown["stream"]["next_offset"], "0000000000000003", "{shown}");
    // The ID of a Durable Object is 32 bytes in hexadecimal.
    assert_eq!(shown["object"].as_str().map(str::len), Some(64), "{shown}");
    let moved = ask(&setup, "POST", &format!("{target}?action=compact"));
    assert_eq!(moved["hot_rows"], 0, "{moved}");
    ask(&setup, "POST", &format!("{target}?action=forget"));
    assert_eq!(ask(&setup, "GET", &target)["memory"]["loaded"], false);
    let verified = ask(&setup, "POST", &format!("{target}?action=verify"));
    assert_eq!((&verified["damaged"], &verified["objects"]), (&Value::Array(Vec::new()), &1.into()), "{verified}");
    assert_eq!(stream.bytes(), b"abc");
}

#[test]
fn the_command_deletes_by_prefix_and_its_errors_are_sentences() {
    let setup = Setup::new(&[]);
    let stream = Stream::new_on(&setup.server, "text/plain");
    stream.append("abc");
    let path = stream.path().trim_start_matches("/v1/stream/").to_owned();
    let prefix = "to-erase/7/";
    for number in 0..3 {
        let url = setup.server.url(&format!("/v1/stream/{prefix}{number}"));
        request("PUT", &url).send().expect(201);
    }
    let dry = admin(&setup, &["delete", "--dry-run", "--json", prefix]);
    assert!(dry.status.success(), "{}", text(&dry.stderr));
    let dry: Value = serde_json::from_slice(&dry.stdout).expect("JSON");
    assert_eq!((&dry["streams"], &dry["dry_run"]), (&3.into(), &true.into()), "{dry}");
    let deleted = admin(&setup, &["delete", "--json", prefix]);
    assert!(deleted.status.success(), "{}", text(&deleted.stderr));
    let deleted: Value = serde_json::from_slice(&deleted.stdout).expect("JSON");
    assert_eq!((&deleted["deleted"], &deleted["left"]), (&3.into(), &0.into()), "{deleted}");
    let verified = admin(&setup, &["verify", &path]);
    assert!(verified.status.success() && text(&verified.stdout).contains("0 ranges are damaged."));
    // Without a terminal, there is no progress bar.
    assert_eq!(text(&verified.stderr), "");
    for (action, sentence) in [
        (&["delete", "half"][..], "`prefix` must be segments of a path, each followed by `/`. (400)"),
        (&["describe", "nothing/here"], "No stream exists at this path. (404)"),
        (&["usage"], "No count has ended yet. (404)"),
    ] {
        let failed = admin(&setup, action);
        assert!(!failed.status.success());
        let error = text(&failed.stderr);
        assert!(error.starts_with("error: ") && error.contains(sentence) && error.lines().count() == 1, "{error}");
    }
}
