//! The format: what was written is read, and anything else is found out.

use proptest::prelude::*;
use segment::{Damage, Header, Index, Kind, Segment, Writer};
use std::path::Path;

/// Messages, or stretches of bytes, as they are written one after the other.
fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 1..60), 1..40)
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Json), Just(Kind::Bytes)]
}

fn write(kind: Kind, start: u64, block_bytes: usize, pieces: &[Vec<u8>]) -> (Vec<u8>, Index) {
    // Half of them with terms, and so of the second version.
    let policy = if start % 4 < 2 { String::new() } else { "{\"ttl_s\":60}".to_owned() };
    write_with(policy, kind, start, block_bytes, pieces)
}

fn write_with(policy: String, kind: Kind, start: u64, block_bytes: usize, pieces: &[Vec<u8>]) -> (Vec<u8>, Index) {
    let (generation, path) = ("0197e0c5a9b1d2e3f4".to_owned(), "a/b".to_owned());
    let header = Header { kind, generation, path, content_type: "x/y; z=1".to_owned(), policy, start };
    let mut writer = Writer::new(header, block_bytes, 0);
    pieces.iter().for_each(|piece| writer.push(piece));
    writer.finish(start.is_multiple_of(2)).unwrap()
}

/// The content from one offset on, up to about so many bytes, read as a reader of a bucket reads it: by the index alone.
fn ranged(kind: Kind, bytes: &[u8], index: &Index, from: u64, budget: usize) -> Result<(u64, Vec<Vec<u8>>), Damage> {
    let stretch = index.page_range(from, budget, budget / 4).expect("an offset of the segment");
    let range = stretch.range();
    let (mut start, mut frames) = (None, Vec::new());
    for (block, bytes) in stretch.split(&bytes[range.start as usize..range.end as usize])? {
        start = start.or(Some(block.start));
        frames.extend(block.open(kind, bytes)?.map(<[u8]>::to_vec));
    }
    Ok((start.unwrap(), frames))
}

