//! Admitting a request keeps nothing of it except the path where it goes.

use peak_alloc::PeakAlloc;
use spec::{Admission, Edge, Limits, client, holder};
use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wire::{BadCredentials, List, Sent, Source};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

struct Open;

/// May do anything.
struct Anyone;

impl client::Grant for Anyone {
    fn permits(&self, _: client::Operation, _: Option<&str>) -> bool {
        true
    }
}

impl Edge for Open {
    type Client = Anyone;
    type Holder = ();

    fn limits(&self) -> &Limits {
        &Limits::DECLARED
    }

    async fn client(
        &self,
        _: &impl Source,
        _: Result<Option<client::Credentials>, BadCredentials>,
    ) -> Result<Anyone, client::Refusal> {
        Ok(Anyone)
    }

    /// Nobody holds a wake.
    async fn holder(
        &self,
        _: &impl Source,
        _: Result<holder::Credentials, BadCredentials>,
    ) -> Result<(), holder::Refusal> {
        Err(holder::Refusal::Unknown)
    }

    fn content_coding_unsupported(&self, codings: Option<&List>) -> bool {
        codings.is_some()
    }
}

/// The bytes that are allocated while a request is admitted, at most at one time.
fn allocated(request: &impl Source) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let admission = pin!(spec::admit::<Infallible, _>(request, &Open));
    match admission.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Admission { route: Ok(_), .. }) => ALLOCATOR.peak_usage() - before,
        Poll::Ready(Admission { route: Err(response), .. }) => panic!("{response:?}"),
        Poll::Pending => unreachable!("nothing waits"),
    }
}

#[test]
fn nothing_is_kept_except_the_path() {
    let path = "a";
    for request in [
        "GET /v1/stream/a?offset=-1&live=sse\nif-match: \"a-tag\", W/\"another\"",
        "HEAD /v1/stream/a\nif-none-match: \"a-tag\"",
        "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: writer\nproducer-epoch: 0\nproducer-seq: 0",
        "POST /v1/stream/a\nstream-seq: sequence\nstream-closed: true\nif-match: *",
        "PUT /v1/stream/a\ncontent-type: application/json\nstream-ttl: 60\nstream-retain-bytes: 9",
        "PUT /v1/stream/a\nstream-expires-at: 2099-01-01T00:00:00Z\nif-none-match: *",
        "DELETE /v1/stream/a\nif-match: \"a-tag\"",
    ] {
        assert_eq!(allocated(&Sent(request)), path.len(), "{request}");
    }
}
