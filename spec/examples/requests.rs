//! The CPU time of a request in generated code: `cargo run --release -p spec --example requests`.
//!
//! A request is admitted, read, decided and answered. Nothing is stored, so that nothing else is measured.

use spec::stream::{append, create, delete, describe, long_poll, read, sse, websocket};
use spec::{CacheControl, Edge, Epoch, Limits, Offset, ProducerState, Seq, StreamState, client, holder, stream};
use std::borrow::Cow;
use std::convert::Infallible;
use std::future::ready;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use wire::{Asked, EntityTag, Example, Incoming, List, MediaType, Response, Source, Unread};

const ROUNDS: usize = 101;
const REQUESTS: u32 = 2_000;

/// Endpoints and their examples.
const MEASURED: [(&str, &str); 4] =
    [("append", "appended"), ("append", "produced"), ("read", "from_an_offset"), ("describe", "described")];

fn main() {
    for (endpoint, name) in MEASURED {
        let is_meant = |example: &&Example| example.endpoint == endpoint && example.name == name;
        let example = spec::EXAMPLES.iter().find(is_meant).expect("an example of this name");
        let (head, body) = (Head::of(example), example.send.body().as_bytes());
        assert!(answer(&head, body).is_successful());
        let mut times: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let began = Instant::now();
                for _ in 0..REQUESTS {
                    black_box(answer(black_box(&head), body));
                }
                began.elapsed().as_nanos() / u128::from(REQUESTS)
            })
            .collect();
        times.sort_unstable();
        println!("{endpoint:8} {name:14} {:5} ns at least, {:5} in the median", times[0], times[ROUNDS / 2]);
    }
}

/// Answers a request as the edge and the Durable Object do together.
fn answer(head: &Head, body: &[u8]) -> Response<Infallible> {
    let program = Program { produces: head.header(PRODUCER).is_some() };
    let answered = pin!(async {
        match spec::admit(head, &program).await.route {
            Err(response) => response,
            Ok(route) => {
                black_box(route);
                stream::serve(&program, head, Given(body)).await
            }
        }
    });
    match answered.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => response,
        Poll::Pending => unreachable!("nothing waits"),
    }
}

const PRODUCER: &str = <spec::field::ProducerId as wire::Field>::NAME;

/// The head of a request, as the Worker keeps it: the values of the declared headers, in their order.
struct Head {
    method: String,
    target: String,
    names: Vec<&'static str>,
    values: Vec<Option<String>>,
}

impl Head {
    fn of(example: &Example) -> Self {
        let names: Vec<_> = spec::field::HEADERS.iter().copied().chain(wire::GENERAL_HEADERS).collect();
        let value = |name: &&str| example.send.header(name).map(Cow::into_owned);
        let values = names.iter().map(value).collect();
        Self { method: example.send.method().into(), target: example.send.target().into(), names, values }
    }
}

impl Source for Head {
    fn method(&self) -> &str {
        &self.method
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let index = self.names.iter().position(|own| *own == name)?;
        self.declared_header(index, name)
    }

    fn declared_header(&self, index: usize, _name: &str) -> Option<Cow<'_, str>> {
        self.values[index].as_deref().map(Cow::Borrowed)
    }
}

struct Given<'a>(&'a [u8]);

impl Incoming for Given<'_> {
    fn read(self, _: usize) -> impl Future<Output = Result<Vec<u8>, Unread>> {
        ready(Ok(self.0.to_vec()))
    }
}

/// A program that stores nothing.
struct Program {
    /// Whether the request is a producer's.
    produces: bool,
}

/// May do anything.
struct Anyone;

impl client::Grant for Anyone {
    fn permits(&self, _: client::Operation, _: Option<&str>) -> bool {
        true
    }
}

impl Edge for Program {
    type Client = Anyone;
    type Holder = ();

    fn limits(&self) -> &Limits {
        &Limits::DECLARED
    }

    async fn client(
        &self,
        _: &impl Source,
        _: Result<Option<client::Credentials>, wire::BadCredentials>,
    ) -> Result<Anyone, client::Refusal> {
        Ok(Anyone)
    }

    /// Nobody holds a wake.
    async fn holder(
        &self,
        _: &impl Source,
        _: Result<holder::Credentials, wire::BadCredentials>,
    ) -> Result<(), holder::Refusal> {
        Err(holder::Refusal::Unknown)
    }

