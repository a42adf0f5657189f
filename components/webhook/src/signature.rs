//! The signature on an event: `X-Eventyay-Signature: sha256=<hex>`, HMAC-SHA256 (RFC 2104, FIPS 180-4) of the raw
//! body under the channel's secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use platform::config::Secret;
use sha2::Sha256;

/// Whether the headers carry the signature of `body` under one of the secrets. The comparison takes the same time
/// wherever the two differ, and whichever secret is right.
pub(crate) fn is_signed<'a>(
    headers: &HeaderMap,
    body: &[u8],
    secrets: impl Iterator<Item = &'a Secret>,
) -> bool {
    let mut values = headers.get_all("x-eventyay-signature").iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Some(hexadecimal) = value.to_str().ok().and_then(|text| text.strip_prefix("sha256=")) else {
        return false;
    };
    let mut given = [0_u8; 32];
    if hex::decode_to_slice(hexadecimal, &mut given).is_err() {
        return false;
    }
    // `|`, not `||`: all are tried.
    secrets.fold(false, |is_right, secret| is_right | is_signature(&given, body, secret))
}

fn is_signature(given: &[u8], body: &[u8], secret: &Secret) -> bool {
    // A secret that was never set would make every signature easy to guess.
    if secret.expose().is_empty() {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = include_bytes!("../../../tests/fixtures/eventyay/text.json");
    const SIGNATURE: &str = include_str!("../../../tests/fixtures/eventyay/text.sha256");

    fn signed(values: &[&str], body: &[u8], secret: &str) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-eventyay-signature", value.parse().unwrap());
        }
        is_signed(&headers, body, [Secret::new(secret)].iter())
    }

    #[test]
    fn the_sender_s_own_signature_is_right() {
        assert!(signed(&[SIGNATURE.trim()], BODY, "test-webhook-secret-12345"));
    }

    #[test]
    fn either_of_two_secrets_is_right() {
        let mut headers = HeaderMap::new();
        headers.append("x-eventyay-signature", SIGNATURE.trim().parse().unwrap());
        let (right, other) = (Secret::new("test-webhook-secret-12345"), Secret::new("other"));
        for (secrets, expected) in [
            (vec![&right, &other], true),
            (vec![&other, &right], true),
            (vec![&other, &other], false),
            (vec![], false),
        ] {
            assert_eq!(is_signed(&headers, BODY, secrets.into_iter()), expected);
        }
    }

    #[test]
    fn anything_else_is_not() {
        let right = SIGNATURE.trim();
        let wrong = right.replace('a', "b");
        let secret = "test-webhook-secret-12345";
        assert!(!signed(&[&wrong], BODY, secret));
        assert!(!signed(&[right], b"other", secret));
        assert!(!signed(&[right], BODY, "other"));
        assert!(!signed(&[right], BODY, ""));
        assert!(!signed(&[], BODY, secret));
        assert!(!signed(&[right, right], BODY, secret));
        assert!(!signed(&[&right[..70]], BODY, secret));
        assert!(!signed(&[right.trim_start_matches("sha256=")], BODY, secret));
    }
}
