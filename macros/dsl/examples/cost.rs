//! What the compiler costs and makes, for three specs: `cargo run --release -p dsl --example cost`.

use dsl::part::Assembled;
use proc_macro2::TokenStream;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 21;

const SPECS: [&str; 3] =
    ["spec/durable_streams.rs", "macros/tests/subscriptions/protocol.rs", "macros/tests/registry/protocol.rs"];

fn main() {
    println!("{:38} {:>9} {:>9} {:>19} {:>19}", "", "median", "most", "with examples", "without");
    for spec in SPECS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(spec);
        let Assembled { tokens, files } = Assembled::read(&path, &|path| fs::read_to_string(path)).expect("a spec");
        let source: String = files.iter().map(|file| fs::read_to_string(file).expect("a file of the spec")).collect();
        let times = times(&tokens);
        let (whole, program) = generated(tokens);
        let (lines, own) = (source.lines().count(), without_examples(&source));
        println!(
            "{spec:38} {:>9} {:>9} {} {}",
            format!("{:.1} ms", times[ROUNDS / 2].as_secs_f64() * 1000.0),
            format!("{:.1} ms", times[ROUNDS - 1].as_secs_f64() * 1000.0),
            ratio(whole, lines),
            ratio(program, own),
        );
    }
}

/// The times of compiling a spec, in order.
fn times(tokens: &TokenStream) -> Vec<Duration> {
    let rounds = (0..ROUNDS).map(|_| {
        let began = Instant::now();
        std::hint::black_box(dsl::compile(tokens.clone()));
        began.elapsed()
    });
    let mut times: Vec<_> = rounds.collect();
    times.sort();
    times
}

/// The lines of the expansion, with and without the examples.
fn generated(tokens: TokenStream) -> (usize, usize) {
    let mut file: syn::File = syn::parse2(dsl::compile(tokens)).expect("the expansion is Rust");
    let whole = prettyplease::unparse(&file).lines().count();
    file.items.retain(|item| !matches!(item, syn::Item::Static(list) if list.ident == "EXAMPLES"));
    (whole, prettyplease::unparse(&file).lines().count())
}

/// The lines of a formatted spec, without its examples and their doc comments.
fn without_examples(source: &str) -> usize {
    let (mut kept, mut docs, mut end) = (0, 0, None);
    for line in source.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if let Some(own) = end {
            end = (indent != own || text != "}").then_some(own);
        } else if text.starts_with("///") {
            docs += 1;
        } else if text.starts_with("example ") {
            (docs, end) = (0, (!text.ends_with('}')).then_some(indent));
        } else {
            kept += docs + 1;
            docs = 0;
        }
    }
    kept
}

/// `1234 of  100: 12.3`
fn ratio(generated: usize, written: usize) -> String {
    format!("{generated:>6} of {written:>4}: {:>4.1}", generated as f64 / written as f64)
}
