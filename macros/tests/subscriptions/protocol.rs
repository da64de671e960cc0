// The API of subscriptions: who is told of which streams, by a webhook or by a message that the first worker claims.

::macros::protocol! {
    /// Subscriptions to streams.
    protocol Subscriptions {
        problems = "urn:subscriptions:";
    }

    limits {
        /// Maximum size of a request. When exceeded, it is rejected (413).
        request = 1 MiB;
    }

    /// A position in a stream.
    offset Offset {
        format = hex[16];
    }

    media Jwks = "application/jwk-set+json";

    /// How a subscription is told of new data.
    value SubscriptionType = one_of {
        /// The server sends a request.
        Webhook = "webhook",
        /// The server appends a message to a stream.
        PullWake = "pull-wake",
    };
    /// Why a stream is linked.
    value LinkType = one_of {
        /// It was named.
        Explicit = "explicit",
        /// Its path matches the pattern.
        Glob = "glob",
    };
    /// Whether deliveries succeed.
    value Status = one_of {
        /// No delivery failed last.
        Active = "active",
        /// A failed delivery will be tried again.
        Failed = "failed",
    };
    /// The algorithm of a signature.
    value Algorithm = one_of {
        /// RFC 8032.
        Ed25519 = "ed25519",
    };
    /// The code of an error.
    value Code = one_of {
        InvalidRequest = "INVALID_REQUEST",
        WebhookUrlRejected = "WEBHOOK_URL_REJECTED",
        InvalidWakeStream = "INVALID_WAKE_STREAM",
        TokenInvalid = "TOKEN_INVALID",
        TokenExpired = "TOKEN_EXPIRED",
        SubscriptionNotFound = "SUBSCRIPTION_NOT_FOUND",
        SubscriptionAlreadyExists = "SUBSCRIPTION_ALREADY_EXISTS",
        Fenced = "FENCED",
        AlreadyClaimed = "ALREADY_CLAIMED",
        NoPendingWork = "NO_PENDING_WORK",
        InvalidOffset = "INVALID_OFFSET",
    };
    /// A pattern for the paths of streams.
    value Pattern = unicode 0..=1024;
    /// Text for people.
    value Description = unicode 0..=4096;
    /// A name of a subscription, a worker or a wake.
    value Label = unicode 1..=256;
    /// A URL.
    value Url = text 1..=2048;
    /// The token of a wake.
    value Token = text 1..=4096;
    /// Milliseconds for which a wake is held without a sign of life.
    value LeaseTtl = u53 1000..=600000;
    /// The number of a wake.
    value Generation = u53;

    header Authorization = "authorization": credentials "Bearer";
    header CacheControl = "cache-control": one_of { NoStore = "no-store", Public = "public, max-age=300" };
    header ContentType = "content-type": media_type;
    header RetryAfter = "retry-after": u53;
    header WwwAuthenticate = "www-authenticate": text 1..=32;

    state subscription { absent, present }

    edge fact service.rejected(Authorization);
    fact token.invalid;
    fact token.expired;
    fact url.rejected;
    fact configuration.differs;
    fact wake_stream.invalid;
    fact delivery.differs;
    fact wake.claimed;
    fact work.none;
    fact wake.fenced;
    fact acks.invalid;

    /// A subscription as a client declares it (§3).
    object NewSubscription {
        type: SubscriptionType;
        pattern: Pattern?;
        streams: [path_of Stream] 0..=10000?;
        lease_ttl_ms: LeaseTtl or 30000;
        description: Description?;
        at_least_one { pattern, streams }
        when type is Webhook { webhook: Webhook; }
        when type is PullWake { wake_stream: path_of Stream; }
    }

    /// Where a webhook is.
    object Webhook { url: Url; }

    /// A subscription as the server shows it (§3).
    object Subscription {
        id: Label;
        subscription_id: Label;
        type: SubscriptionType;
        pattern: Pattern?;
        streams: [Link] 0..=10000;
        wake_stream: path_of Stream or null;
        lease_ttl_ms: LeaseTtl;
        created_at: timestamp;
        status: Status;
        description: Description?;
        when type is Webhook { webhook: SignedWebhook; }
    }

    /// A linked stream, and how far the subscription is.
    object Link { path: path_of Stream; link_type: LinkType; acked_offset: Offset; }

    /// A webhook, and how its requests are signed.
    object SignedWebhook { url: Url; signing: Signing; }

    /// The key of a signature.
    object Signing { alg: Algorithm; kid: Label; jwks_url: Url; }

    /// Streams to link.
    object NewLinks { streams: [path_of Stream] 0..=10000; }

    /// Who claims a wake.
    object Claim { worker: Label; }

    /// A claimed wake (§6).
    object Claimed {
        wake_id: Label;
        generation: Generation;
        token: Token;
        streams: [StreamInfo] 0..=10000;
        lease_ttl_ms: LeaseTtl;
    }

    /// A linked stream as it is when its subscription wakes.
    object StreamInfo {
        path: path_of Stream;
        link_type: LinkType;
        acked_offset: Offset;
        tail_offset: Offset;
        has_pending: boolean;
    }

    /// Acknowledgements, a sign of life, or the end of a wake (§5).
    object Acknowledgement {
        wake_id: Label;
        generation: Generation;
        acks: [Ack] 0..=10000?;
        done: flag;
    }

    /// An offset up to which a stream is processed.
    object Ack {
        stream: path_of Stream?;
        path: path_of Stream?;
        offset: Offset;
        at_least_one { stream, path }
    }

    /// What an acknowledgement led to.
    object Acknowledged { ok: boolean; next_wake: boolean; }

    /// A wake that is given back.
    object Release { wake_id: Label; generation: Generation; }

    /// Public keys (§9).
    object KeySet { keys: [Key] 0..=8; }

    /// A public key (RFC 8037).
    object Key { kty: Label; crv: Label; kid: Label; use: Label; alg: Label; x: Label; }

    /// An error (§12).
    object Error { error: ErrorDetail; }

    /// What went wrong.
    object ErrorDetail { code: Code; message: Description; }

    /// An error that tells who holds the wake.
    object HeldError { error: HeldDetail; }

    /// Who holds the wake.
    object HeldDetail { code: Code; message: Description; current_holder: Label; generation: Generation; }

    /// Nothing is at this path.
    outcome NotFound = 404 problem "not-found" { CacheControl = NoStore; }
    /// The path has no such method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed" { CacheControl = NoStore; }
    /// There is no such subscription.
    outcome SubscriptionNotFound = 404 { CacheControl = NoStore; body json Error; }
    /// The subscription is delivered in another way.
    outcome WrongType = 400 { CacheControl = NoStore; body json Error; }
    /// An offset can't be acknowledged.
    outcome InvalidOffset = 409 { CacheControl = NoStore; body json Error; }

    unrouted {
        path => NotFound;
        reserved => NotFound;
        method => MethodNotAllowed;
    }

    common ServiceToken {
        request { Authorization?; }
        refuse { service.rejected => Unauthorized; }

        /// The service's token is missing or wrong.
        outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
    }

    common Answers {
        refuse {
            body.too_large => TooLarge;
            malformed      => BadRequest;
            failure        => Unavailable;
        }

        /// The request is too long.
        outcome TooLarge = 413 problem "too-large" about body { CacheControl = NoStore; }
        /// The request is malformed.
        outcome BadRequest = 400 problem "invalid-request" { CacheControl = NoStore; }
        /// The storage does not answer.
        outcome Unavailable = 503 problem "unavailable" { RetryAfter = 1; CacheControl = NoStore; }
    }

    common WakeToken {
        request { Authorization?; }
        refuse {
            token.invalid       => TokenInvalid;
            token.expired       => TokenExpired;
            subscription.absent => SubscriptionNotFound;
            delivery.differs    => WrongType;
            wake.fenced         => Fenced;
        }

        /// The token of the wake is missing or wrong.
        outcome TokenInvalid = 401 { WwwAuthenticate = "Bearer"; CacheControl = NoStore; body json Error; }
        /// The token of the wake has expired.
        outcome TokenExpired = 401 { WwwAuthenticate = "Bearer"; CacheControl = NoStore; body json Error; }
        /// Another wake has begun.
        outcome Fenced = 409 { CacheControl = NoStore; body json Error; }
    }

    /// A stream, which is served elsewhere.
    resource Stream at "/v1/stream/{path..}" with Answers {
        path path: segments 1..=1024;
        reserve "__ds";

        endpoint exists = HEAD {
            answer { always => Exists; }
            outcome Exists = 204 { CacheControl = NoStore; }
        }
    }

    /// A subscription.
    resource Subscription at "/v1/stream/__ds/subscriptions/{id}" with ServiceToken, Answers {
        path id: segments 1..=256;

        endpoint subscribe = PUT {
            request { body json NewSubscription ..= limits.request; }
            refuse {
                url.rejected                                       => UrlRejected;
                subscription.present and configuration.differs     => AlreadyExists;
                subscription.absent and wake_stream.invalid        => InvalidWakeStream;
            }
            answer {
                subscription.absent  => Created;
                subscription.present => Confirmed;
            }
            outcome Created = 201 { CacheControl = NoStore; body json Subscription; }
            outcome Confirmed = 200 { CacheControl = NoStore; body json Subscription; }
            outcome UrlRejected = 400 { CacheControl = NoStore; body json Error; }
            outcome InvalidWakeStream = 400 { CacheControl = NoStore; body json Error; }
            outcome AlreadyExists = 409 { CacheControl = NoStore; body json Error; }
        }

        endpoint show = GET {
            refuse { subscription.absent => SubscriptionNotFound; }
            answer { always => Shown; }
            outcome Shown = 200 { CacheControl = NoStore; body json Subscription; }
        }

        endpoint end = DELETE {
            answer { always => Ended; }
            outcome Ended = 204 { CacheControl = NoStore; }
        }
    }

    /// The explicit links of a subscription.
    resource Links at "/v1/stream/__ds/subscriptions/{id}/streams" with ServiceToken, Answers {
        path id: segments 1..=256;

        endpoint add = POST {
            request { body json NewLinks ..= limits.request; }
            refuse { subscription.absent => SubscriptionNotFound; }
            answer { always => Added; }
            outcome Added = 204 { CacheControl = NoStore; }
        }
    }

    /// An explicit link.
    resource OwnLink at "/v1/stream/__ds/subscriptions/{id}/streams/{path..}" with ServiceToken, Answers {
        path id: segments 1..=256;
        path path: segments 1..=1024;

        endpoint remove = DELETE {
            refuse { subscription.absent => SubscriptionNotFound; }
            answer { always => Removed; }
            outcome Removed = 204 { CacheControl = NoStore; }
        }
    }

    /// The wake of a pull-wake subscription.
    resource Claims at "/v1/stream/__ds/subscriptions/{id}/claim" with ServiceToken, Answers {
        path id: segments 1..=256;

        endpoint claim = POST {
            request { body json Claim ..= limits.request; }
            refuse {
                subscription.absent => SubscriptionNotFound;
                delivery.differs    => WrongType;
                wake.claimed        => AlreadyClaimed;
                work.none           => NoPendingWork;
            }
            answer { always => Taken; }
            outcome Taken = 200 { CacheControl = NoStore; body json Claimed; }
            outcome AlreadyClaimed = 409 { CacheControl = NoStore; body json HeldError; }
            outcome NoPendingWork = 409 { CacheControl = NoStore; body json Error; }
        }
    }

    /// Acknowledgements of a pull-wake subscription.
    resource Acks at "/v1/stream/__ds/subscriptions/{id}/ack" with Answers, WakeToken {
        path id: segments 1..=256;

        endpoint acknowledge = POST {
            request { body json Acknowledgement ..= limits.request; }
            refuse { acks.invalid => InvalidOffset; }
            answer { always => Done; }
            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }
        }
    }

    /// The end of a wake without acknowledgements.
    resource Releases at "/v1/stream/__ds/subscriptions/{id}/release" with Answers, WakeToken {
        path id: segments 1..=256;

        endpoint release = POST {
            request { body json Release ..= limits.request; }
            answer { always => Released; }
            outcome Released = 204 { CacheControl = NoStore; }
        }
    }

    /// Acknowledgements of a webhook.
    resource Callbacks at "/v1/stream/__ds/subscriptions/{id}/callback" with Answers, WakeToken {
        path id: segments 1..=256;

        endpoint call_back = POST {
            request { body json Acknowledgement ..= limits.request; }
            refuse { acks.invalid => InvalidOffset; }
            answer { always => Done; }
            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }
        }
    }

    /// The public keys of webhooks.
    resource Keys at "/v1/stream/__ds/jwks.json" with Answers {
        endpoint keys = GET {
            answer { always => Found; }
            outcome Found = 200 { ContentType = Jwks; CacheControl = Public; body json KeySet; }
        }
    }
}
