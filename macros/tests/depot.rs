//! A protocol for uploads in pieces. It has the conditions, defaults and groups that `counter` does without, and is served without a
//! network.

#![allow(missing_docs)]

use served::{Broken, assert_examples, given, variables};
use wire::{Asked, Response, Sent, take};

#[macro_use]
mod served;

include!("depot/protocol.rs");

/// A server without uploads.
struct Program {
    limits: Limits,
    finished: bool,
    fails: bool,
}

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn caller_unknown(&self, authorization: Option<&Authorization>) -> bool {
        authorization.is_some_and(|authorization| authorization.secret() == "none")
    }

    fn uploads_unauthorized(&self, source: &impl wire::Source) -> uploads::Unauthorized {
        let text = format!("Bearer realm=\"{}\"", source.path());
        uploads::Unauthorized { www_authenticate: WwwAuthenticate::read(&text).expect("a text") }
    }
}

impl uploads::list::Facts for Program {
    fn upload_finished(&self) -> bool {
        self.finished
    }
}

service!(uploads for Program {
    async fn create(&self, request: Asked<uploads::create::Request>) -> Result<uploads::create::Outcome, Broken> {
        use uploads::create::Request;
        use uploads::create::{Created, Decision, decide};
        let request = take!(request as Request { authorization, version, content_type, length, body });
        match request.length {
            Length::UploadLength(length) => assert!(length.get() < 100),
            Length::UploadDeferLength(UploadDeferLength::Deferred) => {}
        }
        Ok(match decide(&request) {
            Decision::Ready(ready) => ready.into(),
            Decision::Created => Created.into(),
        })
    }

    async fn mount(&self, request: Asked<uploads::mount::Request>) -> Result<uploads::mount::Outcome, Broken> {
        use uploads::mount::Request;
        let request = take!(request as Request { authorization, version, digest });
        match uploads::mount::decide(&request) {
            uploads::mount::Decision::Mounted => {
                let trace = Trace::read(request.digest.as_str()).expect("a text of the same size");
                Ok(uploads::mount::Mounted { trace }.into())
            }
        }
    }

    async fn count(&self, request: Asked<uploads::count::Request>) -> Result<uploads::count::Outcome, Broken> {
        use uploads::count::Request;
        let request = take!(request as Request { authorization, version });
        match uploads::count::decide(&request) {
            uploads::count::Decision::Counted => Ok(uploads::count::Counted.into()),
        }
    }

    async fn newest(&self, request: Asked<uploads::newest::Request>) -> Result<uploads::newest::Outcome, Broken> {
        use uploads::newest::Request;
        let request = take!(request as Request { authorization, version });
        match uploads::newest::decide(&request) {
            uploads::newest::Decision::Latest => Ok(uploads::newest::Latest.into()),
        }
    }

    async fn list(&self, request: Asked<uploads::list::Request>) -> Result<uploads::list::Outcome, Broken> {
        use uploads::list::Request;
        use uploads::list::{Decision, Listed, Recent, decide};
        let request = take!(request as Request { authorization, version, limit, order_by, r#where });
        if self.fails {
            return Err(Broken);
        }
        let body = request.limit.get().to_string().into();
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Recent => Recent { trace: request.r#where.trace, body }.into(),
            Decision::Listed => Listed { body }.into(),
        })
    }

    async fn describe(&self, request: Asked<uploads::describe::Request>) -> Result<uploads::describe::Outcome, Broken> {
        use uploads::describe::Request;
        let request = take!(request as Request { authorization, version });
        match uploads::describe::decide(&request) {
            uploads::describe::Decision::Ready(ready) => Ok(ready.into()),
        }
    }
});

service!(search for Program {
    async fn find(&self, request: Asked<search::find::Request>) -> Result<search::find::Outcome, Broken> {
        use search::find::Request;
        use search::find::{Decision, Empty, Found, decide};
        let request = take!(request as Request { accept, prefix, tags, sizes, kind, note });
        Ok(match decide(&request) {
            Decision::Ready(ready) => ready.into(),
            Decision::Empty => Empty { note: request.note }.into(),
            Decision::Found => {
                let prefix = request.prefix.iter().map(|prefix| prefix.as_str().to_owned());
                let tags = request.tags.iter().flatten().map(|tag| tag.as_str().to_owned());
                let sizes = request.sizes.iter().flatten().map(|size| size.get().to_string());
                let body = prefix.chain(tags).chain(sizes).collect::<Vec<_>>().join("|").into();
                Found { content_type: request.accept, body }.into()
            }
        })
    }
});

fn answer(program: &Program, sent: &Sent) -> Response<String> {
    answer!(program, sent)
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED], |example| {
        let limits = Limits::DECLARED.overridden(variables(example)).expect("a limit");
        let given = given(example);
        answer(&Program { limits, finished: given("upload.finished"), fails: given("failure") }, &example.send)
    });
}

