//! Why somebody who comes back from the wiki is not logged in, and what they are told.

use http::{HeaderValue, header};
use platform::http::Problem;

/// Why somebody is not logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// They pressed Cancel.
    Cancelled,
    /// Nobody is on the way with this state: it was used, it is too old, or it is another browser's.
    NotOnTheWay,
    /// The wiki does not take the code: it was used, or it is too old.
    CodeRejected,
    /// The account is blocked, or hidden.
    Blocked,
    /// The account is not attached to a global one.
    Unattached,
    /// The wiki is away, or answers what it should not.
    WikiFailed(String),
    /// The wiki does not take this site's own words: its registration is not right.
    NotRegistered(String),
}

/// How a way back ends that ends without a session.
#[derive(Debug)]
pub(crate) enum Returned {
    /// This site failed.
    Problem(Problem),
    /// The login is refused; `next` is where it was meant to lead, if that is known.
    Refused { refusal: Refusal, next: Option<String> },
}

impl From<Problem> for Returned {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Refusal> for Returned {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, next: None }
    }
}

impl Refusal {
    /// By the wiki's `error`. For *Cancel*, MediaWiki says `unauthorized_client`, and leaves the state out; other
    /// servers say `access_denied`. Whoever has made up an error of their own has not logged in either.
    pub(crate) fn of_the_wiki(error: &str) -> Self {
        match error {
            "server_error" | "temporarily_unavailable" => Self::WikiFailed(error.to_owned()),
            "invalid_client" | "invalid_request" | "invalid_scope" | "unsupported_response_type" => {
                Self::NotRegistered(error.to_owned())
            }
            _ => Self::Cancelled,
        }
    }

    /// One word for the log.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::NotOnTheWay => "unknown state",
            Self::CodeRejected => "code rejected",
            Self::Blocked => "blocked or hidden",
            Self::Unattached => "not attached",
            Self::WikiFailed(_) => "the wiki failed",
            Self::NotRegistered(_) => "the wiki does not know this site",
        }
    }

    /// What failed, for the log: never a code, a token or a name.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::WikiFailed(cause) | Self::NotRegistered(cause) => cause,
            _ => "-",
        }
    }

    /// What the person sees, with the way to try again and to end up at `next`.
    pub(crate) fn into_problem(self, next: Option<&str>) -> Problem {
        let query = next.map(|next| serde_urlencoded::to_string([("next", next)]).unwrap_or_default());
        let login = query.map_or_else(|| "/login".to_owned(), |query| format!("/login?{query}"));
        let problem = match self {
            Self::Cancelled => Problem::forbidden(
                "You cancelled the login, so nothing has happened. You can log in whenever you like.",
            )
            .headed("Login cancelled")
            .with_way_out(login, "Log in"),
            Self::NotOnTheWay | Self::CodeRejected => Problem::bad_request(
                "This login took too long, was used already, or began in another browser. Please try again.",
            )
            .headed("Please log in again")
            .with_way_out(login, "Try again"),
            Self::Blocked => Problem::forbidden(
                "This account is blocked or hidden on the wiki, so nobody can log in here with it.",
            )
            .headed("This account cannot log in"),
            Self::Unattached => Problem::forbidden(
                "This account is not attached to a global Wikimedia account, so it cannot be told apart from \
                 others of its name. Please log in with a global account.",
            )
            .headed("This account cannot log in"),
            Self::WikiFailed(cause) => Problem::bad_gateway(
                "The wiki that logs people in did not answer as it should. Please try again in a moment.",
            )
            .headed("The wiki did not answer")
            .with_way_out(login, "Try again")
            .caused_by(cause),
            Self::NotRegistered(cause) => Problem::bad_gateway(
                "The wiki that logs people in does not accept this site. Whoever runs the site has to mend that; \
                 they find the reason in the log.",
            )
            .headed("The wiki does not accept this site")
            .with_way_out(login, "Try again")
            .caused_by(cause),
        };
        // The address of this page has a code in it.
        problem.with_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_wiki_says_is_understood() {
        for error in ["unauthorized_client", "access_denied", "", "<script>"] {
            assert_eq!(Refusal::of_the_wiki(error), Refusal::Cancelled, "{error}");
        }
        assert!(matches!(Refusal::of_the_wiki("server_error"), Refusal::WikiFailed(_)));
        assert!(matches!(Refusal::of_the_wiki("invalid_scope"), Refusal::NotRegistered(_)));
    }

    #[test]
    fn trying_again_leads_where_it_was_meant_to() {
        let problem = Refusal::CodeRejected.into_problem(Some("/channel/a/queue?lang=de&type=text"));
        let (address, words) = problem.way_out().unwrap();
        assert_eq!(address, "/login?next=%2Fchannel%2Fa%2Fqueue%3Flang%3Dde%26type%3Dtext");
        assert_eq!((words, problem.status().as_u16()), ("Try again", 400));
        assert_eq!(Refusal::NotOnTheWay.into_problem(None).way_out().unwrap().0, "/login");
        assert_eq!(Refusal::Blocked.into_problem(None).way_out(), None, "trying again would not help");
    }
}
