//! `LISTEN` and `PORT`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::Sources;
use crate::failure::Failure;

const DEFAULT_PORT: u16 = 5000;

/// Where to listen: the flag, else `LISTEN`, else every address at `PORT`, else loopback.
pub(super) fn read(sources: &Sources, flag: Option<&str>) -> Result<SocketAddr, Failure> {
    if let Some(flag) = flag {
        return parse("--listen", flag);
    }
    if let Some(value) = sources.value("LISTEN")? {
        return parse("LISTEN", &value);
    }
    match sources.value("PORT")? {
        Some(value) => match value.parse() {
            Ok(port) => Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)),
            Err(_) => Err(Failure::new("PORT is not a port", "set it to a number from 0 to 65535")),
        },
        None => Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DEFAULT_PORT)),
    }
}

fn parse(name: &str, value: &str) -> Result<SocketAddr, Failure> {
    let value = match value.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => value.to_owned(),
    };
    value.parse().map_err(|_| {
        Failure::new(
            format!("{name} is not an address and a port"),
            "write it like 127.0.0.1:5000, 0.0.0.0:8000 or [::1]:5000",
        )
    })
}

/// The site's address for a browser on this machine, if no other machine can connect to `listening`.
pub(super) fn local_url(listening: SocketAddr) -> Option<String> {
    listening.ip().is_loopback().then(|| format!("http://{listening}"))
}
