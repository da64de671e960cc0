//! The body of an SSE response as the edge makes it, which is JavaScript: run by Node, on a clock of the test.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Where the JavaScript stands.
const SOURCE: &str = include_str!("../src/cloudflare/events.rs");

#[test]
fn an_idle_body_has_comments_and_a_stalled_one_no_heap_of_them() {
    let (_, rest) = SOURCE.split_once("inline_js = r#\"").expect("the beginning of the JavaScript");
    let (module, _) = rest.split_once("\"#)]").expect("its end");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("events.mjs");
    fs::write(&file, module).expect("the JavaScript can be written to a file");
    let test = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/relay/test.mjs");
    let output = Command::new("node").arg(test).arg(file).output().expect("Node, which building the Worker needs, too");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "all cases have passed\n");
}
