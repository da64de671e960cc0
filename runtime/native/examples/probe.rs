//! Asks a fresh server what lines on standard input say, and writes an answer for each.
//!
//! A line is a JSON object with `method`, `target`, and perhaps `headers` and `body`; an answer one with `status`,
//! `headers`, `body` and `ms`, the time that it took on the server's clock. With `meanwhile`, the server gets a second
//! request after the milliseconds `after`.

use futures_util::future::join;
use native::{Request, Server, run};
use serde_json::{Map, Value, json};

fn main() {
    run(async {
        let server = Server::new();
        for line in std::io::stdin().lines() {
            let line: Value = serde_json::from_str(&line.expect("standard input is text")).expect("a line is JSON");
            println!("{}", answer(&server, &line).await);
        }
    });
}

fn request(line: &Value) -> Request {
    let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let mut request = Request::new(&text("method"), &text("target")).body(text("body"));
    for (name, value) in line["headers"].as_object().unwrap_or(&Map::new()) {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    request
}

async fn answer(server: &Server, line: &Value) -> Value {
    let start = server.now();
    let meanwhile = async {
        if line["meanwhile"].is_object() {
            server.run_for(line["after"].as_u64().expect("a time")).await;
            server.send(request(&line["meanwhile"])).await;
        }
    };
    let (reply, ()) = join(server.send(request(line)), meanwhile).await;
    let headers: Map<_, _> = reply.headers().map(|(name, value)| (name.to_owned(), value.into())).collect();
    json!({ "status": reply.status, "headers": headers, "body": reply.text(), "ms": server.now() - start })
}
