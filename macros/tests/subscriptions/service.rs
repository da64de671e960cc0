//! The handlers: they ask the server, and tell what it decides.

use super::*;
use crate::entry::{Configuration, Delivery, Entry};
use crate::served::Broken;
use crate::server::Server;
use crate::token::WakeToken;
use crate::{glob, policy};
use std::cell::RefCell;
use wire::{Asked, BadCredentials, Source, take};

/// A server with the limits and the situation of an example.
pub struct Program {
    pub limits: Limits,
    pub fails: bool,
    pub server: RefCell<Server>,
}

impl Edge for &Program {
    type Client = ();
    type Holder = WakeToken;

    fn limits(&self) -> &Limits {
        &self.limits
    }

    async fn client(
        &self,
        _: &impl Source,
        credentials: Result<Option<client::Credentials>, BadCredentials>,
    ) -> Result<(), client::Refusal> {
        match credentials? {
            Some(client::Credentials::Authorization(own)) if own.secret() != "service" => Err(client::Refusal::Unknown),
            Some(_) | None => Ok(()),
        }
    }

    async fn holder(
        &self,
        _: &impl Source,
        credentials: Result<holder::Credentials, BadCredentials>,
    ) -> Result<WakeToken, holder::Refusal> {
        let holder::Credentials::Authorization(own) = credentials?;
        WakeToken::verified(own.secret()).ok_or(holder::Refusal::Unknown)
    }
}

/// A request on its way to a handler.
pub struct Session<'a> {
    pub program: &'a Program,
    pub limits: &'a Limits,
    pub token: Option<WakeToken>,
}

impl Session<'_> {
    /// Changes the server, after it has done what is due.
    fn with<T>(&self, change: impl FnOnce(&mut Server) -> T) -> Result<T, Broken> {
        if self.program.fails {
            return Err(Broken);
        }
        let server = &mut *self.program.server.borrow_mut();
        server.settle();
        let result = change(server);
        server.settle();
        Ok(result)
    }
}

/// What a request is about: the facts are the server's.
struct About<'a, R> {
    server: &'a Server,
    limits: &'a Limits,
    id: &'a str,
    request: &'a R,
}

impl<R> About<'_, R> {
    fn state(&self) -> SubscriptionState {
        self.entry().map_or(SubscriptionState::Absent, |_| SubscriptionState::Present)
    }

    fn entry(&self) -> Option<&Entry> {
        self.server.entry(self.id)
    }

    fn is_over_limit(&self, streams: &[stream::Path]) -> bool {
        let count = self.entry().map_or(streams.len(), |entry| entry.explicit_with(streams));
        count > self.limits.links
    }

    fn has_wakes(&self, streams: &[stream::Path]) -> bool {
        streams.iter().any(|path| self.server.is_wake_stream(path.as_str()))
    }
}

impl subscription::subscribe::Facts for About<'_, subscription::subscribe::Request> {
    fn pattern_invalid(&self) -> bool {
        let Configuration { pattern, streams, .. } = Configuration::of(&self.request.body);
        pattern.map_or(streams.is_empty(), |pattern| !glob::is_valid(pattern.as_str()))
    }

    fn url_rejected(&self) -> bool {
        matches!(&Configuration::of(&self.request.body).delivery, Delivery::Webhook(url) if !policy::allows(url.as_str()))
    }

    fn subscription(&self) -> SubscriptionState {
        self.state()
    }

    fn configuration_differs(&self) -> bool {
        self.entry().is_some_and(|entry| entry.configuration != Configuration::of(&self.request.body))
    }

    fn wake_stream_invalid(&self) -> bool {
        matches!(Configuration::of(&self.request.body).delivery, Delivery::PullWake(path) if !self.server.has_json(path.as_str()))
    }

    fn links_refused(&self) -> bool {
        let Configuration { delivery, streams, .. } = Configuration::of(&self.request.body);
        let streams: Vec<_> = streams.into_iter().collect();
        self.has_wakes(&streams) || matches!(delivery, Delivery::PullWake(own) if streams.contains(&own))
    }

    fn links_too_many(&self) -> bool {
        self.is_over_limit(self.request.body.streams.as_deref().unwrap_or_default())
    }
}

impl links::add::Facts for About<'_, links::add::Request> {
    fn subscription(&self) -> SubscriptionState {
        self.state()
    }

    fn links_refused(&self) -> bool {
        self.has_wakes(&self.request.body.streams)
    }

    fn links_too_many(&self) -> bool {
        self.is_over_limit(&self.request.body.streams)
    }
}

impl claims::claim::Facts for About<'_, claims::claim::Request> {
    fn subscription(&self) -> SubscriptionState {
        self.state()
    }

    fn delivery_differs(&self) -> bool {
        self.entry().is_some_and(|entry| !entry.is_pulled())
    }

    fn wake_claimed(&self) -> bool {
        self.entry().and_then(Entry::holder).is_some()
    }

    fn work_none(&self) -> bool {
        self.server.is_idle(self.id)
    }
}

