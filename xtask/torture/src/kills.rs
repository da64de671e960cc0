//! The moments at which the server is killed. Whoever started it does it, at a word on our stdout, and the server comes
//! back by itself.

use std::io::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use bench::client::{Client, Site};
use bytes::Bytes;
use fastrand::Rng;
use hyper::Request;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// What there is to read on stdout when the server is to be killed.
const WORD: &str = "kill";
/// Longest time that the server is let alone.
const INTERVAL_MS: u64 = 1_000;
/// For the server to die, and to come back.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);

/// Has the server killed so often.
pub async fn run(site: Site, mut random: Rng, kills: u32) -> Result<()> {
    for _ in 0..kills {
        sleep(Duration::from_millis(random.u64(..INTERVAL_MS))).await;
        let mut witness =
            TcpStream::connect(site.address()).await.context("the server is away before it was killed")?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "{WORD}")?;
        stdout.flush()?;
        // The end of this connection, in whichever way, is that of the server.
        let _ = timeout(PATIENCE, witness.read(&mut [0])).await.context("nobody has killed the server")?;
        timeout(PATIENCE, answers(&site)).await.context("the server has not come back")?;
    }
    Ok(())
}

/// Waits until the server answers, no matter what: one that is killed before it has started is not started again.
async fn answers(site: &Site) {
    loop {
        if let Ok(mut client) = Client::connect(site).await
            && client.ask(Request::get("/"), Bytes::new()).await.is_ok()
        {
            return;
        }
        sleep(POLL).await;
    }
}
