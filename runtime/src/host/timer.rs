use std::time::Duration;

/// Maximum time of a timer, about 24 days. `setTimeout` takes a longer time as 1 ms.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// The time that a timer can hold: `time`, or the longest possible one.
#[must_use]
pub fn timer(time: Duration) -> Duration {
    time.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_of_30_days_does_not_end_at_once() {
        let days = |count: u64| Duration::from_hours(24 * count);
        assert_eq!(timer(days(24)), days(24));
        assert_eq!(timer(days(30)).as_millis(), 0x7fff_ffff);
        assert_eq!(timer(Duration::MAX), LONGEST);
    }
}
