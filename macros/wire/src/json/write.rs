use super::{Shape, Write};
use serde::ser::{SerializeMap, Serializer};

/// A value that serde writes in its shape.
pub struct Written<'a, S: Shape>(pub &'a S::Value);

impl<S: Write> serde::Serialize for Written<'_, S> {
    fn serialize<O: Serializer>(&self, out: O) -> Result<O::Ok, O::Error> {
        S::write(self.0, out)
    }
}

/// An object that is being written.
pub struct Object<O: Serializer>(O::SerializeMap);

impl<O: Serializer> Object<O> {
    /// Starts an object.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(out: O) -> Result<Self, O::Error> {
        out.serialize_map(None).map(Self)
    }

    /// Writes a member.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn always<S: Write>(&mut self, key: &str, value: &S::Value) -> Result<(), O::Error> {
        self.0.serialize_entry(key, &Written::<S>(value))
    }

    /// Writes a member, unless it is absent.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn optional<S: Write>(&mut self, key: &str, value: &Option<S::Value>) -> Result<(), O::Error> {
        value.as_ref().map_or(Ok(()), |value| self.always::<S>(key, value))
    }

    /// Writes a member that is `true` or absent.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn flag(&mut self, key: &str, value: bool) -> Result<(), O::Error> {
        if value { self.always::<bool>(key, &value) } else { Ok(()) }
    }

    /// Ends the object.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn end(self) -> Result<O::Ok, O::Error> {
        self.0.end()
    }
}
