use crate::{Damage, Kind};

const MAGIC: [u8; 4] = *b"DSSG";

/// What a segment is of: enough to know it again where nothing else is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it holds.
    pub kind: Kind,
    /// The life of the stream.
    pub generation: String,
    /// The path of the stream.
    pub path: String,
    /// The content type of the stream.
    pub content_type: String,
    /// What the stream was created to, in the words of who writes it. May be empty.
    pub policy: String,
    /// The offset of its first message or byte.
    pub start: u64,
}

impl Header {
    /// The version of the format that has a place for what there is to say: the first has none for terms.
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

    /// The header that `bytes` begin with, whatever follows it. No checksum is looked at.
    ///
    /// # Errors
    /// [`Damage`], if it is none, or not there as a whole.
    pub fn peek(bytes: &[u8]) -> Result<Self, Damage> {
        Self::read(bytes).map(|(header, _)| header)
    }

    /// The header, and what follows it.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Damage> {
        let short = Damage("shorter than its header");
        let (magic, rest) = bytes.split_first_chunk().ok_or(short)?;
        if *magic != MAGIC {
            return Err(Damage("no segment"));
        }
        let ([version, kind], mut rest) = rest.split_first_chunk().ok_or(short)?;
        if !(1..=2).contains(version) {
            return Err(Damage("of a version that this program does not know"));
        }
        let kind = match kind {
            b'j' => Kind::Json,
            b'b' => Kind::Bytes,
            _ => return Err(Damage("of a kind that does not exist")),
        };
        let mut text = || {
            let (length, after) = rest.split_first_chunk().ok_or(short)?;
            let (text, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(short)?;
            rest = after;
            std::str::from_utf8(text).map(str::to_owned).map_err(|_| Damage("a header that is no text"))
        };
        let (generation, path, content_type) = (text()?, text()?, text()?);
        let policy = if *version > 1 { text()? } else { String::new() };
        let (start, rest) = rest.split_first_chunk().ok_or(short)?;
        Ok((Self { kind, generation, path, content_type, policy, start: u64::from_be_bytes(*start) }, rest))
    }
}
