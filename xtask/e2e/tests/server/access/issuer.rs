//! A server of keys.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;
use token::SigningKey;

/// A server whose answer can be changed. It runs until the test program ends.
pub struct Issuer {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answer: String,
    /// The time that each answer takes.
    delay: Duration,
    /// The target of each request.
    asked: Vec<String>,
}

impl Issuer {
    /// A server that answers 500.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let issuer = Self { url, state: Arc::default() };
        issuer.fail();
        let state = issuer.state.clone();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (connection, state) = (connection.expect("a connection"), state.clone());
                // A client that hangs up gets no answer.
                thread::spawn(move || answer(&connection, &state).ok());
            }
        });
        issuer
    }

    /// Where the keys are.
    pub fn url(&self) -> String {
        format!("{}/keys", self.url)
    }

    /// Answers with the public parts of these keys.
    pub fn publish(&self, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.verifying_jwk()).collect();
        self.send("200 OK", "", &json!({ "keys": keys }).to_string());
    }

    /// Answers with the public part of this key, and a long text besides.
    pub fn publish_long(&self, key: &SigningKey, length: usize) {
        self.send("200 OK", "", &json!({ "keys": [key.verifying_jwk()], "text": "x".repeat(length) }).to_string());
    }

    /// Answers 500.
    pub fn fail(&self) {
        self.send("500 Internal Server Error", "", "{}");
    }

    /// Sends clients elsewhere on the same server.
    pub fn redirect(&self) {
        self.send("302 Found", &format!("location: {}/elsewhere\r\n", self.url), "");
    }

    /// Takes this long for each answer.
    pub fn delay(&self, delay: Duration) {
        self.state.lock().expect("nobody panics").delay = delay;
    }

    /// The targets of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().expect("nobody panics").asked.clone()
    }

    fn send(&self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        self.state.lock().expect("nobody panics").answer =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}");
    }
}

fn answer(mut connection: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (answer, delay) = {
        let mut state = state.lock().expect("nobody panics");
        state.asked.push(first.split(' ').nth(1).unwrap_or_default().to_owned());
        (state.answer.clone(), state.delay)
    };
    thread::sleep(delay);
    connection.write_all(answer.as_bytes())
}
