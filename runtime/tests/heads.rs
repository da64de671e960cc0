//! What holds for the head of every request, whatever it asks for.

use native::{Reply, Request, Server, run};
use std::fmt::Write as _;

async fn text(server: &Server, path: &str) -> String {
    let reply = server.send(Request::new("GET", path)).await;
    assert_eq!(reply.status, 200, "{path}");
    reply.text()
}

fn put(path: &str) -> Request {
    Request::new("PUT", path).header("content-type", "text/plain")
}

#[test]
fn a_host_that_is_none_is_named_in_a_problem() {
    run(async {
        let server = Server::new();
        let send = async |method: &str, path: &str, host: &str| -> Reply {
            server.send(Request::new(method, path).header("host", host)).await
        };
        for (method, path) in [
            ("PUT", "/v1/stream/a"),
            ("POST", "/v1/stream/a"),
            ("GET", "/v1/stream/a"),
            ("GET", "/v1/stream/a?offset=-1&live=sse"),
            ("HEAD", "/v1/stream/a"),
            ("DELETE", "/v1/stream/a"),
            ("POST", "/v1/restore/a"),
        ] {
            for host in ["a b", "a:99999", "[::1", "1.2.3.4.5", "ü", "a, b", "a/b", "u@h"] {
                let reply = send(method, path, host).await;
                assert_eq!(reply.status, 400, "{method} {path} {host}");
                assert!(reply.text().contains(r#"{"in":"header","name":"host","rule":"#), "{}", reply.text());
            }
        }
        assert_eq!(send("GET", "/v1/stream/a", "example.com:8080").await.status, 404);
    });
}

#[test]
fn a_location_is_a_uri_wherever_the_stream_is() {
    run(async {
        let server = Server::new();
        let raw: String = ('!'..='~').filter(|char| !"#%/?".contains(*char)).collect();
        let escaped = (' '..='~').filter(|char| *char != '/').fold(String::new(), |mut escaped, char| {
            write!(escaped, "%{:02x}", u32::from(char)).expect("a string takes everything");
            escaped
        });
        for name in [raw, escaped, "ü/日本".to_owned(), "a%2Fb".to_owned(), "a/b".to_owned()] {
            let created = server.send(put(&format!("/v1/stream/{name}")).body(name.clone())).await;
            assert_eq!(created.status, 201, "{name}");
            let location = created.header("location").expect("a Location").to_owned();
            let path = location.strip_prefix("http://native").expect("an absolute URI");
            let is_pchar = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&byte);
            assert!(path.bytes().all(is_pchar), "{path}");
            assert_eq!(text(&server, path).await, name);
        }
    });
}

#[test]
fn names_of_query_parameters_may_be_escaped() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("/v1/stream/a").body("abc")).await.status, 201);
        assert_eq!(text(&server, "/v1/stream/a?%6Fffset=0000000000000001").await, "bc");
        let live = server.send(Request::new("GET", "/v1/stream/a?offset=-1&%6C%69ve=long-poll")).await;
        assert!(live.header("stream-cursor").is_some());
        for query in ["offset=-1&%6Fffset=-1", "%6Fffset=-1&%6Fffset=-1", "%6Fffset=x"] {
            let reply = server.send(Request::new("GET", &format!("/v1/stream/a?{query}"))).await;
            assert_eq!(reply.status, 400, "{query}");
            assert!(reply.text().contains(r#""name":"offset""#), "{}", reply.text());
        }
    });
}
