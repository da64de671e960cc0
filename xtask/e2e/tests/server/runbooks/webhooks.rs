//! Trouble with what the server sends to others.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::deployment::{Deployment, wait_until};
use super::page::Runbook;

const MAILER: &str = "/v1/stream/__ds/subscriptions/mailer";

pub fn webhooks_fail(runbook: &mut Runbook) {
    let receiver = Receiver::start();
    let mut deployment = Deployment::new(&[]);
    deployment.create("orders/2026", "content");
    let configuration =
        format!(r#"{{"type":"webhook","streams":["orders/2026"],"webhook":{{"url":"{}"}}}}"#, receiver.url);
    let put = deployment.request("PUT", MAILER).header("content-type", "application/json");
    put.body(configuration).send().expect(201);
    deployment.append("orders/2026", "more").expect(204);
    let shows = |deployment: &mut Deployment, text: &str| {
        wait_until(text, || deployment.request("GET", MAILER).send().expect(200).text().contains(text));
    };
    let sign = r#""status":"failed""#;
    assert!(runbook.signs().contains(sign));
    shows(&mut deployment, sign);

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains(sign) && printed[1].contains(sign), "{printed:?}");
    let reason = printed[1].split_once(r#""last_error":""#).and_then(|(_, rest)| rest.split('"').next());
    assert_eq!(reason, Some("The webhook answered with status 500."));

    receiver.succeeds.store(true, Ordering::Relaxed);
    // The tail: nothing was lost.
    shows(&mut deployment, r#""acked_offset":"000000000000000B""#);
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains(r#""status":"active""#) && printed[0].contains(r#""retry_count":0"#), "{printed:?}");
    deployment.follow(runbook.next_block());
    deployment.request("GET", MAILER).send().expect(404);
}

/// A receiver of webhooks. It runs until the test program ends.
struct Receiver {
    url: String,
    succeeds: Arc<AtomicBool>,
}

impl Receiver {
    /// A receiver that answers 500 until it `succeeds`.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/wake", listener.local_addr().expect("an address"));
        let succeeds = Arc::new(AtomicBool::new(false));
        let receiver = Self { url, succeeds: succeeds.clone() };
        thread::spawn(move || {
            for connection in listener.incoming() {
                // A server that hangs up gets no answer.
                connection.and_then(|connection| answer(&connection, succeeds.load(Ordering::Relaxed))).ok();
            }
        });
        receiver
    }
}

/// Reads one request, and answers it.
fn answer(connection: &TcpStream, succeeds: bool) -> io::Result<()> {
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
    reader.read_exact(&mut vec![0; length])?;
    let (status, body) = if succeeds { ("200 OK", r#"{"done":true}"#) } else { ("500 Internal Server Error", "{}") };
    write!(&mut &*connection, "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