proptest! {
    /// No index is longer than its bound, which is what lets a database hold it.
    #[test]
    fn an_index_has_a_bound(kind in kind(), start in 0..1u64 << 40, block in 1..200usize, pieces in pieces()) {
        let (_, index) = write(kind, start, block, &pieces);
        let frames = index.blocks().iter().map(|block| block.length).sum::<u64>();
        let bound = Index::text_bytes_max(usize::try_from(frames).unwrap(), block);
        prop_assert!(index.to_string().len() <= bound, "{} of {bound}", index.to_string().len());
    }

    #[test]
    fn what_was_written_is_read(kind in kind(), start in 0..1_u64 << 53, block in 1..200_usize, pieces in pieces()) {
        let (bytes, index) = write(kind, start, block, &pieces);
        let segment = Segment::read(&bytes).unwrap();
        prop_assert_eq!(&segment.index, &index);
        prop_assert_eq!((segment.kind(), segment.header.start, segment.closed), (kind, start, start.is_multiple_of(2)));
        prop_assert_eq!((&*segment.header.path, &*segment.header.content_type), ("a/b", "x/y; z=1"));
        let content: Vec<_> = segment.content().map(<[u8]>::to_vec).collect();
        match kind {
            Kind::Json => prop_assert_eq!(&content, &pieces),
            Kind::Bytes => prop_assert_eq!(content.concat(), pieces.concat()),
        }
        let span = if kind == Kind::Json { pieces.len() } else { pieces.concat().len() };
        prop_assert_eq!(segment.stop(), start + span as u64);
        prop_assert_eq!(content.len() as u64, segment.frames);
        let bare: Vec<u8> = content.iter().flat_map(|frame| [&(frame.len() as u32).to_be_bytes(), &**frame].concat()).collect();
        prop_assert_eq!(segment.bare(), bare);
        // Blocks are as long as asked for, unless one message is longer.
        for block_read in index.blocks() {
            prop_assert!(block_read.length <= block.max(64) as u64 || block_read.stop - block_read.start == 1);
        }
        prop_assert_eq!(Index::read(&index.to_string(), start), Ok(index));
    }

    #[test]
    fn any_offset_is_found_with_one_read(kind in kind(), block in 8..200_usize, budget in 0..400_usize, pieces in pieces(), place: prop::sample::Index) {
        let (bytes, index) = write(kind, 7, block, &pieces);
        let from = 7 + place.index((index.stop() - 7) as usize) as u64;
        let (start, frames) = ranged(kind, &bytes, &index, from, budget).unwrap();
        prop_assert!(start <= from);
        let skipped = (start - 7) as usize;
        match kind {
            Kind::Json => {
                prop_assert!(frames.len() as u64 > from - start);
                prop_assert_eq!(&frames[..], &pieces[skipped..skipped + frames.len()]);
            }
            Kind::Bytes => {
                let (found, all) = (frames.concat(), pieces.concat());
                prop_assert!(found.len() as u64 > from - start);
                prop_assert_eq!(&found[..], &all[skipped..skipped + found.len()]);
            }
        }
        // No more than the budget, or a block.
        let length: usize = frames.iter().map(|frame| frame.len() + 4).sum();
        prop_assert!(length <= budget.max(block).max(64), "{} of {} and {}", length, budget, block);
        prop_assert!(index.page_range(index.stop(), budget, budget).is_none());
        prop_assert!(index.page_range(6, budget, budget).is_none());
    }

    #[test]
    fn pages_end_at_the_same_places_for_everyone(block in 8..200_usize, page in 1..2000_usize, seek in 1..500_usize, pieces in pieces()) {
        let (_, index) = write(Kind::Bytes, 0, block, &pieces);
        let pages = |from: u64| {
            let next = |from: &u64| index.page_range(*from, page, seek).map(|stretch| stretch.stop());
            std::iter::successors(Some(from), next).collect::<std::collections::BTreeSet<_>>()
        };
        let whole = pages(0);
        for from in 0..index.stop() {
            let (stretch, pages) = (index.page_range(from, page, seek).unwrap(), pages(from));
            let limit = if whole.contains(&from) { page } else { page.min(seek) };
            prop_assert_eq!(stretch.budget(), limit);
            prop_assert!(stretch.length() <= limit.max(block.max(64)) as u64, "{} from {}", stretch.length(), from);
            prop_assert_eq!(stretch.goes_on(), stretch.stop() == index.stop() && stretch.length() < limit as u64);
            // However it began, it goes on with whole pages.
            let end = whole.range(from..).next().unwrap();
            prop_assert!(pages.is_superset(&whole.range(*end..).copied().collect()));
        }
    }

    #[test]
    fn any_other_byte_is_found_out(kind in kind(), block in 1..200_usize, pieces in pieces(), at: prop::sample::Index, flip in 1..=255_u8) {
        let (mut bytes, index) = write(kind, 3, block, &pieces);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Segment::read(&bytes).is_err(), "the byte at {}", at);
        // So it is by whoever reads only a part, if it is in that part.
        let damaged = index.blocks().iter().find(|block| (block.position..block.position + block.length).contains(&(at as u64)));
        if let Some(block) = damaged {
            prop_assert!(ranged(kind, &bytes, &index, block.start, 1).is_err());
        }
    }

    #[test]
    fn anything_missing_is_found_out(kind in kind(), block in 1..200_usize, pieces in pieces(), at: prop::sample::Index) {
        let (bytes, index) = write(kind, 3, block, &pieces);
        let length = at.index(bytes.len());
        prop_assert!(Segment::read(&bytes[..length]).is_err());
        let stretch = index.page_range(3, usize::MAX, 0).unwrap();
        let end = (stretch.range().end as usize).min(length);
        let found = bytes.get(stretch.range().start as usize..end).unwrap_or_default();
        prop_assert_eq!(stretch.split(found).is_err(), (length as u64) < stretch.range().end);
    }

    #[test]
    fn nothing_makes_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[0-9. a-f]{0,60}", start: u64) {
        let _ = Segment::read(&bytes);
        if let Ok(index) = Index::read(&text, start) {
            if let Some(stretch) = index.page_range(start, 1 << 20, 1 << 10) {
                let parts = stretch.split(&bytes).map(|parts| parts.map(|(block, bytes)| block.open(Kind::Json, bytes).is_ok()).collect::<Vec<_>>());
                drop(parts);
            }
            // There is one way to write an index.
            prop_assert_eq!(index.to_string(), text);
        }
    }

    #[test]
    fn a_forged_end_makes_no_reader_panic(kind in kind(), pieces in pieces(), numbers: [u64; 3]) {
        let (mut bytes, _) = write(kind, 3, 50, &pieces);
        let at = bytes.len() - 33;
        for (place, number) in bytes[at..].chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        prop_assert!(Segment::read(&bytes).is_err());
    }
}

#[test]
fn nothing_is_no_segment() {
    let (generation, path, content_type, policy) = Default::default();
    let header = Header { kind: Kind::Bytes, generation, path, content_type, policy, start: 0 };
    let mut writer = Writer::new(header, 64, 0);
    writer.push(b"");
    assert!(writer.finish(false).is_none());
}

/// What a version has written once, it reads and writes forever. `BLESS=1` writes files that are not there yet.
#[test]
fn versions_stay_what_they_are() {
    let messages = ["1", "\"two\"", "{\"three\": [3.0, \"\u{e9}\"]}"].map(|message| message.as_bytes().to_vec());
    let bytes = [b"plain ".to_vec(), "t\u{e9}xt, ".into(), (0..=255).collect()];
    for (name, policy, kind, pieces) in [
        ("v1-json.seg", "", Kind::Json, &messages),
        ("v1-bytes.seg", "", Kind::Bytes, &bytes),
        ("v2-json.seg", "{\"ttl_s\":60}", Kind::Json, &messages),
        ("v2-bytes.seg", "{\"ttl_s\":60}", Kind::Bytes, &bytes),
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
        let (written, _) = write_with(policy.to_owned(), kind, 1_000_000, 24, pieces);
        if std::env::var_os("BLESS").is_some() && !file.exists() {
            std::fs::write(&file, &written).unwrap();
        }
        let golden = std::fs::read(&file).unwrap();
        assert_eq!(written, golden, "{name}");
        let segment = Segment::read(&golden).unwrap();
        assert_eq!(segment.content().collect::<Vec<_>>().concat(), pieces.concat(), "{name}");
        assert_eq!(segment.header.policy, policy, "{name}");
    }
}