#[test]
fn the_excerpts_in_the_documentation_are_from_specs_that_compile() {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let specs = concat!(
        include_str!("depot/protocol.rs"),
        include_str!("hooks/protocol.rs"),
        include_str!("registry/protocol.rs"),
        include_str!("versions/protocol.rs"),
        include_str!("shelf/protocol.rs"),
        include_str!("errors/protocol.rs"),
        include_str!("subscriptions/protocol.rs"),
        include_str!("../../examples/tus/spec/tus.rs"),
        include_str!("parts/protocol.rs"),
        include_str!("parts/note/show.rs"),
    );
    let spec = specs.lines().filter(|line| !line.trim_start().starts_with("///"));
    let spec = normal(&spec.collect::<Vec<_>>().join("\n"));
    let document = include_str!("../../docs/language.md");
    let excerpts: Vec<&str> = document.split("```spec\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(excerpts.len() > 9);
    let lines = excerpts.iter().flat_map(|excerpt| excerpt.lines());
    for line in lines {
        assert!(spec.contains(&normal(line)), "{line}");
    }
}

#[test]
fn caches_distinguish_what_a_header_chooses() {
    let program = Program { limits: Limits::DECLARED, finished: false, fails: false };
    for (sent, status) in [
        (Sent("GET /search"), 200),
        (Sent("GET /search\naccept: application/x-ndjson"), 204),
        (Sent("GET /search\naccept: text/html"), 406),
        (Sent("GET /search?prefix=\naccept: text/html"), 406),
        (Sent("GET /search?prefix="), 400),
    ] {
        let response = answer(&program, &sent);
        assert_eq!((response.status, response.get("vary")), (status, Some("accept")), "{sent:?}");
    }
    assert_eq!(answer(&program, &Sent("POST /search")).get("vary"), None);
}

#[test]
fn lists_have_limits() {
    let program = Program { limits: Limits::DECLARED, finished: false, fails: false };
    for sent in [
        Sent("GET /search?tag=a&tag=b&tag=c&tag=d"),
        Sent("GET /search?tag=a&tag="),
        Sent("GET /search?prefix=a&prefix=b"),
        Sent("GET /search?prefix=abcde"),
        Sent("GET /search?prefix=%00"),
        Sent("GET /search?prefix=%ff"),
        Sent("GET /search\nx-sizes: 1, 2, 3, 4"),
        Sent("GET /search\nx-sizes: ,"),
        Sent("GET /search\nx-sizes: 1, 100"),
    ] {
        assert_eq!(answer(&program, &sent).status, 400, "{sent:?}");
    }
    for sent in [
        Sent("GET /search?tag=a%2Cb&t%61g=%20&tag=c"),
        Sent("GET /search?prefix=%F0%9F%90%8B%E9%AF%A8%C3%A9a"),
        Sent("GET /search\nx-sizes: 1,2,,3"),
    ] {
        assert_eq!(answer(&program, &sent).status, 200, "{sent:?}");
    }
}

#[test]
fn every_way_to_be_malformed_is_tried() {
    let tried = |name: &str| MALFORMED.iter().any(|example| example.name == name && example.expect.status == 422);
    assert!(tried("malformed upload-length absent"));
    assert!(tried("malformed upload-defer-length one too many"));
    let versions = MALFORMED.iter().filter(|example| example.name.starts_with("malformed depot-version"));
    assert!(versions.clone().count() > 6);
    assert!(versions.into_iter().all(|example| example.expect.status == 412));
}
