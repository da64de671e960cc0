//! After a panic or a trap of the wasm, the next request gets a new instance, and Durable Objects are loaded again in it.

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use e2e::{Server, Stream, connect, request};

/// Failing requests are never answered, so they are not waited for.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn the_next_request_after_a_failure_gets_a_new_instance() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::failing(state.path());
    let stream = Stream::new_on(&server, "application/json");
    let mut written = Vec::new();
    for failure in ["panic", "trap"] {
        // A new stream needs a random number in its Durable Object, and a live reader at the edge.
        let created = Stream::unborn_on(&server);
        let content_type = "content-type: application/json\r\ncontent-length: 0\r\n";
        let requests = [
            ("PUT", path(&server, &created), content_type),
            ("GET", path(&server, &stream) + "?offset=-1&live=sse", ""),
        ];
        for (method, target, headers) in requests {
            stream.append((written.len() + 1).to_string());
            written.push((written.len() + 1).to_string());
            let before = instances(&server);
            let lost =
                fail(&server, failure, &format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"));

            assert_eq!(stream.messages(), written, "after a {failure} in {method}");
            assert!(instances(&server) > before, "after a {failure} in {method}, the same instance answers");
            drop(lost);
        }
        created.put().header("content-type", "application/json").send().expect(201);
    }
}

/// Sends a request during which the wasm fails, and returns its connection when that has happened.
fn fail(server: &Server, failure: &str, lost: &str) -> TcpStream {
    request("POST", &server.url(&format!("/fail/{failure}"))).send().expect(204);
    let connection = connect(&server.url(""), lost.as_bytes());
    let deadline = Instant::now() + PATIENCE;
    while status(server)["pending"] == true {
        assert!(Instant::now() < deadline, "this request needs no random number: {lost}");
        thread::sleep(Duration::from_millis(20));
    }
    connection
}

fn instances(server: &Server) -> u64 {
    status(server)["instances"].as_u64().expect("a number of instances")
}

fn status(server: &Server) -> serde_json::Value {
    let reply = request("GET", &server.url("/fail")).send().expect(200);
    serde_json::from_str(reply.text()).expect("JSON")
}

fn path(server: &Server, stream: &Stream) -> String {
    stream.url().strip_prefix(&server.url("")).expect("a stream of the server").to_owned()
}
