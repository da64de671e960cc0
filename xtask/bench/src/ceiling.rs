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
use crate::message::{self, MESSAGE_BYTES};
use crate::round::Round;

/// What clients request of the no-op object.
#[derive(Clone, Copy)]
pub enum Ceiling {
    Get {
        clients: u32,
    },
    Post(Post),
    /// One D1 batch of two statements in each request.
    Batch(Post),
    /// 1 MiB of text out of D1, in one request after the other.
    Page(Page),
    /// Responses that never end, and on which nothing comes.
    Hold {
        readers: u32,
    },
}

/// Messages that are posted.
#[derive(Clone, Copy)]
pub struct Post {
    pub clients: u32,
    /// Clients take turns in choosing an object.
    pub objects: u32,
    /// In each request.
    pub messages: u64,
}

/// How 1 MiB is stored in D1.
#[derive(Clone, Copy)]
pub enum Page {
    OneRow,
    /// Of 64 KiB each.
    Rows,
}

/// Messages of which a request counts in megabytes, and is sent a limited number of times: the database is to stay small.
const LARGE: u64 = 1_000;
const LARGE_REQUESTS: u64 = 16;

/// What a page holds, in 10^6 bytes.
const MEGABYTES_OF_A_PAGE: f64 = 1.048_576;

impl Post {
    pub fn is_large(self) -> bool {
        self.messages >= LARGE
    }

    /// What a request counts for: its messages, or its megabytes.
    fn weight(self) -> f64 {
        if self.is_large() { (self.messages as usize * MESSAGE_BYTES) as f64 / 1e6 } else { self.messages as f64 }
    }
}

impl Ceiling {
    /// How many clients, and how many objects.
    fn numbers(self) -> (u32, u32) {
        match self {
            Self::Get { clients } => (clients, 1),
            Self::Post(post) | Self::Batch(post) => (post.clients, post.objects),
            Self::Page(_) => (1, 1),
            Self::Hold { readers } => (readers, 1),
        }
    }

    fn method(self) -> Method {
        match self {
            Self::Get { .. } | Self::Page(_) | Self::Hold { .. } => Method::GET,
            Self::Post(_) | Self::Batch(_) => Method::POST,
        }
    }

    /// Below what path there is what is requested.
    fn folder(self) -> &'static str {
        match self {
            Self::Get { .. } | Self::Post(_) | Self::Hold { .. } => "",
            Self::Batch(_) | Self::Page(Page::OneRow) => "/d1",
            Self::Page(Page::Rows) => "/d1/rows",
        }
    }

    fn weight(self) -> f64 {
        match self {
            Self::Post(post) | Self::Batch(post) => post.weight(),
            Self::Page(_) => MEGABYTES_OF_A_PAGE,
            Self::Get { .. } | Self::Hold { .. } => 1.0,
        }
    }

    fn limit(self) -> u64 {
        match self {
            Self::Post(post) | Self::Batch(post) if post.is_large() => LARGE_REQUESTS,
            _ => u64::MAX,
        }
    }

    fn body(self, number: u64) -> Bytes {
        match self {
            Self::Post(Post { messages: 1, .. }) | Self::Batch(Post { messages: 1, .. }) => {
                message::json(0, number).into()
            }
            Self::Post(Post { messages, .. }) | Self::Batch(Post { messages, .. }) => {
                message::json_batch(0, number * messages, messages).into()
            }
            Self::Get { .. } | Self::Page(_) | Self::Hold { .. } => Bytes::new(),
        }
    }
}

pub async fn run(load: Ceiling, round: &Round<'_>) -> Result<Figures> {
    if let Ceiling::Hold { readers } = load {
        return idle::run_noop(readers, round).await;
    }
    let (count, objects) = load.numbers();
    let mut clients = Vec::new();
    for id in 0..count {
        let path = format!("{}/{}", load.folder(), round.stream_name(id % objects));
        clients.push((Client::connect(round.site).await?, path));
    }
    if let (Ceiling::Batch(_) | Ceiling::Page(_), [(client, path), ..]) = (load, &mut *clients) {
        client.ask_and_get(Request::put(&**path), Bytes::new()).await?;
    }
    let few = load.limit() < u64::MAX;
    let recorder = Arc::new(if few { Recorder::start_with_few(round)? } else { Recorder::start(round)? });
    let mut tasks = JoinSet::new();
    for (client, path) in clients {
        tasks.spawn(request(load, client, path, recorder.clone()));
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    recorder.finish(load.weight())
}

async fn request(load: Ceiling, mut client: Client, path: String, recorder: Arc<Recorder>) -> Result<()> {
    let mut number = 0;
    while recorder.running() && number < load.limit() {
        let body = load.body(number);
        let sent = Instant::now();
        client.ask_and_get(Request::builder().method(load.method()).uri(&path), body).await?;
        recorder.record(sent);
        number += 1;
    }
    Ok(())
}
