/// A request as a handler gets it. [`take!`](crate::take) opens it, and requires that every input is named. So a handler
/// that does not know an input of its endpoint does not compile.
#[derive(Debug)]
pub struct Asked<R>(R);

impl<R> Asked<R> {
    /// A request for a handler.
    pub const fn new(request: R) -> Self {
        Self(request)
    }

    /// The request. Handlers use [`take!`](crate::take).
    #[doc(hidden)]
    pub fn open(self) -> R {
        self.0
    }
}

/// Opens a request: `take!(request as Request { path, position })`. Each of its inputs must be named, and so must its body.
#[macro_export]
macro_rules! take {
    ($asked:ident as $request:pat) => {{
        const _: () =
            ::core::assert!(!$crate::has_rest(::core::stringify!($request)), "name every input instead of `..`");
        let request = $crate::Asked::open($asked);
        #[allow(unused_variables)]
        let $request = &request;
        request
    }};
}

/// Whether a pattern leaves out fields with `..`.
#[doc(hidden)]
#[must_use]
pub const fn has_rest(pattern: &str) -> bool {
    let (bytes, mut at) = (pattern.as_bytes(), 1);
    while at < bytes.len() {
        if bytes[at - 1] == b'.' && bytes[at] == b'.' {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_rest;

    #[test]
    fn a_rest_is_found() {
        assert!(has_rest("Request { path, .. }"));
        assert!(!has_rest("Request { path, body }"));
    }
}
