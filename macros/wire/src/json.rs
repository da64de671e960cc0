//! JSON: how declared values are read from a document, and written into one.
//!
//! Reading collects every violation, each with the JSON Pointer (RFC 6901) of its value. The functions that take closures are
//! for the compiler, which checks the bodies of examples with them; generated code names a [`Shape`] instead.

mod document;
mod members;
mod syntax;
mod write;

pub use self::write::{Object, Written};
pub use document::{Document, Fault};
pub use members::Members;

use crate::Read as ReadText;
pub use serde::Serializer;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::marker::PhantomData;

/// Reads a whole document.
///
/// # Errors
/// All violations; at least one.
pub fn read<T>(body: &[u8], read: impl FnOnce(Value, &mut Document) -> Option<T>) -> Result<T, Vec<Fault>> {
    let mut document = Document::default();
    let value = syntax::read(body, &mut document).and_then(|json| read(json, &mut document));
    document.finish(value)
}

/// Writes a document.
#[must_use]
pub fn write<S: Write>(value: &S::Value) -> Vec<u8> {
    // Values of declared types always serialize.
    serde_json::to_vec(&Written::<S>(value)).unwrap_or_default()
}

/// Writes a document, and reads it to see whether it breaks a rule.
///
/// # Errors
/// All violations; at least one.
pub fn checked<S: Read + Write>(value: &S::Value) -> Result<Vec<u8>, Vec<Fault>> {
    let body = write::<S>(value);
    self::read(&body, S::read).map(|_| body)
}

/// The JSON form of a value. Most types are the shape of their own values.
pub trait Shape {
    /// The type of the value.
    type Value;
}

/// A shape that requests contain.
pub trait Read: Shape {
    /// Reads a value, or adds violations to `document`.
    fn read(json: Value, document: &mut Document) -> Option<Self::Value>;
}

/// A shape that responses and events contain.
pub trait Write: Shape {
    /// Writes a value.
    ///
    /// # Errors
    /// Those of `out`.
    fn write<S: Serializer>(value: &Self::Value, out: S) -> Result<S::Ok, S::Error>;
}

/// A type with a text, which is a string or a number in JSON.
pub trait Scalar: Display + Sized {
    /// Whether it is a number.
    const IS_NUMBER: bool = false;

    /// Reads the text.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    fn read_text(text: &str) -> ReadText<Self>;

    /// The number, if it is one.
    fn number(&self) -> Option<u64> {
        None
    }
}

/// The path parameter of a resource that a `path_of` names.
pub trait Part: Display + Sized {
    /// Reads the parameter alone.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    fn of_text(text: &str) -> ReadText<Self>;
}

/// Reads the variable part of a path, which has one segment or several, and does not start with a reserved one.
///
/// # Errors
/// The rule that `text` breaks.
pub fn part<T>(text: &str, several: bool, reserved: &[&str], read: impl FnOnce(&str) -> ReadText<T>) -> ReadText<T> {
    if crate::is_reserved(text, reserved) {
        return Err(format!("a path that does not start with {}", reserved.join(" or ")).into());
    }
    if !several && text.contains('/') {
        return Err("one path segment".into());
    }
    read(text)
}

/// A number as a string.
pub enum AsText<T> {
    #[doc(hidden)]
    Never(PhantomData<T>),
}

/// The variable part of a path.
pub enum PathOf<T> {
    #[doc(hidden)]
    Never(PhantomData<T>),
}

/// An array with `MIN` to `MAX` items.
pub enum Array<T, const MIN: usize, const MAX: usize> {
    #[doc(hidden)]
    Never(PhantomData<T>),
}

/// An object with `MIN` to `MAX` members of any names.
pub enum Map<T, const MIN: usize, const MAX: usize> {
    #[doc(hidden)]
    Never(PhantomData<T>),
}

/// A value or `null`.
pub enum Nullable<T> {
    #[doc(hidden)]
    Never(PhantomData<T>),
}

