//! Each rule by one wrong value, and the published samples.

use super::*;
use serde_json::json;
use std::path::PathBuf;

fn today() -> NaiveDate {
    "2026-06-01".parse().unwrap()
}

/// A payload of 2023 in which all is in order: a natural person pays a legal person.
fn in_order() -> Value {
    json!({
        "originator": {"originatorPerson": [{"naturalPerson": {
            "name": {"nameIdentifier": [{"primaryIdentifier": "Sanders", "naturalPersonNameIdentifierType": "LEGL"}]},
            "geographicAddress": [{"addressType": "HOME", "streetName": "Thorne Road", "buildingNumber": "78", "country": "US"}],
            "nationalIdentification": {"nationalIdentifier": "864-118-996", "nationalIdentifierType": "SOCS", "countryOfIssue": "US"},
            "dateAndPlaceOfBirth": {"dateOfBirth": "1975-02-18", "placeOfBirth": "Defiance"},
            "countryOfResidence": "US",
        }}]},
        "beneficiary": {"beneficiaryPerson": [{"legalPerson": {
            "name": {"nameIdentifier": [{"legalPersonName": "Zarya", "legalPersonNameIdentifierType": "LEGL"}]},
            "nationalIdentification": {"nationalIdentifier": "5493001KJTIIGC8Y1R12", "nationalIdentifierType": "LEIX"},
            "countryOfRegistration": "XX",
        }}]},
        "payloadMetadata": {"payloadVersion": "101.2023"},
    })
}

const NATURAL: &str = "/originator/originatorPerson/0/naturalPerson";
const LEGAL: &str = "/beneficiary/beneficiaryPerson/0/legalPerson";

/// The rules and places of what is found when one value is replaced; null takes it away.
fn found(pointer: &str, value: Value) -> Vec<(String, String)> {
    let mut payload = in_order();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = payload.pointer_mut(parent).unwrap();
    match parent.as_array_mut() {
        Some(values) => values[key.parse::<usize>().unwrap()] = value,
        None => drop(parent.as_object_mut().unwrap().insert(key.to_owned(), value)),
    }
    check(&payload, today()).into_iter().map(|finding| (finding.rule, finding.pointer)).collect()
}

#[test]
fn a_payload_in_order_breaks_no_rule() {
    assert_eq!(check(&in_order(), today()), []);
}

#[test]
fn each_rule_is_found_at_its_place() {
    let cases = [
        (
            "C2",
            NATURAL,
            "/dateAndPlaceOfBirth/dateOfBirth",
            json!("2026-06-01"),
            "/dateAndPlaceOfBirth/dateOfBirth",
        ),
        (
            "C2",
            NATURAL,
            "/dateAndPlaceOfBirth/dateOfBirth",
            json!("18.2.1975"),
            "/dateAndPlaceOfBirth/dateOfBirth",
        ),
        ("C3", NATURAL, "/countryOfResidence", json!("USA"), "/countryOfResidence"),
        ("C3", NATURAL, "/geographicAddress/0/country", json!("UK"), "/geographicAddress/0/country"),
        ("C5", LEGAL, "/name/nameIdentifier/0/legalPersonNameIdentifierType", json!("TRAD"), ""),
        ("C6", NATURAL, "/name/nameIdentifier/0/naturalPersonNameIdentifierType", json!("ALIA"), ""),
        (
            "C7",
            LEGAL,
            "/nationalIdentification",
            json!({"nationalIdentifierType": "SOCS", "registrationAuthority": "RA000628"}),
            "/nationalIdentification",
        ),
        ("C8", NATURAL, "/geographicAddress/0/buildingNumber", json!(null), "/geographicAddress/0"),
        (
            "C9",
            LEGAL,
            "/nationalIdentification/countryOfIssue",
            json!("GB"),
            "/nationalIdentification/countryOfIssue",
        ),
        (
            "C9",
            LEGAL,
            "/nationalIdentification/registrationAuthority",
            json!("RA000628"),
            "/nationalIdentification/registrationAuthority",
        ),
        (
            "C9",
            LEGAL,
            "/nationalIdentification/nationalIdentifierType",
            json!("TXID"),
            "/nationalIdentification",
        ),
        (
            "C9",
            NATURAL,
            "/nationalIdentification/registrationAuthority",
            json!("RA000628"),
            "/nationalIdentification/registrationAuthority",
        ),
        (
            "C10",
            LEGAL,
            "/nationalIdentification",
            json!({"nationalIdentifierType": "RAID", "registrationAuthority": "RA62"}),
            "/nationalIdentification/registrationAuthority",
        ),
        (
            "C11",
            LEGAL,
            "/nationalIdentification/nationalIdentifier",
            json!("5493001KJTIIGC8Y1R13"),
            "/nationalIdentification/nationalIdentifier",
        ),
        ("structure", NATURAL, "/mood", json!("good"), "/mood"),
    ];
    for (rule, person, changed, value, place) in cases {
        let expected = vec![(rule.to_owned(), format!("{person}{place}"))];
        assert_eq!(found(&format!("{person}{changed}"), value), expected, "{changed}");
    }
}

