//! Selective disclosure by ecdsa-sd-2023: the issuer signs every statement, the holder shows some, and what is shown holds.

use super::*;
use crate::credential::{
    data_integrity::Contexts,
    key::{Resolver, at_once},
    signer::ProofTerms,
};
use serde_json::json;
use ssi::{
    claims::{
        VerificationParameters,
        data_integrity::{AnySuite, DataIntegrity, DataIntegrityDocument},
    },
    dids::VerificationMethodDIDResolver,
    verification_methods::AnyMethod,
};

/// What the issuer lets nobody withhold.
const MANDATORY: [&str; 2] = ["/issuer", "/validFrom"];
/// What holders show unless a test says otherwise.
pub(super) const SHOWN: [&str; 2] = ["/validUntil", "/credentialSubject"];

/// The issuer of this module: the suite is for P-256 alone.
pub(super) fn registrar() -> SigningKey {
    SigningKey::p256(&[11; 32]).unwrap()
}

/// The document as its issuer signs it, every statement by itself; whoever has it can show what they like.
pub(super) fn base(issuer: &SigningKey, document: &Value) -> Value {
    let terms = ProofTerms {
        purpose: "assertionMethod",
        created: about_anna().valid_from,
        challenge: None,
        domain: None,
    };
    let told = serde_json::from_value(json!({ "mandatoryPointers": MANDATORY })).unwrap();
    issuer.prove_by(AnySuite::EcdsaSd2023, told, (document, &terms)).unwrap()
}

/// The document as its holder shows it: what these pointers name, and what is mandatory.
pub(super) fn derived(base: &Value, shown: &[&str]) -> String {
    let secured: DataIntegrity<DataIntegrityDocument, AnySuite> =
        serde_json::from_value(base.clone()).unwrap();
    let contexts = BTreeMap::new();
    let resolver = VerificationMethodDIDResolver::<_, AnyMethod>::new(Resolver(&Offline));
    let parameters = VerificationParameters::from_resolver(resolver).with_json_ld_loader(Contexts(&contexts));
    let options = serde_json::from_value(json!({ "selectivePointers": shown })).unwrap();
    serde_json::to_string(&at_once(secured.select(parameters, options)).unwrap().unwrap()).unwrap()
}

/// What an issuer would sign about somebody, without a proof.
pub(super) fn unsigned(issuer: &SigningKey, about: &NewCredential) -> Value {
    let by_another = issue(&mallory(), Format::DataIntegrity, about).unwrap();
    let mut document: Value = serde_json::from_str(&by_another).unwrap();
    document["issuer"] = issuer.did().into();
    document.as_object_mut().unwrap().remove("proof");
    document
}

/// A credential about Anna of which she shows what these pointers name, judged.
fn shown(pointers: &[&str]) -> Decision {
    judged(&derived(&base(&registrar(), &unsigned(&registrar(), &about_anna())), pointers))
}

fn judged(credential: &str) -> Decision {
    let policy = CredentialPolicy::try_from(PolicyFile::trusting(vec![trust(&registrar())])).unwrap();
    let presentation = by_anna(Format::DataIntegrity, credential.to_owned());
    policy.verify_presentation(&presentation, &expected(), &Offline)
}

#[test]
fn the_holder_shows_what_they_choose() {
    let all = shown(&SHOWN);
    assert_accepted(&all);
    assert_eq!(all.claims.unwrap().name.as_deref(), Some("Anna Schmidt"));
    let some = shown(&["/validUntil", "/credentialSubject/country"]);
    assert_accepted(&some);
    let claims = some.claims.unwrap();
    assert_eq!(claims.country.map(String::from).as_deref(), Some("DE"));
    assert_eq!((claims.name, claims.date_of_birth, claims.investor_class), (None, None, None));
}

#[test]
fn an_end_that_is_withheld_is_asked_for() {
    assert_refused(&shown(&["/credentialSubject"]), &[Code::Withheld]);
}

#[test]
fn what_the_issuer_gave_the_holder_is_not_shown_whole() {
    let base = base(&registrar(), &unsigned(&registrar(), &about_anna()));
    assert_refused(&judged(&base.to_string()), &[Code::SignatureInvalid]);
}

#[test]
fn a_statement_cannot_be_left_out_added_or_changed_afterwards() {
    let base = base(&registrar(), &unsigned(&registrar(), &about_anna()));
    let honest: Value = serde_json::from_str(&derived(&base, &SHOWN)).unwrap();
    let changes: [fn(&mut Value); 4] = [
        |it| drop(it["credentialSubject"].as_object_mut().unwrap().remove("country")),
        |it| it["credentialSubject"]["investorClass"] = "institutional".into(),
        |it| it["credentialSubject"]["memberOf"] = "everything".into(),
        |it| it["validUntil"] = "2030-01-01T00:00:00Z".into(),
    ];
    for change in changes {
        let mut other = honest.clone();
        change(&mut other);
        assert_refused(&judged(&other.to_string()), &[Code::SignatureInvalid]);
    }
    // A proof over fewer statements under the words of more.
    let fewer: Value = serde_json::from_str(&derived(&base, &["/validUntil"])).unwrap();
    let mut mixed = honest;
    mixed["proof"] = fewer["proof"].clone();
    assert_refused(&judged(&mixed.to_string()), &[Code::SignatureInvalid]);
}
