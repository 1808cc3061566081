//! Published vectors: what others signed, hashed and packed is read here as they meant it.

use super::*;
use crate::credential::{
    Offline, data_integrity::proof, key::Purpose, sd_jwt::digest, status::token_entry, verify::Judge,
    verify::Party,
};
use serde_json::json;

/// The example credential of the cryptosuite specifications (vc-di-eddsa B.1, vc-di-ecdsa A.1).
fn alumni(cryptosuite: &str, key: &str, proof_value: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" },
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": cryptosuite,
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": format!("did:key:{key}#{key}"),
            "proofPurpose": "assertionMethod",
            "proofValue": proof_value,
        },
    })
}

#[test]
fn the_proofs_of_the_cryptosuite_specifications_hold() {
    let vectors = [
        (
            "eddsa-rdfc-2022",
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
        ),
        (
            "ecdsa-rdfc-2019",
            "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
            "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
        ),
    ];
    let mut file = PolicyFile::trusting(Vec::new());
    let examples = json!({ "@context": { "@vocab": "https://www.w3.org/ns/credentials/examples#" } });
    file.json_ld_contexts.insert("https://www.w3.org/ns/credentials/examples/v2".to_owned(), examples);
    let policy = CredentialPolicy::try_from(file).unwrap();
    let judge = Judge { policy: &policy, at: at(), fetch: &Offline };
    for (cryptosuite, key, proof_value) in vectors {
        let document = alumni(cryptosuite, key, proof_value);
        // The issuer of the vector is a web page; its key is checked as the one of the DID that made the proof.
        let did = format!("did:key:{key}");
        let party = Party { did: &did, purpose: Purpose::Assertion, fetch: &Offline };
        let verdict = |document: &Value| {
            let mut findings = crate::credential::decision::Findings::about("vector");
            judge.integrity(document.as_object().unwrap(), &party, &mut findings);
            findings.into_reasons()
        };
        assert!(proof(document.as_object().unwrap()).is_ok());
        assert_eq!(verdict(&document), [], "{cryptosuite}");
        let mut changed = document;
        changed["credentialSubject"]["alumniOf"] = "Another School".into();
        assert_eq!(verdict(&changed)[0].code, Code::SignatureInvalid);
        // Accepted as a whole it is not: nobody trusts a web page here.
        let whole = policy.verify_credential(&changed.to_string(), at(), &Offline);
        assert!(whole.refused_for(Code::IssuerNotTrusted) && whole.refused_for(Code::KeyUnresolved));
    }
}

/// The revealed credential of the specification of ecdsa-sd-2023 (vc-di-ecdsa, A.7), its inline context
/// under a URL: that changes nothing in the dataset.
fn windsurfer(cryptosuite: &str, key: &str, proof_value: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://windsurf.example/selective"],
        "type": ["VerifiableCredential"],
        "issuer": "https://vc.example/windsurf/racecommittee",
        "credentialSubject": {
            "sailNumber": "Earth101",
            "sails": [
                { "size": 6.1, "sailName": "Lahaina", "year": 2023 },
                { "size": 7, "sailName": "Lahaina", "year": 2020 },
            ],
            "boards": [
                { "year": 2022, "boardName": "CompFoil170", "brand": "Wailea" },
                { "boardName": "Kanaha Custom", "brand": "Wailea", "year": 2019 },
            ],
        },
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": cryptosuite,
            "created": "2023-08-15T23:36:38Z",
            "verificationMethod": format!("did:key:{key}#{key}"),
            "proofPurpose": "assertionMethod",
            "proofValue": proof_value,
        },
    })
}

