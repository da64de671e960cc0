//! Adding and removing links.

use super::Subscriptions;
use super::requests::{envelope, linked_path, new_links};
use super::situation::Situation;
use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::subscriptions::served;
use crate::subscription::request::{Answer, Request};
use spec::explicit_link::{self, remove};
use spec::links::{self, add};
use spec::{InvalidContent, NotPermitted};
use wire::{Asked, take};

impl<S: Stores> links::Service for Subscriptions<'_, S> {
    served!();

    async fn add(&self, request: Asked<add::Request>) -> Result<add::Outcome, Failure> {
        use add::{Added, Decision, decide};
        let request = take!(request as add::Request { id, content_type, body });
        let sent = envelope(request.id.as_str(), new_links(&request.body.streams, self.listings.client));
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Added), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::NotPermitted, Err(early), _) => NotPermitted { message: early.message()? }.into(),
            (Decision::Added, _, Some(Answer::Done)) => Added.into(),
            _ => return Err(Failure::Inconsistent("add")),
        })
    }
}

impl<S: Stores> explicit_link::Service for Subscriptions<'_, S> {
    served!();

    async fn remove(&self, request: Asked<remove::Request>) -> Result<remove::Outcome, Failure> {
        use remove::{Decision, Removed, decide};
        let request = take!(request as remove::Request { id, path });
        let stream = linked_path(request.path.as_str());
        let removal = stream.map(|stream| Request::RemoveLink { stream, reach: self.reach() });
        let sent = envelope(request.id.as_str(), removal);
        let before = Situation::before(&sent);
        let answer = self.send(matches!(decide(&request, &before), Decision::Removed), &sent).await?;
        Ok(match (decide(&request, &before.with(answer.as_ref())), sent, answer) {
            (Decision::Ready(ready), ..) => ready.into(),
            (Decision::InvalidContent, Err(early), _) => InvalidContent { message: early.message()? }.into(),
            (Decision::Removed, _, Some(Answer::Done)) => Removed.into(),
            _ => return Err(Failure::Inconsistent("remove")),
        })
    }
}
