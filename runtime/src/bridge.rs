//! What goes through the connection between an object and the edge, where a reader waits.
//!
//! Of a feed, the edge passes on what comes, and answers questions. Of a poll, one message is the whole answer.

use wire::{Body, Response};

/// The question whether everything before it has been passed on. It is text; what is to be passed on is bytes.
pub const PASSED: &str = "passed?";

/// A response as one message: the length of its head in four bytes, the head, the body.
pub fn whole<E>(response: Response<E>) -> Vec<u8> {
    let head = head(&response);
    let mut message = Vec::with_capacity(head.len() + 4);
    message.extend(u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
    message.extend(head.into_bytes());
    if let Body::Bytes(body) = response.body {
        message.extend(body);
    }
    message
}

/// The head and the body of a response that is one message.
#[must_use]
pub fn parts(message: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = message.split_first_chunk::<4>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    Some((std::str::from_utf8(head).ok()?, body))
}

/// The status of a response and its headers: lines of which the first is the status, and the others are a name, its value,
/// and so on.
pub fn head<E>(response: &Response<E>) -> String {
    format!("{}\n{}", response.status, headers(response))
}

/// The headers of a response: lines of which the first is a name, the second its value, and so on.
pub fn headers<E>(response: &Response<E>) -> String {
    let mut lines = String::with_capacity(1024);
    for (name, value) in &response.headers {
        for line in [name, &**value] {
            // No value of a checked request has a line break in it, and none of ours either.
            lines.push_str(line);
            lines.push('\n');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_comes_out_as_it_went_in() {
        let mut response = Response::<()>::new(200);
        response.fixed("a", "1");
        response.header("b", "2 3");
        response.body = Body::Bytes(vec![0, 255]);
        let message = whole(response);
        assert_eq!(parts(&message), Some(("200\na\n1\nb\n2 3\n", &[0, 255][..])));
        assert_eq!(parts(&message[..10]), None);
        assert_eq!(parts(&[]), None);
    }
}