#[test]
fn what_a_holder_reveals_in_the_specification_holds() {
    let (cryptosuite, key, proof_value) =
        ("ecdsa-sd-2023", "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP", ECDSA_SD_PROOF);
    let mut file = PolicyFile::trusting(Vec::new());
    let terms = json!({ "@context": { "@vocab": "https://windsurf.grotto-networking.com/selective#" } });
    file.json_ld_contexts.insert("https://windsurf.example/selective".to_owned(), terms);
    let strict = CredentialPolicy::try_from(file.clone()).unwrap();
    file.selective_must_show.clear();
    let policy = CredentialPolicy::try_from(file).unwrap();
    let judge = Judge { policy: &policy, at: at(), fetch: &Offline };
    let document = windsurfer(cryptosuite, key, proof_value);
    let did = format!("did:key:{key}");
    let party = Party { did: &did, purpose: Purpose::Assertion, fetch: &Offline };
    let verdict = |document: &Value| {
        let mut findings = crate::credential::decision::Findings::about("vector");
        judge.integrity(document.as_object().unwrap(), &party, &mut findings);
        findings.into_reasons()
    };
    assert_eq!(verdict(&document), []);
    let mut findings = crate::credential::decision::Findings::about("vector");
    let strict = Judge { policy: &strict, at: at(), fetch: &Offline };
    strict.integrity(document.as_object().unwrap(), &party, &mut findings);
    assert_eq!(findings.into_reasons()[0].code, Code::Withheld, "an end that may have been withheld");
    let mut changed = document.clone();
    changed["credentialSubject"]["boards"][0]["brand"] = "Other".into();
    assert_eq!(verdict(&changed)[0].code, Code::SignatureInvalid);
    let mut fewer = document.clone();
    fewer["credentialSubject"].as_object_mut().unwrap().remove("sails");
    assert_eq!(verdict(&fewer)[0].code, Code::SignatureInvalid);
    for end in (0..proof_value.len()).step_by(97) {
        let mut cut = document.clone();
        cut["proof"]["proofValue"] = proof_value[..end].into();
        assert_eq!(verdict(&cut)[0].code, Code::SignatureInvalid, "{end}");
    }
    // The other selective suite is refused before any key is looked up.
    let mut unlinkable = document;
    unlinkable["proof"]["cryptosuite"] = "bbs-2023".into();
    assert_eq!(verdict(&unlinkable)[0].code, Code::AlgorithmNotAllowed);
}

#[test]
fn disclosures_are_hashed_as_in_rfc_9901() {
    let family_name = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
    assert_eq!(digest(family_name), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
}

#[test]
fn token_status_lists_are_unpacked_as_in_their_specification() {
    let one_bit = json!({ "bits": 1, "lst": "eNrbuRgAAhcBXQ" });
    let two_bits = json!({ "bits": 2, "lst": "eNo76fITAAPfAgc" });
    let read = |list: &Value, count: usize| -> Vec<_> {
        (0..count).map(|index| token_entry(Some(list), index).unwrap()).collect()
    };
    assert_eq!(read(&one_bit, 16), [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
    assert_eq!(read(&two_bits, 12), [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    assert_eq!((token_entry(Some(&one_bit), 16), token_entry(None, 0)), (None, None));
}

const ECDSA_SD_PROOF: &str = "u2V0BhVhAkWKMO8zpRmfcUMksHUMtZM7cJt8PmNLsljKTYhSi8gZ7wAWnK4BrOZkrH3dZvxKWlnxGG_0xlFXmU5sa5-j71Vg\
    jgCQCKnLOGbY_FuM-ASpSkkOxsIR2E8n7Ml2q1UQ6tEwzi5OGWEBtAwxySlwwASjXlYLoLwyjdsIRYUa05OQzE0P4skx1-QJ\
    Ki8HtGcJHtJfOTn7RhWKC0nkXODvUAChvnKDVY02TWEClAeVhEaVRWS_5ZfU6MlgnX07DuKm9XBS-b3RKfciM1Eu7L2mvkMe\
    bfBWVUw9WkuqNL4Tz-MkN4lXmljRt8r8DWEBqzbDH1twSPRKHu3zD0KP7YWlx4al1GFotnFizVkQbz6htSNvQIc7IfxLu7AO\
    2fuhJbagJbZKlm-Vf7aNbXuuaWEA78ePS_Gy4lnOlUa2CgworZmUYq-Etff-9QK90v4xOWzNWvaILdcmkJs5zwH9b86f5yxo\
    s_NRK-VIO015zVlWTWEB2bYe3iy_95zezUdGp66X77IQbHhKunDI1BF0trlkrIkOCqviH4S1U3Nz4n5WWW8qsc3zAEq1Spqu\
    ojg2mevHtWEA5EwtdjPeXn07NztIOTZ6PtyWt6v0Gfp5oFRAbvvcCpDnptz6gZd56Z6TBkI0eMUs4RI2g2rup607wVFuIUdv\
    gpgBYIOGCDmZ9TBxEtWeCI9oVmRt0eHRGAaoOXx08gxL2IQt_AVggVkUuBrlOaELGVQWJD4M_qW5bcKEHWGNbOrPA_qAOKKw\
    CWCBD6o5lQOWjNGwaTjq7H2Cn1-NPbwXLeDedy2YyiqL9TQNYIJEdvfdRibsv05I3pv8e6S1aUuAuBpGQHLhrYj4QX0knBFg\
    gk0AeXgJ4e6m1XsV5-xFud0L_1mUjZ9Mffhg5aZGTyDkFWCDYgT4e07o_IdCwae6qE7WZfpXtGRFESEXR3SxZmXE05o4AAQI\
    FBggJCg4PEBESEw";
