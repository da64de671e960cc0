//! The text of docs/access.md.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A block of code: its language, and its lines.
pub type Block = (String, String);

/// The sections with a heading of three `#`, and their blocks.
pub fn recipes() -> Vec<(String, Vec<Block>)> {
    let text = text();
    let all = text.split("\n## ").find_map(|section| section.strip_prefix("Recipes\n")).expect("the page has recipes");
    let recipes = all.split("\n### ").skip(1).map(|recipe| {
        let (title, rest) = recipe.split_once('\n').expect("a recipe has lines");
        (title.to_owned(), blocks(rest))
    });
    recipes.collect()
}

/// The only block in this language.
pub fn code(language: &str) -> String {
    let mut found = blocks(&text()).into_iter().filter(|(own, _)| own == language).map(|(_, code)| code);
    let code = found.next().unwrap_or_else(|| panic!("the page has no {language}"));
    assert_eq!(found.next(), None);
    code
}

fn text() -> String {
    std::fs::read_to_string(root().join("docs/access.md")).expect("docs/access.md")
}

fn blocks(text: &str) -> Vec<Block> {
    let fenced = text.split("```").skip(1).step_by(2);
    let block = |block: &str| block.split_once('\n').map(|(language, code)| (language.to_owned(), code.to_owned()));
    fenced.map(|text| block(text).expect("a block has lines")).collect()
}
