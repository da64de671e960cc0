//! Rebuilding streams from R2.

use crate::Target;
use crate::delete::listed;
use crate::progress::bar;
use crate::server::{Answer, Server};
use crate::stream::print;
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::thread::sleep;
use std::time::Duration;

/// Options of `restore`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// Also restore streams that were deleted or have expired.
    #[arg(long)]
    deleted: bool,
    /// Restore nothing, and print the paths.
    #[arg(long)]
    dry_run: bool,
    /// Restore all streams that are listed. Streams without a row are not: name them.
    #[arg(long, conflicts_with = "paths")]
    all: bool,
    /// With --all: only streams whose paths begin with this text.
    #[arg(long, value_name = "TEXT", requires = "all")]
    prefix: Option<String>,
    /// With --all: only streams after this path, which an interrupted command has printed.
    #[arg(long, value_name = "PATH", requires = "all")]
    after: Option<String>,
    /// Streams: the parts of their URLs after /v1/stream/.
    #[arg(required_unless_present = "all", value_name = "PATH")]
    paths: Vec<String>,
}

/// Returns whether all streams were restored.
pub fn run(options: &Options) -> Result<bool> {
    let server = Server::new(&options.target)?;
    let paths = paths(&server, options)?;
    if options.dry_run {
        for path in &paths {
            print(&options.target, &json!({ "path": path, "dry_run": true }), path);
        }
        return Ok(true);
    }
    let progress = bar(Some(paths.len() as u64), "streams");
    // A fork can be restored only after its source.
    let (mut left, mut is_first) = (paths, true);
    loop {
        let mut failed = Vec::new();
        for path in &left {
            match restore(&server, path, options.deleted) {
                Ok(answer) => {
                    progress.inc(1);
                    let report = answer.body.trim().to_owned();
                    let result = json!({ "path": path, "restored": true, "report": report });
                    progress.suspend(|| print(&options.target, &result, &format!("{path}: {report}")));
                }
                Err(error) => failed.push((path.clone(), error)),
            }
        }
        let is_over = failed.is_empty() || (!is_first && failed.len() == left.len());
        if is_over {
            progress.finish_and_clear();
            for (path, error) in &failed {
                let result = json!({ "path": path, "restored": false, "report": format!("{error:#}") });
                print(&options.target, &result, &format!("{path}: not restored. {error:#}"));
            }
            return Ok(failed.is_empty());
        }
        (left, is_first) = (failed.into_iter().map(|(path, _)| path).collect(), false);
    }
}

fn paths(server: &Server, options: &Options) -> Result<Vec<String>> {
    if !options.all {
        return Ok(options.paths.clone());
    }
    let mut paths = Vec::new();
    listed(server, options.prefix.as_deref().unwrap_or_default(), |stream| {
        let path = stream["path"].as_str().unwrap_or_default();
        if options.after.as_deref().is_none_or(|after| path > after) {
            paths.push(path.to_owned());
        }
    })?;
    Ok(paths)
}

/// Restores a stream. A request checks a part of a long one, so it is repeated.
fn restore(server: &Server, path: &str, deleted: bool) -> Result<Answer> {
    let headers: &[(&str, &str)] = if deleted { &[("stream-restore-deleted", "true")] } else { &[] };
    loop {
        let answer = server.post(&format!("/v1/restore/{}", path.trim_start_matches('/')), headers)?;
        if !answer.is_underway() {
            return Ok(answer);
        }
        sleep(Duration::from_secs(1));
    }
}
