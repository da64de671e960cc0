//! The process that listens on an address, from what Linux tells of its processes.

use std::fs;
use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};

/// The number of the process that listens on `address`.
pub fn listener(address: SocketAddr) -> Result<u32> {
    ensure!(address.is_ipv4(), "only the processes behind IPv4 addresses are looked up");
    let sockets = fs::read_to_string("/proc/net/tcp").context("processes are looked up on Linux only")?;
    let inode = sockets.lines().find_map(|line| listening(line, address.port())).context("nobody listens there")?;
    let socket = format!("socket:[{inode}]");
    for process in fs::read_dir("/proc")? {
        let process = process?.path();
        let number = process.file_name().and_then(|name| name.to_str()?.parse().ok());
        // Those of others can't be looked into.
        let (Some(number), Ok(files)) = (number, fs::read_dir(process.join("fd"))) else { continue };
        for file in files.flatten() {
            if fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == socket.as_str()) {
                return Ok(number);
            }
        }
    }
    anyhow::bail!("the process that listens on {address} can't be seen")
}

/// The inode of the socket that a line of /proc/net/tcp is about, if that listens on this port.
fn listening(line: &str, port: u16) -> Option<u64> {
    const LISTEN: &str = "0A";
    let words: Vec<_> = line.split_whitespace().collect();
    let local = words.get(1)?.split_once(':')?.1;
    let listens = u16::from_str_radix(local, 16).ok()? == port && words.get(3) == Some(&LISTEN);
    listens.then(|| words.get(9)?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::listener;
    use std::net::TcpListener;

    #[test]
    fn whoever_listens_here_is_this_process() {
        let own = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = own.local_addr().unwrap();
        assert_eq!(listener(address).unwrap(), std::process::id());
        drop(own);
        assert!(listener(address).is_err());
    }
}
