//! Text keys that fit a database column of 255 characters.

/// The longest key, in characters: what an indexed `VARCHAR(255)` holds on every database.
pub(crate) const MAX_KEY_CHARS: usize = 255;

/// Leaves a key that fits as it is; a longer one keeps its beginning and ends in `~` and the
/// 128-bit FNV-1a of the whole in hexadecimal, so that keys with a long common beginning stay apart.
///
/// The hash is not a defence: who crafts two of their own texts to collide loses one of their own messages.
pub(crate) fn bounded(key: String) -> String {
    const KEPT: usize = MAX_KEY_CHARS - 1 - 32;
    if key.len() <= MAX_KEY_CHARS || key.chars().count() <= MAX_KEY_CHARS {
        return key;
    }
    let hash = fnv1a_128(key.as_bytes());
    let beginning: String = key.chars().take(KEPT).collect();
    format!("{beginning}~{hash:032x}")
}

/// FNV-1a in its 128-bit form: draft-eastlake-fnv, sections 2 and 5.
fn fnv1a_128(bytes: &[u8]) -> u128 {
    const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_published() {
        assert_eq!(fnv1a_128(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv1a_128(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(fnv1a_128(b"abc"), 0xa68d_622c_ec8b_5822_836d_bc79_77af_7f3b);
    }

    #[test]
    fn a_key_that_fits_stays_and_a_long_one_is_cut_but_stays_apart() {
        let fits = "ä".repeat(255);
        assert_eq!(bounded(fits.clone()), fits);
        let (one, other) = (bounded(format!("{fits}one")), bounded(format!("{fits}other")));
        assert_eq!(one.chars().count(), 255);
        assert_ne!(one, other);
        assert!(one.starts_with(&"ä".repeat(222)));
    }
}
