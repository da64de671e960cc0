//! The OCI distribution API, served without a network: paths with several segments before others and with slashes at their ends,
//! patterns, ranges of bytes, and bodies that arrive in pieces.

#![allow(missing_docs)]

use served::{Broken, assert_examples, variables};
use wire::{Asked, Chunks, ContentRange, MediaType, Streamed, take};

#[macro_use]
mod served;

include!("registry/protocol.rs");

/// A registry in which everything is as an example assumes it.
struct Program {
    limits: Limits,
    given: &'static [&'static str],
}

impl Program {
    fn given(&self, condition: &str) -> bool {
        self.given.contains(&condition)
    }

    fn works(&self) -> Result<(), Broken> {
        if self.given("failure") { Err(Broken) } else { Ok(()) }
    }
}

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }
}

service!(base for Program {
    async fn check(&self, request: Asked<base::check::Request>) -> Result<base::check::Outcome, Broken> {
        self.works()?;
        let request = take!(request as base::check::Request {});
        match base::check::decide(&request) {
            base::check::Decision::Supported => Ok(base::check::Supported.into()),
        }
    }
});

const BLOB: &[u8] = b"some blob";

service!(blob for Program {
    async fn stat(&self, request: Asked<blob::stat::Request>) -> Result<blob::stat::Outcome, Broken> {
        use blob::stat::{Decision, Described, Request, decide};
        let request = take!(request as Request { name, digest });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Described => {
                let content_length = ContentLength::new(BLOB.len() as u64).expect("a length");
                Described { content_length, docker_content_digest: digest(request.digest.as_str()) }.into()
            }
        })
    }

    async fn pull(&self, request: Asked<blob::pull::Request>) -> Result<blob::pull::Outcome, Broken> {
        use blob::pull::{Decision, Outside, Part, Pulled, Request, decide};
        let request = take!(request as Request { name, digest, range });
        let (digest, length) = (digest(request.digest.as_str()), BLOB.len() as u64);
        let bytes = request.range.and_then(|range| range.of(length)).unwrap_or(0..length);
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Outside => Outside { content_range: ContentRange::Unsatisfied(length) }.into(),
            Decision::Part => {
                let body = BLOB[bytes.start as usize..bytes.end as usize].to_vec();
                Part { content_range: ContentRange::of(&bytes, length), docker_content_digest: digest, body }.into()
            }
            Decision::Pulled => Pulled { docker_content_digest: digest, body: BLOB.to_vec() }.into(),
        })
    }

    async fn remove(&self, request: Asked<blob::remove::Request>) -> Result<blob::remove::Outcome, Broken> {
        let request = take!(request as blob::remove::Request { name, digest });
        match blob::remove::decide(&request, self) {
            blob::remove::Decision::Removed => Ok(blob::remove::Removed.into()),
            blob::remove::Decision::Ready(ready) => Ok(ready.into()),
        }
    }
});

service!(sessions for Program {
    async fn push(
        &self,
        request: Asked<sessions::push::Request>,
        body: &mut Streamed<impl Chunks>,
    ) -> Result<sessions::push::Outcome, Broken> {
        use sessions::push::{Decision, Request, decide};
        let request = take!(request as Request { name, digest });
        while body.next().await?.is_some() {}
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Stored => stored(request.name.as_str(), request.digest.as_str()).into(),
        })
    }

    async fn mount(&self, request: Asked<sessions::mount::Request>) -> Result<sessions::mount::Outcome, Broken> {
        use sessions::mount::{Decision, Request, decide};
        let request = take!(request as Request { name, mount, from });
        Ok(match decide(&request, self) {
            Decision::Stored => stored(request.name.as_str(), request.mount.as_str()).into(),
            Decision::Begun => begun(request.name.as_str()).into(),
        })
    }

    async fn begin(&self, request: Asked<sessions::begin::Request>) -> Result<sessions::begin::Outcome, Broken> {
        let request = take!(request as sessions::begin::Request { name });
        match sessions::begin::decide(&request) {
            sessions::begin::Decision::Begun => Ok(begun(request.name.as_str()).into()),
        }
    }
});

service!(session for Program {
    async fn progress(&self, request: Asked<session::progress::Request>) -> Result<session::progress::Outcome, Broken> {
        use session::progress::{Decision, Request, Uploading, decide};
        let request = take!(request as Request { name, session });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Uploading => {
                let session_location = session::PathTo { name: request.name, session: request.session };
                Uploading { session_location, received: received() }.into()
            }
        })
    }

    async fn append(
        &self,
        request: Asked<session::append::Request>,
        body: &mut Streamed<impl Chunks>,
    ) -> Result<session::append::Outcome, Broken> {
        use session::append::{Appended, Decision, Request, decide};
        let request = take!(request as Request { name, session, chunk });
        while body.next().await?.is_some() {}
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Appended => {
                let session_location = session::PathTo { name: request.name, session: request.session };
                Appended { session_location, received: received() }.into()
            }
        })
    }

    async fn finish(
        &self,
        request: Asked<session::finish::Request>,
        body: &mut Streamed<impl Chunks>,
    ) -> Result<session::finish::Outcome, Broken> {
        use session::finish::{Decision, Request, decide};
        let request = take!(request as Request { name, session, digest, chunk });
        while body.next().await?.is_some() {}
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Stored => stored(request.name.as_str(), request.digest.as_str()).into(),
        })
    }
});

