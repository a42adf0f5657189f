//! A chat event's body, byte for byte as Eventyay writes it: compact JSON, keys in alphabetical order,
//! everything outside ASCII escaped as UTF-16 units in lower-case hexadecimal.

use std::{collections::BTreeMap, fmt::Display, io::Write as _};

/// The fields of one event. `None` is written as `null`.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub(super) centralauth_id: Option<i64>,
    pub(super) centralauth_username: Option<&'a str>,
    /// Eventyay's own id of the channel, a UUID.
    pub(super) channel: &'a str,
    pub(super) message: &'a str,
    /// Whether the message ends in half an emoji, as when it was cut off in the middle of one.
    pub(super) cut_off: bool,
    pub(super) message_id: i64,
    pub(super) meta: Meta<'a>,
    pub(super) profile_img: Option<&'a str>,
    pub(super) screen_name: &'a str,
    /// A UUID.
    pub(super) sender_id: Option<&'a str>,
    /// ISO 8601 with microseconds and `+00:00`.
    pub(super) timestamp: &'a str,
    /// BCP 47.
    pub(super) user_language: Option<&'a str>,
}

/// The kinds of event, each with its `meta`.
#[derive(Debug)]
pub(super) enum Meta<'a> {
    /// `text`
    Text,
    /// `qa`
    Question { anonymous: bool, vote_count: u32 },
    /// `emoji`
    Reaction {
        action: &'static str,
        symbol: &'a str,
        /// The ids of everybody who reacts after this event, per symbol.
        reactions: BTreeMap<&'static str, Vec<&'a str>>,
    },
}

impl Event<'_> {
    /// The body.
    pub(super) fn to_body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(512 + self.message.len() * 3);
        body.extend_from_slice(b"{\"centralauth_id\":");
        push_or_null(&mut body, self.centralauth_id, push_number);
        body.extend_from_slice(b",\"centralauth_username\":");
        push_or_null(&mut body, self.centralauth_username, push_text);
        body.extend_from_slice(b",\"channel\":");
        push_text(&mut body, self.channel);
        body.extend_from_slice(b",\"message\":");
        push_text(&mut body, self.message);
        if self.cut_off {
            body.truncate(body.len() - 1);
            body.extend_from_slice(b"\\ud83d\"");
        }
        body.extend_from_slice(b",\"message_id\":");
        push_number(&mut body, self.message_id);
        body.extend_from_slice(b",\"message_type\":");
        push_text(&mut body, self.meta.message_type());
        body.extend_from_slice(b",\"meta\":");
        self.meta.push(&mut body, self.message_id);
        body.extend_from_slice(b",\"profile_img\":");
        push_or_null(&mut body, self.profile_img, push_text);
        body.extend_from_slice(b",\"screen_name\":");
        push_text(&mut body, self.screen_name);
        body.extend_from_slice(b",\"sender_id\":");
        push_or_null(&mut body, self.sender_id, push_text);
        body.extend_from_slice(b",\"timestamp\":");
        push_text(&mut body, self.timestamp);
        body.extend_from_slice(b",\"user_language\":");
        push_or_null(&mut body, self.user_language, push_text);
        body.push(b'}');
        body
    }
}

impl Meta<'_> {
    fn message_type(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Question { .. } => "qa",
            Self::Reaction { .. } => "emoji",
        }
    }

    fn push(&self, body: &mut Vec<u8>, target: i64) {
        match self {
            Self::Text => body.extend_from_slice(b"{}"),
            Self::Question { anonymous, vote_count } => {
                body.extend_from_slice(b"{\"anonymous\":");
                push_number(body, anonymous);
                body.extend_from_slice(b",\"is_pinned\":false,\"vote_count\":");
                push_number(body, vote_count);
                body.push(b'}');
            }
            Self::Reaction { action, symbol, reactions } => {
                body.extend_from_slice(b"{\"action\":");
                push_text(body, action);
                body.extend_from_slice(b",\"reaction\":");
                push_text(body, symbol);
                body.extend_from_slice(b",\"reactions\":{");
                for (index, (symbol, people)) in reactions.iter().enumerate() {
                    if index > 0 {
                        body.push(b',');
                    }
                    push_text(body, symbol);
                    body.extend_from_slice(b":[");
                    for (index, person) in people.iter().enumerate() {
                        if index > 0 {
                            body.push(b',');
                        }
                        push_text(body, person);
                    }
                    body.push(b']');
                }
                body.extend_from_slice(b"},\"target_message_id\":");
                push_number(body, target);
                body.push(b'}');
            }
        }
    }
}

fn push_or_null<T>(body: &mut Vec<u8>, value: Option<T>, push: impl FnOnce(&mut Vec<u8>, T)) {
    match value {
        Some(value) => push(body, value),
        None => body.extend_from_slice(b"null"),
    }
}

/// Writes what JSON and Rust print alike: numbers and booleans.
fn push_number(body: &mut Vec<u8>, number: impl Display) {
    // Writing to a vector cannot fail.
    write!(body, "{number}").unwrap_or_default();
}

