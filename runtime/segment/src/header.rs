use crate::{Damage, Kind};

const MAGIC: [u8; 4] = *b"DSSG";

/// Identifies the stream and the offsets of a segment, so that a stream can be restored from its segments alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The kind of content.
    pub kind: Kind,
    /// The generation of the stream.
    pub generation: String,
    /// The path of the stream.
    pub path: String,
    /// The content type of the stream.
    pub content_type: String,
    /// The lifetime and retention of the stream, in a format of the writer. Can be empty.
    pub policy: String,
    /// The offset of the first message or byte.
    pub start: u64,
}

impl Header {
    /// The lowest version of the format that can store the header. Version 1 has no policy.
    #[must_use]
    pub fn version(&self) -> u8 {
        if self.policy.is_empty() { 1 } else { 2 }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let policy = (self.version() > 1).then_some(&self.policy);
        [&self.generation, &self.path, &self.content_type].into_iter().chain(policy)
    }

    /// # Panics
    /// If one of the texts is longer than 65,535 bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let kind = match self.kind {
            Kind::Json => b'j',
            Kind::Bytes => b'b',
        };
        out.extend(MAGIC);
        out.extend([self.version(), kind]);
        for text in self.texts() {
            out.extend(u16::try_from(text.len()).expect("these texts are short").to_be_bytes());
            out.extend(text.as_bytes());
        }
        out.extend(self.start.to_be_bytes());
    }

    /// Parses the header at the beginning of `bytes` and ignores the rest. No checksum is verified.
    ///
    /// # Errors
    /// [`Damage`], if the header is invalid or incomplete.
    pub fn peek(bytes: &[u8]) -> Result<Self, Damage> {
        Self::read(bytes).map(|(header, _)| header)
    }

    /// Parses the header, and returns it with the bytes after it.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Damage> {
        let short = Damage("shorter than its header");
        let (magic, rest) = bytes.split_first_chunk().ok_or(short)?;
        if *magic != MAGIC {
            return Err(Damage("not a segment"));
        }
        let ([version, kind], mut rest) = rest.split_first_chunk().ok_or(short)?;
        if !(1..=2).contains(version) {
            return Err(Damage("an unsupported version"));
        }
        let kind = match kind {
            b'j' => Kind::Json,
            b'b' => Kind::Bytes,
            _ => return Err(Damage("an invalid kind")),
        };
        let mut text = || {
            let (length, after) = rest.split_first_chunk().ok_or(short)?;
            let (text, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(short)?;
            rest = after;
            std::str::from_utf8(text).map(str::to_owned).map_err(|_| Damage("a header that is not UTF-8"))
        };
        let (generation, path, content_type) = (text()?, text()?, text()?);
        let policy = if *version > 1 { text()? } else { String::new() };
        let (start, rest) = rest.split_first_chunk().ok_or(short)?;
        Ok((Self { kind, generation, path, content_type, policy, start: u64::from_be_bytes(*start) }, rest))
    }
}
