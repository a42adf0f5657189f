//! The ports on Spin, the one place that names its SDK.
//!
//! An instance of a component serves up to 16 requests at once on one thread, up to 128 in all, and is gone after a
//! second without any. What is kept between requests is only what makes the next one cheaper; nothing depends on it.
//! Facts: Spin 4.1 and `spin-sdk` 7; a WebAssembly component of `wasi:http@0.3.0`.

mod clock;
mod config;
mod database;
mod entry;
mod http_client;
mod key_value;
mod local;
mod logging;
mod wakeups;

pub use spin_sdk as sdk;

pub use self::{
    clock::SpinClock,
    config::SpinConfig,
    database::SpinDatabase,
    entry::Routers,
    http_client::SpinHttpClient,
    key_value::SpinKeyValue,
    wakeups::{SpinSubscription, SpinWakeups},
};
use crate::{Platform, schema::Schema};

// Only named, so that its feature is on: see the workspace's manifest.
use wit_bindgen as _;

/// This host's side of the ports, for what is kept by the schema `S`.
#[derive(Debug)]
pub struct SpinHost<S> {
    database: SpinDatabase<S>,
    key_value: SpinKeyValue,
    config: SpinConfig,
    http_client: SpinHttpClient,
    clock: SpinClock,
    wakeups: SpinWakeups<S>,
}

impl<S> Default for SpinHost<S> {
    fn default() -> Self {
        let database = SpinDatabase::default();
        Self {
            wakeups: SpinWakeups::new(database.clone()),
            database,
            key_value: SpinKeyValue::default(),
            config: SpinConfig::default(),
            http_client: SpinHttpClient,
            clock: SpinClock,
        }
    }
}

impl<S> Clone for SpinHost<S> {
    fn clone(&self) -> Self {
        Self {
            database: self.database.clone(),
            key_value: self.key_value.clone(),
            config: self.config.clone(),
            http_client: self.http_client,
            clock: self.clock,
            wakeups: self.wakeups.clone(),
        }
    }
}

impl<S> SpinHost<S> {
    /// The same host for requests from this machine to `local_url`, or from anywhere.
    #[must_use]
    fn at(&self, local_url: Option<String>) -> Self {
        Self { config: SpinConfig::new(local_url), ..self.clone() }
    }
}

impl<S: Schema> Platform for SpinHost<S> {
    type Database = SpinDatabase<S>;
    type KeyValue = SpinKeyValue;
    type Config = SpinConfig;
    type HttpClient = SpinHttpClient;
    type Clock = SpinClock;
    type Wakeups = SpinWakeups<S>;

    fn database(&self) -> &Self::Database {
        &self.database
    }

    fn key_value(&self) -> &Self::KeyValue {
        &self.key_value
    }

    fn config(&self) -> &Self::Config {
        &self.config
    }

    fn http_client(&self) -> &Self::HttpClient {
        &self.http_client
    }

    fn clock(&self) -> &Self::Clock {
        &self.clock
    }

    fn wakeups(&self) -> &Self::Wakeups {
        &self.wakeups
    }
}

/// A component's entry: what Spin calls with each request. `$router` makes the component's routes, `$schema` is what it
/// keeps.
#[macro_export]
macro_rules! spin_component {
    ($router:path, $schema:ty) => {
        #[allow(
            unsafe_code,
            reason = "exporting a function by name is, and the SDK's macro does nothing else so"
        )]
        mod spin_component {
            use $crate::spin::sdk::wasip3;

            static ROUTERS: $crate::spin::Routers<$schema> = $crate::spin::Routers::new();

            struct Component;

            impl wasip3::exports::http::handler::Guest for Component {
                async fn handle(
                    request: wasip3::http::types::Request,
                ) -> Result<wasip3::http::types::Response, wasip3::http::types::ErrorCode> {
                    ROUTERS.answer(request, $router).await
                }
            }

            wasip3::http::service::export!(Component);
        }
    };
}
