//! Who chats.

use fastrand::Rng;

use super::phrases::{Language, languages};

/// Somebody who chats: one identity for as long as the generator lives.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// `""` for somebody who gave no name.
    pub(super) screen_name: String,
    /// `None` for the rare sender whom nothing identifies.
    pub(super) sender_id: Option<String>,
    /// The Wikimedia account, if one is linked: global user id and user name.
    pub(super) account: Option<(i64, String)>,
    pub(super) profile_img: Option<String>,
    /// What the account says the language is; sometimes nothing.
    pub(super) user_language: Option<&'static str>,
    /// What is really spoken.
    pub(super) language: &'static Language,
}

/// How many of those who chat have given no name, and how many cannot be told apart at all.
const UNNAMED: usize = 14;
const UNIDENTIFIED: usize = 2;

/// Everybody who chats: everyone whom [`languages`] names, and some who gave no name.
pub(super) fn people(random: &mut Rng) -> Vec<Person> {
    let mut people = Vec::new();
    for language in languages() {
        for name in language.names {
            people.push(named(random, language, name));
        }
    }
    let named = people.len();
    for index in 0..UNNAMED {
        let mut person = people[random.usize(..named)].clone();
        person.screen_name.clear();
        person.account = None;
        person.profile_img = None;
        person.sender_id = if index < UNIDENTIFIED { None } else { Some(uuid(random)) };
        people.push(person);
    }
    people
}

fn named(random: &mut Rng, language: &'static Language, name: &str) -> Person {
    let account = (random.u32(..10) < 6).then(|| (random.i64(10_000..90_000_000), name.to_owned()));
    let picture = random.u32(..10) < 4;
    let user_language = match random.u32(..10) {
        0 => None,
        // Many leave the interface in English whatever they write.
        1 | 2 => Some("en"),
        _ => Some(language.code),
    };
    let sender_id = uuid(random);
    Person {
        screen_name: name.to_owned(),
        profile_img: picture.then(|| format!("https://eventyay.example/media/avatars/{sender_id}.png")),
        sender_id: Some(sender_id),
        account,
        user_language,
        language,
    }
}

/// A UUID of version 4.
pub(super) fn uuid(random: &mut Rng) -> String {
    let bits = random.u128(..);
    let part = |shift: u32, width: u32| (bits >> shift) & ((1 << width) - 1);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        part(96, 32),
        part(80, 16),
        part(68, 12),
        0x8000 | part(48, 14),
        part(0, 48)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_have_no_name_and_few_no_identity() {
        let people = people(&mut Rng::with_seed(1));
        assert!(people.len() > 100);
        assert_eq!(people.iter().filter(|person| person.screen_name.is_empty()).count(), UNNAMED);
        assert_eq!(people.iter().filter(|person| person.sender_id.is_none()).count(), UNIDENTIFIED);
        assert!(people.iter().any(|person| person.account.is_some() && person.profile_img.is_some()));
    }

    #[test]
    fn uuids_look_like_uuids() {
        let id = uuid(&mut Rng::with_seed(7));
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert!(id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()));
        assert_eq!(&id[14..15], "4");
    }
}
