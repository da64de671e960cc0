//! A program that sends an answer without doing what it answers to.

use spec::stream::delete::{Decision, Outcome};

fn answer(decision: Decision) -> Outcome {
    match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::PreconditionFailed => unreachable!(),
    }
}

fn main() {
    let _ = answer;
}
