//! The expansion of the real spec is kept as a formatted file, to be reviewed like source.

mod specs;

use std::path::Path;

const SNAPSHOT: &str = "tests/snapshots/durable_streams.rs";

fn formatted() -> String {
    let program = dsl::compile(specs::read(specs::SPEC).tokens);
    let file = syn::parse2(program).expect("the expansion is Rust");
    format!(
        "// The expansion of spec/durable_streams.rs. `BLESS=1 cargo test -p dsl` writes it anew.\n\n{}",
        prettyplease::unparse(&file)
    )
}

#[test]
fn expansion_is_the_reviewed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT);
    let expanded = formatted();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &expanded).expect("the snapshot can be written");
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expanded == reviewed,
        "the expansion has changed: BLESS=1 cargo test -p dsl, then review the diff of {SNAPSHOT}"
    );
}

#[test]
fn expansion_is_a_function_of_the_tokens() {
    assert_eq!(formatted(), formatted());
}
