//! From bytes to JSON values. A name that an object has twice, a number that JavaScript would round, and deep nesting are
//! violations at their place, and the rest of the document is read.

use super::document::{Document, too_deep};
use crate::{MAX_EXACT_INTEGER, Rule};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};
use std::fmt;

/// Reads a document. Adds violations to `document`; returns nothing if the text is not JSON.
pub(super) fn read(body: &[u8], document: &mut Document) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Reader(document).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(value) => Some(value),
        Err(error) => {
            document.violate(rule(&error));
            None
        }
    }
}

fn rule(error: &serde_json::Error) -> Rule {
    match error.classify() {
        // The parser has its own limit, which is higher.
        Category::Syntax if error.to_string().starts_with("recursion limit") => too_deep(),
        Category::Eof if error.column() == 0 => "a JSON document, and it is empty".into(),
        _ => format!("JSON: {error}").into(),
    }
}

struct Reader<'a>(&'a mut Document);

impl Reader<'_> {
    fn number(self, exact: bool, value: Value) -> Value {
        if !exact {
            self.0.violate(format!("at most {MAX_EXACT_INTEGER}, because JavaScript rounds larger numbers"));
        }
        value
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(self.number(value <= MAX_EXACT_INTEGER, value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(self.number(value.unsigned_abs() <= MAX_EXACT_INTEGER, value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(self.number(value.abs() <= MAX_EXACT_INTEGER as f64, value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let read = self.0.nested(|document| {
            let mut array = Vec::new();
            let next = |document: &mut Document, array: &mut Vec<Value>, items: &mut A| {
                document.within(&array.len().to_string(), |document| items.next_element_seed(Reader(document)))
            };
            while let Some(item) = next(document, &mut array, &mut items)? {
                array.push(item);
            }
            Ok(Value::Array(array))
        });
        match read {
            Some(array) => array,
            None => {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Value::Null)
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let read = self.0.nested(|document| {
            let mut object = Map::new();
            while let Some(key) = members.next_key::<String>()? {
                let value = document.within(&key, |document| {
                    if object.contains_key(&key) {
                        document.violate("given once");
                    }
                    members.next_value_seed(Reader(document))
                })?;
                object.entry(key).or_insert(value);
            }
            Ok(Value::Object(object))
        });
        match read {
            Some(object) => object,
            None => {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Null)
            }
        }
    }
}
