//! Checking what is stored.

use crate::setup::{act, append, create, path, read, server};
use native::{Request, Server, run};
use serde_json::{Value, json};

/// Checks everything, and returns the number of requests and the sums of their results.
async fn verify(server: &Server, name: &str) -> (usize, Value) {
    let (mut requests, mut target) = (0, format!("/v1/admin/streams/{name}?action=verify"));
    let (mut rows, mut objects, mut bytes, mut damaged) = (0, 0, 0, Vec::new());
    loop {
        let reply = server.send(Request::new("POST", &target)).await;
        let found: Value = serde_json::from_str(&reply.text()).unwrap();
        requests += 1;
        rows += found["rows"].as_u64().unwrap();
        objects += found["objects"].as_u64().unwrap();
        bytes += found["bytes"].as_u64().unwrap();
        damaged.extend(found["damaged"].as_array().unwrap().iter().cloned());
        match reply.status {
            200 => {
                assert_eq!(found["next"], Value::Null);
                return (requests, json!({ "rows": rows, "objects": objects, "bytes": bytes, "damaged": damaged }));
            }
            status => assert_eq!(status, 202, "{found}"),
        }
        target = format!("/v1/admin/streams/{name}?action=verify&from={}", found["next"].as_str().unwrap());
    }
}

/// A stream with three segments, of three bytes each, and a row.
async fn stored(server: &Server) {
    create(server, "a").await;
    for piece in ["abc", "def", "ghi"] {
        server.send(append("a", piece)).await;
        assert_eq!(act(server, "a", "compact").await.status, 200);
    }
    server.bucket().inject(std::iter::repeat(native::Fault::Lost));
    server.send(append("a", "jkl")).await;
    server.run_for(1_000).await;
    server.bucket().heal();
}

#[test]
fn everything_is_read_in_steps() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.segment, limits.restore_bytes) = (0, 1, 1);
        });
        stored(&server).await;
        let sizes: u64 = server.bucket().requests();
        let (requests, found) = verify(&server, "a").await;
        assert_eq!((requests, &found["rows"], &found["objects"]), (4, &json!(1), &json!(3)), "{found}");
        assert_eq!((&found["damaged"], server.bucket().requests() - sizes), (&json!([]), 3));
        let stored = server.database().count("SELECT sum(bytes) FROM segments") + 3;
        assert_eq!(found["bytes"], json!(stored));
        // The memory of the object is not needed, neither before nor between.
        server.crash_all();
        assert_eq!(verify(&server, "a").await.1, found);
    });
}

#[test]
fn every_kind_of_damage_is_found() {
    run(async {
        let range = |number: u64| (format!("{:016X}", 3 * number), format!("{:016X}", 3 * number + 3));
        for (number, key, what) in
            [(0, true, "missing"), (1, true, "bytes"), (2, true, "index"), (3, false, "row"), (1, false, "gap")]
        {
            let server = server(0);
            stored(&server).await;
            let keys = server.bucket().keys();
            match what {
                "missing" => server.bucket().lose(&keys[0]),
                "bytes" => server.bucket().damage(&keys[1], |bytes| bytes[40] ^= 1),
                "index" => server.database().script(
                    "UPDATE segments SET blocks = (SELECT blocks FROM segments WHERE start = 0) WHERE start = 6",
                ),
                "row" => server.database().script("UPDATE log SET form = 'damaged'"),
                _ => server.database().script("DELETE FROM segments WHERE start = 3"),
            }
            let (_, found) = verify(&server, "a").await;
            let damaged = found["damaged"].as_array().unwrap();
            assert_eq!(damaged.len(), 1, "{what}: {found}");
            let (start, stop) = range(number);
            assert_eq!((&damaged[0]["start"], &damaged[0]["stop"]), (&json!(start), &json!(stop)), "{what}: {found}");
            assert_eq!(damaged[0].get("key").is_some(), key, "{what}: {found}");
        }
    });
}

#[test]
fn parts_and_forks_and_successors_are_whole() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.part, limits.row, limits.block, limits.small_body) = (1 << 10, 1 << 10, 64, 64);
        });
        create(&server, "a").await;
        server.send(append("a", &"x".repeat(3000))).await;
        let (_, found) = verify(&server, "a").await;
        assert_eq!((&found["damaged"], found["objects"].as_u64().unwrap() > 1), (&json!([]), true), "{found}");
        let fork = Request::new("PUT", &path("fork")).header("stream-forked-from", path("a"));
        assert_eq!(server.send(fork).await.status, 201);
        server.send(append("fork", "yz")).await;
        let (_, found) = verify(&server, "fork").await;
        assert_eq!(found, json!({ "rows": 1, "objects": 0, "bytes": 2, "damaged": [] }));
        let key = server.bucket().keys()[0].clone();
        server.bucket().damage(&key, |bytes| bytes[200] ^= 1);
        let (_, found) = verify(&server, "a").await;
        assert_eq!((found["damaged"].as_array().unwrap().len(), &found["damaged"][0]["key"]), (1, &json!(key)));
        for name in ["fork", "a"] {
            assert_eq!(server.send(Request::new("DELETE", &path(name))).await.status, 204);
        }
        server.run_for(1_000_000).await;
        create(&server, "a").await;
        server.send(append("a", "new")).await;
        let (_, found) = verify(&server, "a").await;
        assert_eq!(found, json!({ "rows": 1, "objects": 0, "bytes": 3, "damaged": [] }));
        assert_eq!(read(&server, "a").await, "new");
        assert_eq!(act(&server, "nothing", "verify").await.status, 404);
    });
}
