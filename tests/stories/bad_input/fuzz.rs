//! Nonsense by the thousand, on every route.

use std::fmt::Write as _;

use chatstream_tests::{
    channel::TestChannel,
    eventyay::{Event, Viewer, signature},
    host::{Host, Options},
    raw::{self, RawAnswer},
    seed::Seed,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::routes::ROUTES;

const REQUESTS: usize = 6_000;
const AT_ONCE: usize = 24;

/// The superadmin's place among the callers.
const SUPERADMIN: usize = 2;

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"];

/// What stands in a path or a query where something else should.
const ODD: [&str; 24] = [
    "%FF",
    "%00",
    "%C3%28",
    "%F0%9F%91%8D",
    "..",
    "%2e%2e%2f",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "1e9",
    "null",
    "true",
    "x'--",
    "%22%3E%3Cscript%3E",
    "%E2%80%AE",
    "%ED%A0%80",
    "+",
    "%20",
    "%0d%0aX:%20y",
    "%25",
    "[]",
    "{}",
    "",
];

const PARAMETERS: [&str; 14] = [
    "since",
    "wait",
    "limit",
    "before",
    "lang",
    "type",
    "token",
    "challenge",
    "decision",
    "moderator",
    "username",
    "central_id",
    "next",
    "x",
];

const FIELDS: [&str; 20] = [
    "id",
    "name",
    "description",
    "is_public",
    "likely_languages",
    "default_language",
    "max_age_seconds",
    "custom_css",
    "anonymous_label",
    "message_id",
    "screen_name",
    "sender_id",
    "centralauth_id",
    "wiki_username",
    "role",
    "group",
    "csrf_token",
    "message",
    "meta",
    "timestamp",
];

const CONTENT_TYPES: [&str; 7] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json, text/html",
    "\u{1f4a9}",
];

/// Builds requests: mostly ones that get past the first checks.
struct Writer<'a> {
    seed: Seed,
    channel: &'a TestChannel,
    message: i64,
    /// Nobody, a stranger, a superadmin, a moderator.
    callers: Vec<String>,
}

impl Writer<'_> {
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.seed.usize(0..of.len())]
    }

    fn rarely(&mut self) -> bool {
        self.seed.u8(0..5) == 0
    }

    fn request(&mut self) -> Vec<u8> {
        let (mut method, mut route, _) = self.one(ROUTES);
        // Somebody who is logged out gets no further than that.
        while route == "/logout" && self.seed.u8(0..20) > 0 {
            (method, route, _) = self.one(ROUTES);
        }
        let method = if self.rarely() { self.one(&METHODS) } else { method };
        let target = self.target(route);
        let body = self.body();
        let mut head = format!("{method} {target} HTTP/1.1\r\nhost: x\r\n");
        let caller = if self.seed.bool() { SUPERADMIN } else { self.seed.usize(0..self.callers.len()) };
        head.push_str(&self.callers[caller]);
        if self.seed.bool() {
            head.push_str("accept: application/json\r\n");
        }
        let kind = if self.rarely() { self.one(&CONTENT_TYPES) } else { self.one(&CONTENT_TYPES[..3]) };
        write!(head, "content-type: {kind}\r\n").unwrap();
        if self.rarely() {
            let header =
                self.one(&["last-event-id", "if-none-match", "if-modified-since", "x-request-id", "range"]);
            let value = self.one(&["x", "-1", "\"", "99999999999999999999", "bytes=0-", "Thu, 99 Foo 0000"]);
            write!(head, "{header}: {value}\r\n").unwrap();
        }
        let signed = signature(self.channel.eventyay.secret(), &body);
        write!(head, "x-eventyay-signature: {signed}\r\n").unwrap();
        write!(head, "content-length: {}\r\n\r\n", body.len()).unwrap();
        let mut request = head.into_bytes();
        request.extend_from_slice(&body);
        request
    }

    fn target(&mut self, route: &str) -> String {
        let channel = if self.rarely() { self.one(&ODD).to_owned() } else { self.channel.id.clone() };
        let id = if self.rarely() { self.one(&ODD).to_owned() } else { self.message.to_string() };
        let file = self.one(&["style.css", "..%2f..%2fetc/passwd", "%FF", "a/b/c", ""]);
        let mut target = route.replace("{channel}", &channel).replace("{id}", &id).replace("{path}", file);
        if target.is_empty() {
            target.push('/');
        }
        for index in 0..self.seed.usize(0..4) {
            let (parameter, value) = (self.one(&PARAMETERS), self.one(&ODD));
            // A poll that waits would only make this slow.
            let value = if parameter == "wait" { "0" } else { value };
            write!(target, "{}{parameter}={value}", if index == 0 { "?" } else { "&" }).unwrap();
        }
        if self.seed.u8(0..60) == 0 {
            let separator = if target.contains('?') { "&" } else { "?" };
            write!(target, "{separator}long={}", "y".repeat(8_000)).unwrap();
        }
        // A line end or a space of its own would end the request line.
        target.replace(['\r', '\n', ' '], "")
    }

    fn body(&mut self) -> Vec<u8> {
        match self.seed.u8(0..10) {
            0 => Vec::new(),
            1 => (0..self.seed.usize(1..200)).map(|_| self.seed.u8(..)).collect(),
            2 => "[".repeat(self.seed.usize(1..5_000)).into_bytes(),
            3 => self.form().into_bytes(),
            4 | 5 => self.event(),
            choice => {
                let value = if choice == 6 { self.value(3) } else { self.object(3) };
                let mut body = value.to_string().into_bytes();
                if self.rarely() && !body.is_empty() {
                    let at = self.seed.usize(0..body.len());
                    body[at] = self.seed.u8(..);
                }
                body
            }
        }
    }

    /// A real event with one field that is not.
    fn event(&mut self) -> Vec<u8> {
        let fields = [
            "message_id",
            "timestamp",
            "screen_name",
            "sender_id",
            "centralauth_id",
            "message",
            "message_type",
            "meta",
            "profile_img",
            "user_language",
        ];
        let (field, value) = (self.one(&fields), self.value(2));
        Event::text(&Viewer::guest("Fuzz"), "fuzz").with(field, value).body().into_bytes()
    }

    fn form(&mut self) -> String {
        let pairs: Vec<_> =
            (0..self.seed.usize(1..6)).map(|_| format!("{}={}", self.one(&FIELDS), self.one(&ODD))).collect();
        pairs.join("&")
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.seed.u8(0..if depth == 0 { 9 } else { 14 }) {
            0 => Value::Null,
            1 => json!(self.seed.bool()),
            2 => json!(self.seed.i64(-2..5)),
            3 => json!(self.one(&[i64::MIN, i64::MAX, -1, 0])),
            4 => json!(u64::MAX),
            5 => json!(self.one(&[0.5, 1e300, -0.0])),
            6 => json!(self.one(&[
                "",
                " ",
                "x",
                "en",
                "moderator",
                "5",
                "\u{0}",
                "\u{202e}",
                "👍",
                "\u{10ffff}",
                "a\nb"
            ])),
            7 => json!("z".repeat(self.seed.usize(0..3_000))),
            8 => json!(self.channel.id),
            9 | 10 => (0..self.seed.usize(0..4)).map(|_| self.value(depth - 1)).collect(),
            _ => self.object(depth),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let count = self.seed.usize(0..6);
        let pairs = (0..count).map(|_| (self.one(&FIELDS).to_owned(), self.value(depth - 1)));
        Value::Object(pairs.collect())
    }
}

