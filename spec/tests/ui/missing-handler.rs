//! A program without the handlers of two endpoints.

use spec::Limits;
use spec::stream::{Service, append, create, delete, describe, long_poll, read};
use wire::Asked;

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

    async fn create(&self, _: Asked<create::Request>) -> Result<create::Outcome, ()> {
        Err(())
    }

    async fn append(&self, _: Asked<append::Request>) -> Result<append::Outcome, ()> {
        Err(())
    }

    async fn read(&self, _: Asked<read::Request>) -> Result<read::Outcome, ()> {
        Err(())
    }

    async fn long_poll(&self, _: Asked<long_poll::Request>) -> Result<long_poll::Outcome, ()> {
        Err(())
    }

    async fn describe(&self, _: Asked<describe::Request>) -> Result<describe::Outcome, ()> {
        Err(())
    }

    async fn delete(&self, _: Asked<delete::Request>) -> Result<delete::Outcome, ()> {
        Err(())
    }
}

fn main() {}
