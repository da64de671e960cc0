//! Macros with the functions of a request. One list of its inputs generates their check and their reading.
//!
//! Their code names everything by a full path, because the names around a protocol can be any.

/// `check` and `read` of `Request`: the parameters of the path with their types, the inputs, those that are only checked, and the
/// body.
#[doc(hidden)]
#[macro_export]
macro_rules! request {
    ([$($part:ident: $kind:ty),*] { $($name:ident: $form:ident $input:tt),* } $also:tt $($body:tt)*) => {
        impl Request {
            $crate::request!(@ check [$($part: $kind),*] [$($form $input),*] $also);
            $crate::request!(@ read [$($part),*] { $($name: $form $input),* } $also $($body)*);
        }
    };
    (@ check [$($part:ident: $kind:ty),*] [$($form:ident $input:tt),*] [$($also:ty),*]) => {
        /// Checks the head of a request, and keeps nothing of it. Rules about the body are left out.
        ///
        /// # Errors
        /// All that is wrong with it.
        pub fn check(
            ($($part,)*): &($($crate::Read<$kind>,)*),
            source: &impl $crate::Source,
        ) -> $crate::names::Result<(), $crate::Violations> {
            let mut inputs = $crate::Inputs::new(source);
            inputs.host();
            $(inputs.check_part(::core::stringify!($part), $part);)*
            $($crate::input!(check inputs, $form $input);)*
            $(inputs.check_optional::<$also>();)*
            inputs.finish($crate::names::Some(()))
        }
    };
    (@ read $parts:tt $inputs:tt $also:tt) => {
        $crate::request!(@ function $parts $inputs $also () () () ());
    };
    (@ read $parts:tt $inputs:tt $also:tt body) => {
        $crate::request!(
            @ function $parts $inputs $also (body) (body: $crate::names::Vec<::core::primitive::u8>) () (body)
        );
    };
    (@ read $parts:tt $inputs:tt $also:tt body $json:ident $object:ty) => {
        $crate::request!(
            @ function $parts $inputs $also (body) (body: &[::core::primitive::u8])
            (body: |inputs| inputs.$json::<$object>(body)) (body: body?)
        );
    };
    (@ function [$($part:ident),*] { $($name:ident: $form:ident $input:tt),* } [$($also:ty),*]
     $sent:tt ($($parameter:tt)*) ($($body:ident: |$inputs:ident| $json:expr)?) ($($member:tt)*)) => {
        /// Reads a request.
        ///
        /// # Errors
        /// All that is wrong with it.
        pub fn read(
            captured: super::Captured<'_>,
            source: &impl $crate::Source,
            $($parameter)*
        ) -> $crate::names::Result<Self, $crate::Violations> {
            let ($($part,)*) = super::parts(captured);
            let mut inputs = $crate::Inputs::new(source);
            inputs.host();
            $(let $part = inputs.check($crate::Place::Path, ::core::stringify!($part), $part);)*
            $(let $name = $crate::input!(read inputs $sent, $form $input);)*
            $(inputs.check_optional::<$also>();)*
            $(let $inputs = &mut inputs; let $body = $json;)?
            let request = || $crate::names::Some(Self { $($part: $part?,)* $($name: $name?,)* $($member)* });
            let request = request();
            inputs.finish(request)
        }
    };
}

/// Checks an input, or reads its value, which is `None` only if the request can't be read.
#[doc(hidden)]
#[macro_export]
macro_rules! input {
    (check $inputs:ident, optional($field:ty)) => { $inputs.check_optional::<$field>() };
    (check $inputs:ident, default($field:ty, $($replace:tt)*)) => { $inputs.check_optional::<$field>() };
    (check $inputs:ident, required($field:ty)) => { $inputs.check_required::<$field>() };
    (check $inputs:ident, flag($field:ty)) => { $inputs.flag::<$field>() };
    (check $inputs:ident, lenient($field:ty)) => {};
    (check $inputs:ident, unless_empty($field:ty)) => {};
    (check $inputs:ident, group($($group:tt)*)) => { $crate::group!(check $inputs, $($group)*) };
    (check $inputs:ident, required_group($($group:tt)*)) => { $crate::group!(check $inputs, $($group)*) };

    (read $inputs:ident $body:tt, optional($field:ty)) => { $crate::names::Some($inputs.optional::<$field>()) };
    (read $inputs:ident $body:tt, default($field:ty, $($replace:tt)*)) => {
        $crate::names::Some($inputs.optional::<$field>().$($replace)*)
    };
    (read $inputs:ident $body:tt, required($field:ty)) => { $inputs.required::<$field>() };
    (read $inputs:ident $body:tt, flag($field:ty)) => { $crate::names::Some($inputs.flag::<$field>()) };
    (read $inputs:ident $body:tt, lenient($field:ty)) => { $crate::names::Some($inputs.lenient::<$field>()) };
    (read $inputs:ident ($body:ident), unless_empty($field:ty)) => {
        $crate::names::Some(if $body.is_empty() { $crate::names::None } else { $inputs.required::<$field>() })
    };
    (read $inputs:ident $body:tt, group($($group:tt)*)) => {
        $crate::names::Some($crate::group!(read $inputs, $($group)*))
    };
    (read $inputs:ident $body:tt, required_group($($group:tt)*)) => { $crate::group!(read $inputs, $($group)*) };
}