impl subscription::show::Facts for About<'_, subscription::show::Request> {
    fn subscription(&self) -> SubscriptionState {
        self.state()
    }
}

impl own_link::remove::Facts for About<'_, own_link::remove::Request> {
    fn subscription(&self) -> SubscriptionState {
        self.state()
    }
}

/// What a request with the token of a wake is about.
struct Holding<'a> {
    server: &'a Server,
    id: &'a str,
    token: Option<&'a WakeToken>,
    wake_id: &'a Label,
    generation: Generation,
    acks: &'a [Ack],
    /// Whether the endpoint is that of workers.
    is_pulled: bool,
}

/// Implements the facts about a wake for several endpoints.
macro_rules! wake_facts {
    ($($facts:path { $($acks:tt)* })+) => {
        $(impl $facts for Holding<'_> {
            fn token_foreign(&self) -> bool {
                self.token.is_none_or(|token| !token.is_of(self.id))
            }

            fn token_expired(&self) -> bool {
                self.token.is_none_or(|token| token.is_expired(self.server.now))
            }

            fn subscription(&self) -> SubscriptionState {
                self.server.entry(self.id).map_or(SubscriptionState::Absent, |_| SubscriptionState::Present)
            }

            fn delivery_differs(&self) -> bool {
                self.server.entry(self.id).is_some_and(|entry| entry.is_pulled() != self.is_pulled)
            }

            fn wake_fenced(&self) -> bool {
                let (entry, token) = (self.server.entry(self.id), self.token);
                !entry.zip(token).is_some_and(|(entry, token)| entry.is_current(token, self.wake_id, self.generation))
            }

            $(fn $acks(&self) -> bool {
                self.server.refused(self.id, self.acks).is_some()
            })*
        })+
    };
}

wake_facts! {
    acks::acknowledge::Facts { acks_invalid }
    releases::release::Facts {}
    callbacks::call_back::Facts { acks_invalid }
}

/// A stream that exists or not.
impl stream::read::Facts for Option<String> {
    fn stream(&self) -> StreamState {
        if self.is_some() { StreamState::Present } else { StreamState::Absent }
    }
}

service!(stream for Session<'_> {
    async fn append(&self, request: Asked<stream::append::Request>) -> Result<stream::append::Outcome, Broken> {
        use stream::append::{Appended, Decision, Request, decide};
        let request = take!(request as Request { path, content_type, body });
        let Decision::Appended = decide(&request);
        let is_json = request.content_type.as_ref().is_some_and(|media| media.essence() == "application/json");
        let body = String::from_utf8(request.body.to_vec()).map_err(|_| Broken)?;
        let stream_next_offset = self.with(|server| server.append(request.path.as_str(), is_json, &body))?;
        Ok(Appended { stream_next_offset }.into())
    }

    async fn read(&self, request: Asked<stream::read::Request>) -> Result<stream::read::Outcome, Broken> {
        use stream::read::{Decision, Read, Request, decide};
        let request = take!(request as Request { path });
        let messages = self.with(|server| server.read(request.path.as_str()))?;
        Ok(match decide(&request, &messages) {
            Decision::Ready(ready) => ready.into(),
            Decision::Read => Read { body: messages.unwrap_or_default().into() }.into(),
        })
    }
});

service!(subscription for Session<'_> {
    async fn subscribe(&self, request: Asked<subscription::subscribe::Request>) -> Result<subscription::subscribe::Outcome, Broken> {
        use subscription::subscribe::{Confirmed, Created, Decision, Request, UrlRejected, decide};
        let request = take!(request as Request { id, content_type, body });
        let id = request.id.as_str();
        self.with(|server| {
            Ok(match decide(&request, &About { server, limits: self.limits, id, request: &request }) {
                Decision::Ready(ready) => ready.into(),
                Decision::UrlRejected => UrlRejected { message: message("The URL is not public.") }.into(),
                Decision::Created => {
                    server.create(id, Configuration::of(&request.body));
                    Created { body: server.shown(id).ok_or(Broken)? }.into()
                }
                Decision::Confirmed => Confirmed { body: server.shown(id).ok_or(Broken)? }.into(),
            })
        })?
    }

    async fn show(&self, request: Asked<subscription::show::Request>) -> Result<subscription::show::Outcome, Broken> {
        use subscription::show::{Decision, Request, Shown, decide};
        let request = take!(request as Request { id });
        let id = request.id.as_str();
        self.with(|server| {
            Ok(match decide(&request, &About { server, limits: self.limits, id, request: &request }) {
                Decision::Ready(ready) => ready.into(),
                Decision::Shown => Shown { body: server.shown(id).ok_or(Broken)? }.into(),
            })
        })?
    }

    async fn end(&self, request: Asked<subscription::end::Request>) -> Result<subscription::end::Outcome, Broken> {
        use subscription::end::{Decision, Ended, Request, decide};
        let request = take!(request as Request { id });
        let Decision::Ended = decide(&request);
        self.with(|server| server.end(request.id.as_str()))?;
        Ok(Ended.into())
    }
});

