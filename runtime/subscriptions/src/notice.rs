//! Descriptions of a wake for its holder: the body of a request to a webhook, of a response to a claim, and of a wake event (§6.4, §7.2).

use crate::identity::{Generation, SubscriptionId, UnixMs, WakeId};
use crate::link::Reason;
use crate::links::Links;
use crate::stored;
use crate::token::TokenClaims;
use crate::wake::Snapshot;
use serde::{Deserialize, Serialize};
use spec::Offset;
use spec::stream::Path;

/// A linked stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamInfo {
    /// The stream.
    #[serde(with = "stored::path")]
    pub path: Path,
    /// Why it is linked.
    pub reason: Reason,
    /// Where the subscription is.
    #[serde(with = "stored::offset")]
    pub acked: Offset,
    /// The tail. It is never before `acked`.
    #[serde(with = "stored::offset")]
    pub tail: Offset,
}

impl StreamInfo {
    /// Whether there is data after the cursor.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        self.tail > self.acked
    }

    /// The linked streams as they are now, by path.
    #[must_use]
    pub fn of_now(links: &Links) -> Vec<Self> {
        let info = |linked: &crate::link::Linked| Self {
            path: linked.link.path.clone(),
            reason: linked.link.reason,
            acked: linked.cursor(),
            tail: linked.tail(),
        };
        links.iter().map(info).collect()
    }

    /// The linked streams, with the tails of a snapshot: those up to which an answer acknowledges them. Data beyond them is not shown.
    #[must_use]
    pub(crate) fn of_snapshot(links: &Links, snapshot: &Snapshot) -> Vec<Self> {
        let mut infos = Self::of_now(links);
        for info in &mut infos {
            let pending = links.get(&info.path).and_then(crate::link::Linked::pending);
            let entry = snapshot.get(&info.path).map(|entry| &entry.tail);
            let shown = entry.zip(pending).filter(|(entry, pending)| entry.generation == pending.generation);
            info.tail = shown.map_or(info.acked, |(entry, _)| info.acked.max(entry.offset));
        }
        infos
    }
}

/// The content of a request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The wake.
    pub wake_id: WakeId,
    /// The linked streams.
    pub streams: Vec<StreamInfo>,
    /// The content of its token, which contains the subscription and the generation.
    pub claims: TokenClaims,
}

/// The body of a response to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The wake.
    pub wake_id: WakeId,
    /// The linked streams, with their current tails.
    pub streams: Vec<StreamInfo>,
    /// The content of its token, which contains the subscription and the generation.
    pub claims: TokenClaims,
    /// The time after which the holder loses the wake, in milliseconds.
    pub lease_ttl_ms: u64,
}

/// The wake event that is appended to a wake stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WakeEvent {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// One of the pending streams.
    pub stream: Path,
    /// The number of the wake.
    pub generation: Generation,
    /// When this event was made.
    pub at: UnixMs,
}

#[cfg(test)]
mod tests {
    use super::StreamInfo;
    use crate::identity::StreamGeneration;
    use crate::link::{Link, Linked, Position, Reason, Stream};
    use crate::links::Links;
    use crate::wake::Snapshot;
    use spec::Offset;
    use spec::stream::Path;

    /// A path, the acknowledged offset, and the generation and the tail of the stream.
    type Row = (&'static str, u64, Option<(&'static str, u64)>);

    fn links(rows: &[Row]) -> Links {
        let offset = |value| Offset::new(value).expect("an offset");
        Links::new(rows.iter().map(|(path, acked, stream)| {
            let acked = Some(Position { generation: StreamGeneration::stored("g"), offset: offset(*acked) });
            let stream = stream.map_or(Stream::Absent { begins: offset(9) }, |(generation, tail)| Stream::Present {
                generation: StreamGeneration::stored(generation),
                begins: offset(2),
                tail: offset(tail),
            });
            Linked { link: Link { path: Path::read(path).expect("a path"), reason: Reason::Explicit, acked }, stream }
        }))
    }

    fn shown(infos: &[StreamInfo]) -> Vec<(&str, u64, u64, bool)> {
        infos.iter().map(|info| (info.path.as_str(), info.acked.get(), info.tail.get(), info.has_pending())).collect()
    }

    #[test]
    fn a_claim_shows_current_tails_and_a_notice_those_of_its_snapshot() {
        let before =
            [("a", 1, Some(("g", 5))), ("b", 5, Some(("g", 5))), ("c", 1, Some(("g", 5))), ("d", 1, Some(("g", 5)))];
        let snapshot = Snapshot::of(&links(&before)).expect("pending");
        let after =
            links(&[("a", 3, Some(("g", 7))), ("b", 5, Some(("g", 6))), ("c", 1, Some(("h", 3))), ("d", 1, None)]);
        let now = [("a", 3, 7, true), ("b", 5, 6, true), ("c", 2, 3, true), ("d", 9, 9, false)];
        assert_eq!(shown(&StreamInfo::of_now(&after)), now);
        let notice = [("a", 3, 5, true), ("b", 5, 5, false), ("c", 2, 2, false), ("d", 9, 9, false)];
        assert_eq!(shown(&StreamInfo::of_snapshot(&after, &snapshot)), notice);
        // An acknowledgment beyond the snapshot leaves nothing of it.
        let beyond = links(&[("a", 6, Some(("g", 7)))]);
        assert_eq!(shown(&StreamInfo::of_snapshot(&beyond, &snapshot)), [("a", 6, 6, false)]);
    }
}
