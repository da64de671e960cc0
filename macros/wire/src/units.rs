//! The units of limits, in a spec and in environment variables.

/// Units from small to large, each with its size in the first unit.
pub type Units = [(&'static str, u64)];

/// The units of bytes.
pub const BYTES: &Units = &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// The units of time.
pub const TIME: &Units = &[("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Returns the size of `unit` in the smallest unit.
#[must_use]
pub fn factor(units: &Units, unit: &str) -> Option<u64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

/// Returns an amount with the largest unit that divides it.
#[must_use]
pub fn written(amount: u64, units: &Units) -> String {
    let divides = |(_, factor): &&(&str, u64)| amount > 0 && amount.is_multiple_of(*factor);
    let (unit, factor) = units.iter().rfind(divides).unwrap_or(&units[0]);
    format!("{} {unit}", amount / factor)
}

/// Returns a list such as `B, KiB, MiB or GiB`.
#[must_use]
pub fn listed(units: &Units) -> String {
    let names: Vec<_> = units.iter().map(|(name, _)| *name).collect();
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    format!("{} or {last}", others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_the_largest_unit_that_divides_them() {
        for (amount, text) in [(0, "0 B"), (1, "1 B"), (1536, "1536 B"), (4096, "4 KiB"), (5 << 30, "5 GiB")] {
            assert_eq!(written(amount, BYTES), text);
        }
        for (amount, text) in [(500, "500 ms"), (90_000, "90 s"), (900_000, "15 min"), (604_800_000, "7 d")] {
            assert_eq!(written(amount, TIME), text);
        }
        assert_eq!(listed(TIME), "ms, s, min, h or d");
    }
}
