//! Rebuilding streams from R2.

use crate::Target;
use crate::delete::listed;
use crate::progress::bar;
use crate::server::{Answer, Refusal, Server, with_query};
use crate::stream::print;
use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

/// The type of the problem of a stream that was deleted or has expired.
const ENDED: &str = ":stream-deleted";

/// Maximum number of streams from which one stream inherits data. A longer chain is a circle.
const FORK_DEPTH_MAX: usize = 10_000;

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
    /// Restore all streams that have a row in D1 or objects in R2, sources before their forks.
    #[arg(long, conflicts_with = "paths")]
    all: bool,
    /// With --all: only streams whose paths begin with this text.
    #[arg(long, value_name = "TEXT", requires = "all")]
    prefix: Option<String>,
    /// With --all: continue after this path, the last one that an interrupted command has printed.
    #[arg(long, value_name = "PATH", requires = "all")]
    after: Option<String>,
    /// Streams, sources before their forks: the parts of their URLs after /v1/stream/.
    #[arg(required_unless_present = "all", value_name = "PATH")]
    paths: Vec<String>,
}

/// Returns whether all streams were restored.
pub fn run(options: &Options) -> Result<bool> {
    let server = Server::new(&options.target)?;
    let paths = if options.all { all(&server, options)? } else { options.paths.clone() };
    if options.dry_run {
        for path in &paths {
            print(&options.target, &json!({ "path": path, "dry_run": true }), path);
        }
        return Ok(true);
    }
    let progress = bar(Some(paths.len() as u64), "streams");
    let mut are_all_restored = true;
    for (done, path) in paths.iter().enumerate() {
        let (result, text) = match restore(&server, path, options.deleted) {
            Ok(answer) => {
                let report = answer.body.trim();
                (json!({ "path": path, "restored": true, "report": report }), format!("{path}: {report}"))
            }
            Err(error) => {
                let Some(refusal) = error.downcast_ref::<Refusal>() else {
                    let last = done.checked_sub(1).map(|last| &*paths[last]).or(options.after.as_deref());
                    let again = last.filter(|_| options.all).map(|last| format!("; continue with --after {last}"));
                    let again = again.unwrap_or_default();
                    return Err(error.context(format!("`{path}` and the streams after it were not restored{again}")));
                };
                // The objects of a deleted stream can still be in R2.
                let is_ended = refusal.kind.ends_with(ENDED);
                are_all_restored &= is_ended && options.all;
                let result = json!({ "path": path, "restored": false, "ended": is_ended, "report": error.to_string() });
                (result, format!("{path}: not restored. {error}"))
            }
        };
        progress.inc(1);
        progress.suspend(|| print(&options.target, &result, &text));
    }
    progress.finish_and_clear();
    Ok(are_all_restored)
}

/// The paths of all streams with a row or with R2 objects. A fork can hold the data of its source only once that is restored, so sources
/// come before forks.
fn all(server: &Server, options: &Options) -> Result<Vec<String>> {
    let prefix = options.prefix.as_deref().unwrap_or_default();
    let progress = bar(None, "streams found");
    // Each path, with its source if it has a row of a fork.
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    stored(server, prefix, |path| {
        found.insert(path.to_owned(), None);
        progress.set_position(found.len() as u64);
    })?;
    listed(server, prefix, |stream| {
        let text = |name: &str| stream[name].as_str().map(str::to_owned);
        found.extend(text("path").map(|path| (path, text("forked_from"))));
        progress.set_position(found.len() as u64);
    })?;
    progress.finish_and_clear();
    let mut ordered: Vec<(usize, &String)> = found.keys().map(|path| (depth(&found, path), path)).collect();
    ordered.sort_unstable();
    let reached = options.after.as_ref().map(|after| (depth(&found, after), after));
    let left = ordered.into_iter().filter(|place| reached.is_none_or(|reached| *place > reached));
    Ok(left.map(|(_, path)| path.clone()).collect())
}

/// The number of streams of which a stream is known to inherit data.
fn depth(found: &BTreeMap<String, Option<String>>, path: &str) -> usize {
    let source = |path: &&str| found.get(*path).and_then(Option::as_deref);
    std::iter::successors(Some(path), source).take(FORK_DEPTH_MAX).count() - 1
}

/// Calls `each` with the path of each stream with a prefix that has R2 objects.
fn stored(server: &Server, prefix: &str, mut each: impl FnMut(&str)) -> Result<()> {
    let mut place: Option<String> = None;
    loop {
        let mut query = vec![("limit", "1000")];
        query.extend(Some(("prefix", prefix)).filter(|_| !prefix.is_empty()));
        query.extend(place.as_deref().map(|place| ("continue", place)));
        let page = server.get(&with_query("/v1/admin/stored", &query));
        let page = page.context("The streams in R2 can't be listed")?.json()?;
        let paths = page["streams"].as_array().into_iter().flatten().filter_map(|stream| stream["path"].as_str());
        paths.for_each(&mut each);
        match page["next"].as_str().map(str::to_owned) {
            None => return Ok(()),
            next => {
                ensure!(next != place, "The list of streams in R2 does not continue.");
                place = next;
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::depth;
    use std::collections::BTreeMap;

    #[test]
    fn a_fork_is_deeper_than_its_source() {
        let found = [("a", None), ("b", Some("a")), ("c", Some("b")), ("d", Some("lost")), ("e", Some("e"))];
        let found: BTreeMap<_, _> =
            found.into_iter().map(|(path, source)| (path.to_owned(), source.map(str::to_owned))).collect();
        let depths = ["a", "b", "c", "d", "lost"].map(|path| depth(&found, path));
        assert_eq!(depths, [0, 1, 2, 1, 0]);
        assert!(depth(&found, "e") > 2);
    }
}
