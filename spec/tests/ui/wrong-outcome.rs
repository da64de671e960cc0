//! An endpoint that returns the outcome of another endpoint.

use spec::Offset;
use spec::stream::{append, long_poll};

fn answer(tail: Offset) -> append::Outcome {
    long_poll::Ended { stream_next_offset: tail }.into()
}

fn main() {
    let _ = Offset::new(0).map(answer);
}
