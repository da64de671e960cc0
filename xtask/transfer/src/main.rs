//! `cargo xtask export` and `cargo xtask import`.

mod progress;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use transfer::entry::{Selection, Totals};
use transfer::event::Event;
use transfer::export;
use transfer::http::Network;
use transfer::import;
use transfer::source::Source;
use transfer::target::Target;

use progress::Progress;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Copy streams to a file, with content, lifetimes, labels, retention and closed marks. docs/operations.md describes how to move
    /// streams.
    #[command(after_help = "Example: cargo xtask export --url https://streams.example.com orders/ orders.export")]
    Export(ExportOptions),
    /// Create the streams in a file that `cargo xtask export` has written.
    #[command(after_help = "Example: cargo xtask import --url https://streams.example.com orders.export")]
    Import(ImportOptions),
}

#[derive(Args)]
struct ExportOptions {
    /// URL of the Worker without a path. Requests contain the token in AUTH_TOKEN, if it is set.
    #[arg(long, value_name = "URL")]
    url: String,
    /// Continue a file that ends early.
    #[arg(long)]
    resume: bool,
    /// List the streams, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON objects, one in each line.
    #[arg(long)]
    json: bool,
    /// The beginning of the paths of the streams. "" selects all streams.
    prefix: String,
    /// The file to write. It must not exist, unless the export is resumed.
    file: PathBuf,
}

#[derive(Args)]
struct ImportOptions {
    /// URL of the Worker without a path. Requests contain the token in AUTH_TOKEN, if it is set.
    #[arg(long, value_name = "URL")]
    url: String,
    /// Continue the streams that an earlier import of the same file has created.
    #[arg(long)]
    resume: bool,
    /// Check the file, list its streams, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON objects, one in each line.
    #[arg(long)]
    json: bool,
    /// First export streams from any server of the protocol to the file: the stream NAME is at URL/NAME. Requests contain the token in
    /// FROM_TOKEN, if it is set.
    #[arg(long, value_name = "URL", requires = "streams", conflicts_with = "dry_run")]
    from: Option<String>,
    /// Stream on the server in --from. May be repeated.
    #[arg(long = "stream", value_name = "NAME", requires = "from")]
    streams: Vec<String>,
    /// The file to read.
    file: PathBuf,
}

fn main() -> ExitCode {
    let done = match Cli::parse().action {
        Action::Export(options) => export(options),
        Action::Import(options) => import(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn network(variable: &str) -> Network {
    Network::new(std::env::var(variable).ok())
}

fn export(ExportOptions { url, resume, dry_run, json, prefix, file }: ExportOptions) -> Result<ExitCode> {
    let network = network("AUTH_TOKEN");
    let source = Source::server(&network, &url);
    let selection = Selection::Prefix(prefix);
    if dry_run {
        let mut progress = Progress::new(json);
        export::each(&source, &selection, None, &mut |listed| {
            progress.report(Event::WouldExport { path: listed.path.clone(), bytes: listed.bytes() });
            Ok(())
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    write(&source, &url, selection, &file, resume, json)?;
    Ok(ExitCode::SUCCESS)
}

fn write(source: &Source<'_>, url: &str, selection: Selection, file: &Path, resume: bool, json: bool) -> Result<()> {
    let mut progress = Progress::new(json);
    let totals = export::run(source, url, selection, file, resume, &mut |event| progress.report(event))?;
    progress.print(&Exported { totals });
    Ok(())
}

fn import(options: &ImportOptions) -> Result<ExitCode> {
    let ImportOptions { url, resume, dry_run, json, from, streams, file } = options;
    if let Some(from) = from {
        let network = network("FROM_TOKEN");
        let source = Source::streams_below(&network, from);
        write(&source, from, Selection::Streams(streams.clone()), file, *resume, *json)?;
    }
    let network = network("AUTH_TOKEN");
    let mut progress = Progress::new(*json);
    let todo = import::Options { resume: *resume, dry_run: *dry_run };
    let summary = import::run(&Target::new(&network, url), file, todo, &mut |event| progress.report(event))?;
    progress.print(&Imported { summary });
    Ok(if summary.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The end of an export.
#[derive(Serialize)]
struct Exported {
    totals: Totals,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { streams, lost, bytes } = self.totals;
        write!(f, "The file has {streams} streams with {bytes} bytes")?;
        if lost == 0 { Ok(()) } else { write!(f, ", and {lost} that are not complete") }
    }
}

/// The end of an import.
#[derive(Serialize)]
struct Imported {
    summary: import::Summary,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let import::Summary { imported, skipped, refused } = self.summary;
        write!(f, "{imported} streams imported, {skipped} skipped, {refused} refused")
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn every_example_can_be_parsed() {
        let cli = Cli::command();
        let actions = cli.get_subcommands().filter(|action| action.get_name() != "help");
        let examples = actions.map(|action| action.get_after_help().expect("each has an example").to_string());
        // The same in docs/operations.md.
        let page =
            include_str!("../../../docs/operations.md").lines().filter_map(|line| line.split_once("cargo xtask "));
        let page = page.filter(|(start, command)| {
            start.ends_with("=… ") && ["export ", "import "].iter().any(|name| command.starts_with(name))
        });
        let page = page.map(|(_, command)| format!("Example: cargo xtask {command}"));
        for example in examples.chain(page) {
            let command = example.strip_prefix("Example: cargo ").expect("an example");
            let words = command.split(' ');
            if let Err(error) = Cli::command().try_get_matches_from(words) {
                panic!("{example}: {error}");
            }
        }
    }
}
