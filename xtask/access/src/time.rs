//! Points in time and durations, as people write and read them.

use anyhow::{Context, Result, ensure};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Unit};

/// The end, in seconds since 1970, of a duration such as `1h`, `30m` or `7d` that begins now.
pub fn end_of(duration: &str) -> Result<u64> {
    let rule = || format!("--expires is a duration such as 1h, 30m or 7d, and not `{duration}`");
    let span: Span = duration.parse().with_context(rule)?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).with_context(rule)?;
    ensure!(duration >= SignedDuration::from_secs(1), "--expires must be at least one second");
    let end = Timestamp::now().checked_add(duration).with_context(rule)?;
    Ok(u64::try_from(end.as_second())?)
}

/// A time in words, from seconds since 1970: when it is here, and how long it is from now.
pub fn in_words(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let Some(at) = at else { return format!("{seconds} seconds after 1970") };
    let local = at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %Z");
    let distance = at.duration_since(Timestamp::now());
    let unit = if distance.abs() < SignedDuration::from_mins(2) { Unit::Second } else { Unit::Minute };
    let rounded = distance.abs().round(unit).unwrap_or(distance.abs());
    if distance.is_negative() { format!("{local}, {rounded:#} ago") } else { format!("{local}, in {rounded:#}") }
}

#[cfg(test)]
mod tests {
    use super::{end_of, in_words};
    use jiff::Timestamp;

    #[test]
    fn durations_have_units() {
        let now = u64::try_from(Timestamp::now().as_second()).unwrap();
        for (text, seconds) in [("1h", 3600), ("30m", 1800), ("7d", 604_800), ("1h 30m", 5400), ("45s", 45)] {
            let end = end_of(text).unwrap();
            assert!((now + seconds..=now + seconds + 5).contains(&end), "{text}");
        }
        for text in ["", "60", "1 fortnight", "-1h", "0s", "1month", "9999999999d"] {
            assert!(end_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_told_in_words() {
        let now = u64::try_from(Timestamp::now().as_second()).unwrap();
        assert!(in_words(now + 7_215).ends_with("in 2h"), "{}", in_words(now + 7_215));
        assert!(in_words(now - 90_000).ends_with("25h ago"), "{}", in_words(now - 90_000));
        assert_eq!(in_words(u64::MAX), format!("{} seconds after 1970", u64::MAX));
    }
}
