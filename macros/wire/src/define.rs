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

/// Reads and writes a text. `$read` is an expression of its canonical form.
#[doc(hidden)]
#[macro_export]
macro_rules! text {
    ($name:ident, |$text:ident| $read:expr) => {
        impl $name {
            /// Reads a text of the declared grammar.
            ///
            /// # Errors
            /// The rule that the text breaks.
            pub fn read(text: &::core::primitive::str) -> $crate::Read<Self> {
                Self::canonical(text).map(|text| Self(text.into_owned()))
            }

            /// Checks a text, and keeps nothing of it.
            ///
            /// # Errors
            /// The rule that the text breaks.
            pub fn check(text: &::core::primitive::str) -> $crate::Read<()> {
                Self::canonical(text).map(::core::mem::drop)
            }

            fn canonical(
                $text: &::core::primitive::str,
            ) -> $crate::Read<::std::borrow::Cow<'_, ::core::primitive::str>> {
                $read
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

/// Describes a header or query parameter of requests. Its values are read by the functions of its type, or by those given. With
/// `check`, its type can check a text without keeping it.
#[doc(hidden)]
#[macro_export]
macro_rules! field {
    ($name:ident: $kind:ty = $place:ident $wire:literal $($index:literal)? $(, $check:ident)?) => {
        $crate::field!($name: $kind = $place $wire $($index)?, |text| <$kind>::read(text) $(, |own| <$kind>::$check(own))?);
    };
    ($name:ident: $kind:ty = $place:ident $wire:literal $($index:literal)?,
     |$text:ident| $read:expr $(, |$own:ident| $check:expr)? $(; |$texts:ident| $read_all:expr)?) => {
        #[doc = ::core::concat!("`", $wire, "`.")]
        pub enum $name {}

        impl $crate::Field for $name {
            type Value = $kind;
            const PLACE: $crate::Place = $crate::Place::$place;
            const NAME: &'static ::core::primitive::str = $wire;
            const INDEX: $crate::names::Option<::core::primitive::usize> = $crate::index!($($index)?);

            fn read($text: &::core::primitive::str) -> $crate::Read<Self::Value> {
                $read
            }

            $(fn read_all($texts: &[::std::borrow::Cow<'_, ::core::primitive::str>]) -> $crate::Read<Self::Value> {
                $read_all
            })?

            $(fn check_all(texts: &[::std::borrow::Cow<'_, ::core::primitive::str>]) -> $crate::Read<()> {
                $crate::once(texts).and_then(|$own| $check)
            })?
        }
    };
    ($name:ident = $place:ident $wire:literal $($index:literal)?, present as $value:literal) => {
        #[doc = ::core::concat!("`", $wire, "`.")]
        pub enum $name {}

        impl $crate::Flag for $name {
            const PLACE: $crate::Place = $crate::Place::$place;
            const NAME: &'static ::core::primitive::str = $wire;
            const INDEX: $crate::names::Option<::core::primitive::usize> = $crate::index!($($index)?);
            const VALUE: &'static ::core::primitive::str = $value;
        }
    };
}

/// The index of a header in the list of declared headers, if it has one.
#[doc(hidden)]
#[macro_export]
macro_rules! index {
    () => {
        $crate::names::None
    };
    ($index:literal) => {
        $crate::names::Some($index)
    };
}

/// The values in JSON that are read from a text, and of those the numbers.
#[doc(hidden)]
#[macro_export]
macro_rules! scalars {
    ($($name:ty),* $(; numbers $($number:ty),+)?) => {
        $(
            impl $crate::json::Scalar for $name {
                fn read_text(text: &::core::primitive::str) -> $crate::Read<Self> {
                    Self::read(text)
                }
            }
        )*

        $($(
            impl $crate::json::Scalar for $number {
                const IS_NUMBER: ::core::primitive::bool = true;

                fn number(&self) -> $crate::names::Option<::core::primitive::u64> {
                    $crate::names::Some(self.get())
                }

                fn read_text(text: &::core::primitive::str) -> $crate::Read<Self> {
                    Self::read(text)
                }
            }
        )+)?
    };
}

/// An object in JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    ($name:ident) => {
        impl $crate::json::Shape for $name {
            type Value = Self;
        }
    };
}

/// Replaces limits by the values of variables, if those have one.
#[doc(hidden)]
#[macro_export]
macro_rules! limits {
    ($limits:ident, $variable:ident: $($read:ident $name:ident = $text:literal;)*) => {
        $($crate::replace(&mut $limits.$name, $text, &$variable, $crate::$read)?;)*
    };
}
