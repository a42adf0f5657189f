//! The deployment's settings: their names, defaults and checks, wherever their values come from.

use std::{fmt, future::Future, sync::Arc};

/// A value that must never be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `value`.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself: for a comparison or a request that needs it, never for a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A setting that cannot be right. The message names it and says what would be.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A setting that has to be there is not.
    #[error("{name} is not set: {hint}")]
    Missing {
        /// The setting's name, as in the environment.
        name: &'static str,
        /// How to mend it.
        hint: &'static str,
    },
    /// A setting's value cannot be right.
    #[error("{name} {reason}")]
    Invalid {
        /// The setting's name, as in the environment.
        name: &'static str,
        /// What is wrong; never the value of a secret.
        reason: String,
    },
    /// The host's configuration could not be read.
    #[error("the configuration could not be read: {0}")]
    Unreadable(String),
}

/// How people sign in outside development.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthSettings {
    /// The consumer's key.
    pub client_id: String,
    /// The consumer's secret; `None` in a component that is not granted it.
    pub client_secret: Option<Secret>,
    /// The callback, as the consumer names it.
    pub redirect_uri: String,
}

/// Somebody who may do everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Superadmin {
    /// By global user id.
    CentralId(i64),
    /// By exact user name.
    Name(String),
}

/// The settings that components read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What links and webhook URLs begin with; no slash at the end.
    pub public_url: String,
    /// Whether anybody may log in as anybody. Only ever on loopback, and never where the site has a public address.
    pub dev_mode: bool,
    /// Who may do everything.
    pub superadmins: Vec<Superadmin>,
    /// How people sign in; `None` in development only.
    pub oauth: Option<OAuthSettings>,
    /// What is signed with; `None` in development, and in a component that is not granted it.
    pub secret_key: Option<Secret>,
    /// The wiki that logs people in; no slash at the end.
    pub mediawiki_url: String,
    /// After how many days people and texts are forgotten.
    pub retention_days: u32,
}

/// Every setting there is, for hosts that have to ask for each by its name.
pub const NAMES: [&str; 9] = [
    "DEV_MODE",
    "MEDIAWIKI_URL",
    "OAUTH_CLIENT_ID",
    "OAUTH_CLIENT_SECRET",
    "OAUTH_REDIRECT_URI",
    "PUBLIC_URL",
    "RETENTION_DAYS",
    "SECRET_KEY",
    "SUPERADMINS",
];

/// How to mend a missing setting of the sign-in.
const SIGN_IN_HINT: &str = "set it; for development without it, listen on 127.0.0.1 and set no PUBLIC_URL";

impl Settings {
    /// Whether this person is named as a superadmin, by id or by exact name.
    #[must_use]
    pub fn is_superadmin(&self, central_id: i64, username: &str) -> bool {
        self.superadmins.iter().any(|superadmin| match superadmin {
            Superadmin::CentralId(id) => *id == central_id,
            Superadmin::Name(name) => name == username,
        })
    }

