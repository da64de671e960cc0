//! A server that nobody has configured, or not wholly.

use e2e::{Server, request};

#[test]
fn a_server_without_configuration_refuses_everybody() {
    let server = Server::closed(&[]);
    let url = server.url("/v1/stream/a");
    for method in ["GET", "PUT", "POST", "DELETE"] {
        for request in [request(method, &url), request(method, &url).header("authorization", "Bearer token")] {
            let reply = request.send();
            reply.problem(403, "access-unconfigured");
            assert!(reply.text().contains("AUTH_TOKEN"), "it says what to configure: {reply:?}");
            assert_eq!(reply.header("producer-epoch"), None);
        }
    }
    request("HEAD", &url).send().expect(403);
    let preflight = request("OPTIONS", &url).header("origin", "https://app.example");
    preflight.header("access-control-request-method", "PUT").send().expect(204);
}

#[test]
fn half_a_configuration_refuses_everybody_and_says_why() {
    for (variables, reason) in [
        (&[("AUTH", "none"), ("AUTH_TOKEN", "secret")][..], "the variable AUTH: "),
        (&[("AUTH_KEYS", "[]")], "the variable AUTH_KEYS: "),
        (&[("PUBLIC_READ", "[\"\"]")], "the variable PUBLIC_READ: "),
    ] {
        let server = Server::closed(variables);
        let url = server.url("/v1/stream/a");
        for token in ["", "secret"] {
            let reply = request("GET", &url).header("authorization", format!("Bearer {token}")).send();
            assert_eq!(reply.status, 503, "{reply:?}");
            assert!(reply.text().contains(reason), "{reply:?}");
        }
        let preflight = request("OPTIONS", &url).header("origin", "https://app.example");
        preflight.header("access-control-request-method", "PUT").send().expect(204);
    }
}
