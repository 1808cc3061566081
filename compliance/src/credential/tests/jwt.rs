//! Presentations and credentials as JWT and JOSE: the honest ones, and everything that must not pass.

use super::*;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

const FORMATS: [Format; 2] = [Format::VcJwt, Format::VcJose];
const ALL: [Format; 4] = [Format::VcJwt, Format::VcJose, Format::DataIntegrity, Format::SdJwt];

/// The parts of a token, to be changed.
fn parts(token: &str) -> (Value, Value, String) {
    let parts: Vec<_> = token.split('.').collect();
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (read(parts[0]), read(parts[1]), parts[2].to_owned())
}

fn joined(header: &Value, payload: &Value, signature: &str) -> String {
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{payload}.{signature}")
}

/// The token with another payload, signed again by `signer`.
fn resigned(signer: &SigningKey, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let (header, mut payload, _) = parts(token);
    change(&mut payload);
    signer.sign(header["typ"].as_str().unwrap(), &payload).unwrap()
}

fn credential(format: Format) -> String {
    issue(&provider(), format, &about_anna()).unwrap()
}

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
    let keys = [SigningKey::ed25519(&seed), SigningKey::p256(&seed), SigningKey::secp256k1(&seed)];
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
        for algorithm in ["none", "None", "nOnE", "HS256", "RS256", "ES384", "", "EdDSA "] {
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

#[test]
fn a_stolen_credential_is_refused() {
    for format in FORMATS {
        let stolen = presented(&mallory(), format, &[credential(format)]);
        assert_refused(&judged(&stolen), &[Code::SubjectNotHolder]);
    }
}

#[test]
fn a_presentation_signed_by_somebody_else_in_the_name_of_the_holder_is_refused() {
    for format in FORMATS {
        let forged = resigned(&mallory(), &honest(format), |_| {});
        assert_refused(&judged(&forged), &[Code::PresenterNotHolder]);
        let (header, payload, _) = parts(&honest(format));
        let (.., signature) = parts(&forged);
        assert_refused(&judged(&joined(&header, &payload, &signature)), &[Code::SignatureInvalid]);
    }
}

#[test]
fn a_presentation_that_names_two_holders_is_refused() {
    let two = resigned(&mallory(), &honest(Format::VcJwt), |payload| payload["iss"] = mallory().did().into());
    assert_refused(&judged(&two), &[Code::ClaimsDisagree, Code::PresenterNotHolder]);
}

#[test]
fn a_credential_that_says_one_thing_twice_must_say_the_same() {
    for (claim, value) in [("iss", mallory().did()), ("sub", mallory().did()), ("jti", "urn:other")] {
        let two = resigned(&provider(), &credential(Format::VcJwt), |payload| payload[claim] = value.into());
        let decision = judged(&by_anna(Format::VcJwt, two));
        assert!(decision.refused_for(Code::ClaimsDisagree), "{claim}: {decision:#?}");
    }
}

#[test]
fn a_credential_about_several_people_or_nobody_is_refused() {
    let anna = json!({ "id": anna().did(), "name": "Anna" });
    for subjects in [json!([anna, { "id": mallory().did() }]), json!([]), json!("Anna")] {
        let odd = resigned(&provider(), &credential(Format::VcJose), |payload| {
            payload["credentialSubject"] = subjects.clone();
        });
        assert!(judged(&by_anna(Format::VcJose, odd)).refused_for(Code::SubjectUnclear), "{subjects}");
    }
    let bearer = resigned(&provider(), &credential(Format::VcJose), |payload| {
        payload["credentialSubject"] = json!({ "name": "whoever" });
    });
    assert_refused(&judged(&by_anna(Format::VcJose, bearer)), &[Code::SubjectUnclear]);
}

#[test]
fn nonce_and_audience_must_be_the_ones_that_were_given_out() {
    let cases = [
        ("nonce", json!("other"), Code::NonceMismatch),
        ("nonce", json!(""), Code::NonceMismatch),
        ("nonce", json!([NONCE]), Code::NonceMismatch),
        ("aud", json!("https://elsewhere.example"), Code::AudienceMismatch),
        ("aud", json!(format!("{AUDIENCE}/")), Code::AudienceMismatch),
        ("aud", json!([]), Code::AudienceMissing),
        ("aud", json!(null), Code::AudienceMissing),
    ];
    for format in FORMATS {
        for (claim, value, code) in &cases {
            let other = resigned(&anna(), &honest(format), |payload| payload[*claim] = value.clone());
            assert_refused(&judged(&other), &[*code]);
        }
        for (claim, code) in [("nonce", Code::NonceMissing), ("aud", Code::AudienceMissing)] {
            let without = resigned(&anna(), &honest(format), |payload| {
                payload.as_object_mut().unwrap().remove(claim);
            });
            assert_refused(&judged(&without), &[code]);
        }
        let several = resigned(&anna(), &honest(format), |payload| payload["aud"] = json!(["x", AUDIENCE]));
        assert_accepted(&judged(&several));
    }
}

#[test]
fn a_presentation_is_accepted_once() {
    let again = Expectation { nonce_used: true, ..expected() };
    let decision = policy().verify_presentation(&honest(Format::VcJwt), &again, &Offline);
    assert_refused(&decision, &[Code::NonceUsed]);
    let nothing = Expectation { nonce: "", audience: "", ..expected() };
    let empty = resigned(&anna(), &honest(Format::VcJwt), |payload| {
        payload["nonce"] = "".into();
        payload["aud"] = "".into();
    });
    let decision = policy().verify_presentation(&empty, &nothing, &Offline);
    assert_refused(&decision, &[Code::NonceMismatch, Code::AudienceMismatch]);
}

#[test]
fn a_presentation_is_fresh() {
    let cases =
        [(361, Some(Code::PresentationTooOld)), (360, None), (-60, None), (-61, Some(Code::NotYetValid))];
    for (age, code) in cases {
        let made = (at() - TimeDelta::seconds(age)).timestamp();
        let aged = resigned(&anna(), &honest(Format::VcJwt), |payload| payload["iat"] = json!(made));
        let decision = judged(&aged);
        assert_eq!(decision.reasons.first().map(|reason| reason.code), code, "{age}");
    }
    let undated = resigned(&anna(), &honest(Format::VcJwt), |payload| {
        payload.as_object_mut().unwrap().remove("iat");
    });
    assert_refused(&judged(&undated), &[Code::PresentationUndated]);
    let ended = resigned(&anna(), &honest(Format::VcJwt), |payload| {
        payload["exp"] = json!((at() - TimeDelta::seconds(60)).timestamp());
    });
    assert_refused(&judged(&ended), &[Code::Expired]);
}

#[test]
fn one_bad_credential_among_good_ones_is_refused() {
    for format in FORMATS {
        let good = credential(format);
        let forged = resigned(&mallory(), &good, |_| {});
        let mut expired = about_anna();
        expired.valid_until = at() - TimeDelta::days(1);
        let expired = issue(&provider(), format, &expired).unwrap();
        let decision = judged(&presented(&anna(), format, &[good, forged, expired]));
        assert_refused(&decision, &[Code::IssuerNotController, Code::Expired]);
        assert!(decision.reasons[0].detail.starts_with("credential 2 of 3: "), "{decision:?}");
        assert!(decision.reasons[1].detail.starts_with("credential 3 of 3: "), "{decision:?}");
    }
}

#[test]
fn credentials_that_contradict_each_other_prove_nothing() {
    let other = NewCredential { country: Some("FR".parse().unwrap()), ..about_anna() };
    let other = issue(&provider(), Format::VcJwt, &other).unwrap();
    let both = presented(&anna(), Format::VcJwt, &[credential(Format::VcJwt), other]);
    assert_refused(&judged(&both), &[Code::ClaimsDisagree]);
}

#[test]
fn nothing_presented_proves_nothing() {
    for format in FORMATS {
        assert_refused(&judged(&presented(&anna(), format, &[])), &[Code::NoCredential]);
    }
    let many = vec![credential(Format::VcJwt); 17];
    assert_refused(&judged(&presented(&anna(), Format::VcJwt, &many)), &[Code::TooManyCredentials]);
}

#[test]
fn a_credential_is_no_presentation_and_the_other_way_round() {
    for format in FORMATS {
        let decision = judged(&credential(format));
        assert!(decision.refused_for(Code::Malformed), "{decision:#?}");
        let nested = by_anna(format, honest(format));
        assert!(judged(&nested).refused_for(Code::Malformed));
    }
}

#[test]
fn what_cannot_be_checked_is_refused() {
    for (name, code) in
        [("credentialStatus", Code::StatusUnavailable), ("credentialSchema", Code::SchemaUnavailable)]
    {
        let with = resigned(&provider(), &credential(Format::VcJose), |payload| {
            payload[name] = json!({ "id": "https://provider.example/1", "type": "Unheard" });
        });
        assert_refused(&judged(&by_anna(Format::VcJose, with)), &[code]);
    }
}

#[test]
fn claims_that_cannot_be_read_are_refused_and_not_repeated() {
    let claims = [
        ("country", json!("Germany")),
        ("country", json!(7)),
        ("birthDate", json!("29.02.1980")),
        ("birthDate", json!("1981-02-29")),
        ("investorClass", json!("rich")),
        ("wallet", json!("0x00")),
        ("name", json!("")),
        ("name", json!("a\u{0}b")),
    ];
    for (claim, value) in claims {
        let odd = resigned(&provider(), &credential(Format::VcJose), |payload| {
            payload["credentialSubject"][claim] = value.clone();
        });
        let decision = judged(&by_anna(Format::VcJose, odd));
        assert_refused(&decision, &[Code::ClaimInvalid]);
        assert!(
            decision.reasons[0].detail.ends_with(&format!("{claim} cannot be read"))
                || decision.reasons[0].detail.ends_with(&format!("{claim} is not a text"))
        );
    }
}

#[test]
fn all_reasons_come_at_once() {
    let mut credential = about_anna();
    credential.valid_until = at() - TimeDelta::days(1);
    credential.subject = mallory().did().to_owned();
    let credential = issue(&mallory(), Format::VcJwt, &credential).unwrap();
    let presentation = resigned(&mallory(), &by_anna(Format::VcJwt, credential), |payload| {
        payload["nonce"] = "other".into();
        payload["aud"] = "other".into();
        payload["iat"] = json!(0);
    });
    let codes = [
        Code::PresenterNotHolder,
        Code::NonceMismatch,
        Code::AudienceMismatch,
        Code::PresentationTooOld,
        Code::IssuerNotTrusted,
        Code::Expired,
        Code::SubjectNotHolder,
    ];
    assert_refused(&judged(&presentation), &codes);
}

#[test]
fn noise_is_refused() {
    let honest = honest(Format::VcJwt);
    let large = "A".repeat(2 << 20);
    for noise in ["", ".", "..", "a.b.c", "{}", "null", &honest[..honest.len() / 2], &large] {
        let decision = judged(noise);
        assert_eq!((decision.accepted, decision.reasons.len()), (false, 1), "{decision:#?}");
    }
    let (header, payload, signature) = parts(&honest);
    assert_refused(&judged(&joined(&header, &payload, &format!("{signature}="))), &[Code::Malformed]);
    assert_accepted(&judged(&format!("\n {honest}\n")));
}
