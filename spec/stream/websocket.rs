//! Following a stream over a WebSocket.

macros::part! {
    /// Streams stored and then new data over a WebSocket (server extension, §11). Each binary message contains one or more events in
    /// SSE format. A text message requests an acknowledgment: send it back unchanged once you have processed every message before it.
    /// The server stops sending while too much is unacknowledged (limit `reader_window`). It closes the connection with code 1008 if
    /// the client sends anything else.
    endpoint websocket = GET when Live is WebSocket {
        needs read(path);

        request {
            Position;
            Cursor?;
            IfMatch?;
            Upgrade;
            Subprotocol?;
        }
        refuse {
            stream.absent                => NotFound;
            stream.gone                  => Gone;
            position.trimmed             => Trimmed;
            position.beyond              => BeyondTail;
            stream.open and readers.full => Busy;
            precondition.failed          => PreconditionFailed;
        }
        answer {
            stream.open   => Messages;
            stream.closed => Messages;
        }

        /// Events until the stream is closed, or until the client or the server closes the connection.
        outcome Messages = 101 { StreamSseDataEncoding?; Subprotocol?; body events Feed; }

        /// The first message contains the stored data, and then a control event with the reader's position.
        example attended {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; }
            expect Messages {
                not StreamSseDataEncoding;
                body = "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",";
            }
        }
        /// Data that is not text is encoded as base64.
        example attended_as_bytes {
            given stream.open { PUT "/v1/stream/a" { ContentType = "image/png"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; }
            expect Messages {
                StreamSseDataEncoding = "base64";
                body = "event: data\ndata:YWJj\n\nevent: control\n";
            }
        }
        /// At the end of a closed stream, the control event contains `streamClosed`, and the server closes the connection.
        example attended_to_its_end {
            given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
            send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; }
            expect Messages {
                body = "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n";
            }
        }
        /// If `If-Match` does not match, the request gets 412.
        example attended_unmatched {
            given stream.open and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
        }
        /// A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.
        example too_many_attend {
            given limits.readers = 0;
            given stream.open and readers.full { PUT "/v1/stream/a"; }
            send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; }
            expect Busy { RetryAfter = "1"; }
        }
        /// Protocol names are compared without case, and `Upgrade` can list several.
        example attended_in_any_case for upgrade in ["WebSocket", "h2c, websocket", "WEBSOCKET, h2c"] {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = upgrade; }
            expect Messages { not StreamSseDataEncoding; }
        }
        /// A client that names subprotocols must name `durable-streams`, which the server selects.
        example attended_by_subprotocol {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
            send GET "/v1/stream/a" {
                Position = "now"; Live = "ws"; Upgrade = "websocket"; Subprotocol = "chat, durable-streams";
            }
            expect Messages { Subprotocol = "durable-streams"; }
        }
        /// Any other subprotocol gets 400.
        example attended_by_another_subprotocol {
            send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; Subprotocol = "chat"; }
            expect BadRequest;
        }
        /// An upgrade to any other protocol gets 400.
        example attended_otherwise for upgrade in ["h2c", "websockets", "websocket/13"] {
            send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = upgrade; }
            expect BadRequest;
        }
        /// A request without `Upgrade` gets 400.
        example attended_without_a_socket {
            send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; }
            expect BadRequest;
        }
    }
}