impl<T: Scalar> Shape for T {
    type Value = T;
}

impl<T: Scalar> Read for T {
    fn read(json: Value, document: &mut Document) -> Option<T> {
        if T::IS_NUMBER { document.number(&json, T::read_text) } else { document.text(&json, T::read_text) }
    }
}

impl<T: Scalar> Write for T {
    fn write<S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
        match value.number() {
            Some(number) => out.serialize_u64(number),
            None => out.collect_str(value),
        }
    }
}

impl Scalar for crate::MediaType {
    fn read_text(text: &str) -> ReadText<Self> {
        Self::read(text)
    }
}

impl Scalar for crate::Timestamp {
    fn read_text(text: &str) -> ReadText<Self> {
        Self::read(text)
    }
}

impl Shape for bool {
    type Value = bool;
}

impl Read for bool {
    fn read(json: Value, document: &mut Document) -> Option<bool> {
        document.boolean(&json)
    }
}

impl Write for bool {
    fn write<S: Serializer>(value: &bool, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bool(*value)
    }
}

impl Shape for Value {
    type Value = Value;
}

impl Read for Value {
    fn read(json: Value, _: &mut Document) -> Option<Value> {
        Some(json)
    }
}

impl Write for Value {
    fn write<S: Serializer>(value: &Value, out: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(value, out)
    }
}

impl<T: Scalar> Shape for AsText<T> {
    type Value = T;
}

impl<T: Scalar> Read for AsText<T> {
    fn read(json: Value, document: &mut Document) -> Option<T> {
        document.text(&json, T::read_text)
    }
}

impl<T: Scalar> Write for AsText<T> {
    fn write<S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(value)
    }
}

impl<T: Part> Shape for PathOf<T> {
    type Value = T;
}

impl<T: Part> Read for PathOf<T> {
    fn read(json: Value, document: &mut Document) -> Option<T> {
        document.text(&json, T::of_text)
    }
}

impl<T: Part> Write for PathOf<T> {
    fn write<S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(value)
    }
}

impl<T: Shape, const MIN: usize, const MAX: usize> Shape for Array<T, MIN, MAX> {
    type Value = Vec<T::Value>;
}

impl<T: Read, const MIN: usize, const MAX: usize> Read for Array<T, MIN, MAX> {
    fn read(json: Value, document: &mut Document) -> Option<Vec<T::Value>> {
        document.array(json, MIN, MAX, T::read)
    }
}

impl<T: Write, const MIN: usize, const MAX: usize> Write for Array<T, MIN, MAX> {
    fn write<S: Serializer>(value: &Vec<T::Value>, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(value.iter().map(Written::<T>))
    }
}

impl<T: Shape, const MIN: usize, const MAX: usize> Shape for Map<T, MIN, MAX> {
    type Value = BTreeMap<String, T::Value>;
}

impl<T: Read, const MIN: usize, const MAX: usize> Read for Map<T, MIN, MAX> {
    fn read(json: Value, document: &mut Document) -> Option<BTreeMap<String, T::Value>> {
        document.map(json, MIN, MAX, T::read)
    }
}

impl<T: Write, const MIN: usize, const MAX: usize> Write for Map<T, MIN, MAX> {
    fn write<S: Serializer>(value: &BTreeMap<String, T::Value>, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(value.iter().map(|(key, value)| (key, Written::<T>(value))))
    }
}

impl<T: Shape> Shape for Nullable<T> {
    type Value = Option<T::Value>;
}

impl<T: Read> Read for Nullable<T> {
    fn read(json: Value, document: &mut Document) -> Option<Option<T::Value>> {
        if json.is_null() { Some(None) } else { T::read(json, document).map(Some) }
    }
}

impl<T: Write> Write for Nullable<T> {
    fn write<S: Serializer>(value: &Option<T::Value>, out: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => T::write(value, out),
            None => out.serialize_unit(),
        }
    }
}
