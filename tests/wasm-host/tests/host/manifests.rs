//! Manifests that are wrong, and what is said of them.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::running::command;

const GOOD: &str = r#"
spin_manifest_version = 2

[application]
name = "example"

[variables]
known = { default = "" }

[[trigger.http]]
route = "/..."
component = "only"

[component.only]
source = "only.wasm"
"#;

/// What the host says of the manifest `text` before it ends.
fn refusal(text: &str) -> String {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("spin.toml"), text).unwrap();
    // The wrong manifests are refused before this is looked into.
    fs::write(folder.path().join("only.wasm"), "no component").unwrap();
    said(folder.path(), &[])
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder, &folder.join("state")).args(arguments).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[track_caller]
fn refused(change: (&str, &str), expected: &str) {
    assert!(GOOD.contains(change.0), "{:?}", change.0);
    let refusal = refusal(&GOOD.replace(change.0, change.1));
    assert!(refusal.contains(expected), "{refusal}");
}

#[test]
fn a_key_that_does_not_exist() {
    refused(("source =", "sqlite_database = [\"default\"]\nsource ="), "unknown field `sqlite_database`");
    refused(("route = \"/...\"", "route = \"/...\"\nroutes = 1"), "unknown field `routes`");
    refused(("known = { default = \"\" }", "known = { defautl = \"\" }"), "unknown field `defautl`");
}

#[test]
fn another_version_of_the_manifest() {
    refused(("version = 2", "version = 1"), "only version 2 is supported");
}

#[test]
fn a_component_that_does_not_exist() {
    refused(("component = \"only\"", "component = \"other\""), "there is no component other");
}

#[test]
fn a_route_that_is_there_twice() {
    let twice = "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"only\"\n\n[component.only]";
    refused(("[component.only]", twice), "route /...: is there twice");
}

#[test]
fn a_variable_that_is_not_declared() {
    let unknown = "[component.only]\nvariables = { a = \"{{ unknown }}\" }";
    refused(("[component.only]", unknown), "component.only.variables.a: there is no variable unknown");
    let unknown = "[component.only]\nallowed_outbound_hosts = [\"https://{{ unknown }}\"]";
    refused(("[component.only]", unknown), "there is no variable unknown");
}

#[test]
fn a_variable_that_is_neither_required_nor_has_a_default() {
    refused(("known = { default = \"\" }", "known = {}"), "either `required` or has a `default`");
}

#[test]
fn a_required_variable_without_a_value() {
    let required = ("known = { default = \"\" }", "known = { required = true }");
    refused(required, "required variables without a value: known");
}

#[test]
fn a_value_for_a_variable_that_is_not_declared() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("spin.toml"), GOOD).unwrap();
    fs::write(folder.path().join("only.wasm"), "no component").unwrap();
    let said = said(folder.path(), &["--variable", "other=1"]);
    assert!(said.contains("declares no variable other"), "{said}");
}

#[test]
fn a_store_that_does_not_exist() {
    let unknown = "[component.only]\nkey_value_stores = [\"other\"]";
    refused(("[component.only]", unknown), "other does not exist without runtime configuration");
}

#[test]
fn a_host_that_is_none() {
    let unknown = "[component.only]\nallowed_outbound_hosts = [\"example.org\"]";
    refused(("[component.only]", unknown), "it has no scheme");
}

#[test]
fn a_component_that_is_not_built() {
    refused(("only.wasm", "missing.wasm"), "build it first, with `cargo xtask` or `spin build`");
}

#[test]
fn a_file_that_is_no_component() {
    refused(("name = \"example\"", "name = \"example\""), "is not a component for this host");
}

#[test]
fn no_manifest_at_all() {
    let folder = TempDir::new().unwrap();
    let said = said(folder.path(), &[]);
    assert!(said.contains("spin.toml cannot be read"), "{said}");
}