    /// Whether browsers reach this site over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Reads and checks the settings. `value` answers the value of a name (upper case, as in the
    /// environment) or `None`; `local_url` is where the host listens, if that is loopback and nowhere else.
    pub fn read(
        value: impl Fn(&'static str) -> Option<String>,
        local_url: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let value = |name| value(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let oauth = read_oauth(&value)?;
        let given_url = value("PUBLIC_URL").map(|url| origin("PUBLIC_URL", &url)).transpose()?;
        let is_public = given_url.is_some() || value("OAUTH_REDIRECT_URI").is_some() || oauth.is_some();
        let dev_mode = read_dev_mode(value("DEV_MODE").as_deref(), local_url, is_public)?;
        if !dev_mode && oauth.is_none() {
            return Err(ConfigError::Missing { name: "OAUTH_CLIENT_ID", hint: SIGN_IN_HINT });
        }
        let public_url = match (given_url, &oauth, local_url) {
            (Some(url), ..) => url,
            (None, Some(oauth), _) => origin("OAUTH_REDIRECT_URI", &oauth.redirect_uri)?,
            (None, None, Some(url)) => url.to_owned(),
            (None, None, None) => {
                return Err(ConfigError::Missing {
                    name: "PUBLIC_URL",
                    hint: "set it to this site's address",
                });
            }
        };
        if let Some(oauth) = &oauth {
            check_callback(&oauth.redirect_uri, &public_url)?;
        }
        let mediawiki_url = value("MEDIAWIKI_URL").unwrap_or_else(|| "https://meta.wikimedia.org".into());
        let mut superadmins = read_superadmins(value("SUPERADMINS").as_deref().unwrap_or_default());
        if dev_mode && superadmins.is_empty() {
            superadmins.push(Superadmin::Name(DEVELOPER.into()));
        }
        Ok(Self {
            public_url,
            dev_mode,
            superadmins,
            oauth,
            secret_key: value("SECRET_KEY").map(Secret),
            mediawiki_url: origin("MEDIAWIKI_URL", &mediawiki_url)?,
            retention_days: read_number("RETENTION_DAYS", value("RETENTION_DAYS").as_deref(), 30, 1..=3650)?,
        })
    }

    /// Refuses settings without the secrets that signing in needs. Apart from [`read`](Self::read), because a component
    /// that does not sign people in is not granted them.
    pub fn check_secrets(&self) -> Result<(), ConfigError> {
        if self.dev_mode {
            return Ok(());
        }
        let client_secret = self.oauth.as_ref().and_then(|oauth| oauth.client_secret.as_ref());
        for (name, secret) in
            [("OAUTH_CLIENT_SECRET", client_secret), ("SECRET_KEY", self.secret_key.as_ref())]
        {
            if secret.is_none() {
                return Err(ConfigError::Missing { name, hint: SIGN_IN_HINT });
            }
        }
        Ok(())
    }
}

/// Who is a superadmin in development, where nobody else is named.
pub const DEVELOPER: &str = "Developer";

fn read_oauth(value: &impl Fn(&'static str) -> Option<String>) -> Result<Option<OAuthSettings>, ConfigError> {
    let Some(client_id) = value("OAUTH_CLIENT_ID") else { return Ok(None) };
    let hint = "OAUTH_CLIENT_ID is set, so this one is needed too";
    Ok(Some(OAuthSettings {
        client_id,
        client_secret: value("OAUTH_CLIENT_SECRET").map(Secret),
        redirect_uri: value("OAUTH_REDIRECT_URI")
            .ok_or(ConfigError::Missing { name: "OAUTH_REDIRECT_URI", hint })?,
    }))
}

/// Whoever comes back elsewhere than they went from would never be logged in: their cookie stays behind.
fn check_callback(redirect_uri: &str, public_url: &str) -> Result<(), ConfigError> {
    let name = "OAUTH_REDIRECT_URI";
    if origin(name, redirect_uri)? == public_url && redirect_uri.ends_with("/oauth-callback") {
        return Ok(());
    }
    Err(ConfigError::Invalid {
        name,
        reason: format!("must be {public_url}/oauth-callback, below PUBLIC_URL"),
    })
}

/// `is_public` says that the site has an address for others: that they sign in, or that links lead to it.
fn read_dev_mode(value: Option<&str>, local_url: Option<&str>, is_public: bool) -> Result<bool, ConfigError> {
    let wanted = match value.map(str::to_ascii_lowercase).as_deref() {
        None => return Ok(local_url.is_some() && !is_public),
        Some("1" | "true" | "yes" | "on") => true,
        Some("0" | "false" | "no" | "off") => false,
        Some(_) => {
            return Err(ConfigError::Invalid { name: "DEV_MODE", reason: "must be on or off".into() });
        }
    };
    if wanted && local_url.is_none() {
        return Err(ConfigError::Invalid {
            name: "DEV_MODE",
            reason: "lets anybody log in as anybody, so it is refused where others can connect: \
                     listen on 127.0.0.1, or switch it off"
                .into(),
        });
    }
    if wanted && is_public {
        return Err(ConfigError::Invalid {
            name: "DEV_MODE",
            reason:
                "lets anybody log in as anybody, so it is refused where the site has an address for others: \
                     leave out PUBLIC_URL and the OAUTH_… settings, or switch it off"
                    .into(),
        });
    }
    Ok(wanted)
}

fn read_superadmins(list: &str) -> Vec<Superadmin> {
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| match entry.parse::<i64>() {
            Ok(id) if id > 0 => Superadmin::CentralId(id),
            // MediaWiki writes user names with spaces, and people with underscores.
            _ => Superadmin::Name(entry.replace('_', " ")),
        })
        .collect()
}

fn read_number(
    name: &'static str,
    value: Option<&str>,
    default: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<u32, ConfigError> {
    let Some(text) = value else { return Ok(default) };
    text.parse::<u32>().ok().filter(|number| range.contains(number)).ok_or_else(|| ConfigError::Invalid {
        name,
        reason: format!("must be a whole number from {} to {}", range.start(), range.end()),
    })
}

/// The scheme, host and port of `url`.
fn origin(name: &'static str, url: &str) -> Result<String, ConfigError> {
    let invalid = || ConfigError::Invalid {
        name,
        reason: "must be an address that begins with https:// or http://".into(),
    };
    let uri: http::Uri = url.parse().map_err(|_| invalid())?;
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority)) => Ok(format!("{scheme}://{authority}")),
        _ => Err(invalid()),
    }
}

/// The configuration port.
pub trait Config: Clone + Send + Sync + 'static {
    /// The settings: read and checked once, then shared.
    fn settings(&self) -> impl Future<Output = Result<Arc<Settings>, ConfigError>> + Send;
}

#[cfg(test)]
mod tests;
