//! A program that forgets something that the spec can decide.

use spec::stream::describe::Decision;

fn name(decision: Decision) -> &'static str {
    match decision {
        Decision::Ready(_) => "ready",
    }
}

fn main() {
    let _ = name;
}
