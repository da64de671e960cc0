//! Long-polls at the edge that wait at the same offset. One of them, the **lead**, calls the Durable Object. The others get its response.
//!
//! A response is shared only if it succeeds. After another one, each of the others calls the Durable Object itself: for example, the stream
//! may have been created again.

use crate::host::UnixMs;
use std::collections::BTreeMap;

/// Long-polls by what they wait for. `W` wakes a request that waits.
pub struct Polls<K, W> {
    groups: BTreeMap<K, Group<W>>,
    /// The number of the newest poll.
    last: u64,
}

struct Group<W> {
    lead: u64,
    /// When the lead has ended, whether or not the platform has given it notice.
    until: UnixMs,
    /// Whether the Durable Object has confirmed that there is nothing to send.
    is_confirmed: bool,
    others: BTreeMap<u64, W>,
}

/// The role of a long-poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It calls the Durable Object.
    Lead(u64),
    /// It waits for the response of another one.
    Wait(u64),
}

impl<K, W> Default for Polls<K, W> {
    fn default() -> Self {
        Self { groups: BTreeMap::new(), last: 0 }
    }
}

impl<K: Ord + Clone, W> Polls<K, W> {
    /// The role of a new poll, which ends before `until` if it leads. Returns whom to wake, too.
    pub fn enter(&mut self, key: &K, now: UnixMs, until: UnixMs) -> (Role, Vec<W>) {
        self.last += 1;
        if self.groups.get(key).is_some_and(|group| group.until > now) {
            return (Role::Wait(self.last), Vec::new());
        }
        let group = Group { lead: self.last, until, is_confirmed: false, others: BTreeMap::new() };
        let replaced = self.groups.insert(key.clone(), group);
        (Role::Lead(self.last), replaced.map(|group| group.others.into_values().collect()).unwrap_or_default())
    }

    /// Wakes a poll when there is a response. Returns `wake` if its lead has left.
    pub fn wait(&mut self, key: &K, id: u64, wake: W) -> Option<W> {
        match self.groups.get_mut(key) {
            Some(group) => group.others.insert(id, wake),
            None => Some(wake),
        }
    }

    /// Removes a poll that waits.
    pub fn leave(&mut self, key: &K, id: u64) {
        if let Some(group) = self.groups.get_mut(key) {
            group.others.remove(&id);
        }
    }

    /// Records that the Durable Object has nothing to send yet.
    pub fn confirm(&mut self, key: &K, lead: u64) {
        if let Some(group) = self.led_by(key, lead) {
            group.is_confirmed = true;
        }
    }

    /// Whether the Durable Object has confirmed that there is nothing to send, and the lead still waits.
    pub fn is_confirmed(&self, key: &K, now: UnixMs) -> bool {
        self.groups.get(key).is_some_and(|group| group.is_confirmed && group.until > now)
    }

    /// Whether others wait for the response of `lead`.
    pub fn is_shared(&mut self, key: &K, lead: u64) -> bool {
        self.led_by(key, lead).is_some_and(|group| !group.others.is_empty())
    }

    /// Ends the wait of the others. Returns whom to wake.
    pub fn settle(&mut self, key: &K, lead: u64) -> Vec<W> {
        if self.led_by(key, lead).is_none() {
            return Vec::new();
        }
        self.groups.remove(key).map(|group| group.others.into_values().collect()).unwrap_or_default()
    }

    fn led_by(&mut self, key: &K, lead: u64) -> Option<&mut Group<W>> {
        self.groups.get_mut(key).filter(|group| group.lead == lead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_leads_and_the_others_get_its_response() {
        let mut polls = Polls::default();
        let (Role::Lead(lead), _) = polls.enter(&"a", 0, 10) else { panic!("nobody else could lead") };
        assert!(!polls.is_shared(&"a", lead));
        assert!(matches!(polls.enter(&"b", 0, 10), (Role::Lead(_), _)));
        let waiting: Vec<u64> = (0..3)
            .map(|wake| {
                let (Role::Wait(id), woken) = polls.enter(&"a", 1, 11) else { panic!("there is a lead") };
                assert_eq!((woken, polls.wait(&"a", id, wake)), (vec![], None));
                id
            })
            .collect();
        polls.leave(&"a", waiting[1]);
        assert!(polls.is_shared(&"a", lead));
        assert_eq!(polls.settle(&"a", lead), [0, 2]);
        assert!(polls.settle(&"a", lead).is_empty());
        // The next one leads again.
        assert!(matches!(polls.enter(&"a", 2, 12), (Role::Lead(_), _)));
    }

    #[test]
    fn a_lead_that_has_left_keeps_nobody_waiting() {
        let mut polls = Polls::default();
        let (Role::Lead(lead), _) = polls.enter(&"a", 0, 10) else { panic!("nobody else could lead") };
        let (Role::Wait(first), _) = polls.enter(&"a", 1, 11) else { panic!("there is a lead") };
        let (Role::Wait(second), _) = polls.enter(&"a", 1, 11) else { panic!("there is a lead") };
        assert_eq!(polls.wait(&"a", first, "first"), None);
        // Without a notice, its time ends.
        let (Role::Lead(next), woken) = polls.enter(&"a", 10, 20) else { panic!("the lead has ended") };
        assert_eq!(woken, ["first"]);
        // If it is there in spite of that, it no longer leads.
        assert_eq!((polls.settle(&"a", lead), polls.is_shared(&"a", lead)), (vec![], false));
        assert!(polls.settle(&"a", next).is_empty());
        // It left between the two calls.
        assert_eq!(polls.wait(&"a", second, "second"), Some("second"));
    }

    #[test]
    fn only_the_lead_confirms_that_there_is_nothing_to_send() {
        let mut polls: Polls<_, ()> = Polls::default();
        let (Role::Lead(lead), _) = polls.enter(&"a", 0, 10) else { panic!("nobody else could lead") };
        polls.confirm(&"a", lead + 1);
        assert!(!polls.is_confirmed(&"a", 1));
        polls.confirm(&"a", lead);
        assert!(polls.is_confirmed(&"a", 9) && !polls.is_confirmed(&"a", 10));
        polls.settle(&"a", lead);
        assert!(!polls.is_confirmed(&"a", 1));
    }
}
