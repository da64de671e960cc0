//! A program that does not handle every decision of an endpoint.

use spec::stream::describe::Decision;

fn name(decision: Decision) -> &'static str {
    match decision {
        Decision::Ready(_) => "ready",
    }
}

fn main() {
    let _ = name;
}
