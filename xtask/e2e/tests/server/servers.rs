//! Servers that several tests share. Each starts when a test first needs it.

use std::sync::LazyLock;

use e2e::Server;

/// Every limit is so small that a test meets it.
pub static SMALL: LazyLock<Server> = LazyLock::new(|| {
    Server::fresh(&[
        ("LIMIT_BODY", "64 KiB"),
        ("LIMIT_DRAIN", "1 MiB"),
        ("LIMIT_MESSAGE", "16 KiB"),
        ("LIMIT_RESPONSE", "4 KiB"),
        ("LIMIT_PAGE", "4 KiB"),
        ("LIMIT_ROW", "16 KiB"),
        ("LIMIT_QUEUE", "2"),
        ("LIMIT_TRANSACTION_BYTES", "8 KiB"),
        ("LIMIT_TAIL_CACHE", "1 KiB"),
        ("LIMIT_READERS", "1"),
        ("LIMIT_FORKS", "2"),
        ("LIMIT_FORK_DEPTH", "2"),
        ("LIMIT_PRODUCERS", "1"),
        ("LIMIT_PRODUCER_TAILS", "2"),
        ("LIMIT_LONG_POLL_HOLD", "700 ms"),
        ("LIMIT_SSE_LIFETIME", "2 s"),
        ("LIMIT_SSE_JITTER", "0"),
        ("LIMIT_SSE_HEARTBEAT", "300 ms"),
        ("LIMIT_CURSOR_INTERVAL", "1 s"),
        ("LIMIT_CURSOR_EPOCH", "1700000000 s"),
        ("LIMIT_CURSOR_STRIDE", "10"),
        ("LIMIT_CACHE_LIFETIME", "10 s"),
    ])
});

/// What `GUARDED` asks for.
pub const TOKEN: &str = "correct-horse-battery-staple";

/// Every request needs `TOKEN`.
pub static GUARDED: LazyLock<Server> = LazyLock::new(|| Server::fresh(&[("AUTH_TOKEN", TOKEN)]));

/// The value of `Authorization` that `GUARDED` takes.
pub fn bearer() -> String {
    format!("Bearer {TOKEN}")
}
