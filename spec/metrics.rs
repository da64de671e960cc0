//! Measurements of the server.

macros::part! {
    /// The format of `OpenMetrics` 1.0, which Prometheus reads.
    header MetricsFormat = "content-type": text 1..=80;

    /// Measurements of the server, for Prometheus and others. Server extension.
    resource Metrics at "/v1/metrics" with Guarded {
        /// Measures each database with two small queries, and adds the measurements of the isolate that answers: its memory, and the number of its
        /// log events since it began. The names of all metrics begin with `durable_streams_`.
        endpoint scrape = GET {
            needs observe;

            answer { always => Scraped; }

            outcome Scraped = 200 {
                MetricsFormat = "application/openmetrics-text; version=1.0.0; charset=utf-8"; CacheControl = NoStore;
                body bytes;
            }

            /// The text ends with `# EOF`.
            example scraped {
                send GET "/v1/metrics";
                expect Scraped { MetricsFormat = "application/openmetrics-text; version=1.0.0; charset=utf-8"; }
            }
            /// Other permissions do not permit it.
            example not_observed_by_others {
                given Client permits create, fork, append, close, read, delete, list, admin;
                send GET "/v1/metrics";
                expect Forbidden;
            }
        }
    }
}
