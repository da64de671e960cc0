//! Creating a stream or a fork.

macros::part! {
    /// Creates a stream or a fork, or confirms that the stream exists with this configuration (§5.1).
    endpoint create = PUT {
        needs create(path);
        needs fork(path) when Fork;
        needs read(StreamForkedFrom);
        needs admin(path) when StreamFirstOffset;

        request {
            ContentEncoding?;
            ContentType?;
            IfMatch?;
            IfNoneMatch?;
            Lifetime?;
            StreamRetainBytes?;
            StreamRetainAge?;
            StreamClosed?;
            StreamLabel?;
            StreamFirstOffset?;
            Fork?;
            body ..= limits.body;
        }
        refuse {
            content_coding.unsupported                  => ContentCodingUnsupported;
            body.too_large                              => TooLarge;
            body.crowded                                => Busy;
            body.stalled                                => BodyStalled;
            expiry.past                                 => ExpiryPast;
            fork.unanchored                             => ForkUnanchored;
            labels.invalid                              => BadLabels;
            stream.gone                                 => PathTaken;
            not stream.absent and configuration.differs => ConfigurationConflict;
            stream.absent and database.almost_full      => NoRoom;
            stream.absent and source.absent             => SourceNotFound;
            stream.absent and source.gone               => SourceGone;
            stream.absent and fork.overshoots           => ForkOvershoots;
            stream.absent and fork.beyond               => ForkBeyondTail;
            stream.absent and fork.trimmed              => ForkTrimmed;
            stream.absent and source.too_deep           => ForkTooDeep;
            stream.absent and content_type.differs      => SourceTypeConflict;
            stream.absent and source.full               => Busy;
            stream.absent and first_offset.unusable     => FirstOffsetConflict;
            stream.absent and queue.full                => Busy;
            stream.absent and messages.too_large        => MessagesTooLarge;
            stream.absent and messages.invalid          => InvalidMessages;
            stream.absent and text.invalid              => InvalidText;
            precondition.failed                         => PreconditionFailed;
        }
        answer {
            stream.absent => Created;
            stream.open   => Ensured;
            stream.closed => Ensured;
        }

        /// The stream was created.
        outcome Created = 201 { Location; ContentType; StreamNextOffset; StreamClosed?; CacheControl = NoStore; }
        /// The stream exists with this configuration. Its data is unchanged.
        outcome Ensured = 200 { ContentType; StreamNextOffset; StreamClosed?; CacheControl = NoStore; }
        /// The expiry time must be in the future.
        outcome ExpiryPast = 400 problem "expiry-past" about StreamExpiresAt { CacheControl = NoStore; }
        /// A `Stream-Fork-Sub-Offset` above 0 requires `Stream-Fork-Offset`.
        outcome ForkUnanchored = 400 problem "fork-unanchored" about StreamForkSubOffset { CacheControl = NoStore; }
        /// A label consists of a name, `=` and a value. A stream can't have two labels with the same name.
        outcome BadLabels = 400 problem "bad-labels" about StreamLabel { CacheControl = NoStore; }
        /// An earlier stream at the path has used the first offset or a greater one, from which clients may still read. Or the new stream is a fork,
        /// which begins at the fork offset.
        outcome FirstOffsetConflict = 409 problem "first-offset-conflict" about StreamFirstOffset {
            CacheControl = NoStore;
        }
        /// The path is still in use by a deleted stream that has forks.
        outcome PathTaken = 409 problem "path-taken" { CacheControl = NoStore; }
        /// The stream named in `Stream-Forked-From` does not exist.
        outcome SourceNotFound = 404 problem "source-not-found" about StreamForkedFrom { CacheControl = NoStore; }
        /// The stream named in `Stream-Forked-From` was deleted or has expired.
        outcome SourceGone = 409 problem "source-gone" about StreamForkedFrom { CacheControl = NoStore; }
        /// `Stream-Fork-Offset` must not be beyond the source's tail offset.
        outcome ForkBeyondTail = 400 problem "fork-beyond-tail" about StreamForkOffset { CacheControl = NoStore; }
        /// `Stream-Fork-Offset` plus `Stream-Fork-Sub-Offset` must not be beyond the source's tail offset.
        outcome ForkOvershoots = 400 problem "fork-overshoots" about StreamForkSubOffset { CacheControl = NoStore; }
        /// The source's data at the fork offset is no longer stored.
        outcome ForkTrimmed = 410 problem "fork-trimmed" about StreamForkOffset { CacheControl = NoStore; }
        /// The fork chain of the stream named in `Stream-Forked-From` has the maximum length.
        outcome ForkTooDeep = 409 problem "fork-too-deep" about StreamForkedFrom { CacheControl = NoStore; }
        /// `Content-Type` must match the source stream's content type.
        outcome SourceTypeConflict = 409 problem "source-type-conflict" about ContentType {
            CacheControl = NoStore;
        }
        /// The stream exists with a different content type, expiry, retention, source, labels or closed state.
        outcome ConfigurationConflict = 409 problem "configuration-conflict" {
            StreamClosed?; CacheControl = NoStore;
        }

        /// A new stream is open. Without a body, it is empty.
        example created_empty {
            given stream.absent;
            send PUT "/v1/stream/a" { ContentType = "text/plain"; }
            expect Created {
                Location;
                ContentType = "text/plain";
                StreamNextOffset = "0000000000000000";
                not StreamClosed;
            }
        }
        /// A stream can be created with all of its data and closed in one request.
        example created_whole {
            given stream.absent;
            send PUT "/v1/stream/a" { ContentType = "application/json"; StreamClosed = "true"; body = "[1, 2, 3]"; }
            expect Created {
                Location;
                ContentType = "application/json";
                StreamNextOffset = "0000000000000003";
                StreamClosed = "true";
            }
        }
        /// A content type can have empty parameters, and its names can contain any token character.
        example created_of_any_token for media in ["text/plain;;charset=utf-8", "text/plain; ;", "application/vnd.a~b|c`d", "text/plain;a~b=\"c;d\"",] {
            given stream.absent;
            send PUT "/v1/stream/a" { ContentType = media; }
            expect Created { Location; ContentType = media; StreamNextOffset = "0000000000000000"; }
        }
        /// Without `Content-Type`, the new stream has the type `application/octet-stream`.
        example created_of_bytes {
            given stream.absent;
            send PUT "/v1/stream/a" { body = "abc"; }
            expect Created {
                Location;
                ContentType = "application/octet-stream";
                StreamNextOffset = "0000000000000003";
            }
        }
        /// A stream that is moved to this server can begin at its first offset elsewhere. This needs `admin`.
        example created_at_an_offset {
            given stream.absent and not first_offset.unusable;
            send PUT "/v1/stream/a" { StreamFirstOffset = "0000000000000010"; body = "abc"; }
            expect Created { Location; ContentType; StreamNextOffset = "0000000000000013"; }
        }
        /// Offsets of an earlier stream at the path can't be used again.
        example created_at_a_used_offset for first in ["0000000000000000", "0000000000000003"] {
            given stream.absent and first_offset.unusable {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                DELETE "/v1/stream/a";
            }
            send PUT "/v1/stream/a" { StreamFirstOffset = first; }
            expect FirstOffsetConflict;
        }
        /// A fork begins at the fork offset.
        example forked_at_a_first_offset {
            given stream.absent and first_offset.unusable { PUT "/v1/stream/b" { body = "abc"; } }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamFirstOffset = "0000000000000010"; }
            expect FirstOffsetConflict;
        }
        /// The first offset needs `admin`, whatever else is permitted.
        example created_at_an_offset_by_others {
            given Client permits create, fork, append, close, read, delete, list;
            send PUT "/v1/stream/a" { StreamFirstOffset = "0000000000000010"; }
            expect Forbidden;
        }
        /// A fork inherits the data of its source up to the fork offset.
        example forked {
            given stream.absent and source.ready {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abcdef"; }
            }
            send PUT "/v1/stream/a" {
                StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; StreamForkSubOffset = "1";
            }
            expect Created { Location; ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
        }
        /// Creating an existing stream with the same configuration succeeds. The body of the second request is not appended.
        example created_again {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send PUT "/v1/stream/a" { ContentType = "text/plain"; body = "more"; }
            expect Ensured { ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; not StreamClosed; }
        }
        /// Creating a closed stream again succeeds only if the request closes it, too.
        example created_closed_again {
            given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
            send PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
            expect Ensured { ContentType = "text/plain"; StreamNextOffset; StreamClosed = "true"; }
        }
        /// A stream can be created with a retention of its own. A fork does not inherit that of its source.
        example created_to_keep_a_day for retention in ["0", "86400", "3153600000"] {
            given stream.absent;
            send PUT "/v1/stream/a" { StreamRetainAge = retention; StreamRetainBytes = "1073741824"; }
            expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
        }
        /// Creating a stream again succeeds if the retention is the same.
        example created_to_keep_a_day_again {
            given stream.open { PUT "/v1/stream/a" { StreamRetainAge = "86400"; } }
            send PUT "/v1/stream/a" { StreamRetainAge = "86400"; }
            expect Ensured { ContentType; StreamNextOffset = "0000000000000000"; }
        }
        /// Creating a stream again with a different retention gets 409.
        example other_retention for retention in ["0", "1", "86401"] {
            given stream.open and configuration.differs { PUT "/v1/stream/a" { StreamRetainAge = "86400"; } }
            send PUT "/v1/stream/a" { StreamRetainAge = retention; }
            expect ConfigurationConflict { not StreamClosed; }
        }
        /// A stream can have labels. They are sent in one header or in several.
        example created_with_labels {
            given stream.absent;
            send PUT "/v1/stream/a" { StreamLabel = "team=blue, env=prod"; }
            expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
        }
        /// Creating a stream again succeeds if the labels are the same, in any order.
        example created_with_labels_again {
            given stream.open { PUT "/v1/stream/a" { StreamLabel = "team=blue,env=prod"; } }
            send PUT "/v1/stream/a" { StreamLabel = "env=prod, team=blue"; }
            expect Ensured { ContentType; StreamNextOffset = "0000000000000000"; }
        }
        /// Creating a stream again with different labels gets 409.
        example other_labels for labels in ["team=red", "team=blue, env=prod", "env=blue"] {
            given stream.open and configuration.differs { PUT "/v1/stream/a" { StreamLabel = "team=blue"; } }
            send PUT "/v1/stream/a" { StreamLabel = labels; }
            expect ConfigurationConflict { not StreamClosed; }
        }
        /// A label consists of a name, `=` and a value, and two labels can't have the same name.
        example bad_labels for labels in ["team", "=blue", "te am=blue", "team=a=b", "team=blue, team=red"] {
            given labels.invalid;
            send PUT "/v1/stream/a" { StreamLabel = labels; }
            expect BadLabels;
        }
        /// Creating a stream again with a different content type gets 409.
        example other_type {
            given stream.open and configuration.differs { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send PUT "/v1/stream/a" { ContentType = "application/json"; }
            expect ConfigurationConflict { not StreamClosed; }
        }
        /// Creating a closed stream again without closing it gets 409.
        example open_again {
            given stream.closed and configuration.differs {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
            }
            send PUT "/v1/stream/a" { ContentType = "text/plain"; }
            expect ConfigurationConflict { StreamClosed = "true"; }
        }
        /// A stream can't be created with an expiry time in the past.
        example expired_before_it_began {
            given expiry.past;
            send PUT "/v1/stream/a" { StreamExpiresAt = "2020-01-01T00:00:00Z"; }
            expect ExpiryPast;
        }
        /// A request with both `Stream-TTL` and `Stream-Expires-At` gets 400.
        example two_lifetimes {
            send PUT "/v1/stream/a" { StreamTtl = "60"; StreamExpiresAt = "2100-01-01T00:00:00Z"; }
            expect BadRequest;
        }
        /// A TTL must be a whole number of seconds without leading zeros, at most 100 years.
        example malformed_ttl for ttl in ["-1", "1.5", "1e3", "007", "+60", "0x3c", "3153600001", "a minute"] {
            send PUT "/v1/stream/a" { StreamTtl = ttl; }
            expect BadRequest;
        }
        /// A retention by age must be a whole number of seconds without leading zeros, at most 100 years.
        example malformed_retention for retention in ["-1", "1.5", "all", "1 GiB", "3153600001"] {
            send PUT "/v1/stream/a" { StreamRetainAge = retention; }
            expect BadRequest;
        }
        /// A retention by size must be a whole number of bytes, at most 2^53 - 1.
        example malformed_retention_of_bytes for retention in ["-1", "1.5", "all", "1 GiB", "9007199254740992"] {
            send PUT "/v1/stream/a" { StreamRetainBytes = retention; }
            expect BadRequest;
        }
        /// An expiry time must be an RFC 3339 timestamp.
        example malformed_expiry for instant in ["tomorrow", "2100-01-01", "2100-13-01T00:00:00Z", "4102444800", "2100-01-01500:00:00Z", "2100-01-01 00:00:00Z", "2100-01-01T00:00:00+24:00",] {
            send PUT "/v1/stream/a" { StreamExpiresAt = instant; }
            expect BadRequest;
        }
        /// A content type must have a type and a subtype, without wildcards.
        example malformed_type for media in ["text", "text/", "/plain", "text plain", "text/*", "text/plain;charset"] {
            send PUT "/v1/stream/a" { ContentType = media; }
            expect BadRequest;
        }
        /// A source must be the path of a stream on this server.
        example malformed_source for source in ["b", "/v1/streams/b", "http://example.com/v1/stream/b"] {
            send PUT "/v1/stream/a" { StreamForkedFrom = source; }
            expect BadRequest;
        }
        /// A fork offset without a source gets 400.
        example parted_from_nothing {
            send PUT "/v1/stream/a" { StreamForkOffset = "0000000000000001"; }
            expect BadRequest;
        }
        /// A sub-offset without a fork offset gets 400.
        example counted_from_nowhere {
            given fork.unanchored { PUT "/v1/stream/b" { body = "abc"; } }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkSubOffset = "1"; }
            expect ForkUnanchored;
        }
        /// A path can't be reused while forks need the data of the deleted stream.
        example not_free_yet {
            given stream.gone {
                PUT "/v1/stream/a" { body = "abc"; }
                PUT "/v1/stream/b" { StreamForkedFrom = "/v1/stream/a"; }
                DELETE "/v1/stream/a";
            }
            send PUT "/v1/stream/a";
            expect PathTaken;
        }
        /// Forking a stream that does not exist gets 404.
        example fork_of_nothing {
            given stream.absent and source.absent;
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
            expect SourceNotFound;
        }
        /// Forking a soft-deleted stream gets 409.
        example fork_of_what_is_gone {
            given stream.absent and source.gone {
                PUT "/v1/stream/b" { body = "abc"; }
                PUT "/v1/stream/c" { StreamForkedFrom = "/v1/stream/b"; }
                DELETE "/v1/stream/b";
            }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
            expect SourceGone;
        }
        /// A fork offset of 4 is beyond the tail of a source with three bytes.
        example fork_beyond_the_tail {
            given stream.absent and fork.beyond and not fork.overshoots { PUT "/v1/stream/b" { body = "abc"; } }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000004"; }
            expect ForkBeyondTail;
        }
        /// A fork offset of 2 plus a sub-offset of 2 is beyond the tail of a source with three bytes.
        example fork_past_the_tail {
            given stream.absent and fork.overshoots { PUT "/v1/stream/b" { body = "abc"; } }
            send PUT "/v1/stream/a" {
                StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; StreamForkSubOffset = "2";
            }
            expect ForkOvershoots;
        }
        /// A fork can't start at data that its source no longer stores.
        example fork_of_what_is_not_kept {
            given limits.hot_rows = 0;
            given limits.segment = 1 B;
            given limits.retain = 1 B;
            given stream.absent and fork.trimmed {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                POST "/v1/stream/b" { ContentType = "text/plain"; body = "def"; }
            }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000001"; }
            expect ForkTrimmed;
        }
        /// A fork at the beginning of its source inherits nothing, so it can be created even if the source's oldest data was deleted.
        example fork_of_the_beginning for offset in ["-1", "0000000000000000_0000000000000000"] {
            given limits.hot_rows = 0;
            given limits.segment = 1 B;
            given limits.retain = 1 B;
            given stream.absent and source.ready and not fork.trimmed {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                POST "/v1/stream/b" { ContentType = "text/plain"; body = "def"; }
            }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = offset; }
            expect Created { Location; ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
        }
        /// A fork that would exceed the limit `fork_depth` gets 409.
        example fork_too_deep {
            given limits.fork_depth = 0;
            given stream.absent and source.too_deep { PUT "/v1/stream/b" { body = "abc"; } }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
            expect ForkTooDeep;
        }
        /// A fork with a content type other than its source's gets 409.
        example fork_of_another_type {
            given stream.absent and source.ready and content_type.differs {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
            }
            send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; ContentType = "application/json"; }
            expect SourceTypeConflict;
        }
        /// A JSON stream can't be created with a body that is not valid JSON.
        example created_with_half_an_array {
            given stream.absent and messages.invalid;
            send PUT "/v1/stream/a" { ContentType = "application/json"; body = "[1, 2"; }
            expect InvalidMessages;
        }
        /// With `If-None-Match: *`, a stream is created if none exists.
        example created_where_none_is {
            given stream.absent and not precondition.failed;
            send PUT "/v1/stream/a" { IfNoneMatch = "*"; }
            expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
        }
        /// With `If-None-Match: *`, creating an existing stream gets 412, with its tail offset and entity tag.
        example created_where_one_is {
            given stream.open and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send PUT "/v1/stream/a" { ContentType = "text/plain"; IfNoneMatch = "*"; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
        }
        /// With `If-Match`, creating a stream that does not exist gets 412.
        example created_to_match_what_is_not_there for tags in ["*", "\"a\""] {
            given stream.absent and precondition.failed;
            send PUT "/v1/stream/a" { IfMatch = tags; }
            expect PreconditionFailed { not StreamNextOffset; not Etag; }
        }
        /// Preconditions are checked last: a request with a different content type gets 409 (RFC 9110 §13.2.1).
        example other_type_and_where_one_is {
            given stream.open and configuration.differs and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
            }
            send PUT "/v1/stream/a" { ContentType = "application/json"; IfNoneMatch = "*"; }
            expect ConfigurationConflict { not StreamClosed; }
        }
        /// A malformed precondition gets 400.
        example created_with_malformed_tags for tags in ["abc", "\"abc", "*, \"abc\""] {
            send PUT "/v1/stream/a" { IfNoneMatch = tags; }
            expect BadRequest;
        }
        /// A body with a content coding gets 415. The server decides this from the headers.
        example created_encoded for codings in ["gzip", "GZIP", "br, identity", "deflate"] {
            given content_coding.unsupported;
            send PUT "/v1/stream/a" { ContentType = "application/json"; ContentEncoding = codings; body = "[1, 2"; }
            expect ContentCodingUnsupported { AcceptEncoding = "identity"; }
        }
        /// A fork that begins within a UTF-8 character must continue with the rest of it.
        example forked_within_a_character {
            given stream.absent and source.ready and text.invalid {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
            }
            send PUT "/v1/stream/a" {
                ContentType = "text/plain"; StreamForkedFrom = "/v1/stream/b";
                StreamForkOffset = "0000000000000002";
                body = "b";
            }
            expect InvalidText;
        }
        /// Streams of another charset are not checked.
        example forked_as_bytes {
            given stream.absent and source.ready {
                PUT "/v1/stream/b" { ContentType = "text/plain; charset=iso-8859-1"; body = "aé"; }
            }
            send PUT "/v1/stream/a" {
                ContentType = "text/plain; charset=iso-8859-1"; StreamForkedFrom = "/v1/stream/b";
                StreamForkOffset = "0000000000000002";
                body = "b";
            }
            expect Created { Location; ContentType; StreamNextOffset = "0000000000000003"; }
        }
        /// If the database has no room for another stream, the response contains the seconds to wait before retrying.
        example created_without_room {
            given limits.database_creations = 0;
            given stream.absent and database.almost_full;
            send PUT "/v1/stream/a";
            expect NoRoom { RetryAfter = "60"; }
        }
        /// If the write queue is full, the response contains the seconds to wait before retrying.
        example created_when_all_wait {
            given limits.queue_bytes = 0 B;
            given stream.absent and queue.full;
            send PUT "/v1/stream/a";
            expect Busy { RetryAfter = "1"; }
        }
    }
}
