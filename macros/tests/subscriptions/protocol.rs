// The API of subscriptions: who is told of which streams, by a webhook or by a message that the first worker claims.

::macros::protocol! {
    /// Subscriptions to streams.
    protocol Subscriptions {
        problems = "urn:subscriptions:";
    }

    limits {
        /// Maximum size of a request. When exceeded, it is rejected (413).
        request = 1 MiB;
        /// Maximum size of the answer of a webhook that is read.
        webhook_answer = 64 KiB;
    }

    /// A position in a stream.
    offset Offset {
        format = hex[16];
    }

    media Json = "application/json";
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
        RequestTooLarge = "REQUEST_TOO_LARGE",
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        Unauthorized = "UNAUTHORIZED",
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        Unavailable = "UNAVAILABLE",
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
    /// Milliseconds since 1970.
    value Milliseconds = u53;
    /// The type of a message.
    value MessageType = one_of { Wake = "wake" };

    header Authorization = "authorization": credentials "Bearer";
    header CacheControl = "cache-control": one_of { NoStore = "no-store", Public = "public, max-age=300" };
    header ContentType = "content-type": media_type;
    header UserAgent = "user-agent": text 1..=64;
    header WebhookSignature = "webhook-signature": text 1..=512;
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
    object Failed { error: Error; }

    /// What went wrong. The last members tell who holds the wake.
    object Error {
        code: Code;
        message: Description;
        violations: json?;
        current_holder: Label?;
        generation: Generation?;
    }

    /// Errors below `__ds` (§12).
    errors Failed { code = error.code; message = error.message; violations = error.violations; }

    /// What a webhook is told (§7).
    object WebhookNotice {
        subscription_id: Label;
        wake_id: Label;
        generation: Generation;
        streams: [StreamInfo] 0..=10000;
        callback_url: Url;
        callback_token: Token;
    }

    /// What a webhook can answer (§7).
    object WebhookAnswer { done: flag; }

    /// Tells a webhook that its subscription has work (§7).
    callback webhook = POST {
        request {
            UserAgent = "durable-streams";
            WebhookSignature signs body;
            body json WebhookNotice;
        }

        /// The webhook has the notice. Without `done`, it will call back.
        response Delivered = 200..=299 { body json WebhookAnswer unless malformed ..= limits.webhook_answer; }

        /// The work is done at once.
        example done {
            send {
                WebhookSignature = "t=1795773601,kid=ds_Qx,ed25519=8fJ";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [{
                        "path": "orders/18", "link_type": "glob", "acked_offset": "0000000000000000",
                        "tail_offset": "0000000000000010", "has_pending": true
                        }],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ"
                };
            }
            answer 200 { body = json { "done": true }; }
            expect Delivered { body; }
        }
        /// An answer that is not JSON means that the webhook will call back.
        example later {
            send {
                WebhookSignature = "t=1795773602,kid=ds_Qx,ed25519=9gK";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ"
                };
            }
            answer 202 { body = "accepted"; }
            expect Delivered { not body; }
        }
        /// `done` counts only as a boolean.
        example approximately_done {
            send {
                WebhookSignature = "t=1795773602,kid=ds_Qx,ed25519=9gK";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ"
                };
            }
            answer 200 { body = json { "done": "true" }; }
            expect Delivered { not body; }
        }
        /// A redirect is a failure.
        example redirected {
            send {
                WebhookSignature = "t=1795773602,kid=ds_Qx,ed25519=9gK";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ"
                };
            }
            answer 302;
            expect Other;
        }
    }

    /// The message that wakes the workers of a subscription (§6).
    message WakeEvent = json {
        type: MessageType;
        subscription_id: Label;
        /// A stream with new data.
        stream: path_of Stream;
        generation: Generation;
        ts: Milliseconds;

        /// A stream has new data.
        example woken = json {
            "type": "wake",
            "subscription_id": "runner:1",
            "stream": "jobs/1",
            "generation": 1,
            "ts": 1795773700000
        };
    }

    /// Nothing is at this path.
    outcome NotFound = 404 problem "not-found" { CacheControl = NoStore; }
    /// The path has no such method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed" { CacheControl = NoStore; }
    /// The path has no such method.
    outcome NoMethod = 405 error MethodNotAllowed { CacheControl = NoStore; }
    /// The body has another media type than JSON.
    outcome NotJson = 415 error UnsupportedMediaType { CacheControl = NoStore; }
    /// There is no such subscription.
    outcome SubscriptionNotFound = 404 error SubscriptionNotFound { CacheControl = NoStore; }
    /// The subscription is delivered in another way.
    outcome WrongType = 400 error InvalidRequest(message) { CacheControl = NoStore; }
    /// An offset can't be acknowledged.
    outcome InvalidOffset = 409 error InvalidOffset(message) { CacheControl = NoStore; }

    unrouted {
        path     => NotFound;
        reserved => NotFound;
        method   => MethodNotAllowed;
    }

    common ServiceToken {
        request { Authorization?; }
        refuse { service.rejected => Unauthorized; }

        /// The service's token is missing or wrong.
        outcome Unauthorized = 401 error Unauthorized { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
    }

    common Answers {
        refuse {
            body.too_large => TooLarge;
            malformed      => InvalidRequest;
            failure        => NotAvailable;
        }

        /// The request is too long.
        outcome TooLarge = 413 error RequestTooLarge { CacheControl = NoStore; }
        /// The request is malformed.
        outcome InvalidRequest = 400 error InvalidRequest { CacheControl = NoStore; }
        /// The storage does not answer.
        outcome NotAvailable = 503 error Unavailable { RetryAfter = 1; CacheControl = NoStore; }
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
        outcome TokenInvalid = 401 error TokenInvalid { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
        /// The token of the wake has expired.
        outcome TokenExpired = 401 error TokenExpired { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
        /// Another wake has begun.
        outcome Fenced = 409 error Fenced { CacheControl = NoStore; }
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
    resource Subscription at "/v1/stream/__ds/subscriptions/{id}" with ServiceToken,
    Answers {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        endpoint subscribe = PUT {
            request { ContentType or Json; body json NewSubscription or {} ..= limits.request; }
            refuse {
                not ContentType is Json                        => NotJson;
                url.rejected                                   => UrlRejected;
                subscription.present and configuration.differs => AlreadyExists;
                subscription.absent and wake_stream.invalid    => InvalidWakeStream;
            }
            answer {
                subscription.absent  => Created;
                subscription.present => Confirmed;
            }
            outcome Created = 201 { CacheControl = NoStore; body json Subscription; }
            outcome Confirmed = 200 { CacheControl = NoStore; body json Subscription; }
            /// The URL of the webhook is not allowed (§10).
            outcome UrlRejected = 400 error WebhookUrlRejected(message) { CacheControl = NoStore; }
            /// The wake stream can't be used (§6).
            outcome InvalidWakeStream = 400 error InvalidWakeStream(message) { CacheControl = NoStore; }
            /// There is another subscription with this name.
            outcome AlreadyExists = 409 error SubscriptionAlreadyExists { CacheControl = NoStore; }
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
    resource Links at "/v1/stream/__ds/subscriptions/{id}/streams" with ServiceToken,
    Answers {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        endpoint add = POST {
            request { ContentType or Json; body json NewLinks or {} ..= limits.request; }
            refuse {
                not ContentType is Json => NotJson;
                subscription.absent     => SubscriptionNotFound;
            }
            answer { always => Added; }
            outcome Added = 204 { CacheControl = NoStore; }
        }
    }

    /// An explicit link.
    resource OwnLink at "/v1/stream/__ds/subscriptions/{id}/streams/{path..}" with ServiceToken,
    Answers {
        path id: segments 1..=256;
        path path: segments 1..=1024;

        errors Failed;
        other methods => NoMethod;

        endpoint remove = DELETE {
            refuse { subscription.absent => SubscriptionNotFound; }
            answer { always => Removed; }
            outcome Removed = 204 { CacheControl = NoStore; }
        }
    }

    /// The wake of a pull-wake subscription.
    resource Claims at "/v1/stream/__ds/subscriptions/{id}/claim" with ServiceToken,
    Answers {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        endpoint claim = POST {
            request { ContentType or Json; body json Claim or {} ..= limits.request; }
            refuse {
                not ContentType is Json => NotJson;
                subscription.absent     => SubscriptionNotFound;
                delivery.differs        => WrongType;
                wake.claimed            => AlreadyClaimed;
                work.none               => NoPendingWork;
            }
            answer { always => Taken; }
            outcome Taken = 200 { CacheControl = NoStore; body json Claimed; }
            /// Another worker holds the wake.
            outcome AlreadyClaimed = 409 error AlreadyClaimed(current_holder, generation) { CacheControl = NoStore; }
            /// No stream has new data.
            outcome NoPendingWork = 409 error NoPendingWork { CacheControl = NoStore; }
        }
    }

    /// Acknowledgements of a pull-wake subscription.
    resource Acks at "/v1/stream/__ds/subscriptions/{id}/ack" with Answers,
    WakeToken {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        endpoint acknowledge = POST {
            request { ContentType or Json; body json Acknowledgement or {} ..= limits.request; }
            refuse { not ContentType is Json => NotJson; acks.invalid => InvalidOffset; }
            answer { always => Done; }
            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }
        }
    }

    /// The end of a wake without acknowledgements.
    resource Releases at "/v1/stream/__ds/subscriptions/{id}/release" with Answers,
    WakeToken {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        endpoint release = POST {
            request { ContentType or Json; body json Release or {} ..= limits.request; }
            refuse { not ContentType is Json => NotJson; }
            answer { always => Released; }
            outcome Released = 204 { CacheControl = NoStore; }
        }
    }

    /// Acknowledgements of a webhook.
    resource Callbacks at "/v1/stream/__ds/subscriptions/{id}/callback" with Answers,
    WakeToken {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        endpoint call_back = POST {
            request { ContentType or Json; body json Acknowledgement or {} ..= limits.request; }
            refuse { not ContentType is Json => NotJson; acks.invalid => InvalidOffset; }
            answer { always => Done; }
            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }
        }
    }

    /// The public keys of webhooks.
    resource Keys at "/v1/stream/__ds/jwks.json" with Answers {
        errors Failed;
        other methods => NoMethod;

        endpoint keys = GET {
            answer { always => Found; }
            outcome Found = 200 { ContentType = Jwks; CacheControl = Public; body json KeySet; }
        }
    }
}
