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

use crate::history::History;

/// What there is to read on stdout when the server is to be killed.
const WORD: &str = "kill";
/// Most appends that are acknowledged before the next kill: the first few come one by one, as objects load their streams.
const APPENDS: usize = 300;
/// For that, for the server to die, and for it to come back.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(3);

/// Has the server killed so often, each time after some more appends.
pub async fn run(site: &Site, mut random: Rng, kills: u32, history: &History) -> Result<()> {
    for _ in 0..kills {
        let appends = history.acknowledged() + random.usize(..APPENDS);
        timeout(PATIENCE, reached(history, appends)).await.context("hardly anything is acknowledged")?;
        let mut witness =
            TcpStream::connect(site.address()).await.context("the server is away before it was killed")?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "{WORD}")?;
        stdout.flush()?;
        // The end of this connection, in whichever way, is that of the server.
        let _ = timeout(PATIENCE, witness.read(&mut [0])).await.context("nobody has killed the server")?;
        timeout(PATIENCE, answers(site)).await.context("the server has not come back")?;
    }
    Ok(())
}

async fn reached(history: &History, appends: usize) {
    while history.acknowledged() < appends {
        sleep(POLL).await;
    }
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
