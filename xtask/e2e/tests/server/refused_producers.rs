//! The official client's producers, whose requests the server refuses.

use std::process::Command;

use e2e::Server;

use crate::servers::TOKEN;
use crate::tokens;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn an_official_producer_whose_request_is_refused_gives_up() {
    let [operator, keys] = &tokens::variables();
    let server = Server::fresh(&[(operator.0, &operator.1), (keys.0, &keys.1)]);
    let mut client = Command::new(format!("{ROOT}/node_modules/.bin/node"));
    client.arg("xtask/clients/refused.mjs").current_dir(ROOT).env("SERVER_URL", server.url(""));
    let output = client.env("OPERATOR", TOKEN).env("READER", tokens::reader("reader")).output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
