::macros::protocol! {
    /// The OCI distribution API, version 1.1: blobs, their uploads, manifests and tags.
    protocol Registry {}

    limits {
        /// Maximum size of a blob. When exceeded, uploads get 413.
        blob = 1 GiB;
        /// Maximum size of a manifest. When exceeded, writes get 413.
        manifest = 4 MiB;
    }

    /// The name of a tag.
    value Tag = pattern "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";
    /// The name of a repository.
    value Repository = text 1..=255;

    /// The code of an error.
    value Code = one_of {
        BlobUnknown = "BLOB_UNKNOWN",
        BlobUploadInvalid = "BLOB_UPLOAD_INVALID",
        BlobUploadUnknown = "BLOB_UPLOAD_UNKNOWN",
        DigestInvalid = "DIGEST_INVALID",
        ManifestUnknown = "MANIFEST_UNKNOWN",
        NameInvalid = "NAME_INVALID",
        NameUnknown = "NAME_UNKNOWN",
        SizeInvalid = "SIZE_INVALID",
        Unknown = "UNKNOWN",
        Unsupported = "UNSUPPORTED",
    };
    /// A description of an error, for people.
    value Message = text 1..=256;

    /// Why a request was rejected.
    object Rejected { errors: [Rejection] 1..=9; }
    /// An error, possibly with the violations of the request.
    object Rejection { code: Code; message: Message?; detail: json?; }

    errors Rejected { code = errors.code; message = errors.message; violations = errors.detail; }

    /// The tags of a repository.
    object TagList {
        name: Repository;
        tags: [Tag] 0..=1000;
    }

    header ContentLength = "content-length": u53;
    header ContentType = "content-type": media_type;
    header DockerContentDigest = "docker-content-digest": pattern "[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+";
    header BlobLocation = "location": path_to Blob;
    header SessionLocation = "location": path_to Session;
    header ManifestLocation = "location": path_to Manifest;
    /// The bytes of a blob that a client asks for.
    header Range = "range": byte_range;
    /// The bytes of an upload that the server has.
    header Received = "range": pattern "0-[0-9]+";
    /// The bytes of a blob that the response contains.
    header ContentRange = "content-range": content_range;
    /// The bytes of an upload that the request contains.
    header Chunk = "content-range": pattern "[0-9]+-[0-9]+";

    /// Maximum number of tags in the response.
    query Limit = "n": u53 1..=1000;
    /// The tag that comes before those in the response.
    query Last = "last": Tag;
    /// The digest of a blob that is complete.
    query Digest = "digest": pattern "[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+";
    /// The digest of a blob that another repository has.
    query Mount = "mount": pattern "[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+";
    /// This repository.
    query From = "from": Repository;

    state blob { absent, present }
    state upload { absent, present }
    state manifest { absent, present }
    fact digest.differs;
    fact range.outside;
    fact chunk.unordered;
    fact repository.unknown;

    /// Nothing is here.
    outcome NotFound = 404 error NameInvalid;
    /// The method is not supported here.
    outcome Unsupported = 405 error Unsupported;
    /// The request is malformed.
    outcome BadRequest = 400 error NameInvalid;
    /// The server failed.
    outcome Unavailable = 503 error Unknown;
    /// The content is too large.
    outcome TooLarge = 413 error SizeInvalid;
    /// The repository has no such blob.
    outcome BlobUnknown = 404 error BlobUnknown;
    /// The upload does not exist.
    outcome UploadUnknown = 404 error BlobUploadUnknown;
    /// The repository has no such manifest.
    outcome ManifestUnknown = 404 error ManifestUnknown;
    /// The content has another digest.
    outcome DigestInvalid = 400 error DigestInvalid;
    /// The chunk does not begin where the last one ended.
    outcome OutOfOrder = 416 error BlobUploadInvalid;
    outcome Stored = 201 { BlobLocation; DockerContentDigest; }

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

    common Repository {
        path name: pattern "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*";
        errors Rejected;
        other methods => Unsupported;
    }

    /// The API.
    resource Base at "/v2/" with Repository {
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
    resource Blob at "/v2/{name..}/blobs/{digest}" with Repository {
        path digest: pattern "[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+";

        refuse { malformed => BadRequest; failure => Unavailable; blob.absent => BlobUnknown; }

        /// Describes a blob.
        endpoint stat = HEAD {
            answer { blob.present => Described; }

            outcome Described = 200 { ContentLength; DockerContentDigest; }

            /// The length is that of the blob.
            example described {
                given blob.present;
                send HEAD "/v2/library/debian/blobs/sha256:1";
                expect Described { ContentLength = "9"; DockerContentDigest = "sha256:1"; }
            }
        }

        /// Returns a blob, or some bytes of it.
        endpoint pull = GET {
            request { Range unless malformed; }
            refuse { Range and range.outside => Outside; }
            answer { Range => Part; blob.present => Pulled; }

            /// The blob has none of the bytes.
            outcome Outside = 416 error SizeInvalid { ContentRange; }
            outcome Part = 206 { ContentRange; DockerContentDigest; body bytes; }
            outcome Pulled = 200 { DockerContentDigest; body bytes; }

            /// A name has several segments.
            example pulled for path in ["/v2/library/debian/blobs/sha256:1", "/v2/a/blobs/b/blobs/sha256:1"] {
                given blob.present;
                send GET path;
                expect Pulled { DockerContentDigest = "sha256:1"; body = "some blob"; }
            }
            /// One range of bytes is sent.
            example part for range in ["bytes=5-8", "bytes=5-", "Bytes=-4"] {
                given blob.present and not range.outside;
                send GET "/v2/a/blobs/sha256:1" { Range = range; }
                expect Part { ContentRange = "bytes 5-8/9"; DockerContentDigest; body = "blob"; }
            }
            /// A server ignores several ranges, and other units.
            example whole for range in ["bytes=0-1,3-4", "items=0-1"] {
                given blob.present;
                send GET "/v2/a/blobs/sha256:1" { Range = range; }
                expect Pulled { DockerContentDigest; body = "some blob"; }
            }
            /// The blob is shorter.
            example outside {
                given blob.present and range.outside;
                send GET "/v2/a/blobs/sha256:1" { Range = "bytes=9-"; }
                expect Outside { ContentRange = "bytes */9"; }
            }
            /// There is no such blob.
            example unknown {
                given blob.absent;
                send GET "/v2/a/blobs/sha256:1";
                expect BlobUnknown {
                    body = json {
                        "errors": [{ "code": "BLOB_UNKNOWN", "message": "The repository has no such blob." }]
                    };
                }
            }
            /// A name is in lower case, and a digest names its algorithm.
            example bad_path for path in ["/v2/a/blobs/sha256", "/v2/A/blobs/sha256:1", "/v2/a-/blobs/sha256:1"] {
                send GET path;
                expect BadRequest;
            }
        }

        /// Deletes a blob.
        endpoint remove = DELETE {
            answer { blob.present => Removed; }

            outcome Removed = 202;

            /// The blob is deleted.
            example removed {
                given blob.present;
                send DELETE "/v2/a/blobs/sha256:1";
                expect Removed;
            }
        }
    }

    /// The uploads of blobs.
    resource Sessions at "/v2/{name..}/blobs/uploads/" with Repository {
        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }

        outcome Begun = 202 { SessionLocation; }

        /// Stores a blob.
        endpoint push = POST when Digest {
            request { Digest; body stream ..= limits.blob; }
            refuse { digest.differs => DigestInvalid; }
            answer { not digest.differs => Stored; }

            /// The blob has a path of its own.
            example pushed {
                given not digest.differs;
                send POST "/v2/a/b/blobs/uploads/" { Digest = "sha256:1"; body = "x"; }
                expect Stored { BlobLocation = "/v2/a/b/blobs/sha256:1"; DockerContentDigest = "sha256:1"; }
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

        /// Copies a blob from another repository. If that is not possible, begins an upload.
        endpoint mount = POST when Mount {
            request { Mount; From?; }
            answer { From and blob.present => Stored; always => Begun; }

            /// The other repository has the blob.
            example mounted {
                given blob.present;
                send POST "/v2/a/b/blobs/uploads/" { Mount = "sha256:1"; From = "c"; }
                expect Stored { BlobLocation = "/v2/a/b/blobs/sha256:1"; DockerContentDigest = "sha256:1"; }
            }
            /// It has no such blob.
            example not_mounted {
                given blob.absent;
                send POST "/v2/a/b/blobs/uploads/" { Mount = "sha256:1"; From = "c"; }
                expect Begun { SessionLocation = "/v2/a/b/blobs/uploads/1"; }
            }
        }

        /// Begins an upload.
        endpoint begin = POST {
            answer { always => Begun; }

            /// The upload has a path of its own.
            example begun {
                send POST "/v2/a/b/blobs/uploads/";
                expect Begun { SessionLocation = "/v2/a/b/blobs/uploads/1"; }
            }
        }
    }

    /// The upload of a blob.
    resource Session at "/v2/{name..}/blobs/uploads/{session}" with Repository {
        path session: segments 1..=64;

        refuse {
            malformed      => BadRequest;
            failure        => Unavailable;
            body.too_large => TooLarge;
            upload.absent  => UploadUnknown;
        }

        /// Tells how far an upload is.
        endpoint progress = GET {
            answer { upload.present => Uploading; }

            outcome Uploading = 204 { SessionLocation; Received; }

            /// The server has some bytes.
            example uploading {
                given upload.present;
                send GET "/v2/a/b/blobs/uploads/1";
                expect Uploading { SessionLocation; Received = "0-8"; }
            }
            /// There is no such upload.
            example unknown {
                given upload.absent;
                send GET "/v2/a/b/blobs/uploads/1";
                expect UploadUnknown;
            }
        }

        /// Continues an upload.
        endpoint append = PATCH {
            request { Chunk?; body stream ..= limits.blob; }
            refuse { Chunk and chunk.unordered => OutOfOrder; }
            answer { upload.present => Appended; }

            outcome Appended = 202 { SessionLocation; Received; }

            /// Chunks follow each other.
            example appended {
                given upload.present and not chunk.unordered;
                send PATCH "/v2/a/b/blobs/uploads/1" { Chunk = "0-8"; body = "some blob"; }
                expect Appended { SessionLocation = "/v2/a/b/blobs/uploads/1"; Received = "0-8"; }
            }
            /// A chunk is missing.
            example out_of_order {
                given upload.present and chunk.unordered;
                send PATCH "/v2/a/b/blobs/uploads/1" { Chunk = "10-18"; body = "some blob"; }
                expect OutOfOrder;
            }
            /// The range has no unit.
            example bad_chunk for chunk in ["bytes 0-8/9", "0-", "8"] {
                send PATCH "/v2/a/b/blobs/uploads/1" { Chunk = chunk; body = "some blob"; }
                expect BadRequest;
            }
        }

        /// Ends an upload, possibly with a last chunk.
        endpoint finish = PUT {
            request { Digest; Chunk?; body stream ..= limits.blob; }
            refuse { Chunk and chunk.unordered => OutOfOrder; digest.differs => DigestInvalid; }
            answer { upload.present => Stored; }

            /// The blob is where its digest says.
            example finished {
                given upload.present and not digest.differs;
                send PUT "/v2/a/b/blobs/uploads/1" { Digest = "sha256:1"; }
                expect Stored { BlobLocation = "/v2/a/b/blobs/sha256:1"; DockerContentDigest; }
            }
        }
    }

    /// One manifest.
    resource Manifest at "/v2/{name..}/manifests/{reference}" with Repository {
        path reference: pattern "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}|[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+";

        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }

        /// Describes a manifest.
        endpoint describe = HEAD {
            refuse { manifest.absent => ManifestUnknown; }
            answer { manifest.present => Described; }

            outcome Described = 200 { ContentLength; ContentType; DockerContentDigest; }

            /// The length is that of the manifest.
            example described {
                given manifest.present;
                send HEAD "/v2/a/b/manifests/latest";
                expect Described { ContentLength = "2"; ContentType; DockerContentDigest; }
            }
        }

        /// Returns a manifest.
        endpoint fetch = GET {
            refuse { manifest.absent => ManifestUnknown; }
            answer { manifest.present => Fetched; }

            outcome Fetched = 200 { ContentType; DockerContentDigest; body bytes; }

            /// A reference is a tag or a digest.
            example fetched for path in ["/v2/a/b/manifests/latest", "/v2/a/b/manifests/sha256:1"] {
                given manifest.present;
                send GET path;
                expect Fetched {
                    ContentType = "application/vnd.oci.image.manifest.v1+json";
                    DockerContentDigest;
                    body = "{}";
                }
            }
            /// There is no such manifest.
            example unknown {
                given manifest.absent;
                send GET "/v2/a/b/manifests/latest";
                expect ManifestUnknown;
            }
            /// A tag does not begin with a hyphen.
            example bad_tag {
                send GET "/v2/a/b/manifests/-latest";
                expect BadRequest;
            }
        }

        /// Stores a manifest.
        endpoint tag = PUT {
            request { ContentType; body ..= limits.manifest; }
            answer { always => Tagged; }

            outcome Tagged = 201 { ManifestLocation; DockerContentDigest; }

            /// A manifest is read as a whole.
            example tagged {
                send PUT "/v2/a/b/manifests/latest" { ContentType = "application/json"; body = "{}"; }
                expect Tagged { ManifestLocation = "/v2/a/b/manifests/latest"; DockerContentDigest = "size:2"; }
            }
        }

        /// Deletes a tag or a manifest.
        endpoint untag = DELETE {
            refuse { manifest.absent => ManifestUnknown; }
            answer { manifest.present => Untagged; }

            outcome Untagged = 202;

            /// The tag is deleted.
            example untagged {
                given manifest.present;
                send DELETE "/v2/a/b/manifests/latest";
                expect Untagged;
            }
        }
    }

    /// The tags of a repository.
    resource Tags at "/v2/{name..}/tags/list" with Repository {
        refuse { malformed => BadRequest; failure => Unavailable; repository.unknown => NameUnknown; }

        /// The repository does not exist.
        outcome NameUnknown = 404 error NameUnknown;

        /// Lists tags.
        endpoint list = GET {
            request { Limit or 100; Last?; }
            answer { always => Listed; }

            outcome Listed = 200 { body json TagList; }

            /// A name can contain the word.
            example listed {
                given not repository.unknown;
                send GET "/v2/a/tags/list/tags/list" { Limit = "2"; Last = "a"; }
                expect Listed { body = json { "name": "a/tags/list", "tags": ["b", "c"] }; }
            }
            /// There is no such repository.
            example unknown {
                given repository.unknown;
                send GET "/v2/a/tags/list";
                expect NameUnknown;
            }
        }
    }
}
