//! Deleting streams by prefix.

use crate::Target;
use crate::progress::bar;
use crate::server::{Server, with_query};
use crate::stream::print;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

/// Options of `delete`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// Delete nothing, and print how many streams there are and their size.
    #[arg(long)]
    dry_run: bool,
    /// Beginning of an interrupted deletion, as it has printed it. Streams that were created later are kept.
    #[arg(long, value_name = "TIME")]
    began_at: Option<String>,
    /// Path that an interrupted deletion has reached, as it has printed it.
    #[arg(long, value_name = "PATH")]
    after: Option<String>,
    /// Beginning of the paths: whole segments, each followed by /.
    prefix: String,
}

/// Returns whether all streams could be deleted.
pub fn run(options: &Options) -> Result<bool> {
    let server = Server::new(&options.target)?;
    let (count, bytes) = measure(&server, &options.prefix)?;
    if options.dry_run {
        let result = json!({ "prefix": options.prefix, "dry_run": true, "streams": count, "bytes": bytes });
        print(&options.target, &result, &format!("{}: {count} streams with {bytes} bytes.", options.prefix));
        return Ok(true);
    }
    let receipt = delete(&server, options, count)?;
    let failed = receipt["failed"].as_array().map_or(&[][..], |failed| failed);
    let mut text = format!(
        "{}: {} streams with {} bytes were deleted, of those that were created before {}. {} are left, {} of them for forks elsewhere.",
        options.prefix,
        receipt["deleted"],
        receipt["bytes"],
        receipt["began_at"].as_str().unwrap_or_default(),
        receipt["left"],
        receipt["left_for_forks"],
    );
    for failure in failed {
        let [path, reason] = ["path", "reason"].map(|name| failure[name].as_str().unwrap_or_default());
        text += &format!("\n{path}: not deleted. {reason}");
    }
    if !failed.is_empty() {
        text += "\nRun the command again to delete these streams.";
    }
    print(&options.target, &receipt, &text);
    Ok(failed.is_empty())
}

/// Deletes streams until none follows. Returns the sum of all receipts.
fn delete(server: &Server, options: &Options, count: u64) -> Result<Value> {
    let progress = bar(Some(count), "streams");
    let (mut began_at, mut after) = (options.began_at.clone(), options.after.clone());
    let (mut deleted, mut bytes, mut kept, mut failed) = (0, 0, 0, Vec::new());
    loop {
        let mut query = vec![("prefix", &*options.prefix)];
        query.extend(began_at.as_deref().map(|began_at| ("began_at", began_at)));
        query.extend(after.as_deref().map(|after| ("after", after)));
        let answer = server.post(&with_query("/v1/admin/deletions", &query), &[]);
        let answer = answer.with_context(|| match (&began_at, &after) {
            (Some(began_at), Some(after)) => {
                format!("{deleted} streams were deleted; continue with --began-at {began_at} --after {after}")
            }
            _ => format!("`{}` can't be deleted", options.prefix),
        })?;
        let receipt = answer.json()?;
        let number = |name: &str| receipt[name].as_u64().unwrap_or(0);
        (deleted, bytes) = (deleted + number("deleted"), bytes + number("bytes"));
        kept += number("kept_for_forks");
        failed.extend(receipt["failed"].as_array().into_iter().flatten().cloned());
        progress.set_position(deleted + kept);
        began_at = receipt["began_at"].as_str().map(str::to_owned);
        after = receipt["next"].as_str().map(str::to_owned);
        if after.is_none() {
            progress.finish_and_clear();
            return Ok(json!({
                "prefix": options.prefix, "dry_run": false, "began_at": began_at, "deleted": deleted, "bytes": bytes,
                "kept_for_forks": kept, "failed": failed, "left": receipt["left"], "left_for_forks": receipt["left_for_forks"],
            }));
        }
    }
}

/// The number of streams with a prefix, and their bytes.
fn measure(server: &Server, prefix: &str) -> Result<(u64, u64)> {
    let progress = bar(None, "streams found");
    let (mut count, mut bytes) = (0, 0);
    listed(server, prefix, |stream| {
        count += 1;
        bytes += ["hot_bytes", "cold_bytes"].iter().filter_map(|name| stream[*name].as_u64()).sum::<u64>();
        progress.set_position(count);
    })?;
    progress.finish_and_clear();
    Ok((count, bytes))
}

/// Calls `each` for each stream with a prefix.
pub fn listed(server: &Server, prefix: &str, mut each: impl FnMut(&Value)) -> Result<()> {
    let mut after: Option<String> = None;
    loop {
        let mut query = vec![("limit", "1000")];
        query.extend(Some(("prefix", prefix)).filter(|_| !prefix.is_empty()));
        query.extend(after.as_deref().map(|after| ("after", after)));
        let page = server.get(&with_query("/v1/streams", &query)).context("The streams can't be listed")?.json()?;
        page["streams"].as_array().into_iter().flatten().for_each(&mut each);
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return Ok(()),
        }
    }
}