const MANIFEST: &str = "{}";

service!(manifest for Program {
    async fn describe(&self, request: Asked<manifest::describe::Request>) -> Result<manifest::describe::Outcome, Broken> {
        use manifest::describe::{Decision, Described, Request, decide};
        let request = take!(request as Request { name, reference });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Described => {
                let content_length = ContentLength::new(MANIFEST.len() as u64).expect("a length");
                let docker_content_digest = digest("sha256:1");
                Described { content_length, content_type: image(), docker_content_digest }.into()
            }
        })
    }

    async fn fetch(&self, request: Asked<manifest::fetch::Request>) -> Result<manifest::fetch::Outcome, Broken> {
        use manifest::fetch::{Decision, Fetched, Request, decide};
        let request = take!(request as Request { name, reference });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Fetched => {
                let docker_content_digest = digest("sha256:1");
                Fetched { content_type: image(), docker_content_digest, body: MANIFEST.into() }.into()
            }
        })
    }

    async fn tag(&self, request: Asked<manifest::tag::Request>) -> Result<manifest::tag::Outcome, Broken> {
        use manifest::tag::{Decision, Request, Tagged, decide};
        let request = take!(request as Request { name, reference, content_type, body });
        match decide(&request) {
            Decision::Tagged => {
                let manifest_location = manifest::PathTo { name: request.name, reference: request.reference };
                let docker_content_digest = digest(&format!("size:{}", request.body.len()));
                Ok(Tagged { manifest_location, docker_content_digest }.into())
            }
        }
    }

    async fn untag(&self, request: Asked<manifest::untag::Request>) -> Result<manifest::untag::Outcome, Broken> {
        let request = take!(request as manifest::untag::Request { name, reference });
        match manifest::untag::decide(&request, self) {
            manifest::untag::Decision::Untagged => Ok(manifest::untag::Untagged.into()),
            manifest::untag::Decision::Ready(ready) => Ok(ready.into()),
        }
    }
});

service!(tags for Program {
    async fn list(&self, request: Asked<tags::list::Request>) -> Result<tags::list::Outcome, Broken> {
        use tags::list::{Decision, Listed, Request, decide};
        let request = take!(request as Request { name, limit, last });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Listed => {
                let all = ["a", "b", "c", "d"].map(|tag| Tag::read(tag).expect("a tag")).into_iter();
                let tags = all.filter(|tag| Some(tag) > request.last.as_ref()).take(request.limit.get() as usize);
                let name = Repository::read(request.name.as_str()).expect("a name");
                Listed { body: TagList { name, tags: tags.collect() } }.into()
            }
        })
    }
});

fn digest(text: &str) -> DockerContentDigest {
    DockerContentDigest::read(text).expect("a digest")
}

fn image() -> MediaType {
    MediaType::read("application/vnd.oci.image.manifest.v1+json").expect("a media type")
}

fn received() -> Received {
    Received::read(&format!("0-{}", BLOB.len() - 1)).expect("a range")
}

fn begun(name: &str) -> sessions::Begun {
    let path = format!("/v2/{name}/blobs/uploads/1");
    sessions::Begun { session_location: session::PathTo::read(&path).expect("a path") }
}

fn stored(name: &str, blob: &str) -> Stored {
    let path = format!("/v2/{name}/blobs/{blob}");
    Stored { blob_location: blob::PathTo::read(&path).expect("a path"), docker_content_digest: digest(blob) }
}

/// Implements the questions of endpoints: facts, and states that are absent or present.
macro_rules! facts {
    ($($resource:ident::$endpoint:ident { $($method:ident: $answer:tt,)+ })+) => {
        $(impl $resource::$endpoint::Facts for Program { $(facts!(@ $method $answer);)+ })+
    };
    (@ $method:ident (state $kind:ident)) => {
        fn $method(&self) -> $kind {
            let absent = self.given(concat!(stringify!($method), ".absent"));
            if absent { $kind::Absent } else { $kind::Present }
        }
    };
    (@ $method:ident $condition:literal) => {
        fn $method(&self) -> bool {
            self.given($condition)
        }
    };
}

facts! {
    blob::stat { blob: (state BlobState), }
    blob::pull { blob: (state BlobState), range_outside: "range.outside", }
    blob::remove { blob: (state BlobState), }
    sessions::push { digest_differs: "digest.differs", }
    sessions::mount { blob: (state BlobState), }
    session::progress { upload: (state UploadState), }
    session::append { upload: (state UploadState), chunk_unordered: "chunk.unordered", }
    session::finish {
        upload: (state UploadState),
        chunk_unordered: "chunk.unordered",
        digest_differs: "digest.differs",
    }
    manifest::describe { manifest: (state ManifestState), }
    manifest::fetch { manifest: (state ManifestState), }
    manifest::untag { manifest: (state ManifestState), }
    tags::list { repository_unknown: "repository.unknown", }
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED], |example| {
        let limits = Limits::DECLARED.overridden(variables(example)).expect("limits");
        let program = Program { limits, given: example.given };
        answer!(&program, &example.send)
    });
}
