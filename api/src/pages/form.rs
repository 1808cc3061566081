//! A form as a page shows it: what was typed, what is wrong with it, and the hidden fields that make it safe.

use super::context::PageContext;
use super::limits;
use super::posted::Posted;
use super::texts::Locale;
use domain::{Invalid, Invalids};

/// A form on a page. Its labels and hints are texts: `<form>-field-<name>`, else `field-<name>`, each with
/// an attribute `.hint` where there is one.
#[derive(Clone)]
pub struct Form {
    /// Its name: the first part of the keys of its texts and of the ids on the page.
    pub name: &'static str,
    /// The token that ties it to the session.
    pub token: String,
    /// The key under which it acts once, new for each form that is shown.
    pub idempotency_key: String,
    locale: Locale,
    values: Vec<(String, String)>,
    errors: Vec<Invalid>,
}

/// What is wrong with a field, ready to show.
pub struct FieldError {
    /// The id of the field on the page.
    pub id: String,
    /// The field's label.
    pub label: String,
    /// What would have been accepted.
    pub sentence: String,
}

impl Form {
    /// A form in which nothing was typed.
    #[must_use]
    pub fn empty(page: &PageContext, name: &'static str) -> Self {
        Self {
            name,
            token: page.form_token.clone(),
            idempotency_key: page.app.chance.id::<uuid::Uuid>(page.now).to_string(),
            locale: page.locale,
            values: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// The form with a value in a field, as a default or from what is stored.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.push((name.to_owned(), value.to_string()));
        self
    }

    /// The form with everything that was typed into it.
    #[must_use]
    pub fn typed(mut self, posted: &Posted) -> Self {
        self.values = posted.typed().cloned().collect();
        self
    }

    /// The form with what was typed and what is wrong with it.
    #[must_use]
    pub fn refused(self, posted: &Posted, invalids: Invalids) -> Self {
        Self { errors: invalids.0, ..self.typed(posted) }
    }

    /// The form with what is wrong with what stands in it, for forms that ask by their address.
    #[must_use]
    pub fn wrong(self, invalids: Invalids) -> Self {
        Self { errors: invalids.0, ..self }
    }

    /// What stands in a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// A number that was typed, its thousands apart.
    #[must_use]
    pub fn units(&self, name: &str) -> String {
        super::say::grouped(&self.value(name).trim().replace(',', ""))
    }

    /// Whether a field has this value: a chosen option, a ticked box.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(field, typed)| field == name && typed == value)
    }

    /// The id of a field on the page.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    /// The label of a field.
    #[must_use]
    pub fn label(&self, name: &str) -> String {
        self.find(name, "").unwrap_or_else(|| self.locale.t(&format!("field-{name}")))
    }

    /// The hint of a field, where there is one.
    #[must_use]
    pub fn hint(&self, name: &str) -> Option<String> {
        self.find(name, ".hint")
    }

    fn find(&self, name: &str, attribute: &str) -> Option<String> {
        // A field that repeats, as `partitions[0].name`, has its label once.
        let name = name.rsplit_once("].").map_or(name, |(_, last)| last);
        let own = self.locale.find(&format!("{}-field-{name}{attribute}", self.name), &[]);
        own.or_else(|| self.locale.find(&format!("field-{name}{attribute}"), &[]))
    }

    /// What is wrong with a field, as a sentence.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<String> {
        let found = self.errors.iter().find(|invalid| invalid.field == name)?;
        Some(limits::sentence(found, self.locale))
    }

    /// The ids of the texts that describe a field: its hint and its error. Empty when there is neither.
    #[must_use]
    pub fn described_by(&self, name: &str) -> String {
        let hint = self.hint(name).map(|_| format!("{}-hint", self.id(name)));
        let error = self.error(name).map(|_| format!("{}-error", self.id(name)));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    /// Everything that is wrong, in the order in which it was found.
    #[must_use]
    pub fn errors(&self) -> Vec<FieldError> {
        let shown = |invalid: &Invalid| FieldError {
            id: self.id(&invalid.field),
            label: self.find(&invalid.field, "").unwrap_or_else(|| invalid.field.clone()),
            sentence: limits::sentence(invalid, self.locale),
        };
        self.errors.iter().map(shown).collect()
    }

    /// Everything that was typed, for the hidden fields of a review.
    #[must_use]
    pub fn values(&self) -> &[(String, String)] {
        &self.values
    }
}
