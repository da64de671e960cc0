//! What the platform does with an object that does next to nothing.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use bytes::Bytes;
use hyper::{Method, Request};
use tokio::task::JoinSet;

use crate::client::Client;
use crate::idle;
use crate::measure::{Figures, Recorder};
use crate::message;
use crate::round::Round;

/// What clients ask of the no-op object.
#[derive(Clone, Copy)]
pub enum Ceiling {
    Get {
        clients: u32,
    },
    /// Clients take turns in choosing an object.
    Post {
        clients: u32,
        objects: u32,
    },
    /// One D1 batch of two statements in each request.
    Batch {
        clients: u32,
        objects: u32,
    },
    /// A text of 1 MiB out of D1, in one request after the other.
    Page,
    /// Responses that never end, and on which nothing comes.
    Hold {
        readers: u32,
    },
}

impl Ceiling {
    /// How many clients, and how many objects.
    fn numbers(self) -> (u32, u32) {
        match self {
            Ceiling::Get { clients } => (clients, 1),
            Ceiling::Post { clients, objects } | Ceiling::Batch { clients, objects } => (clients, objects),
            Ceiling::Page => (1, 1),
            Ceiling::Hold { readers } => (readers, 1),
        }
    }

    fn method(self) -> Method {
        match self {
            Ceiling::Get { .. } | Ceiling::Page | Ceiling::Hold { .. } => Method::GET,
            Ceiling::Post { .. } | Ceiling::Batch { .. } => Method::POST,
        }
    }
}

pub async fn run(load: Ceiling, round: &Round<'_>) -> Result<Figures> {
    if let Ceiling::Hold { readers } = load {
        return idle::run_noop(readers, round).await;
    }
    let (count, objects) = load.numbers();
    let with_database = matches!(load, Ceiling::Batch { .. } | Ceiling::Page);
    let folder = if with_database { "/d1" } else { "" };
    let mut clients = Vec::new();
    for id in 0..count {
        let path = format!("{folder}/{}", round.stream_name(id % objects));
        clients.push((Client::connect(round.site).await?, path));
    }
    if let (true, [(client, path), ..]) = (with_database, &mut *clients) {
        client.ask_and_get(Request::put(&**path), Bytes::new()).await?;
    }
    let recorder = Arc::new(Recorder::start(round.duration));
    let mut tasks = JoinSet::new();
    for (client, path) in clients {
        tasks.spawn(ask(client, path, load.method(), recorder.clone()));
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    recorder.finish(if matches!(load, Ceiling::Page) { MEGABYTES_OF_A_PAGE } else { 1.0 })
}

/// What one of them holds, in 10^6 bytes.
const MEGABYTES_OF_A_PAGE: f64 = 1.048_576;

async fn ask(mut client: Client, path: String, method: Method, recorder: Arc<Recorder>) -> Result<()> {
    let mut number = 0;
    while recorder.running() {
        let body = if method == Method::POST { message::json(0, number).into() } else { Bytes::new() };
        let sent = Instant::now();
        client.ask_and_get(Request::builder().method(&method).uri(&path), body).await?;
        recorder.record(sent);
        number += 1;
    }
    Ok(())
}
