//! The test clock. Only sleeps advance it.

use runtime::host::UnixMs;
use tokio::time::Instant;

/// When the clock of a server starts: 2026-01-01T00:00:00Z.
pub(crate) const EPOCH_MS: UnixMs = 1_767_225_600_000;

/// The time on a clock that started at `started`.
pub(crate) fn since(started: Instant) -> UnixMs {
    EPOCH_MS + u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX / 2)
}
