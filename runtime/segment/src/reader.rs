use crate::{Damage, Frames, Header, Index, Kind, digest};

const MAGIC: [u8; 4] = *b"GSSD";

/// The last bytes of a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trailer {
    /// The offset after the last message or byte.
    pub(crate) stop: u64,
    pub(crate) frames: u64,
    /// Bytes of the index, which precedes the trailer.
    pub(crate) index: u64,
    /// Whether the stream was closed at the end of this segment.
    pub(crate) closed: bool,
}

impl Trailer {
    const BYTES: usize = 33;

    fn values(self) -> [u8; 25] {
        let mut values = [0; 25];
        let numbers = [self.stop, self.frames, self.index];
        values.chunks_exact_mut(8).zip(numbers).for_each(|(place, value)| place.copy_from_slice(&value.to_be_bytes()));
        values[24] = u8::from(self.closed);
        values
    }

    /// The checksum of all bytes outside of blocks: header, index, and the trailer itself.
    fn checksum(self, header: &[u8], index: &[u8]) -> u32 {
        let mut digest = digest();
        [header, index, &self.values()].into_iter().for_each(|part| digest.update(part));
        digest.finalize()
    }

    pub(crate) fn write(self, header: &[u8], index: &str, out: &mut Vec<u8>) {
        out.extend(self.values());
        out.extend(self.checksum(header, index.as_bytes()).to_be_bytes());
        out.extend(MAGIC);
    }

    /// Parses the trailer. Returns it with its checksum and the bytes before it.
    fn read(bytes: &[u8]) -> Result<(Self, u32, &[u8]), Damage> {
        let short = Damage("shorter than its trailer");
        let (before, trailer) = bytes.split_last_chunk::<{ Self::BYTES }>().ok_or(short)?;
        let (values, end) = trailer.split_at(25);
        let (checksum, magic) = end.split_at(4);
        if magic != MAGIC {
            return Err(Damage("not the end of a segment"));
        }
        let mut numbers = values.chunks_exact(8).map(|value| u64::from_be_bytes(value.try_into().unwrap_or_default()));
        let mut number = || numbers.next().ok_or(short);
        let closed = values[24] != 0;
        let trailer = Self { stop: number()?, frames: number()?, index: number()?, closed };
        Ok((trailer, u32::from_be_bytes(checksum.try_into().map_err(|_| short)?), before))
    }
}

/// A complete segment whose bytes were all verified.
#[derive(Debug)]
pub struct Segment<'a> {
    /// Its header.
    pub header: Header,
    /// Its index.
    pub index: Index,
    /// The number of its frames.
    pub frames: u64,
    /// Whether the stream was closed at the end of this segment.
    pub closed: bool,
    bytes: &'a [u8],
}

impl<'a> Segment<'a> {
    /// Parses and verifies a complete segment.
    ///
    /// # Errors
    /// [`Damage`], if the bytes differ from those that were written.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Damage> {
        let (header, after_header) = Header::read(bytes)?;
        let (trailer, checksum, before) = Trailer::read(bytes)?;
        let long = Damage("an index that is longer than its segment");
        let index_at = usize::try_from(trailer.index).ok().and_then(|index| before.len().checked_sub(index));
        let (blocks, index) = before.split_at(index_at.ok_or(long)?);
        let first = bytes.len() - after_header.len();
        if blocks.len() < first {
            return Err(long);
        }
        if trailer.checksum(&bytes[..first], index) != checksum {
            return Err(Damage("a wrong checksum of header and index"));
        }
        let index = std::str::from_utf8(index).map_err(|_| Damage("an index that is not UTF-8"))?;
        let index = Index::read(index, header.start)?;
        let segment = Self { header, index, frames: trailer.frames, closed: trailer.closed, bytes };
        segment.check(first, blocks.len(), trailer)?;
        Ok(segment)
    }

    fn check(&self, first: usize, end: usize, trailer: Trailer) -> Result<(), Damage> {
        let range = |position: usize| position as u64;
        let blocks = self.index.blocks();
        let extent = blocks.first().zip(blocks.last()).map(|(first, last)| first.position..last.position + last.length);
        if extent != Some(range(first)..range(end)) || self.index.stop() != trailer.stop {
            return Err(Damage("an index that does not fit its segment"));
        }
        let mut frames = 0;
        for opened in self.opened() {
            frames += opened?.count() as u64;
        }
        if frames == trailer.frames { Ok(()) } else { Err(Damage("a wrong number of frames")) }
    }

    fn opened(&self) -> impl Iterator<Item = Result<Frames<'a>, Damage>> {
        let bytes = self.bytes;
        self.index.blocks().iter().map(move |block| {
            let range = usize::try_from(block.position).ok().zip(usize::try_from(block.position + block.length).ok());
            let bytes =
                range.and_then(|(from, to)| bytes.get(from..to)).ok_or(Damage("a block of the wrong length"))?;
            block.open(self.header.kind, bytes)
        })
    }

    /// All frames: the messages of a JSON stream, or pieces of the bytes of any other stream.
    pub fn content(&self) -> impl Iterator<Item = &'a [u8]> {
        // `read` has verified each block.
        self.opened().filter_map(Result::ok).flatten()
    }

    /// All frames without header, index and trailer. Each frame follows its length in four bytes, the most significant byte first.
    #[must_use]
    pub fn bare(&self) -> &'a [u8] {
        let blocks = self.index.blocks();
        let from = blocks.first().map_or(0, |first| first.position as usize);
        &self.bytes[from..blocks.last().map_or(from, |last| (last.position + last.length) as usize)]
    }

    /// The offset after its last message or byte.
    #[must_use]
    pub fn stop(&self) -> u64 {
        self.index.stop()
    }

    /// The kind of its content.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.header.kind
    }
}
