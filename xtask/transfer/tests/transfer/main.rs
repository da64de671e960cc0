//! Exports and imports, over a server in this process.

mod failures;
mod foreign;
mod process;
mod same;

use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;
use transfer::entry::{Selection, Totals};
use transfer::event::Event;
use transfer::http::Exchange;
use transfer::import::{Options, Summary};
use transfer::source::Source;
use transfer::target::Target;
use transfer::{export, import};

const URL: &str = "http://native";

/// A path for a file in a new folder.
fn new_file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("export");
    (folder, file)
}

fn try_export(server: &dyn Exchange, file: &Path, resume: bool) -> Result<(Totals, Vec<Event>)> {
    let mut events = Vec::new();
    let selection = Selection::Prefix("a/".to_owned());
    let totals = export::run(&Source::server(server, URL), URL, selection, file, resume, &mut |event| {
        if !matches!(event, Event::Bytes(_)) {
            events.push(event);
        }
    })?;
    Ok((totals, events))
}

fn try_import(server: &dyn Exchange, file: &Path, options: Options) -> Result<(Summary, Vec<Event>)> {
    let mut events = Vec::new();
    let summary = import::run(&Target::new(server, URL), file, options, &mut |event| {
        if !matches!(event, Event::Bytes(_)) {
            events.push(event);
        }
    })?;
    Ok((summary, events))
}

const ANEW: Options = Options { resume: false, dry_run: false };
const RESUMED: Options = Options { resume: true, dry_run: false };
