use crate::clock::EPOCH_MS;
use crate::fault::Fault;
use runtime::host::{Bucket, BucketError, Folders, List, Listed, end_of};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Maximum number of entries of a page. Few, so that tests meet the end of a list.
const MOST: usize = 3;

/// A bucket in memory, as R2 is to the runtime. Clones are handles to the same one.
#[derive(Clone)]
pub struct Memory(Rc<Inner>);

struct Inner {
    objects: RefCell<BTreeMap<String, Object>>,
    faults: RefCell<Box<dyn Iterator<Item = Fault>>>,
    bytes_read: Cell<u64>,
    requests: Cell<u64>,
    started: Instant,
}

#[derive(Clone)]
struct Object {
    bytes: Rc<Vec<u8>>,
    put: Instant,
}

/// What is asked of a bucket, and changes it.
enum Change {
    Put(String, Vec<u8>),
    Delete(Vec<String>),
}

impl Memory {
    /// An empty bucket.
    #[must_use]
    pub fn new() -> Self {
        let faults: Box<dyn Iterator<Item = Fault>> = Box::new(std::iter::empty());
        Self(Rc::new(Inner {
            objects: RefCell::default(),
            faults: RefCell::new(faults),
            bytes_read: Cell::default(),
            requests: Cell::default(),
            started: Instant::now(),
        }))
    }

