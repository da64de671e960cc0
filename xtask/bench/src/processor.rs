//! What a server takes of this machine's processors.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::listener;

/// The unit of times in /proc, on every architecture that a server here runs on.
const TICK: Duration = Duration::from_millis(10);

/// The processor time that the process behind `address` has used so far, with all of its threads.
pub fn used(address: SocketAddr) -> Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{}/stat", listener(address)?))?;
    ticks(&text).map(|ticks| TICK * ticks).context("a process without times")
}

/// What each of `count` requests took of a time, in microseconds.
pub fn each_us(used: Duration, count: u64) -> f64 {
    used.as_secs_f64() * 1e6 / count as f64
}

/// The time in user mode and in the kernel. The name of the process, in parentheses, can contain spaces.
fn ticks(stat: &str) -> Option<u32> {
    let mut words = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || words.next()?.parse::<u32>().ok();
    Some(next()? + next()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::time::Instant;

    #[test]
    fn time_at_work_counts_and_time_asleep_does_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let before = used(address).unwrap();
        let start = Instant::now();
        let mut number = 0_u64;
        while used(address).unwrap() < before + 5 * TICK {
            assert!(start.elapsed() < Duration::from_secs(20), "{:?}", used(address));
            (0..100_000).for_each(|_| number = std::hint::black_box(number.wrapping_add(1)));
        }
        assert_eq!(ticks("1 (a b) c) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15"), Some(25));
    }
}
