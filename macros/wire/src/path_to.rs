//! A macro with the path of a resource: its parameters as sent, and as they are read.
//!
//! Its code names everything by a full path, because the names around a protocol can be any.

/// `Captured`, `capture`, `parts`, `PathTo` and `Route`. `$rule` describes the path, which has `$count` parameters, and `$also` finds them
/// in the paths of other versions. Without `reads`, the spec has a fault.
#[doc(hidden)]
#[macro_export]
macro_rules! path_to {
    ($count:literal in $rule:literal $(or $($also:ident)::+)* { $($name:ident: $kind:ident),* } reads) => {
        $crate::path_to!(@ $count $($name: $kind),*);

        impl PathTo {
            /// Reads a path as sent.
            ///
            /// # Errors
            /// The rule that `path` breaks.
            pub fn read(path: &::core::primitive::str) -> $crate::Read<Self> {
                let [$($name),*] = captured(path)?;
                $crate::names::Ok(Self { $($name: $kind::read($name)?),* })
            }

            /// Checks a path as sent, and keeps nothing of it.
            ///
            /// # Errors
            /// The rule that `path` breaks.
            pub fn check(path: &::core::primitive::str) -> $crate::Read<()> {
                let [$($name),*] = captured(path)?;
                $($kind::check($name)?;)*
                $crate::names::Ok(())
            }
        }

        fn captured(path: &::core::primitive::str) -> $crate::Read<Captured<'_>> {
            let captured = capture(path)$(.or_else(|| $($also)::+(path)))*;
            captured.ok_or($crate::Rule::Borrowed($rule))
        }

        /// Reads the variable parts of a path.
        #[allow(clippy::unused_unit, reason = "a path without parameters has no parts")]
        pub(super) fn parts([$($name),*]: Captured<'_>) -> ($($crate::Read<$kind>,)*) {
            ($($kind::read($name),)*)
        }
    };
    ($count:literal in $rule:literal $(or $($also:ident)::+)* { $($name:ident: $kind:ident),* }) => {
        $crate::path_to!(@ $count $($name: $kind),*);

        impl PathTo {
            /// Reads a path as sent.
            ///
            /// # Errors
            /// The rule that `path` breaks.
            pub fn read(_path: &::core::primitive::str) -> $crate::Read<Self> {
                ::core::unreachable!()
            }
        }
    };
    (@ $count:literal $($name:ident: $kind:ident),*) => {
        /// The variable parts of a path, as sent.
        pub type Captured<'a> = [&'a ::core::primitive::str; $count];

        /// The variable parts of a path, as sent, if it is the path of such a resource.
        pub fn capture(path: &::core::primitive::str) -> $crate::names::Option<Captured<'_>> {
            $crate::capture(path, PATTERN)
        }

        /// The path of such a resource. A URI can contain it as it is displayed.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct PathTo {
            $(
                /// The part of this name.
                pub $name: $kind,
            )*
        }

        /// Where an admitted request goes.
        #[derive(Debug)]
        pub struct Route {
            /// The endpoint.
            pub endpoint: Endpoint,
            $(
                /// Where.
                pub $name: $kind,
            )*
        }

        impl $crate::names::Display for PathTo {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&$crate::fill(PATTERN, &[$(self.$name.as_str()),*]))
            }
        }
    };
}
