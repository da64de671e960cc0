//! A Worker whose object does next to nothing: what it reaches is the ceiling that the platform sets.
//!
//! Built as the real one is. A request goes through the edge to the object of its path. POST reads the body and answers
//! 204, GET answers a small body; below `/d1/`, POST also does what every write has to, one D1 batch, and GET answers a page
//! out of one row of a table or, below `/d1/rows/`, out of several, for which PUT makes the tables and empties the log; below
//! `/held/`, GET answers with events, and none ever comes.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "`durable_object` expands to functions without")]

use worker::worker_sys::web_sys;
use worker::{
    Context, DurableObject, Env, Error, Method, Request, Response, ResponseBody, ResponseBuilder, Result, State,
    durable_object, event,
};

/// As large as ten small messages of the bench.
const BODY: [u8; 2000] = [b'.'; 2000];

/// As large as a page of ours.
const PAGE_BYTES: usize = 1 << 20;
/// Of a page in several rows.
const ROW_BYTES: usize = 1 << 16;

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
            Method::Get if request.path().starts_with("/d1/rows/") => {
                return Response::from_bytes(self.read_rows().await?.into_bytes());
            }
            Method::Get if with_database => return Response::from_bytes(self.read().await?.into_bytes()),
            Method::Get if request.path().starts_with("/held/") => return hold(),
            Method::Get => return Response::from_bytes(BODY.to_vec()),
            _ => return Response::error("only GET and POST, and PUT below /d1/", 405),
        }
        Ok(Response::empty()?.with_status(204))
    }
}

/// The least that a reader takes whom an object holds itself, and who so keeps it from sleeping.
fn hold() -> Result<Response> {
    let builder = ResponseBuilder::new().with_header("content-type", "text/event-stream")?;
    Ok(builder.body(ResponseBody::Stream(web_sys::ReadableStream::new()?)))
}

impl NoopObject {
    async fn make_tables(&self) -> Result<()> {
        let database = self.env.d1("DB")?;
        database
            .batch(vec![
                database.prepare("CREATE TABLE IF NOT EXISTS fence (id INTEGER PRIMARY KEY, tail INTEGER NOT NULL)"),
                database.prepare("CREATE TABLE IF NOT EXISTS log (start INTEGER PRIMARY KEY, payload TEXT NOT NULL)"),
                database.prepare("INSERT OR IGNORE INTO fence VALUES (1, 0)"),
                database.prepare("CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)"),
                database.prepare("INSERT OR IGNORE INTO page VALUES (1, ?)").bind(&[page().into()])?,
                database.prepare("DELETE FROM log"),
                database.prepare("CREATE TABLE IF NOT EXISTS pieces (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)"),
                // Cut out of the page, which has no characters of several bytes.
                database
                    .prepare(
                        "INSERT OR IGNORE INTO pieces WITH RECURSIVE piece(id) AS (VALUES (0) UNION ALL SELECT id + 1 FROM piece LIMIT ?2) \
                         SELECT piece.id, substr(payload, piece.id * ?1 + 1, ?1) FROM piece, page WHERE page.id = 1",
                    )
                    .bind(&[(ROW_BYTES as u32).into(), ((PAGE_BYTES / ROW_BYTES) as u32).into()])?,
            ])
            .await?;
        Ok(())
    }

    /// The least that a page takes.
    async fn read(&self) -> Result<String> {
        let page = self.env.d1("DB")?.prepare("SELECT payload FROM page WHERE id = 1").first(Some("payload")).await?;
        page.ok_or_else(|| Error::RustError("there is no page".to_owned()))
    }

    /// The least that a page takes that was appended in several pieces.
    async fn read_rows(&self) -> Result<String> {
        let rows = self.env.d1("DB")?.prepare("SELECT payload FROM pieces ORDER BY id").raw::<String>().await?;
        Ok(rows.concat().concat())
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

/// A page of JSON messages, of 1 MiB.
fn page() -> String {
    let mut page = r#"{"op":"insert","text":"some text of a message"},"#.repeat(PAGE_BYTES / 48 + 1);
    page.truncate(PAGE_BYTES);
    page
}
