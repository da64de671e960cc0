//! Deleting a subscription.

macros::part! {
    /// Deletes the subscription, if it exists (§6.2). From the response on, no token of its wakes is valid, and no delivery starts.
    endpoint end = DELETE {
        needs subscribe;

        answer { always => Ended; }

        /// The subscription does not exist any more.
        outcome Ended = 204 { CacheControl = NoStore; }

        /// A subscription is deleted with its links.
        example ended {
            given not content.invalid {
                PUT "/v1/stream/__ds/subscriptions/mailer-ca" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-ca/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send DELETE "/v1/stream/__ds/subscriptions/mailer-ca";
            expect Ended;
        }
        /// Deleting a subscription that does not exist succeeds.
        example ended_nothing {
            given not content.invalid;
            send DELETE "/v1/stream/__ds/subscriptions/mailer-cb";
            expect Ended;
        }
    }
}
