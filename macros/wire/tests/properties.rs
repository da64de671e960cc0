//! What holds of every value and every text, not only of the ones that someone thought of.

use proptest::prelude::*;
use wire::{Int53, MAX_EXACT_INTEGER, MediaType, Payload, Radix, Timestamp, fixed_width, payload_event, segments};

fn formats() -> impl Strategy<Value = (Radix, usize)> {
    prop_oneof![(Just(Radix::Decimal), 16..65_usize), (Just(Radix::Hex), 14..65_usize)]
}

fn integers() -> impl Strategy<Value = Int53> {
    let any = prop_oneof![0..=MAX_EXACT_INTEGER, 0..1000_u64, Just(MAX_EXACT_INTEGER)];
    any.prop_map(|value| Int53::new(value).expect("small enough"))
}

proptest! {
    #[test]
    fn offsets_are_read_as_they_were_written((radix, width) in formats(), value in integers()) {
        let text = fixed_width::text(radix, width, value);
        prop_assert_eq!(text.len(), width);
        prop_assert_eq!(fixed_width::read(&text, radix, width), Ok(value));
    }

    #[test]
    fn offsets_sort_bytewise((radix, width) in formats(), one in integers(), other in integers()) {
        let texts = [one, other].map(|value| fixed_width::text(radix, width, value));
        prop_assert_eq!(texts[0].as_bytes().cmp(texts[1].as_bytes()), one.cmp(&other));
    }

    #[test]
    fn an_offset_has_one_text((radix, width) in formats(), text in "[0-9A-Fa-f+-]{0,20}") {
        if let Ok(value) = fixed_width::read(&text, radix, width) {
            prop_assert_eq!(fixed_width::text(radix, width, value), text);
        }
    }

    #[test]
    fn integers_have_one_text(text in "[0-9+.e -]{0,18}") {
        if let Ok(value) = Int53::read(&text, 0, MAX_EXACT_INTEGER) {
            prop_assert_eq!(value.get().to_string(), text);
        }
    }

    #[test]
    fn what_can_be_read_passes_the_check(text in r#"(\*|W/|"|,| |a|/|;|=|2030-01-31|T12:00:00Z|\PC){0,8}"#) {
        prop_assert_eq!(wire::MediaType::check(&text), wire::MediaType::read(&text).map(drop));
        prop_assert_eq!(wire::EntityTag::check(&text), wire::EntityTag::read(&text).map(drop));
        prop_assert_eq!(wire::EntityTags::check(&text), wire::EntityTags::read(&text).map(drop));
        prop_assert_eq!(wire::Timestamp::check(&text), wire::Timestamp::read(&text).map(drop));
        prop_assert_eq!(wire::List::check(&text), wire::List::read(&text).map(drop));
    }

    #[test]
    fn canonical_paths_are_canonical(text in r"([a-z/.]|%[0-9A-F]{2}|[ -~]|\PC){0,24}") {
        if let Ok(once) = segments(&text, 0, 1024) {
            prop_assert!(once.is_ascii());
            prop_assert_eq!(segments(&once, 0, 1024), Ok(once.clone()));
        }
    }

    #[test]
    fn every_path_made_of_good_segments_is_read(parts in prop::collection::vec("[^./% ?#\u{0}-\u{1f}\u{7f}-\u{9f}]{1,8}", 1..4)) {
        let path = parts.join("/");
        let canonical = segments(&path, 0, usize::MAX).expect("nothing is wrong with it");
        prop_assert_eq!(canonical.matches('/').count(), parts.len() - 1);
    }

    #[test]
    fn no_payload_forges_an_event(payload in ".*|([a-z: ]|\r|\n){0,40}") {
        let mut out = String::new();
        payload_event(&mut out, "name", Payload::Text(&payload));
        let body = out.strip_prefix("event: name\n").and_then(|out| out.strip_suffix("\n\n")).expect("one event");
        let lines: Vec<&str> = body.split('\n').map(|line| line.strip_prefix("data:").expect("a line of data")).collect();
        // A reader takes off one space.
        let read: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        prop_assert_eq!(read.join("\n"), payload.replace("\r\n", "\n").replace('\r', "\n"));
    }

    #[test]
    fn readers_of_texts_never_panic(text in any::<String>()) {
        let _ = MediaType::read(&text);
        let _ = Timestamp::read(&text);
        let _ = wire::EntityTags::read(&text);
        let _ = wire::text(&text, 0, 9);
        let _ = wire::credentials(&text, "Bearer");
        let _ = wire::bytes("X", &text);
        let _ = wire::duration("X", &text);
        let _ = segments(&text, 0, 9);
        let _ = wire::capture::<2>(&text, &[wire::Segment::One, wire::Segment::Rest]);
        let _ = wire::is_reserved(&text, &["a"]);
    }
}
