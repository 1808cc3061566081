//! Data Integrity: the same dataset in other words must not hide what the issuer said.

use super::attacks::proven;
use super::*;
use crate::credential::data_integrity::UNDEFINED_TERMS;
use serde_json::json;

const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";

fn document() -> Value {
    serde_json::from_str(&credential(Format::DataIntegrity)).unwrap()
}

fn judged_document(document: &Value) -> Decision {
    let presentation = resigned(&anna(), &by_anna(Format::VcJwt, credential(Format::VcJwt)), |payload| {
        payload["vp"]["verifiableCredential"] = json!([document]);
    });
    judged(&presentation)
}

#[test]
fn a_document_travels_in_a_presentation_of_another_format() {
    assert_accepted(&judged_document(&document()));
    let in_envelope = by_anna(Format::VcJose, credential(Format::SdJwt));
    let decision = judged(&in_envelope);
    assert_accepted(&decision);
}

#[test]
fn a_date_or_a_status_under_its_full_name_is_not_overlooked() {
    for (term, full) in [
        ("validUntil", format!("{CREDENTIALS}validUntil")),
        ("issuer", format!("{CREDENTIALS}issuer")),
        ("validUntil", "@reverse".to_owned()),
        ("validUntil", "@included".to_owned()),
        ("validUntil", "cred:validUntil".to_owned()),
    ] {
        let mut other = document();
        let value = other.as_object_mut().unwrap().remove(term).unwrap();
        other[full] = value;
        assert!(judged_document(&other).refused_for(Code::Malformed), "{term}");
    }
}

#[test]
fn a_statement_cannot_be_moved_to_a_second_mention_of_the_credential() {
    let mut other = document();
    let until = other.as_object_mut().unwrap().remove("validUntil").unwrap();
    let id = other["id"].clone();
    other["credentialSubject"]["about"] = json!({ "id": id, "validUntil": until });
    let decision = judged_document(&other);
    assert_refused(&decision, &[Code::Malformed]);
    assert!(decision.reasons[0].detail.contains("stands twice"), "{decision:?}");
}

#[test]
fn terms_mean_only_what_known_contexts_say() {
    for context in [
        json!({ "institutional": "https://www.w3.org/ns/credentials/undefined-term#name" }),
        json!("https://mallory.example/context"),
        json!("https://w3id.org/traceability/v1"),
    ] {
        let mut other = document();
        other["@context"].as_array_mut().unwrap().push(context.clone());
        assert_refused(&judged_document(&other), &[Code::Malformed]);
        let mut inside = document();
        inside["credentialSubject"]["@context"] = context;
        assert_refused(&judged_document(&inside), &[Code::Malformed]);
    }
}

#[test]
fn a_term_without_meaning_is_not_signed_and_not_read() {
    let mut bare = document();
    bare.as_object_mut().unwrap().remove("proof");
    bare["@context"] = json!(["https://www.w3.org/ns/credentials/v2"]);
    for name in ["birthDate", "country", "investorClass", "wallet"] {
        bare["credentialSubject"].as_object_mut().unwrap().remove(name);
    }
    bare["type"] = json!(["VerifiableCredential"]);
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.trusted_issuers[0].types = vec!["VerifiableCredential".to_owned()];
    file.accept_unpresented = true;
    let policy = CredentialPolicy::try_from(file).unwrap();
    let signed = proven(&provider(), &bare, "assertionMethod");
    assert_accepted(&policy.verify_credential(&signed, at(), &Offline));
    let mut added: Value = serde_json::from_str(&signed).unwrap();
    added["credentialSubject"]["investorClass"] = "institutional".into();
    assert_refused(&policy.verify_credential(&added.to_string(), at(), &Offline), &[Code::SignatureInvalid]);
}

#[test]
fn every_member_of_the_proof_counts() {
    let set = |member: &str, value: Value| {
        let mut other = document();
        other["proof"][member] = value;
        judged_document(&other)
    };
    assert_refused(&set("created", json!("2026-02-01T00:00:00Z")), &[Code::SignatureInvalid]);
    assert_refused(
        &set("created", json!("2027-02-01T00:00:00Z")),
        &[Code::NotYetValid, Code::SignatureInvalid],
    );
    assert_refused(&set("expires", json!("2026-02-01T00:00:00Z")), &[Code::Expired, Code::SignatureInvalid]);
    assert_refused(&set("domain", json!(AUDIENCE)), &[Code::SignatureInvalid]);
    assert_refused(&set("challenge", json!("x")), &[Code::SignatureInvalid]);
    assert_refused(&set("nonce", json!("x")), &[Code::SignatureInvalid]);
    assert_refused(
        &set("proofPurpose", json!("authentication")),
        &[Code::KeyPurpose, Code::SignatureInvalid],
    );
    assert_refused(&set("type", json!("Ed25519Signature2020")), &[Code::Malformed]);
    assert_refused(&set("cryptosuite", json!("ecdsa-rdfc-2019")), &[Code::SignatureInvalid]);
    assert_refused(&set("cryptosuite", json!("EdDSA")), &[Code::AlgorithmNotAllowed]);
    assert_refused(&set("jws", json!("x")), &[Code::Malformed]);
    assert_refused(&set("@context", json!({})), &[Code::Malformed]);
    let mallory = format!("{}#x", mallory().did());
    assert_refused(&set("verificationMethod", json!(mallory)), &[Code::IssuerNotController]);
}

