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
        /// Maximum number of streams that a subscription links by name. When exceeded, they are not linked (429).
        links = 10000;
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
    /// The type of a public key (RFC 8037).
    value KeyType = one_of { Pair = "OKP" };
    /// The curve of a public key (RFC 8037).
    value Curve = one_of { Ed25519 = "Ed25519" };
    /// What a public key is for (RFC 7517).
    value KeyUse = one_of { Signature = "sig" };
    /// The algorithm of a public key (RFC 8037).
    value KeyAlgorithm = one_of { EdDsa = "EdDSA" };
    /// The name of a public key: its thumbprint (RFC 7638).
    value KeyId = pattern "ds_[A-Za-z0-9_-]+";
    /// 32 bytes in base64url.
    value Point = pattern "[A-Za-z0-9_-]{43}";
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
        TooManyLinks = "TOO_MANY_LINKS",
        RequestTooLarge = "REQUEST_TOO_LARGE",
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        Unauthorized = "UNAUTHORIZED",
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        Unavailable = "UNAVAILABLE",
    };
    /// A pattern for the paths of streams: its segments are `*`, `**` or literal. An empty one counts as none.
    value Pattern = unicode 0..=1024;
    /// Text for people.
    value Description = unicode 0..=4096;
    /// A name of a subscription, a worker or a wake.
    value Label = unicode 1..=256;
    /// A URL.
    value Url = text 1..=2048;
    /// The token of a wake.
    value Token = text 1..=4096;
    /// Milliseconds for which a wake is held without a heartbeat.
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
    header WebhookSignature = "webhook-signature": pattern "t=[0-9]+,kid=[A-Za-z0-9_-]+,ed25519=[A-Za-z0-9_-]+";
    header StreamNextOffset = "stream-next-offset": Offset;
    header XContentTypeOptions = "x-content-type-options": one_of { Nosniff = "nosniff" };
    header RetryAfter = "retry-after": u53;
    header WwwAuthenticate = "www-authenticate": text 1..=32;

    state subscription { absent, present }

    state stream { absent, present }

    fact token.foreign;
    fact token.expired;
    fact pattern.invalid;
    fact url.rejected;
    fact configuration.differs;
    fact wake_stream.invalid;
    fact links.refused;
    fact links.too_many;
    fact delivery.differs;
    fact wake.claimed;
    fact wake.fenced;
    fact work.none;
    fact acks.invalid;

    every response { XContentTypeOptions = Nosniff; }

    /// The application. If the operator has configured no token, it needs none.
    access Client {
        credentials Authorization;
        credentials none;
        operations {
            /// Create, change, read and delete subscriptions.
            subscribe,
            /// Claim wakes.
            claim,
        }
        unknown => Unauthorized;
    }

    /// Who holds a wake. Its token is for one wake of one subscription (§8).
    access Holder {
        credentials Authorization;
        operations {
            /// Acknowledge, and end the wake.
            finish,
        }
        unknown => TokenInvalid;
    }

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
    object Signing { alg: Algorithm; kid: KeyId; jwks_url: Url; }

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

    /// Acknowledgements, a heartbeat, or the end of a wake (§5).
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
    object KeySet { keys: [Key] 1..=8; }

    /// A public key (RFC 8037).
    object Key { kty: KeyType; crv: Curve; kid: KeyId; use: KeyUse; alg: KeyAlgorithm; x: Point; }

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
    /// The service's token is missing or wrong.
    outcome Unauthorized = 401 error Unauthorized { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
    /// The token of the wake is missing, wrong, or for another subscription.
    outcome TokenInvalid = 401 error TokenInvalid { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
    /// The body has another media type than JSON.
    outcome NotJson = 415 error UnsupportedMediaType { CacheControl = NoStore; }
    /// There is no such subscription.
    outcome SubscriptionNotFound = 404 error SubscriptionNotFound { CacheControl = NoStore; }
    /// The subscription is delivered in another way.
    outcome WrongType = 400 error InvalidRequest { CacheControl = NoStore; }
    /// An offset can't be acknowledged.
    outcome InvalidOffset = 409 error InvalidOffset(message) { CacheControl = NoStore; }
    /// A stream of wakes can't be linked.
    outcome LinkRefused = 400 error InvalidRequest { CacheControl = NoStore; }
    /// The subscription would link too many streams.
    outcome TooManyLinks = 429 error TooManyLinks { CacheControl = NoStore; }

    unrouted {
        path     => NotFound;
        reserved => NotFound;
        method   => MethodNotAllowed;

        /// Below `__ds` is no stream, whatever the escaping.
        example no_stream for path in ["/v1/stream/__ds", "/v1/stream/%5F%5Fds/a", "/v1/stream/__ds/subscriptions"] {
            send GET path;
            expect NotFound;
        }
        /// A stream has no such method here.
        example no_such_stream_method {
            send PATCH "/v1/stream/a";
            expect MethodNotAllowed;
        }
        /// A subscription has no such method.
        example no_such_method {
            send POST "/v1/stream/__ds/subscriptions/mailer";
            expect NoMethod { body = json { "error": { "code": "METHOD_NOT_ALLOWED", "message": _ } }; }
        }
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

    common JsonBody {
        request { ContentType or Json; }
        refuse { not ContentType is Json => NotJson; }
    }

    common Wake {
        refuse {
            token.foreign       => TokenInvalid;
            token.expired       => TokenExpired;
            subscription.absent => SubscriptionNotFound;
            delivery.differs    => WrongType;
            wake.fenced         => Fenced;
        }

        /// The token of the wake has expired.
        outcome TokenExpired = 401 error TokenExpired { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
        /// Another wake has begun, or nobody holds this one any more.
        outcome Fenced = 409 error Fenced { CacheControl = NoStore; }
    }

    /// A stream, as far as subscriptions need it.
    resource Stream at "/v1/stream/{path..}" with Answers {
        path path: segments 1..=1024;
        reserve "__ds";

        /// Appends to a stream, and creates it if there is none.
        endpoint append = POST {
            public;
            request { ContentType?; body ..= limits.request; }
            answer { always => Appended; }
            outcome Appended = 204 { StreamNextOffset; CacheControl = NoStore; }

            /// Positions count bytes.
            example appended {
                send POST "/v1/stream/orders/18" { ContentType = "application/json"; body = "{\"sku\":1}"; }
                expect Appended { StreamNextOffset = "0000000000000009"; }
            }
        }

        /// Reads a stream.
        endpoint read = GET {
            public;
            refuse { stream.absent => NotFound; }
            answer { always => Read; }
            outcome Read = 200 { CacheControl = NoStore; body bytes; }

            /// New data appends a message to the wake stream. A second one follows only after the wake.
            example woken {
                given stream.present {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":2}"; }
                }
                send GET "/v1/stream/pool/a";
                expect Read {
                    body = "[{\"type\":\"wake\",\"subscription_id\":\"runner:1\",\"stream\":\"jobs/1\",\"generation\":1,\"ts\":1795773600000}]";
                }
            }
            /// A stream without data since its subscription began wakes nobody.
            example not_woken {
                given stream.present {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                }
                send GET "/v1/stream/pool/a";
                expect Read { body = "[]"; }
            }
        }
    }

    /// A subscription.
    resource Subscription at "/v1/stream/__ds/subscriptions/{id}" with Answers {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        /// Creates a subscription, or confirms that it exists with this configuration (§3).
        endpoint subscribe = PUT {
            needs subscribe;
            request { ContentType or Json; body json NewSubscription or {} ..= limits.request; }
            refuse {
                not ContentType is Json                        => NotJson;
                pattern.invalid                                => InvalidPattern;
                url.rejected                                   => UrlRejected;
                subscription.present and configuration.differs => AlreadyExists;
                subscription.absent and wake_stream.invalid    => InvalidWakeStream;
                subscription.absent and links.refused          => LinkRefused;
                subscription.absent and links.too_many         => TooManyLinks;
            }
            answer {
                subscription.absent  => Created;
                subscription.present => Confirmed;
            }

            outcome Created = 201 { CacheControl = NoStore; body json Subscription; }
            outcome Confirmed = 200 { CacheControl = NoStore; body json Subscription; }
            /// The pattern is too long, has a segment that no path has, or begins with `__ds`; or it is empty, and there are no streams.
            outcome InvalidPattern = 400 error InvalidRequest { CacheControl = NoStore; }
            /// The URL of the webhook is not allowed (§10).
            outcome UrlRejected = 400 error WebhookUrlRejected(message) { CacheControl = NoStore; }
            /// The wake stream does not exist, or does not contain JSON (§6).
            outcome InvalidWakeStream = 400 error InvalidWakeStream { CacheControl = NoStore; }
            /// There is another subscription with this name.
            outcome AlreadyExists = 409 error SubscriptionAlreadyExists { CacheControl = NoStore; }

            /// Streams that exist are linked at their tails: what they contain is not told.
            example created {
                given subscription.absent {
                    POST "/v1/stream/orders/17" { body = "{\"sku\":1}"; }
                    POST "/v1/stream/parcels/1" { body = "{}"; }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    ContentType = "application/json";
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "webhook": { "url": "https://app.example/wake" },
                        "lease_ttl_ms": 20000
                    };
                }
                expect Created {
                    body = json {
                        "id": "mailer",
                        "subscription_id": "mailer",
                        "type": "webhook",
                        "pattern": "orders/*",
                        "streams": [{ "path": "orders/17", "link_type": "glob", "acked_offset": "0000000000000009" }],
                        "webhook": {
                            "url": "https://app.example/wake",
                            "signing": {
                                "alg": "ed25519",
                                "kid": "ds_Qx",
                                "jwks_url": "https://ds.example/v1/stream/__ds/jwks.json"
                            }
                        },
                        "wake_stream": null,
                        "lease_ttl_ms": 20000,
                        "created_at": "2026-11-27T10:00:00.000Z",
                        "status": "active"
                    };
                }
            }

            /// A stream that does not exist is linked from its beginning.
            example created_for_workers {
                given subscription.absent and not wake_stream.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                }
                send PUT "/v1/stream/__ds/subscriptions/runner%3A1" {
                    body = json {
                        "type": "pull-wake",
                        "streams": ["jobs/1", "jobs/1"],
                        "wake_stream": "pool/a",
                        "description": "jobs"
                    };
                }
                expect Created {
                    body = json {
                        "id": "runner:1",
                        "subscription_id": "runner:1",
                        "type": "pull-wake",
                        "streams": [{ "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                        "wake_stream": "pool/a",
                        "lease_ttl_ms": 30000,
                        "created_at": "2026-11-27T10:00:00.000Z",
                        "status": "active",
                        "description": "jobs"
                    };
                }
            }

            /// The same configuration confirms the subscription, which is shown as it is now. The order of streams does not matter.
            example confirmed {
                given subscription.present and not configuration.differs {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1", "jobs/2"], "wake_stream": "pool/a" };
                    }
                    DELETE "/v1/stream/__ds/subscriptions/runner:1/streams/jobs/2";
                }
                send PUT "/v1/stream/__ds/subscriptions/runner:1" {
                    body = json {
                        "type": "pull-wake",
                        "streams": ["jobs/2", "jobs/1"],
                        "wake_stream": "pool/a",
                        "lease_ttl_ms": 30000
                    };
                }
                expect Confirmed {
                    body = json {
                        "id": "runner:1",
                        "subscription_id": "runner:1",
                        "type": "pull-wake",
                        "streams": [{ "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                        "wake_stream": "pool/a",
                        "lease_ttl_ms": 30000,
                        "created_at": "2026-11-27T10:00:00.000Z",
                        "status": "active"
                    };
                }
            }

            /// A webhook has no wake stream, so one in the request is ignored.
            example ignored_wake_stream {
                given subscription.present and not configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "webhook": { "url": "https://app.example/wake" },
                        "wake_stream": "pool/a"
                    };
                }
                expect Confirmed;
            }

            /// Another pattern is another configuration.
            example other_pattern for pattern in ["orders/**", "Orders/*"] {
                given subscription.present and configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": pattern,
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect AlreadyExists {
                    body = json { "error": { "code": "SUBSCRIPTION_ALREADY_EXISTS", "message": _ } };
                }
            }

            /// Another URL is another configuration.
            example other_url {
                given subscription.present and configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "webhook": { "url": "https://app.example/woken" }
                    };
                }
                expect AlreadyExists;
            }

            /// Streams are part of the configuration.
            example other_streams {
                given subscription.present and configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "streams": ["a"],
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect AlreadyExists;
            }

            /// Another lease is another configuration.
            example other_lease {
                given subscription.present and configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "lease_ttl_ms": 1000,
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect AlreadyExists;
            }

            /// Another description is another configuration.
            example other_description {
                given subscription.present and configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "description": "d",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect AlreadyExists;
            }

            /// Another type is refused before its wake stream is looked up.
            example other_type {
                given subscription.present and configuration.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json { "type": "pull-wake", "pattern": "orders/*", "wake_stream": "pool/a" };
                }
                expect AlreadyExists;
            }

            /// A pattern is for paths of streams.
            example invalid_pattern for pattern in ["__ds/*", "a/../b", "a//b", "/"] {
                given pattern.invalid;
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": pattern,
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect InvalidPattern { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
            }

            /// A webhook is not in a private network, and is encrypted.
            example rejected_url for url in ["http://10.0.0.1/hook", "http://app.example/", "https://localhost/"] {
                given url.rejected;
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json { "type": "webhook", "pattern": "a", "webhook": { "url": url } };
                }
                expect UrlRejected { body = json { "error": { "code": "WEBHOOK_URL_REJECTED", "message": _ } }; }
            }

            /// The application creates the wake stream.
            example no_wake_stream {
                given subscription.absent and wake_stream.invalid;
                send PUT "/v1/stream/__ds/subscriptions/runner:1" {
                    body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                }
                expect InvalidWakeStream { body = json { "error": { "code": "INVALID_WAKE_STREAM", "message": _ } }; }
            }

            /// A subscription to its own wakes would wake for ever.
            example own_wakes {
                given subscription.absent and not wake_stream.invalid and links.refused {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                }
                send PUT "/v1/stream/__ds/subscriptions/runner:1" {
                    body = json { "type": "pull-wake", "streams": ["pool/a"], "wake_stream": "pool/a" };
                }
                expect LinkRefused { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
            }

            /// The number of streams is limited.
            example too_many_links {
                given limits.links = 1;
                given subscription.absent and links.too_many;
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "streams": ["a", "b"],
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect TooManyLinks { body = json { "error": { "code": "TOO_MANY_LINKS", "message": _ } }; }
            }

            /// A body is JSON.
            example wrong_media {
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    ContentType = "text/plain";
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect NotJson;
            }

            /// An absent body counts as `{}`, which has no type.
            example no_body {
                send PUT "/v1/stream/__ds/subscriptions/mailer";
                expect InvalidRequest {
                    body = json { "error": { "code": "INVALID_REQUEST", "message": _, "violations": _ } };
                }
            }

            /// The service's token is checked first.
            example wrong_token {
                given Client unknown;
                send PUT "/v1/stream/__ds/subscriptions/mailer" { Authorization = "Bearer stolen"; }
                expect Unauthorized { body = json { "error": { "code": "UNAUTHORIZED", "message": _ } }; }
            }

            /// The length of a request is limited.
            example too_large {
                given limits.request = 2 B;
                send PUT "/v1/stream/__ds/subscriptions/mailer" {
                    body = json {
                        "type": "webhook",
                        "pattern": "orders/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                expect TooLarge;
            }
        }

        /// Shows a subscription.
        endpoint show = GET {
            needs subscribe;
            refuse { subscription.absent => SubscriptionNotFound; }
            answer { always => Shown; }

            outcome Shown = 200 { CacheControl = NoStore; body json Subscription; }

            /// The answer is that of the creation, as it is now.
            example shown {
                given subscription.present {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/__ds/subscriptions/runner:1/streams" { body = json { "streams": ["jobs/2"] }; }
                }
                send GET "/v1/stream/__ds/subscriptions/runner:1";
                expect Shown {
                    body = json {
                        "id": "runner:1",
                        "subscription_id": "runner:1",
                        "type": "pull-wake",
                        "streams": [{ "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000000" }, { "path": "jobs/2", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                        "wake_stream": "pool/a",
                        "lease_ttl_ms": 30000,
                        "created_at": "2026-11-27T10:00:00.000Z",
                        "status": "active"
                    };
                }
            }

            /// There is no such subscription.
            example absent {
                given subscription.absent;
                send GET "/v1/stream/__ds/subscriptions/runner:1";
                expect SubscriptionNotFound {
                    body = json { "error": { "code": "SUBSCRIPTION_NOT_FOUND", "message": _ } };
                }
            }

            /// A subscription that was ended is not there.
            example ended {
                given subscription.absent {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    DELETE "/v1/stream/__ds/subscriptions/mailer";
                }
                send GET "/v1/stream/__ds/subscriptions/mailer";
                expect SubscriptionNotFound;
            }

            /// The storage can fail.
            example failed {
                given failure;
                send GET "/v1/stream/__ds/subscriptions/mailer";
                expect NotAvailable { body = json { "error": { "code": "UNAVAILABLE", "message": _ } }; }
            }
        }

        /// Ends a subscription, if there is one (§3).
        endpoint end = DELETE {
            needs subscribe;
            answer { always => Ended; }

            outcome Ended = 204 { CacheControl = NoStore; }

            /// There may be no such subscription.
            example ended_twice {
                given not failure {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    DELETE "/v1/stream/__ds/subscriptions/mailer";
                }
                send DELETE "/v1/stream/__ds/subscriptions/mailer";
                expect Ended;
            }
        }
    }

    /// The explicit links of a subscription.
    resource Links at "/v1/stream/__ds/subscriptions/{id}/streams" with Answers,
    JsonBody {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        /// Links streams.
        endpoint add = POST {
            needs subscribe;
            request { body json NewLinks or {} ..= limits.request; }
            refuse {
                subscription.absent => SubscriptionNotFound;
                links.refused       => LinkRefused;
                links.too_many      => TooManyLinks;
            }
            answer { always => Added; }

            outcome Added = 204 { CacheControl = NoStore; }

            /// Streams are linked once, at their tails.
            example added {
                given subscription.present {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/streams" {
                    ContentType = "application/json";
                    body = json { "streams": ["jobs/1", "jobs/2"] };
                }
                expect Added;
            }

            /// No streams may be added.
            example added_none {
                given subscription.present {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/streams" { body = json { "streams": [] }; }
                expect Added;
            }

            /// The wake stream of any subscription can't be linked.
            example wakes_of_others {
                given subscription.present and links.refused {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/streams" { body = json { "streams": ["pool/a"] }; }
                expect LinkRefused;
            }

            /// The number of streams is limited.
            example too_many {
                given limits.links = 1;
                given subscription.present and links.too_many {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/streams" { body = json { "streams": ["jobs/2"] }; }
                expect TooManyLinks;
            }

            /// There is no such subscription.
            example not_added {
                given subscription.absent;
                send POST "/v1/stream/__ds/subscriptions/mailer/streams" { body = json { "streams": ["a"] }; }
                expect SubscriptionNotFound;
            }

            /// A body is JSON.
            example not_json {
                send POST "/v1/stream/__ds/subscriptions/mailer/streams" {
                    ContentType = "text/plain";
                    body = json { "streams": [] };
                }
                expect NotJson;
            }

            /// A path is that of a stream.
            example no_path for path in ["", "__ds/a", "../a"] {
                send POST "/v1/stream/__ds/subscriptions/mailer/streams" { body = json { "streams": [path] }; }
                expect InvalidRequest;
            }
        }
    }

    /// An explicit link.
    resource OwnLink at "/v1/stream/__ds/subscriptions/{id}/streams/{path..}" with Answers {
        path id: segments 1..=256;
        path path: segments 1..=1024;

        errors Failed;
        other methods => NoMethod;

        /// Removes a link, if there is one. A link by the pattern stays.
        endpoint remove = DELETE {
            needs subscribe;
            refuse { subscription.absent => SubscriptionNotFound; }
            answer { always => Removed; }

            outcome Removed = 204 { CacheControl = NoStore; }

            /// A path can have its slashes escaped.
            example removed {
                given subscription.present {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                }
                send DELETE "/v1/stream/__ds/subscriptions/runner:1/streams/jobs%2F1";
                expect Removed;
            }

            /// A stream that is not linked need not be removed.
            example removed_already {
                given subscription.present {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send DELETE "/v1/stream/__ds/subscriptions/mailer/streams/jobs/1";
                expect Removed;
            }

            /// There is no such subscription.
            example not_removed {
                given subscription.absent;
                send DELETE "/v1/stream/__ds/subscriptions/mailer/streams/a";
                expect SubscriptionNotFound;
            }
        }
    }

    /// The wake of a pull-wake subscription.
    resource Claims at "/v1/stream/__ds/subscriptions/{id}/claim" with Answers,
    JsonBody {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        /// Takes the wake (§5, §6).
        endpoint claim = POST {
            needs claim;
            request { body json Claim or {} ..= limits.request; }
            refuse {
                subscription.absent => SubscriptionNotFound;
                delivery.differs    => WrongType;
                wake.claimed        => AlreadyClaimed;
                work.none           => NoPendingWork;
            }
            answer { always => Taken; }

            outcome Taken = 200 { CacheControl = NoStore; body json Claimed; }
            /// Another worker holds the wake.
            outcome AlreadyClaimed = 409 error AlreadyClaimed(current_holder, generation) { CacheControl = NoStore; }
            /// No stream has new data.
            outcome NoPendingWork = 409 error NoPendingWork { CacheControl = NoStore; }

            /// The first worker gets the wake, with the tails as they are now.
            example taken {
                given subscription.present and not wake.claimed and not work.none {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                expect Taken {
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "token": "runner~1.1.1795777200.8fJ",
                        "streams": [{
                            "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000000",
                            "tail_offset": "0000000000000007", "has_pending": true
                            }],
                        "lease_ttl_ms": 30000
                    };
                }
            }

            /// A wake that was given back is another one.
            example taken_again {
                given subscription.present and not wake.claimed and not work.none {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/release" {
                        Authorization = "Bearer runner~1.1.1795777200.8fJ";
                        body = json { "wake_id": "w_1", "generation": 1 };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "b" }; }
                expect Taken {
                    body = json {
                        "wake_id": "w_2",
                        "generation": 2,
                        "token": "runner~1.2.1795777200.8fJ",
                        "streams": [{
                            "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000000",
                            "tail_offset": "0000000000000007", "has_pending": true
                            }],
                        "lease_ttl_ms": 30000
                    };
                }
            }

            /// Other workers learn who holds the wake, and so does the holder itself.
            example claimed for worker in ["a", "b"] {
                given subscription.present and wake.claimed {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": worker }; }
                expect AlreadyClaimed {
                    body = json {
                        "error": { "code": "ALREADY_CLAIMED", "message": _, "current_holder": "a", "generation": 1 }
                    };
                }
            }

            /// No stream has new data.
            example no_work {
                given subscription.present and not wake.claimed and work.none {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                expect NoPendingWork { body = json { "error": { "code": "NO_PENDING_WORK", "message": _ } }; }
            }

            /// A webhook is not claimed.
            example webhook {
                given subscription.present and delivery.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    POST "/v1/stream/orders/18" { ContentType = "application/json"; body = "{\"sku\":1}"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/claim" { body = json { "worker": "a" }; }
                expect WrongType { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
            }

            /// There is no such subscription.
            example absent {
                given subscription.absent;
                send POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                expect SubscriptionNotFound;
            }

            /// A worker has a name.
            example no_worker for body in ["{}", "{\"worker\":\"\"}", "null", "[]", "{"] {
                send POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = body; }
                expect InvalidRequest;
            }
        }
    }

    /// Acknowledgements of a pull-wake subscription.
    resource Acks at "/v1/stream/__ds/subscriptions/{id}/ack" with Answers,
    JsonBody,
    Wake {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        /// Acknowledges offsets, shows that the worker lives, or ends the wake (§5).
        endpoint acknowledge = POST {
            needs finish;
            request { body json Acknowledgement or {} ..= limits.request; }
            refuse { acks.invalid => InvalidOffset; }
            answer { always => Done; }

            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }

            /// The work is done. `path` is the same as `stream`.
            example done {
                given subscription.present and not delivery.differs and not wake.fenced and not acks.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "path": "jobs/1", "offset": "0000000000000007" }],
                        "done": true
                    };
                }
                expect Done { body = json { "ok": true, "next_wake": false }; }
            }

            /// A heartbeat extends the lease.
            example heartbeat {
                given subscription.present and not delivery.differs and not wake.fenced and not acks.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect Done { body = json { "ok": true, "next_wake": false }; }
            }

            /// What is left starts another wake.
            example partly_done {
                given subscription.present and not delivery.differs and not wake.fenced and not acks.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1, "done": true };
                }
                expect Done { body = json { "ok": true, "next_wake": true }; }
            }

            /// An offset is not beyond the tail.
            example beyond_tail {
                given subscription.present and not delivery.differs and not wake.fenced and acks.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "jobs/1", "offset": "0000000000000008" }]
                    };
                }
                expect InvalidOffset {
                    body = json { "error": { "code": "INVALID_OFFSET", "message": "The offset is beyond the tail." } };
                }
            }

            /// Only linked streams can be acknowledged. One that is not refuses all.
            example not_linked {
                given subscription.present and not delivery.differs and not wake.fenced and acks.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "jobs/1", "offset": "0000000000000007" }, { "stream": "jobs/2", "offset": "0000000000000000" }]
                    };
                }
                expect InvalidOffset;
            }

            /// An acknowledged offset can be acknowledged again, but none before it.
            example backwards {
                given subscription.present and not delivery.differs and not wake.fenced and acks.invalid {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                        Authorization = "Bearer runner~1.1.1795777200.8fJ";
                        body = json {
                            "wake_id": "w_1",
                            "generation": 1,
                            "acks": [{ "stream": "jobs/1", "offset": "0000000000000007" }]
                        };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "jobs/1", "offset": "0000000000000006" }]
                    };
                }
                expect InvalidOffset;
            }

            /// A wake that is over is fenced.
            example over {
                given subscription.present and not delivery.differs and wake.fenced {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                        Authorization = "Bearer runner~1.1.1795777200.8fJ";
                        body = json {
                            "wake_id": "w_1",
                            "generation": 1,
                            "acks": [{ "stream": "jobs/1", "offset": "0000000000000007" }],
                            "done": true
                        };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "path": "jobs/1", "offset": "0000000000000007" }],
                        "done": true
                    };
                }
                expect Fenced { body = json { "error": { "code": "FENCED", "message": _ } }; }
            }

            /// The name of the wake must be right.
            example other_wake {
                given subscription.present and not delivery.differs and wake.fenced {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_2", "generation": 1 };
                }
                expect Fenced;
            }

            /// The generation must be right, too.
            example other_generation {
                given subscription.present and not delivery.differs and wake.fenced {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 2 };
                }
                expect Fenced;
            }

            /// A token is for one generation.
            example old_token {
                given subscription.present and not delivery.differs and wake.fenced {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/release" {
                        Authorization = "Bearer runner~1.1.1795777200.8fJ";
                        body = json { "wake_id": "w_1", "generation": 1 };
                    }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_2", "generation": 2 };
                }
                expect Fenced;
            }

            /// A token expires.
            example old {
                given token.expired;
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795773599.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect TokenExpired { body = json { "error": { "code": "TOKEN_EXPIRED", "message": _ } }; }
            }

            /// The service's token is no token of a wake, and neither is a forged one.
            example other_token for token in ["Bearer service", "Bearer runner~1.1.1795777200.8fK"] {
                given Holder unknown;
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = token;
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect TokenInvalid { body = json { "error": { "code": "TOKEN_INVALID", "message": _ } }; }
            }

            /// A token is for one subscription.
            example foreign_token {
                given token.foreign;
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer mailer.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect TokenInvalid;
            }
            /// A token is required.
            example no_token {
                given Holder unknown;
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect TokenInvalid;
            }

            /// A subscription that was ended acknowledges nothing.
            example ended {
                given subscription.absent {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                    DELETE "/v1/stream/__ds/subscriptions/runner:1";
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect SubscriptionNotFound;
            }

            /// A webhook calls back instead.
            example webhook {
                given subscription.present and delivery.differs {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    POST "/v1/stream/orders/18" { ContentType = "application/json"; body = "{\"sku\":1}"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/ack" {
                    Authorization = "Bearer mailer.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect WrongType;
            }

            /// `-1` and `now` are never acknowledged.
            example no_offset for offset in ["-1", "now", "7"] {
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "jobs/1", "offset": offset }]
                    };
                }
                expect InvalidRequest;
            }

            /// A generation is a number.
            example no_number {
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": "1" };
                }
                expect InvalidRequest;
            }

            /// An acknowledgement names its stream.
            example no_stream {
                send POST "/v1/stream/__ds/subscriptions/runner:1/ack" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1, "acks": [{ "offset": "0000000000000007" }] };
                }
                expect InvalidRequest;
            }
        }
    }

    /// The end of a wake without acknowledgements.
    resource Releases at "/v1/stream/__ds/subscriptions/{id}/release" with Answers,
    JsonBody,
    Wake {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        /// Gives the wake back (§5).
        endpoint release = POST {
            needs finish;
            request { body json Release or {} ..= limits.request; }
            answer { always => Released; }

            outcome Released = 204 { CacheControl = NoStore; }

            /// The wake ends without acknowledgements.
            example released {
                given subscription.present and not delivery.differs and not wake.fenced {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/release" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect Released;
            }

            /// It ends once.
            example released_twice {
                given subscription.present and not delivery.differs and wake.fenced {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/release" {
                        Authorization = "Bearer runner~1.1.1795777200.8fJ";
                        body = json { "wake_id": "w_1", "generation": 1 };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/release" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect Fenced;
            }
        }
    }

    /// Acknowledgements of a webhook.
    resource Callbacks at "/v1/stream/__ds/subscriptions/{id}/callback" with Answers,
    JsonBody,
    Wake {
        path id: segments 1..=256;

        errors Failed;
        other methods => NoMethod;

        /// Acknowledges offsets, shows that the webhook works, or ends the wake (§5, §7).
        endpoint call_back = POST {
            needs finish;
            request { body json Acknowledgement or {} ..= limits.request; }
            refuse { acks.invalid => InvalidOffset; }
            answer { always => Done; }

            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }

            /// The work is done, and none is left.
            example done {
                given subscription.present and not delivery.differs and not wake.fenced and not acks.invalid {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    POST "/v1/stream/orders/18" { ContentType = "application/json"; body = "{\"sku\":1}"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/callback" {
                    Authorization = "Bearer mailer.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "orders/18", "offset": "0000000000000009" }],
                        "done": true
                    };
                }
                expect Done { body = json { "ok": true, "next_wake": false }; }
            }

            /// Data that came meanwhile starts another wake.
            example next_wake {
                given subscription.present and not delivery.differs and not wake.fenced and not acks.invalid {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    POST "/v1/stream/orders/18" { ContentType = "application/json"; body = "{\"sku\":1}"; }
                    POST "/v1/stream/orders/17" { body = "{\"sku\":2}"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/callback" {
                    Authorization = "Bearer mailer.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "orders/18", "offset": "0000000000000009" }],
                        "done": true
                    };
                }
                expect Done { body = json { "ok": true, "next_wake": true }; }
            }

            /// An offset is not beyond the tail.
            example bad_offset {
                given subscription.present and not delivery.differs and not wake.fenced and acks.invalid {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    POST "/v1/stream/orders/18" { ContentType = "application/json"; body = "{\"sku\":1}"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/callback" {
                    Authorization = "Bearer mailer.1.1795777200.8fJ";
                    body = json {
                        "wake_id": "w_1",
                        "generation": 1,
                        "acks": [{ "stream": "orders/18", "offset": "000000000000000A" }]
                    };
                }
                expect InvalidOffset;
            }

            /// Without a wake, nothing can be acknowledged.
            example no_wake {
                given subscription.present and not delivery.differs and wake.fenced {
                    PUT "/v1/stream/__ds/subscriptions/mailer" {
                        body = json {
                            "type": "webhook",
                            "pattern": "orders/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer/callback" {
                    Authorization = "Bearer mailer.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect Fenced;
            }

            /// A worker acknowledges elsewhere.
            example pull_wake {
                given subscription.present and delivery.differs {
                    POST "/v1/stream/pool/a" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner:1" {
                        body = json { "type": "pull-wake", "streams": ["jobs/1"], "wake_stream": "pool/a" };
                    }
                    POST "/v1/stream/jobs/1" { body = "{\"n\":1}"; }
                    POST "/v1/stream/__ds/subscriptions/runner:1/claim" { body = json { "worker": "a" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner:1/callback" {
                    Authorization = "Bearer runner~1.1.1795777200.8fJ";
                    body = json { "wake_id": "w_1", "generation": 1 };
                }
                expect WrongType;
            }
        }
    }

    /// The public keys of webhooks.
    resource Keys at "/v1/stream/__ds/jwks.json" with Answers {
        errors Failed;
        other methods => NoMethod;

        /// Shows the keys (§9).
        endpoint keys = GET {
            public;
            answer { always => Found; }

            outcome Found = 200 { ContentType = Jwks; CacheControl = Public; body json KeySet; }

            /// Everybody can read the keys.
            example found {
                send GET "/v1/stream/__ds/jwks.json";
                expect Found {
                    body = json {
                        "keys": [{
                            "kty": "OKP", "crv": "Ed25519", "kid": "ds_Qx", "use": "sig", "alg": "EdDSA",
                            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                            }]
                    };
                }
            }
        }
    }
}
