//! Checking the stored data of a stream: every row of the log, and every R2 object that a row names.
//!
//! A request checks a limited amount and returns the offset at which the next one continues, so nothing is kept between them. Each step reads
//! the stream's row with the data, in one transaction. So moves, trims and appends can happen meanwhile.

use crate::Failure;
use crate::archive::cold::{self, Cold};
use crate::archive::part;
use crate::host::{Bucket as _, Database as _, Host, Outcome as Rows};
use crate::log;
use crate::object::Object;
use crate::object::admin::describe::{count, identifier, sentence};
use crate::stream::Stream;
use segment::{Damage, Index};
use spec::administration::verify::{Decision, Facts, Outcome, Request, Verified, Verifying, decide};
use spec::{DamagedRange, Offset, StreamState, Verification};
use std::fmt::Display;
use std::time::Duration;

/// Maximum number of steps of one request. Each takes at most five queries and a request to R2, and Cloudflare allows 1,000 per invocation.
const STEPS_MAX: usize = 150;

/// Maximum number of damaged ranges in one response.
const DAMAGED_MAX: usize = 1000;

/// Maximum bytes of the log that are read at once.
const READ_BYTES: usize = 256 << 10;

/// The result of a check.
struct Checked {
    /// The first offset that was not checked.
    at: Offset,
    state: StreamState,
    is_finished: bool,
    rows: u64,
    objects: u64,
    bytes: u64,
    damaged: Vec<DamagedRange>,
}

impl Facts for Checked {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn segments_unchecked(&self) -> bool {
        !self.is_finished
    }
}

/// Checks the stored data from an offset on.
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let from = request.check_from.map_or_else(|| Offset::new(0).ok_or(Failure::Full), Ok)?;
    let checked = object.check_from(from).await?;
    Ok(match decide(request, &checked) {
        Decision::Verifying => Verifying { body: checked.report()? }.into(),
        Decision::Verified => Verified { body: checked.report()? }.into(),
        Decision::Ready(ready) => ready.into(),
    })
}

impl Checked {
    fn report(self) -> Result<Verification, Failure> {
        Ok(Verification {
            next: Some(self.at).filter(|_| !self.is_finished),
            rows: count(self.rows)?,
            objects: count(self.objects)?,
            bytes: count(self.bytes)?,
            damaged: self.damaged,
        })
    }

    /// Records that the range up to `stop` can't be read.
    fn damage(&mut self, stop: Offset, key: Option<&str>, reason: impl Display) -> Result<(), Failure> {
        let key = key.map(identifier).transpose()?;
        self.damaged.push(DamagedRange { start: self.at, stop, key, reason: sentence(&reason.to_string()) });
        self.at = stop;
        Ok(())
    }
}

impl<H: Host> Object<H> {
    async fn check_from(&self, from: Offset) -> Result<Checked, Failure> {
        // R2 objects are read whole.
        let _turn = self.turn().await?;
        let (state, is_finished) = (StreamState::Absent, false);
        let mut checked = Checked { at: from, state, is_finished, rows: 0, objects: 0, bytes: 0, damaged: Vec::new() };
        for _ in 0..STEPS_MAX {
            self.check_step(&mut checked).await?;
            let is_enough = checked.bytes >= self.limits().restore_bytes as u64 || checked.damaged.len() >= DAMAGED_MAX;
            if checked.is_finished || is_enough {
                break;
            }
            // Other tasks can run here.
            self.0.host.sleep(Duration::ZERO).await;
        }
        Ok(checked)
    }

    /// Checks the R2 object that contains the next offset, or the next rows.
    async fn check_step(&self, checked: &mut Checked) -> Result<(), Failure> {
        let path = &self.0.path;
        let statements = log::stored_at(path, checked.at, READ_BYTES.min(self.limits().page));
        let found = self.database().batch(statements).await?;
        let stream = log::loaded_alone(&found)?;
        checked.state = Stream::view(stream.as_ref(), self.now()).0;
        let Some(stream) = stream else {
            checked.is_finished = true;
            return Ok(());
        };
        // The data before is stored by another generation, or was trimmed.
        let start = stream.lineage.last().map(crate::stream::fork::Ancestor::until).transpose()?;
        let first = stream.earliest.max(start.unwrap_or(stream.earliest));
        if checked.at < first {
            // The next step reads what is stored there.
            checked.at = first;
        } else if checked.at < stream.tail {
            match log::loaded_segments(found.get(1))?.pop().filter(|cold| cold.stop > checked.at) {
                Some(cold) => self.check_object(checked, &stream, &cold, found.get(1)).await?,
                None => self.check_rows(checked, &stream, found.get(2), found.get(3))?,
            }
        }
        checked.is_finished = checked.at >= stream.tail;
        Ok(())
    }

    async fn check_object(
        &self,
        checked: &mut Checked,
        stream: &Stream,
        cold: &Cold,
        row: Option<&Rows>,
    ) -> Result<(), Failure> {
        let Cold { stop, object, bytes, .. } = cold;
        let read = self.bucket().get(object, 0..*bytes).await?.unwrap_or_default();
        checked.objects += 1;
        checked.bytes += read.len() as u64;
        match log::named_segment(row) {
            Ok(Some((_, index))) => match compare(&self.0.path, stream, cold, &index, &read) {
                Ok(()) => checked.at = *stop,
                Err(damage) => checked.damage(*stop, Some(object), damage)?,
            },
            Ok(None) | Err(_) => checked.damage(*stop, None, "The row of this R2 object has an invalid index.")?,
        }
        Ok(())
    }

    /// Checks rows of the log. If there are none, the range up to the next stored offset is missing.
    fn check_rows(
        &self,
        checked: &mut Checked,
        stream: &Stream,
        rows: Option<&Rows>,
        next: Option<&Rows>,
    ) -> Result<(), Failure> {
        let before = checked.rows;
        for chunk in log::each_chunk(rows) {
            checked.rows += 1;
            match chunk {
                Ok((stop, bytes)) => {
                    checked.bytes += bytes as u64;
                    checked.at = stop;
                }
                Err((stop, failure)) => checked.damage(stop.unwrap_or(stream.tail), None, failure)?,
            }
        }
        if checked.rows == before {
            let next = log::loaded_first_row(next)?.unwrap_or(stream.tail);
            checked.damage(next, None, "No row stores or names this range.")?;
        }
        Ok(())
    }
}

/// Compares an R2 object with its row.
fn compare(path: &str, stream: &Stream, cold: &Cold, index: &Index, bytes: &[u8]) -> Result<(), Damage> {
    if bytes.is_empty() {
        return Err(Damage("the R2 object is missing"));
    }
    if part::generation(&cold.object).is_some() {
        return part::verified(cold, path, stream, bytes).map(drop);
    }
    let verified = cold::verify(cold, path, &stream.generation.0, bytes)?;
    if *verified.index == *index { Ok(()) } else { Err(Damage("its row has another index")) }
}
