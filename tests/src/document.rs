//! The contract as `docs/openapi.json` writes it down, held against every answer that a story gets: its status and its
//! media type are listed for the route, its JSON has the shape that is listed, and no field more.
//!
//! Only what that document uses of JSON Schema is understood; a keyword that is not fails the story.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::Value;

use crate::http::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../docs/openapi.json")).expect("docs/openapi.json is JSON")
});

/// What any address may answer and no route lists: a method that it does not take, and a database that is away.
const ANYWHERE: [u16; 2] = [405, 503];

/// What says nothing about a value.
const WORDS: [&str; 2] = ["description", "format"];

/// Panics where the document does not have this answer.
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    // An address that is no text is refused before its route is asked.
    if ANYWHERE.contains(&status) || (status == 400 && path.contains('%')) {
        return;
    }
    let Some(operation) = operation(method, path) else { return };
    // A browser that has no session is sent to the login from wherever one is needed.
    let to_login =
        status == 303 && answer.header("location").is_some_and(|it| it.starts_with("/login?next="));
    if to_login && operation["security"] != Value::Array(Vec::new()) {
        return;
    }
    let listed = resolve(&operation["responses"][status.to_string()]);
    assert!(!listed.is_null(), "{method} {path}: the document lists no such status: {answer}");
    let content_type = answer.header("content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default();
    // A browser's navigation gets any problem as a page.
    if answer.body.is_empty() || (status >= 400 && media_type == "text/html") {
        return;
    }
    let content = listed["content"].as_object().and_then(|content| content.get(media_type));
    let content =
        content.unwrap_or_else(|| panic!("{method} {path}: the document lists no {media_type}: {answer}"));
    if media_type.ends_with("json") && !content["schema"].is_null() {
        let mut wrong = Vec::new();
        complain(&content["schema"], &answer.json(), "", &mut wrong);
        assert!(wrong.is_empty(), "{method} {path}: not as documented: {wrong:?}: {answer}");
    }
}

/// What the document says of a request; `None` for an address or a method that it does not have.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object().expect("paths").iter();
    let fitting = paths.filter(|(template, _)| fits(template, path));
    // An address may fit two: the one with fewer parameters is meant.
    let (_, item) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
    item.get(method.as_str().to_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    if let Some(folder) = template.strip_suffix("{path}") {
        return path.len() > folder.len() && path.starts_with(folder);
    }
    let (mut wanted, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found => {}
            (Some(wanted), Some(found)) if wanted.starts_with('{') && !found.is_empty() => {}
            _ => return false,
        }
    }
}

fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("the document has no {reference}")),
        None => value,
    }
}

/// Adds what is wrong with `value`, which stands at `place`.
fn complain(schema: &'static Value, value: &Value, place: &str, wrong: &mut Vec<String>) {
    let schema = resolve(schema);
    let parts: Vec<&'static Value> = match schema["allOf"].as_array() {
        Some(parts) => parts.iter().map(resolve).chain([schema]).collect(),
        None => vec![schema],
    };
    for part in &parts {
        for (keyword, rule) in part.as_object().into_iter().flatten() {
            check_keyword(keyword, rule, value, place, wrong);
        }
    }
    let Some(object) = value.as_object() else { return };
    let lists_fields = parts.iter().any(|part| part.get("properties").is_some());
    let is_open = !lists_fields || parts.iter().any(|part| part.get("additionalProperties").is_some());
    for (name, field) in object {
        let place = format!("{place}/{name}");
        match parts.iter().find_map(|part| part["properties"].get(name)) {
            Some(schema) => complain(schema, field, &place, wrong),
            None if is_open => {}
            None => wrong.push(format!("{place} is not listed")),
        }
    }
}

fn check_keyword(keyword: &str, rule: &'static Value, value: &Value, place: &str, wrong: &mut Vec<String>) {
    let mut check = |is_right: bool| {
        if !is_right {
            wrong.push(format!("{place}: {keyword} {rule}"));
        }
    };
    let length = || value.as_str().map_or(0, |text| text.chars().count() as u64);
    match keyword {
        "type" => check(match rule.as_array() {
            Some(types) => types.iter().any(|it| is_of(it, value)),
            None => is_of(rule, value),
        }),
        "const" => check(rule == value),
        "enum" => check(rule.as_array().is_some_and(|words| words.contains(value))),
        "required" => {
            let names = rule.as_array().into_iter().flatten().filter_map(Value::as_str);
            check(names.into_iter().all(|name| value.get(name).is_some()));
        }
        "minLength" => check(!value.is_string() || Some(length()) >= rule.as_u64()),
        "maxLength" => check(!value.is_string() || Some(length()) <= rule.as_u64()),
        "maxItems" => check(value.as_array().is_none_or(|all| Some(all.len() as u64) <= rule.as_u64())),
        "minimum" => check(value.as_i64().is_none_or(|number| Some(number) >= rule.as_i64())),
        "maximum" => check(value.as_i64().is_none_or(|number| Some(number) <= rule.as_i64())),
        "items" => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                complain(rule, item, &format!("{place}/{index}"), wrong);
            }
        }
        "additionalProperties" => {
            for (name, field) in value.as_object().into_iter().flatten().filter(|_| rule.is_object()) {
                complain(rule, field, &format!("{place}/{name}"), wrong);
            }
        }
        "oneOf" => {
            let fits = |schema: &'static Value| {
                let mut wrong = Vec::new();
                complain(schema, value, place, &mut wrong);
                wrong.is_empty()
            };
            check(rule.as_array().is_some_and(|all| all.iter().filter(|schema| fits(schema)).count() == 1));
        }
        "properties" | "allOf" => {}
        other => assert!(WORDS.contains(&other), "{place}: this reads no {other}"),
    }
}

fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        other => panic!("this reads no type {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(path: &str, value: &Value) -> Vec<String> {
        let operation = operation(&Method::GET, path).expect("a documented route");
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let mut wrong = Vec::new();
        complain(schema, value, "", &mut wrong);
        wrong
    }

    #[test]
    fn another_shape_is_complained_about() {
        let version = json!({"name": "chatstream", "version": "0.1.0"});
        assert_eq!(wrong("/version", &version), [""; 0]);
        for other in [
            json!({"name": "chatstream"}),
            json!({"name": "chatstream", "version": 1}),
            json!({"name": "chatstream", "version": "0.1.0", "secret": "x"}),
            json!([]),
            json!(null),
        ] {
            assert!(!wrong("/version", &other).is_empty(), "{other}");
        }
        let entry = json!({"entries": [{"id": "1"}], "next": null});
        assert!(!wrong("/api/channel/x/log", &entry).is_empty(), "inside of lists too");
    }

    #[test]
    fn an_address_finds_its_route() {
        let get = |path| operation(&Method::GET, path).map(|it| it["operationId"].clone());
        assert_ne!(get("/rss/x"), None);
        assert_ne!(get("/rss/x"), get("/rss/x/highlights"));
        assert_ne!(get("/static/deep/style.css"), None);
        assert_eq!((get("/rss"), get("/rss/"), get("/rss/x/y")), (None, None, None));
    }
}
