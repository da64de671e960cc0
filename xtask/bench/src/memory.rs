//! What a server takes of this machine's memory, from what Linux tells of its processes.

use std::fs;
use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::process::listener;

/// The resident set, in KiB, of the process that listens on `address`.
pub fn resident_kib(address: SocketAddr) -> Result<u64> {
    let process = listener(address)?;
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a process without memory")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_process_grows_with_what_it_fills() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let before = resident_kib(address).unwrap();
        let filled = std::hint::black_box(vec![1_u8; 64 << 20]);
        assert!(resident_kib(address).unwrap() > before + (32 << 10));
        drop((filled, listener));
        assert!(resident_kib(address).is_err());
    }
}
