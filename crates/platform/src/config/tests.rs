//! Which settings go together, and what is said of those that cannot be right.

use super::*;

const LOCAL: Option<&str> = Some("http://127.0.0.1:5000");
const OAUTH: [(&str, &str); 4] = [
    ("OAUTH_CLIENT_ID", "id"),
    ("OAUTH_CLIENT_SECRET", "s3cret"),
    ("OAUTH_REDIRECT_URI", "https://tool.example/oauth-callback"),
    ("SECRET_KEY", "k3y"),
];

fn read(values: &[(&'static str, &str)], local: Option<&str>) -> Result<Settings, ConfigError> {
    Settings::read(
        |name| values.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()),
        local,
    )
}

#[test]
fn a_laptop_needs_no_settings() {
    let settings = read(&[], LOCAL).unwrap();
    assert!(settings.dev_mode);
    assert_eq!(settings.public_url, "http://127.0.0.1:5000");
    assert!(settings.is_superadmin(1, DEVELOPER));
    assert_eq!(settings.retention_days, 30);
}

#[test]
fn development_mode_is_refused_where_others_can_connect() {
    assert!(matches!(read(&[("DEV_MODE", "on")], None), Err(ConfigError::Invalid { name: "DEV_MODE", .. })));
    assert!(matches!(read(&[], None), Err(ConfigError::Missing { name: "OAUTH_CLIENT_ID", .. })));
}

#[test]
fn development_mode_is_refused_where_the_site_has_a_public_address() {
    let refused = |values: &[(&'static str, &'static str)]| {
        let values: Vec<_> = values.iter().copied().chain([("DEV_MODE", "on")]).collect();
        assert!(matches!(read(&values, LOCAL), Err(ConfigError::Invalid { name: "DEV_MODE", .. })));
    };
    refused(&[("PUBLIC_URL", "https://tool.example")]);
    refused(&[("PUBLIC_URL", "http://127.0.0.1:5000")]);
    refused(&OAUTH);
    refused(&OAUTH[2..3]);
    // Nor does it come by itself there.
    let alone = read(&[("PUBLIC_URL", "https://tool.example")], LOCAL);
    assert!(matches!(alone, Err(ConfigError::Missing { name: "OAUTH_CLIENT_ID", .. })));
}

#[test]
fn the_public_url_follows_the_callback() {
    let settings = read(&OAUTH, None).unwrap();
    assert!(!settings.dev_mode);
    assert_eq!(settings.public_url, "https://tool.example");
    assert!(settings.is_https());
}

#[test]
fn who_logs_in_comes_back_to_where_they_went_from() {
    let with = |callback: &'static str, public: &'static str| {
        let mut values = OAUTH.to_vec();
        values[2].1 = callback;
        values.push(("PUBLIC_URL", public));
        read(&values, None).map(|settings| settings.public_url)
    };
    let callback = OAUTH[2].1;
    assert_eq!(with(callback, "https://tool.example/").unwrap(), "https://tool.example");
    assert_eq!(with(callback, "").unwrap(), "https://tool.example");
    for (callback, public) in [
        (callback, "https://other.example"),
        (callback, "http://tool.example"),
        ("https://tool.example/", ""),
        ("https://tool.example/oauth-callback?x", ""),
        ("/oauth-callback", ""),
    ] {
        let error = with(callback, public).unwrap_err().to_string();
        assert!(error.starts_with("OAUTH_REDIRECT_URI must be "), "{callback}, {public}: {error}");
    }
}

#[test]
fn oauth_on_loopback_switches_development_off() {
    assert!(!read(&OAUTH, LOCAL).unwrap().dev_mode);
}

#[test]
fn secrets_are_needed_only_where_people_sign_in() {
    let without = read(&[OAUTH[0], OAUTH[2]], None).unwrap();
    let missing = |settings: &Settings| settings.check_secrets().unwrap_err().to_string();
    assert!(missing(&without).starts_with("OAUTH_CLIENT_SECRET is not set"));
    let keyless = read(&OAUTH[..3], None).unwrap();
    assert!(missing(&keyless).starts_with("SECRET_KEY is not set"));
    assert_eq!(read(&OAUTH, None).unwrap().check_secrets(), Ok(()));
    assert_eq!(read(&[], LOCAL).unwrap().check_secrets(), Ok(()), "development signs nobody in");
}

#[test]
fn every_setting_is_among_the_names() {
    let asked = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let value = |name| {
        asked.borrow_mut().insert(name);
        OAUTH.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    Settings::read(value, None).unwrap();
    assert_eq!(asked.into_inner().into_iter().collect::<Vec<_>>(), NAMES);
}

#[test]
fn superadmins_are_ids_or_names() {
    let mut values = OAUTH.to_vec();
    values.push(("SUPERADMINS", "42, Jane_Doe ,"));
    let settings = read(&values, None).unwrap();
    assert!(settings.is_superadmin(42, "x"));
    assert!(settings.is_superadmin(7, "Jane Doe"));
    assert!(!settings.is_superadmin(7, "jane doe"));
    assert!(!settings.is_superadmin(7, DEVELOPER));
}

#[test]
fn secrets_do_not_print() {
    let printed = format!("{:?}", read(&OAUTH, None).unwrap());
    assert!(!printed.contains("s3cret"));
}

#[test]
fn values_that_cannot_be_right_are_named() {
    for (name, value) in
        [("RETENTION_DAYS", "soon"), ("RETENTION_DAYS", "0"), ("DEV_MODE", "perhaps"), ("PUBLIC_URL", "tool")]
    {
        let error = read(&[(name, value)], LOCAL).unwrap_err();
        assert!(error.to_string().starts_with(name), "{error}");
    }
}
