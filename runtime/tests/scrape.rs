//! The measurements of a server in the text format of OpenMetrics.

use native::{Fault, Request, Server, run};
use runtime::access::Access;
use runtime::{Event, MIGRATIONS};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::iter::repeat;
use std::time::Duration;
use token::{Algorithm, SigningKey, mint};

/// The samples of a text, by name and labels. Checks what OpenMetrics 1.0 demands.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let text = text.strip_suffix("# EOF\n").expect("the text ends with `# EOF`");
    let (mut samples, mut family, mut families) = (BTreeMap::new(), String::new(), Vec::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a name and a help text");
            assert!(name.starts_with("durable_streams_") && help.ends_with('.'), "{line}");
            assert!(!families.contains(&name.to_owned()), "{name} is described twice");
            families.push(name.to_owned());
            name.clone_into(&mut family);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a name and a type");
            assert!(name == family && ["gauge", "counter"].contains(&kind), "{line}");
            if kind == "counter" {
                family += "_total";
            }
        } else {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert_eq!(name.split('{').next(), Some(&*family), "{line}");
            let value = value.parse().expect("a number");
            assert_eq!(samples.insert(name.to_owned(), value), None, "{line}");
        }
    }
    samples
}

async fn scrape(server: &Server) -> BTreeMap<String, f64> {
    let reply = server.send(Request::new("GET", "/v1/metrics")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    // For a look with another parser.
    if let Some(file) = std::env::var_os("METRICS_TEXT") {
        std::fs::write(file, reply.text()).expect("a file");
    }
    assert_eq!((reply.header("content-type"), reply.header("cache-control")), (Some(format), Some("no-store")));
    samples(&reply.text())
}

#[test]
fn each_database_is_measured() {
    run(async {
        let server = Server::sharded(2, |_| {});
        server.databases()[1].inject([Fault::Slow(Duration::from_millis(1_234))]);
        let samples = scrape(&server).await;
        let value = |name: &str| samples[&format!("durable_streams_{name}")];
        for number in 0..2 {
            assert!((value(&format!("database_up{{database=\"DB_{number}\"}}")) - 1.0).abs() < f64::EPSILON);
            let version = value(&format!("database_schema_version{{database=\"DB_{number}\"}}"));
            assert!((version - MIGRATIONS.len() as f64).abs() < f64::EPSILON);
            assert!(value(&format!("database_size_bytes{{database=\"DB_{number}\"}}")) > 4096.0);
        }
        assert!((value("database_latency_seconds{database=\"DB_1\"}") - 1.234).abs() < 1e-9, "{samples:?}");
        assert!(value("sweep_unfinished").abs() < f64::EPSILON);
        assert!(value("memory_limit_bytes") > value("memory_used_bytes"));
        assert_eq!(
            samples.keys().filter(|name| name.starts_with("durable_streams_events_total")).count(),
            Event::ALL.len()
        );
    });
}

#[test]
fn a_database_that_fails_or_hangs_is_down_and_the_others_are_measured() {
    run(async {
        let server = Server::sharded(3, |settings| settings.limits.health_wait = Duration::from_secs(2));
        server.databases()[0].inject(repeat(Fault::Lost));
        server.databases()[1].inject(repeat(Fault::Hung));
        let began = tokio::time::Instant::now();
        let samples = scrape(&server).await;
        assert_eq!(began.elapsed(), Duration::from_secs(2));
        let up = |number: u32| samples[&format!("durable_streams_database_up{{database=\"DB_{number}\"}}")];
        assert_eq!([0, 1, 2].map(|number| up(number) > 0.5), [false, false, true]);
        let sized = samples.keys().filter(|name| name.contains("database_size_bytes"));
        assert_eq!(sized.collect::<Vec<_>>(), ["durable_streams_database_size_bytes{database=\"DB_2\"}"]);
    });
}

#[test]
fn events_are_counted_whether_or_not_they_were_logged() {
    run(async {
        let server = Server::with(|settings| settings.limits.log_lines = 1);
        server.database().inject(repeat(Fault::Lost));
        for _ in 0..3 {
            assert_eq!(server.send(Request::new("GET", "/v1/stream/a")).await.status, 503);
        }
        server.database().heal();
        assert_eq!(server.reports().len(), 1);
        let samples = scrape(&server).await;
        let failed = samples["durable_streams_events_total{event=\"request_failed\",level=\"warn\"}"];
        assert!((failed - 3.0).abs() < f64::EPSILON, "{samples:?}");
    });
}

#[test]
fn only_a_token_for_the_whole_server_permits_it() {
    run(async {
        let key = SigningKey::generate(Algorithm::EdDsa, "k").expect("a key");
        let with = |tenant: &str| {
            let entry = json!([{ "issuer": "i", "audience": "a", "prefix": tenant, "jwk": key.verifying_jwk() }]);
            let access = Access::read(|name| (name == "AUTH_KEYS").then(|| entry.to_string())).expect("keys");
            Server::with(|settings| settings.access = access)
        };
        let status = async |tenant: &str, scope: Value| {
            let exp = 4_102_444_800_u64;
            let token = mint(&key, &json!({ "iss": "i", "aud": "a", "sub": "s", "exp": exp, "streams": [scope] }));
            let request = Request::new("GET", "/v1/metrics").header("authorization", format!("Bearer {token}"));
            with(tenant).send(request).await.status
        };
        assert_eq!(status("", json!({ "prefix": "", "ops": ["observe"] })).await, 200);
        assert_eq!(status("", json!({ "prefix": "", "ops": ["read", "admin"] })).await, 403);
        assert_eq!(status("", json!({ "prefix": "red/", "ops": ["observe"] })).await, 403);
        assert_eq!(status("", json!({ "path": "a", "ops": ["observe"] })).await, 403);
        assert_eq!(status("red/", json!({ "prefix": "", "ops": ["observe"] })).await, 403);
        assert_eq!(with("").send(Request::new("GET", "/v1/metrics")).await.status, 401);
    });
}
