//! The server under test answers at all.
#![cfg(feature = "server")]

use e2e::request;

#[test]
fn every_method_is_answered() {
    for method in ["GET", "HEAD", "OPTIONS"] {
        let reply = request(method, "/").send();
        assert!(reply.status < 500, "{method}: {reply:?}");
    }
}
