//! Clients that follow a stream, each in its own mode, and note down what they see.

use crate::clients::{Client, Path, offset};
use crate::history::Sight;
use native::{Reply, Request};
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub enum Mode {
    CatchUp,
    LongPoll,
    Events,
}

impl Client {
    /// Follows a stream from its start until `over`, and whatever there is at its path after it has ended.
    pub async fn follow(&self, path: Path, mode: Mode, over: &Cell<bool>) {
        let mut position = 0;
        while !over.get() {
            let live = match mode {
                Mode::CatchUp => "",
                Mode::LongPoll => "&live=long-poll",
                Mode::Events => "&live=sse",
            };
            let (sent, response) = (self.history.moment(), self.history.moment());
            let sight = Sight {
                path,
                response,
                sent,
                start: position,
                text: String::new(),
                stop: position,
                up_to_date: false,
                closed: false,
            };
            let target = format!("/v1/stream/{path}?offset={position:016X}{live}");
            let reply = self.attempt(&self.server, Request::new("GET", &target)).await;
            position = match (reply, mode) {
                (Some(reply), Mode::Events) if reply.status == 200 => self.listen(reply, sight, over).await,
                (Some(reply), _) if reply.status < 300 => self.look(&reply, sight),
                // It has ended, and the next one begins elsewhere.
                (Some(reply), _) if matches!(reply.status, 400 | 404 | 410) => earliest(&reply),
                _ => position,
            };
            // One that answers at once must not keep the clock from going on.
            tokio::time::sleep(Duration::from_millis(self.plan.unit_ms())).await;
        }
    }

    fn look(&self, reply: &Reply, sight: Sight) -> usize {
        let (up_to_date, closed) =
            (reply.header("stream-up-to-date").is_some(), reply.header("stream-closed").is_some());
        let sight = Sight { text: reply.text(), stop: offset(reply), up_to_date, closed, ..sight };
        let stop = sight.stop;
        self.history.saw(sight);
        stop
    }

    async fn listen(&self, mut reply: Reply, first: Sight, over: &Cell<bool>) -> usize {
        let Sight { path, response, sent, mut start, .. } = first;
        while !over.get() {
            let Some(piece) = reply.next_within(Duration::from_millis(50 * self.plan.unit_ms())).await else {
                continue;
            };
            let Some(piece) = piece else { break };
            let mut text = String::new();
            for event in piece.split_terminator("\n\n") {
                let (kind, data) = event.split_once("\ndata:").expect("an event has data");
                if kind == "event: data" {
                    text.push_str(data);
                    continue;
                }
                let control: Value = serde_json::from_str(data).expect("a control event is JSON");
                let next = control["streamNextOffset"].as_str().expect("it tells where to go on");
                let stop = usize::from_str_radix(next, 16).expect("an offset is hexadecimal");
                let closed = control["streamClosed"] == true;
                // What it is up to date with is what there is now, not what there was when it was asked.
                let up_to_date = control["upToDate"] == true;
                self.history.saw(Sight {
                    path,
                    response,
                    sent,
                    start,
                    text: std::mem::take(&mut text),
                    stop,
                    up_to_date,
                    closed,
                });
                start = stop;
            }
        }
        start
    }
}

/// Where a stream begins that is no longer, or never was, what the reader was reading.
fn earliest(reply: &Reply) -> usize {
    let earliest = reply.header("stream-earliest-offset").unwrap_or("0");
    usize::from_str_radix(earliest, 16).expect("an offset is hexadecimal")
}
