//! A subscription.

macros::part! {
    /// A subscription (§6).
    resource Subscription at "/v1/stream/__ds/subscriptions/{id}" with Subscribing {
        part create;
        part show;
        part end;
    }
}
