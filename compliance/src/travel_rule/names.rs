//! Field names: the standard's in camel, Pascal or snake case, of 2020 or 2023; out come those of 2023.

use serde_json::{Map, Value, json};

/// The version that is written.
const VERSION: &str = "101.2023";

/// Every field of the standard as 2023 writes it.
const FIELDS: [&str; 49] = [
    "originator",
    "beneficiary",
    "originatorPerson",
    "beneficiaryPerson",
    "accountNumber",
    "originatingVASP",
    "beneficiaryVASP",
    "transferPath",
    "intermediaryVASP",
    "sequence",
    "payloadMetadata",
    "payloadVersion",
    "transliterationMethod",
    "naturalPerson",
    "legalPerson",
    "name",
    "nameIdentifier",
    "localNameIdentifier",
    "phoneticNameIdentifier",
    "primaryIdentifier",
    "secondaryIdentifier",
    "naturalPersonNameIdentifierType",
    "legalPersonName",
    "legalPersonNameIdentifierType",
    "geographicAddress",
    "addressType",
    "department",
    "subDepartment",
    "streetName",
    "buildingNumber",
    "buildingName",
    "floor",
    "postBox",
    "room",
    "postCode",
    "townName",
    "townLocationName",
    "districtName",
    "countrySubDivision",
    "addressLine",
    "country",
    "nationalIdentification",
    "nationalIdentifier",
    "nationalIdentifierType",
    "countryOfIssue",
    "registrationAuthority",
    "customerIdentification",
    "dateAndPlaceOfBirth",
    "dateOfBirth",
];

/// The rest, what 2020 called otherwise, and the plurals of its protocol buffers.
const OTHER_FIELDS: [(&str, &str); 14] = [
    ("placeofbirth", "placeOfBirth"),
    ("countryofresidence", "countryOfResidence"),
    ("countryofregistration", "countryOfRegistration"),
    ("originatorpersons", "originatorPerson"),
    ("beneficiarypersons", "beneficiaryPerson"),
    ("originatorvasp", "originatingVASP"),
    ("nameidentifiertype", "naturalPersonNameIdentifierType"),
    ("customernumber", "customerIdentification"),
    ("accountnumbers", "accountNumber"),
    ("addresslines", "addressLine"),
    ("geographicaddresses", "geographicAddress"),
    ("nameidentifiers", "nameIdentifier"),
    ("localnameidentifiers", "localNameIdentifier"),
    ("phoneticnameidentifiers", "phoneticNameIdentifier"),
];

/// The fields whose values are codes of the standard.
const CODED: [&str; 5] = [
    "naturalPersonNameIdentifierType",
    "legalPersonNameIdentifierType",
    "addressType",
    "nationalIdentifierType",
    "transliterationMethod",
];

/// The name of a field as 2023 writes it; nothing when the standard has no such field.
pub(super) fn field(key: &str) -> Option<&'static str> {
    let folded: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let standard = FIELDS.iter().find(|field| field.eq_ignore_ascii_case(&folded)).copied();
    standard.or_else(|| OTHER_FIELDS.iter().find(|(other, _)| *other == folded).map(|(_, field)| *field))
}

/// A code as the standard writes it: protocol buffers put the name of its kind before it, as in
/// `ADDRESS_TYPE_CODE_HOME`.
pub(super) fn code(text: &str) -> &str {
    text.rsplit_once("_CODE_").map_or(text, |(_, code)| code)
}

/// Whether a value says nothing. Protocol buffers write what is absent as an empty text or list.
pub(super) fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// The same payload with the field names and codes of 2023 and its version in the metadata, without what says nothing.
/// Fields that the standard does not have stay as they are; other values are not touched.
#[must_use]
pub fn to_2023(payload: &Value) -> Value {
    let mut renamed = rename(payload);
    if let Some(fields) = renamed.as_object_mut().filter(|fields| fields.contains_key("originator")) {
        let metadata = fields.entry("payloadMetadata").or_insert_with(|| json!({}));
        if let Some(metadata) = metadata.as_object_mut() {
            metadata.insert("payloadVersion".into(), VERSION.into());
        }
    }
    renamed
}

fn rename(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said = fields.iter().filter(|(key, value)| field(key).is_none() || !is_absent(value));
            let renamed: Map<String, Value> = said
                .map(|(key, value)| match field(key) {
                    Some(name) if CODED.contains(&name) => (name.to_owned(), coded(value)),
                    name => (name.unwrap_or(key).to_owned(), rename(value)),
                })
                .collect();
            Value::Object(renamed)
        }
        Value::Array(values) => values.iter().map(rename).collect(),
        other => other.clone(),
    }
}

fn coded(value: &Value) -> Value {
    match value {
        Value::String(text) => code(text).into(),
        Value::Array(values) => values.iter().map(coded).collect(),
        other => rename(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_of_2020_in_any_case_becomes_one_of_2023() {
        let written = [
            json!({"originator": {"originatorPersons": [{"naturalPerson": {"customerNumber": "7", "name": {"nameIdentifier": [{"nameIdentifierType": "LEGL"}]}}}]}}),
            json!({"Originator": {"OriginatorPersons": [{"NaturalPerson": {"CustomerIdentification": "7", "Name": {"NameIdentifier": [{"NameIdentifierType": "LEGL"}]}}}]}}),
            json!({"originator": {"originator_persons": [{"natural_person": {"customer_number": "7", "name": {"name_identifier": [{"natural_person_name_identifier_type": "LEGL"}]}}}]}}),
            json!({"originator": {"account_numbers": [], "originator_persons": [{"natural_person": {"customer_number": "7", "country_of_residence": "", "name": {"name_identifiers": [{"name_identifier_type": "NATURAL_PERSON_NAME_TYPE_CODE_LEGL"}]}}}]}}),
        ];
        let expected = json!({
            "originator": {"originatorPerson": [{"naturalPerson": {"customerIdentification": "7", "name": {"nameIdentifier": [{"naturalPersonNameIdentifierType": "LEGL"}]}}}]},
            "payloadMetadata": {"payloadVersion": "101.2023"},
        });
        for payload in written {
            assert_eq!(to_2023(&payload), expected);
            assert_eq!(to_2023(&expected), expected);
        }
    }

    #[test]
    fn what_the_standard_does_not_have_is_kept() {
        assert_eq!(to_2023(&json!({"mood": [1, null, ""]})), json!({"mood": [1, null, ""]}));
        assert_eq!(field("vasp"), None);
    }
}
