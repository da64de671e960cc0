//! Recording the last append of a producer.

macros::part! {
    /// Records that a producer has made its appends up to this sequence number, as if they had been made here. If it retries one, it is not
    /// appended again. This moves a producer with its stream. A later append of the producer is never set back.
    endpoint record = POST when Action is Record {
        needs admin(path);

        request {
            Producer;
            CheckFrom?;
        }
        refuse {
            stream.absent => NoStream;
            stream.gone   => NoStream;
        }
        answer {
            stream.open   => Recorded;
            stream.closed => Recorded;
        }

        /// The append was recorded, or a later one is.
        outcome Recorded = 204 { CacheControl = NoStore; }

        /// The producer continues with the next sequence number.
        example recorded {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send POST "/v1/admin/streams/a" {
                Action = "record"; ProducerId = "p"; ProducerEpoch = "3"; ProducerSeq = "41";
            }
            expect Recorded;
        }
        /// The producers of a closed stream can be recorded, too.
        example recorded_of_a_closed_stream {
            given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
            send POST "/v1/admin/streams/a" {
                Action = "record"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
            }
            expect Recorded;
        }
        /// Without a stream, there are no producers.
        example recorded_for_nothing {
            given stream.absent;
            send POST "/v1/admin/streams/a" {
                Action = "record"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
            }
            expect NoStream;
        }
        /// The producer is required.
        example recorded_nobody {
            send POST "/v1/admin/streams/a" { Action = "record"; }
            expect BadRequest;
        }
    }
}
