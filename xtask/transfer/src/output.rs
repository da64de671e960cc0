//! A file that is written, entry by entry, and perhaps continued later.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};

use crate::entry::{Entries, Entry, Export, Order, Stream, Totals};
use crate::frame::{self, Flaw, Position};

/// The file.
pub struct Output {
    file: BufWriter<File>,
    position: Position,
    order: Order,
}

/// Where an export continues.
pub enum State {
    /// After the stream with this path, or before the first one.
    After(Option<String>),
    /// In a stream, at this offset, or at its beginning.
    Within(Box<Stream>, Option<String>),
    /// The file is complete.
    Over,
}

impl Output {
    /// A new file.
    ///
    /// # Errors
    /// If there is one already, or it can't be written.
    pub fn create(path: &Path, export: Export) -> Result<Self> {
        let file = match OpenOptions::new().write(true).create_new(true).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} exists already. To continue it, use --resume", path.display())
            }
            file => file.with_context(|| format!("{} can't be written", path.display()))?,
        };
        let mut output = Self { file: BufWriter::new(file), position: Position::default(), order: Order::default() };
        output.put(&Entry::Export(export))?;
        Ok(output)
    }

    /// Opens a file that may end early, and cuts off what follows its last whole page or stream.
    ///
    /// # Errors
    /// If the file is damaged before its end, or not even its first frame is whole.
    pub fn resume(path: &Path) -> Result<(Self, Export, State)> {
        let file = OpenOptions::new().read(true).write(true).open(path);
        let mut file = file.with_context(|| format!("{} can't be opened", path.display()))?;
        let (kept, export) = Kept::read(&file).with_context(|| path.display().to_string())?;
        file.set_len(kept.position.at)?;
        file.seek(SeekFrom::End(0))?;
        let output = Self { file: BufWriter::new(file), position: kept.position, order: kept.order };
        Ok((output, export, kept.state))
    }

    /// Appends an entry. After an entry at which an export can continue, the file contains all of it.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn put(&mut self, entry: &Entry) -> Result<()> {
        self.order.follow(entry).map_err(|reason| anyhow!(reason))?;
        let (kind, payload) = entry.frame();
        self.position = frame::write(&mut self.file, self.position, kind, &payload)?;
        if !matches!(entry, Entry::Data(_)) {
            self.file.flush()?;
        }
        Ok(())
    }

    /// Completes the file, if it is not complete yet, and waits until it is on the disk.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn finish(mut self) -> Result<Totals> {
        let totals = self.order.totals();
        if !self.order.is_over() {
            self.put(&Entry::End(totals))?;
        }
        self.file.get_ref().sync_all()?;
        Ok(totals)
    }
}

/// The part of a file that is kept.
struct Kept {
    position: Position,
    order: Order,
    state: State,
}

impl Kept {
    fn read(file: &File) -> Result<(Self, Export)> {
        let mut entries = Entries::new(BufReader::new(file));
        let Some(Entry::Export(export)) = entries.read()? else { bail!("the file is empty") };
        let mut kept = Self { position: entries.position(), order: entries.order(), state: State::After(None) };
        let mut last = None;
        loop {
            let entry = match entries.read() {
                Ok(Some(entry)) => entry,
                Ok(None) | Err(Flaw::EndsEarly(_)) => return Ok((kept, export)),
                Err(flaw) => return Err(flaw.into()),
            };
            kept.state = match (kept.state, entry) {
                (state, Entry::Data(_)) => {
                    kept.state = state;
                    continue;
                }
                (_, Entry::Stream(stream)) => {
                    last = Some(stream.path.clone());
                    State::Within(Box::new(stream), None)
                }
                (State::Within(stream, _), Entry::Page(page)) => State::Within(stream, Some(page.next)),
                (_, Entry::Done(_) | Entry::Lost(_)) => State::After(last.clone()),
                (_, Entry::End(_)) => State::Over,
                (state, _) => state,
            };
            kept.position = entries.position();
            kept.order = entries.order();
        }
    }
}
