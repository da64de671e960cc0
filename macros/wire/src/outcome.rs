//! Macros with the functions of an endpoint: its decision, its outcomes, and the tests of both.
//!
//! Their code names everything by a full path, because the names around a protocol can be any.

/// The response of an outcome that is always the same problem.
#[doc(hidden)]
#[macro_export]
macro_rules! constant_problem {
    (
        $name:ident, $respond:path, $status:literal, $kind:literal, $title:literal,
        [$($header:literal = $value:literal),*] $(, $place:expr, $input:literal)?
    ) => {
        impl $name {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> $crate::Response<E> {
                const PROBLEM: $crate::ConstantProblem = $crate::ConstantProblem {
                    status: $status,
                    headers: &[$(($header, $value)),*],
                    kind: $kind,
                    title: $title,
                    about: $crate::constant_problem!($($place, $input)?),
                };
                PROBLEM.complete($respond($status))
            }
        }
    };
    () => { $crate::names::None };
    ($place:expr, $input:literal) => { $crate::names::Some(($place, $input)) };
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

/// The outcomes of refusals that need no data from the handler.
#[doc(hidden)]
#[macro_export]
macro_rules! ready {
    ($ready:ident => $outcome:ident $(<$events:ident>)?, $($name:ident($value:expr)),+) => {
        impl $(<$events>)? $crate::names::From<$ready> for $outcome $(<$events>)? {
            fn from(ready: $ready) -> Self {
                match ready { $($ready::$name => Self::$name($value),)+ }
            }
        }
    };
}

/// The response to a malformed request, which lists the violations.
#[doc(hidden)]
#[macro_export]
macro_rules! refused {
    ($($outcome:ident)::+) => {
        /// The response to a malformed request.
        pub(super) fn refused<E>(violations: $crate::Violations) -> $crate::Response<E> {
            $($outcome)::+ { violations }.respond()
        }
    };
}

/// `TestFacts`, an implementation of `Facts` for tests, and `PLAIN`, from which each test differs.
#[doc(hidden)]
#[macro_export]
macro_rules! test_facts {
    ({ $($state:ident: $kind:ty = $first:expr),* } { $($fact:ident),* }) => {
        struct TestFacts {
            $($state: $kind,)*
            $($fact: ::core::primitive::bool,)*
        }

        const PLAIN: TestFacts = TestFacts { $($state: $first,)* $($fact: false,)* };

        impl Facts for TestFacts {
            $(fn $state(&self) -> $kind { self.$state })*
            $(fn $fact(&self) -> ::core::primitive::bool { self.$fact })*
        }
    };
}
