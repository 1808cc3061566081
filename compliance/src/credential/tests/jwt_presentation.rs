//! Presentations as JWT and JOSE: what the holder must have said, to whom, and when.

use super::*;
use serde_json::json;

const FORMATS: [Format; 2] = [Format::VcJwt, Format::VcJose];

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