#[test]
fn what_is_percent_encoded_is_utf_8() {
    let changes: [fn(&mut Value); 4] = [
        |it| it["cr%edentialSubject"] = json!({ "country": "FR" }),
        |it| it["id"] = "urn:uuid:%ff".into(),
        |it| it["credentialSubject"]["%C3%28"] = "x".into(),
        |it| it["proof"]["id"] = "urn:%ed%a0%80".into(),
    ];
    for change in changes {
        let mut other = document();
        change(&mut other);
        assert_refused(&judged_document(&other), &[Code::Malformed]);
    }
    let mut honest = document();
    honest["credentialSubject"]["name"] = "100 % J%C3%BCrgen 50%".into();
    assert_refused(&judged_document(&honest), &[Code::SignatureInvalid]);
}

#[test]
fn one_proof_is_asked_for() {
    for proofs in [json!([]), json!(null), json!([document()["proof"], document()["proof"]])] {
        let mut other = document();
        other["proof"] = proofs;
        assert_refused(&judged_document(&other), &[Code::Malformed]);
    }
}

#[test]
fn a_name_that_stands_twice_is_read_once_by_everybody() {
    let text = credential(Format::DataIntegrity);
    let twice = text.replace("\"country\":\"DE\"", "\"country\":\"DE\",\"country\":\"FR\"");
    assert_ne!(text, twice);
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.accept_unpresented = true;
    let policy = CredentialPolicy::try_from(file).unwrap();
    assert_refused(&policy.verify_credential(&twice, at(), &Offline), &[Code::SignatureInvalid]);
}

#[test]
fn a_poisoned_graph_is_refused_before_it_is_computed() {
    let mut poisoned = document();
    poisoned["credentialSubject"]["knows"] =
        json!([{ "a": 1 }, { "a": 1 }, { "a": 1 }, { "a": 1 }, { "a": 1 }, { "a": 1 }, { "a": 1 }]);
    assert_refused(&judged_document(&poisoned), &[Code::Malformed]);
}

#[test]
fn a_credential_stands_once_in_a_presentation_of_documents() {
    let credentials = [Format::DataIntegrity, Format::VcJose].map(|format| {
        let other = NewCredential { id: "urn:uuid:other".to_owned(), ..about_anna() };
        (credential(format), issue(&provider(), format, &other).unwrap())
    });
    let judged = |all: &[String]| judged(&presented(&anna(), Format::DataIntegrity, all));
    for (one, other) in credentials {
        assert_accepted(&judged(&[one.clone(), other.clone()]));
        assert_refused(&judged(&[one.clone(), other, one]), &[Code::Malformed]);
    }
    // In other words, and the same still.
    let mut reworded: Value = document();
    reworded["type"] = json!(["KycCredential", "VerifiableCredential"]);
    let twice = judged(&[document().to_string(), reworded.to_string()]);
    assert_refused(&twice, &[Code::Malformed]);
    assert!(twice.reasons[0].detail.ends_with("credential 2 stands in it before"), "{twice:?}");
}

#[test]
fn a_presentation_of_documents_binds_what_it_carries() {
    let mut other: Value = serde_json::from_str(&honest(Format::DataIntegrity)).unwrap();
    let newer = NewCredential { country: Some("FR".parse().unwrap()), ..about_anna() };
    let newer = issue(&provider(), Format::DataIntegrity, &newer).unwrap();
    other["verifiableCredential"][0] = serde_json::from_str(&newer).unwrap();
    assert_refused(&judged(&other.to_string()), &[Code::SignatureInvalid]);
}

#[test]
fn a_context_of_the_policy_is_known() {
    let url = "https://kyc.example/terms/v1";
    let own = json!(["https://www.w3.org/ns/credentials/v2", UNDEFINED_TERMS, url]);
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.accept_unpresented = true;
    let mut unsigned = document();
    unsigned.as_object_mut().unwrap().remove("proof");
    unsigned["@context"] = own;
    let terms = json!({ "@context": { "country": "https://kyc.example/terms#country" } });
    file.json_ld_contexts.insert(url.to_owned(), terms);
    let known = CredentialPolicy::try_from(file.clone()).unwrap();
    file.json_ld_contexts.clear();
    let unknown = CredentialPolicy::try_from(file).unwrap();
    // Signed elsewhere: what is made here uses built-in contexts only, so the proof of this one cannot hold.
    unsigned["proof"] = document()["proof"].clone();
    let text = unsigned.to_string();
    assert_refused(&known.verify_credential(&text, at(), &Offline), &[Code::SignatureInvalid]);
    assert_refused(&unknown.verify_credential(&text, at(), &Offline), &[Code::Malformed]);
}

#[test]
fn data_model_1_1_is_read_as_well() {
    let mut older = document();
    let object = older.as_object_mut().unwrap();
    object.remove("proof");
    for (new, old) in [("validFrom", "issuanceDate"), ("validUntil", "expirationDate")] {
        let date = object.remove(new).unwrap();
        object.insert(old.to_owned(), date);
    }
    older["@context"] = json!([
        "https://www.w3.org/2018/credentials/v1",
        "https://w3id.org/security/data-integrity/v2",
        UNDEFINED_TERMS,
    ]);
    let older = |change: fn(&mut Value)| {
        let mut older = older.clone();
        change(&mut older);
        serde_json::from_str(&proven(&provider(), &older, "assertionMethod")).unwrap()
    };
    let decision = judged_document(&older(|_| {}));
    assert_accepted(&decision);
    assert_eq!(decision.claims.unwrap().name.as_deref(), Some("Anna Schmidt"));
    let expired = older(|older| older["expirationDate"] = "2026-02-28T00:00:00Z".into());
    assert_refused(&judged_document(&expired), &[Code::Expired]);
}
