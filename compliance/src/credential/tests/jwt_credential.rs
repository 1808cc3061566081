//! Credentials as JWT and JOSE: who may say what, and until when.

use super::*;
use serde_json::json;

const FORMATS: [Format; 2] = [Format::VcJwt, Format::VcJose];

fn changed(change: impl FnOnce(&mut NewCredential)) -> String {
    let mut credential = about_anna();
    change(&mut credential);
    by_anna(Format::VcJwt, issue(&provider(), Format::VcJwt, &credential).unwrap())
}

#[test]
fn an_honest_presentation_is_accepted_and_says_what_was_proven() {
    for format in ALL {
        let decision = judged(&honest(format));
        assert_accepted(&decision);
        let claims = decision.claims.unwrap();
        assert_eq!(claims.subject, anna().did());
        assert_eq!(claims.name.as_deref(), Some("Anna Schmidt"));
        assert_eq!(claims.date_of_birth, NaiveDate::from_ymd_opt(1980, 2, 29));
        assert_eq!(claims.country.unwrap().code(), "DE");
        assert_eq!(claims.investor_class, Some(InvestorClass::Professional));
        assert_eq!(claims.wallet.unwrap().to_string(), WALLET);
        assert_eq!(claims.valid_until, Some("2027-01-30T12:00:00Z".parse().unwrap()));
        assert_eq!(claims.credentials[0].types, ["KycCredential"]);
        assert_eq!(claims.credentials[0].issuer, provider().did());
    }
}

#[test]
fn every_kind_of_key_can_hold_and_issue() {
    let seed = [7; 32];
    let keys = [
        SigningKey::ed25519(&seed),
        SigningKey::p256(&seed),
        SigningKey::p384(&[7; 48]),
        SigningKey::secp256k1(&seed),
    ];
    for key in keys.map(Result::unwrap) {
        let policy = CredentialPolicy::try_from(PolicyFile::trusting(vec![trust(&key)])).unwrap();
        let about = NewCredential { subject: key.did().to_owned(), ..about_anna() };
        let credential = issue(&key, Format::VcJwt, &about).unwrap();
        let presentation = presented(&key, Format::VcJwt, &[credential]);
        assert_accepted(&policy.verify_presentation(&presentation, &expected(), &Offline));
    }
}

#[test]
fn a_credential_signed_by_somebody_else_in_the_name_of_the_provider_is_refused() {
    for format in FORMATS {
        let forged = resigned(&mallory(), &credential(format), |_| {});
        assert_refused(&judged(&by_anna(format, forged)), &[Code::IssuerNotController]);
    }
}

#[test]
fn a_credential_signed_by_somebody_else_under_the_key_id_of_the_provider_is_refused() {
    for format in FORMATS {
        let (header, payload, _) = parts(&credential(format));
        let (.., signature) = parts(&resigned(&mallory(), &credential(format), |_| {}));
        let forged = joined(&header, &payload, &signature);
        assert_refused(&judged(&by_anna(format, forged)), &[Code::SignatureInvalid]);
    }
}

#[test]
fn a_stranger_who_issues_in_their_own_name_is_refused() {
    for format in FORMATS {
        let own = issue(&mallory(), format, &about_anna()).unwrap();
        assert_refused(&judged(&by_anna(format, own)), &[Code::IssuerNotTrusted]);
    }
}

#[test]
fn a_changed_word_is_refused() {
    for format in FORMATS {
        let (header, mut payload, signature) = parts(&credential(format));
        let subject = if format == Format::VcJwt { &mut payload["vc"] } else { &mut payload };
        subject["credentialSubject"]["investorClass"] = "institutional".into();
        let changed = joined(&header, &payload, &signature);
        assert_refused(&judged(&by_anna(format, changed)), &[Code::SignatureInvalid]);
    }
}

#[test]
fn no_signature_is_refused_before_any_key_is_looked_up() {
    for format in FORMATS {
        for algorithm in ["none", "None", "nOnE", "HS256", "RS256", "ES512", "", "EdDSA "] {
            for signature in ["", "AAAA"] {
                let (mut header, payload, _) = parts(&credential(format));
                header["alg"] = algorithm.into();
                header["kid"] = "did:web:nowhere.example#key".into();
                let unsigned = joined(&header, &payload, signature);
                assert_refused(&judged(&by_anna(format, unsigned)), &[Code::AlgorithmNotAllowed]);
            }
        }
    }
}

