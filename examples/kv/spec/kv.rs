//! The protocol of the key-value store.

macros::protocol! {
    /// Values by key.
    protocol Store {
        problems = "urn:store:problem:";
    }

    limits {
        /// Maximum size of a request body. When exceeded, the request gets 413.
        body = 64 KiB;
    }

    /// The number of times that a key was written.
    value Version = u53 1..=1000000;

    /// The version that a write replaces.
    header IfVersion = "if-version": Version;

    state key {
        /// It has no value.
        absent,
        /// It has a value.
        present,
    }

    /// Whether the key has another version than `IfVersion`.
    fact version.differs;

    /// A value to write.
    object NewEntry {
        /// Any JSON.
        value: json;
        note: Note?;
    }

    /// A value with its version.
    object Entry {
        value: json;
        note: Note?;
        version: Version;
    }

    /// A remark about a value.
    value Note = unicode 1..=80;

    outcome NoSuchPath = 404 problem "no-such-path";
    outcome MethodNotAllowed = 405 problem "method-not-allowed";

    unrouted {
        path   => NoSuchPath;
        method => MethodNotAllowed;

        example elsewhere { send GET "/elsewhere"; expect NoSuchPath; }
        example patched { send PATCH "/keys/a"; expect MethodNotAllowed; }
    }

    /// A key.
    resource Key at "/keys/{key}" {
        path key: segments 1..=64;

        refuse {
            malformed => BadRequest;
            failure   => Unavailable;
        }

        outcome BadRequest = 400 problem "bad-request";
        outcome NotFound = 404 problem "not-found";
        outcome Unavailable = 503 problem "unavailable";

        /// Reads the value.
        endpoint read = GET {
            refuse { key.absent => NotFound; }
            answer { key.present => Found; }

            outcome Found = 200 { body json Entry; }

            example found {
                given key.present { PUT "/keys/a" { body = json { "value": [1, 2] }; } }
                send GET "/keys/a";
                expect Found { body = json { "value": [1, 2], "version": 1 }; }
            }
            example never_written { send GET "/keys/b"; expect NotFound; }
            example failing { given failure; send GET "/keys/a"; expect Unavailable; }
        }

        /// Writes a value.
        endpoint write = PUT {
            request {
                IfVersion?;
                body json NewEntry ..= limits.body;
            }

            refuse {
                body.too_large  => TooLarge;
                version.differs => VersionDiffers;
            }

            answer {
                key.absent  => Created;
                key.present => Replaced;
            }

            outcome TooLarge = 413 problem "too-large" about body;
            outcome VersionDiffers = 412 problem "version-differs" about IfVersion;
            outcome Created = 201 { body json Entry; }
            outcome Replaced = 200 { body json Entry; }

            example created {
                send PUT "/keys/a" { body = json { "value": true, "note": "a try" }; }
                expect Created { body = json { "value": true, "note": "a try", "version": 1 }; }
            }
            example replaced {
                given key.present and not version.differs { PUT "/keys/a" { body = json { "value": 1 }; } }
                send PUT "/keys/a" { IfVersion = "1"; body = json { "value": 2 }; }
                expect Replaced { body = json { "value": 2, "version": 2 }; }
            }
            example version_differs {
                given key.present and version.differs { PUT "/keys/a" { body = json { "value": 1 }; } }
                send PUT "/keys/a" { IfVersion = "7"; body = json { "value": 2 }; }
                expect VersionDiffers;
            }
            example without_value { send PUT "/keys/a" { body = json { "values": 1 }; } expect BadRequest; }
            example too_large {
                given limits.body = 8 B;
                send PUT "/keys/a" { body = json { "value": 1 }; }
                expect TooLarge;
            }
        }

        /// Deletes the value.
        endpoint delete = DELETE {
            refuse { key.absent => NotFound; }
            answer { key.present => Deleted; }

            outcome Deleted = 204;

            example deleted {
                given key.present { PUT "/keys/a" { body = json { "value": 1 }; } }
                send DELETE "/keys/a";
                expect Deleted;
            }
            example deleted_twice { send DELETE "/keys/b"; expect NotFound; }
        }
    }
}
