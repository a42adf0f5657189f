//! Which component answers, and what it is told of the request.

use http::Request;
use http_body_util::Full;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Running, running::within};

/// The values of a header in what `/headers` answers, in their order.
fn values<'a>(headers: &'a str, name: &str) -> Vec<&'a str> {
    headers.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[tokio::test]
async fn a_component_is_told_its_route_after_what_the_client_says_of_it() {
    let host = Running::start().await;
    let request = Request::get(host.url("/headers?a=b"));
    let request = request.header("spin-path-info", "/forged").header("spin-client-addr", "10.0.0.1:1");
    let headers = host.send(request.body(Full::default()).unwrap()).await.text().await;
    assert_eq!(headers.lines().next(), Some(&*format!("GET {}", host.url("/headers?a=b"))));
    assert_eq!(values(&headers, "spin-path-info"), ["/forged", "/headers"]);
    assert_eq!(values(&headers, "spin-full-url"), [host.url("/headers?a=b")]);
    assert_eq!(values(&headers, "spin-matched-route"), ["/..."]);
    let clients = values(&headers, "spin-client-addr");
    assert_eq!(clients.len(), 2);
    assert!(clients[1].starts_with("127.0.0.1:"), "{clients:?}");
}

#[tokio::test]
async fn the_longest_route_wins_and_what_has_none_is_not_found() {
    let host = Running::start().await;
    // Both are the same program, and only the other one may open a store.
    assert_eq!(host.ask("/store?default").await, r#"None Some("2") (true, false) 20"#);
    assert_eq!(host.ask("/poor/store?default").await, "access denied");
    assert_eq!(host.ask("/.well-known/spin/health").await, "OK");
    assert_eq!(host.get("/.well-known/spin/else").await.status, 404);
}

#[tokio::test]
async fn a_components_own_errors_keep_their_status_and_body() {
    let host = Running::start().await;
    let answer = host.get("/error").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.text().await, "an error of the product's own");
}

#[tokio::test]
async fn output_goes_to_the_log_line_by_line() {
    let host = Running::start().await;
    assert_eq!(host.ask("/print").await, "printed");
    host.writes("probe: one").await;
    host.writes("probe: two").await;
}

#[tokio::test]
async fn variables_come_from_the_manifest_the_environment_and_the_command_line() {
    let host = Running::start_with(&["--variable", "place=there"]).await;
    assert_eq!(host.ask("/variable?token").await, "value t0ken");
    assert_eq!(host.ask("/variable?both").await, "value there-t0ken");
    assert_eq!(host.ask("/environment?PLACE").await, "there");
    // The application has it, the component does not.
    assert_eq!(host.ask("/variable?place").await, "undefined");
    assert_eq!(host.ask("/variable?Token").await, "invalid name");
}

#[tokio::test]
async fn a_request_without_a_host_gets_no_answer() {
    let host = Running::start().await;
    let mut connection = TcpStream::connect(host.address()).await.unwrap();
    connection.write_all(b"GET /hello HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    within(connection.read_to_end(&mut answer)).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
}

#[tokio::test]
async fn it_ends_well_when_it_is_asked_to_even_in_the_middle_of_a_stream() {
    let mut host = Running::start().await;
    let mut ticks = host.get("/ticks").await;
    assert!(ticks.chunk().await.is_some());
    assert_eq!(host.terminate().code(), Some(0));
    assert!(!host.log().contains("panicked"), "{}", host.log());
}
