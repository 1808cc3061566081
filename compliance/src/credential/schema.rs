//! Schemas: a credential that says it follows a JSON Schema must follow it.

use crate::credential::{
    decision::{Checked, Code, Findings},
    statement::Statement,
    verify::Judge,
};
use serde_json::Value;

impl Judge<'_> {
    /// Judges every schema of a credential whose issuer is known to be trusted (VC JSON Schema, `JsonSchema`).
    pub(super) fn schemas(&self, statement: &Statement, findings: &mut Findings) {
        for entry in &statement.schemas {
            findings.keep(self.follows(entry, &statement.document));
        }
    }

    fn follows(&self, entry: &Value, document: &Value) -> Checked<()> {
        let unavailable = |problem: &str| (Code::SchemaUnavailable, problem.to_owned());
        if entry.get("type").is_none_or(|name| name != "JsonSchema") {
            return Err(unavailable("its schema is of a kind that is not understood here"));
        }
        let url = entry.get("id").and_then(Value::as_str).filter(|url| url.starts_with("https://"));
        let url = url.ok_or_else(|| unavailable("no https URL of a schema is named"))?;
        let fetched = self.fetch.fetch(url).map_err(|problem| unavailable(&problem))?;
        let schema: Value =
            serde_json::from_slice(&fetched.body).map_err(|_| unavailable("the schema is no JSON"))?;
        let validator =
            jsonschema::validator_for(&schema).map_err(|_| unavailable("the schema is no JSON Schema"))?;
        // The message of the validator repeats values; the reason names the place only.
        validator.validate(document).map_err(|error| {
            (Code::SchemaMismatch, format!("it does not follow its schema at {}", error.instance_path()))
        })
    }
}
