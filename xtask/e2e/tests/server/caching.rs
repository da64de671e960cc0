//! Caching and revalidation.

use e2e::{Reply, Stream, offset, woken_by};

use crate::servers::{GUARDED, bearer};

const SHARED: &str = "public, max-age=60, stale-while-revalidate=300";
const PRIVATE: &str = "private, max-age=60, stale-while-revalidate=300";

#[track_caller]
fn etag(reply: &Reply) -> String {
    let tag = reply.header("etag").unwrap_or_else(|| panic!("no ETag: {reply:?}"));
    assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "no strong entity tag: {tag}");
    tag.to_owned()
}

#[track_caller]
fn cache_control(reply: &Reply) -> &str {
    reply.header("cache-control").unwrap_or_else(|| panic!("no Cache-Control: {reply:?}"))
}

fn with_content() -> Stream {
    let stream = Stream::new("text/plain");
    stream.append("content");
    stream
}

#[test]
fn whoever_has_a_page_is_not_sent_it_again() {
    let stream = with_content();
    let page = stream.get("offset=-1").send().expect(200);
    let tag = etag(&page);
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        format!("\"a\",W/\"x\" ,W/{tag} , \"y\""),
        "*".to_owned(),
    ] {
        let reply = stream.get("offset=-1").header("if-none-match", &known).send().expect(304);
        assert_eq!(reply.body, b"", "{known}");
        assert_eq!(etag(&reply), tag, "{known}");
        assert_eq!(cache_control(&reply), cache_control(&page), "{known}");
        assert_eq!(reply.next_offset(), page.next_offset(), "{known}");
        assert!(reply.up_to_date(), "{known}");
    }
    let inner = tag.trim_matches('"');
    for unknown in ["\"other\"".to_owned(), "W/\"other\", \"*\"".to_owned(), format!("\"x{inner}\"")] {
        let reply = stream.get("offset=-1").header("if-none-match", &unknown).send().expect(200);
        assert_eq!(reply.text(), "content", "{unknown}");
    }
}

#[test]
fn tags_of_others_may_hold_commas_and_lists_may_have_empty_places() {
    let stream = with_content();
    let tag = etag(&stream.get("").send());
    for known in [format!("\"a,b\", {tag}"), format!("{tag}, \"a, b\""), format!(", ,{tag},")] {
        stream.get("").header("if-none-match", &known).send().expect(304);
    }
}

#[test]
fn if_none_match_on_several_lines_is_one_list() {
    let stream = with_content();
    let tag = etag(&stream.get("").send());
    let get = stream.get("").header("if-none-match", "\"other\"").header("if-none-match", tag);
    get.send().expect(304);
}

#[test]
fn tags_tell_ranges_apart() {
    let stream = with_content();
    let mut tags: Vec<String> =
        [0, 1, 7].map(|start| etag(&stream.get(&format!("offset={}", offset(start))).send().expect(200))).into();
    stream.append("!");
    tags.push(etag(&stream.get("offset=-1").send().expect(200)));
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "{tags:?}");
    // The same range by another name is the same page.
    let by_sentinel = etag(&stream.get("offset=-1").send());
    assert_eq!(by_sentinel, etag(&stream.get(&format!("offset={}", offset(0))).send()));
}

#[test]
fn a_tag_changes_when_the_stream_is_closed() {
    for position in ["-1".to_owned(), offset(7)] {
        let stream = with_content();
        let get = || stream.get(&format!("offset={position}"));
        let open = etag(&get().send().expect(200));
        get().header("if-none-match", &open).send().expect(304);
        stream.close();
        let reply = get().header("if-none-match", &open).send().expect(200);
        assert!(reply.closed());
        assert_ne!(etag(&reply), open);
        assert!(get().header("if-none-match", etag(&reply)).send().expect(304).closed());
    }
}

#[test]
fn a_stream_created_again_has_other_tags() {
    let stream = with_content();
    let old = etag(&stream.get("offset=-1").send());
    stream.delete().send().expect(204);
    stream.put().header("content-type", "text/plain").body("CONTENT").send().expect(201);
    let reply = stream.get("offset=-1").header("if-none-match", &old).send().expect(200);
    assert_eq!(reply.text(), "CONTENT");
    assert_ne!(etag(&reply), old);
}

#[test]
fn where_the_tail_is_now_has_no_tag() {
    let stream = with_content();
    let reply = stream.get("offset=now").header("if-none-match", "*").send().expect(200);
    assert_eq!(reply.header("etag"), None);
    assert_eq!(cache_control(&reply), "no-store");
}

#[test]
fn pages_with_data_may_be_kept() {
    let stream = with_content();
    assert_eq!(cache_control(&stream.get("offset=-1").send()), SHARED);
    assert_eq!(cache_control(&stream.poll("-1").send()), SHARED);
    stream.close();
    assert_eq!(cache_control(&stream.get("offset=-1").send()), SHARED);
    // Nor does the end of a closed stream ever change.
    assert_eq!(cache_control(&stream.get(&format!("offset={}", offset(7))).send()), SHARED);
}

