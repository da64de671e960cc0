//! A receiver of webhooks.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver as Received};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::PATIENCE;

/// A status and a body.
type Answer = (u16, &'static str);

/// An HTTP server that gives every request the same response. It runs until the test program ends.
pub struct Receiver {
    url: String,
    bodies: Received<Vec<u8>>,
    answer: Arc<Mutex<Answer>>,
}

impl Receiver {
    /// Starts one on a free port. It accepts requests, and will process them later: 202.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/wake", listener.local_addr().expect("an address"));
        let (sender, bodies) = mpsc::channel();
        let answer = Arc::new(Mutex::new((202, "")));
        let own = Self { url, bodies, answer: answer.clone() };
        thread::spawn(move || {
            for connection in listener.incoming() {
                // A server that hangs up gets no response, and a test that has ended needs no body.
                if let Ok(body) = connection.and_then(|connection| receive(&connection, &answer)) {
                    sender.send(body).ok();
                }
            }
        });
        own
    }

    /// Responds with this status and this body from now on.
    pub fn answer(&self, status: u16, body: &'static str) {
        *self.answer.lock().expect("no thread panics") = (status, body);
    }

    /// The URL of the webhook.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body of the next request, in the order in which they arrived.
    #[track_caller]
    pub fn next(&self) -> Vec<u8> {
        self.bodies.recv_timeout(PATIENCE).expect("a request to the webhook")
    }
}

/// Reads a request, and responds to it.
fn receive(connection: &TcpStream, answer: &Mutex<Answer>) -> io::Result<Vec<u8>> {
    connection.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        let field = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        length = field.map_or(Ok(length), |(_, value)| value.trim().parse()).map_err(io::Error::other)?;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, content) = *answer.lock().expect("no thread panics");
    let head = format!("HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: {}\r\n\r\n", content.len());
    write!(&mut &*connection, "{head}{content}")?;
    Ok(body)
}
