//! A Worker whose object does next to nothing: what it reaches is the ceiling that the platform sets.
//!
//! Built as the real one is. A request goes through the edge to the object of its path. POST reads the body and answers
//! 204, GET answers a small body; below `/d1/`, POST also does what every write has to, one D1 batch, for which PUT
//! makes the tables.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "`durable_object` expands to functions without")]

use worker::{Context, DurableObject, Env, Method, Request, Response, Result, State, durable_object, event};

/// As large as ten small messages of the bench.
const BODY: [u8; 2000] = [b'.'; 2000];

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    env.durable_object("OBJECTS")?.get_by_name(&request.path())?.fetch_with_request(request).await
}

#[durable_object]
pub struct NoopObject {
    env: Env,
}

impl DurableObject for NoopObject {
    fn new(_state: State, env: Env) -> Self {
        Self { env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let with_database = request.path().starts_with("/d1/");
        match request.method() {
            Method::Put if with_database => self.make_tables().await?,
            Method::Post if with_database => self.write(&request.text().await?).await?,
            Method::Post => drop(request.bytes().await?),
            Method::Get => return Response::from_bytes(BODY.to_vec()),
            _ => return Response::error("only GET and POST, and PUT below /d1/", 405),
        }
        Ok(Response::empty()?.with_status(204))
    }
}

impl NoopObject {
    async fn make_tables(&self) -> Result<()> {
        let database = self.env.d1("DB")?;
        database
            .batch(vec![
                database.prepare("CREATE TABLE IF NOT EXISTS fence (id INTEGER PRIMARY KEY, tail INTEGER NOT NULL)"),
                database.prepare("CREATE TABLE IF NOT EXISTS log (start INTEGER PRIMARY KEY, payload TEXT NOT NULL)"),
                database.prepare("INSERT OR IGNORE INTO fence VALUES (1, 0)"),
            ])
            .await?;
        Ok(())
    }

    /// The least that a durable append takes: a row of the log, and one that says how far the log goes.
    async fn write(&self, payload: &str) -> Result<()> {
        let database = self.env.d1("DB")?;
        database
            .batch(vec![
                database.prepare("INSERT INTO log (payload) VALUES (?)").bind(&[payload.into()])?,
                database.prepare("UPDATE fence SET tail = tail + 1 WHERE id = 1"),
            ])
            .await?;
        Ok(())
    }
}
