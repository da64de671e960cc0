//! The examples of the spec, malformed requests, and requests that are refused for their credentials, each against a server of its own.

use libtest_mimic::{Arguments, Failed, Trial};
use native::{Fault, Reply, Request, Server, run};
use runtime::Settings;
use std::process::ExitCode;
use token::example::Caller;
use wire::{Content, Example, Sent};

fn main() -> ExitCode {
    let trials = spec::EXAMPLES.iter().chain(spec::MALFORMED).chain(spec::REFUSED).map(|example| {
        let name = format!("{}::{}", example.endpoint, example.name);
        Trial::test(name, || run(shows(example)))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

async fn shows(example: &Example) -> Result<(), Failed> {
    let caller = Caller::of(example.given);
    let server = Server::with(|settings| *settings = configured(example, &caller));
    for sent in example.before {
        let reply = server.send(authorized(request(sent), caller.token_before())).await;
        if !(200..300).contains(&reply.status) {
            return Err(format!("{sent:?} is to succeed, and gets {}: {}", reply.status, reply.text()).into());
        }
    }
    let moves = ["page.damaged", "position.trimmed", "fork.trimmed"];
    let moves = moves.iter().any(|condition| example.mentions(condition));
    if moves || example.given.contains(&"segments.unchecked") {
        server.run_for(1_000).await;
    }
    if example.given.contains(&"not usage.unknown") {
        server.count_streams().await.map_err(|failure| failure.to_string())?;
    }
    if example.mentions("page.damaged") {
        // What has moved to the bucket gets lost there.
        server.crash_all();
        server.bucket().keys().iter().for_each(|key| server.bucket().lose(key));
    }
    if ["failure", "server.failing"].iter().any(|fault| example.given.contains(fault)) {
        server.database().inject(std::iter::repeat(Fault::Lost));
    }
    if caller == Caller::Limited {
        server.authority().limited.borrow_mut().push(Caller::counted_as());
    }
    let send = authorized(request(&example.send), caller.token());
    let send = if example.mentions("body.stalled") { send.stalled() } else { send };
    let mut reply = server.send(send).await;
    let body = body(&mut reply, example.expect.body).await;
    let header = |name: &str| reply.header(name).map(str::to_owned);
    match example.expect.differences(reply.status, header, &body) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("{}\n{}", differences.join("\n"), String::from_utf8_lossy(&body)).into()),
    }
}

/// The settings of a deployment in which the example happens.
fn configured(example: &Example, caller: &Caller) -> Settings {
    let limits = example.limits.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let access = caller.variables().into_iter().map(|(name, value)| (name.to_owned(), value));
    Settings::read(&limits.chain(access).collect()).expect("the limits of an example can be set")
}

fn authorized(request: Request, token: Option<String>) -> Request {
    match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    }
}

fn request(sent: &Sent) -> Request {
    let request = Request::new(sent.method(), sent.target()).body(sent.body());
    sent.headers().fold(request, |request, (name, value)| request.header(name, value))
}

/// The body; of one that need not end, as much as is expected.
async fn body(reply: &mut Reply, expected: Content) -> Vec<u8> {
    let Content::Begins(beginning) = expected else { return reply.bytes().to_vec() };
    let mut body = String::new();
    while body.len() < beginning.len()
        && let Some(piece) = reply.next().await
    {
        body.push_str(&piece);
    }
    body.into_bytes()
}
