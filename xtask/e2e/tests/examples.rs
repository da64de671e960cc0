//! The examples of the spec, malformed requests, and requests that are refused for their credentials, over HTTP. Examples that need injected
//! faults are ignored.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{LazyLock, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use e2e::{Reply, Request, Server, base_url, open_socket, request, unique_path};
use libtest_mimic::{Arguments, Failed, Trial};
use token::example::Caller;
use wire::{Content, Example, Sent};

/// How a server is started.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Deployment {
    /// What it is told.
    variables: Vec<(&'static str, String)>,
    /// Whether each caller may send only one request per minute.
    is_limited: bool,
}

/// A server for each deployment that examples need, beside the one at `BASE_URL`. Each is started when it is first asked
/// for, and stops with this program.
static SERVERS: LazyLock<BTreeMap<Deployment, OnceLock<Server>>> =
    LazyLock::new(|| all().map(|example| (Deployment::of(example), OnceLock::new())).collect());

fn all() -> impl Iterator<Item = &'static Example> {
    spec::EXAMPLES.iter().chain(spec::MALFORMED).chain(spec::REFUSED)
}

fn main() -> ExitCode {
    let trials = all().map(|example| {
        let name = format!("{}::{}", example.endpoint, example.name);
        let behind = ["failure", "body.stalled", "page.damaged", "position.trimmed", "fork.trimmed"];
        let fails = behind.iter().any(|condition| example.mentions(condition));
        // These take an alarm, or no alarm, or the cron trigger, or a fault.
        let given = ["segments.unchecked", "data.excessive", "server.failing"];
        let fails = fails || given.iter().any(|given| example.given.contains(given));
        let fails = fails || example.mentions("usage.unknown");
        Trial::test(name, || shows(example)).with_ignored_flag(fails)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn shows(example: &Example) -> Result<(), Failed> {
    let (deployment, caller) = (Deployment::of(example), Caller::of(example.given));
    let url = match SERVERS.get(&deployment) {
        Some(server) if deployment.variables != Caller::Anyone.variables() => {
            server.get_or_init(|| deployment.start()).url("")
        }
        _ => base_url(),
    };
    // No two examples meet on one server, not even those of two runs. One that is sent to the only path of its resource names the streams
    // that it is about in other parts of the request: they have names of their own.
    let is_sent_to_root = example.send.target().split('?').next() == example.root.strip_suffix('/');
    let own =
        if is_sent_to_root { String::new() } else { unique_path().trim_start_matches("/v1/stream/").to_owned() + "/" };
    let place = Place { example, url, own };
    for sent in example.before {
        let reply = place.request(sent, caller.token_before()).send();
        if !(200..300).contains(&reply.status) {
            return Err(format!("{sent:?} is to succeed, and gets {reply:?}").into());
        }
    }
    let send = || match example.expect.body {
        _ if example.expect.status == 101 => place.attend(&example.send),
        Content::Begins(beginning) => place.request(&example.send, caller.token()).send_and_read(beginning.len()),
        Content::Any | Content::Is(_) | Content::Json(..) => place.request(&example.send, caller.token()).send(),
    };
    let reply = if deployment.is_limited { place.after_too_many(&caller, send) } else { send() };
    let header = |name: &str| reply.header(name).map(str::to_owned);
    match example.expect.differences(reply.status, header, &reply.body) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("{}\n{reply:?}", differences.join("\n")).into()),
    }
}

impl Deployment {
    /// The one in which the example happens.
    fn of(example: &Example) -> Self {
        let caller = Caller::of(example.given);
        let limits = example.limits.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Self { variables: limits.chain(caller.variables()).collect(), is_limited: caller == Caller::Limited }
    }

    fn start(&self) -> Server {
        let variables: Vec<_> = self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if self.is_limited { Server::limited(1, &variables) } else { Server::closed(&variables) }
    }
}

/// The current minute. The local platform counts anew in each.
fn minute() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs() / 60
}

/// Where an example happens.
struct Place<'e> {
    example: &'e Example,
    url: String,
    /// What its paths have behind the root of their resource.
    own: String,
}

impl Place<'_> {
    /// The reply to the caller's next request after those that are too many for the minute.
    fn after_too_many(&self, caller: &Caller, send: impl Fn() -> Reply) -> Reply {
        loop {
            let before = minute();
            let read = || self.request(&Sent("GET /v1/stream/a"), caller.token()).send();
            assert!((0..9).any(|_| read().status == 429), "a caller can send ten requests in a minute");
            let reply = send();
            if minute() == before {
                return reply;
            }
        }
    }

    /// The head of the reply, and the first message that follows it.
    fn attend(&self, sent: &Sent) -> Reply {
        let url = format!("{}{}", self.url, self.under(sent.target()));
        let headers: Vec<_> = sent.headers().filter(|(name, _)| *name != "upgrade").collect();
        let (reply, socket) = open_socket(&url, &headers);
        let body = socket.and_then(|mut socket| socket.next_text()).unwrap_or_default();
        Reply { body: body.into_bytes(), ..reply }
    }

    fn request(&self, sent: &Sent, token: Option<String>) -> Request {
        let mut request = request(sent.method(), &format!("{}{}", self.url, self.under(sent.target())));
        for (name, value) in sent.headers() {
            request = request.header(name, &*self.under(value));
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if sent.body().is_empty() { request } else { request.body(sent.body()) }
    }

    /// A text of the example as it is here: a path of a resource, whichever that is, is below one of its own. An example of
    /// no resource has its paths as they are.
    fn under<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let about = spec::EXAMPLES.iter().find(|example| !example.root.is_empty() && text.starts_with(example.root));
        about
            .filter(|_| !self.example.root.is_empty())
            .map_or(text.into(), |example| example.under(&format!("{}{}", example.root, self.own), text))
    }
}
