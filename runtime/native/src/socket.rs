use crate::server::World;
use runtime::host::Mark;
use runtime::host::{Message, Socket};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// An object's end of a connection to a reader. Clones are handles to the same one.
#[derive(Clone)]
pub struct NativeSocket(Rc<Inner>);

struct Inner {
    id: u64,
    /// None once the connection has ended.
    sender: RefCell<Option<UnboundedSender<Piece>>>,
    attachment: RefCell<String>,
    /// Bytes sent that have not been taken.
    open: Rc<Cell<usize>>,
    last_mark: Cell<Option<Mark>>,
    rejected: Cell<bool>,
}

enum Piece {
    Bytes(Vec<u8>),
    Mark(Mark),
}

/// The reader's end: what the edge does for it. Dropped when the reader goes.
pub struct Line {
    receiver: UnboundedReceiver<Piece>,
    socket: NativeSocket,
    path: String,
    world: Weak<World>,
    ends: Instant,
}

/// A connection to the object at `path` that lasts for `time` at most.
pub fn connect(path: &str, id: u64, world: &Weak<World>, time: Duration) -> (NativeSocket, Line) {
    let (sender, receiver) = unbounded_channel();
    let (attachment, open, last_mark, rejected) = Default::default();
    let socket =
        NativeSocket(Rc::new(Inner { id, sender: RefCell::new(Some(sender)), attachment, open, last_mark, rejected }));
    let (path, world, ends) = (path.to_owned(), world.clone(), Instant::now() + time);
    (socket.clone(), Line { receiver, socket, path, world, ends })
}

impl NativeSocket {
    /// What was last written down.
    pub fn attachment(&self) -> String {
        self.0.attachment.borrow().clone()
    }

    /// How many bytes have been sent that the reader has not taken.
    pub fn open_bytes(&self) -> usize {
        self.0.open.get()
    }

    /// The text of the mark that was sent last.
    pub fn last_mark(&self) -> Option<String> {
        self.0.last_mark.get().map(|mark| mark.to_string())
    }

    /// Whether the object has ended it because the reader broke its protocol.
    pub fn is_rejected(&self) -> bool {
        self.0.rejected.get()
    }

    /// Whether the object has not ended it.
    pub fn is_open(&self) -> bool {
        self.0.sender.borrow().is_some()
    }

    fn post(&self, message: Message<'_>) {
        let piece = match message {
            Message::Bytes(bytes) => {
                self.0.open.set(self.0.open.get() + bytes.len());
                Piece::Bytes(bytes.to_vec())
            }
            Message::Mark(mark) => {
                self.0.last_mark.set(Some(mark));
                Piece::Mark(mark)
            }
        };
        if let Some(sender) = &*self.0.sender.borrow() {
            // Whoever has gone doesn't get it.
            let _ = sender.send(piece);
        }
    }
}

impl Socket for NativeSocket {
    fn id(&self) -> u64 {
        self.0.id
    }

    fn send<'a>(sockets: impl Iterator<Item = &'a Self>, message: Message<'_>) {
        sockets.for_each(|socket| socket.post(message));
    }

    fn close(&self) {
        self.0.sender.borrow_mut().take();
    }

    fn reject(&self) {
        self.0.rejected.set(true);
        self.close();
    }

    fn save_attachment(&self, attachment: &str) {
        attachment.clone_into(&mut self.0.attachment.borrow_mut());
    }
}

impl Line {
    /// The next bytes; `None` once the connection has ended, or its time is over. Marks are sent back.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            match tokio::time::timeout_at(self.ends, self.receiver.recv()).await {
                Ok(Some(Piece::Bytes(bytes))) => {
                    let open = &self.socket.0.open;
                    open.set(open.get() - bytes.len());
                    return Some(bytes);
                }
                Ok(Some(Piece::Mark(mark))) => {
                    if let Some(world) = self.world.upgrade() {
                        world.heard(&self.path, self.socket.0.id, Some(mark.to_string()));
                    }
                }
                Ok(None) => return None,
                Err(_) => {
                    self.hang_up();
                    return None;
                }
            }
        }
    }

    /// Whether its time is over.
    pub fn is_over(&self) -> bool {
        self.ends <= Instant::now()
    }

    fn hang_up(&self) {
        self.socket.close();
        if let Some(world) = self.world.upgrade() {
            world.hung_up(&self.path, self.socket.0.id);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.hang_up();
    }
}
