//! What a server takes of this machine's processors.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;

use crate::client::Site;
use crate::process;

/// The unit of times in /proc, on every architecture that a server here runs on.
const TICK: Duration = Duration::from_millis(10);

/// The processor time that the process tree behind `address` has used so far, with all threads.
pub fn used(address: SocketAddr) -> Result<Duration> {
    let ticks: u64 = process::tree(address)?.iter().map(|process| process.ticks).sum();
    Ok(TICK * u32::try_from(ticks)?)
}

/// Measures the processor time of some operations.
pub struct Meter {
    address: SocketAddr,
    before: Duration,
}

impl Meter {
    /// None if the server's processes can't be seen.
    pub fn start(site: &Site) -> Result<Option<Self>> {
        let start = || Ok(Self { address: site.address(), before: used(site.address())? });
        site.is_observed().then(start).transpose()
    }

    /// What each of `count` operations has taken since the start, in microseconds.
    pub fn each_us(&self, count: u64) -> Result<f64> {
        let used = used(self.address)?.saturating_sub(self.before);
        Ok(used.as_secs_f64() * 1e6 / count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::process::Command;
    use std::time::Instant;

    fn work_until(enough: impl Fn() -> bool) {
        let start = Instant::now();
        let mut number = 0_u64;
        while !enough() {
            assert!(start.elapsed() < Duration::from_secs(60), "no time is counted");
            (0..100_000).for_each(|_| number = std::hint::black_box(number.wrapping_add(1)));
        }
    }

    #[test]
    fn time_at_work_is_shared_among_operations() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site: Site = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let meter = Meter::start(&site).unwrap().unwrap();
        work_until(|| used(site.address()).unwrap() >= meter.before + 5 * TICK);
        let (one, two) = (meter.each_us(1).unwrap(), meter.each_us(2).unwrap());
        assert!(one >= 50_000.0 && two >= 25_000.0 && two < one, "{one} and {two}");
    }

    #[test]
    fn children_that_have_ended_count() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let before = process::tree(address).unwrap().iter().find(|own| own.number == std::process::id()).unwrap().ticks;
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", busy]).status().unwrap().success());
        let after = process::tree(address).unwrap().iter().find(|own| own.number == std::process::id()).unwrap().ticks;
        assert!(after > before);
    }
}
