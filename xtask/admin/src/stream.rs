//! What is done with one stream after the other.

use crate::progress::bar;
use crate::server::{Server, with_query};
use crate::{Streams, Target};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

/// Options of commands that change something.
#[derive(Args)]
pub struct Change {
    #[command(flatten)]
    streams: Streams,
    /// Change nothing, and print what there is to do.
    #[arg(long)]
    dry_run: bool,
}

/// Options of `verify`.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    target: Target,
    /// Offset of the first stream at which the check begins, as an interrupted check has printed it.
    #[arg(long, value_name = "OFFSET")]
    from: Option<String>,
    /// Streams: the parts of their URLs after /v1/stream/.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

fn target_of(path: &str) -> String {
    format!("/v1/admin/streams/{}", path.trim_start_matches('/'))
}

pub fn describe(Streams { target, paths }: &Streams) -> Result<bool> {
    let server = Server::new(target)?;
    for path in paths {
        let description = description(&server, path)?;
        println!("{}", if target.json { description.to_string() } else { format!("{description:#}") });
    }
    Ok(true)
}

fn description(server: &Server, path: &str) -> Result<Value> {
    server.get(&target_of(path)).with_context(|| format!("`{path}` can't be described"))?.json()
}

pub fn compact(Change { streams, dry_run }: &Change) -> Result<bool> {
    let server = Server::new(&streams.target)?;
    for path in &streams.paths {
        let left = if *dry_run {
            description(&server, path)?["stream"].clone()
        } else {
            let progress = bar(None, &format!("{path}: requests"));
            let target = with_query(&target_of(path), &[("action", "compact")]);
            loop {
                let answer = server.post(&target, &[]).with_context(|| format!("`{path}` can't be moved to R2"))?;
                progress.inc(1);
                if !answer.is_underway() {
                    progress.finish_and_clear();
                    break answer.json()?;
                }
            }
        };
        let (rows, bytes) = (&left["hot_rows"], &left["hot_bytes"]);
        let result = json!({ "path": path, "dry_run": dry_run, "hot_rows": rows, "hot_bytes": bytes });
        let verb = if *dry_run { "has" } else { "keeps" };
        print(&streams.target, &result, &format!("{path}: {verb} {rows} rows with {bytes} bytes in D1."));
    }
    Ok(true)
}

pub fn forget(Change { streams, dry_run }: &Change) -> Result<bool> {
    let server = Server::new(&streams.target)?;
    for path in &streams.paths {
        let (result, text) = if *dry_run {
            let memory = description(&server, path)?["memory"].clone();
            let text = format!("{path}: the Durable Object has this in memory: {memory}");
            (json!({ "path": path, "dry_run": true, "memory": memory }), text)
        } else {
            let target = with_query(&target_of(path), &[("action", "forget")]);
            server.post(&target, &[]).with_context(|| format!("the state of `{path}` can't be discarded"))?;
            (json!({ "path": path, "dry_run": false }), format!("{path}: the state was discarded."))
        };
        print(&streams.target, &result, &text);
    }
    Ok(true)
}

/// Returns whether nothing is damaged.
pub fn verify(options: &Verify) -> Result<bool> {
    let server = Server::new(&options.target)?;
    let mut is_whole = true;
    for (index, path) in options.paths.iter().enumerate() {
        let from = options.from.as_deref().filter(|_| index == 0);
        let result = verify_one(&server, path, from)?;
        let damaged = result["damaged"].as_array().map_or(&[][..], |damaged| damaged);
        is_whole &= damaged.is_empty();
        let mut text = format!(
            "{path}: {} rows and {} R2 objects with {} bytes were read. {} ranges are damaged.",
            result["rows"],
            result["objects"],
            result["bytes"],
            damaged.len()
        );
        for range in damaged {
            let [start, stop, reason] =
                ["start", "stop", "reason"].map(|name| range[name].as_str().unwrap_or_default());
            text += &format!("\n{path}: {start} to {stop}: {reason} {}", range["key"].as_str().unwrap_or_default());
        }
        print(&options.target, &result, text.trim_end());
    }
    Ok(is_whole)
}

fn verify_one(server: &Server, path: &str, from: Option<&str>) -> Result<Value> {
    let progress = bar(None, &format!("{path}: bytes checked"));
    let mut from = from.map(str::to_owned);
    let (mut rows, mut objects, mut bytes, mut damaged) = (0, 0, 0, Vec::new());
    loop {
        let query: Vec<(&str, &str)> =
            [("action", "verify")].into_iter().chain(from.as_deref().map(|from| ("from", from))).collect();
        let answer = server.post(&with_query(&target_of(path), &query), &[]);
        let answer = answer.with_context(|| match &from {
            Some(from) => format!("`{path}` was checked up to {from}; continue with --from {from}"),
            None => format!("`{path}` can't be checked"),
        })?;
        let found = answer.json()?;
        let number = |name: &str| found[name].as_u64().unwrap_or(0);
        (rows, objects, bytes) = (rows + number("rows"), objects + number("objects"), bytes + number("bytes"));
        damaged.extend(found["damaged"].as_array().into_iter().flatten().cloned());
        progress.set_position(bytes);
        from = found["next"].as_str().map(str::to_owned);
        if from.is_none() {
            progress.finish_and_clear();
            return Ok(json!({ "path": path, "rows": rows, "objects": objects, "bytes": bytes, "damaged": damaged }));
        }
    }
}

/// Prints a result, as JSON or as text.
pub fn print(target: &Target, result: &Value, text: &str) {
    if target.json {
        println!("{result}");
    } else {
        println!("{text}");
    }
}
