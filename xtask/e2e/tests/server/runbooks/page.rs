//! The text of docs/runbooks.md: its sections, and the commands in them.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

/// The whole page.
pub fn text() -> String {
    fs::read_to_string(root().join("docs/runbooks.md")).expect("docs/runbooks.md")
}

/// The titles of all runbooks. The part before them is no runbook.
pub fn titles() -> Vec<String> {
    let text = text();
    let titles = text.split("\n## ").skip(1).map(|section| section.lines().next().expect("a title").to_owned());
    titles.filter(|title| title != BEGINNING).collect()
}

/// The title of the section with the table of alerts.
pub const BEGINNING: &str = "Where to begin";

/// A runbook, whose blocks of commands are followed one after the other.
pub struct Runbook {
    text: String,
    blocks: VecDeque<Vec<Command>>,
}

/// A command, and what the page states about it.
#[derive(Debug, PartialEq)]
pub struct Command {
    pub line: String,
    /// The status of the response, if it sends a request.
    pub status: Option<u16>,
    /// Whether it ends with an error.
    pub fails: bool,
}

impl Runbook {
    /// The runbook with this title.
    pub fn read(title: &str) -> Self {
        let text = text();
        let section = text.split("\n## ").find(|section| section.lines().next() == Some(title));
        let section = section.unwrap_or_else(|| panic!("no runbook is called {title}")).to_owned();
        for part in ["**Signs.**", "**What happens meanwhile.**", "**Do.**", "**After.**"] {
            assert!(section.contains(&format!("\n{part} ")), "{title} has no part {part}");
        }
        let blocks = blocks(&section).into_iter().map(|block| block.lines().map(Command::read).collect());
        let blocks = blocks.collect();
        Self { text: section, blocks }
    }

    /// The commands of the next block.
    #[track_caller]
    pub fn next_block(&mut self) -> Vec<Command> {
        self.blocks.pop_front().expect("the page has another block")
    }

    /// Whether all blocks have been followed.
    pub fn is_done(&self) -> bool {
        self.blocks.is_empty()
    }

    /// What the page says on how to notice the trouble.
    pub fn signs(&self) -> &str {
        let part = self.text.split("**Signs.**").nth(1).and_then(|rest| rest.split("\n\n").next());
        part.expect("a runbook has signs")
    }

    /// The whole section.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The blocks of a text, all of which must be commands of a shell.
pub fn blocks(text: &str) -> Vec<&str> {
    let fenced = text.split("\n```").skip(1).step_by(2);
    fenced.map(|block| block.strip_prefix("sh\n").unwrap_or_else(|| panic!("not for a shell: {block}"))).collect()
}

impl Command {
    fn read(line: &str) -> Self {
        let remark = line.rsplit_once(" # ").map(|(_, remark)| remark.trim());
        let status = remark.and_then(|remark| remark.parse().ok());
        assert_eq!(line.starts_with("curl "), status.is_some(), "a request, and only a request, has a status: {line}");
        Self { line: line.to_owned(), status, fails: remark == Some("fails") }
    }
}
