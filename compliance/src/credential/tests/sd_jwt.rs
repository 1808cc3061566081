//! SD-JWT: what was withheld stays withheld, what was disclosed was signed, and the holder is bound.

use super::*;
use crate::credential::sd_jwt::digest;
use serde_json::json;

/// The token and its disclosures by claim.
fn taken_apart() -> (String, BTreeMap<String, String>) {
    let text = credential(Format::SdJwt);
    let mut parts = text.split('~');
    let token = parts.next().unwrap().to_owned();
    let disclosures = parts.filter(|part| !part.is_empty()).map(|part| {
        let disclosure: Vec<Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        (disclosure[1].as_str().unwrap().to_owned(), part.to_owned())
    });
    (token, disclosures.collect())
}

fn disclosing(token: &str, disclosures: &[&str]) -> Decision {
    let mut text = format!("{token}~");
    for disclosure in disclosures {
        text.push_str(disclosure);
        text.push('~');
    }
    judged(&by_anna(Format::SdJwt, text))
}

fn disclosure(content: Value) -> String {
    URL_SAFE_NO_PAD.encode(content.to_string())
}

#[test]
fn the_holder_discloses_what_they_choose() {
    let (token, all) = taken_apart();
    let decision = disclosing(&token, &[&all["country"]]);
    assert_accepted(&decision);
    let claims = decision.claims.unwrap();
    assert_eq!(claims.country.unwrap().code(), "DE");
    assert_eq!((claims.name, claims.wallet, claims.date_of_birth), (None, None, None));
}

#[test]
fn salts_differ_by_claim_and_credential() {
    let (_, all) = taken_apart();
    let other = NewCredential { id: "urn:uuid:other".to_owned(), ..about_anna() };
    let other = issue(&provider(), Format::SdJwt, &other).unwrap();
    for part in all.values() {
        assert!(!other.contains(part.as_str()));
    }
    assert_eq!(issue(&provider(), Format::SdJwt, &about_anna()).unwrap(), credential(Format::SdJwt));
}

#[test]
fn a_disclosure_that_was_not_signed_is_refused() {
    let (token, all) = taken_apart();
    let own = disclosure(json!(["salt", "investorClass", "institutional"]));
    for disclosures in [vec![own.as_str()], vec![&all["country"], &all["country"]], vec!["%"], vec![""]] {
        assert_refused(&disclosing(&token, &disclosures), &[Code::Malformed]);
    }
}

#[test]
fn digests_are_met_once_and_in_their_place() {
    let (token, all) = taken_apart();
    let country = &all["country"];
    let element = disclosure(json!(["salt", "DE"]));
    let hidden = disclosure(json!(["salt", "exp", 4_102_444_800_u64]));
    let shadow = disclosure(json!(["salt", "sub", "did:example:other"]));
    let cases: [(&str, Value, &str); 6] = [
        ("a digest twice", json!({ "_sd": [digest(country), digest(country)] }), country),
        ("a claim as an element", json!({ "list": [{ "...": digest(country) }], "_sd": [] }), country),
        ("an element as a claim", json!({ "_sd": [digest(&element)] }), &element),
        ("an end that may be withheld", json!({ "_sd": [digest(&hidden)], "exp": null }), &hidden),
        ("a claim that is there already", json!({ "_sd": [digest(&shadow)] }), &shadow),
        ("another hash", json!({ "_sd_alg": "sha-512" }), country),
    ];
    for (name, change, disclosure) in cases {
        let token = resigned(&provider(), &token, |payload| {
            for (member, value) in change.as_object().unwrap() {
                if value.is_null() {
                    payload.as_object_mut().unwrap().remove(member);
                } else {
                    payload[member] = value.clone();
                }
            }
        });
        assert_refused(&disclosing(&token, &[disclosure]), &[Code::Malformed]);
        assert!(!name.is_empty());
    }
}

