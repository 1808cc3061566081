//! The policy file: what it says, and what it may not say.

use super::*;

#[test]
fn a_policy_is_read_with_careful_defaults() {
    let policy = CredentialPolicy::parse(
        r#"{
            "formats": ["vc-jwt"],
            "algorithms": ["EdDSA"],
            "trusted_issuers": [
                { "issuer": "did:web:kyc.example", "types": ["KycCredential"], "from": "2025-01-01T00:00:00Z" }
            ]
        }"#,
    )
    .unwrap();
    let file = policy.file();
    assert_eq!((file.clock_skew_seconds, file.presentation_max_age_seconds), (60, 300));
    assert!(!file.accept_unpresented);
}

#[test]
fn a_policy_that_cannot_be_meant_is_refused_with_all_its_faults() {
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.formats.clear();
    file.clock_skew_seconds = 301;
    file.presentation_max_age_seconds = 0;
    file.trusted_issuers[0].issuer = "kyc.example".to_owned();
    file.trusted_issuers[0].until = Some(file.trusted_issuers[0].from);
    let invalids = CredentialPolicy::try_from(file).unwrap_err();
    let fields: Vec<_> = invalids.0.iter().map(|invalid| invalid.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "clock_skew_seconds",
            "presentation_max_age_seconds",
            "formats",
            "trusted_issuers[0].issuer",
            "trusted_issuers[0].until"
        ]
    );
    for json in [
        "",
        "[]",
        r#"{"formats":["vc-jwt"],"algorithms":["none"],"trusted_issuers":[]}"#,
        r#"{"formats":["vc-jwt"],"algorithms":["EdDSA"],"trusted_issuers":[],"clock_skew":1}"#,
    ] {
        assert_eq!(CredentialPolicy::parse(json).unwrap_err().0[0].field, "policy", "{json}");
    }
}

#[test]
fn formats_and_algorithms_off_the_list_are_refused() {
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.formats = vec![Format::VcJose];
    let policy = CredentialPolicy::try_from(file.clone()).unwrap();
    let decision = policy.verify_presentation(&honest(Format::VcJwt), &expected(), &Offline);
    assert_refused(&decision, &[Code::FormatNotAllowed, Code::FormatNotAllowed]);

    file.algorithms = vec![crate::credential::Algorithm::EdDsa];
    let policy = CredentialPolicy::try_from(file).unwrap();
    let decision = policy.verify_presentation(&honest(Format::VcJose), &expected(), &Offline);
    assert_refused(&decision, &[Code::AlgorithmNotAllowed]);
}

#[test]
fn required_types_must_be_there() {
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.required_types = vec!["KycCredential".to_owned()];
    let policy = CredentialPolicy::try_from(file.clone()).unwrap();
    assert_accepted(&policy.verify_presentation(&honest(Format::VcJwt), &expected(), &Offline));
    file.required_types.push("ResidenceCredential".to_owned());
    let policy = CredentialPolicy::try_from(file).unwrap();
    let decision = policy.verify_presentation(&honest(Format::VcJwt), &expected(), &Offline);
    assert_refused(&decision, &[Code::RequiredTypeMissing]);
    let alone = policy.verify_credential(&credential(Format::VcJwt), at(), &Offline);
    assert_refused(&alone, &[Code::NotPresented, Code::RequiredTypeMissing]);
}

#[test]
fn a_credential_alone_is_accepted_only_where_the_policy_says_so() {
    let credential = issue(&provider(), Format::VcJose, &about_anna()).unwrap();
    let decision = policy().verify_credential(&credential, at(), &Offline);
    assert_refused(&decision, &[Code::NotPresented]);

    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.accept_unpresented = true;
    let policy = CredentialPolicy::try_from(file).unwrap();
    assert_accepted(&policy.verify_credential(&credential, at(), &Offline));
    let late = policy.verify_credential(&credential, at() + TimeDelta::days(336), &Offline);
    assert!(late.refused_for(Code::Expired));
}

#[test]
fn a_decision_is_json_with_an_object_of_claims_in_any_case() {
    let refused = serde_json::to_value(judged("x")).unwrap();
    assert_eq!(refused["accepted"], false);
    assert_eq!(refused["reasons"][0]["code"], "MALFORMED");
    assert_eq!(refused["claims"], serde_json::json!({}));
    let accepted = serde_json::to_value(judged(&honest(Format::VcJwt))).unwrap();
    assert_eq!(accepted["accepted"], true);
    assert_eq!(accepted["reasons"], serde_json::json!([]));
    assert_eq!(accepted["claims"]["country"], "DE");
    assert_eq!(accepted["claims"]["investor_class"], "professional");
    assert_eq!(accepted["claims"]["date_of_birth"], "1980-02-29");
}

#[test]
fn a_signing_key_does_not_show_its_secret() {
    assert_eq!(format!("{:?}", provider()), format!("SigningKey {{ did: {:?}, .. }}", provider().did()));
}

#[test]
fn the_documented_policy_is_one() {
    let policy = CredentialPolicy::parse(include_str!("../../../../docs/credential-policy.json")).unwrap();
    let usual = PolicyFile::trusting(policy.file().trusted_issuers.clone());
    assert_eq!(*policy.file(), usual);
}

#[test]
fn every_code_is_documented() {
    let page = include_str!("../../../../docs/credential-policy.md");
    for code in Code::ALL {
        assert!(page.contains(&format!("`{code}`")), "{code}");
    }
}

#[test]
fn one_call_reads_presentations_and_credentials_of_every_format() {
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    for format in ALL {
        for accept_unpresented in [false, true] {
            file.accept_unpresented = accept_unpresented;
            let policy = CredentialPolicy::try_from(file.clone()).unwrap();
            assert_accepted(&policy.verify(&honest(format), &expected(), &Offline));
            let alone = policy.verify(&credential(format), &expected(), &Offline);
            assert_eq!(alone.accepted, accept_unpresented, "{format:?}");
            assert_eq!(alone.refused_for(Code::NotPresented), !accept_unpresented);
        }
    }
    assert_refused(&policy().verify("?", &expected(), &Offline), &[Code::Malformed]);
}
