use crate::{Damage, Kind, VERSION};

const MAGIC: [u8; 4] = *b"DSSG";

/// What a segment is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it holds.
    pub kind: Kind,
    /// The life of the stream.
    pub generation: String,
    /// The offset of its first message or byte.
    pub start: u64,
}

impl Header {
    /// # Panics
    /// If the generation is longer than 255 bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let kind = match self.kind {
            Kind::Json => b'j',
            Kind::Bytes => b'b',
        };
        let length = u8::try_from(self.generation.len()).expect("a generation is short");
        out.extend(MAGIC);
        out.extend([VERSION, kind, length]);
        out.extend(self.generation.as_bytes());
        out.extend(self.start.to_be_bytes());
    }

    /// The header, and what follows it.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Damage> {
        let short = Damage("shorter than its header");
        let (magic, rest) = bytes.split_first_chunk().ok_or(short)?;
        if *magic != MAGIC {
            return Err(Damage("no segment"));
        }
        let ([version, kind, length], rest) = rest.split_first_chunk().ok_or(short)?;
        if *version != VERSION {
            return Err(Damage("of a version that this program does not know"));
        }
        let kind = match kind {
            b'j' => Kind::Json,
            b'b' => Kind::Bytes,
            _ => return Err(Damage("of a kind that does not exist")),
        };
        let (generation, rest) = rest.split_at_checked(usize::from(*length)).ok_or(short)?;
        let generation =
            std::str::from_utf8(generation).map_err(|_| Damage("a generation that is no text"))?.to_owned();
        let (start, rest) = rest.split_first_chunk().ok_or(short)?;
        Ok((Self { kind, generation, start: u64::from_be_bytes(*start) }, rest))
    }
}
