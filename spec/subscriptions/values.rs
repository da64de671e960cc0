//! The names and numbers of subscriptions.

macros::part! {
    /// Public keys (RFC 7517 §8.5).
    media Jwks = "application/jwk-set+json";

    /// The way in which a subscription is notified of new data.
    value SubscriptionType = one_of {
        /// The server sends a request (§6.4).
        Webhook = "webhook",
        /// The server appends a wake event to a stream, and a worker claims the wake (§7.2).
        PullWake = "pull-wake",
    };
    /// Why a stream is linked.
    value LinkType = one_of {
        /// A request named it in `streams`. A stream that also matches the pattern is still explicit.
        Explicit = "explicit",
        /// Its path matches the pattern.
        Glob = "glob",
    };
    /// Whether deliveries succeed.
    value SubscriptionStatus = one_of {
        /// No retry is scheduled.
        Active = "active",
        /// The newest delivery failed. A retry is scheduled.
        Failed = "failed",
    };
    /// The state of a subscription.
    value SubscriptionPhase = one_of {
        /// There is no wake.
        Idle = "idle",
        /// The wake waits for a worker to claim it.
        Waking = "waking",
        /// A worker or the webhook has the wake.
        Held = "held",
        /// The wake could not be delivered. The next attempt is scheduled.
        Retrying = "retrying",
    };
    /// The code of an error.
    value Code = one_of {
        /// The request breaks a rule.
        InvalidRequest = "INVALID_REQUEST",
        /// The URL of the webhook is not allowed.
        WebhookUrlRejected = "WEBHOOK_URL_REJECTED",
        /// The wake stream can't take wake events.
        InvalidWakeStream = "INVALID_WAKE_STREAM",
        /// The token of the wake is missing or not valid.
        TokenInvalid = "TOKEN_INVALID",
        /// The caller's permissions do not cover the streams.
        Forbidden = "FORBIDDEN",
        /// There is no such subscription.
        SubscriptionNotFound = "SUBSCRIPTION_NOT_FOUND",
        /// The method is not supported.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// A subscription with another configuration has the id.
        SubscriptionAlreadyExists = "SUBSCRIPTION_ALREADY_EXISTS",
        /// The wake is no longer held with this token.
        Fenced = "FENCED",
        /// A worker holds the wake.
        AlreadyClaimed = "ALREADY_CLAIMED",
        /// No linked stream has new data.
        NoPendingWork = "NO_PENDING_WORK",
        /// An offset can't be acknowledged.
        InvalidOffset = "INVALID_OFFSET",
        /// The body is too large.
        RequestTooLarge = "REQUEST_TOO_LARGE",
        /// The body is not JSON.
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        /// The subscription would have too many links.
        TooManyLinks = "TOO_MANY_LINKS",
        /// The server has too many subscriptions.
        TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS",
        /// The server can't complete the request now.
        Unavailable = "UNAVAILABLE",
    };
    /// The id of a subscription, decoded: at most 256 bytes.
    value SubscriptionId = unicode 1..=256;
    /// The name of a worker, for people: at most 256 bytes. It authenticates nobody.
    value WorkerName = unicode 1..=256;
    /// The id of a wake.
    value WakeId = text 1..=256;
    /// The path of a stream as in URLs after `/v1/stream/`: at most 1,024 bytes in escaped form. Slashes at its beginning and its end do not count.
    value StreamName = unicode 1..=1026;
    /// A pattern for the paths of streams (§6.1): at most 1,024 bytes and 64 segments. `*` is one segment, `**` is any number of segments, and
    /// other segments stand for themselves. An empty pattern counts as none.
    value Pattern = unicode 0..=1024;
    /// Text for people: at most 4,096 bytes.
    value Description = unicode 0..=4096;
    /// An absolute URL: at most 2,048 bytes.
    value Url = unicode 1..=2048;
    /// The token of a wake. It does not expire: the state of the subscription decides whether its wake is still held.
    value WakeToken = text 1..=4096;
    /// Milliseconds after which a holder without a heartbeat loses the wake.
    value LeaseTtl = u53 1000..=600000;
    /// The number of a wake. It grows with each wake of the subscription, also when the subscription is deleted and created again.
    value WakeNumber = u53;
    /// Milliseconds since 1970.
    value Milliseconds = u53;
    /// The type of a wake event.
    value MessageType = one_of {
        /// A subscription has a wake.
        Wake = "wake",
    };
    /// The algorithm of a signature.
    value SignatureAlgorithm = one_of {
        /// Ed25519 (RFC 8032).
        Ed25519 = "ed25519",
    };
    /// The type of a public key.
    value KeyType = one_of {
        /// An octet key pair (RFC 8037).
        OctetKeyPair = "OKP",
    };
    /// The curve of a public key.
    value Curve = one_of {
        /// Ed25519 (RFC 8037).
        Ed25519 = "Ed25519",
    };
    /// The use of a public key.
    value KeyUse = one_of {
        /// Signatures (RFC 7517 §4.2).
        Signature = "sig",
    };
    /// The algorithm of a public key.
    value KeyAlgorithm = one_of {
        /// Signatures with Edwards curves (RFC 8037).
        EdDsa = "EdDSA",
    };
    /// The name of a public key: `ds_` and its thumbprint (RFC 7638).
    value KeyId = pattern "ds_[A-Za-z0-9_-]+";
    /// The 32 bytes of a public key, in base64url without padding.
    value KeyBytes = pattern "[A-Za-z0-9_-]{43}";

    /// The sender of the request.
    header UserAgent = "user-agent": text 1..=64;
    /// Seconds since 1970, the key, and the signature in base64url without padding. The signed text is the number of seconds, a dot, and the
    /// body (§6.5).
    header WebhookSignature = "webhook-signature": pattern "t=[0-9]+,kid=[A-Za-z0-9_-]+,ed25519=[A-Za-z0-9_-]+";
}