fn check(request: &[u8], answer: Option<&RawAnswer>) {
    let shown = String::from_utf8_lossy(&request[..request.len().min(1_500)]).into_owned();
    let answer = answer.unwrap_or_else(|| panic!("no answer to\n{shown}"));
    assert!(answer.status < 500, "{answer:?} to\n{shown}");
    // What cannot be parsed as HTTP is nobody's request, and has no number.
    if answer.header("x-request-id").is_none() {
        assert!(matches!(answer.status, 400 | 431), "{answer:?} to\n{shown}");
        assert!(
            shown.contains('\u{1f4a9}') || shown.contains(['"', '{', '}', '[', ']']),
            "{answer:?} to\n{shown}"
        );
        return;
    }
    let is_html = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if answer.status >= 400 && !is_html && !shown.starts_with("HEAD ") {
        let problem: Value =
            serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{answer:?} to\n{shown}"));
        assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"), "{answer:?} to\n{shown}");
        assert_eq!(problem["status"], answer.status, "to\n{shown}");
    }
}

/// The cookie and CSRF headers of somebody who may be logged in.
async fn caller(channel: &TestChannel, name: &str, central_id: i64) -> String {
    let path = format!("/dev-login?username={name}&central_id={central_id}");
    let client = chatstream_tests::http::Client::new(channel.base());
    let answer = client.get(&path).await;
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let token = client.get("/api/me").await.ok()["csrf_token"].as_str().unwrap().to_owned();
    format!("cookie: {cookie}\r\nx-csrf-token: {token}\r\n")
}

#[tokio::test]
async fn the_server_answers_and_lives() {
    let host = Host::start(Options::default()).await;
    let channel = TestChannel::open_on(&host, json!({})).await;
    let message = channel.anybody_says("hello").await.id;
    let moderator = &channel.moderator;
    let mut writer = Writer {
        seed: Seed::new("nonsense on every route"),
        message,
        callers: vec![String::new(), caller(&channel, "Stranger", 99).await],
        channel: &channel,
    };
    let moderator_name = chatstream_tests::http::percent_encode(moderator.name());
    for round in 0..REQUESTS / AT_ONCE {
        // Some of them log out, or end the moderator's role.
        if round % 10 == 0 {
            writer.callers.truncate(2);
            writer.callers.push(caller(&channel, "Developer", 1).await);
            writer.callers.push(caller(&channel, &moderator_name, moderator.central_id()).await);
        }
        let requests: Vec<_> = (0..AT_ONCE).map(|_| writer.request()).collect();
        let answers = join_all(requests.iter().map(|request| raw::exchange(channel.base(), request))).await;
        for (request, answer) in requests.iter().zip(&answers) {
            check(request, answer.as_ref());
        }
    }
    host.check_health();
    // And a channel works as on its first day.
    let after = TestChannel::open_on(&host, json!({})).await;
    let message = after.anybody_says("hello again").await.id;
    after.moderator.approve(message).await;
    assert_eq!(after.feeds().texts().await, ["hello again"]);
}
