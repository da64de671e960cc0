//! What compiling the real spec costs: `cargo run --release -p dsl --example cost`.

use std::path::Path;
use std::time::Instant;

const ROUNDS: usize = 21;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/durable_streams.rs");
    let source = std::fs::read_to_string(path).expect("the spec is there");
    let tokens = dsl::tokens(&source).expect("the spec is made of tokens");
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(dsl::compile(tokens.clone()));
            began.elapsed()
        })
        .collect();
    times.sort();
    let file = syn::parse2(dsl::compile(tokens)).expect("the expansion is Rust");
    let (generated, written) = (prettyplease::unparse(&file).lines().count(), source.lines().count());
    println!("{:?} in the median of {ROUNDS}, {:?} at most", times[ROUNDS / 2], times[ROUNDS - 1]);
    println!("{generated} lines of {written}: {:.1} for one", generated as f64 / written as f64);
}
