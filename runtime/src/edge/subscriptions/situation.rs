//! The facts of the endpoints of subscriptions: what the edge has found out itself, and the answer of the Durable Object.

use super::requests::Early;
use crate::subscription::call::Envelope;
use crate::subscription::request::{Answer, Refused};
use spec::{
    SubscriptionState, acknowledgments, callbacks, claims, explicit_link, links, releases,
    subscription::{create, end, show},
};
use subscriptions::Refusal;

/// The facts about a request. Without an answer, the request would succeed unless the edge has refused it.
#[derive(Clone, Copy)]
pub(super) struct Situation<'a> {
    early: Option<&'a Early>,
    answer: Option<&'a Answer>,
}

impl<'a> Situation<'a> {
    /// The facts before the subscription is called.
    pub(super) fn before(sent: &'a Result<Envelope, Early>) -> Self {
        Self { early: sent.as_ref().err(), answer: None }
    }

    /// The facts with its answer, too.
    pub(super) fn with(self, answer: Option<&'a Answer>) -> Self {
        Self { answer, ..self }
    }

    fn refused(&self) -> Option<&'a Refused> {
        match self.answer? {
            Answer::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    fn refusal(&self) -> Option<&'a Refusal> {
        match self.refused()? {
            Refused::Decided(refusal) => Some(refusal),
            Refused::WakeStream | Refused::Circular | Refused::TooManySubscriptions => None,
        }
    }

    fn content_invalid(&self) -> bool {
        matches!(self.early, Some(Early::Content(_)))
    }

    fn streams_forbidden(&self) -> bool {
        matches!(self.early, Some(Early::Forbidden(_)))
    }

    /// Whether the subscription was there, for all endpoints but that which creates it.
    fn subscription(&self) -> SubscriptionState {
        match self.refusal() {
            Some(Refusal::NotFound) => SubscriptionState::Absent,
            _ => SubscriptionState::Present,
        }
    }

    fn links_circular(&self) -> bool {
        matches!(self.refused(), Some(Refused::Circular | Refused::Decided(Refusal::OwnWakeStream)))
    }

    fn links_full(&self) -> bool {
        self.refusal() == Some(&Refusal::TooManyLinks)
    }

    fn delivery_other(&self) -> bool {
        self.refusal() == Some(&Refusal::WrongType)
    }

    fn wake_claimed(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::AlreadyClaimed { .. }))
    }

    fn work_none(&self) -> bool {
        self.refusal() == Some(&Refusal::NoPendingWork)
    }

    fn wake_fenced(&self) -> bool {
        self.refusal() == Some(&Refusal::Fenced)
    }

    fn acks_invalid(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::InvalidOffset(_)))
    }
}

impl create::Facts for Situation<'_> {
    fn content_invalid(&self) -> bool {
        Situation::content_invalid(self)
    }

    fn streams_forbidden(&self) -> bool {
        Situation::streams_forbidden(self)
    }

    fn url_rejected(&self) -> bool {
        matches!(self.early, Some(Early::Url(_)))
    }

    fn origin_unknown(&self) -> bool {
        matches!(self.early, Some(Early::Origin))
    }

    /// Whether the subscription was there before the request.
    fn subscription(&self) -> SubscriptionState {
        match self.answer {
            Some(Answer::Confirmed(_) | Answer::Refused(Refused::Decided(Refusal::AlreadyExists))) => {
                SubscriptionState::Present
            }
            _ => SubscriptionState::Absent,
        }
    }

    fn configuration_other(&self) -> bool {
        self.refusal() == Some(&Refusal::AlreadyExists)
    }

    fn wake_stream_unusable(&self) -> bool {
        self.refused() == Some(&Refused::WakeStream)
    }

    fn links_circular(&self) -> bool {
        Situation::links_circular(self)
    }

    fn links_full(&self) -> bool {
        Situation::links_full(self)
    }

    fn subscriptions_full(&self) -> bool {
        self.refused() == Some(&Refused::TooManySubscriptions)
    }
}

impl end::Facts for Situation<'_> {
    fn content_invalid(&self) -> bool {
        Situation::content_invalid(self)
    }
}

/// Implements the facts of endpoints that need a subscription.
macro_rules! facts {
    ($($endpoint:path { $($fact:ident)* })+) => {
        $(impl $endpoint for Situation<'_> {
            fn content_invalid(&self) -> bool {
                Situation::content_invalid(self)
            }

            fn subscription(&self) -> SubscriptionState {
                Situation::subscription(self)
            }

            $(fn $fact(&self) -> bool {
                Situation::$fact(self)
            })*
        })+
    };
}

facts! {
    show::Facts {}
    links::add::Facts { streams_forbidden links_circular links_full }
    explicit_link::remove::Facts {}
    claims::claim::Facts { delivery_other wake_claimed work_none }
    acknowledgments::acknowledge::Facts { delivery_other wake_fenced acks_invalid }
    callbacks::call_back::Facts { delivery_other wake_fenced acks_invalid }
    releases::release::Facts { delivery_other wake_fenced }
}
