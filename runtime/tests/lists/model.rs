//! Random streams and queries: all pages together are what a reference finds.

use crate::setup::{create, page, paths, send};
use native::{Server, run};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

const SEGMENTS: [&str; 7] = ["a", "ab", "b", "a%2Fb", "é", "-", "~"];

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&SEGMENTS[..]), 1..4).prop_map(|segments| segments.join("/"))
}

/// A path as it is listed.
fn canonical(path: &str) -> String {
    path.replace('é', "%C3%A9")
}

#[derive(Clone, Debug)]
struct Query {
    /// The path that the prefix is cut from, and where.
    prefix: (String, usize),
    delimiter: bool,
    limit: usize,
    after: Option<String>,
}

fn query() -> impl Strategy<Value = Query> {
    ((path(), 0..8_usize), any::<bool>(), 1..6_usize, prop::option::of(path()))
        .prop_map(|(prefix, delimiter, limit, after)| Query { prefix, delimiter, limit, after })
}

impl Query {
    /// The prefix, which does not end within a character or an escape.
    fn prefix(&self) -> String {
        let cut: String = self.prefix.0.chars().take(self.prefix.1).collect();
        let escape = cut.rfind('%').filter(|at| cut.len() < at + 3);
        escape.map_or(cut.clone(), |at| cut[..at].to_owned())
    }
}

/// What a query finds, as a reference sees it.
fn reference(streams: &BTreeSet<String>, query: &Query) -> Vec<String> {
    let prefix = canonical(&query.prefix());
    let after = query.after.as_deref().map(canonical).unwrap_or_default();
    let entries = streams.iter().filter(|path| path.starts_with(&prefix) && **path > after);
    let entries = entries.map(|path| match path[prefix.len()..].find('/') {
        Some(at) if query.delimiter => path[..=prefix.len() + at].to_owned(),
        _ => path.clone(),
    });
    entries.collect::<BTreeSet<_>>().into_iter().collect()
}

fn entries(page: &Value) -> Vec<String> {
    let prefixes = page["prefixes"].as_array().cloned().unwrap_or_default();
    let prefixes = prefixes.iter().map(|prefix| prefix.as_str().expect("a prefix").to_owned());
    let mut entries: Vec<String> = prefixes.chain(paths(page)).collect();
    entries.sort();
    entries
}

/// All pages of a query.
async fn all(server: &Server, query: &Query) -> Vec<String> {
    let encode = |text: &str| text.replace('%', "%25").replace('é', "%C3%A9");
    let delimiter = if query.delimiter { "&delimiter=/" } else { "" };
    let fixed = format!("prefix={}&limit={}{delimiter}", encode(&query.prefix()), query.limit);
    let mut after = query.after.clone();
    let mut all = Vec::new();
    loop {
        let after_text = after.as_ref().map_or_else(String::new, |after| format!("&after={}", encode(after)));
        let page = page(server, &format!("{fixed}{after_text}")).await;
        let entries = entries(&page);
        assert!(entries.len() <= query.limit);
        all.extend(entries);
        match &page["next"] {
            Value::String(next) => after = Some(next.clone()),
            _ => return all,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_pages_are_what_the_reference_finds(
        created in prop::collection::vec(path(), 0..24),
        deleted in prop::collection::vec(path(), 0..8),
        databases in 1..4_usize,
        queries in prop::collection::vec(query(), 1..6),
    ) {
        run(async {
            let server = Server::sharded(databases, |_| {});
            let mut streams = BTreeSet::new();
            for path in &created {
                if streams.insert(canonical(path)) {
                    create(&server, path, &[]).await;
                }
            }
            for path in &deleted {
                assert_eq!(send(&server, "DELETE", path).await == 204, streams.remove(&canonical(path)));
            }
            for query in &queries {
                assert_eq!(all(&server, query).await, reference(&streams, query), "{query:?}");
            }
        });
    }
}
