//! Idempotent producers (PROTOCOL.md §5.2.1).

use spec::{Epoch, Offset, Producer, ProducerState, Seq};

/// The previous appends of a producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Its current epoch.
    pub epoch: Epoch,
    /// The sequence number of its last append in that epoch.
    pub seq: Seq,
    /// The next offsets after its last appends, the newest one at the end.
    pub tails: Vec<Offset>,
}

impl History {
    /// The history after one more append, whose next offset is `tail`. The last `kept` appends are remembered.
    pub fn after(before: Option<&Self>, append: &Producer, tail: Offset, kept: usize) -> Self {
        let (epoch, seq) = (append.producer_epoch, append.producer_seq);
        let before = before.filter(|before| before.epoch == epoch).map_or(&[][..], |before| &before.tails);
        let forgotten = (before.len() + 1).saturating_sub(kept.max(1));
        let tails = before.iter().skip(forgotten).copied().chain([tail]).collect();
        Self { epoch, seq, tails }
    }

    /// The next offset after the append with this sequence number, if it is remembered.
    pub fn tail_of(&self, seq: Seq) -> Option<Offset> {
        let age = usize::try_from(self.seq.get().checked_sub(seq.get())?).ok()?;
        self.tails.iter().rev().nth(age).copied()
    }
}

/// Compares an append with the previous ones of its producer.
pub fn compare(append: Option<&Producer>, last: Option<&History>) -> ProducerState {
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
pub fn expected(last: Option<&History>) -> Seq {
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
        let last = History { epoch: Epoch::new(5).unwrap(), seq: Seq::new(7).unwrap(), tails: Vec::new() };
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

    #[test]
    fn remembers_the_last_offsets_of_its_epoch() {
        let offset = |value| Offset::new(value).unwrap();
        let seq = |value| Seq::new(value).unwrap();
        let mut history = None;
        for number in 0..5 {
            history = Some(History::after(history.as_ref(), &append(1, number), offset(10 * number + 10), 3));
        }
        let history = history.unwrap();
        let remembered = [(4, Some(50)), (3, Some(40)), (2, Some(30)), (1, None), (5, None)];
        for (number, tail) in remembered {
            assert_eq!(history.tail_of(seq(number)), tail.map(offset), "{number}");
        }
        let next = History::after(Some(&history), &append(2, 0), offset(60), 3);
        assert_eq!((next.tail_of(seq(0)), next.tails.len()), (Some(offset(60)), 1));
    }
}
