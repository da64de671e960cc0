use crate::host::UnixMs;
use spec::{Cursor, Interval, Limits, Offset};

/// The cursor to send with a live response after which the client continues at `next` (PROTOCOL.md §10.1).
///
/// The cursor is a function of the time and of `next` alone. Readers that have arrived at the same offset therefore send identical
/// requests, which a cache can collapse. Only a client whose cursor is already as great, because its long-poll timed out, gets its
/// own cursor plus one.
pub fn cursor(limits: &Limits, now: UnixMs, next: Offset, client: Option<Cursor>) -> Interval {
    let next = match cursor_to_pass(limits, now, next, client) {
        Some(client) => client.get() + 1,
        None => of(limits, now, next),
    };
    // The grammar limits a client's cursor to `Cursor::MAX`, so the increment stays in range.
    const { assert!(Cursor::MAX < Interval::MAX) };
    Interval::new(next).unwrap_or(const { Interval::new(Interval::MAX).unwrap() })
}

/// The client's cursor, if it is at least the one computed for `next`, so that it affects the next cursor.
pub fn cursor_to_pass(limits: &Limits, now: UnixMs, next: Offset, client: Option<Cursor>) -> Option<Cursor> {
    client.filter(|client| client.get() >= of(limits, now, next))
}

/// The cursor computed from the time and `offset`. It increases with the offset, but wraps around for very long streams so that the
/// time still fits.
fn of(limits: &Limits, now: UnixMs, offset: Offset) -> u64 {
    let intervals = now.saturating_sub(millis(limits.cursor_epoch)) / millis(limits.cursor_interval).max(1);
    intervals + offset.get().wrapping_mul(limits.cursor_stride as u64) % (Interval::MAX / 2)
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits::DECLARED;
    const STRIDE: u64 = LIMITS.cursor_stride as u64;
    const NOW: UnixMs = 1_728_432_000_000 + 20_000 * 1000;

    fn after(offset: u64, client: Option<u64>) -> u64 {
        cursor(&LIMITS, NOW, Offset::new(offset).unwrap(), client.and_then(Cursor::new)).get()
    }

    #[test]
    fn counts_intervals_and_never_goes_back() {
        assert_eq!(after(0, None), 1000);
        assert_eq!(after(0, Some(999)), 1000);
        for client in [1000, 1001, 5000, 1 << 50] {
            assert_eq!(after(0, Some(client)), client + 1);
        }
    }

    #[test]
    fn readers_at_the_same_place_have_the_same_whatever_their_way() {
        let waited = (0..STRIDE).fold(after(7, None), |cursor, _| after(7, Some(cursor)));
        let hopped = [3, 5, 7].iter().fold(None, |client, &offset| Some(after(offset, client)));
        for client in [None, hopped, Some(after(7, hopped)), Some(waited - 1)] {
            assert_eq!(after(8, client), 1000 + 8 * STRIDE, "{client:?}");
        }
        // A client that has waited longer still gets a new cursor.
        assert_eq!(after(8, Some(waited)), waited + 1);
    }

    #[test]
    fn survives_absurd_clocks_offsets_and_clients() {
        assert_eq!(cursor(&LIMITS, 0, Offset::new(0).unwrap(), None).get(), 0);
        assert_eq!(after(0, Some(Cursor::MAX)), Interval::MAX);
        let last = after(Offset::new((1 << 53) - 1).unwrap().get(), None);
        assert!(last < Interval::MAX);
        assert_eq!(after((1 << 53) - 1, Some(last)), last + 1);
    }
}
