//! What the platform does with an object that does next to nothing.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use bytes::Bytes;
use hyper::Request;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::measure::{Figures, Recorder};
use crate::message;
use crate::scenario::Round;

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
    Batch,
}

pub async fn run(load: Ceiling, round: &Round<'_>) -> Result<Figures> {
    let (count, objects) = match load {
        Ceiling::Get { clients } => (clients, 1),
        Ceiling::Post { clients, objects } => (clients, objects),
        Ceiling::Batch => (1, 1),
    };
    let folder = if matches!(load, Ceiling::Batch) { "/d1" } else { "" };
    let mut clients = Vec::new();
    for id in 0..count {
        let path = format!("{folder}/{}", round.stream_name(id % objects));
        clients.push((Client::connect(round.site).await?, path));
    }
    if let (Ceiling::Batch, [(client, path)]) = (load, &mut *clients) {
        client.ask_and_get(Request::put(&**path), Bytes::new()).await?;
    }
    let recorder = Arc::new(Recorder::start(round.duration));
    let mut tasks = JoinSet::new();
    for (client, path) in clients {
        tasks.spawn(ask(client, path, matches!(load, Ceiling::Get { .. }), recorder.clone()));
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    recorder.finish(1.0)
}

async fn ask(mut client: Client, path: String, get: bool, recorder: Arc<Recorder>) -> Result<()> {
    let mut number = 0;
    while recorder.running() {
        let (request, body) = if get {
            (Request::get(&path), Bytes::new())
        } else {
            (Request::post(&path), message::json(0, number).into())
        };
        let sent = Instant::now();
        client.ask_and_get(request, body).await?;
        recorder.record(sent);
        number += 1;
    }
    Ok(())
}
