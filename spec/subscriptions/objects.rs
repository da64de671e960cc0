//! The JSON of subscriptions.

macros::part! {
    /// A subscription as a client declares it (§6.2). Streams that exist are linked from their tails, any others from their beginnings.
    object NewSubscription {
        type: SubscriptionType;
        pattern: Pattern?;
        /// Paths of streams to link, as in URLs after `/v1/stream/`. Slashes at their beginnings and ends do not count.
        streams: [StreamName] 0..=10000?;
        lease_ttl_ms: LeaseTtl or 30000;
        description: Description?;
        at_least_one { pattern, streams }
        when type is Webhook { webhook: Webhook; }
        when type is PullWake {
            /// The path of the stream to which the server appends wake events. It must exist, be open, and contain JSON.
            wake_stream: StreamName;
        }
    }

    /// The receiver of a webhook.
    object Webhook {
        /// An `https` URL with a public host. The operator can limit the hosts.
        url: Url;
    }

    /// A subscription (§6.2).
    object Subscription {
        id: SubscriptionId;
        /// The same id.
        subscription_id: SubscriptionId;
        type: SubscriptionType;
        pattern: Pattern?;
        /// In the order of their paths.
        streams: [Link] 0..=1000000;
        wake_stream: path_of Stream or null;
        lease_ttl_ms: LeaseTtl;
        created_at: timestamp;
        status: SubscriptionStatus;
        description: Description?;
        /// The number of the newest wake.
        generation: WakeNumber;
        phase: SubscriptionPhase;
        /// The worker that has the wake.
        holder: WorkerName?;
        /// When the holder loses the wake.
        lease_until: timestamp?;
        /// The number of failed attempts of the current delivery.
        retry_count: Count;
        /// When the next attempt starts.
        next_attempt_at: timestamp?;
        /// Why the newest attempt failed. Otherwise, why new matching streams are not linked.
        last_error: Sentence?;
        when type is Webhook { webhook: SignedWebhook; }
    }

    /// A linked stream and its cursor.
    object Link {
        path: path_of Stream;
        link_type: LinkType;
        /// Everything before this offset is acknowledged.
        acked_offset: Offset;
    }

    /// A webhook, and how its requests are signed.
    object SignedWebhook { url: Url; signing: Signing; }

    /// The key that signs (§6.5).
    object Signing { alg: SignatureAlgorithm; kid: KeyId; jwks_url: Url; }

    /// Paths of streams to link, as in URLs after `/v1/stream/`.
    object NewLinks { streams: [StreamName] 0..=10000; }

    /// The claim of a wake.
    object Claim { worker: WorkerName; }

    /// A claimed wake (§7.2).
    object ClaimedWake {
        wake_id: WakeId;
        generation: WakeNumber;
        /// Send it as a bearer token with acknowledgments and with the release.
        token: WakeToken;
        /// In the order of their paths, as they are now.
        streams: [LinkedStream] 0..=1000000;
        lease_ttl_ms: LeaseTtl;
    }

    /// A linked stream, as the holder of a wake sees it.
    object LinkedStream {
        path: path_of Stream;
        link_type: LinkType;
        acked_offset: Offset;
        /// It is never before `acked_offset`.
        tail_offset: Offset;
        /// Whether there is data after `acked_offset`.
        has_pending: boolean;
    }

    /// An acknowledgment, a heartbeat, or the end of a wake (§6.4, §7.3). Each extends the lease, except with `done`.
    object Acknowledgment {
        wake_id: WakeId;
        generation: WakeNumber;
        /// All of them are checked before one is applied. If a stream occurs twice, its greatest offset counts.
        acks: [Ack] 0..=10000?;
        /// Ends the wake.
        done: flag;
    }

    /// An offset up to which a stream was processed.
    object Ack {
        stream: StreamName?;
        /// Another name of `stream`, which has precedence.
        path: StreamName?;
        /// Everything before it was processed.
        offset: Offset;
        at_least_one { stream, path }
    }

    /// The effect of an acknowledgment.
    object Acknowledged {
        ok: boolean;
        /// Whether the next wake has started.
        next_wake: boolean;
    }

    /// A wake that its holder gives back.
    object Release { wake_id: WakeId; generation: WakeNumber; }

    /// Public keys (RFC 7517 §5).
    object KeySet { keys: [PublicKey] 0..=100; }

    /// A public key (RFC 8037).
    object PublicKey { kty: KeyType; crv: Curve; kid: KeyId; use: KeyUse; alg: KeyAlgorithm; x: KeyBytes; }

    /// A subscription in a list.
    object ListedSubscription {
        id: SubscriptionId;
        type: SubscriptionType;
        phase: SubscriptionPhase;
        status: SubscriptionStatus;
        /// The worker that has the wake.
        holder: WorkerName?;
        /// The number of failed attempts of the current delivery.
        retry_count: Count;
        /// When the next attempt starts.
        next_attempt_at: timestamp?;
        /// Why the newest attempt failed.
        last_error: Sentence?;
        created_at: timestamp;
        description: Description?;
    }

    /// A page of a list of subscriptions.
    object SubscriptionListing {
        /// In the order of the bytes of their ids.
        subscriptions: [ListedSubscription] 0..=1000;
        /// Where the next page begins: send it as `after`. `null` if nothing follows.
        next: SubscriptionId or null;
    }

    /// An error of a subscription's endpoint.
    object FailedRequest { error: RequestError; }

    /// The error. `current_holder` and `generation` are about the wake that the holder has.
    object RequestError {
        code: Code;
        message: Sentence;
        violations: json?;
        current_holder: WorkerName?;
        generation: WakeNumber?;
    }

    /// The errors of subscriptions, which clients read.
    errors FailedRequest { code = error.code; message = error.message; violations = error.violations; }
}
