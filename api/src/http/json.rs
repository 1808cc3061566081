//! The JSON body of a request, read so that what is wrong with it is said about its field.

use super::MAX_BODY;
use crate::error::AppError;
use actix_web::dev::{Decompress, Payload};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::Invalid;
use domain::invalid::MAX_SHOWN_VALUE;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use std::future::{Future, ready};
use std::ops::Deref;
use std::pin::Pin;

/// The media type of a body.
const JSON: &str = "application/json";
/// The name of the whole body where nothing in it has a name.
const BODY: &str = "body";
/// Fields whose values are secret or personal: they are not repeated in an answer.
const UNREPEATED: [&str; 6] = ["password", "email", "legal_name", "date_of_birth", "address", "presentation"];

/// The body of a request, as what it stands for.
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Json<T> {
    /// What the body stands for.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_json(request) {
            let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let given = given.unwrap_or_default().to_owned();
            return Box::pin(ready(Err(AppError::MediaType { given, wanted: JSON })));
        }
        let body = Decompress::from_headers(payload.take(), request.headers());
        Box::pin(async move { Ok(Self(read(&collected(body).await?)?)) })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let media_type = request.mime_type().ok().flatten();
    media_type.is_some_and(|given| given.subtype() == mime::JSON || given.suffix() == Some(mime::JSON))
}

async fn collected(mut body: Decompress<Payload>) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| Invalid::new(BODY, "", format!("a body that arrives: {error}")))?;
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(AppError::TooLarge { limit: MAX_BODY });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads a body; one finding is enough, as nothing behind it was read.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Invalid> {
    let mut body = serde_json::Deserializer::from_slice(bytes);
    let document = |error: &serde_json::Error| Invalid::new(BODY, "", format!("a JSON document: {error}"));
    let read = serde_path_to_error::deserialize(&mut body).map_err(|error| {
        if error.inner().is_data() {
            finding(error.path(), &error.inner().to_string(), bytes)
        } else {
            document(error.inner())
        }
    })?;
    body.end().map_err(|error| document(&error))?;
    Ok(read)
}

/// What serde says about a place in the body, as a finding about the field there.
fn finding(path: &Path, said: &str, bytes: &[u8]) -> Invalid {
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    for (start, limit) in [("missing field `", "to be given"), ("duplicate field `", "to be given once")] {
        if let Some((name, _)) = said.strip_prefix(start).and_then(|rest| rest.split_once('`')) {
            return Invalid::new(field(path, Some(name)), "", limit);
        }
    }
    if let Some((name, known)) = said.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, "))
    {
        // The path ends with the name itself where the reader had taken it up.
        let taken_up = path.iter().filter_map(name_of).next_back() == Some(name);
        let below = Some(name).filter(|_| !taken_up);
        return Invalid::new(field(path, below), "", known.replace("expected ", "").replace('`', ""));
    }
    let name = path.iter().filter_map(name_of).next_back();
    // What has no name may be anything, personal as well.
    let personal = name.is_none_or(|name| UNREPEATED.contains(&name));
    let value = if personal { String::new() } else { shown(value_at(path, bytes).as_ref()) };
    let limit = match said.rsplit_once("expected ") {
        Some((_, expected)) => in_words(expected),
        None if personal => "a value of another form".to_owned(),
        None => said.to_owned(),
    };
    Invalid::new(field(path, None), value, limit)
}

fn name_of(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Map { key } => Some(key),
        _ => None,
    }
}

fn field(path: &Path, below: Option<&str>) -> String {
    let above = Some(path.to_string()).filter(|_| path.iter().next().is_some());
    let field = [above.as_deref(), below].into_iter().flatten().collect::<Vec<_>>().join(".");
    // A name of the sender's own may be as long as the body.
    if field.is_empty() { BODY.to_owned() } else { field.chars().take(MAX_SHOWN_VALUE).collect() }
}

fn value_at(path: &Path, bytes: &[u8]) -> Option<Value> {
    let document = serde_json::from_slice::<Value>(bytes).ok()?;
    let step = |place: Value, segment: &Segment| match (place, segment) {
        (Value::Object(mut fields), Segment::Map { key }) => fields.remove(key),
        (Value::Array(mut items), Segment::Seq { index }) if *index < items.len() => {
            Some(items.remove(*index))
        }
        _ => None,
    };
    path.iter().try_fold(document, step)
}

/// A plain value as it was given; of anything with parts only what it is.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(plain) => plain.to_string(),
    }
}

/// What a type accepts, in the words of somebody who writes JSON.
fn in_words(expected: &str) -> String {
    match expected {
        "i64" => format!("a whole number from {} to {}", i64::MIN, i64::MAX),
        "u64" => format!("a whole number from 0 to {}", u64::MAX),
        "a sequence" => "a list".to_owned(),
        "a string" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        other if other.starts_with("struct ") => "an object with the fields of the description".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "what is read does not matter here")]
    struct Order {
        units: i64,
        #[serde(default)]
        lines: Vec<Line>,
        #[serde(default)]
        legal_name: String,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "what is read does not matter here")]
    struct Line {
        paid: bool,
    }

    #[test]
    fn what_is_wrong_is_said_about_its_field() {
        let whole = "a whole number from -9223372036854775808 to 9223372036854775807";
        for (body, field, value, limit) in [
            (r#"{"units":"five"}"#, "units", "five", whole),
            (r#"{"units":9223372036854775808}"#, "units", "9223372036854775808", whole),
            (r#"{"units":1.5}"#, "units", "1.5", whole),
            (r#"{"units":[1]}"#, "units", "a list", whole),
            (r#"{"units":1,"lines":[{"paid":true},{"paid":7}]}"#, "lines[1].paid", "7", "true or false"),
            (r#"{"units":1,"lines":[{}]}"#, "lines[0].paid", "", "to be given"),
            (r#"{"units":1,"units":2}"#, "units", "", "to be given once"),
            (r#"{"units":1,"legal_name":4711}"#, "legal_name", "", "text"),
            ("{}", "units", "", "to be given"),
            (r#"{"unit":1}"#, "unit", "", "one of units, lines, legal_name"),
            ("17", "body", "", "an object with the fields of the description"),
        ] {
            let found = read::<Order>(body.as_bytes()).unwrap_err();
            assert_eq!((&*found.field, &*found.value, &*found.limit), (field, value, limit), "{body}");
        }
        let long = read::<Order>(format!("{{\"{}\":1}}", "x".repeat(9_000)).as_bytes()).unwrap_err();
        assert_eq!(long.field.len(), MAX_SHOWN_VALUE);
        for body in ["", "{", "{\"units\":1}}", "{\"units\":1}x", "\u{feff}{}", "{\"units\":1e999}"] {
            let found = read::<Order>(body.as_bytes()).unwrap_err();
            assert!(found.field == BODY || body.ends_with("999}"), "{body}: {found}");
        }
    }
}