#[test]
fn nested_claims_and_elements_are_revealed() {
    let (token, _) = taken_apart();
    let country = disclosure(json!(["salt", "country", "DE"]));
    let address = disclosure(json!(["salt", "address", { "_sd": [digest(&country)], "city": "Bonn" }]));
    let element = disclosure(json!(["salt", "person"]));
    let token = resigned(&provider(), &token, |payload| {
        payload["_sd"] = json!([digest(&address), digest("decoy")]);
        payload["roles"] = json!([{ "...": digest(&element) }, { "...": digest("decoy 2") }, "owner"]);
    });
    let text = format!("{token}~{address}~{country}~{element}~");
    let revealed = crate::credential::sd_jwt::SdJwt::parse(&text).unwrap().revealed;
    assert_eq!(revealed["address"], json!({ "city": "Bonn", "country": "DE" }));
    assert_eq!(revealed["roles"], json!(["person", "owner"]));
    assert!(!revealed.contains_key("_sd") && !revealed.contains_key("_sd_alg"));
    assert_refused(&disclosing(&token, &[&country]), &[Code::Malformed]);
}

#[test]
fn the_binding_covers_what_is_disclosed() {
    let (token, all) = taken_apart();
    let honest = by_anna(Format::SdJwt, format!("{token}~{}~", all["country"]));
    let more = honest.replacen('~', &format!("~{}~", all["investorClass"]), 1);
    assert_refused(&judged(&more), &[Code::PresenterNotHolder]);
    let less = honest.replace(&format!("{}~", all["country"]), "");
    assert_refused(&judged(&less), &[Code::PresenterNotHolder]);
}

#[test]
fn the_binding_is_by_the_key_that_the_issuer_named() {
    let by_mallory = presented(&mallory(), Format::SdJwt, &[credential(Format::SdJwt)]);
    assert_refused(&judged(&by_mallory), &[Code::SignatureInvalid]);

    let (token, _) = taken_apart();
    let bound = |cnf: Value| {
        let token = resigned(&provider(), &token, |payload| payload["cnf"] = cnf);
        judged(&by_anna(Format::SdJwt, format!("{token}~")))
    };
    assert_accepted(&bound(json!({ "kid": anna().did() })));
    assert_refused(
        &bound(json!({ "kid": mallory().did() })),
        &[Code::SignatureInvalid, Code::SubjectNotHolder],
    );
    assert_refused(&bound(json!({})), &[Code::PresenterNotHolder]);
    assert_refused(&bound(json!({ "jwk": { "kty": "oct", "k": "AAAA" } })), &[Code::SignatureInvalid]);
}

#[test]
fn without_a_subject_the_bound_key_is_the_subject() {
    let (token, _) = taken_apart();
    let token = resigned(&provider(), &token, |payload| {
        payload.as_object_mut().unwrap().remove("sub");
    });
    let decision = judged(&by_anna(Format::SdJwt, format!("{token}~")));
    assert_accepted(&decision);
    assert!(decision.claims.unwrap().subject.starts_with("did:jwk:"));
}

#[test]
fn a_token_is_no_disclosure_and_the_media_types_count() {
    let honest = honest(Format::SdJwt);
    let (rest, binding) = honest.rsplit_once('~').unwrap();
    let (_, claims, _) = parts(binding);
    let other = anna().sign("JWT", &claims).unwrap();
    assert_refused(&judged(&format!("{rest}~{other}")), &[Code::Malformed]);
    let (token, disclosures) = rest.split_once('~').unwrap();
    let (_, claims, _) = parts(token);
    let plain = provider().sign("JWT", &claims).unwrap();
    let decision = judged(&by_anna(Format::SdJwt, format!("{plain}~{disclosures}~")));
    assert!(decision.refused_for(Code::Malformed), "{decision:#?}");
}

#[test]
fn too_many_or_too_deep_disclosures_are_refused() {
    let (token, _) = taken_apart();
    let many: Vec<_> = (0..300).map(|n| disclosure(json!([n.to_string(), "a", n]))).collect();
    assert_refused(
        &disclosing(&token, &many.iter().map(String::as_str).collect::<Vec<_>>()),
        &[Code::Malformed],
    );
    let mut chain = vec![disclosure(json!(["s", "leaf", 1]))];
    for _ in 0..100 {
        let inner = digest(chain.last().unwrap());
        chain.push(disclosure(json!(["s", "next", { "_sd": [inner] }])));
    }
    let top = digest(chain.last().unwrap());
    let token = resigned(&provider(), &token, |payload| payload["_sd"] = json!([top]));
    assert_refused(
        &disclosing(&token, &chain.iter().map(String::as_str).collect::<Vec<_>>()),
        &[Code::Malformed],
    );
}
