//! The examples of the spec, malformed requests, and requests that are refused for their credentials, over HTTP.

mod deployment;
mod ignored;
mod place;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use e2e::{Receiver, Reply};
use libtest_mimic::{Arguments, Failed, Trial};
use token::example::{Caller, Holder, Wake};
use wire::{Content, Example, Sent};

use deployment::Deployment;
use place::Place;

fn all() -> impl Iterator<Item = &'static Example> {
    spec::EXAMPLES.iter().chain(spec::MALFORMED).chain(spec::REFUSED)
}

fn main() -> ExitCode {
    let trials = all().map(|example| {
        let name = format!("{}::{}", example.endpoint, example.name);
        Trial::test(name, || shows(example)).with_ignored_flag(ignored::reason(example).is_some())
    });
    let counted = Trial::test("ignored examples are counted", || ignored::counted(all()));
    libtest_mimic::run(&Arguments::from_args(), trials.chain([counted]).collect()).exit_code()
}

fn shows(example: &Example) -> Result<(), Failed> {
    let (deployment, caller) = (Deployment::of(example), Caller::of(example.given));
    let holder = Holder::of(example, spec::REFUSED);
    let receiver = (holder == Holder::Valid && place::has_webhook(example)).then(Receiver::start);
    let place = Place::new(example, deployment.url(), receiver.as_ref());
    let (before, mut wake) = (holder.before(example), None);
    for sent in &before {
        let reply = place.request(sent, caller.token_before()).send();
        if !(200..300).contains(&reply.status) {
            return Err(format!("{sent:?} is to succeed, and gets {reply:?}").into());
        }
        wake = wake.or(Wake::read(&reply.body));
    }
    let wake = wake.or_else(|| Wake::read(&receiver?.next()));
    if holder == Holder::Valid && wake.is_none() {
        return Err("no wake has begun".into());
    }
    let sent = holder.send(example);
    let sent = wake.map_or(sent, |wake| wake.put_into(sent));
    let send = || match example.expect.body {
        _ if example.expect.status == 101 => place.attend(&sent),
        Content::Begins(beginning) => place.request(&sent, caller.token()).send_and_read(beginning.len()),
        Content::Any | Content::Is(_) | Content::Json(..) => place.request(&sent, caller.token()).send(),
    };
    let reply = if deployment.is_limited { after_too_many(&place, &caller, send) } else { send() };
    place.clean_up(&before, caller.token_before());
    let header = |name: &str| reply.header(name).map(str::to_owned);
    match place.expected().differences(reply.status, header, &reply.body) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("{}\n{reply:?}", differences.join("\n")).into()),
    }
}

/// The reply to the caller's next request after those that are too many for the minute.
fn after_too_many(place: &Place, caller: &Caller, send: impl Fn() -> Reply) -> Reply {
    loop {
        let before = minute();
        let read = || place.request(&Sent("GET /v1/stream/a"), caller.token()).send();
        assert!((0..9).any(|_| read().status == 429), "a caller can send ten requests in a minute");
        let reply = send();
        if minute() == before {
            return reply;
        }
    }
}

/// The current minute. The local platform counts anew in each.
fn minute() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs() / 60
}
