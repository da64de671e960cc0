//! A receiver of webhooks.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver as Received};
use std::thread;

use crate::PATIENCE;

/// An HTTP server that accepts every request, and processes none. It runs until the test program ends.
pub struct Receiver {
    url: String,
    bodies: Received<Vec<u8>>,
}

impl Receiver {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/wake", listener.local_addr().expect("an address"));
        let (sender, bodies) = mpsc::channel();
        thread::spawn(move || {
            for connection in listener.incoming() {
                // A server that hangs up gets no answer, and a test that has ended needs no body.
                if let Ok(body) = connection.and_then(|connection| accept(&connection)) {
                    sender.send(body).ok();
                }
            }
        });
        Self { url, bodies }
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

/// Reads a request, and answers it with 202.
fn accept(connection: &TcpStream) -> io::Result<Vec<u8>> {
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
    write!(&mut &*connection, "HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")?;
    Ok(body)
}
