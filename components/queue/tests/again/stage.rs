//! A host in memory, whose database answers by the names of what it is asked.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use platform::{
    Platform,
    clock::{Clock, Millis},
    config::{Config, ConfigError, Settings},
    database::{Batch, Database, DatabaseError, Row, Rows, Statement, Value},
    http_client::{HttpClient, HttpError},
    key_value::{KeyValue, KeyValueError},
    wakeups::{Subscription, Topic, Wake, Wakeups},
};
use store::{Person, sessions};
use tower::ServiceExt as _;

pub(crate) const START: Millis = 1_800_000_000_000;
/// Where the channel stands at first.
pub(crate) const REVISION: i64 = 7;
const MODERATOR: i64 = 1;

/// What is kept.
pub(crate) struct Kept {
    pub(crate) channel: i64,
    pub(crate) revision: i64,
    pub(crate) role: Option<&'static str>,
    pub(crate) others_seen_at: Option<Millis>,
    seen_at: Millis,
    now: Millis,
    asked: Vec<&'static str>,
    values: HashMap<String, Vec<u8>>,
}

/// All ports in one.
#[derive(Clone)]
pub(crate) struct Host(Arc<Mutex<Kept>>);

/// A moderator who polls.
pub(crate) struct Stage {
    host: Host,
    router: Router,
    cookie: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let host = Host(Arc::new(Mutex::new(Kept {
            channel: 1,
            revision: REVISION,
            role: Some("moderator"),
            others_seen_at: None,
            seen_at: START,
            now: START,
            asked: Vec::new(),
            values: HashMap::new(),
        })));
        let person = Person { central_id: MODERATOR, username: "Ann".to_owned() };
        let id = ready(sessions::begin(&host, &person, START)).unwrap();
        Self { router: chatstream_queue::router(host.clone()), host, cookie: format!("chatstream={id}") }
    }

    pub(crate) fn database(&self) -> MutexGuard<'_, Kept> {
        self.host.kept()
    }

    pub(crate) fn set_clock(&self, now: Millis) {
        self.database().now = now;
    }

    pub(crate) fn log_out(&self) {
        self.database().values.clear();
    }

    /// What the database was asked since the last call.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.database().asked)
    }

    pub(crate) fn poll(&self, since: i64) -> (u16, serde_json::Value) {
        self.poll_with(&format!("since={since}"))
    }

    pub(crate) fn poll_with(&self, query: &str) -> (u16, serde_json::Value) {
        let request = http::Request::get(format!("/api/channel/main/queue?{query}"));
        let request = request.header("cookie", &self.cookie).body(Body::empty()).unwrap();
        let answer = ready(self.router.clone().oneshot(request)).unwrap();
        let status = answer.status().as_u16();
        let body = ready(answer.into_body().collect()).unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing here waits")
}

impl Host {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }
}

impl Kept {
    fn answer(&mut self, statement: &Statement) -> Rows {
        self.asked.push(statement.query.name);
        let number = Value::Integer;
        let text = |text: &str| Value::from(text);
        match statement.query.name {
            "glance::AT" | "channels::FIND_WITH_ROLE" if self.channel == 0 => vec![],
            "glance::AT" => vec![Row(vec![number(self.channel), number(self.revision), self.role.into()])],
            "channels::FIND_WITH_ROLE" => {
                let (flag, state) = (number(0), number(self.revision));
                let mut row = vec![number(self.channel), text("main"), text("Main"), text("")];
                row.extend([flag.clone(), flag.clone(), text("Guest"), flag, text("en"), text("en")]);
                row.extend([number(300), text("secret"), text("token"), number(0), Value::Null, text("")]);
                row.extend(std::iter::repeat_n(state, 7));
                // No secret before this one.
                row.extend([Value::Null, Value::Null]);
                row.push(self.role.into());
                vec![Row(row)]
            }
            "queue::STATE" => vec![Row([self.revision, 0, 0, 0, 0].map(number).into())],
            "presence::LIST" => {
                let seen = [(MODERATOR, "Ann", Some(self.seen_at)), (2, "Bob", self.others_seen_at)];
                let Some(Value::Integer(gone)) = statement.parameters.get(1) else { panic!("no time") };
                let rows = seen.into_iter().filter_map(|(id, name, seen_at)| {
                    let seen_at = seen_at.filter(|seen_at| seen_at > gone)?;
                    Some(Row(vec![number(id), text(name), Value::Null, number(seen_at)]))
                });
                rows.collect()
            }
            "queue::DROPS" | "queue::ARRIVED" | "queue::RETURNED" | "queue::GONE" => vec![],
            other => panic!("{other} is asked"),
        }
    }
}

impl Database for Host {
    async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        let mut kept = self.kept();
        Ok(statements.iter().map(|statement| kept.answer(statement)).collect())
    }

    async fn write(&self, batch: Batch) -> Result<Vec<u64>, DatabaseError> {
        let mut kept = self.kept();
        kept.asked.extend(batch.statements.iter().map(|statement| statement.query.name));
        kept.seen_at = kept.now;
        Ok(vec![1; batch.statements.len()])
    }
}

impl KeyValue for Host {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        Ok(self.kept().values.get(key).cloned())
    }

    async fn set(&self, key: &str, value: Vec<u8>, _deadline: Millis) -> Result<(), KeyValueError> {
        self.kept().values.insert(key.to_owned(), value);
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.kept().values.remove(key);
        Ok(())
    }
}

impl Config for Host {
    async fn settings(&self) -> Result<Arc<Settings>, ConfigError> {
        Settings::read(|_| None, Some("http://127.0.0.1:5000")).map(Arc::new)
    }
}

impl HttpClient for Host {
    async fn send(
        &self,
        _: http::Request<Bytes>,
        limit: Duration,
    ) -> Result<http::Response<Bytes>, HttpError> {
        Err(HttpError::TimedOut(limit))
    }
}

impl Clock for Host {
    fn now(&self) -> Millis {
        self.kept().now
    }

    async fn sleep(&self, _: Duration) {}
}

/// A host that cannot tell what others change, as Spin.
impl Wakeups for Host {
    type Subscription = Self;

    fn subscribe(&self, _: Topic) -> Self {
        self.clone()
    }

    fn generation(&self, _: Topic) -> Option<u64> {
        None
    }
}

impl Subscription for Host {
    async fn changed(&mut self, _seen: i64, limit: Duration) -> Wake {
        self.kept().now += Millis::try_from(limit.as_millis()).unwrap();
        Wake::TimedOut
    }
}

impl Platform for Host {
    type Database = Self;
    type KeyValue = Self;
    type Config = Self;
    type HttpClient = Self;
    type Clock = Self;
    type Wakeups = Self;

    fn database(&self) -> &Self {
        self
    }

    fn key_value(&self) -> &Self {
        self
    }

    fn config(&self) -> &Self {
        self
    }

    fn http_client(&self) -> &Self {
        self
    }

    fn clock(&self) -> &Self {
        self
    }

    fn wakeups(&self) -> &Self {
        self
    }
}
