//! `cargo run -p kv`: serves the store on 127.0.0.1:8080, or on the address in the first argument.

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kv::http;
use kv::protocol::Limits;
use kv::store::Store;
use std::rc::Rc;
use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    LocalSet::new().run_until(serve(listener)).await
}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let limits = Limits::DECLARED.overridden(|name| std::env::var(name).ok()).map_err(std::io::Error::other)?;
    let store = Rc::new(Store::new(limits));
    loop {
        let (stream, _) = listener.accept().await?;
        let store = store.clone();
        spawn_local(async move {
            let answer = service_fn(|request| http::answer(&store, request));
            // An error here is a connection that the client has closed.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}
