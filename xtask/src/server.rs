//! A local server as a child process: its output is held back until it is ready, and it ends when dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::interrupt;
use crate::process::Group;

const START_LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(50);

/// A server that is ready for requests.
pub struct Server {
    group: Group,
    address: SocketAddr,
}

impl Server {
    /// Starts `command`, which must listen on `address`. Its output is discarded until it is ready, unless it fails.
    /// Its stdin is a pipe that stays open as long as this process runs.
    pub fn start(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let group = Group::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let mut server = Self { group, address };
        let log = Log::held();
        log.follow(server.group.child.stdout.take().context("stdout is a pipe")?);
        log.follow(server.group.child.stderr.take().context("stderr is a pipe")?);
        let ready = server.wait_until_ready();
        log.open(ready.is_err());
        ready.map(|()| server)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns when the server ends, or after a signal.
    pub fn run_until_interrupted(mut self) -> Result<()> {
        match self.group.wait() {
            Err(_) if interrupt::requested() => Ok(()),
            Err(error) => Err(error),
            Ok(status) => bail!("the server ended: {status}"),
        }
    }

    /// Kills workerd.
    pub fn kill_workerd(&self) -> Result<()> {
        self.group.kill("workerd")
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while !answers(self.address) {
            interrupt::check()?;
            if let Some(status) = self.group.ended()? {
                bail!("the server ended before it was ready: {status}");
            }
            if Instant::now() > deadline {
                bail!("the server was not ready within {} s", START_LIMIT.as_secs());
            }
            thread::sleep(POLL);
        }
        Ok(())
    }
}

/// Returns the loopback address with `port`, or with a free port for 0. Fails if the port is in use.
pub fn local_address(port: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
        format!("port {port} is in use: stop the program that uses it, or choose another with --port")
    })?;
    if port == 0 {
        reserve(&listener)?;
    }
    Ok(listener.local_addr()?)
}

/// Leaves a closed connection behind: the system gives the port to nobody who asks for a free one for a minute, but lets
/// a server bind it. Otherwise, servers that start at the same time can choose the same port.
fn reserve(listener: &TcpListener) -> Result<()> {
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    // Only the end that closes first keeps the connection, and that must be the one with the listener's port.
    drop(listener.accept()?);
    client.read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Returns whether an HTTP server responds at `address`, with any status.
fn answers(address: SocketAddr) -> bool {
    let request = || -> std::io::Result<[u8; 5]> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(start)
    };
    request().is_ok_and(|start| &start == b"HTTP/")
}

/// The output of a child process: held back while it starts, written to stderr afterwards.
#[derive(Clone)]
struct Log(Arc<Mutex<Option<Vec<u8>>>>);

impl Log {
    fn held() -> Self {
        Self(Arc::new(Mutex::new(Some(Vec::new()))))
    }

    fn follow(&self, output: impl Read + Send + 'static) {
        let log = self.clone();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                log.write(&line);
                line.clear();
            }
        });
    }

    fn write(&self, line: &[u8]) {
        // If stderr is closed, the output is lost.
        match &mut *self.0.lock().expect("no writer panics") {
            Some(held) => held.extend_from_slice(line),
            None => drop(std::io::stderr().write_all(line)),
        }
    }

    /// Stops holding output back, and writes the held output if `show`.
    fn open(&self, show: bool) {
        let held = self.0.lock().expect("no writer panics").take();
        if let (true, Some(held)) = (show, held) {
            drop(std::io::stderr().write_all(&held));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_free_port_is_given_to_nobody_else() -> Result<()> {
        let reserved = (0..200).map(|_| local_address(0)).collect::<Result<BTreeSet<_>>>()?;
        assert_eq!(reserved.len(), 200);
        for _ in 0..20_000 {
            let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
            assert!(!reserved.contains(&other), "{other} is reserved");
        }
        for address in reserved {
            TcpListener::bind(address).with_context(|| format!("a server can't have {address}"))?;
        }
        Ok(())
    }
}
