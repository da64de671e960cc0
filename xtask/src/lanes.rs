//! Sections of `cargo xtask test` in processes of their own, two at a time.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::Result;

use crate::summary::Summary;
use crate::tally::Tally;
use crate::{paths, process};

/// Number of sections that run at a time: as many as leave each of them time on two cores.
const LANES: usize = 2;

/// Runs `XTASK test --only NAME` for each name, where `xtask` is the path of this program. The output of a section is shown when it has
/// ended, so that sections do not mix. Returns an error only after a signal, which ends the sections.
pub fn run(xtask: &Path, names: &[String]) -> Result<Summary> {
    println!("\n── {LANES} at a time, each shown when it has ended: {}", names.join(", "));
    let (left, whole) = (Mutex::new(names.iter()), Mutex::new(Summary::default()));
    let lane = || {
        let next = || left.lock().expect("no lane panics").next();
        while let Some(name) = next() {
            let (output, summary) = section(xtask, name)?;
            let mut whole = whole.lock().expect("no lane panics");
            println!("{output}");
            whole.extend(summary);
        }
        anyhow::Ok(())
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().expect("no lane panics"))
    })?;
    Ok(whole.into_inner().expect("no lane panics"))
}

/// Runs one section. Its output ends with its summary; without it, the section counts as failed.
fn section(xtask: &Path, name: &str) -> Result<(String, Summary)> {
    let mut command = Command::new(xtask);
    let start = Instant::now();
    let (status, output) = process::run_captured(command.args(["test", "--only", name]).current_dir(paths::root()))?;
    let output = String::from_utf8_lossy(&output);
    if let Some((steps, summary)) = Summary::split(&output) {
        return Ok((steps.to_owned(), summary));
    }
    let mut summary = Summary::default();
    summary.add(&format!("{name}, which ended without a summary: {status}"), start.elapsed(), Tally::FAIL);
    Ok((output.into_owned(), summary))
}
