//! `cargo xtask segment`: inspects a file that was downloaded from R2.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use segment::{Block, Kind, Segment};

/// An operation on a segment.
#[derive(Subcommand)]
pub enum Action {
    /// Verify every byte, and print the header and the blocks.
    Inspect { file: PathBuf },
    /// Verify every byte, and write the frames to stdout, each after its length as a 32-bit big-endian integer.
    Export { file: PathBuf },
}

pub fn run(action: &Action) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match action {
        Action::Inspect { file } => with(file, |segment| Ok(stdout.write_all(describe(segment).as_bytes())?)),
        Action::Export { file } => with(file, |segment| Ok(stdout.write_all(segment.bare())?)),
    }
}

fn with(file: &Path, act: impl FnOnce(&Segment) -> Result<()>) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let segment = Segment::read(&bytes).map_err(|damage| anyhow!("{} is damaged: {damage}", file.display()))?;
    act(&segment)
}

fn describe(segment: &Segment) -> String {
    let kind = match segment.kind() {
        Kind::Json => "JSON messages",
        Kind::Bytes => "bytes",
    };
    let (start, stop, blocks) = (segment.header.start, segment.stop(), segment.index.blocks());
    let mut text = format!(
        "version    {}\npath       {}\ngeneration {}\ntype       {}\nterms      {}\ncontent    {} {kind}, in {} frames\noffsets    {start:016x} to {stop:016x}\n\nblock  offset            position   bytes\n",
        segment.header.version(),
        segment.header.path,
        segment.header.generation,
        segment.header.content_type,
        if segment.header.policy.is_empty() { "none" } else { &segment.header.policy },
        stop - start,
        segment.frames,
    );
    for (number, Block { start, position, length, .. }) in blocks.iter().enumerate() {
        text += &format!("{number:>5}  {start:016x}  {position:>8}  {length:>6}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::describe;
    use segment::Segment;

    #[test]
    fn a_segment_is_described() {
        let bytes = include_bytes!("../../runtime/segment/tests/golden/v1-json.seg");
        let text = describe(&Segment::read(bytes).unwrap());
        assert!(text.contains("content    3 JSON messages, in 3 frames\n"), "{text}");
        assert!(text.contains("version    1\n") && text.contains("terms      none\n"), "{text}");
        assert!(text.contains("offsets    00000000000f4240 to 00000000000f4243\n"), "{text}");
        assert!(text.ends_with("    1  00000000000f4242        63      26\n"), "{text}");
        let bytes = include_bytes!("../../runtime/segment/tests/golden/v2-bytes.seg");
        let text = describe(&Segment::read(bytes).unwrap());
        assert!(text.contains("version    2\n") && text.contains("terms      {\"ttl_s\":60}\n"), "{text}");
    }
}
