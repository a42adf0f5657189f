//! A list as a file: CSV (RFC 4180) in and out.

use std::{borrow::Cow, collections::HashMap};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use platform::{
    clock::{Millis, rfc3339},
    http::{Input, Problem, Result, problem::FieldProblem, read_body, spreadsheet},
};
use serde::Deserialize;
use store::lists::Note;

/// The largest file, in bytes.
const MAX_FILE: usize = 1024 * 1024;

/// The most entries of a file: they are stored in one go, and others wait meanwhile.
const MAX_ENTRIES: usize = 2_000;

/// A file: the request's whole body (`text/csv`), or the field `csv` of a form or of JSON.
pub(crate) struct Upload {
    file: Option<String>,
    /// What else came, such as the CSRF token.
    pub(super) input: Input,
}

impl Upload {
    /// The file. Asked for once it is known that whoever sent it may.
    pub(super) fn csv(&self) -> Result<Cow<'_, str>> {
        #[derive(Deserialize)]
        struct Field {
            csv: String,
        }
        match &self.file {
            Some(file) => Ok(file.into()),
            None => Ok(self.input.parse::<Field>()?.csv.into()),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let is_file = request.headers().get(header::CONTENT_TYPE).is_some_and(|value| {
            let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case("text/csv")
        });
        if is_file {
            let body = read_body(request.into_body(), MAX_FILE).await?;
            let file = String::from_utf8(body.into())
                .map_err(|_| Problem::bad_request("The file must be UTF-8 text."))?;
            return Ok(Self {
                file: Some(file),
                input: Input::from_request(Request::new(Body::empty()), state).await?,
            });
        }
        Ok(Self { file: None, input: Input::from_request(request, state).await? })
    }
}

/// A line of a file, by the names of its columns.
pub(super) struct Line {
    cells: HashMap<String, String>,
}

impl Line {
    /// The text in a column; empty where there is none.
    pub(super) fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| spreadsheet::original(cell.trim()))
    }

    /// Why, and for how long; `None` if that time is over.
    pub(super) fn note(&self, now: Millis) -> Result<Option<Note>, String> {
        let mut note = Note::new(self.text("reason"), None, now).map_err(|error| error.to_string())?;
        let end = self.text("expires_at");
        if !end.is_empty() {
            let end: jiff::Timestamp = end.parse().map_err(|_| {
                "expires_at must be a time as 2026-11-21T18:00:00Z, or empty where there is no end".to_owned()
            })?;
            note.expires_at = Some(end.as_millisecond());
        }
        Ok(Some(note).filter(|note| !super::has_ended(note.expires_at, now)))
    }
}

/// What a file's lines are, and how many of them were left out; 400 names each line that is not right.
pub(super) fn read<T>(
    csv: &str,
    columns: &[&str],
    entry: impl Fn(&Line) -> Result<Option<T>, String>,
) -> Result<(Vec<T>, u64)> {
    let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| Problem::bad_request(format!("The file cannot be read: {error}."));
    let names: Vec<String> =
        reader.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_lowercase()).collect();
    if !columns.iter().any(|column| names.iter().any(|name| name == column)) {
        let expected = columns.join(", ");
        return Err(Problem::bad_request(format!(
            "The first line must name the columns, such as {expected}."
        )));
    }
    let (mut entries, mut left_out, mut wrong) = (Vec::new(), 0, Vec::new());
    for (index, record) in reader.records().enumerate() {
        if index >= MAX_ENTRIES {
            return Err(Problem::bad_request(format!("A file may have at most {MAX_ENTRIES} entries.")));
        }
        let record = record.map_err(unreadable)?;
        let cells = names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        match entry(&Line { cells }) {
            Ok(Some(entry)) => entries.push(entry),
            Ok(None) => left_out += 1,
            Err(message) => wrong.push(FieldProblem { field: format!("line {}", index + 2), message }),
        }
    }
    if wrong.is_empty() { Ok((entries, left_out)) } else { Err(crate::settings::refusal(wrong)) }
}

/// A file with these lines, the first of which names the columns.
pub(super) fn write(
    name: &str,
    columns: &[&str],
    lines: impl Iterator<Item = Vec<String>>,
) -> Result<Response> {
    let broken = |error: csv::Error| Problem::internal().caused_by(error);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns).map_err(broken)?;
    for line in lines {
        writer
            .write_record(line.iter().map(|cell| spreadsheet::harmless(cell).into_owned()))
            .map_err(broken)?;
    }
    let content = writer.into_inner().map_err(|error| Problem::internal().caused_by(error))?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// A moment as a cell; empty where there is none.
pub(super) fn cell(at: Option<Millis>) -> String {
    at.map(rfc3339).unwrap_or_default()
}
