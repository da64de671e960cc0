//! A WebSocket response.

use std::net::TcpStream;
use std::time::Duration;

use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::CloseFrame;
use tungstenite::{ClientRequestBuilder, Error, Message, WebSocket, client};

use crate::sse::{Event, Events};
use crate::{PATIENCE, Reply};

/// The client's end.
pub struct Socket(WebSocket<TcpStream>);

/// Asks for a WebSocket at a whole URL of http. There is none if the reply has another status than 101.
#[track_caller]
pub fn open_socket(url: &str, headers: &[(&str, &str)]) -> (Reply, Option<Socket>) {
    let rest = url.strip_prefix("http://").expect("a URL of http");
    let authority = rest.split('/').next().unwrap_or_default();
    let connection = TcpStream::connect(authority).expect("a connection");
    connection.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let request = ClientRequestBuilder::new(format!("ws://{rest}").parse().expect("a URL"));
    let request = headers.iter().fold(request, |request, (name, value)| request.with_header(*name, *value));
    match client(request, connection) {
        Ok((socket, reply)) => {
            let headers = reply.headers().clone();
            (Reply { status: reply.status().as_u16(), headers, body: Vec::new() }, Some(Socket(socket)))
        }
        Err(HandshakeError::Failure(Error::Http(reply))) => {
            let (head, body) = reply.into_parts();
            (Reply { status: head.status.as_u16(), headers: head.headers, body: body.unwrap_or_default() }, None)
        }
        Err(error) => panic!("no handshake: {error}"),
    }
}

impl Socket {
    /// The events of the next message; none when the server has hung up. Marks are sent back.
    #[track_caller]
    pub fn next_events(&mut self) -> Option<Vec<Event>> {
        self.next_text().map(|text| Events::new(101, Default::default(), std::io::Cursor::new(text)).collect())
    }

    /// The text of these events.
    #[track_caller]
    pub fn next_text(&mut self) -> Option<String> {
        loop {
            match self.0.read() {
                Ok(Message::Binary(bytes)) => {
                    return Some(String::from_utf8(bytes.to_vec()).expect("events are UTF-8"));
                }
                Ok(mark @ Message::Text(_)) => self.0.send(mark).expect("the server listens"),
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed) => return None,
                Ok(_) => {}
                Err(error) => panic!("no message: {error}"),
            }
        }
    }

    /// Sends a message that may break the protocol, or come at the wrong time.
    pub fn send(&mut self, message: Message) {
        self.0.send(message).expect("the server listens");
    }

    /// The code with which the server closes the connection, whatever it sends before. Marks are not sent back.
    #[track_caller]
    pub fn close_code(&mut self) -> u16 {
        loop {
            match self.0.read() {
                Ok(Message::Close(frame)) => return frame.expect("a reason").code.into(),
                Ok(_) => {}
                Err(error) => panic!("not closed: {error}"),
            }
        }
    }

    /// Says goodbye with a code, and returns that of the answer. After it, the connection ends.
    #[track_caller]
    pub fn close(mut self, code: u16) -> u16 {
        self.0.close(Some(CloseFrame { code: code.into(), reason: "".into() })).expect("the server listens");
        let answer = self.close_code();
        let end = loop {
            match self.0.read() {
                Ok(_) => {}
                Err(end) => break end,
            }
        };
        assert!(matches!(end, Error::ConnectionClosed), "{end:?}");
        answer
    }

    /// Whether no events come for a moment.
    pub fn is_quiet(&mut self) -> bool {
        self.0.get_ref().set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
        let mut next = self.0.read();
        while let Ok(mark @ Message::Text(_)) = next {
            self.0.send(mark).expect("the server listens");
            next = self.0.read();
        }
        self.0.get_ref().set_read_timeout(Some(PATIENCE)).expect("a timeout");
        matches!(next, Err(Error::Io(_)))
    }
}
