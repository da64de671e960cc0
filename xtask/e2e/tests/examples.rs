//! The examples of the spec, malformed requests, and requests that are refused for their credentials, over HTTP. Examples that need injected
//! faults are ignored, and so are those of callers who send too many requests.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{LazyLock, OnceLock};

use e2e::{Reply, Request, Server, base_url, open_socket, request, unique_path};
use libtest_mimic::{Arguments, Failed, Trial};
use token::example::Caller;
use wire::{Content, Example, Sent};

/// The variables that a server is told.
type Variables = Vec<(&'static str, String)>;

/// A server for each of the settings that examples need, beside the one at `BASE_URL`. Each is started when it is first
/// asked for, and stops with this program.
static SERVERS: LazyLock<BTreeMap<Variables, OnceLock<Server>>> =
    LazyLock::new(|| all().map(|example| (variables(example), OnceLock::new())).collect());

fn all() -> impl Iterator<Item = &'static Example> {
    spec::EXAMPLES.iter().chain(spec::MALFORMED).chain(spec::REFUSED)
}

fn main() -> ExitCode {
    let trials = all().map(|example| {
        let name = format!("{}::{}", example.endpoint, example.name);
        let behind = ["failure", "body.stalled", "page.damaged", "position.trimmed", "fork.trimmed"];
        let fails = behind.iter().any(|condition| example.mentions(condition));
        // It takes an alarm before there is more than one segment.
        let fails = fails || example.given.contains(&"segments.unchecked");
        let is_limited = Caller::of(example.given) == Caller::Limited;
        Trial::test(name, || shows(example)).with_ignored_flag(fails || is_limited)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn shows(example: &Example) -> Result<(), Failed> {
    let (variables, caller) = (variables(example), Caller::of(example.given));
    let url = match SERVERS.get(&variables) {
        Some(server) if variables != Caller::Anyone.variables() => {
            server.get_or_init(|| server_with(&variables)).url("")
        }
        _ => base_url(),
    };
    // No two examples meet on one server, not even those of two runs.
    let own = unique_path().trim_start_matches("/v1/stream/").to_owned() + "/";
    let place = Place { example, url, own };
    for sent in example.before {
        let reply = place.request(sent, caller.token_before()).send();
        if !(200..300).contains(&reply.status) {
            return Err(format!("{sent:?} is to succeed, and gets {reply:?}").into());
        }
    }
    let reply = match example.expect.body {
        _ if example.expect.status == 101 => place.attend(&example.send),
        Content::Begins(beginning) => place.request(&example.send, caller.token()).send_and_read(beginning.len()),
        Content::Any | Content::Is(_) | Content::Json(..) => place.request(&example.send, caller.token()).send(),
    };
    let header = |name: &str| reply.header(name).map(str::to_owned);
    match example.expect.differences(reply.status, header, &reply.body) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("{}\n{reply:?}", differences.join("\n")).into()),
    }
}

/// What a deployment is told in which the example happens.
fn variables(example: &Example) -> Variables {
    let limits = example.limits.iter().map(|(name, value)| (*name, (*value).to_owned()));
    limits.chain(Caller::of(example.given).variables()).collect()
}

fn server_with(variables: &Variables) -> Server {
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Server::closed(&variables)
}

/// Where an example happens.
struct Place<'e> {
    example: &'e Example,
    url: String,
    /// What its paths have behind the root of their resource.
    own: String,
}

impl Place<'_> {
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