/// Checks a group, or reads its value.
#[doc(hidden)]
#[macro_export]
macro_rules! group {
    (check $inputs:ident, all in $place:ident of $($kind:ident)::+ { $($name:ident: $field:ty),+ }) => {
        $($inputs.check_required::<$field>();)+
    };
    (check $inputs:ident, all_or_none in $place:ident of $($kind:ident)::+ { $($name:ident: $field:ty),+ }) => {
        if $inputs.all_or_none($crate::Place::$place, &[$($crate::Declared::of::<$field>()),+]) {
            $($inputs.check_optional::<$field>();)+
        }
    };
    (check $inputs:ident, headed in $place:ident of $($kind:ident)::+ { $head:ident: $first:ty $(, $name:ident: $field:ty)* }) => {
        $inputs.headed($crate::Place::$place, &[$crate::Declared::of::<$first>() $(, $crate::Declared::of::<$field>())*]);
        if $inputs.check_optional::<$first>() {
            $($inputs.check_optional::<$field>();)*
        }
    };
    (check $inputs:ident, with_head in $place:ident of $($kind:ident)::+ { $head:ident: $first:ty $(, $name:ident: $field:ty)* }) => {
        if $inputs.check_required::<$first>() {
            $($inputs.check_optional::<$field>();)*
        }
    };
    (check $inputs:ident, $one:ident in $place:ident of $($kind:ident)::+ { $($name:ident: $field:ty),+ }) => {
        $inputs.$one($crate::Place::$place, &[$($crate::Declared::of::<$field>()),+]);
        $($inputs.check_optional::<$field>();)+
    };

    (read $inputs:ident, all in $place:ident of $($kind:ident)::+ { $($name:ident: $field:ty),+ }) => {
        match ($($inputs.required::<$field>(),)+) {
            ($($crate::names::Some($name),)+) => $crate::names::Some($($kind)::+ { $($name),+ }),
            _ => $crate::names::None,
        }
    };
    (read $inputs:ident, all_or_none in $place:ident of $($kind:ident)::+ { $($name:ident: $field:ty),+ }) => {
        if $inputs.all_or_none($crate::Place::$place, &[$($crate::Declared::of::<$field>()),+]) {
            match ($($inputs.optional::<$field>(),)+) {
                ($($crate::names::Some($name),)+) => $crate::names::Some($($kind)::+ { $($name),+ }),
                _ => $crate::names::None,
            }
        } else {
            $crate::names::None
        }
    };
    (read $inputs:ident, headed in $place:ident of $($kind:ident)::+ { $head:ident: $first:ty $(, $name:ident: $field:ty)* }) => {{
        $inputs.headed($crate::Place::$place, &[$crate::Declared::of::<$first>() $(, $crate::Declared::of::<$field>())*]);
        $inputs.optional::<$first>().map(|$head| $($kind)::+ { $head $(, $name: $inputs.optional::<$field>())* })
    }};
    (read $inputs:ident, with_head in $place:ident of $($kind:ident)::+ { $head:ident: $first:ty $(, $name:ident: $field:ty)* }) => {
        $inputs.required::<$first>().map(|$head| $($kind)::+ { $head $(, $name: $inputs.optional::<$field>())* })
    };
    (read $inputs:ident, $one:ident in $place:ident of $kind:ty { $($name:ident: $field:ty),+ }) => {{
        $inputs.$one($crate::Place::$place, &[$($crate::Declared::of::<$field>()),+]);
        $crate::names::None$(.or($inputs.optional::<$field>().map(<$kind>::$name)))+
    }};
}
