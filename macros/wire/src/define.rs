//! Macros with the functions of generated types: how each is read and written.
//!
//! Their code names everything by a full path, because the names around a protocol can be any.

/// Reads and writes an integer with a range.
#[doc(hidden)]
#[macro_export]
macro_rules! integer {
    ($name:ident, $min:literal, $max:literal) => {
        impl $name {
            /// The least value.
            pub const MIN: ::core::primitive::u64 = $min;
            /// The greatest value.
            pub const MAX: ::core::primitive::u64 = $max;

            /// This value, if it is in range.
            #[must_use]
            pub const fn new(value: ::core::primitive::u64) -> $crate::names::Option<Self> {
                match $crate::Int53::within(value, Self::MIN, Self::MAX) {
                    $crate::names::Some(value) => $crate::names::Some(Self(value)),
                    $crate::names::None => $crate::names::None,
                }
            }

            /// The value.
            #[must_use]
            pub const fn get(self) -> ::core::primitive::u64 {
                self.0.get()
            }

            /// Reads plain decimal digits.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> $crate::Read<Self> {
                $crate::Int53::read(text, Self::MIN, Self::MAX).map(Self)
            }
        }

        impl $crate::names::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::names::Display::fmt(&self.0.get(), f)
            }
        }
    };
}

/// Reads and writes a text. `$read` is an expression that reads it.
#[doc(hidden)]
#[macro_export]
macro_rules! text {
    ($name:ident, |$text:ident| $read:expr) => {
        impl $name {
            /// Reads a text of the declared grammar.
            ///
            /// # Errors
            /// The rule that the text breaks.
            pub fn read($text: &::core::primitive::str) -> $crate::Read<Self> {
                $read.map(Self)
            }

            /// The text, in its canonical form.
            #[must_use]
            pub fn as_str(&self) -> &::core::primitive::str {
                &self.0
            }
        }

        impl $crate::names::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Writes an enum of declared texts.
#[doc(hidden)]
#[macro_export]
macro_rules! choices {
    ($name:ident, $($choice:ident = $text:literal),+) => {
        impl $name {
            /// The text on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static ::core::primitive::str {
                match self { $(Self::$choice => $text,)+ }
            }
        }

        impl $crate::names::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// Reads and writes an enum of declared texts.
#[doc(hidden)]
#[macro_export]
macro_rules! one_of {
    ($name:ident, $first:ident = $first_text:literal $(, $choice:ident = $text:literal)*) => {
        $crate::choices!($name, $first = $first_text $(, $choice = $text)*);

        impl $name {
            /// Reads one of the declared texts.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> $crate::Read<Self> {
                match text {
                    $first_text => $crate::names::Ok(Self::$first),
                    $($text => $crate::names::Ok(Self::$choice),)*
                    _ => $crate::names::Err($crate::Rule::Borrowed(
                        ::core::concat!("one of `", $first_text, "`" $(, ", `", $text, "`")*)
                    )),
                }
            }
        }
    };
}

/// The functions of an endpoint's outcomes. A spec with a fault can have none.
#[doc(hidden)]
#[macro_export]
macro_rules! outcomes {
    ($outcome:ident, $($name:ident($kind:ty)),*) => {
        $(
            impl $crate::names::From<$kind> for $outcome {
                fn from(outcome: $kind) -> Self {
                    Self::$name(outcome)
                }
            }
        )*

        impl $outcome {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> $crate::Response<E> {
                match self { $(Self::$name(outcome) => outcome.respond(),)* }
            }
        }
    };
    ($outcome:ident<$events:ident>, $($name:ident($kind:ty)),*) => {
        $(
            impl<$events> $crate::names::From<$kind> for $outcome<$events> {
                fn from(outcome: $kind) -> Self {
                    Self::$name(outcome)
                }
            }
        )*

        impl<$events> $outcome<$events> {
            /// The response that says so.
            #[must_use]
            pub fn respond(self) -> $crate::Response<$events> {
                match self { $(Self::$name(outcome) => outcome.respond(),)* }
            }
        }
    };
}
