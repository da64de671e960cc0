//! A declaration in another file is pointed at there.

#[path = "../parts/protocol.rs"]
mod notes;

struct Program;

impl notes::note::Service for Program {
    type Events = ();
    type Failure = ();
    fn limits(&self) -> &notes::Limits {
        &notes::Limits::DECLARED
    }
    fn failed(&self, _: ()) {}
}

struct Other;

fn serve(source: &impl wire::Source, body: impl wire::Incoming) {
    drop(notes::serve(&Other, source, body));
}

fn main() {}
