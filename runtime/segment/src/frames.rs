use crate::{Damage, Kind};

/// Bytes of the length prefix of each frame.
pub(crate) const LENGTH_BYTES: usize = 4;

/// Iterates over the frames of a block.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    rest: &'a [u8],
}

impl<'a> Frames<'a> {
    /// The frames in `bytes`, which must contain only complete frames.
    pub(crate) fn whole(bytes: &'a [u8]) -> Result<Self, Damage> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = split(rest).ok_or(Damage("a frame is longer than its block"))?.1;
        }
        Ok(Self { rest: bytes })
    }

    /// The number of offsets that the frames span.
    pub(crate) fn span(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Json => self.clone().count() as u64,
            Kind::Bytes => self.clone().map(|frame| frame.len() as u64).sum(),
        }
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (frame, rest) = split(self.rest)?;
        self.rest = rest;
        Some(frame)
    }
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