#[test]
fn an_open_tail_is_asked_for_again() {
    let stream = with_content();
    assert_eq!(cache_control(&stream.get(&format!("offset={}", offset(7))).send()), "no-cache");
    assert_eq!(stream.events("now").header("cache-control"), Some("private, no-cache"));
}

#[test]
fn a_page_that_may_outlive_its_stream_is_asked_for_again() {
    for (ttl, expected) in [("300", "no-cache"), ("86400", SHARED)] {
        let stream = Stream::unborn();
        stream.put().header("stream-ttl", ttl).body("content").send().expect(201);
        for get in [stream.get("offset=-1"), stream.poll("-1")] {
            assert_eq!(cache_control(&get.send().expect(200)), expected, "{ttl}");
        }
        let known = stream.get("offset=-1").header("if-none-match", "*").send().expect(304);
        assert_eq!(cache_control(&known), expected, "{ttl}");
    }
}

#[test]
fn what_is_no_page_is_not_kept() {
    let stream = Stream::unborn();
    let put = || stream.put().header("content-type", "text/plain").send();
    for (reply, status) in [
        (put(), 201),
        (put(), 200),
        (stream.post().header("content-type", "text/plain").body("x").send(), 204),
        (stream.head().send(), 200),
        (stream.get("offset=oops").send(), 400),
        (stream.get(&format!("offset={}", offset(9))).send(), 400),
        (stream.child("none").get("").send(), 404),
        (stream.child("none").head().send(), 404),
        (stream.post().header("content-type", "text/html").body("x").send(), 409),
        (stream.request("PATCH").send(), 405),
        (stream.poll(&offset(1)).send(), 204),
        (stream.delete().send(), 204),
    ] {
        assert_eq!(cache_control(&reply.expect(status)), "no-store", "{status}");
    }
}

#[test]
fn only_who_has_the_token_may_keep_pages_that_need_it() {
    let stream = Stream::unborn_on(&GUARDED);
    stream.put().header("authorization", bearer()).body("content").send().expect(201);
    for get in [stream.get("offset=-1"), stream.poll("-1")] {
        let reply = get.header("authorization", bearer()).send().expect(200);
        assert_eq!(cache_control(&reply), PRIVATE);
    }
    let refused = stream.get("offset=-1").send().expect(401);
    assert_eq!(cache_control(&refused), "no-store");
}

/// The cursor of a long-poll that is answered at once.
#[track_caller]
fn cursor(stream: &Stream, echo: &str) -> u64 {
    let reply = stream.get(&format!("offset=-1&live=long-poll{echo}")).send().expect(200);
    reply.header("stream-cursor").and_then(|cursor| cursor.parse().ok()).expect("a Stream-Cursor of digits")
}

#[test]
fn a_cursor_never_goes_back() {
    let stream = with_content();
    let first = cursor(&stream, "");
    assert!(cursor(&stream, "") >= first);
    // One from the past is brought up to date.
    assert!(cursor(&stream, "&cursor=1") >= first);
    let mut last = first;
    for _ in 0..5 {
        let next = cursor(&stream, &format!("&cursor={last}"));
        assert!(next > last, "{next} after {last}");
        last = next;
    }
    let far = first + 1_000_000;
    assert!(cursor(&stream, &format!("&cursor={far}")) > far);
}

#[test]
fn the_same_question_has_the_same_cursor() {
    let stream = with_content();
    // An interval may end between two questions, but not between any two of many.
    let same = |echo: &str| (0..3).any(|_| cursor(&stream, echo) == cursor(&stream, echo));
    assert!(same(""));
    let current = cursor(&stream, "");
    assert!(same(&format!("&cursor={current}")));
    assert!(same(&format!("&cursor={}", current + 7)));
}

#[test]
fn readers_at_the_same_place_have_the_same_cursor_whatever_their_way() {
    let stream = with_content();
    let arrived = cursor(&stream, "");
    // Has waited in vain three times.
    let waiting = (0..3).fold(arrived, |last, _| {
        let reply = stream.get(&format!("offset={}&live=long-poll&cursor={last}", offset(7))).send().expect(204);
        reply.header("stream-cursor").and_then(|cursor| cursor.parse().ok()).expect("a Stream-Cursor of digits")
    });
    assert!(waiting > arrived);
    stream.append("!");
    // An interval may end between two questions, but not between any two of many.
    let same = |echo: String| (0..3).any(|_| cursor(&stream, "") == cursor(&stream, &echo));
    assert!(same(format!("&cursor={arrived}")));
    assert!(same(format!("&cursor={waiting}")));
}

#[test]
fn what_comes_now_is_not_kept_for_those_who_come_later() {
    let stream = with_content();
    for (position, expected) in [("now".to_owned(), "no-store"), (offset(8), SHARED)] {
        let (reply, _) = woken_by(|| stream.poll(&position).send(), || drop(stream.append("!")));
        assert_eq!(cache_control(&reply.expect(200)), expected, "{position}");
    }
}

#[test]
fn events_have_the_cursors_of_long_polls() {
    let stream = with_content();
    let current = cursor(&stream, "");
    let mut events = stream.get(&format!("offset=-1&live=sse&cursor={current}")).events();
    let (_, control) = events.expect_data();
    assert!(control.cursor.expect("a streamCursor") > current, "{control:?}");
}