    fn content_coding_unsupported(&self, codings: Option<&List>) -> bool {
        codings.is_some()
    }
}

macro_rules! open_stream {
    ($($endpoint:ident { $($fact:ident)* })*) => {
        $(impl $endpoint::Facts for Program {
            fn stream(&self) -> StreamState {
                StreamState::Open
            }

            $(fn $fact(&self) -> bool {
                false
            })*
        })*
    };
}

open_stream! {
    read { precondition_failed position_beyond position_trimmed page_matches page_damaged }
    describe { precondition_failed page_matches }
}

impl append::Facts for Program {
    fn stream(&self) -> StreamState {
        StreamState::Open
    }

    fn producer(&self) -> ProducerState {
        if self.produces { ProducerState::Next } else { ProducerState::None }
    }

    fn precondition_failed(&self) -> bool {
        false
    }

    fn content_type_differs(&self) -> bool {
        false
    }

    fn closing_repeated(&self) -> bool {
        false
    }

    fn messages_invalid(&self) -> bool {
        false
    }

    fn messages_empty(&self) -> bool {
        false
    }

    fn messages_too_large(&self) -> bool {
        false
    }

    fn text_invalid(&self) -> bool {
        false
    }

    fn sequence_repeated(&self) -> bool {
        false
    }

    fn tail_unexpected(&self) -> bool {
        false
    }

    fn queue_full(&self) -> bool {
        false
    }
}

fn offset() -> Offset {
    Offset::new(5).expect("a small offset")
}

fn media_type() -> MediaType {
    MediaType::read("text/plain").expect("a media type")
}

impl stream::Service for Program {
    type Failure = ();
    type Events = Infallible;

    fn limits(&self) -> &Limits {
        &Limits::DECLARED
    }

    fn failed(&self, (): ()) -> String {
        String::new()
    }

    async fn create(&self, _: Asked<create::Request>) -> Result<create::Outcome, ()> {
        Err(())
    }

    async fn append(&self, request: Asked<append::Request>) -> Result<append::Outcome, ()> {
        let request = request.open();
        let (stream_next_offset, stream_closed, etag) = (offset(), false, None);
        match append::decide(&request, self) {
            append::Decision::Appended => Ok(append::Appended { stream_next_offset, stream_closed, etag }.into()),
            append::Decision::Accepted => {
                let (epoch, seq) = (Epoch::new(0).ok_or(())?, Seq::new(0).ok_or(())?);
                let accepted = append::Accepted {
                    stream_next_offset,
                    stream_closed,
                    producer_epoch: epoch,
                    producer_seq: seq,
                    etag,
                };
                Ok(accepted.into())
            }
            _ => Err(()),
        }
    }

    async fn read(&self, request: Asked<read::Request>) -> Result<read::Outcome, ()> {
        match read::decide(&request.open(), self) {
            read::Decision::Page => Ok(read::Page {
                content_type: media_type(),
                stream_next_offset: offset(),
                stream_up_to_date: true,
                stream_closed: false,
                etag: EntityTag::of(&[&1, &2]),
                cache_control: CacheControl::Shared,
                body: vec![0; 1024],
            }
            .into()),
            _ => Err(()),
        }
    }

    async fn long_poll(&self, _: Asked<long_poll::Request>) -> Result<long_poll::Outcome, ()> {
        Err(())
    }

    async fn sse(&self, _: Asked<sse::Request>) -> Result<sse::Outcome<Infallible>, ()> {
        Err(())
    }

    async fn websocket(&self, _: Asked<websocket::Request>) -> Result<websocket::Outcome<Infallible>, ()> {
        Err(())
    }

    async fn describe(&self, request: Asked<describe::Request>) -> Result<describe::Outcome, ()> {
        match describe::decide(&request.open(), self) {
            describe::Decision::Described => Ok(describe::Described {
                content_type: media_type(),
                stream_next_offset: offset(),
                stream_earliest_offset: None,
                stream_closed: false,
                stream_ttl: None,
                stream_expires_at: None,
                stream_retain_bytes: None,
                stream_retain_age: None,
                stream_labels: None,
                etag: EntityTag::of(&[&1, &2]),
            }
            .into()),
            _ => Err(()),
        }
    }

    async fn delete(&self, _: Asked<delete::Request>) -> Result<delete::Outcome, ()> {
        Err(())
    }
}
