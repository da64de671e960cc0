//! The examples of the spec, malformed requests, and requests that are refused for their credentials, each against a server of its own.

use libtest_mimic::{Arguments, Failed, Trial};
use native::{Fault, Reception, Reply, Request, Server, run};
use runtime::Settings;
use std::process::ExitCode;
use token::example::{Caller, Holder, Wake};
use wire::{Content, Example, Sent};

/// Examples that no request can show: a token is for one subscription, and none has this id.
const NOT_SHOWN: [&str; 3] =
    ["acknowledge::malformed id \"%zz\"", "release::malformed id \"%zz\"", "call_back::malformed id \"%zz\""];

fn all() -> impl Iterator<Item = &'static Example> {
    spec::EXAMPLES.iter().chain(spec::MALFORMED).chain(spec::REFUSED)
}

fn name(example: &Example) -> String {
    format!("{}::{}", example.endpoint, example.name)
}

fn main() -> ExitCode {
    let trials = all().map(|example| {
        let is_shown = !NOT_SHOWN.contains(&&*name(example));
        Trial::test(name(example), || run(shows(example))).with_ignored_flag(!is_shown)
    });
    let counted = Trial::test("the examples that are not shown exist", || {
        let count = all().filter(|example| NOT_SHOWN.contains(&&*name(example))).count();
        if count == NOT_SHOWN.len() { Ok(()) } else { Err(format!("there are {count} of {NOT_SHOWN:?}").into()) }
    });
    libtest_mimic::run(&Arguments::from_args(), trials.chain([counted]).collect()).exit_code()
}

async fn shows(example: &Example) -> Result<(), Failed> {
    let caller = Caller::of(example.given);
    let holder = Holder::of(example, spec::REFUSED);
    let server = Server::with(|settings| *settings = configured(example, &caller));
    server.subscriptions().always(Reception::Delivered);
    let wake = prepared(&server, example, &caller, holder).await?;
    let sent = holder.send(example);
    let sent = wake.map_or(sent, |wake| wake.put_into(sent));
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
    if ["failure", "server.failing", "Holder unverified"].iter().any(|fault| example.given.contains(fault)) {
        server.database().inject(std::iter::repeat(Fault::Lost));
    }
    if caller == Caller::Limited {
        server.authority().limited.borrow_mut().push(Caller::counted_as());
    }
    let send = authorized(request(&sent), caller.token());
    let send = if example.mentions("body.stalled") { send.stalled() } else { send };
    let mut reply = server.send(send).await;
    let body = body(&mut reply, example.expect.body).await;
    let header = |name: &str| reply.header(name).map(str::to_owned);
    match example.expect.differences(reply.status, header, &body) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("{}\n{}", differences.join("\n"), String::from_utf8_lossy(&body)).into()),
    }
}

/// Sends the requests before that of the example. Returns the wake that it is about.
async fn prepared(server: &Server, example: &Example, caller: &Caller, holder: Holder) -> Result<Option<Wake>, Failed> {
    let mut wake = None;
    for sent in holder.before(example) {
        let reply = server.send(authorized(request(&sent), caller.token_before())).await;
        if !(200..300).contains(&reply.status) {
            return Err(format!("{sent:?} is to succeed, and gets {}: {}", reply.status, reply.text()).into());
        }
        wake = wake.or(Wake::read(reply.bytes()));
    }
    match wake {
        None if holder == Holder::Valid => delivered(server).await.map(Some),
        wake => Ok(wake),
    }
}

/// The settings of a deployment in which the example happens.
fn configured(example: &Example, caller: &Caller) -> Settings {
    let limits = example.limits.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let access = caller.variables().into_iter().map(|(name, value)| (name.to_owned(), value));
    let origin = ("PUBLIC_URL".to_owned(), "https://ds.example".to_owned());
    let origin = Some(origin).filter(|_| !example.given.contains(&"origin.unknown"));
    Settings::read(&limits.chain(access).chain(origin).collect()).expect("the limits of an example can be set")
}

/// The wake that a webhook has heard of.
async fn delivered(server: &Server) -> Result<Wake, Failed> {
    server.settle().await;
    let heard = server.receivers().take_heard();
    let delivery = heard.iter().find_map(|(_, sent)| match sent {
        native::Sent::Delivery(delivery) => Some(delivery),
        native::Sent::Announcement(_) => None,
    });
    let notice = server.notice(delivery.ok_or("no webhook has heard of a wake")?).await?;
    Wake::read(&notice).ok_or_else(|| "a webhook hears of a wake with its token".into())
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
