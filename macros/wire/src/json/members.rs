use super::Read;
use super::document::Document;
use serde_json::{Map, Value};

/// An object that is being read: its members that were not read yet.
pub struct Members<'a> {
    document: &'a mut Document,
    unread: Map<String, Value>,
    /// The members that were given, for the rules of groups.
    given: Vec<String>,
}

impl Document {
    /// Reads an object with declared members.
    pub fn object(&mut self, json: Value) -> Option<Members<'_>> {
        match json {
            Value::Object(members) => Some(Members::new(self, members)),
            _ => {
                self.violate("an object");
                None
            }
        }
    }
}

impl<'a> Members<'a> {
    fn new(document: &'a mut Document, members: Map<String, Value>) -> Self {
        // `null` and an empty array give nothing.
        let gives = |value: &Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
        let given = members.iter().filter(|(_, value)| gives(value)).map(|(key, _)| key.clone()).collect();
        Self { document, unread: members, given }
    }

    /// Reads a member that must be present.
    pub fn required<S: Read>(&mut self, key: &str) -> Option<S::Value> {
        self.require(key, S::read)
    }

    /// Reads a member that can be absent.
    pub fn optional<S: Read>(&mut self, key: &str) -> Option<Option<S::Value>> {
        self.read(key, S::read)
    }

    /// Reads a member that is `true`, `false` or absent.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        self.read(key, <bool as Read>::read).map(|flag| flag == Some(true))
    }

    /// [`required`](Self::required) for a member that has no type of its own.
    pub fn require<T>(&mut self, key: &str, read: impl FnOnce(Value, &mut Document) -> Option<T>) -> Option<T> {
        let value = self.read(key, read)?;
        if value.is_none() {
            self.document.within(key, |document| document.violate("present"));
        }
        value
    }

    /// [`optional`](Self::optional) for a member that has no type of its own.
    pub fn read<T>(&mut self, key: &str, read: impl FnOnce(Value, &mut Document) -> Option<T>) -> Option<Option<T>> {
        match self.unread.remove(key) {
            Some(json) => self.document.within(key, |document| read(json, document)).map(Some),
            None => Some(None),
        }
    }

    /// Checks that all members or none are given.
    pub fn all_or_none(&mut self, keys: &[impl AsRef<str>]) {
        if keys.iter().any(|key| self.is_given(key)) {
            let together = names(keys, ", ");
            self.violate_each(keys, false, &format!("present, since {together} belong together"));
        }
    }

    /// Checks that at least one member is given.
    pub fn at_least_one(&mut self, keys: &[impl AsRef<str>]) {
        if !keys.iter().any(|key| self.is_given(key)) {
            self.document.violate(format!("an object with {}", names(keys, " or ")));
        }
    }

    /// Checks that at most one member is given.
    pub fn at_most_one(&mut self, keys: &[impl AsRef<str>]) {
        if let Some(first) = keys.iter().position(|key| self.is_given(key)) {
            let rule = format!("absent where {} is given", keys[first].as_ref());
            self.violate_each(&keys[first + 1..], true, &rule);
        }
    }

    /// Checks that exactly one member is given.
    pub fn exactly_one(&mut self, keys: &[impl AsRef<str>]) {
        self.at_least_one(keys);
        self.at_most_one(keys);
    }

    /// Checks that no other member is given. Those of the object's other variants are not checked.
    pub fn nothing_else<K: AsRef<str>>(self, others: &[K]) {
        for key in self.unread.keys().filter(|key| !others.iter().any(|other| other.as_ref() == *key)) {
            self.document.within(key, |document| document.violate("absent, because it is not declared"));
        }
    }

    fn is_given(&self, key: &impl AsRef<str>) -> bool {
        self.given.iter().any(|given| given == key.as_ref())
    }

    /// Adds a violation for each member that is given, or is not.
    fn violate_each(&mut self, keys: &[impl AsRef<str>], given: bool, rule: &str) {
        for key in keys {
            if self.is_given(key) == given {
                self.document.within(key.as_ref(), |document| document.violate(rule.to_owned()));
            }
        }
    }
}

fn names(keys: &[impl AsRef<str>], separator: &str) -> String {
    keys.iter().map(|key| format!("`{}`", key.as_ref())).collect::<Vec<_>>().join(separator)
}
