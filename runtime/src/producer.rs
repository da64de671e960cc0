//! Idempotent producers (PROTOCOL.md §5.2.1).

use spec::{Epoch, Offset, Producer, ProducerState, Seq};

/// The last append of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastAppend {
    pub epoch: Epoch,
    pub seq: Seq,
    /// The next offset after it.
    pub tail: Offset,
}

/// How an append stands to what its producer has sent before.
pub fn compare(append: Option<&Producer>, last: Option<&LastAppend>) -> ProducerState {
    let Some(append) = append else {
        return ProducerState::None;
    };
    let first = append.producer_seq.get() == 0;
    match last {
        None if first => ProducerState::Next,
        None => ProducerState::Ahead,
        Some(last) if append.producer_epoch < last.epoch => ProducerState::Stale,
        Some(last) if append.producer_epoch > last.epoch && first => ProducerState::Next,
        Some(last) if append.producer_epoch > last.epoch => ProducerState::Unseeded,
        Some(last) if append.producer_seq <= last.seq => ProducerState::Repeated,
        Some(last) if append.producer_seq.get() == last.seq.get() + 1 => ProducerState::Next,
        Some(_) => ProducerState::Ahead,
    }
}

/// The sequence number that a producer should have sent.
pub fn expected(last: Option<&LastAppend>) -> Seq {
    const FIRST: Seq = Seq::new(0).unwrap();
    last.and_then(|last| Seq::new(last.seq.get() + 1)).unwrap_or(FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::ProducerId;

    fn append(epoch: u64, seq: u64) -> Producer {
        Producer {
            producer_id: ProducerId::read("p").unwrap(),
            producer_epoch: Epoch::new(epoch).unwrap(),
            producer_seq: Seq::new(seq).unwrap(),
        }
    }

    #[test]
    fn every_relation_to_the_last_append() {
        let tail = Offset::new(9).unwrap();
        let last = LastAppend { epoch: Epoch::new(5).unwrap(), seq: Seq::new(7).unwrap(), tail };
        let relation = |epoch, seq| compare(Some(&append(epoch, seq)), Some(&last));
        assert_eq!(relation(4, 8), ProducerState::Stale);
        assert_eq!(relation(5, 0), ProducerState::Repeated);
        assert_eq!(relation(5, 7), ProducerState::Repeated);
        assert_eq!(relation(5, 8), ProducerState::Next);
        assert_eq!(relation(5, 9), ProducerState::Ahead);
        assert_eq!(relation(6, 0), ProducerState::Next);
        assert_eq!(relation(6, 1), ProducerState::Unseeded);
        assert_eq!(compare(Some(&append(3, 0)), None), ProducerState::Next);
        assert_eq!(compare(Some(&append(0, 1)), None), ProducerState::Ahead);
        assert_eq!(compare(None, Some(&last)), ProducerState::None);
    }
}
