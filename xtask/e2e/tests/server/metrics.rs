//! Data points and measurements of a Worker.

use e2e::{Reply, Server, request};
use serde_json::{Value, json};

fn send(server: &Server, method: &str, path: &str, body: &str) -> Reply {
    request(method, &server.url(path)).header("content-type", "text/plain").body(body).send()
}

/// The data points since the last call.
fn points(server: &Server) -> Vec<Value> {
    let reply = request("GET", &server.url("/points")).send().expect(200);
    serde_json::from_str(reply.text()).expect("JSON")
}

#[test]
fn batches_and_reads_are_data_points_with_what_d1_says() {
    let server = Server::recorded(&[]);
    send(&server, "PUT", "/v1/stream/red/a", "abc").expect(201);
    send(&server, "POST", "/v1/stream/red/a", "defgh").expect(204);
    request("GET", &server.url("/v1/stream/red/a")).send().expect(200);
    let points = points(&server);
    assert_eq!(points.len(), 3, "{points:?}");
    for point in &points {
        assert_eq!((&point["indexes"], point["doubles"].as_array().map(Vec::len)), (&json!(["red"]), Some(7)));
    }
    assert_eq!(points[1]["blobs"], json!(["red", "batch", "committed", "0"]));
    assert_eq!(points[2]["blobs"], json!(["red", "read", "200", "0"]));
    let [rows_read, rows_written, bytes, changes, _, _, size_after] =
        points[1]["doubles"].as_array().expect("numbers").as_slice()
    else {
        panic!("{points:?}")
    };
    assert!(rows_read.as_u64() > Some(0) && rows_written.as_u64() > Some(0), "{points:?}");
    assert_eq!((bytes, changes), (&json!(5), &json!(1)));
    assert!(size_after.as_u64() > Some(4096), "{points:?}");
    assert_eq!(points[2]["doubles"][2], 8);
}

#[test]
fn measurements_need_a_permission_and_have_the_size_of_the_database() {
    let token = "0123456789abcdef0123456789abcdef";
    let server = Server::closed(&[("AUTH_TOKEN", token)]);
    let scrape = || request("GET", &server.url("/v1/metrics"));
    scrape().send().expect(401);
    let reply = scrape().header("authorization", format!("Bearer {token}")).send().expect(200);
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(reply.header("content-type"), Some(format));
    let text = reply.text();
    assert!(text.ends_with("\n# EOF\n"), "{text}");
    let size = text.lines().find_map(|line| line.strip_prefix("durable_streams_database_size_bytes{database=\"DB\"} "));
    assert!(size.is_some_and(|size| size.parse::<u64>().is_ok_and(|size| size > 4096)), "{text}");
    assert!(text.contains("durable_streams_database_up{database=\"DB\"} 1\n"), "{text}");
}
