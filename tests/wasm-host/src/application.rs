//! An application that is ready to answer requests.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, header, uri::Scheme};
use http_body_util::{BodyExt as _, Empty, Full, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use wasmtime::{Engine, component::Linker};
use wasmtime_wasi_http::{
    handler::{ProxyHandler, TrapOrPanicError},
    p3::bindings::ServicePre,
    p3::bindings::http::types::ErrorCode,
};

use crate::{
    compile::{self, CompileError},
    counts::Counts,
    database::Likeness,
    instances::{Instances, Limits},
    manifest::{Component, Manifest, ManifestError},
    outbound::AllowedHost,
    routes::Routes,
    spin,
    state::{Files, Grants, State},
    variables::{self, VariableError},
};

/// What stands for a component's answer.
pub type Body = UnsyncBoxBody<Bytes, wasmtime::Error>;

/// How an application is started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The manifest, or its folder.
    pub manifest: PathBuf,
    /// Where its databases and stores are.
    pub state: PathBuf,
    /// Where compiled components are kept.
    pub cache: PathBuf,
    /// Values for its variables; one that it does not declare is an error.
    pub variables: BTreeMap<String, String>,
    /// Values for those of its variables that are not among these, and perhaps for others.
    pub environment: BTreeMap<String, String>,
    /// How long instances are used.
    pub limits: Limits,
    /// Whether to say how often the database was asked.
    pub shows_counts: bool,
    /// What the database answers like.
    pub likeness: Likeness,
}

