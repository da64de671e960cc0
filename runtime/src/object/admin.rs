//! Actions of operators on one stream: a handler for each.

mod compact;
mod describe;
mod record;
mod verify;

use super::{Object, RequestContext, settle};
use crate::Failure;
use crate::host::Host;
use crate::sequencer::Sequencer;
use spec::Limits;
use spec::administration::{
    Service, act, compact as compaction, describe as description, forget, record as recording, verify as verification,
};
use wire::{Asked, take};

impl<H: Host> Service for RequestContext<H> {
    type Failure = Failure;
    type Events = crate::Following;

    fn limits(&self) -> &Limits {
        self.object.limits()
    }

    fn failed(&self, failure: Failure) -> String {
        self.object.report(failure.event(), &failure);
        failure.client_detail()
    }

    async fn describe(&self, request: Asked<description::Request>) -> Result<description::Outcome, Failure> {
        let request = take!(request as description::Request { path });
        describe::handle(&self.object, &request).await
    }

    async fn compact(&self, request: Asked<compaction::Request>) -> Result<compaction::Outcome, Failure> {
        let request = take!(request as compaction::Request { path, check_from });
        compact::handle(&self.object, &request).await
    }

    async fn forget(&self, _: Asked<forget::Request>) -> Result<forget::Outcome, Failure> {
        self.object.forget().await;
        Ok(forget::Forgotten.into())
    }

    async fn verify(&self, request: Asked<verification::Request>) -> Result<verification::Outcome, Failure> {
        let request = take!(request as verification::Request { path, check_from });
        verify::handle(&self.object, &request).await
    }

    async fn record(&self, request: Asked<recording::Request>) -> Result<recording::Outcome, Failure> {
        let request = take!(request as recording::Request { path, producer, check_from });
        record::handle(&self.object, &request).await
    }

    async fn act(&self, _: Asked<act::Request>) -> Result<act::Outcome, Failure> {
        Ok(act::NoAction.into())
    }
}

impl<H: Host> Object<H> {
    /// Discards everything in memory that can be loaded again, after all changes that are staged now have settled. Changes that were staged
    /// meanwhile fail. Readers stay.
    async fn forget(&self) {
        let pending = self.0.sequencer.borrow_mut().as_mut().and_then(Sequencer::barrier);
        if let Some(pending) = pending {
            // After a failure, the state is discarded already.
            let _ = settle(pending).await;
        }
        self.drop_state(&Failure::Forgotten);
        self.0.backoff.succeeded();
        self.0.offload_due.set(None);
        self.0.may_need_merge.set(true);
        self.0.alarm.forget();
    }
}
