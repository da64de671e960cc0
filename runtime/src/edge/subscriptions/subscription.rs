//! Creating, reading and deleting a subscription.

use super::Subscriptions;
use super::representation::represented;
use super::requests::envelope;
use super::situation::Situation;
use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::subscriptions::served;
use crate::subscription::request::{Answer, Request};
use spec::subscription::{Service, create, end, show};
use spec::{InvalidContent, NotPermitted};
use wire::{Asked, take};

impl<S: Stores> Service for Subscriptions<'_, S> {
    served!();

    async fn create(&self, request: Asked<create::Request>) -> Result<create::Outcome, Failure> {
        use create::{Confirmed, Created, Decision, UrlRejected, decide};
        let request = take!(request as create::Request { id, content_type, body });
        let sent = envelope(request.id.as_str(), self.creation(&request.body));
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Created), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::NotPermitted, Err(early), _) => NotPermitted { message: early.message()? }.into(),
            (Decision::UrlRejected, Err(early), _) => UrlRejected { message: early.message()? }.into(),
            (Decision::Created, Ok(sent), Some(Answer::Created(own))) => {
                Created { body: represented(&sent.id, *own, self.webhooks)? }.into()
            }
            (Decision::Confirmed, Ok(sent), Some(Answer::Confirmed(own))) => {
                Confirmed { body: represented(&sent.id, *own, self.webhooks)? }.into()
            }
            _ => return Err(Failure::Inconsistent("create")),
        })
    }

    async fn show(&self, request: Asked<show::Request>) -> Result<show::Outcome, Failure> {
        use show::{Decision, Shown, decide};
        let request = take!(request as show::Request { id });
        let sent = envelope(request.id.as_str(), Ok(Request::Read { reach: self.reach() }));
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Shown), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::Shown, Ok(sent), Some(Answer::Found(own))) => {
                Shown { body: represented(&sent.id, *own, self.webhooks)? }.into()
            }
            _ => return Err(Failure::Inconsistent("show")),
        })
    }

    async fn end(&self, request: Asked<end::Request>) -> Result<end::Outcome, Failure> {
        use end::{Decision, Ended, decide};
        let request = take!(request as end::Request { id });
        let sent = envelope(request.id.as_str(), Ok(Request::Delete { reach: self.reach() }));
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Ended), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::Ended, _, Some(Answer::Done)) => Ended.into(),
            _ => return Err(Failure::Inconsistent("end")),
        })
    }
}