fn push_text(body: &mut Vec<u8>, text: &str) {
    body.push(b'"');
    for character in text.chars() {
        match character {
            '"' => body.extend_from_slice(b"\\\""),
            '\\' => body.extend_from_slice(b"\\\\"),
            '\n' => body.extend_from_slice(b"\\n"),
            '\r' => body.extend_from_slice(b"\\r"),
            '\t' => body.extend_from_slice(b"\\t"),
            '\u{8}' => body.extend_from_slice(b"\\b"),
            '\u{c}' => body.extend_from_slice(b"\\f"),
            ' '..='\u{7f}' => body.extend(u8::try_from(character)),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    push_escape(body, *unit);
                }
            }
        }
    }
    body.push(b'"');
}

fn push_escape(body: &mut Vec<u8>, unit: u16) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let [high, low] = unit.to_be_bytes();
    let digit = |nibble: u8| DIGITS[usize::from(nibble & 0xf)];
    body.extend_from_slice(&[b'\\', b'u', digit(high >> 4), digit(high), digit(low >> 4), digit(low)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::sign;

    const SECRET: &str = "test-webhook-secret-12345";
    const BOB: &str = "b0b00000-0000-4000-8000-000000000001";
    const CAROL: &str = "ca401000-0000-4000-8000-000000000002";

    /// The event that the captured bodies vary.
    fn hello() -> Event<'static> {
        Event {
            centralauth_id: Some(24906),
            centralauth_username: Some("Example"),
            channel: "550e8400-e29b-41d4-a716-446655440000",
            message: "Hello 👋",
            cut_off: false,
            message_id: 4711,
            meta: Meta::Text,
            profile_img: None,
            screen_name: "Zoë",
            sender_id: Some("a1b2c3d4-e5f6-4890-abcd-ef1234567890"),
            timestamp: "2026-07-21T10:05:00.123456+00:00",
            user_language: Some("en"),
        }
    }

    /// Every one of these is the signature of a body that Eventyay itself wrote.
    #[test]
    fn bodies_are_eventyays_byte_for_byte() {
        let carol = BTreeMap::from([("👍", vec![BOB, CAROL])]);
        let bob = BTreeMap::from([("👍", vec![BOB])]);
        let nobody = BTreeMap::new();
        let reaction = |action, screen_name, reactions| Event {
            centralauth_id: None,
            centralauth_username: None,
            screen_name,
            meta: Meta::Reaction { action, symbol: "👍", reactions },
            ..hello()
        };
        for (event, signature) in [
            (hello(), "cf674145c2bf6d7977411cf57677f990c280aca835e8f7381bfdbc87e0413441"),
            (
                Event {
                    message: "Will this be recorded?",
                    message_id: 4720,
                    meta: Meta::Question { anonymous: false, vote_count: 3 },
                    ..hello()
                },
                "d58f4fa172ea2a0c66b5cf26350a7b010a901e5384fb71662cea6e38325b497f",
            ),
            (reaction("add", "Bob", bob), "6dbd8ee5807447222f8aa05243685c614e736fbb14a594ac3702fea6ed3501c5"),
            (
                reaction("add", "Carol", carol),
                "c0e25582770575f9db8c8fa840ff15e150ff908374f8b8ea5147d432f4ffbf9b",
            ),
            (
                reaction("remove", "Bob", nobody),
                "56ad3cd0f152faa56c6fe6cd8112345bef9b749eb4e2e3b1c88a7de2d3745c81",
            ),
            (
                Event { message: "bell\u{7} null\0 vertical\u{b} tab", message_id: 4716, ..hello() },
                "ce71058f139be79533fea9773e2ee2b397d5d6766b142232e0c320ba4d8bbcdf",
            ),
            (
                Event {
                    message: "<script>alert(1)</script> & \"quotes\" ]]>",
                    message_id: 4715,
                    screen_name: "<b>Eve</b>",
                    ..hello()
                },
                "2e89f2299dfac43a807d17a9cd1d33ab3de98c2d7016ac018313ae44d3f6b461",
            ),
            (
                Event {
                    centralauth_id: None,
                    centralauth_username: None,
                    message: "who am I",
                    message_id: 4713,
                    screen_name: "",
                    sender_id: None,
                    ..hello()
                },
                "0d099144af65be547f8d6eea089dfcaf590a511ea20ebbe9b400890457f5488d",
            ),
        ] {
            let body = event.to_body();
            assert_eq!(
                sign(SECRET, &body),
                format!("sha256={signature}"),
                "{}",
                String::from_utf8_lossy(&body)
            );
        }
    }

    #[test]
    fn a_body_reads_as_the_fixture_does() {
        assert_eq!(
            String::from_utf8(hello().to_body()).unwrap(),
            r#"{"centralauth_id":24906,"centralauth_username":"Example","channel":"550e8400-e29b-41d4-a716-446655440000","message":"Hello \ud83d\udc4b","message_id":4711,"message_type":"text","meta":{},"profile_img":null,"screen_name":"Zo\u00eb","sender_id":"a1b2c3d4-e5f6-4890-abcd-ef1234567890","timestamp":"2026-07-21T10:05:00.123456+00:00","user_language":"en"}"#
        );
    }

    #[test]
    fn a_message_can_end_in_half_an_emoji() {
        let body = Event { message: "Look: ", cut_off: true, ..hello() }.to_body();
        assert!(String::from_utf8(body).unwrap().contains(r#""message":"Look: \ud83d","message_id""#));
    }
}
