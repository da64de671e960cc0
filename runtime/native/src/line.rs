//! The reader's end of a socket.

use crate::socket::{NativeSocket, Piece};
use crate::world::World;
use runtime::host::Socket as _;
use std::rc::Weak;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

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
    let (socket, receiver) = NativeSocket::open(id);
    let (path, world, ends) = (path.to_owned(), world.clone(), Instant::now() + time);
    (socket.clone(), Line { receiver, socket, path, world, ends })
}

impl Line {
    /// The next bytes; `None` once the connection has ended, or its time is over. Marks are sent back.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            match tokio::time::timeout_at(self.ends, self.receiver.recv()).await {
                Ok(Some(Piece::Bytes(bytes))) => {
                    self.socket.taken(bytes.len());
                    return Some(bytes);
                }
                Ok(Some(Piece::Mark(mark))) => {
                    if let Some(world) = self.world.upgrade() {
                        world.heard(&self.path, self.socket.id(), Some(mark.to_string()));
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
            world.hung_up(&self.path, self.socket.id());
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.hang_up();
    }
}