/// Why an application cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// Its manifest is wrong.
    #[error("the manifest is refused")]
    Manifest(#[from] ManifestError),
    /// A variable has no value, or there is no such variable.
    #[error("the variables are refused")]
    Variables(#[from] VariableError),
    /// A component cannot be run.
    #[error("a component cannot be compiled")]
    Compile(#[from] CompileError),
    /// A component asks for an interface that this host does not have, or has no handler for requests.
    #[error("component {component} does not fit this host: {error:#}")]
    Link {
        /// Its name.
        component: String,
        /// What is missing.
        error: wasmtime::Error,
    },
    /// The folder for its state cannot be made.
    #[error("the folder {path} cannot be made")]
    State {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// An application that is ready to answer requests.
pub struct Application {
    routes: Routes,
    components: Vec<ProxyHandler<Instances>>,
    descriptions: Vec<(String, String)>,
    /// The application's name and the like, for whoever asks the runtime.
    info: Bytes,
    /// How often the database was asked, for whoever may know.
    counts: Option<Arc<Counts>>,
}

impl Application {
    /// Reads the manifest, compiles what it names, and links it with what it is granted.
    pub fn start(settings: &Settings) -> Result<Self, ApplicationError> {
        let manifest = Manifest::load(&settings.manifest)?;
        let values = variables::values(&manifest.variables, &settings.variables, &settings.environment)?;
        std::fs::create_dir_all(&settings.state)
            .map_err(|source| ApplicationError::State { path: settings.state.clone(), source })?;
        let files = Arc::new(Files::new(&settings.state, settings.likeness));
        let names: Vec<&String> = manifest.components.keys().collect();
        let routes = Routes::new(&manifest.routes, |name| names.iter().position(|known| *known == name))?;
        let grants: Vec<Arc<Grants>> = manifest
            .components
            .iter()
            .map(|(name, component)| granted(name, component, &values, &files).map(Arc::new))
            .collect::<Result<_, _>>()?;
        let engine = compile::engine()?;
        let services = services(&engine, &manifest, &settings.cache)?;
        let components = services.into_iter().zip(grants).map(|(service, grants)| {
            ProxyHandler::new(Instances::new(engine.clone(), service, grants, settings.limits))
        });
        let descriptions = manifest.routes.iter().map(|route| {
            let description =
                manifest.components.get(&route.component).map(|found| found.description.clone());
            (format!("{}: {}", route.component, route.pattern), description.unwrap_or_default())
        });
        Ok(Self {
            routes,
            components: components.collect(),
            descriptions: descriptions.collect(),
            info: format!("{{\"name\":{:?}}}", manifest.name).into(),
            counts: settings.shows_counts.then(|| files.counts()),
        })
    }

    /// The routes, a line each, and what their components are for.
    pub fn describe(&self) -> impl Iterator<Item = (&str, &str)> {
        self.descriptions.iter().map(|(route, description)| (route.as_str(), description.as_str()))
    }

    /// Answers a request, or an error that ends the connection.
    pub async fn answer(
        &self,
        mut request: Request<Incoming>,
        client: SocketAddr,
    ) -> Result<Response<Body>, RequestError> {
        // It is about the connection, not for the component.
        request.headers_mut().remove(header::CONNECTION);
        let path = request.uri().path();
        if let Some(question) = path.strip_prefix("/.well-known/spin/") {
            return Ok(self.about(question));
        }
        let path = path.to_owned();
        let Some(found) = self.routes.find(&path) else {
            return Ok(empty(StatusCode::NOT_FOUND));
        };
        let Some(component) = self.components.get(found.component()) else {
            return Ok(empty(StatusCode::NOT_FOUND));
        };
        let uri = full_uri(&request)?;
        if request.headers().values().any(|value| str::from_utf8(value.as_bytes()).is_err()) {
            eprintln!("{}: a request has a header that is not UTF-8", component.state().name());
            return Ok(empty(StatusCode::INTERNAL_SERVER_ERROR));
        }
        found.describe(request.headers_mut(), &uri.to_string(), &client.to_string());
        *request.uri_mut() = uri;
        let request = request.map(|body| body.map_err(|error| from_hyper(&error).into()).boxed_unsync());
        match component.handle((), request).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let name = component.state().name();
                // Why it has ended is in the log already.
                if error.is::<TrapOrPanicError>() {
                    eprintln!("{name}: a request failed: its instance has ended");
                } else {
                    eprintln!("{name}: a request failed: {error:?}");
                }
                Ok(empty(StatusCode::INTERNAL_SERVER_ERROR))
            }
        }
    }

    fn about(&self, question: &str) -> Response<Body> {
        let text = match question {
            "health" => Bytes::from_static(b"OK"),
            "info" => self.info.clone(),
            "statements" => match &self.counts {
                Some(counts) => counts.to_json().into(),
                None => return empty(StatusCode::NOT_FOUND),
            },
            _ => return empty(StatusCode::NOT_FOUND),
        };
        Response::new(Full::new(text).map_err(|never| match never {}).boxed_unsync())
    }
}

/// A request that gets no answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// It does not say for which host it is, or says it twice.
    #[error("a request has no `Host`, or not one that can be used")]
    Host,
}

fn full_uri(request: &Request<Incoming>) -> Result<Uri, RequestError> {
    let mut parts = request.uri().clone().into_parts();
    let host = request.headers().get(header::HOST);
    let host =
        host.map(|host| host.to_str().ok().and_then(|host| host.parse().ok()).ok_or(RequestError::Host));
    let authority = match (host.transpose()?, parts.authority.take()) {
        (Some(host), Some(authority)) if host != authority => return Err(RequestError::Host),
        (host, authority) => host.or(authority).ok_or(RequestError::Host)?,
    };
    parts.authority = Some(authority);
    parts.scheme = Some(Scheme::HTTP);
    if parts.path_and_query.is_none() && request.method() != Method::CONNECT {
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
    }
    Uri::from_parts(parts).map_err(|_| RequestError::Host)
}

fn from_hyper(error: &hyper::Error) -> ErrorCode {
    if error.is_timeout() {
        ErrorCode::ConnectionReadTimeout
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        ErrorCode::ConnectionTerminated
    } else {
        ErrorCode::HttpProtocolError
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *answer.status_mut() = status;
    answer
}

fn granted(
    name: &str,
    component: &Component,
    values: &BTreeMap<String, String>,
    files: &Arc<Files>,
) -> Result<Grants, ManifestError> {
    let fill = |texts: &BTreeMap<String, crate::template::Template>| -> BTreeMap<String, String> {
        texts.iter().map(|(key, text)| (key.clone(), text.fill(values))).collect()
    };
    let allowed_hosts = component.allowed_outbound_hosts.iter().map(|template| {
        let text = template.fill(values);
        AllowedHost::parse(&text).map_err(|fault| {
            ManifestError::meaning(
                format!("component.{name}.allowed_outbound_hosts"),
                format!("{text:?} is not allowed: {fault}"),
            )
        })
    });
    Ok(Grants {
        name: name.into(),
        variables: fill(&component.variables),
        environment: fill(&component.environment).into_iter().collect(),
        allowed_hosts: allowed_hosts.collect::<Result<_, _>>()?,
        key_value_stores: component.key_value_stores.clone(),
        sqlite_databases: component.sqlite_databases.clone(),
        files: Arc::clone(files),
    })
}

/// The components, each compiled on a thread of its own, and linked.
fn services(
    engine: &Engine,
    manifest: &Manifest,
    cache: &Path,
) -> Result<Vec<ServicePre<State>>, ApplicationError> {
    let mut linker = Linker::new(engine);
    let own = wasmtime_wasi::p2::add_to_linker_async(&mut linker)
        .and_then(|()| wasmtime_wasi::p3::add_to_linker(&mut linker))
        .and_then(|()| wasmtime_wasi_http::p3::add_to_linker(&mut linker))
        .and_then(|()| spin::add_to_linker(&mut linker));
    own.map_err(CompileError::Engine)?;
    let linker = &linker;
    thread::scope(|scope| {
        let started: Vec<_> = manifest
            .components
            .iter()
            .map(|(name, component)| {
                scope.spawn(move || {
                    let compiled = compile::component(engine, &component.source, cache)?;
                    linker
                        .instantiate_pre(&compiled)
                        .and_then(ServicePre::new)
                        .map_err(|error| ApplicationError::Link { component: name.clone(), error })
                })
            })
            .collect();
        let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