#[test]
fn the_algorithm_must_be_the_one_of_the_key() {
    for algorithm in ["ES256", "ES256K", "ES256K-R"] {
        let (mut header, payload, _) = parts(&credential(Format::VcJwt));
        header["alg"] = algorithm.into();
        let [h, p] = [&header, &payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        // Signed for real over the lying header, so that only the lie is wrong.
        let jwk = ssi::JWK::from_multicodec(&ssi::multicodec::MultiEncodedBuf::encode_bytes(
            ssi::multicodec::ED25519_PRIV,
            &[1; 32],
        ))
        .unwrap();
        let signed = format!("{h}.{p}");
        let signature =
            ssi::claims::jws::sign_bytes_b64(ssi::jwk::Algorithm::EdDSA, signed.as_bytes(), &jwk).unwrap();
        let lying = format!("{signed}.{signature}");
        assert_refused(&judged(&by_anna(Format::VcJwt, lying)), &[Code::SignatureInvalid]);
    }
}

#[test]
fn a_point_of_another_length_is_no_key() {
    for (curve, bytes) in [("P-384", 47), ("P-384", 0), ("P-384", 96), ("P-256", 31), ("secp256k1", 48)] {
        let coordinate = URL_SAFE_NO_PAD.encode(vec![1; bytes]);
        let jwk = json!({ "kty": "EC", "crv": curve, "x": coordinate, "y": coordinate });
        let did = format!("did:jwk:{}", URL_SAFE_NO_PAD.encode(jwk.to_string()));
        let (mut header, mut payload, _) = parts(&honest(Format::VcJose));
        (header["kid"], payload["holder"], payload["iss"]) =
            (format!("{did}#0").into(), did.as_str().into(), did.as_str().into());
        let token = joined(&header, &payload, &"A".repeat(128));
        assert!(judged(&token).refused_for(Code::KeyUnresolved), "{curve} {bytes}");
        let mut document: Value = serde_json::from_str(&credential(Format::DataIntegrity)).unwrap();
        document["issuer"] = did.as_str().into();
        document["proof"]["verificationMethod"] = format!("{did}#0").into();
        let mut file = PolicyFile::trusting(vec![TrustedIssuer { issuer: did, ..trust(&provider()) }]);
        file.accept_unpresented = true;
        let policy = CredentialPolicy::try_from(file).unwrap();
        let decision = policy.verify_credential(&document.to_string(), at(), &Offline);
        assert_refused(&decision, &[Code::KeyUnresolved]);
    }
}

#[test]
fn a_key_in_the_header_is_not_believed() {
    let (mut header, payload, _) = parts(&resigned(&mallory(), &credential(Format::VcJwt), |_| {}));
    header["jwk"] = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" });
    header["jku"] = "https://mallory.example/keys".into();
    header["kid"] = format!("{}#mallory", provider().did()).into();
    let forged = joined(&header, &payload, "AAAA");
    assert_refused(&judged(&by_anna(Format::VcJwt, forged)), &[Code::KeyUnresolved]);
}

#[test]
fn extensions_that_are_not_understood_are_refused() {
    for (name, value) in [("crit", json!(["exp"])), ("b64", json!(false))] {
        let (mut header, payload, signature) = parts(&honest(Format::VcJwt));
        header[name] = value;
        assert_refused(&judged(&joined(&header, &payload, &signature)), &[Code::Malformed]);
    }
}

#[test]
fn dates_are_judged_at_the_given_clock_with_a_minute_of_grace() {
    let cases = [
        (-30, 61, None),
        (0, 10, None),
        (60, 1_000, None),
        (61, 1_000, Some(Code::NotYetValid)),
        (-1_000, -59, None),
        (-1_000, -60, Some(Code::Expired)),
        (-1_000, -86_400, Some(Code::Expired)),
    ];
    for (from, until, code) in cases {
        let decision = judged(&changed(|credential| {
            credential.valid_from = at() + TimeDelta::seconds(from);
            credential.valid_until = at() + TimeDelta::seconds(until);
        }));
        assert_eq!(decision.reasons.iter().map(|reason| reason.code).next(), code, "{from} {until}");
        assert_eq!(decision.accepted, code.is_none());
    }
}

#[test]
fn of_two_dates_the_narrower_counts() {
    let late = resigned(&provider(), &credential(Format::VcJwt), |payload| {
        payload["exp"] = json!(4_102_444_800_u64)
    });
    let expired = resigned(&provider(), &late, |payload| {
        payload["vc"]["expirationDate"] = "2026-02-01T00:00:00Z".into();
    });
    assert_refused(&judged(&by_anna(Format::VcJwt, expired)), &[Code::Expired]);
}

#[test]
fn a_date_that_cannot_be_read_is_refused() {
    for date in [json!("2027-01-01"), json!("tomorrow"), json!(1_900_000_000), json!(null)] {
        let odd = resigned(&provider(), &credential(Format::VcJose), |payload| {
            payload["validUntil"] = date.clone()
        });
        assert_refused(&judged(&by_anna(Format::VcJose, odd)), &[Code::Malformed]);
    }
    for date in [json!("1900000000"), json!(true), json!(-1e300), json!([1])] {
        let odd = resigned(&provider(), &credential(Format::VcJwt), |payload| payload["exp"] = date.clone());
        assert_refused(&judged(&by_anna(Format::VcJwt, odd)), &[Code::Malformed]);
    }
}

#[test]
fn a_provider_is_trusted_for_its_types_and_its_time_only() {
    let other_type = changed(|credential| credential.types.push("AccreditedInvestorCredential".to_owned()));
    assert_refused(&judged(&other_type), &[Code::IssuerNotTrusted]);
    let no_type = changed(|credential| credential.types.clear());
    assert_refused(&judged(&no_type), &[Code::IssuerNotTrusted]);
    let before = changed(|credential| credential.valid_from = "2024-12-31T23:59:59Z".parse().unwrap());
    assert_refused(&judged(&before), &[Code::IssuerNotTrustedThen]);

    let mut ended = trust(&provider());
    ended.until = Some(at());
    let ended = CredentialPolicy::try_from(PolicyFile::trusting(vec![ended])).unwrap();
    let decision = ended.verify_presentation(&honest(Format::VcJwt), &expected(), &Offline);
    assert_refused(&decision, &[Code::IssuerNotTrustedThen]);

    let mut renewed = [trust(&provider()), trust(&provider())];
    renewed[0].until = Some(at() - TimeDelta::days(1));
    renewed[1].from = at() - TimeDelta::days(1);
    let renewed = CredentialPolicy::try_from(PolicyFile::trusting(renewed.to_vec())).unwrap();
    assert_accepted(&renewed.verify_presentation(&honest(Format::VcJwt), &expected(), &Offline));
}
