//! A program without the handlers of a resource.

use spec::restoration::{Service, restore};
use spec::Limits;
use wire::{Asked, Incoming, Response, Source};

struct Program;

impl Service for Program {
    type Failure = ();
    type Events = ();

    fn limits(&self) -> &Limits {
        &Limits::DECLARED
    }

    fn failed(&self, (): ()) -> String {
        String::new()
    }

    async fn restore(&self, _: Asked<restore::Request>) -> Result<restore::Outcome, ()> {
        Err(())
    }
}

async fn answer(source: &impl Source, body: impl Incoming) -> Response<()> {
    spec::stream::serve(&Program, source, body).await
}

fn main() {}