service!(links for Session<'_> {
    async fn add(&self, request: Asked<links::add::Request>) -> Result<links::add::Outcome, Broken> {
        use links::add::{Added, Decision, Request, decide};
        let request = take!(request as Request { id, content_type, body });
        let id = request.id.as_str();
        self.with(|server| match decide(&request, &About { server, limits: self.limits, id, request: &request }) {
            Decision::Ready(ready) => ready.into(),
            Decision::Added => {
                server.add(id, &request.body.streams);
                Added.into()
            }
        })
    }
});

service!(own_link for Session<'_> {
    async fn remove(&self, request: Asked<own_link::remove::Request>) -> Result<own_link::remove::Outcome, Broken> {
        use own_link::remove::{Decision, Removed, Request, decide};
        let request = take!(request as Request { id, path });
        let id = request.id.as_str();
        self.with(|server| match decide(&request, &About { server, limits: self.limits, id, request: &request }) {
            Decision::Ready(ready) => ready.into(),
            Decision::Removed => {
                server.remove(id, &request.path.as_str().replace("%2F", "/"));
                Removed.into()
            }
        })
    }
});

service!(claims for Session<'_> {
    async fn claim(&self, request: Asked<claims::claim::Request>) -> Result<claims::claim::Outcome, Broken> {
        use claims::claim::{AlreadyClaimed, Decision, Request, Taken, decide};
        let request = take!(request as Request { id, content_type, body });
        let id = request.id.as_str();
        self.with(|server| {
            Ok(match decide(&request, &About { server, limits: self.limits, id, request: &request }) {
                Decision::Ready(ready) => ready.into(),
                Decision::AlreadyClaimed => {
                    let (worker, generation) = server.entry(id).and_then(Entry::holder).ok_or(Broken)?;
                    AlreadyClaimed { current_holder: worker.ok_or(Broken)?, generation }.into()
                }
                Decision::Taken => Taken { body: server.claim(id, request.body.worker.clone()).ok_or(Broken)? }.into(),
            })
        })?
    }
});

/// Handles acknowledgements, which workers and webhooks send to different endpoints.
macro_rules! acknowledge {
    ($session:ident, $request:ident, $module:path, $is_pulled:literal) => {{
        use $module::{Decision, Done, Request, decide};
        let request = take!($request as Request { id, content_type, body });
        let (id, Acknowledgement { wake_id, generation, acks, done }) = (request.id.as_str(), &request.body);
        let (acks, token) = (acks.as_deref().unwrap_or_default(), $session.token.as_ref());
        $session.with(|server| {
            let about = Holding { server, id, token, wake_id, generation: *generation, acks, is_pulled: $is_pulled };
            match decide(&request, &about) {
                Decision::Ready(ready) => ready.into(),
                Decision::InvalidOffset => {
                    let reason = server.refused(id, acks).unwrap_or_default();
                    InvalidOffset { message: message(reason) }.into()
                }
                Decision::Done => {
                    let next_wake = server.acknowledge(id, acks, *done);
                    Done { body: Acknowledged { ok: true, next_wake } }.into()
                }
            }
        })
    }};
}

service!(acks for Session<'_> {
    async fn acknowledge(&self, request: Asked<acks::acknowledge::Request>) -> Result<acks::acknowledge::Outcome, Broken> {
        acknowledge!(self, request, acks::acknowledge, true)
    }
});

service!(callbacks for Session<'_> {
    async fn call_back(&self, request: Asked<callbacks::call_back::Request>) -> Result<callbacks::call_back::Outcome, Broken> {
        acknowledge!(self, request, callbacks::call_back, false)
    }
});

service!(releases for Session<'_> {
    async fn release(&self, request: Asked<releases::release::Request>) -> Result<releases::release::Outcome, Broken> {
        use releases::release::{Decision, Released, Request, decide};
        let request = take!(request as Request { id, content_type, body });
        let (id, Release { wake_id, generation }, token) = (request.id.as_str(), &request.body, self.token.as_ref());
        self.with(|server| {
            let about = Holding { server, id, token, wake_id, generation: *generation, acks: &[], is_pulled: true };
            match decide(&request, &about) {
                Decision::Ready(ready) => ready.into(),
                Decision::Released => {
                    server.finish(id);
                    Released.into()
                }
            }
        })
    }
});

service!(keys for Session<'_> {
    async fn keys(&self, request: Asked<keys::keys::Request>) -> Result<keys::keys::Outcome, Broken> {
        use keys::keys::{Decision, Found, Request, decide};
        let request = take!(request as Request {});
        let Decision::Found = decide(&request);
        let key = Key {
            kty: KeyType::Pair,
            crv: Curve::Ed25519,
            kid: key_id(),
            r#use: KeyUse::Signature,
            alg: KeyAlgorithm::EdDsa,
            x: Point::read("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").expect("a point"),
        };
        Ok(Found { body: KeySet { keys: vec![key] } }.into())
    }
});

fn message(text: &str) -> Description {
    Description::read(text).expect("a message")
}
