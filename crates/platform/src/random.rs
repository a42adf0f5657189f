//! Unguessable tokens from the operating system's (or the WebAssembly host's) random source.

/// The random source failed; nothing that needs a secret can be done.
#[derive(Debug, thiserror::Error)]
#[error("no randomness from the system: {0}")]
pub struct RandomError(String);

/// 256 random bits as 64 lower-case hexadecimal digits.
pub fn token() -> Result<String, RandomError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| RandomError(error.to_string()))?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn tokens_are_long_and_differ() {
        let (first, second) = (super::token().unwrap(), super::token().unwrap());
        assert_eq!(first.len(), 64);
        assert_ne!(first, second);
    }
}
