//! Instances of a component: when one takes another request, and when it has to go. The handing out of requests is
//! `wasmtime-wasi-http`'s own, which Spin uses too; here are its limits.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::time::Sleep;
use wasmtime::{Engine, Store, StoreContextMut, component::GuestTaskId};
use wasmtime_wasi_http::{
    handler::{
        HandlerState, Instance, Proxy, ShouldAccept, ViewFn, WorkerExpiration, WorkerState, WorkerStatus,
    },
    p3::{WasiHttpView as _, bindings::ServicePre},
};

use crate::state::{Grants, State};

/// What `wasmtime-wasi-http` says of an instance whose task is gone, idle or not, as when the whole host ends: no news. A
/// panic of the host's own has a message of its own, and a component's is a trap.
const CUT_OFF: &str = "worker panicked";

/// How long instances are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many requests an instance serves altogether.
    pub requests: usize,
    /// How many requests an instance serves at once.
    pub at_once: usize,
    /// How long an instance waits for another request.
    pub idle: Duration,
}

impl Default for Limits {
    /// Those of Spin 4.1.
    fn default() -> Self {
        Self { requests: 128, at_once: 16, idle: Duration::from_secs(1) }
    }
}

/// Where the instances of a component come from.
pub struct Instances {
    engine: Engine,
    component: ServicePre<State>,
    grants: Arc<Grants>,
    limits: Limits,
}

impl Instances {
    /// Instances of `component`, each with what it is granted.
    #[must_use]
    pub fn new(engine: Engine, component: ServicePre<State>, grants: Arc<Grants>, limits: Limits) -> Self {
        Self { engine, component, grants, limits }
    }

    /// The component's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.grants.name
    }
}

impl HandlerState for Instances {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Worker>> {
        let mut store = Store::new(&self.engine, State::new(&self.grants));
        let service = self.component.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: ViewFn::P3(State::http),
            expiration: Expiration { idle: self.limits.idle, alarm: None },
            state: Worker { component: Arc::clone(&self.grants.name), limits: self.limits },
        })
    }
}

/// Says when an instance has been idle for too long.
#[derive(Debug)]
pub struct Expiration {
    idle: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        // A request may take as long as it likes: displays stay connected for hours.
        if status != WorkerStatus::Idle {
            return Poll::Pending;
        }
        let deadline = (start + self.idle).into();
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(context)
    }
}

/// An instance at work.
#[derive(Debug)]
pub struct Worker {
    component: Arc<str>,
    limits: Limits,
}

impl WorkerState for Worker {
    type StoreData = State;
    type RequestId = ();

    fn should_accept_request(&self, at_once: usize, altogether: usize) -> ShouldAccept {
        if altogether >= self.limits.requests {
            ShouldAccept::Never
        } else if at_once >= self.limits.at_once {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, State>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: Store<State>, result: wasmtime::Result<()>) {
        drop(store);
        match result {
            Err(error) if error.to_string() != CUT_OFF => {
                eprintln!("{}: an instance failed: {error:?}", self.component);
            }
            _ => {}
        }
    }
}
