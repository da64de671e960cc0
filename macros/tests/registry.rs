//! A protocol whose paths have several segments before others, and slashes at their ends, served without a network. Some of its bodies
//! arrive in pieces.

#![allow(missing_docs)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wire::{Asked, Body, Chunks, Response, Sent, Streamed, Unread, take};

include!("registry/protocol.rs");

/// A registry without blobs.
struct Program {
    limits: Limits,
    unknown: bool,
    differs: bool,
    fails: bool,
}

/// A body that arrives byte by byte.
struct Received(std::vec::IntoIter<u8>);

impl Chunks for Received {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Unread> {
        Ok(self.0.next().map(|byte| vec![byte]))
    }
}

#[derive(Debug)]
struct Failure;

impl From<Unread> for Failure {
    fn from(_: Unread) -> Self {
        Self
    }
}

impl Program {
    fn works(&self) -> Result<(), Failure> {
        if self.fails { Err(Failure) } else { Ok(()) }
    }
}

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// Implements what the services have in common.
macro_rules! service {
    ($module:ident { $($handlers:tt)* }) => {
        impl $module::Service for Program {
            type Failure = Failure;
            type Events = ();

            fn limits(&self) -> &Limits {
                &self.limits
            }

            fn failed(&self, Failure: Failure) {}

            $($handlers)*
        }
    };
}

service!(base {
    async fn check(&self, request: Asked<base::check::Request>) -> Result<base::check::Outcome, Failure> {
        self.works()?;
        let request = take!(request as base::check::Request {});
        match base::check::decide(&request) {
            base::check::Decision::Supported => Ok(base::check::Supported.into()),
        }
    }
});

service!(blob {
    async fn pull(&self, request: Asked<blob::pull::Request>) -> Result<blob::pull::Outcome, Failure> {
        use blob::pull::{Decision, Pulled, Request, decide};
        let request = take!(request as Request { name, digest });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Pulled => {
                let docker_content_digest = DockerContentDigest::read(request.digest.as_str()).expect("a digest");
                Pulled { docker_content_digest, body: request.name.to_string().into() }.into()
            }
        })
    }
});

service!(sessions {
    async fn push(
        &self,
        request: Asked<sessions::push::Request>,
        body: &mut Streamed<impl Chunks>,
    ) -> Result<sessions::push::Outcome, Failure> {
        use sessions::push::{Decision, Request, decide};
        let request = take!(request as Request { name, digest });
        while body.next().await?.is_some() {}
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Stored => stored(request.name.as_str(), &request.digest).into(),
        })
    }

    async fn begin(&self, request: Asked<sessions::begin::Request>) -> Result<sessions::begin::Outcome, Failure> {
        let request = take!(request as sessions::begin::Request { name });
        match sessions::begin::decide(&request) {
            sessions::begin::Decision::Begun => {
                let path = format!("/v2/{}/blobs/uploads/1", request.name);
                let session_location = session::PathTo::read(&path).expect("a path");
                Ok(sessions::begin::Begun { session_location }.into())
            }
        }
    }
});

service!(session {
    async fn append(
        &self,
        request: Asked<session::append::Request>,
        body: &mut Streamed<impl Chunks>,
    ) -> Result<session::append::Outcome, Failure> {
        use session::append::{Appended, Decision, Request, decide};
        let request = take!(request as Request { name, session, content_range });
        while body.next().await?.is_some() {}
        match decide(&request) {
            Decision::Appended => {
                let session_location = session::PathTo { name: request.name, session: request.session };
                Ok(Appended { session_location }.into())
            }
        }
    }

    async fn finish(&self, request: Asked<session::finish::Request>) -> Result<session::finish::Outcome, Failure> {
        use session::finish::{Decision, Request, decide};
        let request = take!(request as Request { name, session, digest });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Stored => stored(request.name.as_str(), &request.digest).into(),
        })
    }
});

service!(manifest {
    async fn tag(&self, request: Asked<manifest::tag::Request>) -> Result<manifest::tag::Outcome, Failure> {
        use manifest::tag::{Decision, Request, Tagged, decide};
        let request = take!(request as Request { name, reference, content_type, body });
        match decide(&request) {
            Decision::Tagged => {
                let size = format!("size:{:03}", request.body.len());
                Ok(Tagged { docker_content_digest: DockerContentDigest::read(&size).expect("a text") }.into())
            }
        }
    }
});

service!(tags {
    async fn list(&self, request: Asked<tags::list::Request>) -> Result<tags::list::Outcome, Failure> {
        use tags::list::{Decision, Listed, Request, decide};
        let request = take!(request as Request { name, limit, last });
        match decide(&request) {
            Decision::Listed => Ok(Listed { body: format!("{} {}", request.name, request.limit).into() }.into()),
        }
    }
});

fn stored(name: &str, digest: &Digest) -> Stored {
    let path = format!("/v2/{name}/blobs/{}", digest.as_str());
    Stored { blob_location: blob::PathTo::read(&path).expect("a path") }
}

impl blob::pull::Facts for Program {
    fn blob_unknown(&self) -> bool {
        self.unknown
    }
}

impl sessions::push::Facts for Program {
    fn digest_differs(&self) -> bool {
        self.differs
    }
}

impl session::finish::Facts for Program {
    fn digest_differs(&self) -> bool {
        self.differs
    }
}

fn answer(program: &Program, sent: &Sent) -> Response<()> {
    match admit(sent, program) {
        Err(response) => response,
        Ok(_) => finished(serve(program, sent, Received(sent.body().as_bytes().to_vec().into_iter()))),
    }
}

/// The result of a future that never waits.
fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn examples_show_what_is_answered() {
    for example in EXAMPLES.iter().chain(MALFORMED) {
        let given = |condition: &str| example.given.contains(&condition);
        let variable =
            |name: &str| example.limits.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let limits = Limits::DECLARED.overridden(variable).expect("limits");
        let (unknown, differs) = (given("blob.unknown"), given("digest.differs"));
        let program = Program { limits, unknown, differs, fails: given("failure") };
        let response = answer(&program, &example.send);
        let body = match &response.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::Events(()) | Body::Empty => Vec::new(),
        };
        let header = |name: &str| response.get(name).map(str::to_owned);
        let differences = example.expect.differences(response.status, header, &body);
        assert!(differences.is_empty(), "{} {}: {differences:#?}", example.endpoint, example.name);
    }
}
