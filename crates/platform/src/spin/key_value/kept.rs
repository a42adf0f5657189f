//! How a value is kept: its deadline, then its bytes.

use crate::clock::Millis;

/// Bytes of the deadline: milliseconds since 1970, most significant byte first.
const DEADLINE: usize = size_of::<Millis>();

/// A value with its deadline.
pub(super) fn join(value: &[u8], deadline: Millis) -> Vec<u8> {
    [&deadline.to_be_bytes(), value].concat()
}

/// When the value ends; `None` if it is none of ours.
fn deadline(kept: &[u8]) -> Option<Millis> {
    kept.first_chunk::<DEADLINE>().copied().map(Millis::from_be_bytes)
}

/// The value alone, unless its deadline has passed, or it is none of ours.
pub(super) fn split(mut kept: Vec<u8>, now: Millis) -> Option<Vec<u8>> {
    (now < deadline(&kept)?).then(|| kept.split_off(DEADLINE))
}

/// Whether it is a value of ours whose deadline has passed. What is none of ours is not for us to forget.
pub(super) fn is_over(kept: &[u8], now: Millis) -> bool {
    deadline(kept).is_some_and(|deadline| (1..=now).contains(&deadline))
}

/// Whether nobody has to sweep yet, where somebody does so every `every` milliseconds. What a clock that was wrong has
/// left counts for nothing.
pub(super) fn is_swept(kept: &[u8], now: Millis, every: Millis) -> bool {
    deadline(kept).is_some_and(|deadline| now < deadline && deadline <= now + every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_there_until_its_deadline() {
        let kept = join(b"value", 1_000);
        assert_eq!(split(kept.clone(), 999).as_deref(), Some(&b"value"[..]));
        assert_eq!(split(kept, 1_000), None);
        assert_eq!(split(join(b"", 1), 0).as_deref(), Some(&b""[..]));
        assert_eq!(split(b"short".to_vec(), 0), None);
    }

    #[test]
    fn only_what_is_ours_and_over_is_forgotten() {
        assert!(is_over(&join(b"value", 1_000), 1_000));
        assert!(!is_over(&join(b"value", 1_000), 999));
        for other in [&b""[..], b"short", &[0; 40], &[0xff; 40], b"words of somebody else's"] {
            assert!(!is_over(other, 1_784_628_300_000), "{other:?}");
        }
    }

    #[test]
    fn a_clock_that_was_wrong_does_not_end_all_sweeps() {
        let now = 1_784_628_300_000;
        for (until, swept) in [(now, false), (now + 1, true), (now + 600_000, true), (now * 2, false)] {
            assert_eq!(is_swept(&join(b"", until), now, 600_000), swept, "{until}");
        }
        assert!(!is_swept(b"", now, 600_000));
    }
}
