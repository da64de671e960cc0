//! Requests with credentials, and the processor time that a server takes for each.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::http::request::Builder;
use hyper::{StatusCode, header};
use token::Algorithm;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::keys::Keys;
use crate::measure::{Figures, Recorder};
use crate::message::{self, Ledger};
use crate::round::Round;
use crate::stream::{JSON, Stream};

const CLIENTS: u32 = 8;

/// More than are answered. Whoever runs out of new tokens has measured for less time.
const TOKENS_PER_S: f64 = 5_000.0;

/// Requests of eight clients about one stream.
#[derive(Clone, Copy)]
pub struct Access {
    pub asked: Asked,
    pub credentials: Credentials,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A read that is malformed. The edge answers it once it knows the caller, so nothing but the edge is measured.
    Refusal,
    /// The only message of the stream.
    Message,
    /// To append a message.
    Append,
}

/// What requests prove who they are with.
#[derive(Clone, Copy)]
pub enum Credentials {
    /// Nothing: anyone may send them.
    Anyone,
    /// One token in all of them.
    Seen,
    /// A token of its own in each.
    New(Algorithm),
    /// A signature in the URL, which is the same in all of them.
    SignedUrl,
}

/// What the next request proves who it is with.
enum Passes {
    None,
    Token(String),
    Tokens(Mutex<std::vec::IntoIter<String>>),
    Query(String),
}

enum Pass {
    None,
    Token(String),
    Query(String),
}

impl Passes {
    fn new(credentials: Credentials, round: &Round<'_>) -> Result<Self> {
        let keys = || round.site.keys().context("this server requires no credentials");
        let token = |keys: &Keys, algorithm, number: u32| keys.token(algorithm, &format!("{}-{number}", round.name));
        Ok(match credentials {
            Credentials::Anyone => Self::None,
            Credentials::Seen => Self::Token(token(keys()?, Algorithm::EdDsa, 0)?),
            Credentials::New(algorithm) => {
                let keys = keys()?;
                let count = (round.duration.as_secs_f64() * TOKENS_PER_S) as u32;
                let tokens = (0..count).map(|number| token(keys, algorithm, number)).collect::<Result<Vec<_>>>()?;
                Self::Tokens(Mutex::new(tokens.into_iter()))
            }
            Credentials::SignedUrl => Self::Query(keys()?.signed_query(&round.stream_name(0))?),
        })
    }

    /// None if all have been used.
    fn next(&self) -> Option<Pass> {
        Some(match self {
            Self::None => Pass::None,
            Self::Token(token) => Pass::Token(token.clone()),
            Self::Tokens(tokens) => Pass::Token(tokens.lock().expect("no client panics").next()?),
            Self::Query(query) => Pass::Query(query.clone()),
        })
    }
}

pub async fn run(load: Access, round: &Round<'_>) -> Result<Figures> {
    let mut owner = Client::connect(round.site).await?;
    let stream = Stream::create(&mut owner, round.site, &round.stream_name(0), JSON).await?;
    if load.asked == Asked::Message {
        owner.ask_and_get(stream.append(), message::json(0, 0).into()).await?;
    }
    let passes = Arc::new(Passes::new(load.credentials, round)?);
    let site = round.site.anonymous();
    let mut clients = Vec::new();
    for id in 0..CLIENTS {
        clients.push(Caller { id, client: Client::connect(&site).await?, stream: stream.clone(), asked: load.asked });
    }

    let recorder = Arc::new(Recorder::start(round)?);
    let mut tasks = JoinSet::new();
    for client in clients {
        tasks.spawn(client.run(passes.clone(), recorder.clone()));
    }
    let mut counts = [0; CLIENTS as usize];
    while let Some(task) = tasks.join_next().await {
        let (id, count) = task??;
        counts[id as usize] = count;
    }
    let figures = recorder.finish(1.0)?;
    if load.asked == Asked::Append {
        let mut ledger = Ledger::default();
        ledger.enter_pages(&stream.pages(&mut owner).await.context("cannot read back what was written")?)?;
        (0..).zip(counts).try_for_each(|(id, count)| ledger.close(id, count))?;
    }
    Ok(figures)
}

struct Caller {
    id: u32,
    client: Client,
    stream: Stream,
    asked: Asked,
}

impl Caller {
    /// Returns who it is and how many requests it has sent.
    async fn run(mut self, passes: Arc<Passes>, recorder: Arc<Recorder>) -> Result<(u32, u64)> {
        let mut count = 0;
        while recorder.running()
            && let Some(pass) = passes.next()
        {
            let body = if self.asked == Asked::Append { message::json(self.id, count).into() } else { Bytes::new() };
            let request = self.request(pass);
            let sent = Instant::now();
            let answer = self.client.ask(request, body).await?;
            recorder.record(sent);
            self.check(answer.status, &answer.body)?;
            count += 1;
        }
        Ok((self.id, count))
    }

    fn request(&self, pass: Pass) -> Builder {
        let query = if let Pass::Query(query) = &pass { format!("&{query}") } else { String::new() };
        let request = match self.asked {
            Asked::Refusal => self.stream.read("none", &query),
            Asked::Message => self.stream.read("-1", &query),
            Asked::Append => self.stream.append(),
        };
        match pass {
            Pass::Token(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            Pass::None | Pass::Query(_) => request,
        }
    }

    fn check(&self, status: StatusCode, body: &Bytes) -> Result<()> {
        let is_expected = match self.asked {
            Asked::Refusal => status == StatusCode::BAD_REQUEST,
            Asked::Message => status == StatusCode::OK && !body.is_empty(),
            Asked::Append => status.is_success(),
        };
        ensure!(is_expected, "answered {status}: {}", String::from_utf8_lossy(body));
        Ok(())
    }
}