    /// Lets the next requests meet these faults, one each, in place of any that have not happened.
    pub fn inject<F: IntoIterator<Item = Fault, IntoIter: 'static>>(&self, faults: F) {
        *self.0.faults.borrow_mut() = Box::new(faults.into_iter());
    }

    /// Forgets faults that have not happened.
    pub fn heal(&self) {
        self.inject([]);
    }

    /// The keys of all objects.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.objects.borrow().keys().cloned().collect()
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.0.bytes_read.get()
    }

    /// How many requests there have been.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.0.requests.get()
    }

    /// Loses an object, as nothing should.
    pub fn lose(&self, key: &str) {
        self.0.objects.borrow_mut().remove(key);
    }

    /// Changes the bytes of an object, as nothing should.
    pub fn damage(&self, key: &str, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(object) = self.0.objects.borrow_mut().get_mut(key) {
            change(Rc::make_mut(&mut object.bytes));
        }
    }

    fn apply(&self, change: Change) -> Result<(), BucketError> {
        let mut objects = self.0.objects.borrow_mut();
        match change {
            Change::Put(key, bytes) if objects.contains_key(&key) => {
                assert_eq!(*objects[&key].bytes, bytes, "{key} is put again with other bytes");
                Ok(())
            }
            Change::Put(key, mut bytes) => {
                // So that it takes what it holds, where memory is counted.
                bytes.shrink_to_fit();
                objects.insert(key, Object { bytes: bytes.into(), put: Instant::now() });
                Ok(())
            }
            Change::Delete(keys) => {
                keys.iter().for_each(|key| drop(objects.remove(key)));
                Ok(())
            }
        }
    }

    /// Others run before and after, as they do around a real round trip.
    async fn arrive(&self) -> Fault {
        tokio::task::yield_now().await;
        self.0.requests.set(self.0.requests.get() + 1);
        let fault = self.0.faults.borrow_mut().next().unwrap_or(Fault::None);
        if let Fault::Slow(delay) = fault {
            tokio::time::sleep(delay).await;
        }
        if fault == Fault::Hung {
            std::future::pending::<()>().await;
        }
        fault
    }

    /// Before anything is read.
    async fn read(&self) -> Result<(), BucketError> {
        match self.arrive().await {
            Fault::None | Fault::Slow(_) | Fault::ReadOnly => Ok(()),
            Fault::Underway(delay) | Fault::SlowAnswer(delay) => {
                tokio::time::sleep(delay).await;
                Ok(())
            }
            Fault::Lost | Fault::Unheard | Fault::Late(_) | Fault::Hung => Err(BucketError("no answer".to_owned())),
        }
    }

    async fn change(&self, change: Change) -> Result<(), BucketError> {
        let fault = self.arrive().await;
        let result = match fault {
            Fault::ReadOnly => Err(BucketError("nothing is stored any more".to_owned())),
            Fault::Lost => Err(BucketError("lost on the way".to_owned())),
            Fault::Late(delay) => {
                let bucket = self.clone();
                tokio::task::spawn_local(async move {
                    tokio::time::sleep(delay).await;
                    // Whoever might want to know has long given up.
                    let _ = bucket.apply(change);
                });
                Err(BucketError("no answer yet".to_owned()))
            }
            Fault::Underway(delay) => {
                let (bucket, (answer, answered)) = (self.clone(), oneshot::channel());
                tokio::task::spawn_local(async move {
                    tokio::time::sleep(delay).await;
                    // The caller may have given up.
                    let _ = answer.send(bucket.apply(change));
                });
                answered.await.unwrap_or_else(|_| Err(BucketError("no answer".to_owned())))
            }
            Fault::SlowAnswer(delay) => {
                let result = self.apply(change);
                tokio::time::sleep(delay).await;
                result
            }
            Fault::None | Fault::Slow(_) | Fault::Hung => self.apply(change),
            Fault::Unheard => self.apply(change).and(Err(BucketError("no answer".to_owned()))),
        };
        tokio::task::yield_now().await;
        result
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Bucket for Memory {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.change(Change::Put(key.to_owned(), bytes)).await
    }

    async fn get(&self, key: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, BucketError> {
        self.read().await?;
        let object = self.0.objects.borrow().get(key).cloned();
        tokio::task::yield_now().await;
        Ok(object.map(|object| {
            let at = |position: u64| object.bytes.len().min(usize::try_from(position).unwrap_or(usize::MAX));
            let bytes = object.bytes[at(range.start)..at(range.end)].to_vec();
            self.0.bytes_read.set(self.0.bytes_read.get() + bytes.len() as u64);
            bytes
        }))
    }

    async fn list(&self, prefix: &str, after: &str) -> Result<List, BucketError> {
        self.read().await?;
        let objects = self.0.objects.borrow();
        let mut found = objects.iter().filter(|(key, _)| key.starts_with(prefix) && ***key > *after);
        let listed = |(key, object): (&String, &Object)| {
            let age = (object.put - self.0.started).as_millis();
            let (put_ms, bytes) = (EPOCH_MS + u64::try_from(age).unwrap_or(0), object.bytes.len() as u64);
            Listed { key: key.clone(), put_ms, bytes }
        };
        let objects = found.by_ref().take(MOST).map(listed).collect();
        Ok(List { objects, more: found.next().is_some() })
    }

    async fn folders(&self, prefix: &str, after: &str) -> Result<Folders, BucketError> {
        self.read().await?;
        let objects = self.0.objects.borrow();
        let found = objects.keys().filter(|key| key.starts_with(prefix) && ***key > *after);
        // Each entry is a folder, or a key that is in none.
        let entry = |key: &String| key[prefix.len()..].find('/').map_or(key.len(), |length| prefix.len() + length + 1);
        let mut entries: Vec<&str> = found.map(|key| &key[..entry(key)]).collect();
        entries.dedup();
        let page = entries[..entries.len().min(MOST)].iter();
        let next = page.clone().next_back().filter(|_| entries.len() > MOST);
        let next = next.map(|last| if last.ends_with('/') { end_of(last) } else { (*last).to_owned() });
        let folders = page.filter(|entry| entry.ends_with('/')).map(|folder| (*folder).to_owned()).collect();
        Ok(Folders { folders, next })
    }

    async fn delete(&self, keys: Vec<String>) -> Result<(), BucketError> {
        self.change(Change::Delete(keys)).await
    }
}
