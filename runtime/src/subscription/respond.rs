//! Answering the calls of the edge and of streams.

use super::call::Call;
use super::object::Subscription;
use super::operations::Shown;
use super::outbound::Outbound;
use super::progress::Progress;
use super::request::{Answer, Representation, Request};
use crate::Failure;
use crate::fanout::bridge;
use crate::host::HostError;
use serde::Serialize;
use subscriptions::{Configuration, Created, Refusal, Target};

impl<H: Outbound> Subscription<H> {
    /// Answers a call. The answer is written as [`bridge::read`] reads it.
    ///
    /// # Errors
    /// [`Failure`], if a message of a stream could not be handled. The stream repeats it.
    pub async fn answer(&self, call: Call) -> Result<String, Failure> {
        match call {
            Call::Message(message) => written(&self.receive(&message).await?),
            Call::Request(request) => {
                let answer = self.respond(*request).await.unwrap_or_else(|failure| {
                    self.report(failure.event(), &failure);
                    Answer::Failed(failure.to_string())
                });
                written(&answer)
            }
        }
    }

    async fn respond(&self, request: Request) -> Result<Answer, Failure> {
        let limits = self.limits();
        Ok(match request {
            Request::Create { configuration } => self.put(configuration).await?,
            Request::Read { reach } => match self.read(&reach).await? {
                Some(shown) => {
                    let key_id = self.key_id(&shown.subscription.configuration).await?;
                    Answer::Found(self.represent(shown, key_id))
                }
                None => Refusal::NotFound.into(),
            },
            Request::Delete { reach } => {
                self.delete(&reach).await?;
                Answer::Done
            }
            Request::AddLinks { streams, reach } => match self.add_links(&streams, limits.links, &reach).await? {
                Ok(()) => Answer::Done,
                Err(refused) => Answer::Refused(refused),
            },
            Request::RemoveLink { stream, reach } => done(self.remove_link(&stream, &reach).await?),
            Request::Claim { worker, reach } => {
                // Before the claim, because nobody could use a wake without its token, nor claim it before its lease ends.
                let key = self.token_key().await?;
                match self.claim(worker, &reach).await? {
                    Ok(claimed) => Answer::Claimed { token: key.issue(&claimed.claims), claimed },
                    Err(refusal) => refusal.into(),
                }
            }
            Request::Acknowledge(call) => acknowledged(self.acknowledge(&call).await?),
            Request::CallBack(call) => acknowledged(self.call_back(&call).await?),
            Request::Release(credentials) => done(self.release(&credentials).await?),
        })
    }

    async fn put(&self, configuration: Configuration) -> Result<Answer, Failure> {
        // Before the creation, which could not be answered without it.
        let key_id = self.key_id(&configuration).await?;
        let (created, shown) = match self.create(configuration, self.limits().links).await? {
            Ok(created) => created,
            Err(refused) => return Ok(Answer::Refused(refused)),
        };
        let representation = self.represent(shown, key_id);
        Ok(match created {
            Created::New => Answer::Created(representation),
            Created::Confirmed => Answer::Confirmed(representation),
        })
    }

    /// The name of the key that signs requests to the webhook, if it has one.
    async fn key_id(&self, configuration: &Configuration) -> Result<Option<String>, Failure> {
        Ok(match configuration.target() {
            Target::Webhook(_) => Some(self.signing_keys().await?.kid()),
            Target::PullWake(_) => None,
        })
    }

    fn represent(&self, Shown { subscription, streams }: Shown, key_id: Option<String>) -> Box<Representation> {
        let globs = streams.iter().filter(|own| own.reason.is_glob()).count();
        Box::new(Representation {
            is_full: subscription.configuration.pattern().is_some() && globs >= self.limits().links,
            progress: Progress::of(&subscription.phase, subscription.generation),
            configuration: subscription.configuration,
            created_at: subscription.created_at,
            streams,
            key_id,
        })
    }
}

fn done(done: Result<(), Refusal>) -> Answer {
    done.map_or_else(Answer::from, |()| Answer::Done)
}

fn acknowledged(done: Result<subscriptions::Acknowledged, Refusal>) -> Answer {
    done.map_or_else(Answer::from, Answer::Acknowledged)
}

fn written<T: Serialize>(answer: &T) -> Result<String, Failure> {
    Ok(bridge::write(answer).map_err(|error| HostError(error.to_string()))?)
}
