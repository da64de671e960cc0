//! The data points of reads that this Durable Object answers, and of live connections that end in it.
//!
//! A live connection is recorded once, by the program that holds the client's connection when that ends:
//!
//! - The edge, for SSE and for a long-poll that waits with a socket. It has the bytes and the duration in memory while this Durable
//!   Object hibernates, and it still runs if this one fails. Also, the end of a stream ends all connections in one invocation of
//!   this Durable Object, and Analytics Engine accepts only 250 data points of an invocation. At the edge, each has its own.
//! - This Durable Object, for all others: a WebSocket of the client, a held poll, and a response without a socket.

use super::{Object, RequestContext};
use crate::fanout::reader::{ReaderState, Tally};
use crate::host::meter::Meter;
use crate::host::{Host, UnixMs};
use crate::metrics::{Ending, Operation, Point};
use crate::stream::rest::{Rest, SentRead};
use std::rc::Rc;
use wire::Response;

impl<H: Host> RequestContext<H> {
    /// Records a read when its response has ended, or a live connection that ends with this response. The request arrived at `arrived`.
    /// Returns the rest of the response's body.
    pub(super) fn measure<E>(
        &self,
        response: &Response<E>,
        reader_state: Option<&ReaderState>,
        arrived: UnixMs,
    ) -> Option<Rest<Object<H>>> {
        let rest = self.rest.take();
        if let Some(operation) = self.live.get()
            && reader_state.is_none()
        {
            self.object.measure_response(operation, response, arrived);
        }
        let Some(object) = self.read.get() else { return rest };
        let bytes = if response.is_successful() { response.body.length() as u64 } else { 0 };
        let read = SentRead { outcome: response.status.to_string().into(), bytes, arrived, began: object.now() };
        match rest {
            Some(rest) => Some(rest.recorded(read)),
            None => {
                object.measure_read(&read);
                None
            }
        }
    }
}

impl<H: Host> Object<H> {
    /// A handle that counts what the database is used for.
    pub(super) fn metered(&self) -> Self {
        Self(self.0.clone(), Some(Rc::new(Meter::default())))
    }

    /// A handle that counts together with this one, if this one counts.
    pub(super) fn with_same_meter(&self) -> Self {
        Self(self.0.clone(), self.1.clone())
    }

    /// Records a read that has ended.
    pub(super) fn measure_read(&self, read: &SentRead) {
        let usage = self.1.as_ref().map(|meter| meter.usage()).unwrap_or_default();
        let point = self.point(Operation::Read, read.outcome.clone());
        self.0.host.measure(&read.point(point, usage, self.now()));
    }

    /// Records a live connection that ended with its only response.
    pub(super) fn measure_response<E>(&self, operation: Operation, response: &Response<E>, since: UnixMs) {
        let length = response.body.length();
        let bytes = if response.is_successful() { length as u64 } else { 0 };
        self.measure_live(operation, Ending::of_response(response.status, length), bytes, since);
    }

    /// Records the WebSocket of a client, which has ended.
    pub(super) fn measure_websocket(&self, tally: &Tally) {
        // Without an ending, it was not this Durable Object that closed it.
        let ending = tally.ending.unwrap_or(Ending::ClientGone);
        self.measure_live(Operation::Websocket, ending, tally.bytes, tally.since);
    }

    pub(super) fn measure_live(&self, operation: Operation, ending: Ending, bytes: u64, since: UnixMs) {
        let duration_ms = self.now().saturating_sub(since);
        self.0.host.measure(&Point { bytes, duration_ms, ..self.point(operation, ending.name()) });
    }

    /// A data point about this stream.
    pub(super) fn point(&self, operation: Operation, outcome: impl Into<std::borrow::Cow<'static, str>>) -> Point<'_> {
        Point::of(&self.0.path, operation, outcome, self.0.host.databases().number(&self.0.path))
    }
}
