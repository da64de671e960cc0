//! A macro with malformed requests.

/// Malformed requests, in groups with the same response: what is malformed, how, and the request.
#[doc(hidden)]
#[macro_export]
macro_rules! malformed {
    ($($endpoint:literal at $root:literal expects $expect:expr => {
        $($what:ident $place:literal $how:literal $sent:literal,)+
    })*) => {
        &[$($($crate::malformed!(
            @ $what $place $how $sent,
            $crate::Example { endpoint: $endpoint, root: $root, expect: $expect, ..$crate::Example::PLAIN }
        ),)+)*]
    };
    (@ input $place:literal $how:literal $sent:literal, $common:expr) => {
        $common.input($place, ::core::concat!("malformed ", $place, " ", $how), $sent)
    };
    (@ value $place:literal $how:literal $sent:literal, $common:expr) => {
        $common.value($place, ::core::concat!("malformed body ", $how), $sent)
    };
    (@ request $place:literal $how:literal $sent:literal, $common:expr) => {
        $common.request(::core::concat!("malformed ", $place, " ", $how), $sent)
    };
}
