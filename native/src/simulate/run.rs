//! The subcommand `simulate`.

use std::{
    future::Future,
    io::{IsTerminal as _, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Uri, header};
use http_body_util::Full;
use platform::clock::Clock;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until, timeout},
};

use super::{
    Generator, Signer,
    client::{Client, ClientError},
    report::{Progress, Summary, Tally},
    schedule::Schedule,
    target,
};
use crate::{cli::SimulateArguments, failure::Failure};

/// How many messages are under way at once, each on a connection of its own.
const CONNECTIONS: u32 = 64;

/// How long Eventyay waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the progress line is written anew.
const REFRESH: Duration = Duration::from_millis(250);

const SIGNATURE: HeaderName = HeaderName::from_static("x-eventyay-signature");
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/json");
const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("chatstream-simulate/", env!("CARGO_PKG_VERSION")));

/// Posts messages until `arguments.count` of them are sent or `stop` resolves, waits for what is under way,
/// and prints a summary. Fails only if it cannot begin.
pub async fn run<C: Clock>(
    arguments: &SimulateArguments,
    clock: &C,
    stop: impl Future<Output = ()> + Send,
) -> Result<Tally, Failure> {
    let client = Client::new(&arguments.url)?;
    let path = format!("/webhook/channel/{}", channel(&arguments.channel)?);
    let target = client.target(&path)?;
    let secret = match &arguments.secret {
        Some(secret) => {
            target::check(&client).await?;
            secret.clone()
        }
        None => target::webhook_secret(&client, &arguments.channel).await?,
    };
    let started = clock.now();
    let seed = arguments.seed.unwrap_or(started.unsigned_abs());
    let url = client.url();
    println!("{} messages a minute to {url}{path}. Ctrl-C ends it.", arguments.rate);

    let begin = Instant::now();
    let poster = Arc::new(Poster { signer: Signer::new(&secret), client, target, tally: Mutex::default() });
    let progress =
        std::io::stderr().is_terminal().then(|| tokio::spawn(show_progress(Arc::clone(&poster), begin)));
    let generator = Generator::new(seed, started);
    post_all(arguments, clock, &poster, generator, begin, stop).await;
    if let Some(progress) = progress {
        progress.abort();
        eprint!("\r\x1b[K");
    }
    let tally = poster.tally().clone();
    print!("{}", Summary { tally: &tally, elapsed: begin.elapsed(), seed });
    Ok(tally)
}

async fn post_all<C: Clock>(
    arguments: &SimulateArguments,
    clock: &C,
    poster: &Arc<Poster>,
    mut generator: Generator,
    begin: Instant,
    stop: impl Future<Output = ()> + Send,
) {
    let mut schedule = Schedule::new(arguments.rate);
    let places = Arc::new(Semaphore::new(usize::try_from(CONNECTIONS).unwrap_or(usize::MAX)));
    let count = arguments.count.map_or(u64::MAX, std::num::NonZero::get);
    let mut stop = std::pin::pin!(stop);
    for _ in 0..count {
        let turn = async {
            let due = begin + schedule.due();
            // A timer for what is overdue already would cost a turn of the runtime.
            if due > Instant::now() {
                sleep_until(due).await;
            }
            Arc::clone(&places).acquire_owned().await
        };
        let place = tokio::select! {
            biased;
            () = &mut stop => break,
            place = turn => place,
        };
        // The semaphore is never closed.
        let Ok(place) = place else { break };
        schedule.sent(begin.elapsed());
        let event = generator.next(clock.now());
        poster.tally().sent += 1;
        tokio::spawn(Arc::clone(poster).post(event.body, place));
    }
    // Every message under way holds a place, and gives it back within the patience of one answer.
    places.acquire_many(CONNECTIONS).await.map(drop).unwrap_or_default();
}

/// Sends messages and counts what comes of them.
#[derive(Debug)]
struct Poster {
    client: Client,
    target: Uri,
    signer: Signer,
    tally: Mutex<Tally>,
}

impl Poster {
    async fn post(self: Arc<Self>, body: Vec<u8>, place: OwnedSemaphorePermit) {
        let request = self.request(body);
        let begin = Instant::now();
        let outcome = timeout(PATIENCE, self.client.exchange(request)).await;
        let latency = begin.elapsed();
        let mut tally = self.tally();
        let cause = match outcome {
            Ok(Ok(answer)) => {
                tally.latencies.record(latency);
                *tally.answers.entry(answer.status().as_u16()).or_default() += 1;
                None
            }
            Ok(Err(ClientError::Connect(_))) => Some("no connection"),
            Ok(Err(ClientError::Broken(_) | ClientError::Unreadable)) => Some("the connection broke off"),
            Err(_) => Some("no answer within 5 seconds"),
        };
        if let Some(cause) = cause {
            *tally.failures.entry(cause).or_default() += 1;
        }
        drop(tally);
        drop(place);
    }

    fn request(&self, body: Vec<u8>) -> Request<Full<Bytes>> {
        let signature = HeaderValue::try_from(self.signer.sign(&body));
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.target.clone();
        let headers = request.headers_mut();
        headers.insert(header::HOST, self.client.host());
        headers.insert(header::USER_AGENT, USER_AGENT);
        headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
        // Hexadecimal digits always make a header's value.
        headers.extend(signature.ok().map(|signature| (SIGNATURE, signature)));
        request
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn show_progress(poster: Arc<Poster>, begin: Instant) {
    let mut ticks = tokio::time::interval(REFRESH);
    // The rate over some seconds: at one message a second a shorter view would jump up and down.
    let mut past = std::collections::VecDeque::from([(begin, 0)]);
    loop {
        let now = ticks.tick().await;
        let tally = poster.tally().clone();
        past.push_back((now, tally.sent));
        if past.len() > 20 {
            past.pop_front();
        }
        let (then, sent) = past[0];
        let seconds = now.saturating_duration_since(then).as_secs_f64().max(REFRESH.as_secs_f64());
        let messages = u32::try_from(tally.sent - sent).unwrap_or(u32::MAX);
        let line = Progress { tally: &tally, rate: f64::from(messages) * 60.0 / seconds }.to_string();
        // A terminal that went away is no reason to stop.
        write!(std::io::stderr(), "\r\x1b[K{line}").unwrap_or_default();
    }
}

/// `name`, if it can stand in a path.
fn channel(name: &str) -> Result<&str, Failure> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.is_empty() && name.bytes().all(fits) {
        Ok(name)
    } else {
        Err(Failure::new("--channel is not a channel's id", "use letters, digits, dots and dashes only"))
    }
}
