//! The responses to requests that reach no endpoint.

macros::part! {
    /// Nothing is served at this path.
    outcome NoSuchResource = 404 problem "no-such-resource" { CacheControl = NoStore; }
    /// This path is reserved for the protocol.
    outcome Reserved = 404 problem "reserved-path" { CacheControl = NoStore; }
    /// The resource does not support this method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed" { CacheControl = NoStore; }

    unrouted {
        path     => NoSuchResource;
        reserved => Reserved;
        method   => MethodNotAllowed;

        /// A path outside of all resources gets 404.
        example nothing_elsewhere for path in ["/", "/v1", "/v1/streams/a", "/v0/stream/a"] {
            send GET path;
            expect NoSuchResource;
        }
        /// A stream's path can't start with a reserved name, escaped or not.
        example names_that_are_kept for path in ["/v1/stream/__ds", "/v1/stream/__ds/a", "/v1/stream/%5F%5Fds", "/v1/stream/__ds/subscriptions/a/b"] {
            send GET path;
            expect Reserved;
        }
        /// A method that the resource does not support gets 405.
        example no_such_method {
            send PATCH "/v1/stream/a";
            expect MethodNotAllowed;
        }
        /// For subscriptions, the error has their format.
        example no_such_method_of_a_subscription for path in ["/v1/stream/__ds/subscriptions", "/v1/stream/__ds/subscriptions/a", "/v1/stream/__ds/subscriptions/a/claim", "/v1/stream/__ds/jwks.json"] {
            send PATCH path;
            expect NoSuchMethod { body = json { "error": { "code": "METHOD_NOT_ALLOWED", "message": _ } }; }
        }
    }
}
