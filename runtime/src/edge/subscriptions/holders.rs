//! Claiming, acknowledging and giving back a wake.

use super::Subscriptions;
use super::representation::claimed_wake;
use super::requests::{Early, envelope, sentence};
use super::situation::Situation;
use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::subscriptions::served;
use crate::subscription::reach::Reach;
use crate::subscription::request::{Answer, Refused, Request};
use spec::acknowledgments::{self, acknowledge};
use spec::callbacks::{self, call_back};
use spec::claims::{self, claim};
use spec::client::Operation;
use spec::releases::{self, release};
use spec::{InvalidContent, InvalidOffset};
use subscriptions::{Refusal, WorkerName};
use wire::{Asked, take};

impl<S: Stores> claims::Service for Subscriptions<'_, S> {
    served!();

    async fn claim(&self, request: Asked<claim::Request>) -> Result<claim::Outcome, Failure> {
        use claim::{Claimed, Decision, decide};
        let request = take!(request as claim::Request { id, content_type, body });
        let worker = WorkerName::read(request.body.worker.as_str()).map_err(|rule| Early::Content(rule.to_string()));
        let reach = Reach::of(self.listings.client, Operation::Claim);
        let sent = envelope(request.id.as_str(), worker.map(|worker| Request::Claim { worker, reach }));
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Claimed), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::AlreadyClaimed, _, Some(Answer::Refused(refused))) => already_claimed(refused)?.into(),
            (Decision::Claimed, _, Some(Answer::Claimed { claimed, token })) => {
                Claimed { body: claimed_wake(claimed, &token)? }.into()
            }
            _ => return Err(Failure::Inconsistent("claim")),
        })
    }
}

fn already_claimed(refused: Refused) -> Result<claim::AlreadyClaimed, Failure> {
    let Refused::Decided(Refusal::AlreadyClaimed { holder, generation }) = refused else {
        return Err(Failure::Inconsistent("claim"));
    };
    let holder = spec::WorkerName::read(holder.as_str()).ok();
    let (current_holder, generation) =
        holder.zip(spec::WakeNumber::new(generation.get())).ok_or(Failure::Corrupt("subscriptions.state"))?;
    Ok(claim::AlreadyClaimed { current_holder, generation })
}

/// The outcome for an offset that can't be acknowledged.
fn invalid_offset(answer: Option<Answer>) -> Result<InvalidOffset, Failure> {
    match answer {
        Some(Answer::Refused(Refused::Decided(Refusal::InvalidOffset(rule)))) => {
            Ok(InvalidOffset { message: sentence(&rule)? })
        }
        _ => Err(Failure::Inconsistent("acknowledge")),
    }
}

/// Handles acknowledgments, which workers and webhooks send to different endpoints.
macro_rules! acknowledge {
    ($own:ident, $request:ident, $endpoint:ident, $kind:path) => {{
        use $endpoint::{Decision, Done, Request as Asking, decide};
        let request = take!($request as Asking { id, content_type, body });
        let acknowledgment = $own.acknowledgment(&request.body)?;
        let sent = envelope(request.id.as_str(), acknowledgment.map($kind));
        let before = Situation::before(&sent);
        let answer = $own.send(matches!(decide(&request, &before), Decision::Done), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::InvalidOffset, _, answer) => invalid_offset(answer)?.into(),
            (Decision::Done, _, Some(Answer::Acknowledged(own))) => {
                Done { body: spec::Acknowledged { ok: true, next_wake: own.next_wake } }.into()
            }
            _ => return Err(Failure::Inconsistent("acknowledge")),
        })
    }};
}

impl<S: Stores> acknowledgments::Service for Subscriptions<'_, S> {
    served!();

    async fn acknowledge(&self, request: Asked<acknowledge::Request>) -> Result<acknowledge::Outcome, Failure> {
        acknowledge!(self, request, acknowledge, Request::Acknowledge)
    }
}

impl<S: Stores> callbacks::Service for Subscriptions<'_, S> {
    served!();

    async fn call_back(&self, request: Asked<call_back::Request>) -> Result<call_back::Outcome, Failure> {
        acknowledge!(self, request, call_back, Request::CallBack)
    }
}

impl<S: Stores> releases::Service for Subscriptions<'_, S> {
    served!();

    async fn release(&self, request: Asked<release::Request>) -> Result<release::Outcome, Failure> {
        use release::{Decision, Released, decide};
        let request = take!(request as release::Request { id, content_type, body });
        let credentials = self.credentials(&request.body.wake_id, request.body.generation)?;
        let sent = envelope(request.id.as_str(), Ok(Request::Release(credentials)));
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Released), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::Released, _, Some(Answer::Done)) => Released.into(),
            _ => return Err(Failure::Inconsistent("release")),
        })
    }
}
