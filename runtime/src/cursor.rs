use crate::host::UnixMs;
use spec::{Interval, Limits};

/// The cursor to send with a live response (PROTOCOL.md §10.1): the number of the current interval, or something
/// beyond what the client already has.
///
/// The distance beyond is a function of the client's cursor, not a random number: clients that ask the same thing are
/// sent to the same place, and a cache can collapse them again.
pub fn cursor(limits: &Limits, now: UnixMs, client: Option<Interval>) -> Interval {
    let next = match ahead(limits, now, client).map(Interval::get) {
        Some(client) => {
            let steps = (millis(limits.cursor_jitter) / interval_ms(limits)).max(1);
            let spread = client.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
            client + 1 + spread % steps
        }
        None => current(limits, now),
    };
    Interval::new(next).unwrap_or(const { Interval::new(Interval::MAX).unwrap() })
}

/// The client's cursor, if it has not been overtaken by the time: one that has makes no difference any more.
pub fn ahead(limits: &Limits, now: UnixMs, client: Option<Interval>) -> Option<Interval> {
    client.filter(|client| client.get() >= current(limits, now))
}

fn current(limits: &Limits, now: UnixMs) -> u64 {
    now.saturating_sub(millis(limits.cursor_epoch)) / interval_ms(limits)
}

fn interval_ms(limits: &Limits) -> u64 {
    millis(limits.cursor_interval).max(1)
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits::DECLARED;
    const NOW: UnixMs = 1_728_432_000_000 + 20_000 * 1000;

    #[test]
    fn counts_intervals_and_never_goes_back() {
        assert_eq!(cursor(&LIMITS, NOW, None).get(), 1000);
        assert_eq!(cursor(&LIMITS, NOW, Interval::new(999)).get(), 1000);
        for ahead in [1000, 1001, 5000] {
            let next = cursor(&LIMITS, NOW, Interval::new(ahead)).get();
            assert!((ahead + 1..=ahead + 180).contains(&next), "{next}");
            assert_eq!(next, cursor(&LIMITS, NOW, Interval::new(ahead)).get());
        }
    }

    #[test]
    fn survives_absurd_clocks_and_clients() {
        assert_eq!(cursor(&LIMITS, 0, None).get(), 0);
        assert_eq!(cursor(&LIMITS, NOW, Interval::new(Interval::MAX)).get(), Interval::MAX);
    }
}
