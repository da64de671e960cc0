//! Restoring a stream whose rows D1 has lost or rolled back, from its segments in R2 and the rows that remain.
//!
//! Every R2 object is read completely before anything is changed. The limit `restore_bytes` determines how many
//! requests that takes. Results are kept in memory between requests. A stream that can't be restored remains unchanged.

use super::{Object, RequestContext};
use crate::Event;
use crate::Failure;
use crate::archive::cold::VerifiedSegment;
use crate::host::Host;
use futures_util::future::{FutureExt as _, Shared};
use segment::Damage;
use spec::Limits;
use spec::Offset;
use spec::restoration::restore::{Decision, Facts, Outcome, Request, Restored, Underway, Unrestorable, decide};
use spec::restoration::{Service, restore};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tokio::sync::oneshot;
use wire::{Asked, take};

/// The result of a request to restore.
#[derive(Clone, Debug)]
pub(super) enum RestoreStep {
    /// The stream is restored up to this offset.
    Restored(Offset, String),
    /// Some R2 objects have not been checked yet.
    Underway(String),
    /// The stream was deleted or has expired, and the request does not include restoring it nevertheless.
    Ended,
    /// The stream can't be restored, for this reason.
    Unusable(String),
}

/// State kept between requests to restore a stream.
#[derive(Default)]
pub(super) struct Restoring {
    /// The running step, and whether it restores a deleted or expired stream.
    step: RefCell<Option<(bool, Running)>>,
    /// The result for each checked R2 object, until the restoration ends.
    pub(super) checked: RefCell<BTreeMap<String, Result<VerifiedSegment, Damage>>>,
}

type Running = Shared<oneshot::Receiver<Result<RestoreStep, Failure>>>;

impl Facts for RestoreStep {
    fn generation_deleted(&self) -> bool {
        matches!(self, RestoreStep::Ended)
    }

    fn segments_unusable(&self) -> bool {
        matches!(self, RestoreStep::Unusable(_))
    }

    fn segments_unchecked(&self) -> bool {
        matches!(self, RestoreStep::Underway(_))
    }
}

impl<H: Host> Service for RequestContext<H> {
    type Failure = Failure;
    type Events = crate::Following;

    fn limits(&self) -> &Limits {
        self.object.limits()
    }

    fn failed(&self, failure: Failure) -> String {
        self.object.report(Event::RestoreFailed, &failure);
        failure.client_detail()
    }

    async fn restore(&self, request: Asked<restore::Request>) -> Result<restore::Outcome, Failure> {
        let request = take!(request as Request { path, stream_restore_deleted });
        handle(&self.object, &request).await
    }
}

async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let step = object.restoration_step(request.stream_restore_deleted).await?;
    match (decide(request, &step), step) {
        (Decision::Restored, RestoreStep::Restored(stream_next_offset, report)) => {
            Ok(Restored { stream_next_offset, body: report.into_bytes() }.into())
        }
        (Decision::Underway, RestoreStep::Underway(report)) => Ok(Underway { body: report.into_bytes() }.into()),
        (Decision::Ready(ready), RestoreStep::Ended) => Ok(ready.into()),
        (Decision::Unrestorable, RestoreStep::Unusable(detail)) => Ok(Unrestorable { detail }.into()),
        _ => Err(Failure::Inconsistent("restore")),
    }
}

impl<H: Host> Object<H> {
    /// Does the restoration work of one request. If another request is doing that already, waits for it and returns
    /// the same result.
    async fn restoration_step(&self, deleted: bool) -> Result<RestoreStep, Failure> {
        let running = self.0.restoring.step.borrow().clone();
        let step = match running {
            Some((same, step)) if same == deleted => step,
            Some(_) => return Err(Failure::FenceMismatch),
            None => self.begin_step(deleted),
        };
        step.await.unwrap_or(Err(Failure::Abandoned))
    }

    fn begin_step(&self, deleted: bool) -> Running {
        let (sender, step) = oneshot::channel();
        let (step, object) = (step.shared(), self.clone());
        *self.0.restoring.step.borrow_mut() = Some((deleted, step.clone()));
        self.0.host.spawn(async move {
            let done = object.restore_some(deleted).await;
            if matches!(done, Ok(RestoreStep::Restored(..) | RestoreStep::Unusable(_) | RestoreStep::Ended)) {
                object.0.restoring.checked.take();
            }
            object.0.restoring.step.take();
            // The receivers may have been dropped.
            let _ = sender.send(done);
        });
        step
    }

    async fn restore_some(&self, deleted: bool) -> Result<RestoreStep, Failure> {
        // A sweep must not remove the data during the restore.
        let _unswept = self.0.sweeping.lock().await;
        let mut budget = self.limits().restore_bytes as u64;
        if let Err(step) = self.take_inventory(deleted, &mut budget).await? {
            return Ok(step);
        }
        // The remaining work is short. Rows must not move during it, and segments that have moved since the first
        // inventory are checked.
        let _turn = self.0.compacting.lock().await;
        match self.take_inventory(deleted, &mut budget).await? {
            Ok(inventory) => self.rebuild(inventory).await,
            Err(step) => Ok(step),
        }
    }
}
