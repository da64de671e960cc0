//! Whether the server works.

macros::part! {
    /// Whether the server works, for load balancers, monitors and deployments. The response contains nothing about streams. Server extension.
    resource Health at "/health" with Guarded {
        refuse { server.failing => Failing; }

        /// The server does not work. The body contains the reasons.
        outcome Failing = 503 { CacheControl = NoStore; body json HealthReport; }
        /// All checks have passed, perhaps with a warning.
        outcome Working = 200 { CacheControl = NoStore; body json HealthReport; }

        /// Checks the configuration, and reads from each database and from the bucket. Anyone may send this request. All requests to an isolate within
        /// the limit `health_interval` get the result of the same checks.
        endpoint check = GET {
            public;

            answer { not server.failing => Working; }

            /// The response contains the schema version of each database.
            example working {
                given not server.failing;
                send GET "/health";
                expect Working { body = json { "status": "pass", "checks": _ }; }
            }
            /// If storage does not answer, the server does not work.
            example failing {
                given server.failing;
                send GET "/health";
                expect Failing { body = json { "status": "fail", "checks": _ }; }
            }
        }

        /// Checks the same, and answers without a body.
        endpoint probe = HEAD {
            public;

            answer { not server.failing => Working; }

            /// A monitor can do without the body.
            example probed {
                given not server.failing;
                send HEAD "/health";
                expect Working;
            }
        }
    }

    /// Whether a check has passed.
    value HealthStatus = one_of {
        /// It has passed.
        Pass = "pass",
        /// It has passed, but the operator must act before it fails.
        Warn = "warn",
        /// It has failed.
        Fail = "fail",
    };
    /// The part of the server that was checked.
    value HealthComponent = one_of {
        /// The variables and secrets of the deployment.
        Settings = "settings",
        /// A database.
        Database = "database",
        /// The bucket for old data.
        Bucket = "bucket",
        /// The binding of the Durable Objects.
        Objects = "objects",
    };
    /// Why a check has failed, or warns.
    value HealthReason = unicode 1..=1000;
    /// The number of a database, from 0.
    value DatabaseNumber = u53;
    /// The number of the newest migration that a database has.
    value SchemaVersion = u53;

    /// The result of all checks.
    object HealthReport {
        status: HealthStatus;
        checks: [HealthCheck] 1..=1000;
    }
    /// The result of a check.
    object HealthCheck {
        component: HealthComponent;
        number: DatabaseNumber?;
        status: HealthStatus;
        schema_version: SchemaVersion?;
        reason: HealthReason?;
    }

    /// A check has failed.
    fact server.failing;
}
