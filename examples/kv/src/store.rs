//! What the store does: the part that is written by hand.

use crate::protocol::key::{self, delete, read, write};
use crate::protocol::{Edge, Entry, KeyState, Limits, Version};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use wire::{Asked, take};

/// A store in memory.
pub struct Store {
    entries: RefCell<BTreeMap<String, Entry>>,
    limits: Limits,
}

impl Store {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        Self { entries: RefCell::default(), limits }
    }

    /// The version of a key, if it has a value.
    fn version(&self, key: &str) -> Option<Version> {
        self.entries.borrow().get(key).map(|entry| entry.version)
    }
}

/// What the lines of the spec ask.
struct Facts {
    version: Option<Version>,
    /// The version that the request replaces.
    replaces: Option<Version>,
}

impl Facts {
    fn key(&self) -> KeyState {
        if self.version.is_some() { KeyState::Present } else { KeyState::Absent }
    }
}

impl read::Facts for Facts {
    fn key(&self) -> KeyState {
        self.key()
    }
}

impl write::Facts for Facts {
    fn key(&self) -> KeyState {
        self.key()
    }

    fn version_differs(&self) -> bool {
        self.replaces.is_some() && self.replaces != self.version
    }
}

impl delete::Facts for Facts {
    fn key(&self) -> KeyState {
        self.key()
    }
}

impl Edge for Store {
    fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl key::Service for Store {
    type Failure = Infallible;
    type Events = Infallible;

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, failure: Infallible) {
        match failure {}
    }

    async fn read(&self, request: Asked<read::Request>) -> Result<read::Outcome, Infallible> {
        use read::{Decision, Found, Request, decide};
        let request = take!(request as Request { key });
        let facts = Facts { version: self.version(request.key.as_str()), replaces: None };
        Ok(match decide(&request, &facts) {
            Decision::Ready(ready) => ready.into(),
            Decision::Found => Found { body: self.entries.borrow()[request.key.as_str()].clone() }.into(),
        })
    }

    async fn write(&self, request: Asked<write::Request>) -> Result<write::Outcome, Infallible> {
        use write::{Created, Decision, Replaced, Request, decide};
        let request = take!(request as Request { key, if_version, body });
        let current = self.version(request.key.as_str());
        let facts = Facts { version: current, replaces: request.if_version };
        let decision = decide(&request, &facts);
        if let Decision::Ready(ready) = decision {
            return Ok(ready.into());
        }
        let version = current.map_or(1, |version| version.get() + 1);
        let version = Version::new(version).expect("a version");
        let entry = Entry { value: request.body.value, note: request.body.note, version };
        self.entries.borrow_mut().insert(request.key.as_str().to_owned(), entry.clone());
        Ok(match decision {
            Decision::Created => Created { body: entry }.into(),
            _ => Replaced { body: entry }.into(),
        })
    }

    async fn delete(&self, request: Asked<delete::Request>) -> Result<delete::Outcome, Infallible> {
        use delete::{Decision, Deleted, Request, decide};
        let request = take!(request as Request { key });
        let facts = Facts { version: self.version(request.key.as_str()), replaces: None };
        Ok(match decide(&request, &facts) {
            Decision::Ready(ready) => ready.into(),
            Decision::Deleted => {
                self.entries.borrow_mut().remove(request.key.as_str());
                Deleted.into()
            }
        })
    }
}
