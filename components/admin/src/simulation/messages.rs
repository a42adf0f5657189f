//! Made-up messages in the shape that Eventyay sends, with its signature.

use hmac::{Hmac, KeyInit as _, Mac as _};
use platform::{
    clock::{Millis, rfc3339},
    config::Secret,
    http::{Problem, Result},
    random,
};
use serde::Serialize;
use serde_json::json;
use sha2::Sha256;

const TEXTS: [&str; 24] = [
    "Hello from Nairobi!",
    "The sound is very quiet here.",
    "Great talk, thank you!",
    "Where can I find the slides?",
    "¿Habrá grabación de esta charla?",
    "Grüße aus Berlin",
    "Bonjour à toutes et à tous",
    "مرحبا من القاهرة",
    "こんにちは、東京から見ています",
    "Привет всем!",
    "बहुत बढ़िया प्रस्तुति",
    "Olá de São Paulo",
    "👏👏👏",
    "❤️",
    "Could you repeat the question, please?",
    "Buy cheap followers at example dot com",
    "buy cheap followers at example dot com!",
    "FIRST!!!",
    "How do I join the editathon?",
    "I can't hear anything",
    "Same here, no sound.",
    "Sound is back, thanks!",
    "Which wiki is this about?",
    "See you all next year 🎉",
];

const NAMES: [&str; 12] =
    ["Amina", "Ben", "Chiara", "Đặng", "Élodie", "Фёдор", "Grace", "Hana 花", "إبراهيم", "Jörg", "Kofi", ""];

/// A message, and what shows that it comes from where it should.
#[derive(Debug, Serialize)]
pub(super) struct Signed {
    /// The request's body, as it has to be sent.
    body: String,
    /// The header `X-Eventyay-Signature`.
    signature: String,
}

/// A made-up message that somebody sends just now.
pub(super) fn signed(secret: &Secret, now: Millis) -> Result<Signed> {
    let token = random::token()?;
    let (name, text) = (chosen(&NAMES, &token, 0), chosen(&TEXTS, &token, 8));
    let body = json!({
        "centralauth_id": null,
        "centralauth_username": null,
        "channel": "00000000-0000-4000-8000-000000000000",
        "message": text,
        "message_id": format!("simulated-{}", token.get(..32).unwrap_or_default()),
        "message_type": "text",
        "meta": {},
        "profile_img": null,
        "screen_name": name,
        "sender_id": format!("simulated-{name}"),
        "timestamp": rfc3339(now),
        "user_language": null,
    })
    .to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .map_err(|error| Problem::internal().caused_by(error))?;
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    Ok(Signed { body, signature })
}

/// One of these, by the eight digits of a random token from this place on.
fn chosen<'a>(all: &[&'a str], token: &str, place: usize) -> &'a str {
    let digits = token.get(place..place + 8).unwrap_or_default();
    let number = usize::from_str_radix(digits, 16).unwrap_or_default();
    all.get(number % all.len()).copied().unwrap_or_default()
}
