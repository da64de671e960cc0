//! docs/subscriptions.md: its code runs as it is on the page, and each request gets the status that the page states.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::base_url;

/// Commands of the page. The waits are longer than there, for slow machines.
const SHELL: &str = r#"
set -eu
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
curl() { command curl --silent --show-error --write-out '%{stderr}%{http_code}\n' "$@" 2>> statuses; }
sleep() { command sleep $(($1 * 3)); }
"#;

/// The addresses on the page: the server, and the receiver of webhooks.
const SERVER: &str = "http://127.0.0.1:8787";
const RECEIVER: &str = "8790";

#[test]
fn a_webhook_is_received() {
    let printed = run_block("Webhooks");
    assert!(printed.contains("shop/18 [{\"sku\":1}]\n200 {\"ok\":true,\"next_wake\":false}\n"), "{printed}");
    assert!(printed.contains("\"acked_offset\":\"0000000000000001\""), "{printed}");
}

#[test]
fn workers_pull() {
    let printed = run_block("Workers that pull");
    for text in [
        r#"{"type":"wake","subscription_id":"runner","stream":"jobs/1","generation":"#,
        r#"{"code":"ALREADY_CLAIMED","#,
        r#"[{"n":1}]"#,
        r#"{"ok":true,"next_wake":false}"#,
        r#"{"code":"FENCED","#,
        r#"{"code":"NO_PENDING_WORK","#,
    ] {
        assert!(printed.contains(text), "{text} is missing: {printed}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

/// Runs the only block of commands in a section of the page, beside the programs of the section. Returns what is printed.
fn run_block(title: &str) -> String {
    let text = fs::read_to_string(root().join("docs/subscriptions.md")).expect("docs/subscriptions.md");
    let section = text.split("\n## ").find_map(|section| section.strip_prefix(title)).expect("the section");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let server = base_url();
    let here = |code: &str| code.replace(SERVER, &server).replace(RECEIVER, &port.to_string());
    let folder = tempfile::tempdir().expect("a folder");
    let mut commands = None;
    for block in section.split("\n```").skip(1).step_by(2) {
        match block.split_once('\n').expect("a block has lines") {
            ("js", code) => {
                let name = code.lines().next().and_then(|line| line.strip_prefix("// ")).expect("the name of a file");
                fs::write(folder.path().join(name), here(code)).expect("a file");
            }
            ("sh", code) => assert!(commands.replace(here(code)).is_none(), "{title} has another block of commands"),
            (language, _) => panic!("a block in {language}"),
        }
    }
    let commands = commands.expect("commands");
    let expected: Vec<_> = commands.lines().filter(|line| line.starts_with("curl ")).map(status).collect();
    let printed = execute(folder.path(), &commands);
    let statuses = fs::read_to_string(folder.path().join("statuses")).expect("statuses");
    assert_eq!(statuses.lines().collect::<Vec<_>>(), expected, "{printed}");
    printed
}

/// The status that the page states after a request.
fn status(line: &str) -> &str {
    line.rsplit_once(" # ").unwrap_or_else(|| panic!("a request without a status: {line}")).1
}

fn execute(folder: &Path, commands: &str) -> String {
    let path = format!("{}:{}", root().join("node_modules/.bin").display(), env::var("PATH").expect("PATH"));
    let script = format!("{SHELL}{commands}");
    let output = Command::new("bash").args(["-c", &script]).env("PATH", path).current_dir(folder).output();
    let output = output.expect("bash is needed: install it (Debian package `bash`)");
    let [printed, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success() && errors.is_empty(), "{printed}\n{errors}");
    printed.into_owned()
}
