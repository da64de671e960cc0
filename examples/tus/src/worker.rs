//! The Worker: requests, R2, and responses.

use crate::bucket::{Bucket, Listed};
use crate::failure::Failure;
use crate::protocol::{Limits, Route, admit, serve};
use crate::uploads::Uploads;
use futures_util::StreamExt as _;
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::Write as _;
use wire::{Body, Chunks, Source, Unread};
use worker::{ByteStream, Conditional, Context, Env, Headers, Request, Response, Result, console_error, event};

/// Size of the parts in which a complete upload is written. R2 requires parts of one size.
const PART: usize = 8 << 20;

/// Maximum number of keys that R2 deletes at once.
const KEYS: usize = 1000;

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> Result<Response> {
    let limits = Limits::DECLARED.overridden(|name| env.var(name).ok().map(|value| value.to_string()));
    let limits = limits.map_err(|error| error.to_string())?;
    let uploads = Uploads { bucket: R2(env.bucket("R2")?), limits, new_id, log: |failure| console_error!("{failure}") };
    let head = Head::of(&request)?;
    let body = Upload(request.stream().ok());
    let response = match admit(&head, &uploads) {
        Err(response) => response,
        Ok(Route::Uploads(_) | Route::Upload(_)) => serve(&uploads, &head, body).await,
    };
    respond(response)
}

fn respond(response: wire::Response<Infallible>) -> Result<Response> {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        headers.set(name, value)?;
    }
    let sent = match response.body {
        Body::Bytes(bytes) => Response::from_bytes(bytes)?,
        Body::Empty | Body::Events(_) => Response::empty()?,
    };
    Ok(sent.with_status(response.status).with_headers(headers))
}

/// 128 random bits.
fn new_id() -> String {
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("the platform has random numbers");
    random.iter().fold(String::new(), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// The head of a request.
struct Head {
    method: String,
    path: String,
    query: String,
    headers: Headers,
}

impl Head {
    fn of(request: &Request) -> Result<Self> {
        let (url, headers) = (request.url()?, request.headers().clone());
        let query = url.query().unwrap_or_default().to_owned();
        Ok(Self { method: request.method().to_string(), path: url.path().to_owned(), query, headers })
    }
}

impl Source for Head {
    fn method(&self) -> &str {
        &self.method
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn query(&self) -> &str {
        &self.query
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers.get(name).ok()?.map(Cow::Owned)
    }
}

/// The body of a request; `None` if it has none.
struct Upload(Option<ByteStream>);

impl Chunks for Upload {
    async fn next(&mut self) -> std::result::Result<Option<Vec<u8>>, Unread> {
        let Some(stream) = &mut self.0 else { return Ok(None) };
        stream.next().await.transpose().map_err(|_| Unread::Broken)
    }
}

/// A bucket of R2.
struct R2(worker::Bucket);

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self(error.to_string())
    }
}

impl Bucket for R2 {
    async fn put_new(&self, key: &str, bytes: Vec<u8>) -> std::result::Result<bool, Failure> {
        let absent = Conditional { etag_does_not_match: Some("*".to_owned()), ..Conditional::default() };
        Ok(self.0.put(key, bytes).only_if(absent).execute().await?.is_some())
    }

    async fn get(&self, key: &str) -> std::result::Result<Option<Vec<u8>>, Failure> {
        let object = self.0.get(key).execute().await?;
        match object.as_ref().and_then(worker::Object::body) {
            Some(body) => Ok(Some(body.bytes().await?)),
            None => Ok(None),
        }
    }

    async fn list(&self, prefix: &str) -> std::result::Result<Vec<Listed>, Failure> {
        let mut listed: Vec<Listed> = Vec::new();
        loop {
            let list = self.0.list().prefix(prefix);
            let after = listed.last().map(|object| object.key.clone());
            let page = match after {
                Some(key) => list.start_after(key),
                None => list,
            };
            let page = page.execute().await?;
            let objects = page.objects().into_iter();
            listed.extend(objects.map(|object| Listed { key: object.key(), size: object.size() }));
            if !page.truncated() {
                return Ok(listed);
            }
        }
    }

    async fn join(&self, key: &str, parts: &[String]) -> std::result::Result<(), Failure> {
        if parts.is_empty() {
            // An upload in parts has at least one.
            self.0.put(key, Vec::new()).execute().await?;
            return Ok(());
        }
        let upload = self.0.create_multipart_upload(key).execute().await?;
        let (mut uploaded, mut part) = (Vec::new(), Vec::new());
        for (index, name) in parts.iter().enumerate() {
            let missing = || Failure(format!("{name} is missing"));
            part.extend(self.get(name).await?.ok_or_else(missing)?);
            let is_last = index + 1 == parts.len();
            while part.len() >= PART || (is_last && !part.is_empty()) {
                let rest = part.split_off(part.len().min(PART));
                let number = u16::try_from(uploaded.len() + 1).map_err(|error| Failure(error.to_string()))?;
                uploaded.push(upload.upload_part(number, std::mem::replace(&mut part, rest)).await?);
            }
        }
        upload.complete(uploaded).await?;
        Ok(())
    }

    async fn delete(&self, keys: Vec<String>) -> std::result::Result<(), Failure> {
        for keys in keys.chunks(KEYS) {
            self.0.delete_multiple(keys.to_vec()).await?;
        }
        Ok(())
    }
}
