//! Appending to a stream, and closing it.

macros::part! {
    /// Appends to the stream, closes it, or both at once (§5.2, §5.3).
    endpoint append = POST {
        needs append(path);
        needs close(path) when StreamClosed;
        // Producers of official clients take any 403 for an old epoch. With `autoClaim`, they repeat the request without end.
        denied when Producer => ProducerForbidden;

        request {
            ContentEncoding?;
            ContentType unless body.empty;
            IfMatch?;
            IfNoneMatch?;
            StreamExpectedOffset?;
            StreamSeq?;
            StreamClosed?;
            Producer?;
            body ..= limits.body;
        }
        refuse {
            content_coding.unsupported                                   => ContentCodingUnsupported;
            body.too_large                                               => TooLarge;
            body.crowded                                                 => Busy;
            body.stalled                                                 => BodyStalled;
            body.empty and not StreamClosed                              => EmptyBody;
            stream.absent                                                => NotFound;
            stream.gone                                                  => Gone;
            stream.closed and not producer.none and not closing.repeated => Closed;
            stream.closed and producer.none and not body.empty           => Closed;
            not body.empty and content_type.differs                      => ContentTypeConflict;
            producer.stale                                               => Fenced;
            producer.unseeded                                            => EpochUnseeded;
            producer.ahead                                               => SequenceGap;
            stream.open and not producer.repeated and sequence.repeated  => SequenceConflict;
            not producer.repeated and not closing.repeated and tail.unexpected => TailConflict;
            stream.open and not producer.repeated and queue.full         => Busy;
            stream.open and not producer.repeated and not body.empty and database.full => NoRoom;
            stream.open and not producer.repeated and messages.too_large => MessagesTooLarge;
            stream.open and not producer.repeated and messages.invalid   => InvalidMessages;
            stream.open and not producer.repeated and messages.empty     => NoMessages;
            stream.open and not producer.repeated and text.invalid       => InvalidText;
            not producer.repeated and not closing.repeated and precondition.failed => PreconditionFailed;
        }
        answer {
            stream.closed and closing.repeated               => Repeated;
            stream.closed and producer.none                  => AlreadyClosed;
            stream.open and producer.repeated                => Repeated;
            stream.open and producer.next and not body.empty => Accepted;
            stream.open and producer.next                    => ClosedByProducer;
            stream.open and producer.none                    => Appended;
        }

        /// The data was appended, the stream was closed, or both. If the request had a precondition, `ETag` is the value for the next
        /// one.
        outcome Appended = 204 { StreamNextOffset; StreamClosed?; Etag?; CacheControl = NoStore; }
        /// The stream was closed already.
        outcome AlreadyClosed = 204 { StreamNextOffset; StreamClosed; CacheControl = NoStore; }
        /// The producer's data was appended.
        outcome Accepted = 200 {
            StreamNextOffset; StreamClosed?; ProducerEpoch; ProducerSeq; Etag?; CacheControl = NoStore;
        }
        /// The producer closed the stream.
        outcome ClosedByProducer = 204 {
            StreamNextOffset; StreamClosed; ProducerEpoch; ProducerSeq; Etag?; CacheControl = NoStore;
        }
        /// The append has already been accepted. Nothing was changed.
        outcome Repeated = 204 {
            StreamNextOffset; StreamClosed?; ProducerEpoch; ProducerSeq; CacheControl = NoStore;
        }
        /// The body can be empty only if the request closes the stream.
        outcome EmptyBody = 400 problem "empty-body" about body { CacheControl = NoStore; }
        /// The array must contain at least one message.
        outcome NoMessages = 400 problem "no-messages" about body { CacheControl = NoStore; }
        /// The stream is closed. Nothing was appended.
        outcome Closed = 409 problem "stream-closed" {
            StreamClosed; StreamNextOffset; ProducerExpectedSeq?; ProducerReceivedSeq?; CacheControl = NoStore;
        }
        /// `Content-Type` must match the stream's content type.
        outcome ContentTypeConflict = 409 problem "content-type-conflict" about ContentType {
            ProducerExpectedSeq?; ProducerReceivedSeq?; CacheControl = NoStore;
        }
        /// Sequence conflict: `Stream-Seq` must be greater than the last one accepted.
        outcome SequenceConflict = 409 problem "sequence-conflict" about StreamSeq {
            StreamNextOffset; ProducerExpectedSeq?; ProducerReceivedSeq?; CacheControl = NoStore;
        }
        /// Expected offset conflict: the tail of the stream is not at this offset. Nothing was appended.
        outcome TailConflict = 409 problem "tail-conflict" about StreamExpectedOffset {
            StreamNextOffset; StreamClosed?; ProducerExpectedSeq?; ProducerReceivedSeq?; CacheControl = NoStore;
        }
        /// The credentials do not permit this producer's request.
        outcome ProducerForbidden = 401 problem "producer-forbidden" detail {
            WwwAuthenticate = "Bearer error=\"insufficient_scope\""; CacheControl = NoStore;
        }
        /// The producer has a newer epoch.
        outcome Fenced = 403 problem "producer-fenced" about ProducerEpoch {
            ProducerEpoch; CacheControl = NoStore;
        }
        /// An epoch must start with sequence number 0.
        outcome EpochUnseeded = 400 problem "epoch-not-started" about ProducerSeq { CacheControl = NoStore; }
        /// Sequence numbers before this one are missing.
        outcome SequenceGap = 409 problem "sequence-gap" about ProducerSeq {
            ProducerExpectedSeq; ProducerReceivedSeq; CacheControl = NoStore;
        }

        /// The response contains the new tail offset.
        example appended {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "de"; }
            expect Appended { StreamNextOffset = "0000000000000005"; not StreamClosed; }
        }
        /// Each element of a JSON array is one message.
        example appended_messages {
            given stream.open { PUT "/v1/stream/a" { ContentType = "application/json"; } }
            send POST "/v1/stream/a" { ContentType = "application/json"; body = "[1, [2, 3]]"; }
            expect Appended { StreamNextOffset = "0000000000000002"; }
        }
        /// An append can close the stream in the same request.
        example appended_and_closed {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "bye"; }
            expect Appended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
        }
        /// A request that only closes the stream needs no body and no content type.
        example closed {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send POST "/v1/stream/a" { StreamClosed = "true"; }
            expect Appended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
        }
        /// Closing a closed stream succeeds and changes nothing.
        example closed_twice {
            given stream.closed and producer.none { PUT "/v1/stream/a" { StreamClosed = "true"; } }
            send POST "/v1/stream/a" { StreamClosed = "true"; }
            expect AlreadyClosed { StreamNextOffset = "0000000000000000"; }
        }
        /// Appending to a closed stream gets 409, with the tail offset.
        example closed_takes_no_more {
            given stream.closed and producer.none {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
            expect Closed { StreamClosed = "true"; StreamNextOffset = "0000000000000003"; not ProducerExpectedSeq; }
        }
        /// A producer's first append has sequence number 0. The response contains the last number accepted.
        example produced {
            given stream.open and producer.next { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                body = "abc";
            }
            expect Accepted { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
        }
        /// A retry of a producer's append succeeds and appends nothing.
        example produced_again {
            given stream.open and producer.repeated {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                body = "abc";
            }
            expect Repeated { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
        }
        /// A producer closes the stream with its next sequence number.
        example closed_by_its_producer {
            given stream.open and producer.next { PUT "/v1/stream/a"; }
            send POST "/v1/stream/a" {
                StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
            }
            expect ClosedByProducer {
                StreamNextOffset; StreamClosed = "true"; ProducerEpoch = "0"; ProducerSeq = "0";
            }
        }
        /// A producer's request to close a closed stream succeeds only as a retry of the one that closed it: same producer, epoch and
        /// sequence number. Otherwise 409.
        example closed_by_another {
            given stream.closed and not producer.none and not closing.repeated {
                PUT "/v1/stream/a" { StreamClosed = "true"; }
            }
            send POST "/v1/stream/a" {
                StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
            }
            expect Closed { StreamNextOffset; ProducerExpectedSeq = "0"; ProducerReceivedSeq = "0"; }
        }
        /// An append with an older epoch gets 403, with the current epoch.
        example fenced {
            given stream.open and producer.stale {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "2"; ProducerSeq = "0";
                    body = "new";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "1"; ProducerSeq = "0";
                body = "old";
            }
            expect Fenced { ProducerEpoch = "2"; }
        }
        /// A producer whose credentials do not permit to append gets 401, not 403.
        example produced_without_permission {
            given Client permits read;
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                body = "x";
            }
            expect ProducerForbidden { WwwAuthenticate; not ProducerEpoch; }
        }
        /// A producer whose credentials do not permit to close a stream gets 401, not 403.
        example closed_by_a_producer_without_permission {
            given Client permits append;
            send POST "/v1/stream/a" {
                StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
            }
            expect ProducerForbidden { WwwAuthenticate; not ProducerEpoch; }
        }
        /// The first append of a new epoch must have sequence number 0.
        example epoch_from_the_middle {
            given stream.open and producer.unseeded {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "x";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "1"; ProducerSeq = "1";
                body = "y";
            }
            expect EpochUnseeded;
        }
        /// An append that skips sequence numbers gets 409, with the number expected next.
        example gap {
            given stream.open and producer.ahead {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "x";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "3";
                body = "y";
            }
            expect SequenceGap { ProducerExpectedSeq = "1"; ProducerReceivedSeq = "3"; }
        }
        /// If a producer's append conflicts with the stream, retries can't succeed. The response contains the request's sequence number
        /// as the expected and the received one, because producers of official clients wait for the numbers before the expected one.
        example produced_as_another_type {
            given stream.open and content_type.differs {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "x";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "application/json"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "1";
                body = "1";
            }
            expect ContentTypeConflict { ProducerExpectedSeq = "1"; ProducerReceivedSeq = "1"; }
        }
        /// A producer's append with a `Stream-Seq` that is not greater than the last one gets 409, with its own sequence number.
        example produced_out_of_order {
            given stream.open and producer.next and sequence.repeated {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamSeq = "2";
                    ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "x";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamSeq = "2"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "1";
                body = "y";
            }
            expect SequenceConflict {
                StreamNextOffset = "0000000000000001"; ProducerExpectedSeq = "1"; ProducerReceivedSeq = "1";
            }
        }
        /// A producer's append whose expected offset is not the tail offset gets 409, with its own sequence number.
        example produced_elsewhere {
            given stream.open and producer.next and tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "x";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000";
                ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "1";
                body = "y";
            }
            expect TailConflict {
                StreamNextOffset = "0000000000000001"; ProducerExpectedSeq = "1"; ProducerReceivedSeq = "1";
            }
        }
        /// Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.
        example malformed_epoch for epoch in ["-1", "1.5", "0x1", "01", "one", "9007199254740992"] {
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = epoch; ProducerSeq = "0";
                body = "x";
            }
            expect BadRequest;
        }
        /// An append with only some of the producer headers gets 400.
        example half_a_producer {
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerSeq = "0";
                body = "x";
            }
            expect BadRequest;
        }
        /// An append with a body and without a content type gets 400.
        example without_a_type {
            send POST "/v1/stream/a" { body = "x"; }
            expect BadRequest;
        }
        /// `Stream-Seq` is compared byte by byte: `10` is less than `2`.
        example out_of_order for later in ["2", "10", "1"] {
            given stream.open and sequence.repeated {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = later; body = "y"; }
            expect SequenceConflict { StreamNextOffset = "0000000000000001"; }
        }
        /// An append whose expected offset is the tail offset succeeds.
        example expected {
            given stream.open and not tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000003";
                body = "de";
            }
            expect Appended { StreamNextOffset = "0000000000000005"; not Etag; }
        }
        /// An append whose expected offset is before or beyond the tail offset gets 409, with the tail offset.
        example unexpected for offset in ["0000000000000000", "0000000000000002", "0000000000000004"] {
            given stream.open and tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; StreamExpectedOffset = offset; body = "de"; }
            expect TailConflict { StreamNextOffset = "0000000000000003"; not StreamClosed; }
        }
        /// A request to close the stream gets 409 if the expected offset is not the tail offset.
        example closed_elsewhere {
            given stream.open and tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000002"; }
            expect TailConflict { StreamNextOffset = "0000000000000003"; not StreamClosed; }
        }
        /// Closing a closed stream succeeds if the expected offset is its tail offset.
        example closed_twice_as_expected {
            given stream.closed and producer.none and not tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000003"; }
            expect AlreadyClosed { StreamNextOffset = "0000000000000003"; }
        }
        /// Closing a closed stream gets 409 if the expected offset is not its tail offset.
        example closed_before_elsewhere {
            given stream.closed and producer.none and tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000002"; }
            expect TailConflict { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
        }
        /// Appending to a closed stream gets 409 `stream-closed`, whether or not the expected offset is its tail offset.
        example closed_before_it_was_expected {
            given stream.closed and producer.none and tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000002";
                body = "de";
            }
            expect Closed { StreamClosed = "true"; StreamNextOffset = "0000000000000003"; }
        }
        /// A retry of a producer's append succeeds, although the tail offset has changed since.
        example expected_again {
            given stream.open and producer.repeated and tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000";
                    ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000";
                ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                body = "abc";
            }
            expect Repeated { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
        }
        /// If the expected offset is right and `Stream-Seq` is not, the append gets 409.
        example expected_out_of_order {
            given stream.open and sequence.repeated and not tail.unexpected {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000001"; StreamSeq = "2";
                body = "y";
            }
            expect SequenceConflict { StreamNextOffset = "0000000000000001"; }
        }
        /// If `Stream-Seq` is right and the expected offset is not, the append gets 409.
        example unexpected_in_order {
            given stream.open and tail.unexpected and not sequence.repeated {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000"; StreamSeq = "3";
                body = "y";
            }
            expect TailConflict { StreamNextOffset = "0000000000000001"; }
        }
        /// The tail of a new fork is at the fork offset.
        example expected_of_a_fork {
            given stream.open and not tail.unexpected {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; StreamExpectedOffset = "0000000000000002";
                body = "x";
            }
            expect Appended { StreamNextOffset = "0000000000000003"; }
        }
        /// An expected offset must be one that this server has sent, not `-1` or `now`.
        example malformed_expectation for offset in ["-1", "now", "3", "000000000000000a"] {
            send POST "/v1/stream/a" { ContentType = "text/plain"; StreamExpectedOffset = offset; body = "x"; }
            expect BadRequest;
        }
        /// With a matching `If-Match`, the append succeeds, and the response contains the entity tag for the next one.
        example matched {
            given stream.open and not precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = "*"; body = "de"; }
            expect Appended { StreamNextOffset = "0000000000000005"; Etag; }
        }
        /// If `If-Match` does not match, the append gets 412, with the tail offset and the current entity tag.
        example unmatched for tags in ["\"a\"", "W/\"a\", \"b\""] {
            given stream.open and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = tags; body = "de"; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
        }
        /// An entity tag from before the stream was closed no longer matches.
        example closed_unmatched {
            given stream.closed and producer.none and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
            }
            send POST "/v1/stream/a" { StreamClosed = "true"; IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000000"; StreamClosed = "true"; Etag; }
        }
        /// The precondition of a retried append is not checked again.
        example matched_again {
            given stream.open and producer.repeated and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
            }
            send POST "/v1/stream/a" {
                ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                IfMatch = "\"a\"";
                body = "abc";
            }
            expect Repeated { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
        }
        /// With `If-None-Match: *`, an append to an existing stream gets 412.
        example appended_where_one_is {
            given stream.open and precondition.failed { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; IfNoneMatch = "*"; body = "x"; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000000"; Etag; }
        }
        /// A malformed precondition gets 400.
        example malformed_precondition for tags in ["abc", "\"abc", "*, \"abc\""] {
            send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = tags; body = "x"; }
            expect BadRequest;
        }
        /// An append with a content coding gets 415. The server decides this from the headers.
        example encoded for codings in ["gzip", "br", "zstd", "identity, gzip", "gzip,gzip", "GZip", "utf-8"] {
            given content_coding.unsupported;
            send POST "/v1/stream/a" { ContentType = "application/json"; ContentEncoding = codings; body = "1f8b"; }
            expect ContentCodingUnsupported { AcceptEncoding = "identity"; }
        }
        /// The content coding `identity` is accepted, as is an empty list.
        example encoded_as_itself for codings in ["identity", "Identity", "identity, identity", ""] {
            given stream.open and not content_coding.unsupported {
                PUT "/v1/stream/a" { ContentType = "text/plain"; ContentEncoding = codings; body = "abc"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; ContentEncoding = codings; body = "de"; }
            expect Appended { StreamNextOffset = "0000000000000005"; }
        }
        /// After the first byte of a UTF-8 character, an append must start with the rest of it.
        example no_text for body in ["b", "é"] {
            given stream.open and text.invalid {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
            }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = body; }
            expect InvalidText;
        }
        /// A text stream can't be closed within a UTF-8 character.
        example closed_within_a_character {
            given stream.open and text.invalid {
                PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
            }
            send POST "/v1/stream/a" { StreamClosed = "true"; }
            expect InvalidText;
        }
        /// An append without a body gets 400, unless it closes the stream.
        example empty {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; }
            expect EmptyBody;
        }
        /// An append of an empty JSON array gets 400.
        example empty_array {
            given stream.open and messages.empty { PUT "/v1/stream/a" { ContentType = "application/json"; } }
            send POST "/v1/stream/a" { ContentType = "application/json"; body = "[]"; }
            expect NoMessages;
        }
        /// A body that is not valid JSON can't be appended to a JSON stream.
        example no_json for body in ["{\"a\":", "[1, 2", "1 2", "undefined"] {
            given stream.open and messages.invalid { PUT "/v1/stream/a" { ContentType = "application/json"; } }
            send POST "/v1/stream/a" { ContentType = "application/json"; body = body; }
            expect InvalidMessages;
        }
        /// A message that exceeds the limit `message` gets 413, also within an array.
        example message_too_long for body in ["\"12345\"", "[1, \"12345\"]"] {
            given limits.message = 4 B;
            given stream.open and messages.too_large { PUT "/v1/stream/a" { ContentType = "application/json"; } }
            send POST "/v1/stream/a" { ContentType = "application/json"; body = body; }
            expect MessagesTooLarge;
        }
        /// A body that exceeds the limit `body` gets 413.
        example body_too_long {
            given limits.body = 4 B;
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "12345"; }
            expect TooLarge;
        }
        /// If the database has no room for more data, the response contains the seconds to wait before retrying.
        example appended_without_room {
            given limits.database_appends = 0;
            given stream.open and database.full { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            expect NoRoom { RetryAfter = "60"; }
        }
        /// A stream can be closed even then.
        example closed_without_room {
            given limits.database_appends = 0;
            given stream.open and database.full { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { StreamClosed = "true"; }
            expect Appended { StreamNextOffset = "0000000000000000"; StreamClosed = "true"; }
        }
        /// If the server has no memory left for a body, the request gets 429.
        example body_without_room {
            given limits.memory = 0 B;
            given limits.memory_small = 0 B;
            given limits.memory_pages = 0 B;
            given stream.open and body.crowded { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
            expect Busy { RetryAfter = "1"; }
        }
        /// If the client stops sending within a body, it gets 408, and the stream is unchanged.
        example body_that_stalls {
            given stream.open and body.stalled { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "half of"; }
            expect BodyStalled;
        }
        /// An append with a content type other than the stream's gets 409.
        example of_another_type {
            given stream.open and content_type.differs { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "application/json"; body = "1"; }
            expect ContentTypeConflict { not ProducerExpectedSeq; not ProducerReceivedSeq; }
        }
        /// Appending to a stream that does not exist gets 404.
        example to_nothing {
            given stream.absent;
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
            expect NotFound;
        }
        /// If storage does not confirm an append, it is not acknowledged.
        example unheard {
            given stream.open and failure { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
            expect Unavailable { RetryAfter = "1"; }
        }
    }
}
