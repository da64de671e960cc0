//! Shared by the end-to-end tests: requests, streams, SSE, and servers. Helpers panic with the reason.

mod headers;
mod http;
mod problem;
mod receiver;
mod server;
mod socket;
mod sse;
pub mod stores;
mod stream;

pub use http::{Reply, Request, break_off, connect, raw, raw_status, request};
pub use problem::Problem;
pub use receiver::Receiver;
pub use server::Server;
pub use socket::{Socket, open_socket};
pub use sse::{Control, Event, Events};
pub use stream::{Stream, offset, unique_path};
pub use tungstenite::Message;

use std::thread;
use std::time::{Duration, Instant};

/// Longer than any long-poll or event stream is to last.
const PATIENCE: Duration = Duration::from_secs(90);

/// Where the server under test is: `BASE_URL`, without a slash at its end.
pub fn base_url() -> String {
    let url = std::env::var("BASE_URL").expect("BASE_URL says where the server under test is: see `cargo xtask test`");
    url.trim_end_matches('/').to_owned()
}

/// Does the same `count` times at once, told apart by number, and returns what came of it in the order of the numbers.
pub fn at_once<T: Send>(count: usize, action: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let action = &action;
    thread::scope(|scope| {
        let started: Vec<_> = (0..count).map(|number| scope.spawn(move || action(number))).collect();
        started
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Does `wait` and, a moment after it has begun, `cause`. Returns what came of the wait, and how long after the
/// cause had been done.
pub fn woken_by<T: Send>(wait: impl FnOnce() -> T + Send, cause: impl FnOnce()) -> (T, Duration) {
    /// Long enough for a request to have arrived.
    const MOMENT: Duration = Duration::from_millis(300);
    thread::scope(|scope| {
        let waiting = scope.spawn(move || (wait(), Instant::now()));
        thread::sleep(MOMENT);
        assert!(!waiting.is_finished(), "nothing was there to wait for");
        cause();
        let done = Instant::now();
        let (result, woken) = waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (result, woken.saturating_duration_since(done))
    })
}
