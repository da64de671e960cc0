//! Restarts of a server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Request;
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use crate::client::{Client, Site};
use crate::process::listener;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Kills the process that listens, and waits until whoever watches over it has started another one. The first requests
/// have then been answered, about a stream that doesn't exist.
pub async fn restart(site: &Site, absent: &str) -> Result<()> {
    let killed = listener(site.address())?;
    let number = i32::try_from(killed).ok().and_then(Pid::from_raw).context("a process has a number")?;
    kill_process(number, Signal::KILL).context("the server can't be killed")?;
    let start = Instant::now();
    while !(listener(site.address()).is_ok_and(|other| other != killed) && answers(site, absent).await.is_ok()) {
        ensure!(start.elapsed() < PATIENCE, "nobody has started the server again for {} s", PATIENCE.as_secs());
        sleep(POLL).await;
    }
    Ok(())
}

async fn answers(site: &Site, absent: &str) -> Result<()> {
    let mut client = Client::connect(site).await?;
    let answer = client.ask(Request::head(format!("{}/{absent}", site.prefix)), Bytes::new()).await?;
    ensure!(!answer.status.is_server_error(), "answered {}", answer.status);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::kill_process_group;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command, Stdio};

    const SERVE: &str = "while :; do python3 -c 'import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(404)
        self.end_headers()
http.server.HTTPServer((\"127.0.0.1\", int(sys.argv[1])), Handler).serve_forever()' \"$1\"; done";

    struct Group(Child);

    impl Drop for Group {
        fn drop(&mut self) {
            let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
            let _ = self.0.wait();
        }
    }

    #[tokio::test]
    async fn a_server_that_is_watched_over_starts_again() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let site: Site = format!("http://127.0.0.1:{port}").parse().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", SERVE, "sh", &port.to_string()]).stderr(Stdio::null()).process_group(0);
        let _group = Group(command.spawn().unwrap());
        let start = Instant::now();
        while answers(&site, "absent").await.is_err() {
            assert!(start.elapsed() < PATIENCE, "the server has not started");
            sleep(POLL).await;
        }
        let before = listener(site.address()).unwrap();
        restart(&site, "absent").await.unwrap();
        assert_ne!(listener(site.address()).unwrap(), before);
        answers(&site, "absent").await.unwrap();
    }
}
