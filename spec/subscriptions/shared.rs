//! Parts that several endpoints of subscriptions share.

macros::part! {
    /// The refusals that endpoints of subscriptions have in common.
    common Subscribing {
        path id: segments 1..=768;
        errors FailedRequest;
        other methods => NoSuchMethod;

        refuse {
            body.too_large  => RequestTooLarge;
            body.stalled    => RequestStalled;
            malformed       => InvalidRequest;
            failure         => NotAvailable;
            content.invalid => InvalidContent;
        }

        /// The resource does not support this method.
        outcome NoSuchMethod = 405 error MethodNotAllowed { CacheControl = NoStore; }
        /// The body exceeds the maximum size.
        outcome RequestTooLarge = 413 error RequestTooLarge { CacheControl = NoStore; }
        /// The server received no further part of the body in time.
        outcome RequestStalled = 408 error InvalidRequest { CacheControl = NoStore; }
        /// The request is malformed.
        outcome InvalidRequest = 400 error InvalidRequest { CacheControl = NoStore; }
        /// The server can't complete the request now. A change may or may not have been committed. Retry the request.
        outcome NotAvailable = 503 error Unavailable { RetryAfter = 1; CacheControl = NoStore; }
        /// The id or a string in the body is invalid. The message contains the rule.
        outcome InvalidContent = 400 error InvalidRequest(message) { CacheControl = NoStore; }
    }

    /// The body of an endpoint of subscriptions.
    common SubscriptionBody {
        request { ContentType or Json; }
        refuse { not ContentType is Json => NotJson; }

        /// The body must be JSON.
        outcome NotJson = 415 error UnsupportedMediaType { CacheControl = NoStore; }
    }

    /// The request of the holder of a wake.
    common Holding {
        refuse {
            subscription.absent => SubscriptionNotFound;
            delivery.other      => WrongType;
            wake.fenced         => WakeFenced;
        }

        /// The wake is not held with this token: it has ended, or another wake has started.
        outcome WakeFenced = 409 error Fenced { CacheControl = NoStore; }
    }

    /// No subscription has this id.
    outcome SubscriptionNotFound = 404 error SubscriptionNotFound { CacheControl = NoStore; }
    /// The subscription has the other type. Workers claim, acknowledge and release only `pull-wake` subscriptions. Only webhooks call back.
    outcome WrongType = 400 error InvalidRequest { CacheControl = NoStore; }
    /// The permissions of the caller do not cover the streams. The message names what is missing.
    outcome NotPermitted = 403 error Forbidden(message) { CacheControl = NoStore; }
    /// A wake stream can't be linked: each wake would lead to the next.
    outcome CircularLink = 400 error InvalidRequest { CacheControl = NoStore; }
    /// The subscription would have too many explicit links, or its pattern matches too many streams or would have to be compared with too many.
    outcome TooManyLinks = 429 error TooManyLinks { CacheControl = NoStore; }
    /// An offset can't be acknowledged. Nothing was acknowledged. The message contains the stream and the rule.
    outcome InvalidOffset = 409 error InvalidOffset(message) { CacheControl = NoStore; }
}
