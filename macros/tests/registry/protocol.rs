::macros::protocol! {
    /// A part of the OCI distribution API: paths of several segments before others, and paths that end in a slash.
    protocol Registry {
        problems = "urn:registry:";
    }

    limits {
        /// Maximum size of a blob.
        blob = 1 GiB;
        /// Maximum size of a manifest.
        manifest = 4 MiB;
    }

    header ContentType = "content-type": media_type;
    header DockerContentDigest = "docker-content-digest": text 8..=135;
    header BlobLocation = "location": path_to Blob;
    header SessionLocation = "x-session": path_to Session;
    header ContentRange = "content-range": text 3..=64;

    /// Maximum number of tags in the response.
    query Limit = "n": u53 1..=1000;
    query Last = "last": text 1..=128;
    /// The digest of a blob that is complete.
    query Digest = "digest": text 8..=135;

    fact blob.unknown;
    fact digest.differs;

    /// Nothing is here.
    outcome NotFound = 404 problem "not-found";
    /// The method is not supported here.
    outcome Unsupported = 405 problem "unsupported";
    /// The request is malformed.
    outcome BadRequest = 400 problem "bad-request";
    /// The server failed.
    outcome Unavailable = 503 problem "unavailable";
    /// The content is too large.
    outcome TooLarge = 413 problem "too-large" about body;
    /// The content has another digest.
    outcome DigestInvalid = 400 problem "digest-invalid";
    outcome Stored = 201 { BlobLocation; }

    unrouted {
        path   => NotFound;
        method => Unsupported;

        /// A slash at the end makes another path.
        example elsewhere for path in ["/v2", "/v2//", "/v2/a/manifests", "/v2/blobs/sha256:1", "/v2/a/tags/list/"] {
            send GET path;
            expect NotFound;
        }
        /// Blobs are uploaded elsewhere.
        example other_method {
            send PUT "/v2/a/b/blobs/sha256:1";
            expect Unsupported;
        }
    }

    /// The API.
    resource Base at "/v2/" {
        refuse { malformed => BadRequest; failure => Unavailable; }

        /// Tells that the API is supported.
        endpoint check = GET {
            answer { always => Supported; }

            outcome Supported = 200;

            /// The path ends in a slash.
            example supported {
                send GET "/v2/";
                expect Supported;
            }
            /// The server can fail.
            example failed {
                given failure;
                send GET "/v2/";
                expect Unavailable;
            }
        }
    }

    /// One blob.
    resource Blob at "/v2/{name..}/blobs/{digest}" {
        path name: segments 1..=255;
        path digest: segments 8..=135;

        refuse { malformed => BadRequest; failure => Unavailable; blob.unknown => NotFound; }

        /// Returns a blob.
        endpoint pull = GET {
            answer { not blob.unknown => Pulled; }

            outcome Pulled = 200 { DockerContentDigest; body bytes; }

            /// A name has several segments.
            example pulled for path in ["/v2/library/debian/blobs/sha256:1", "/v2/a/blobs/b/blobs/sha256:1"] {
                given not blob.unknown;
                send GET path;
                expect Pulled { DockerContentDigest = "sha256:1"; }
            }
            /// There is no such blob.
            example unknown {
                given blob.unknown;
                send GET "/v2/a/blobs/sha256:1";
                expect NotFound;
            }
            /// A digest is longer.
            example bad_digest {
                send GET "/v2/a/blobs/sha";
                expect BadRequest;
            }
        }
    }

    /// The uploads of blobs.
    resource Sessions at "/v2/{name..}/blobs/uploads/" {
        path name: segments 1..=255;

        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }

        /// Stores a blob.
        endpoint push = POST when Digest {
            request { Digest; body stream ..= limits.blob; }
            refuse { digest.differs => DigestInvalid; }
            answer { not digest.differs => Stored; }

            /// The blob has a path of its own.
            example pushed {
                given not digest.differs;
                send POST "/v2/a/b/blobs/uploads/" { Digest = "sha256:1"; body = "x"; }
                expect Stored { BlobLocation = "/v2/a/b/blobs/sha256:1"; }
            }
            /// The digest is checked.
            example other_digest {
                given digest.differs;
                send POST "/v2/a/b/blobs/uploads/" { Digest = "sha256:2"; body = "x"; }
                expect DigestInvalid;
            }
            /// The size is limited.
            example too_large {
                given limits.blob = 1 B;
                send POST "/v2/a/b/blobs/uploads/" { Digest = "sha256:1"; body = "xy"; }
                expect TooLarge;
            }
        }

        /// Begins an upload.
        endpoint begin = POST {
            answer { always => Begun; }

            outcome Begun = 202 { SessionLocation; }

            /// The upload has a path of its own.
            example begun {
                send POST "/v2/a/b/blobs/uploads/";
                expect Begun { SessionLocation = "/v2/a/b/blobs/uploads/1"; }
            }
        }
    }

    /// The upload of a blob.
    resource Session at "/v2/{name..}/blobs/uploads/{session}" {
        path name: segments 1..=255;
        path session: segments 1..=64;

        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }

        /// Continues an upload.
        endpoint append = PATCH {
            request { ContentRange?; body stream ..= limits.blob; }
            answer { always => Appended; }

            outcome Appended = 202 { SessionLocation; }

            /// Parts follow each other.
            example appended {
                send PATCH "/v2/a/b/blobs/uploads/1" { ContentRange = "0-0"; body = "x"; }
                expect Appended { SessionLocation = "/v2/a/b/blobs/uploads/1"; }
            }
        }

        /// Ends an upload.
        endpoint finish = PUT {
            request { Digest; }
            refuse { digest.differs => DigestInvalid; }
            answer { not digest.differs => Stored; }

            /// The blob is where its digest says.
            example finished {
                given not digest.differs;
                send PUT "/v2/a/b/blobs/uploads/1" { Digest = "sha256:1"; }
                expect Stored { BlobLocation = "/v2/a/b/blobs/sha256:1"; }
            }
        }
    }

    /// One manifest.
    resource Manifest at "/v2/{name..}/manifests/{reference}" {
        path name: segments 1..=255;
        path reference: segments 1..=135;

        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }

        /// Stores a manifest.
        endpoint tag = PUT {
            request { ContentType; body ..= limits.manifest; }
            answer { always => Tagged; }

            outcome Tagged = 201 { DockerContentDigest; }

            /// A manifest is read as a whole.
            example tagged {
                send PUT "/v2/a/b/manifests/latest" { ContentType = "application/json"; body = "{}"; }
                expect Tagged { DockerContentDigest = "size:002"; }
            }
        }
    }

    /// The tags of a name.
    resource Tags at "/v2/{name..}/tags/list" {
        path name: segments 1..=255;

        refuse { malformed => BadRequest; failure => Unavailable; }

        /// Lists tags.
        endpoint list = GET {
            request { Limit or 100; Last?; }
            answer { always => Listed; }

            outcome Listed = 200 { body bytes; }

            /// A name can contain the word.
            example listed {
                send GET "/v2/a/tags/list/tags/list" { Limit = "2"; Last = "a"; }
                expect Listed { body = "a/tags/list 2"; }
            }
        }
    }
}
