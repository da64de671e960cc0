//! The public keys with which receivers verify webhooks.

macros::part! {
    /// The public keys of webhooks (§6.5).
    resource Keys at "/v1/stream/__ds/jwks.json" {
        errors FailedRequest;
        other methods => NoSuchMethod;

        refuse {
            malformed => InvalidRequest;
            failure   => NotAvailable;
        }

        /// Returns the public keys: the one that signs, those that signed recently, and the next one. Anyone may send this request.
        endpoint publish = GET {
            public;

            answer { always => Published; }

            /// The keys. A new key is published here before it signs, for as long as caches may keep this response.
            outcome Published = 200 { ContentType = Jwks; CacheControl = Keys; body json KeySet; }

            /// All keys are Ed25519.
            example published {
                send GET "/v1/stream/__ds/jwks.json";
                expect Published {
                    body = json {
                        "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": _, "use": "sig", "alg": "EdDSA", "x": _ }]
                    };
                }
            }
            /// If storage does not respond, the request fails.
            example unpublished {
                given failure;
                send GET "/v1/stream/__ds/jwks.json";
                expect NotAvailable;
            }
        }
    }
}
