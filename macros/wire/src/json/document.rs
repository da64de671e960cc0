use crate::{MAX_EXACT_INTEGER, Read, Rule};
use serde_json::Value;
use std::collections::BTreeMap;

/// A violation of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The JSON Pointer (RFC 6901) of the value. It is empty for the whole document.
    pub pointer: String,
    /// The rule that the value breaks, completing "must be …".
    pub rule: Rule,
}

/// A document that is being read, with the violations found so far.
#[derive(Debug, Default)]
pub struct Document {
    /// The value that is being read.
    pointer: String,
    depth: usize,
    faults: Vec<Fault>,
}

/// Maximum number of violations in one response. Further ones are left out.
const FAULTS_MAX: usize = 100;

/// Maximum number of objects and arrays inside one another.
const DEPTH_MAX: usize = 64;

/// The rule about depth.
pub(super) fn too_deep() -> Rule {
    format!("nested at most {DEPTH_MAX} levels deep").into()
}

impl Document {
    /// `value`, unless there are violations.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }

    /// Adds a violation of the current value, unless it has one already.
    pub fn violate(&mut self, rule: impl Into<Rule>) {
        let known = self.faults.iter().any(|fault| fault.pointer == self.pointer);
        if !known && self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { pointer: self.pointer.clone(), rule: rule.into() });
        }
    }

    /// Reads the value of a member, or an item of an array.
    pub(super) fn within<T>(&mut self, token: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let end = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        let value = read(self);
        self.pointer.truncate(end);
        value
    }

    /// Reads an object or an array, unless it is too deep. Its content is then not read.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == DEPTH_MAX {
            self.violate(too_deep());
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    /// Reads `true` or `false`.
    pub fn boolean(&mut self, json: &Value) -> Option<bool> {
        let value = json.as_bool();
        if value.is_none() {
            self.violate("`true` or `false`");
        }
        value
    }

    /// Reads a string.
    pub fn text<T>(&mut self, json: &Value, read: impl FnOnce(&str) -> Read<T>) -> Option<T> {
        match json {
            Value::String(text) => self.check(read(text)),
            _ => {
                self.violate("a string");
                None
            }
        }
    }

    /// Reads a whole number. `read` gets its decimal digits.
    pub fn number<T>(&mut self, json: &Value, read: impl FnOnce(&str) -> Read<T>) -> Option<T> {
        match json {
            Value::Number(number) => {
                let digits = whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string());
                self.check(read(&digits))
            }
            _ => {
                self.violate("a number");
                None
            }
        }
    }

    /// Reads an array. The items of one that is too long are not read.
    pub fn array<T>(
        &mut self,
        json: Value,
        min: usize,
        max: usize,
        mut item: impl FnMut(Value, &mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = json else {
            self.violate("an array");
            return None;
        };
        self.count(items.len(), min, max, "items")?;
        let items = items.into_iter().enumerate();
        let items: Vec<_> =
            items.map(|(index, json)| self.within(&index.to_string(), |document| item(json, document))).collect();
        items.into_iter().collect()
    }

    /// Reads an object whose members have any names. The members of one that has too many are not read.
    pub fn map<T>(
        &mut self,
        json: Value,
        min: usize,
        max: usize,
        mut member: impl FnMut(Value, &mut Self) -> Option<T>,
    ) -> Option<BTreeMap<String, T>> {
        let Value::Object(members) = json else {
            self.violate("an object");
            return None;
        };
        self.count(members.len(), min, max, "members")?;
        let read = |(key, json): (String, Value)| {
            let value = self.within(&key, |document| member(json, document));
            (key, value)
        };
        let members: Vec<_> = members.into_iter().map(read).collect();
        members.into_iter().map(|(key, value)| Some((key, value?))).collect()
    }

    fn check<T>(&mut self, value: Read<T>) -> Option<T> {
        value.map_err(|rule| self.violate(rule)).ok()
    }

    fn count(&mut self, count: usize, min: usize, max: usize, what: &str) -> Option<()> {
        if (min..=max).contains(&count) {
            return Some(());
        }
        self.violate(format!("{min} to {max} {what}, and it has {count}"));
        None
    }
}

/// The number as an integer, if it is a whole one that is not negative. JSON can write it as `1.0` or `1e0`, too.
fn whole(number: &serde_json::Number) -> Option<u64> {
    if let Some(whole) = number.as_u64() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole, and in range")]
    (float >= 0.0 && float.fract() == 0.0 && float <= MAX_EXACT_INTEGER as f64).then_some(float as u64)
}
