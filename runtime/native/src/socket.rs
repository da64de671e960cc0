use runtime::host::Mark;
use runtime::host::{Message, Socket};
use runtime::metrics::Ending;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

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
    ending: Cell<Option<Ending>>,
}

/// A part of what an object sends.
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    Mark(Mark),
}

impl NativeSocket {
    /// An open connection, and what comes through it.
    pub(crate) fn open(id: u64) -> (Self, UnboundedReceiver<Piece>) {
        let (sender, receiver) = unbounded_channel();
        let (attachment, open, last_mark, rejected, ending) = Default::default();
        let sender = RefCell::new(Some(sender));
        (Self(Rc::new(Inner { id, sender, attachment, open, last_mark, rejected, ending })), receiver)
    }

    /// The reader has taken so many bytes.
    pub(crate) fn taken(&self, length: usize) {
        self.0.open.set(self.0.open.get() - length);
    }

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

    /// The ending that the object has told the edge, if it has ended it so.
    pub fn ending(&self) -> Option<Ending> {
        self.0.ending.get()
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
            // Its readers never share a socket.
            Message::Join(_) => return,
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

    fn end(&self, ending: Ending) {
        self.0.ending.set(Some(ending));
        self.close();
    }

    fn reject(&self) {
        self.0.rejected.set(true);
        self.close();
    }

    fn save_attachment(&self, attachment: &str) {
        attachment.clone_into(&mut self.0.attachment.borrow_mut());
    }
}