#[test]
fn an_originator_says_who_they_are() {
    let natural = json!({"name": {"nameIdentifier": [{"naturalPersonNameIdentifierType": "LEGL"}]}});
    assert_eq!(found(NATURAL, natural.clone()), [("C1".to_owned(), NATURAL.to_owned())]);
    let legal = json!({"legalPerson": {
        "name": {"nameIdentifier": [{"legalPersonNameIdentifierType": "LEGL"}]},
        "geographicAddress": [{"addressType": "BIZZ", "addressLine": ["1 Main Street"], "country": "GB"}],
    }});
    let person = "/originator/originatorPerson/0";
    assert_eq!(found(person, legal), [("C4".to_owned(), format!("{person}/legalPerson"))]);
    let beneficiary = "/beneficiary/beneficiaryPerson/0";
    assert_eq!(found(beneficiary, json!({"naturalPerson": natural})), [], "only an originator has to");
}

#[test]
fn all_rules_come_at_once_and_in_any_spelling_of_the_fields() {
    let payload = json!({"Originator": {"originator_persons": [{"NaturalPerson": {"country_of_residence": "England"}}]}});
    let findings: Vec<_> =
        check(&payload, today()).into_iter().map(|finding| (finding.rule, finding.pointer)).collect();
    let person = "/Originator/originator_persons/0/NaturalPerson";
    let expected = [("C1", ""), ("C6", ""), ("C3", "/country_of_residence")];
    assert_eq!(findings, expected.map(|(rule, place)| (rule.to_owned(), format!("{person}{place}"))));
}

#[test]
fn a_part_of_a_payload_is_judged_by_the_rules_about_it() {
    let rules = |part: Value| -> Vec<(String, String)> {
        check(&part, today()).into_iter().map(|finding| (finding.rule, finding.pointer)).collect()
    };
    let found = |rule: &str, place: &str| vec![(rule.to_owned(), place.to_owned())];
    let natural = in_order().pointer(NATURAL).unwrap().clone();
    let legal = in_order().pointer(LEGAL).unwrap().clone();
    for part in [natural.clone(), legal, json!({"naturalPerson": natural}), json!({"IVMS101": in_order()})] {
        assert_eq!(rules(part.clone()), [], "{part}");
    }
    let both = json!({"naturalPerson": natural, "legalPerson": in_order().pointer(LEGAL).unwrap()});
    assert_eq!(rules(both), found("structure", ""));
    assert_eq!(rules(json!({"addressType": "HOME", "country": "GB"})), found("C8", ""));
    let licence = json!({"nationalIdentifierType": "DRLC", "registrationAuthority": "RA777777"});
    assert_eq!(rules(licence), found("C9", "/registrationAuthority"));
    let carried = json!({"asset": "BTC", "ivms101": {"originator": {"originatorPerson": [{"naturalPerson": natural}]}, "beneficiary": {}}});
    assert_eq!(rules(carried), found("structure", "/ivms101/beneficiary"));
}

#[test]
fn the_words_of_protocol_buffers_are_understood() {
    let payload = json!({"originator": {"originator_persons": [{"natural_person": {
        "name": {"name_identifiers": [{"primary_identifier": "A", "name_identifier_type": "NATURAL_PERSON_NAME_TYPE_CODE_LEGL"}], "local_name_identifiers": []},
        "geographic_addresses": [{"address_type": "ADDRESS_TYPE_CODE_HOME", "street_name": "", "address_line": ["1 Main Street"], "country": "United Kingdom"}],
        "national_identification": {"national_identifier": "1", "national_identifier_type": "NATIONAL_IDENTIFIER_TYPE_CODE_SOCS", "country_of_issue": "", "registration_authority": ""},
    }}]}});
    let findings = check(&payload, today());
    let place = "/originator/originator_persons/0/natural_person/geographic_addresses/0/country";
    assert_eq!(
        findings.iter().map(|it| (it.rule.as_str(), it.pointer.as_str())).collect::<Vec<_>>(),
        [("C3", place)]
    );
}

#[test]
fn what_is_no_payload_is_said_to_be_none() {
    for payload in [json!(null), json!([]), json!("x"), json!({}), json!({"originator": 7})] {
        let rules: Vec<_> = check(&payload, today()).into_iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["structure"], "{payload}");
    }
}

#[test]
fn the_published_sample_breaks_its_own_rule() {
    let shared = std::env::var_os("MUNIMENT_SHARED_DATA").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = shared.unwrap_or_else(beside).join("ivms101/identity_payload.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("{} is absent: nothing to check", path.display());
        return;
    };
    let findings = check(&serde_json::from_str(&text).unwrap(), today());
    let at = |rule: &str| -> Vec<String> {
        findings
            .iter()
            .filter(|finding| finding.rule == rule)
            .map(|finding| finding.pointer.clone())
            .collect()
    };
    let authority = "naturalPerson/nationalIdentification/registrationAuthority";
    let expected = [
        format!("/originator/originatorPersons/0/{authority}"),
        format!("/beneficiary/beneficiaryPersons/0/{authority}"),
    ];
    assert_eq!(at("C9"), expected, "a natural person with a registration authority");
    let rules: Vec<_> =
        findings.iter().map(|finding| finding.rule.as_str()).filter(|rule| *rule != "C9").collect();
    assert_eq!(rules, [] as [&str; 0], "{findings:?}");
}
