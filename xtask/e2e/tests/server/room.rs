//! Room in D1.

use e2e::stores::Setup;
use e2e::{Server, Stream};

#[test]
fn an_idle_stream_leaves_a_full_database() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::start(state.path(), &[("LIMIT_DATABASE_SIZE", "1"), ("LIMIT_IDLE", "0 s")]);
    let setup = Setup { state, server };
    let stream = Stream::new_on(&setup.server, "text/plain");
    stream.append("x".repeat(900_000));
    let other = Stream::unborn_on(&setup.server);
    let create = || other.put().header("content-type", "text/plain").send();
    let refused = create();
    refused.problem(507, "no-room");
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(setup.keys(), [""; 0]);

    setup.server.pull_cron_trigger();
    assert_eq!(setup.keys().len(), 1);
    create().expect(201);
    assert_eq!(stream.bytes().len(), 900_000);
}
